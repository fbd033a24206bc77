"""Passages of a text: found by their words, followed into another state of the text, and marked in its HTML."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from editorial.documents.compare import Text, aligned, comparable, moved, stretches
from editorial.documents.text import normalise
from editorial.documents.tokens import tag, tokens, written
from editorial.documents.units import Located, located, units

_SHORTEST_FOUND = 4
"""Fewer characters than these are not looked for in other paragraphs: they stand in too many."""


@dataclass(frozen=True)
class Passage:
    """Characters of one paragraph, row of a table or picture: `paragraph` counts from 1, 0 is the title.

    A picture has no characters: `start` and `end` are 0.
    """

    paragraph: int
    start: int
    end: int
    quote: str


@dataclass(frozen=True)
class Followed:
    """Where a passage stands in another state of its text, and whether its words are others there."""

    passage: Passage
    changed: bool


def paragraphs(text: Text) -> list[str]:
    """The text of each paragraph, as passages count them: the title first; a picture has none."""
    found = [unit.text if unit.what != "picture" else "" for unit in units(text.html)]
    return [normalise(text.title), *found]


def passage(text: Text, paragraph: int, quote: str = "", near: int = 0) -> Passage | None:
    """The words `quote` in a paragraph, where it has them several times those nearest to the character `near`.

    Spaces don't count. Without words, or where they don't stand there, it is the whole paragraph; None for one that
    there isn't.
    """
    lines = paragraphs(text)
    if not 0 <= paragraph < len(lines):
        return None
    line = lines[paragraph]
    start, end = min(_occurrences(line, quote), key=lambda found: abs(found[0] - near), default=(0, len(line)))
    return Passage(paragraph, start, end, line[start:end])


class TooLarge(Exception):
    """The texts are too large to look for passages of one in the other."""


def follow(before: Text, after: Text, passages: Sequence[Passage]) -> list[Followed | None]:
    """Where each passage of one text stands in the other: where most of it is left; None where it is gone.

    Raises TooLarge where nothing was looked for.
    """
    if before == after:
        return [Followed(one, False) for one in passages]
    found = comparable(before, after)
    if found is None:
        raise TooLarge
    old, new = found
    pairs = aligned(old, new)
    partners = {1 + i: 1 + j for i, j in [*pairs, *moved(old, new, pairs).items()]}
    then, now = paragraphs(before), paragraphs(after)
    partners[0] = 0
    return [_followed(one, partners.get(one.paragraph), then, now) for one in passages]


def _followed(one: Passage, partner: int | None, then: Sequence[str], now: Sequence[str]) -> Followed | None:
    """In the paragraph that this one became; else where the very words stand nearest to it, unless those that stand
    there did before: then these are gone."""
    if partner is not None:
        line = now[partner]
        start, end, kept = _carried(one, then[one.paragraph], line)
        if line[start:end] == one.quote:
            return Followed(Passage(partner, start, end, one.quote), False)
        whole = (one.start, one.end) == (0, len(then[one.paragraph]))
        if whole or kept * 2 >= one.end - one.start > 0:
            start, end = (0, len(line)) if whole else (start, end)
            return Followed(Passage(partner, start, end, line[start:end]), True)
    if len(one.quote) >= _SHORTEST_FOUND:
        about = partner if partner is not None else one.paragraph
        places = [number for number, line in enumerate(now) if one.quote in line]
        if places and _times(one.quote, now) >= _times(one.quote, then):
            number = min(places, key=lambda place: abs(place - about))
            start = min(_places(now[number], one.quote), key=lambda place: abs(place - one.start))
            return Followed(Passage(number, start, start + len(one.quote), one.quote), False)
    return None


def _carried(one: Passage, then: str, now: str) -> tuple[int, int, int]:
    """The range in the changed paragraph from the first to the last character that is left, or that took the place of
    some of its own, and how many are left."""
    at = there = kept = 0
    places: list[int] = []
    for same, before, after in stretches(then, now):
        begin, end = max(one.start, at), min(one.end, at + len(before))
        if same and begin < end:
            places += [there + begin - at, there + end - at]
            kept += end - begin
        elif before and one.start <= at and at + len(before) <= one.end:
            places += [there, there + len(after)]
        at, there = at + len(before), there + len(after)
    return (places[0], places[-1], kept) if kept else (0, 0, 0)


def _times(words: str, lines: Sequence[str]) -> int:
    return sum(line.count(words) for line in lines)


def _places(line: str, words: str) -> Iterator[int]:
    at = line.find(words)
    while at >= 0:
        yield at
        at = line.find(words, at + 1)


def _occurrences(line: str, quote: str) -> list[tuple[int, int]]:
    """Where the words stand, spaces left out of account."""
    wanted = "".join(normalise(quote).split())
    places = [place for place, character in enumerate(line) if not character.isspace()]
    bare = "".join(line[place] for place in places)
    found: list[tuple[int, int]] = []
    at = bare.find(wanted) if wanted else -1
    while at >= 0:
        found.append((places[at], places[at + len(wanted) - 1] + 1))
        at = bare.find(wanted, at + 1)
    return found


# --- Marking ----------------------------------------------------------------------------------------------------


def marked(html: str, passages: Iterable[tuple[int, Passage]]) -> str:
    """Clean HTML for a page: each paragraph has an address (``p1`` …), each passage is marked with its key, and
    followed by its number among the passages, as a link to ``remark-`` and the key."""
    stream = list(tokens(html))
    found = located(stream)
    starts = {first: number for number, one in enumerate(found, 1) if (first := _first(one)) is not None}
    spans: dict[int, list[tuple[int, int, int]]] = {}
    ends: dict[tuple[int, int], str] = {}
    for place, (key, one) in enumerate(passages, 1):
        parts = _in_tokens(found[one.paragraph - 1], one) if 1 <= one.paragraph <= len(found) else []
        for token, begin, end in parts:
            spans.setdefault(token, []).append((begin, end, key))
        if parts:
            last = parts[-1][0], parts[-1][2]
            ends[last] = f'{ends.get(last, "")}<sup class="to-remark"><a href="#remark-{key}">{place}</a></sup>'
    out: list[str] = []
    in_link = 0
    for number, (kind, value, attributes) in enumerate(stream):
        if number in starts:
            out.append(f'<span class="para" id="p{starts[number]}"></span>')
        if kind == "text":
            links = {end: link for (token, end), link in ends.items() if token == number and not in_link}
            out.append(_with_spans(value, spans.get(number, ()), links))
        else:
            in_link += {"start": 1, "end": -1}[kind] if value == "a" else 0
            out.append(tag(value, attributes) if kind == "start" else f"</{value}>")
    return "".join(out)


def _first(one: Located) -> int | None:
    return next((number for text, number in one.runs
                 if number >= 0 and (text.strip() or one.unit.what == "picture")), None)


def _in_tokens(one: Located, wanted: Passage) -> list[tuple[int, int, int]]:
    """Token and range in it for each part of a passage. A text in another Unicode form is marked as a whole."""
    line, at = one.unit.text, 0
    parts: dict[int, tuple[int, int]] = {}
    for text, number in one.runs:
        for place, character in enumerate(text):
            if at < len(line) and (character == line[at] or (character.isspace() and line[at].isspace())):
                if number >= 0 and wanted.start <= at < wanted.end:
                    parts[number] = (parts.get(number, (place, 0))[0], place + 1)
                at += 1
            elif not character.isspace():
                return [(number, 0, len(text)) for text, number in one.runs if number >= 0 and text.strip()]
    return [(number, *part) for number, part in parts.items()]


def _with_spans(text: str, spans: Sequence[tuple[int, int, int]], links: Mapping[int, str]) -> str:
    cuts = sorted({0, len(text), *(place for begin, end, _key in spans for place in (begin, end))})
    out = []
    for begin, end in pairwise(cuts):
        keys = sorted(key for first, last, key in spans if first <= begin and end <= last)
        words = written(text[begin:end])
        out.append(f'<mark class="passage" data-remarks="{" ".join(map(str, keys))}">{words}</mark>' if keys else words)
        out.append(links.get(end, ""))
    return "".join(out)


def replaced(html: str, wanted: Passage, words: str) -> str:
    """Clean HTML with other words in the place of a passage; where it runs over several elements, in the first."""
    stream = list(tokens(html))
    parts = dict.fromkeys(range(len(stream)), (0, 0, ""))
    for place, (token, begin, end) in enumerate(_in_tokens(located(stream)[wanted.paragraph - 1], wanted)):
        parts[token] = (begin, end, "" if place else words)
    out: list[str] = []
    for number, (kind, value, attributes) in enumerate(stream):
        if kind == "text":
            begin, end, new = parts[number]
            out.append(written(value[:begin] + new + value[end:]))
        else:
            out.append(tag(value, attributes) if kind == "start" else f"</{value}>")
    return "".join(out)
