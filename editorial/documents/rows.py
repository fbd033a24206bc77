"""What a comparison of two texts consists of: rows of pieces, on two sides or as one run."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

_FEWEST_FOLDED = 5


@dataclass(frozen=True)
class Piece:
    """A run of characters; `op` is ``same``, ``removed`` (only before) or ``added`` (only after)."""

    op: str
    text: str


@dataclass(frozen=True)
class Row:
    """One paragraph, heading, list item, table row, picture, the title or the byline, on both sides.

    `kind`: ``same``, ``changed``, ``added``, ``removed``, or ``moved``. A moved paragraph has two rows, one at each
    place, with one side empty; `partner` is the other one's index. `what` is the element (``p``, ``h2``, ``li``,
    ``tr`` …), ``picture``, ``caption``, ``title`` or ``byline``. Cells of a table row are parted by a tab. Where only
    the form changed (bold, level of a heading), the kind is ``changed`` and all pieces are the same. `place` is its
    number in the later text, from 1 as `passages` count; 0 for title and byline, and for what is not in it.
    """

    kind: str
    what: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    partner: int | None = None
    place: int = 0

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Both sides as one run: what is the same once, what was removed before what was added in its place."""
        common = "".join(piece.text for piece in self.before or self.after if piece.op == "same")
        marks: list[tuple[int, Piece]] = []
        for side in (self.before, self.after):
            at = 0
            for piece in side:
                if piece.op == "same":
                    at += len(piece.text)
                else:
                    marks.append((at, piece))
        run: list[Piece] = []
        at = 0
        for place, piece in [*sorted(marks, key=itemgetter(0)), (len(common), Piece("same", ""))]:
            run += [Piece("same", common[at:place]), piece]
            at = place
        return tuple(piece for piece in run if piece.text)


def cells(row: Row) -> tuple[tuple[tuple[Piece, ...], ...], ...]:
    """A row of a table as rows of cells: one where both sides have as many, else the row before and the one after."""
    sides = [_parted(side) for side in (row.before, row.after) if side]
    if len(sides) == 2 and len(sides[0]) != len(sides[1]):
        return tuple(sides)
    return (_parted(row.pieces),)


def _parted(pieces: tuple[Piece, ...]) -> tuple[tuple[Piece, ...], ...]:
    parted: list[list[Piece]] = [[]]
    for piece in pieces:
        first, *others = piece.text.split("\t")
        for number, text in enumerate([first, *others]):
            if number:
                parted.append([])
            if text:
                parted[-1].append(Piece(piece.op, text))
    return tuple(map(tuple, parted))


def foldable(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Rows in order, as runs that are ``shown`` or ``folded``: of five and more without change, all but the first and
    the last are folded."""
    out: list[tuple[str, list[Row]]] = []
    for same, group in groupby(rows, key=lambda row: row.kind == "same"):
        run = list(group)
        parts = [("shown", run)]
        if same and len(run) >= _FEWEST_FOLDED:
            parts = [("shown", run[:1]), ("folded", run[1:-1]), ("shown", run[-1:])]
        for kind, part in parts:
            if out and out[-1][0] == kind:
                out[-1][1].extend(part)
            else:
                out.append((kind, part))
    return out


@dataclass(frozen=True)
class Comparison:
    """All rows in order: the before sides give the earlier text, the after sides the later one.

    `added` and `removed` count characters as editors do, moved text not. Where the texts are too large to compare,
    `too_large` is set and there are no rows.
    """

    rows: tuple[Row, ...]
    added: int = 0
    removed: int = 0
    too_large: bool = False

    @property
    def moved(self) -> int:
        """How many paragraphs stand elsewhere."""
        return sum(row.kind == "moved" for row in self.rows) // 2

    @property
    def changes(self) -> int:
        """How many places differ."""
        moves = sum(row.kind == "moved" for row in self.rows)
        return sum(row.kind != "same" for row in self.rows) - moves // 2
