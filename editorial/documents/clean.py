"""`clean`: the one function that all HTML passes, from a paste, a form, a Word file or another system.

Five steps, each linear in the text:

1. the text's tokens are written anew, with known elements only, and with nesting bounded, because parsers of
   HTML take quadratic time and more on deep nesting;
2. nh3 parses and cleans that, as a browser would parse it;
3. its tree is fitted to the shape of our texts (`_Shape`), at most 64 levels deep;
4. bleach cleans the result once more, independently, in portions, as it too is quadratic in places;
5. notes without a partner lose their links.
"""

import re
from dataclasses import dataclass, field

import nh3
from bleach.sanitizer import Cleaner

from editorial.documents.allowed import ALLOWED, BLOCK, INLINE, RENAMED, SCHEMES, VOID, attributes
from editorial.documents.tokens import tag, tokens, written

DEEPEST = 64
"""How many elements may be open at once in a clean text."""

_BOUNDARY = frozenset({
    "address", "article", "aside", "body", "caption", "center", "dd", "details", "dir", "div", "dl", "dt",
    "fieldset", "footer", "form", "header", "hgroup", "html", "legend", "main", "menu", "nav", "option",
    "optgroup", "pre", "section", "summary",
})
"""Blocks that are not ours: their text stays, in paragraphs of its own."""

_KNOWN = frozenset(ALLOWED) | _BOUNDARY | {"pre"}
_MOST_OPEN = 200
_SPACE = re.compile(r"[ \t\n]*")
_PORTION = 500
_LONGEST_TEXT = 2_000
_ID = re.compile(r'(<(?:sup|li)) id="([a-z0-9]+)">')
_TO_ID = re.compile(r'<a href="#([a-z0-9]+)">(.*?)</a>', re.S)


def clean(html: str) -> str:
    """HTML of any origin as HTML of ours: allowed elements and attributes, well-nested, safe to show.

    Idempotent. Keeps all text that a browser would show; the content of scripts, styles and comments goes.
    Pictures stay only under ``pictures/<sha256>``; links only to http, https, mailto, and the text's notes.
    """
    parsed = nh3.clean(
        _bounded(html),
        tags=set(_KNOWN),
        attributes={element: set(names) - {"rel"} for element, names in ALLOWED.items() if names},
        url_schemes=set(SCHEMES),
        link_rel=None,
        strip_comments=True,
    )
    shape = _Shape()
    for kind, value, given in tokens(parsed):
        if kind == "text":
            shape.text(value)
        elif kind == "start":
            shape.start(value, given)
        else:
            shape.end(value)
    allowed = {element: list(names) for element, names in ALLOWED.items()}
    cleaner = Cleaner(tags=ALLOWED, attributes=allowed, protocols=SCHEMES, strip=True)
    portions = (
        cleaner.clean(before + portion + after).removeprefix(before).removesuffix(after)
        for before, portion, after in shape.finished()
    )
    return _with_paired_notes("".join(portions))


def _bounded(html: str) -> str:
    """The same HTML, canonically written, with known elements only, and never more than 200 of them open.

    A frame counts what is open inside one table, or one cell of it: end tags do not reach across cells.
    """
    out: list[str] = []
    frames: list[tuple[str, dict[str, int]]] = [("", {})]
    dropped: dict[str, int] = {}
    deep = 0
    for kind, value, given in tokens(html):
        if kind == "text":
            out.append(written(value))
            continue
        name = RENAMED.get(value, value)
        if name not in _KNOWN:
            continue
        name = "div" if name in _BOUNDARY and name != "pre" else name
        if name in VOID:
            if kind == "start":
                out.append(tag(name, attributes(name, given) or {}))
            continue
        if name in _PARTS and name != "li" and len(frames) == 1:
            name = "div"  # a cell without a table
        if name in _PARTS or name == "p":
            if name not in ("p", "li"):
                if frames[-1][0] == "cell":
                    deep -= sum(frames.pop()[1].values())
                if kind == "start" and name in ("td", "th"):
                    frames.append(("cell", {}))
            out.append(tag(name, attributes(name, given) or {}) if kind == "start" else f"</{name}>")
            continue
        count = frames[-1][1]
        if kind == "start":
            if deep >= _MOST_OPEN or (name in INLINE and count.get(name) and name != "a"):
                dropped[name] = dropped.get(name, 0) + 1
                continue
            kept = attributes(name, given)
            if name == "a" and (count.get("a") or kept is None):
                kept = kept or {}
                out.append("</a>" * bool(count.get("a")))
                deep -= count.pop("a", 0)
                if not kept:
                    continue
            if name == "table":
                frames.append(("table", {"table": 1}))
            else:
                count[name] = count.get(name, 0) + 1
            deep += 1
            out.append(tag(name, kept or {}))
        elif dropped.get(name):
            dropped[name] -= 1
        elif name == "table":
            if len(frames) > 1:
                while True:
                    which, inside = frames.pop()
                    deep -= sum(inside.values())
                    if which == "table":
                        break
                out.append("</table>")
        elif count.get(name):
            count[name] -= 1
            deep -= 1
            out.append(f"</{name}>")
    return "".join(out)


def _with_paired_notes(html: str) -> str:
    """Each note id once, and links only to the ids that are there."""
    ids: set[str] = set()

    def once(found: re.Match[str]) -> str:
        if found[2] in ids:
            return f"{found[1]}>"
        ids.add(found[2])
        return found[0]

    html = _ID.sub(once, html)
    return _TO_ID.sub(lambda found: found[0] if found[1] in ids else found[2], html)


_TEXTUAL = frozenset({"p", "h2", "h3", "h4"})
_CHILDREN = {
    "ul": {"li"}, "ol": {"li"},
    "table": {"thead", "tbody"}, "thead": {"tr"}, "tbody": {"tr"}, "tr": {"td", "th"},
}
_PARTS = frozenset(part for parts in _CHILDREN.values() for part in parts)
_IMPLIED = {
    "": "p", "figure": "p", "ul": "li", "ol": "li", "table": "tbody", "thead": "tr", "tbody": "tr", "tr": "td",
}
_LAZY = frozenset({"ul", "ol", "table", "thead", "tbody", "tr", "blockquote", "figure", "h2", "h3", "h4"})
_DEEPEST_BLOCK = DEEPEST - 4 - len(INLINE)  # tbody, tr, td, p, all inline may come on top


@dataclass
class _Open:
    """An element of the result that is open; a lazy one is written with the first thing inside it."""

    name: str
    start: str
    implied: bool = False
    begun: bool = False
    used: bool = False


@dataclass
class _Source:
    """An open element of the parsed text: what it became, and how many were open in the result before it."""

    became: _Open | None
    depth: int
    inline: bool = False


@dataclass
class _Shape:
    """Fits well-nested tags to the shape of our texts: text in paragraphs, items in lists, cells in rows.

    What does not fit is unwrapped, never dropped; elements of a line that hold a block are closed before it
    and opened again inside.
    """

    out: list[str] = field(default_factory=list)
    blocks: list[_Open] = field(default_factory=lambda: [_Open("", "", begun=True)])
    sources: list[_Source] = field(default_factory=list)
    wanted: list[_Open] = field(default_factory=list)
    lines: int = 0  # how many of `wanted` are open in the result
    foreign: list[bool] = field(default_factory=lambda: [False])  # was the source's block unwrapped?
    new_line: bool = False  # the next text of this heading or paragraph begins on a new line
    preformatted: int = 0
    portions: list[tuple[str, str, str]] = field(default_factory=list)
    before: str = ""

    def text(self, value: str) -> None:
        if _SPACE.fullmatch(value) and not (self.preformatted and "\n" in value):
            if self.blocks[-1].begun:
                self.out.append(value)
            return
        self._begin_line()
        for number, line in enumerate(value.split("\n") if self.preformatted else [value]):
            if number:
                self.out.append("<br>")
            for at in range(0, len(line), _LONGEST_TEXT):
                self.out.append(written(line[at:at + _LONGEST_TEXT]))
                self._cut(_PORTION if len(line) < _LONGEST_TEXT else 1)

    def start(self, name: str, given: dict[str, str]) -> None:
        kept = attributes(name, given) if name in ALLOWED else None
        if name in VOID:
            self._void(name, kept)
        elif name in INLINE:
            self._start_inline(name, kept)
        else:
            self._start_block(name, kept or {})
        self._cut()

    def end(self, name: str) -> None:
        source = self.sources.pop()
        self.preformatted -= name == "pre"
        if source.inline:
            if source.became:
                if self.lines == len(self.wanted):
                    self.out.append(f"</{self.wanted[-1].name}>")
                    self.lines -= 1
                self.wanted.pop()
            return
        self.foreign.pop()
        self._end_line()
        self.new_line = source.became is None
        while len(self.blocks) > source.depth:
            self._close()

    def finished(self) -> list[tuple[str, str, str]]:
        """The result in portions, each with the start tags open before it and the end tags that close it."""
        self._end_line()
        while len(self.blocks) > 1:
            self._close()
        return [*self.portions, (self.before, "".join(self.out), "")]

    def _cut(self, least: int = _PORTION) -> None:
        if len(self.out) < least:
            return
        opened = [block for block in self.blocks[1:] if block.begun] + self.wanted[:self.lines]
        after = "".join(f"</{element.name}>" for element in reversed(opened))
        self.portions.append((self.before, "".join(self.out), after))
        self.before = "".join(element.start for element in opened)
        self.out.clear()

    def _void(self, name: str, kept: dict[str, str] | None) -> None:
        if name == "img" and kept is None:
            return
        if name == "hr":
            self._room_for("hr")
            self._begin_blocks()
        elif name == "img" and self.blocks[-1].name == "figure":
            self._begin_blocks()
        else:
            self._begin_line()
        self.out.append(tag(name, kept or {}))

    def _start_inline(self, name: str, kept: dict[str, str] | None) -> None:
        open_names = {element.name for element in self.wanted}
        fits = kept is not None and name not in open_names
        if name in ("rt", "rp"):
            fits = "ruby" in open_names and not open_names & {"rt", "rp"}
        became = _Open(name, tag(name, kept or {})) if fits else None
        if became:
            self.wanted.append(became)
        self.sources.append(_Source(became, len(self.blocks), inline=True))

    def _start_block(self, name: str, kept: dict[str, str]) -> None:
        self.preformatted += name == "pre"
        became = None
        inside = self.blocks[-1]
        if name in BLOCK and not (name == "p" and inside.name in _TEXTUAL and not inside.implied):
            self._room_for(name)
            parent = self.blocks[-1].name
            if name in _PARTS:
                fits = name in _CHILDREN.get(parent, ())
            else:
                fits = len(self.blocks) <= _DEEPEST_BLOCK and (name != "figcaption" or parent == "figure")
            became = _Open(name, tag(name, kept)) if fits else None
        if became is None:
            self._room_for("")
            self.new_line = True
        self.foreign.append(became is None)
        self.sources.append(_Source(became, len(self.blocks)))
        if became:
            self.blocks.append(became)
            if name not in _LAZY:
                self._begin_blocks()

    def _room_for(self, name: str) -> None:
        """Closes the line, and implied elements that `name` does not belong in; opens those that it needs."""
        self._end_line()
        while self.blocks[-1].implied and (
            self.blocks[-1].name in _TEXTUAL
            or (name == "li" and self.blocks[-1].name == "li")
            or (name in ("td", "th", "tr", "thead", "tbody") and self.blocks[-1].name in ("td", "th"))
            or (name in ("tr", "thead", "tbody") and self.blocks[-1].name == "tr")
            or (name in ("thead", "tbody") and self.blocks[-1].name == "tbody")
        ):
            self._close()
        if not name:
            return
        if self.blocks[-1].name in _TEXTUAL:
            self._close()
        while (parent := self.blocks[-1].name) in _CHILDREN and name not in _CHILDREN[parent]:
            self._imply(_IMPLIED[parent])

    def _imply(self, name: str) -> None:
        self.blocks.append(_Open(name, tag(name, {}), implied=True))

    def _begin_blocks(self) -> None:
        at = len(self.blocks)
        while at and not self.blocks[at - 1].begun:
            at -= 1
        for block in self.blocks[at:]:
            self.out.append(block.start)
            block.begun = True

    def _begin_line(self) -> None:
        """Makes text possible: opens what holds it, and the wanted inline elements."""
        while (parent := self.blocks[-1].name) in _IMPLIED:
            self._imply(_IMPLIED[parent])
        if self.foreign[-1] and parent not in _TEXTUAL:
            self._imply("p")
        self._begin_blocks()
        if self.new_line and not self.lines and self.blocks[-1].used and self.blocks[-1].name in _TEXTUAL:
            self.out.append("<br>")
        self.new_line = False
        self.blocks[-1].used = True
        for element in self.wanted[self.lines:]:
            self.out.append(element.start)
            element.start = f"<{element.name}>" if "id=" in element.start else element.start
        self.lines = len(self.wanted)

    def _end_line(self) -> None:
        while self.lines:
            self.lines -= 1
            self.out.append(f"</{self.wanted[self.lines].name}>")

    def _close(self) -> None:
        block = self.blocks.pop()
        if block.begun:
            self.out.append(f"</{block.name}>")
