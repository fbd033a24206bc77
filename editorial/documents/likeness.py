"""Which passages two texts have in common, word for word, and a small index by which such texts are found.

Marks, spaces and the size of Latin letters don't count; what stands in a text that both are about doesn't either, since
whoever writes about a piece quotes it.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

_RUN = 12
"""Characters of the shortest run that is no accident."""
_SHORTEST = 24
"""Characters of the shortest passage that is told."""
_BRIDGED = 8
"""So many characters may differ within a passage: two runs that are as near as this are told as one."""
_SAMPLED_OVER = 400
_MOST_PRINTS = 600
_LONGEST = 60_000
"""Characters that are looked at of each text: more is no commentary."""
_PLACES = 4
"""How many places of one run are tried: what stands everywhere says nothing."""


@dataclass(frozen=True)
class Common:
    """What two texts have in common: passages, each as it stands in the one and in the other, and how much of the
    shorter one they are, in hundredths."""

    passages: tuple[tuple[str, str], ...]
    share: int


@dataclass(frozen=True)
class _Bare:
    """A text's letters and digits, and where each stands in it."""

    text: str
    bare: str
    places: Sequence[int]

    def run(self, start: int, end: int) -> str:
        return self.text[self.places[start]:self.places[end - 1] + 1]


def _bared(text: str) -> _Bare:
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text[:_LONGEST]):
        for one in unicodedata.normalize("NFKC", character).casefold():
            if unicodedata.category(one)[0] in "LN":
                letters.append(one)
                places.append(place)
    return _Bare(text, "".join(letters), places)


def _runs(bare: str) -> Iterator[str]:
    return (bare[at:at + _RUN] for at in range(len(bare) - _RUN + 1))


def _runs_of(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(run for text in texts for run in _runs(_bared(text).bare))


def prints(text: str, quoted: Sequence[str] = ()) -> list[int]:
    """Numbers by which a text is found again: the same on every machine, at most some hundreds, fewer of a long text.

    Two texts with a passage in common have numbers in common; what stands in `quoted` gives none.
    """
    own = set(_runs(_bared(text).bare)) - _runs_of(quoted)
    numbers = sorted(int.from_bytes(blake2b(run.encode(), digest_size=7).digest(), "big") for run in own)
    if len(numbers) > _SAMPLED_OVER:
        numbers = [number for number in numbers if number % 4 == 0]
    return numbers[:_MOST_PRINTS]


def common(first: str, second: str, quoted: Sequence[str] = ()) -> Common:
    """What two texts have in common beyond what both quote."""
    one, other, known = _bared(first), _bared(second), _runs_of(quoted)
    where: dict[str, list[int]] = {}
    for at, run in enumerate(_runs(other.bare)):
        if run not in known and len(found := where.setdefault(run, [])) < _PLACES:
            found.append(at)
    matches = _bridged(_matches(one.bare, other.bare, where, known))
    told = [(a, b, c, d) for a, b, c, d in matches if min(b - a, d - c) >= _SHORTEST]
    shorter = min(len(one.bare), len(other.bare))
    held = min(sum(b - a for a, b, _c, _d in told), sum(d - c for _a, _b, c, d in told), shorter)
    return Common(tuple((one.run(a, b), other.run(c, d)) for a, b, c, d in told),
                  round(100 * held / shorter) if shorter else 0)


def _matches(one: str, other: str, where: dict[str, list[int]],
             known: frozenset[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where runs of the one stand in the other, the longest at each place, in the order of the one."""
    at = 0
    while at <= len(one) - _RUN:
        longest, place = 0, 0
        for there in where.get(one[at:at + _RUN], ()):
            length = _RUN
            while (at + length < len(one) and there + length < len(other) and one[at + length] == other[there + length]
                   and one[at + length - _RUN + 1:at + length + 1] not in known):
                length += 1
            if length > longest:
                longest, place = length, there
        if longest:
            yield at, at + longest, place, place + longest
        at += longest or 1


def _bridged(matches: Iterable[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Neighbours as one passage, where only a few characters differ between them."""
    told: list[tuple[int, int, int, int]] = []
    for a, b, c, d in matches:
        if told and 0 <= a - told[-1][1] <= _BRIDGED and 0 <= c - told[-1][3] <= _BRIDGED:
            told[-1] = (told[-1][0], b, told[-1][2], d)
        else:
            told.append((a, b, c, d))
    return told
