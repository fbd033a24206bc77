"""Two texts side by side: paragraphs first, then the characters inside paragraphs that changed. Pure data, no HTML.

Paragraphs that occur once in both texts anchor the alignment (the longest run of them in the same order); between
anchors, the longest common subsequence; what is left over is matched by likeness, first in place, then as moved.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from editorial.documents.rows import Comparison, Piece, Row
from editorial.documents.text import count_characters, normalise
from editorial.documents.units import Unit, units

MOST_UNITS = 60_000
MOST_TAGS = 200_000
MOST_CHARACTERS = 20_000_000
"""Both texts together; with these a comparison takes seconds, whatever stands in them."""
_MOST_PAIRS = 4_000_000
_MOST_LIKENESSES = 10_000
_MOST_WORK = 100_000_000_000
_WORK_OF_A_PAIR = 100_000
_LARGEST_PARAGRAPH = 30_000
_ALIKE = 50.0
_MOVED_ALIKE = 80.0
_SHORTEST_MOVED = 8


@dataclass(frozen=True)
class Text:
    """One state of a text: title and byline as plain text, `html` as `clean` gives it; `lines` says what stands under
    which of its pictures, by its address."""

    title: str
    byline: str
    html: str
    lines: tuple[tuple[str, str], ...] = ()


def compare(before: Text, after: Text) -> Comparison:
    """What changed from one text to another."""
    found = comparable(before, after)
    if found is None:
        return Comparison((), too_large=True)
    old, new = found
    rows = [
        *_line("title", before.title, after.title),
        *_line("byline", before.byline, after.byline),
    ]
    pairs = aligned(old, new)
    rows += _rows(old, new, pairs, moved(old, new, pairs), len(rows))
    rows = _with_captions(rows, dict(before.lines), dict(after.lines))
    added = sum(count_characters(piece.text) for row in rows for piece in row.after if piece.op == "added")
    removed = sum(count_characters(piece.text) for row in rows for piece in row.before if piece.op == "removed")
    return Comparison(tuple(rows), added, removed)


def comparable(before: Text, after: Text) -> tuple[list[Unit], list[Unit]] | None:
    """The units of both texts; None where they are too large to be compared in seconds."""
    both = (before.html, after.html)
    if sum(map(len, both)) > MOST_CHARACTERS or sum(html.count("<") for html in both) > MOST_TAGS:
        return None
    old, new = map(units, both)
    return None if len(old) + len(new) > MOST_UNITS else (old, new)


def aligned(old: Sequence[Unit], new: Sequence[Unit]) -> list[tuple[int, int]]:
    """Which unit of one text is which of the other, in order on both sides; not all of a pair are equal."""
    return _with_likeness(old, new, _equal(old, new))


def _line(what: str, before: str, after: str) -> Iterator[Row]:
    before, after = normalise(before), normalise(after)
    if before == after:
        if before:
            yield Row("same", what, (Piece("same", before),), (Piece("same", after),))
    elif before and after and fuzz.ratio(before, after, score_cutoff=_ALIKE):
        yield Row("changed", what, *_pieces(before, after))
    elif before and after:
        yield Row("changed", what, (Piece("removed", before),), (Piece("added", after),))
    else:
        yield _one_sided(what, before, after)


def _with_captions(rows: list[Row], before: dict[str, str], after: dict[str, str]) -> list[Row]:
    """Under each picture the row of what stands there."""
    out: list[Row] = []
    places: list[int] = []
    for row in rows:
        places.append(len(out))
        out.append(row)
        if row.what == "picture":
            old = before.get(row.before[0].text, "") if row.before else ""
            new = after.get(row.after[0].text, "") if row.after else ""
            out += _line("caption", old, new) if row.kind != "moved" else ()
    return [row if row.partner is None else replace(row, partner=places[row.partner]) for row in out]


def _one_sided(what: str, before: str, after: str) -> Row:
    if before:
        return Row("removed", what, (Piece("removed", before),), ())
    return Row("added", what, (), (Piece("added", after),))


def _equal(old: Sequence[Unit], new: Sequence[Unit]) -> list[tuple[int, int]]:
    """Pairs of equal units, in order on both sides."""
    pairs: list[tuple[int, int]] = []
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        pairs.append((start, start))
        start += 1
    old_end, new_end = len(old), len(new)
    tail: list[tuple[int, int]] = []
    while old_end > start and new_end > start and old[old_end - 1] == new[new_end - 1]:
        old_end, new_end = old_end - 1, new_end - 1
        tail.append((old_end, new_end))
    last_old = last_new = start
    for i, j in [*_anchors(old, new, start, old_end, new_end), (old_end, new_end)]:
        pairs += _common(old, new, (last_old, i), (last_new, j))
        if i < old_end:
            pairs.append((i, j))
        last_old, last_new = i + 1, j + 1
    return pairs + tail[::-1]


def _anchors(
    old: Sequence[Unit], new: Sequence[Unit], start: int, old_end: int, new_end: int
) -> list[tuple[int, int]]:
    """Units that occur once on each side, the longest run of them whose order is the same."""
    counts_old, counts_new = Counter(old[start:old_end]), Counter(new[start:new_end])
    places = {unit: j for j, unit in enumerate(new[start:new_end], start) if counts_new[unit] == 1}
    once = [(i, places[old[i]]) for i in range(start, old_end) if counts_old[old[i]] == 1 and old[i] in places]
    ends: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for number, (_, j) in enumerate(once):
        at = bisect_left(ends, j)
        previous.append(last[at - 1] if at else -1)
        if at == len(ends):
            ends.append(j)
            last.append(number)
        else:
            ends[at], last[at] = j, number
    run: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        run.append(once[number])
        number = previous[number]
    return run[::-1]


def _common(
    old: Sequence[Unit], new: Sequence[Unit], left: tuple[int, int], right: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """The longest common subsequence of two stretches; none where it would take too long."""
    size_old, size_new = left[1] - left[0], right[1] - right[0]
    if size_old <= 0 or size_new <= 0 or size_old * size_new > _MOST_PAIRS:
        return
    for block in Indel.opcodes(old[left[0] : left[1]], new[right[0] : right[1]]):
        if block.tag == "equal":
            for step in range(block.src_end - block.src_start):
                yield left[0] + block.src_start + step, right[0] + block.dest_start + step


def _with_likeness(
    old: Sequence[Unit], new: Sequence[Unit], pairs: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The pairs, with pairs of similar units added in each stretch between them, order kept.

    In a text with very many and long stretches that differ, nothing similar is looked for once the work is too much.
    """
    out: list[tuple[int, int]] = []
    last_old = last_new = work = 0
    for i, j in [*pairs, (len(old), len(new))]:
        left, right = range(last_old, i), range(last_new, j)
        if 0 < len(left) * len(right) <= _MOST_LIKENESSES:
            work += _work([old[at] for at in left], [new[at] for at in right])
            if work <= _MOST_WORK:
                out += _alike(old, new, left, right)
        if i < len(old):
            out.append((i, j))
        last_old, last_new = i + 1, j + 1
    return out


def _work(old: Sequence[Unit], new: Sequence[Unit]) -> int:
    """How much it is to hold each unit of one stretch against each of the other: characters by characters."""
    letters = [sum(len(unit.text) for unit in side) for side in (old, new)]
    return letters[0] * letters[1] + len(old) * len(new) * _WORK_OF_A_PAIR


def _alike(old: Sequence[Unit], new: Sequence[Unit], left: range, right: range) -> list[tuple[int, int]]:
    """The pairing of two stretches, in order, with the greatest sum of likeness."""
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    alike = [[_likeness(old[i], new[j]) for j in right] for i in left]
    for i in range(len(left) - 1, -1, -1):
        for j in range(len(right) - 1, -1, -1):
            together = alike[i][j] and alike[i][j] + best[i + 1][j + 1]
            best[i][j] = max(best[i + 1][j], best[i][j + 1], together)
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if alike[i][j] and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            pairs.append((left[i], right[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _likeness(one: Unit, other: Unit) -> float:
    """From 0 (too unlike to be one paragraph changed) to 100."""
    if "picture" in (one.what, other.what):
        return 100.0 if one.what == other.what and one.text == other.text else 0.0
    if ("tr" in (one.what, other.what)) and one.what != other.what:
        return 0.0
    return fuzz.ratio(one.text, other.text, score_cutoff=_ALIKE)


def moved(old: Sequence[Unit], new: Sequence[Unit], pairs: list[tuple[int, int]]) -> dict[int, int]:
    """Units that stand elsewhere in the new text: equal ones, then similar ones, each used once."""
    used_old, used_new = {i for i, _ in pairs}, {j for _, j in pairs}
    gone = [i for i in range(len(old)) if i not in used_old and _can_move(old[i])]
    come: dict[tuple[str, str], list[int]] = {}
    for j in range(len(new)):
        if j not in used_new and _can_move(new[j]):
            come.setdefault((new[j].what, new[j].text), []).append(j)
    moves: dict[int, int] = {}
    for i in gone:
        places = come.get((old[i].what, old[i].text))
        if places:
            moves[i] = places.pop(0)
    left = [i for i in gone if i not in moves and old[i].what != "picture"]
    free = [j for places in come.values() for j in places if new[j].what != "picture"]
    few = len(left) * len(free) <= _MOST_LIKENESSES
    if few and _work([old[i] for i in left], [new[j] for j in free]) <= _MOST_WORK:
        for i in left:
            scored = [(fuzz.ratio(old[i].text, new[j].text, score_cutoff=_MOVED_ALIKE), j) for j in free]
            score, j = max(scored, default=(0.0, -1))
            if score:
                moves[i] = j
                free.remove(j)
    return moves


def _can_move(unit: Unit) -> bool:
    return unit.what == "picture" or len(unit.text) >= _SHORTEST_MOVED


def _rows(
    old: Sequence[Unit], new: Sequence[Unit], pairs: list[tuple[int, int]], moves: dict[int, int], offset: int
) -> list[Row]:
    rows: list[Row] = []
    origins = {j: i for i, j in moves.items()}
    moved_at: dict[tuple[str, int], int] = {}
    last_old = last_new = 0
    for i, j in [*pairs, (len(old), len(new))]:
        for gone in range(last_old, i):
            if gone in moves:
                moved_at["from", gone] = len(rows)
                before, _ = _pieces(old[gone].text, new[moves[gone]].text)
                rows.append(Row("moved", old[gone].what, before, ()))
            else:
                rows.append(_one_sided(old[gone].what, old[gone].text, ""))
        for come in range(last_new, j):
            if come in origins:
                moved_at["to", origins[come]] = len(rows)
                _, after = _pieces(old[origins[come]].text, new[come].text)
                rows.append(Row("moved", new[come].what, (), after, place=come + 1))
            else:
                rows.append(replace(_one_sided(new[come].what, "", new[come].text), place=come + 1))
        if i < len(old):
            kind = "same" if old[i] == new[j] else "changed"
            rows.append(Row(kind, new[j].what, *_pieces(old[i].text, new[j].text), place=j + 1))
        last_old, last_new = i + 1, j + 1
    for i in moves:
        here, there = moved_at["from", i], moved_at["to", i]
        rows[here] = replace(rows[here], partner=there + offset)
        rows[there] = replace(rows[there], partner=here + offset)
    return rows


def _pieces(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both sides in pieces; rows of a table with as many cells on both sides cell by cell."""
    cells = before.split("\t"), after.split("\t")
    if len(cells[0]) == len(cells[1]):
        by_cell = [[(True, "\t", "\t"), *stretches(*pair)] for pair in zip(*cells, strict=True)]
        found = [stretch for cell in by_cell for stretch in cell][1:]
    else:
        found = stretches(before, after)
    left = [(("same" if same else "removed"), one) for same, one, _ in found if one]
    right = [(("same" if same else "added"), other) for same, _, other in found if other]
    return _joined(left), _joined(right)


def stretches(before: str, after: str) -> list[tuple[bool, str, str]]:
    """Characters of both sides in order: whether they are equal, those before, those after."""
    if before == after:
        return [(True, before, after)]
    if len(before) * len(after) > _LARGEST_PARAGRAPH**2:
        return [(False, before, after)]
    return _readable(
        [
            (code.tag == "equal", before[code.src_start : code.src_end], after[code.dest_start : code.dest_end])
            for code in Indel.opcodes(before, after)
        ]
    )


def _joined(runs: list[tuple[str, str]]) -> tuple[Piece, ...]:
    """Runs as pieces, neighbours of one kind as one."""
    groups = groupby(runs, key=lambda run: run[0])
    return tuple(Piece(op, "".join(text for _, text in group)) for op, group in groups)


def _readable(stretches: list[tuple[bool, str, str]]) -> list[tuple[bool, str, str]]:
    """Fewer, larger changes: equal characters between two changes that are both longer than they are join them."""
    out: list[tuple[bool, str, str]] = []
    for number, (same, one, other) in enumerate(stretches):
        if same and 0 < number < len(stretches) - 1:
            around = (out[-1], stretches[number + 1])
            same = not all(max(len(before), len(after)) > len(one) for _, before, after in around)
        if out and out[-1][0] == same:
            _, before, after = out.pop()
            one, other = before + one, after + other
        out.append((same, one, other))
    return out
