"""What is computed of texts, measured on real ones: comparing, following passages, marking, and looking for hints.

    python -m bench.texts FILE

FILE has a JSON object with a ``text`` on each line. Times are of the processor, medians of several runs. The last lines
compare two texts of 100,000 paragraphs, which either answers or says that they are too large.
"""

import json
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from html import escape
from pathlib import Path

from editorial.documents import Passage, Text, compare, follow, hints, marked

SIZE = 10_000
"""Characters of a text."""
TEXTS = 20
PARAGRAPHS = 100_000


def texts(file: Path) -> list[Text]:
    """Texts of SIZE characters, put together from the file's."""
    found: list[Text] = []
    lines: list[str] = []
    with file.open() as source:
        for told in source:
            lines += [line for line in json.loads(told)["text"].split("\n") if line.strip()]
            if sum(map(len, lines)) >= SIZE:
                found.append(_text(lines))
                lines = []
            if len(found) == TEXTS:
                break
    return found


def _text(lines: list[str]) -> Text:
    return Text("题目", "署名", "".join(f"<p>{escape(line)}</p>" for line in lines))


def edited(text: Text, chance: random.Random) -> Text:
    """The same with a tenth of its paragraphs changed, taken out, moved or put in."""
    lines = text.html.removeprefix("<p>").removesuffix("</p>").split("</p><p>")
    for _time in range(max(3, len(lines) // 10)):
        place = chance.randrange(len(lines))
        match chance.randrange(4):
            case 0:
                half = len(lines[place]) // 2
                lines[place] = f"{lines[place][:half]}改过的文字{lines[place][half + 6:]}"
            case 1 if len(lines) > 1:
                del lines[place]
            case 2:
                lines.insert(chance.randrange(len(lines)), lines.pop(place))
            case _:
                lines.insert(place, "新写的一段，原来没有。")
    return Text(text.title, text.byline, "<p>" + "</p><p>".join(lines) + "</p>")


def _within(text: Text, passages: list[Passage]) -> list[Passage]:
    return [one for one in passages if one.paragraph <= text.html.count("<p>")]


def measured(what: str, work: Callable[[Text, Text], object], pairs: list[tuple[Text, Text]]) -> None:
    """Print median and worst of one kind of work over all pairs."""
    took = []
    for pair in pairs:
        began = time.process_time()
        work(*pair)
        took.append((time.process_time() - began) * 1000)
    print(f"{what:<44} median {statistics.median(took):6.1f} ms   worst {max(took):6.1f} ms")


def main() -> None:
    """Measure, and print."""
    chance = random.Random(4)
    pairs = [(text, edited(text, chance)) for text in texts(Path(sys.argv[1]))]
    print(f"{len(pairs)} texts of {SIZE:,} characters, with and without edits")
    measured("compare with an edited version", compare, pairs)
    others = [(pairs[number - 1][0], pair[0]) for number, pair in enumerate(pairs)]
    measured("compare with another text", compare, others)
    passages = [Passage(number, 0, 4, "") for number in range(1, 30)]
    measured("follow 29 passages into an edited version", lambda a, b: follow(a, b, _within(a, passages)), pairs)
    measured("mark 29 passages", lambda a, _b: marked(a.html, list(enumerate(passages))), pairs)
    measured("look for hints", lambda a, _b: hints(a.title, a.html), pairs)
    kinds = Counter(hint.kind for text, _ in pairs for hint in hints(text.title, text.html))
    print(f"hints a text: {sum(kinds.values()) / len(pairs):.1f}: "
          + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))
    for what, change in (("every tenth paragraph changed", 10), ("all paragraphs changed", 1)):
        lines = [f"第{number}段，说的是第{number * 7919 % 100_003}件事情。" for number in range(PARAGRAPHS)]
        other = [line.replace("事情", "别的事") if not number % change else line for number, line in enumerate(lines)]
        began = time.process_time()
        found = compare(_text(lines), _text(other))
        print(f"two texts of {PARAGRAPHS:,} paragraphs, {what}: {time.process_time() - began:.1f} s, "
              f"{'too large' if found.too_large else f'{found.changes:,} changes'}")


if __name__ == "__main__":
    main()
