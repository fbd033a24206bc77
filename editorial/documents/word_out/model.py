"""A text as Word has it: paragraphs of runs, and tables. What `blocks` makes, `track` compares and `markup` writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zlib import crc32

_PRIVATE = 0xF0000


@dataclass(frozen=True)
class Shot:
    """A picture of a text: its bytes (PNG or JPEG), its size in pixels, and what stands under it."""

    data: bytes
    media_type: str
    width: int
    height: int
    caption: str = ""
    credit: str = ""

    @property
    def line(self) -> str:
        """Caption and credit as the line under the picture."""
        return f"{self.caption}（{self.credit}）" if self.caption and self.credit else self.caption or self.credit


@dataclass(frozen=True)
class Content:
    """A text to be written: title and byline as plain text, `html` as `clean` gives it, its pictures by SHA-256."""

    title: str
    byline: str
    html: str
    shots: Mapping[str, Shot] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """Characters of one form, or one thing among them.

    `kind` is ``text``, ``break``, ``picture`` (`value`: its SHA-256, `more`: its description), ``note`` (`value`: a key
    of `Body.notes`) or ``ruby`` (`value`: the base, `more`: the reading).
    """

    text: str
    form: frozenset[str] = frozenset()
    href: str = ""
    kind: str = "text"
    value: str = ""
    more: str = ""

    @staticmethod
    def thing(kind: str, value: str, form: frozenset[str], href: str, more: str = "") -> "Run":
        """A run of one private character, which stands for the thing: equal for equal things."""
        return Run(chr(_PRIVATE + crc32(f"{kind}{value}{more}".encode()) % 0xFFFD), form, href, kind, value, more)


@dataclass(frozen=True)
class Item:
    """A place in a list: ``ul`` or ``ol``, how deep, in which list of the text; `start` is the list's first number.

    A paragraph that is not `first` in its item has no number of its own.
    """

    kind: str
    level: int
    list_id: int
    start: int = 1
    first: bool = True


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: ``title``, ``byline``, ``p``, ``h2`` to ``h4``, ``li``, ``quote``, ``cell``, ``head``, ``picture``,
    ``caption``, ``note``, ``rule`` (a line), or ``gap`` (nothing, where Word needs a paragraph).
    """

    style: str
    runs: tuple[Run, ...] = ()
    item: Item | None = None

    @property
    def text(self) -> str:
        """Its characters; a private one for each thing among them."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Cell:
    """A cell: over how many columns, whether it begins a vertical merge (``restart``) or goes on with it."""

    blocks: "tuple[Block, ...]"
    columns: int = 1
    merge: str = ""


@dataclass(frozen=True)
class TableRow:
    """A row of a table; `head` where it is repeated on each page."""

    cells: tuple[Cell, ...]
    head: bool = False

    @property
    def shape(self) -> tuple[object, ...]:
        """What two rows have in common whose cells can be compared one by one."""
        return self.head, tuple((cell.columns, cell.merge) for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """A table of so many columns."""

    columns: int
    rows: tuple[TableRow, ...]


Block = Paragraph | Table


@dataclass(frozen=True)
class Body:
    """A whole text: its blocks, title and byline first, and its notes by key."""

    blocks: tuple[Block, ...]
    notes: Mapping[str, tuple[Block, ...]]
    lead: int
    """How many of the blocks are title and byline."""


def settled(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with a paragraph where Word needs one: between two tables, and as the last of anything."""
    out: list[Block] = []
    for block in blocks:
        if out and isinstance(block, Table) and isinstance(out[-1], Table):
            out.append(Paragraph("gap"))
        out.append(block)
    if not out or isinstance(out[-1], Table):
        out.append(Paragraph("gap"))
    return tuple(out)


def paragraphs(blocks: Sequence[Block]) -> list[Paragraph]:
    """All paragraphs, those in tables too, in order."""
    out: list[Paragraph] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            out.append(block)
        else:
            for row in block.rows:
                for cell in row.cells:
                    out += paragraphs(cell.blocks)
    return out
