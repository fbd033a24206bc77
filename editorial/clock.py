"""The one clock. Everything that asks for the time asks here, so that tests and the demonstration can set it.

Layer 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
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
