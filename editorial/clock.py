"""The one clock. Everything that asks for the time asks here, so that tests and the demonstration can set it.

Layer 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_place = ZoneInfo("Asia/Shanghai")
_fixed: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The time now, aware, in UTC."""
    return _fixed.get() or datetime.now(UTC)


def today() -> date:
    """The day that it is in the installation's zone."""
    return now().astimezone(_place).date()


def zone() -> ZoneInfo:
    """The installation's zone, in which days are counted and times are shown."""
    return _place


def day_of(moment: datetime) -> date:
    """The day that `moment` is on in the installation's zone."""
    return moment.astimezone(_place).date()


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """The first and the last moment of the days from `first` to `last`, in UTC."""
    return (datetime.combine(first, time.min, _place).astimezone(UTC),
            datetime.combine(last, time.max, _place).astimezone(UTC))


def live_in(name: str) -> None:
    """Count in the zone `name` from now on, as the setting TIMEZONE says; raises ZoneInfoNotFoundError."""
    global _place
    _place = ZoneInfo(name)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block the clock stands at `moment` (aware)."""
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
