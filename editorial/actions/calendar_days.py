"""Days on which the house works otherwise than the calendar says: make-up working days 调休, and days off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete

from editorial import audit, clock
from editorial.actions.organisation import demand_administrator
from editorial.db import db
from editorial.errors import Invalid
from editorial.parties import Actor
from editorial.tables.jobs import CalendarDay

FAR = timedelta(days=800)
MOST = 500
WORDS = {"work": True, "上班": True, "班": True, "off": False, "放假": False, "休": False}
"""The words for a working day and for a day off, in a file."""


@dataclass(frozen=True)
class Day:
    """A day as it was set."""

    day: date
    works: bool
    note: str = ""


def read(text: str) -> list[Day]:
    """The days of a file or of what was typed: a line each, `2027-02-06 上班 春节调休` with commas, tabs or spaces.

    Raises Invalid where lines are none or a day can't be meant, naming each by its number, and for more than `MOST`.
    """
    days: list[Day] = []
    wrong: list[tuple[int, str]] = []
    reasons = set()
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        words = line.replace(",", " ").replace("，", " ").split()
        if not words:
            continue
        try:
            day: date | None = _date(words[0])
            works = WORDS[words[1].casefold()]
        except (ValueError, LookupError):
            day, works, reason = None, False, "bad-day-line"
        else:
            reason = "far-day" if day and abs(day - clock.today()) > FAR else ""
        if reason or day is None:
            reasons.add(reason)
            wrong.append((number, line.strip()[:60]))
        else:
            days.append(Day(day, works, " ".join(words[2:])[:60]))
    if wrong:
        raise Invalid({"days": min(reasons)}, wrong)
    if not days or len(days) > MOST:
        raise Invalid({"days": "bad-day-line"})
    return days


def _date(words: str) -> date:
    """A date as people and spreadsheets write it, such as 2027-02-06 or 2027/2/6. Raises ValueError."""
    year, month, day = words.replace("/", "-").split("-")
    if len(year) != 4:
        raise ValueError(words)
    return date(int(year), int(month), int(day))


def set_days(actor: Actor, days: Sequence[Day]) -> None:
    """Set these days; what was set of them before gives way. What has its time already keeps it."""
    demand_administrator(actor)
    given = {day.day: day for day in days}
    db.session.execute(delete(CalendarDay).where(CalendarDay.day.in_(list(given))))
    for day in given.values():
        db.session.add(CalendarDay(day=day.day, works=day.works, note=day.note, set_by_id=actor.id, set_at=clock.now()))
    db.session.flush()
    audit.record(db.session(), "calendar-changed", actor, subject="calendar",
                 data={"days": {str(day.day): day.works for day in given.values()}})


def unset(actor: Actor, day: date) -> None:
    """Leave a day to the calendar again."""
    demand_administrator(actor)
    db.session.execute(delete(CalendarDay).where(CalendarDay.day == day))
    audit.record(db.session(), "calendar-changed", actor, subject="calendar", data={"days": {str(day): None}})
