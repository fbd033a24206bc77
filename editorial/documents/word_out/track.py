"""Two texts as one that carries what changed, so that accepting all gives the later and rejecting all the earlier.

In Word a change of a paragraph's end belongs to its mark: a paragraph whose mark is inserted joins the next one when
that is rejected. The last paragraph of anything, and one before a table, has no next one to join; there the mark of
the paragraph before carries the change.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from editorial.documents.compare import aligned, stretches
from editorial.documents.units import Unit
from editorial.documents.word_out.model import Block, Body, Cell, Paragraph, Run, Table, TableRow, paragraphs

SAME, ADDED, REMOVED = "same", "added", "removed"


@dataclass(frozen=True)
class Piece:
    """Runs of a paragraph: the later ones, or where they were removed the earlier ones. `before` are the forms that the
    characters had, where they are the same on both sides.
    """

    op: str
    runs: tuple[Run, ...]
    before: tuple[Run, ...] = ()


@dataclass(frozen=True)
class Line:
    """A paragraph: its pieces, its look when all is accepted and when all is rejected, and what became of its mark."""

    pieces: tuple[Piece, ...]
    look: Paragraph
    old_look: Paragraph
    op: str = SAME
    mark: str = SAME


@dataclass(frozen=True)
class Row:
    """A row of a table; `op` where all of it came or went."""

    row: TableRow
    cells: "tuple[tuple[Marked, ...], ...]"
    op: str = SAME


@dataclass(frozen=True)
class Grid:
    """A table."""

    columns: int
    rows: tuple[Row, ...]


Marked = Line | Grid


def tracked(before: Body, after: Body) -> list[Marked]:
    """The later text with what changed since the earlier one. Title goes with title, byline with byline."""
    old, new = before.blocks, after.blocks
    lead = [(i, j) for i in range(before.lead) for j in range(after.lead) if _style(old[i]) == _style(new[j])]
    pairs = [(i + before.lead, j + after.lead) for i, j in _paired(old[before.lead :], new[after.lead :])]
    return _marked(old, new, lead + pairs)


def unchanged(blocks: Sequence[Block]) -> list[Marked]:
    """A text in which nothing changed."""
    return [_whole(block, SAME) for block in blocks]


def _style(block: Block) -> str:
    return block.style if isinstance(block, Paragraph) else ""


def _paired(old: Sequence[Block], new: Sequence[Block]) -> list[tuple[int, int]]:
    pairs = aligned([_unit(block) for block in old], [_unit(block) for block in new])
    return [(i, j) for i, j in pairs if type(old[i]) is type(new[j])]


def _unit(block: Block) -> Unit:
    if isinstance(block, Table):
        return Unit("tr", "\n".join(paragraph.text for paragraph in paragraphs([block])), repr(block))
    what = "picture" if block.style == "picture" else "p"
    return Unit(what, block.text, repr(block))


def _marked(old: Sequence[Block], new: Sequence[Block], pairs: list[tuple[int, int]]) -> list[Marked]:
    out: list[Marked] = []
    segment: list[Line] = []

    def add(marked: Marked) -> None:
        if isinstance(marked, Line):
            segment.append(marked)
        else:
            out.extend(_with_marks(segment))
            segment.clear()
            out.append(marked)

    last_old = last_new = 0
    for i, j in [*pairs, (len(old), len(new))]:
        gone, come = list(old[last_old:i]), list(new[last_new:j])
        both = gone[-1:] + come[:1]  # two tables side by side would be one
        as_one = [gone.pop(), come.pop(0)] if gone and come and all(isinstance(one, Table) for one in both) else []
        for block in gone:
            add(_whole(block, REMOVED))
        if as_one:
            add(_both(*as_one))
        for block in come:
            add(_whole(block, ADDED))
        if i < len(old):
            add(_both(old[i], new[j]))
        last_old, last_new = i + 1, j + 1
    return [*out, *_with_marks(segment)]


def _whole(block: Block, op: str) -> Marked:
    """A block that stayed, came or went as a whole."""
    if isinstance(block, Paragraph):
        return Line((Piece(op, block.runs, block.runs),) if block.runs else (), block, block, op, op)
    return Grid(block.columns, tuple(_whole_row(row, op) for row in block.rows))


def _whole_row(row: TableRow, op: str) -> Row:
    return Row(row, tuple(tuple(_whole(block, op) for block in cell.blocks) for cell in row.cells), op)


def _both(old: Block, new: Block) -> Marked:
    if isinstance(old, Table) and isinstance(new, Table):
        return _table(old, new)
    assert isinstance(old, Paragraph) and isinstance(new, Paragraph)
    return Line(_pieces(old.runs, new.runs), new, old)


def _table(old: Table, new: Table) -> Grid:
    pairs: list[tuple[int, int]] = []
    if old.columns == new.columns:
        units = [[Unit("tr", _row_text(row), repr(row)) for row in table.rows] for table in (old, new)]
        pairs = [(i, j) for i, j in aligned(*units) if old.rows[i].shape == new.rows[j].shape]
    rows: list[Row] = []
    last_old = last_new = 0
    for i, j in [*pairs, (len(old.rows), len(new.rows))]:
        rows += [_whole_row(row, REMOVED) for row in old.rows[last_old:i]]
        rows += [_whole_row(row, ADDED) for row in new.rows[last_new:j]]
        if i < len(old.rows):
            rows.append(_both_rows(old.rows[i], new.rows[j]))
        last_old, last_new = i + 1, j + 1
    return Grid(max(old.columns, new.columns), tuple(rows))


def _row_text(row: TableRow) -> str:
    return "\t".join("\n".join(paragraph.text for paragraph in paragraphs(cell.blocks)) for cell in row.cells)


def _both_rows(old: TableRow, new: TableRow) -> Row:
    return Row(new, tuple(_cell(*pair) for pair in zip(old.cells, new.cells, strict=True)))


def _cell(old: Cell, new: Cell) -> tuple[Marked, ...]:
    return tuple(_marked(old.blocks, new.blocks, _paired(old.blocks, new.blocks)))


def _with_marks(segment: Sequence[Line]) -> list[Line]:
    """Paragraphs that stand between two tables, or before the first or after the last, with the right marks.

    Where the last ones only came or only went, the change moves to the mark of the last that stayed. So it does where
    new paragraphs follow a new end of one that stayed, as when they are typed there; LibreOffice needs it.
    """
    lines = list(segment)
    stayed = max((place for place, line in enumerate(lines) if line.op == SAME), default=-1)
    gone = [place for place in range(stayed + 1, len(lines)) if lines[place].op == REMOVED]
    come = [place for place in range(stayed + 1, len(lines)) if lines[place].op == ADDED]
    if gone and come:  # they go first, then the others come: the last of each are one paragraph that changed
        old, new = lines[gone[-1]], lines[come[-1]]
        lines[come[-1]] = Line(_pieces(old.look.runs, new.look.runs), new.look, old.look)
        del lines[gone[-1]]
    elif stayed >= 0 and gone + come:
        _shift(lines, stayed, len(lines) - 1)
    for place, line in enumerate(lines):
        if line.op == line.mark == SAME and line.pieces and line.pieces[-1].op == ADDED:
            last = place
            while last + 1 < len(lines) and lines[last + 1].op == ADDED:
                last += 1
            if last > place:
                _shift(lines, place, last)
    return lines


def _shift(lines: list[Line], stayed: int, last: int) -> None:
    """The change of a paragraph's end goes from the `last` of those that came or went to the one before them all."""
    op = lines[last].op
    if op == ADDED:
        lines[last] = replace(lines[last], mark=SAME, old_look=lines[stayed].old_look)
    else:
        lines[last] = replace(lines[last], mark=SAME, look=lines[stayed].look)
    lines[stayed] = replace(lines[stayed], mark=op)


# --- Inside a paragraph -------------------------------------------------------------------------------------------


def _pieces(old: Sequence[Run], new: Sequence[Run]) -> tuple[Piece, ...]:
    before, after = "".join(run.text for run in old), "".join(run.text for run in new)
    out: list[Piece] = []
    at = there = 0
    for same, one, other in stretches(before, after):
        gone, come = cut(old, at, at + len(one)), cut(new, there, there + len(other))
        out += _alike(gone, come) if same else _changed(gone, come)
        at, there = at + len(one), there + len(other)
    return tuple(out)


def _changed(gone: tuple[Run, ...], come: tuple[Run, ...]) -> list[Piece]:
    return [Piece(op, runs) for op, runs in ((REMOVED, gone), (ADDED, come)) if runs]


def _alike(old: tuple[Run, ...], new: tuple[Run, ...]) -> list[Piece]:
    """Equal characters, in stretches of one form on both sides; what else than form differs was changed."""
    out: list[Piece] = []
    ends = sorted(set(_ends(old)) | set(_ends(new)))
    for start, end in zip([0, *ends], ends, strict=False):
        gone, come = cut(old, start, end), cut(new, start, end)
        if [_unformed(run) for run in gone] == [_unformed(run) for run in come]:
            out.append(Piece(SAME, come, gone))
        else:
            out += _changed(gone, come)
    return out


def _unformed(run: Run) -> Run:
    return replace(run, form=frozenset())


def _ends(runs: Sequence[Run]) -> list[int]:
    ends = [0]
    for run in runs:
        ends.append(ends[-1] + len(run.text))
    return ends[1:]


def cut(runs: Sequence[Run], start: int, end: int) -> tuple[Run, ...]:
    """The runs of the characters from `start` to `end`."""
    out: list[Run] = []
    at = 0
    for run in runs:
        inside = run.text[max(start - at, 0) : max(end - at, 0)]
        if inside:
            out.append(replace(run, text=inside))
        at += len(run.text)
    return tuple(out)
