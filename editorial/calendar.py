"""Working days: the national holidays of China and the make-up working days 调休, counted in the installation's zone.

Layer 1. The days come from the library `holidays`, which follows the State Council's yearly notice.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from editorial.workflow import Duty

CLOSE = time(18, 0)
"""When a working day ends, in local time: what is due on a day is due by then."""

DAYS = {Duty.SIGN: 2, Duty.REVISE: 5, Duty.PUBLISH: 3, Duty.HEAR: 5, Duty.CORRECT: 5, Duty.ANSWER: 2, Duty.APPROVE: 2,
        Duty.PLACE: 3}
"""Working days for each duty that no ruleset gives days for."""


@cache
def _china() -> holidays.HolidayBase:
    return holidays.country_holidays("CN")


def is_working_day(day: date) -> bool:
    """True where offices in China work on `day`."""
    return _china().is_working_day(day)


def due(start: datetime, days: int, zone: ZoneInfo, urgent: bool = False) -> datetime:
    """The time by which something that begins at `start` is due: the close of the `days`-th working day after it.

    What is urgent is due at the close of the same working day where it begins before noon, else of the next one.
    """
    local = start.astimezone(zone)
    day = local.date()
    if urgent:
        days = 0 if is_working_day(day) and local.hour < 12 else 1
    while days > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            days -= 1
    return datetime.combine(day, CLOSE, zone)
