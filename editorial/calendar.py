"""Working days: the national holidays of China and the make-up working days 调休, counted in the installation's zone.

Layer 1. The days come from the library `holidays`, which follows the State Council's yearly notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays

from editorial.terms import Duty

CLOSE = time(18, 0)
"""When a working day ends, in local time: what is due on a day is due by then."""


@dataclass(frozen=True)
class Times:
    """Working days for each duty that is not a stage's, and the most that anything urgent has; see `due` for 0."""

    days: Mapping[Duty, int]
    urgent: int = 0


USUAL = Times(MappingProxyType({
    Duty.SIGN: 2, Duty.REVISE: 5, Duty.CONFIRM: 1, Duty.HEAR: 5, Duty.PUBLISH: 3, Duty.CORRECT: 5, Duty.ANSWER: 2,
    Duty.APPROVE: 2, Duty.PLACE: 3}))
"""What an office's first rules say; each of its rulesets has its own."""


@cache
def _china() -> holidays.HolidayBase:
    return holidays.country_holidays("CN")


Days = Mapping[date, bool]
"""Days on which an installation works, or does not, whatever the library says: what its administrators have set."""
NO_DAYS: Days = MappingProxyType({})


def is_working_day(day: date, but: Days = NO_DAYS) -> bool:
    """True where offices in China work on `day`; `but` is what an installation has set otherwise."""
    return but[day] if day in but else _china().is_working_day(day)


def knows_make_up_days(year: int, but: Days = NO_DAYS) -> bool:
    """Whether make-up working days 调休 of this year are known: each year has some, announced the autumn before."""
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(365))
    return any(day.weekday() >= 5 and is_working_day(day, but) for day in days)


def due(start: datetime, days: int, zone: ZoneInfo, but: Days = NO_DAYS) -> datetime:
    """The time by which something that begins at `start` is due: the close of the `days`-th working day after it.

    With 0 days it is the close of the same working day where it begins before noon, else of the next one.
    """
    local = start.astimezone(zone)
    day = local.date()
    if days == 0 and not (is_working_day(day, but) and local.hour < 12):
        days = 1
    return datetime.combine(_moved(day, days, but), CLOSE, zone)


def shifted(moment: datetime, days: int, zone: ZoneInfo, but: Days = NO_DAYS) -> datetime:
    """The same time of day, `days` working days after `moment`, or before it where `days` is negative."""
    local = moment.astimezone(zone)
    return datetime.combine(_moved(local.date(), days, but), local.time(), zone)


def _moved(day: date, days: int, but: Days) -> date:
    step = timedelta(days=1 if days >= 0 else -1)
    while days:
        day += step
        if is_working_day(day, but):
            days -= 1 if days > 0 else -1
    return day
