"""What stands against a plan, told from the plan and from what came out: pure, no database and no words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from editorial import clock
from editorial.terms import State


@dataclass(frozen=True)
class Meant:
    """An open place in the plan, with what may stand against it. `until` is the manuscript's embargo."""

    id: int
    revision: int
    manuscript_id: int
    channel_id: int
    day: date
    at: time | None
    place: str
    note: str
    state: State
    is_correcting: bool
    is_asked: bool
    until: datetime | None


@dataclass(frozen=True)
class Came:
    """A publication."""

    id: int
    manuscript_id: int
    channel_id: int
    published_at: datetime
    place: str
    address: str

    @property
    def day(self) -> date:
        """The day on which it came out."""
        return clock.day_of(self.published_at)

    @property
    def at(self) -> time:
        """The time of that day."""
        return self.published_at.astimezone(clock.zone()).time().replace(second=0, microsecond=0)


def clashes(meant: Sequence[Meant], came: Sequence[Came], room: Mapping[int, int | None], today: date,
            ) -> Mapping[int, tuple[str, ...]]:
    """What stands against each of `meant`, by its id: ``retracted``, ``uncleared``, ``correcting``, ``asked``,
    ``embargo``, ``twice`` (on a day and channel), ``full`` (a channel has `room` for so many a day), ``past``."""
    places: list[Meant | Came] = [*meant, *came]
    same = Counter((one.manuscript_id, one.channel_id, one.day) for one in places)
    taken = Counter((one.channel_id, one.day) for one in places)
    return {one.id: tuple(kind for kind, holds in (
        ("retracted", one.state is State.RETRACTED),
        ("uncleared", one.state not in (State.ACCEPTED, State.PUBLISHED, State.RETRACTED)),
        ("correcting", one.is_correcting),
        ("asked", one.is_asked),
        ("embargo", breaks(one)),
        ("twice", same[one.manuscript_id, one.channel_id, one.day] > 1),
        ("full", taken[one.channel_id, one.day] > (room.get(one.channel_id) or len(places))),
        ("past", one.day < today),
    ) if holds) for one in meant}


def breaks(one: Meant) -> bool:
    """Whether it is meant for before its embargo ends; without a time, for a day that is over by then."""
    if one.until is None:
        return False
    if one.at is None:
        return one.day < clock.day_of(one.until)
    return datetime.combine(one.day, one.at, clock.zone()) < one.until
