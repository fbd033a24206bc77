"""What a text consists of for whoever compares it or points into it: paragraphs, rows of tables, pictures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from editorial.documents.allowed import BLOCK
from editorial.documents.text import normalise
from editorial.documents.tokens import Token, tokens

_SPACE = re.compile(r"[ \t\n]+")
_OUTER = frozenset({"ul", "ol", "blockquote", "figure"})
_BETWEEN = -1


@dataclass(frozen=True)
class Unit:
    """What is compared as one: `what` it is (an element, ``picture``), its text, and its form: bold, links … and
    before which of its characters, spaces left out of account, each begins and ends, whichever is the outer one."""

    what: str
    text: str
    form: str


Run = tuple[str, int]
"""Characters as they stand in a token, and its number; _BETWEEN for what no token has, between cells or lines."""


@dataclass(frozen=True)
class Located:
    """A unit with the tokens of which it is made, as far as they are its text or its picture."""

    unit: Unit
    runs: tuple[Run, ...]


def units(html: str) -> list[Unit]:
    """What is compared as one: each block with text of its own, each row of a table, each picture."""
    return [found.unit for found in located(list(tokens(html)))]


def located(stream: Sequence[Token]) -> list[Located]:
    """The units of the tokens of clean HTML, and where each stands among them."""
    found: list[Located] = []
    runs: list[Run] = []
    form: list[str] = []
    pictures: list[Located] = []
    blocks: list[str] = []
    size = tables = cells = 0

    def finish() -> None:
        whole = "".join(_SPACE.sub(" ", text) if number != _BETWEEN else text for text, number in runs)
        line = normalise("\n".join("\t".join(map(_tidy, row.split("\t"))) for row in whole.split("\n")))
        if line:
            what = "tr" if tables else _kind(blocks)
            found.append(Located(Unit(what, line, " ".join(sorted(form))), tuple(runs)))
        found.extend(pictures)
        for kept in (runs, form, pictures):
            kept.clear()

    for number, (kind, value, attributes) in enumerate(stream):
        if kind == "text":
            runs.append((value, number))
            size += len("".join(value.split()))
        elif value == "img":
            pictures.append(Located(Unit("picture", attributes.get("src", ""), attributes.get("alt", "")),
                                    (("", number),)))
        elif value == "br" or (tables and value in BLOCK and value not in ("table", "tr", "td", "th")):
            runs.append((" " if tables else "\n", _BETWEEN))
        elif value not in BLOCK:
            form.append(f"{size}{value}{kind}{attributes.get('href', '')}")
        else:
            if not tables or (tables == 1 and value in ("table", "tr")):
                finish()
                size = cells = 0
            elif kind == "start" and value in ("td", "th"):
                runs.append(("\t" if cells and tables == 1 else " ", _BETWEEN))
                cells += tables == 1
            if value == "table":
                tables += 1 if kind == "start" else -1
            if kind == "start":
                blocks.append(value)
            elif blocks:
                blocks.pop()
    finish()
    return found


def _kind(blocks: Sequence[str]) -> str:
    """Which block a line stands in. A list's item is one also where an editor writes it with a paragraph in it."""
    inner = [block for block in blocks if block not in _OUTER] or ["p"]
    return "li" if inner[-1] == "p" and "li" in inner[:-1] else inner[-1]


def _tidy(text: str) -> str:
    return _SPACE.sub(" ", text).strip(" ")
