"""The days that an administrator has set, and whether next year's make-up working days are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from editorial import calendar, clock
from editorial.db import db
from editorial.tables.jobs import CalendarDay


@dataclass(frozen=True)
class Days:
    """The days that were set, from two months ago on, and the years near by whose make-up days are not known."""

    rows: Sequence[CalendarDay]
    unknown: Sequence[int]


def days() -> Days:
    """What the page of the working days shows."""
    today = clock.today()
    rows = db.session.scalars(select(CalendarDay).order_by(CalendarDay.day)).all()
    but = {row.day: row.works for row in rows}
    years = sorted({today.year, (today + timedelta(days=60)).year})
    return Days([row for row in rows if row.day > today - timedelta(days=60)],
                [year for year in years if not calendar.knows_make_up_days(year, but)])
