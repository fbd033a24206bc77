"""Clean HTML as plain text, counted, normalised and digested."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable

from editorial.documents.allowed import BLOCK
from editorial.documents.tokens import tag, tokens

_EAST_ASIAN = (
    r"\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U0001b000-\U0003ffff"
)
_LATIN = rf"[^\W_{_EAST_ASIAN}]"
_COUNTED = re.compile(rf"{_LATIN}(?:{_LATIN}|[.,'’:/@_%+-](?={_LATIN})|[\u0300-\u036f])*|[^\x00-\x7f\s]")
_SPACE = re.compile(r"[ \t\n]+")
_LINE = re.compile(r"\s*<(h[234]|p)>(?:(?!<img|</\1>).)*</\1>", re.S)
_WITHIN_BLOCK = rf"(?:[^<]|<(?!/?(?:{'|'.join(sorted(BLOCK))})\b)[^>]*>)*"
_TITLE_WITHIN = 5
_ROUND_CREDIT = 8
_READ_A_MINUTE = 400
_UNCOUNTED = frozenset({"Mn", "Me", "Mc", "Cf", "Cc", "Zs"})


def normalise(text: str) -> str:
    """The form in which texts are compared: NFC, ``\\n``, no spaces at the ends of lines, no empty lines around."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def count_characters(text: str) -> int:
    """字数 as editors count: one a Chinese character, full-width mark, or run of Latin letters or digits.

    A run goes on over a mark inside it ("3.5", "COVID-19", "it's"). Half-width marks count nothing.
    """
    return sum(
        len(found) > 1 or found.isalnum() or unicodedata.category(found) not in _UNCOUNTED
        for found in _COUNTED.findall(text)
    )


def count_words_only(text: str) -> int:
    """字数 without punctuation: as `count_characters`, but marks and signs count nothing."""
    return sum(unicodedata.category(found[0])[0] in "LN" for found in _COUNTED.findall(text))


def reading_minutes(characters: int) -> int:
    """How long one reads a text of so many characters silently, in whole minutes."""
    return max(1, round(characters / _READ_A_MINUTE))


def plain_text(html: str) -> str:
    """The text of clean HTML: a line for each block; a table row is one line, a tab between cells.

    The marks that call notes, and lead back from them, are no words of the text.
    """
    lines: list[str] = []
    line: list[str] = []
    deep = cells = 0  # in how many cells are we, and how many has the row had?
    in_note_mark = False

    def end_line() -> None:
        text = "\t".join(_SPACE.sub(" ", cell).strip(" ") for cell in "".join(line).split("\t"))
        if text.strip("\t"):
            lines.append(text)
        line.clear()

    for kind, value, attributes in tokens(html):
        if kind == "text":
            line.append("" if in_note_mark else _SPACE.sub(" ", value))
        elif value == "a":
            in_note_mark = kind == "start" and attributes.get("href", "").startswith("#fn")
        elif value in ("td", "th"):
            deep += 1 if kind == "start" else -1
            if kind == "start" and (cells or deep > 1):
                line.append("\t" if deep == 1 else " ")
            cells += deep == 1 and kind == "start"
        elif value == "br" or value in BLOCK:
            if deep:
                line.append(" ")
            else:
                end_line()
                cells = 0
    end_line()
    return "\n".join(lines)


def without_title(html: str, title: str) -> str:
    """Clean HTML without the line that is the title and nothing else, where it is among the first five.

    A title may stand on several lines; brackets around a line do not count.
    """
    wanted = _bare(title)
    at = 0
    for _ in range(_TITLE_WITHIN):
        found = _LINE.match(html, at)
        if found is None or not wanted:
            break
        left, end, found_end = wanted, at, found.end()
        while found and (words := _bare(plain_text(found[0]))) and left.startswith(words):
            left, end = left.removeprefix(words), found.end()
            found = _LINE.match(html, end)
        if not left:
            return html[:at] + html[end:]
        at = found_end
    return html


def without_caption(html: str, sha256: str, caption: str, credit: str) -> str:
    """Clean HTML without the line under a picture, where that is its caption and credit: under the paragraph in which
    the picture stands, with others or with words, each caption a line of its own; wherever it stands."""
    if not caption:
        return html
    pattern = re.compile(rf'<img src="pictures/{sha256}"[^>]*>{_WITHIN_BLOCK}(?:</\w+>)*')
    out: list[str] = []
    at = 0
    while picture := pattern.search(html, at):
        out.append(html[at : picture.end()])
        found = _LINE.match(html, picture.end())
        at = found.end() if found and _tells(_bare(plain_text(found[0])), _bare(caption), credit) else picture.end()
    return "".join([*out, html[at:]])


def _tells(line: str, caption: str, credit: str) -> bool:
    left = line[len(caption) :]
    told = line.startswith(caption) and (_bare(credit) in left if credit else not left)
    return told and len(left) <= len(credit) + _ROUND_CREDIT


def _bare(text: str) -> str:
    return "".join(text.split()).strip("（）()")


def canonical(html: str) -> list[str]:
    """The tokens of clean HTML with normalised text, equal for two texts that differ only in form."""
    out: list[str] = []
    text: list[str] = []

    def end_text(at_block: bool) -> None:
        run = unicodedata.normalize("NFC", _SPACE.sub(" ", "".join(text)))
        after_block = not out or out[-1].strip("</>").split(" ")[0] in BLOCK
        run = run.lstrip(" ") if after_block else run
        run = run.rstrip(" ") if at_block else run
        if run:
            out.append(run.replace("<", "&lt;"))
        text.clear()

    for kind, value, attributes in tokens(html):
        if kind == "text":
            text.append(value)
        else:
            end_text(value in BLOCK)
            out.append(tag(value, attributes) if kind == "start" else f"</{value}>")
    end_text(True)
    return out


def digested(
    title: str,
    byline: str,
    html: str,
    pictures: Iterable[tuple[str, str, str]] = (),
    files: Iterable[str] = (),
) -> bytes:
    """The bytes whose SHA-256 is the digest of a text: JSON of all that a decision or a signature is about.

    `pictures` are (sha256, caption, credit), `files` the sha256 of the files that go with the text; their
    order does not matter, as the text says where a picture stands. JSON keeps the parts apart. Two texts have
    the same digest exactly when they differ only in Unicode form (NFC), line ends and space HTML ignores.
    """
    content = {
        "form": 1,
        "title": normalise(title),
        "byline": normalise(byline),
        "text": canonical(html),
        "pictures": sorted([sha, normalise(caption), normalise(credit)] for sha, caption, credit in pictures),
        "files": sorted(files),
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def digest(
    title: str,
    byline: str,
    html: str,
    pictures: Iterable[tuple[str, str, str]] = (),
    files: Iterable[str] = (),
) -> str:
    """The SHA-256, in hex, of one text: what a decision or a signature is about. See `digested`."""
    return hashlib.sha256(digested(title, byline, html, pictures, files)).hexdigest()
