"""Clean HTML as the paragraphs and tables that Word has."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from editorial.documents.allowed import BLOCK, VOID
from editorial.documents.tokens import tokens
from editorial.documents.word_out.model import (
    Block,
    Body,
    Cell,
    Content,
    Item,
    Paragraph,
    Run,
    Shot,
    Table,
    TableRow,
    settled,
)

_SPACE = re.compile(r"[ \t\n]+")
_FORMS = frozenset({"strong", "em", "u", "s", "sub", "sup", "mark"})
_DEEPEST_LIST = 8
_HEADINGS = frozenset({"h2", "h3", "h4"})


@dataclass
class _Node:
    name: str
    attributes: Mapping[str, str]
    children: "list[_Node | str]" = field(default_factory=list)


@dataclass
class _Place:
    """Where blocks stand: the style of plain paragraphs there, and the list item, if any."""

    style: str
    item: Item | None = None
    level: int = 0


def body_of(content: Content) -> Body:
    """A text's title, byline and body, with its notes taken out of the list at its end."""
    root = _tree(content.html)
    reader = _Reader(content.shots, _notes(root))
    lead = [Paragraph(style, (Run(line),)) for style, line in
            (("title", _tidy(content.title)), ("byline", _tidy(content.byline))) if line]
    blocks = reader.blocks(root.children, _Place("p"))
    blocks += reader.uncalled()
    return Body(settled([*lead, *blocks]), reader.notes, len(lead))


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _tree(html: str) -> _Node:
    root = _Node("", {})
    opened = [root]
    for kind, value, attributes in tokens(html):
        if kind == "text":
            opened[-1].children.append(value)
        elif kind == "start":
            node = _Node(value, attributes)
            opened[-1].children.append(node)
            if value not in VOID:
                opened.append(node)
        elif len(opened) > 1:
            opened.pop()
    return root


def _notes(root: _Node) -> dict[str, _Node]:
    """The notes by their number, out of the text: each list of notes only, and the line before it."""
    found: dict[str, _Node] = {}
    kept: list[_Node | str] = []
    for node in root.children:
        if isinstance(node, _Node) and node.name == "ol":
            items = [child for child in node.children if isinstance(child, _Node)]
            if items and all(item.attributes.get("id", "").startswith("fn") for item in items):
                found |= {item.attributes["id"].removeprefix("fn"): item for item in items}
                if kept and isinstance(kept[-1], _Node) and kept[-1].name == "hr":
                    kept.pop()
                continue
        kept.append(node)
    root.children = kept
    return found


@dataclass
class _Reader:
    shots: Mapping[str, Shot]
    found: Mapping[str, _Node]
    notes: dict[str, tuple[Block, ...]] = field(default_factory=dict)
    called: set[str] = field(default_factory=set)
    lists: "count[int]" = field(default_factory=count)
    in_note: bool = False

    def blocks(self, nodes: Iterable[_Node | str], place: _Place) -> list[Block]:
        """The blocks that elements and loose text are."""
        out: list[Block] = []
        line: list[Run] = []
        for node in nodes:
            if isinstance(node, _Node) and (node.name in BLOCK or node.name == "hr"):
                out += self._finished(line, place)
                line = []
                out += self._block(node, place)
            else:
                self._inline(node, line, frozenset(), "")
        return out + self._finished(line, place)

    def uncalled(self) -> list[Block]:
        """The notes that nothing in the text calls: as paragraphs, so that they are not lost."""
        out: list[Block] = []
        for number in self.found:
            if number not in self.called:
                out += self._note(number, f"[{number}] ")
        return out

    def _block(self, node: _Node, place: _Place) -> list[Block]:
        if node.name == "hr":
            return [Paragraph("rule")]
        if node.name == "table":
            return self._table(node)
        if node.name in ("ul", "ol"):
            return self._list(node, place)
        style = {"blockquote": "quote", "figcaption": "caption"}.get(node.name, place.style)
        if node.name in _HEADINGS:
            style = node.name
        return self.blocks(node.children, replace(place, style=style)) if node.name not in ("p", *_HEADINGS) else (
            self._finished(self._line(node), replace(place, style=style)))

    def _line(self, node: _Node) -> list[Run]:
        line: list[Run] = []
        for child in node.children:
            self._inline(child, line, frozenset(), "")
        return line

    def _finished(self, line: Sequence[Run], place: _Place) -> list[Block]:
        """A line as a paragraph, its pictures' captions after it; nothing for an empty line."""
        runs = _trimmed(line)
        if not runs:
            return []
        item = place.item
        if item is not None:  # only the first paragraph of an item has the number
            place.item = replace(item, first=False)
        pictures = [run for run in runs if run.kind == "picture"]
        alone = len(pictures) == len(runs) and item is None
        style = "picture" if alone else place.style
        captions = dict.fromkeys(self.shots[run.value].line for run in pictures if run.value in self.shots)
        return [Paragraph(style, runs, item),
                *(Paragraph("caption", (Run(_tidy(caption)),)) for caption in captions if caption)]

    def _list(self, node: _Node, place: _Place) -> list[Block]:
        start = int(node.attributes.get("start", "1"))
        this = Item(node.name, min(place.level, _DEEPEST_LIST), next(self.lists), start)
        out: list[Block] = []
        for child in node.children:
            if isinstance(child, _Node):
                inside = _Place("li", this, place.level + 1)
                out += self.blocks(child.children, inside)
        return out

    def _table(self, node: _Node) -> list[Block]:
        """A table with every place of its grid filled: what a cell covers further down goes on with it."""
        rows: list[TableRow] = []
        below: dict[int, tuple[int, int]] = {}  # column → how many rows still, how many columns
        parts = [part for part in node.children if isinstance(part, _Node)]
        grid = [(row, part.name == "thead") for part in parts for row in part.children if isinstance(row, _Node)]
        for row, head in grid:
            cells: list[Cell] = []
            column = 0
            waiting = [child for child in row.children if isinstance(child, _Node)]
            while waiting or any(place >= column for place in below):
                if column in below:
                    left, columns = below.pop(column)
                    cells.append(Cell((Paragraph("cell"),), columns, "continue"))
                    below |= {-1 - column: (left - 1, columns)} if left > 1 else {}
                elif waiting:
                    cell = waiting.pop(0)
                    room = min((place for place in below if place > column), default=column + 500) - column
                    columns = min(int(cell.attributes.get("colspan", "1")), room)
                    down = int(cell.attributes.get("rowspan", "1"))
                    style = "head" if cell.name == "th" else "cell"
                    blocks = settled(self.blocks(cell.children, _Place(style)))
                    if blocks == (Paragraph("gap"),):
                        blocks = (Paragraph(style),)
                    cells.append(Cell(blocks, columns, "restart" if down > 1 else ""))
                    below |= {-1 - column: (down - 1, columns)} if down > 1 else {}
                else:
                    columns = min(place for place in below if place > column) - column
                    cells.append(Cell((Paragraph("cell"),), columns))
                column += columns
            below = {-1 - place if place < 0 else place: value for place, value in below.items()}
            if cells:
                rows.append(TableRow(tuple(cells), head))
        widest = max((sum(cell.columns for cell in row.cells) for row in rows), default=0)
        return [Table(widest, tuple(_filled(row, widest) for row in rows))] if rows else []

    def _inline(self, node: _Node | str, line: list[Run], form: frozenset[str], href: str) -> None:
        if isinstance(node, str):
            line.append(Run(_SPACE.sub(" ", node), form, href))
        elif node.name == "br":
            line.append(Run("\n", form, href, "break"))
        elif node.name == "img":
            sha256 = node.attributes.get("src", "").removeprefix("pictures/")
            line.append(Run.thing("picture", sha256, frozenset(), "", node.attributes.get("alt", "")))
        elif node.name == "ruby":
            base, reading = _text(node, ("rt", "rp")), _text(node, ("rp",), only="rt")
            line.append(Run.thing("ruby", base, form, href, reading))
        elif node.name == "a" and node.attributes.get("href", "").startswith("#fnref"):
            return
        elif (called := self._called(node)) is not None:
            line.append(Run.thing("note", called, frozenset(), ""))
        else:
            within = form | {node.name} if node.name in _FORMS else form
            address = node.attributes.get("href", "") if node.name == "a" else ""
            for child in node.children:
                self._inline(child, line, within, href if address.startswith("#") or not address else address)

    def _called(self, node: _Node) -> str | None:
        """The key of the note that an element calls; None where it calls none, or one that was called before."""
        if node.name != "sup" or self.in_note:
            return None
        link = next((child for child in node.children if isinstance(child, _Node) and child.name == "a"), None)
        number = link.attributes.get("href", "").removeprefix("#fn") if link else ""
        if number not in self.found or number in self.called:
            return None
        self.called.add(number)
        blocks = self._note(number, "")
        key = hashlib.sha1(repr(blocks).encode(), usedforsecurity=False).hexdigest()
        self.notes[key] = settled(blocks)
        return key

    def _note(self, number: str, before: str) -> list[Block]:
        self.in_note = True
        blocks = self.blocks([before, *self.found[number].children], _Place("note"))
        self.in_note = False
        return blocks


def _text(node: _Node, without: tuple[str, ...], only: str = "") -> str:
    parts = []
    for child in node.children:
        if isinstance(child, str):
            parts.append(child if not only or node.name == only else "")
        elif child.name not in without:
            parts.append(_text(child, without, "" if child.name == only else only))
    return _SPACE.sub(" ", "".join(parts)).strip(" ")


def _filled(row: TableRow, columns: int) -> TableRow:
    """The row with an empty cell for what it lacks of so many columns."""
    lacking = columns - sum(cell.columns for cell in row.cells)
    return replace(row, cells=(*row.cells, Cell((Paragraph("cell"),), lacking))) if lacking else row


def _trimmed(line: Sequence[Run]) -> tuple[Run, ...]:
    """A line as HTML shows it: one space for several, none at its ends and around breaks; runs of one form as one."""
    out: list[Run] = []
    for run in line:
        text = run.text
        if run.kind == "text" and (not out or out[-1].text.endswith((" ", "\n"))):
            text = text.lstrip(" ")
        if run.kind == "break" and out:
            out[-1] = replace(out[-1], text=out[-1].text.rstrip(" ")) if out[-1].kind == "text" else out[-1]
        if not text:
            continue
        if out and run.kind == "text" and replace(out[-1], text="") == replace(run, text=""):
            out[-1] = replace(run, text=out[-1].text + text)
        else:
            out.append(replace(run, text=text))
    while out and out[-1].kind == "text" and not out[-1].text.rstrip(" "):
        out.pop()
    if out and out[-1].kind == "text":
        out[-1] = replace(out[-1], text=out[-1].text.rstrip(" "))
    return tuple(run for run in out if run.text)
