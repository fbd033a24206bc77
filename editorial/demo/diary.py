"""Working time, counted back from now: the demonstration's people work in office hours and never tomorrow."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from editorial import calendar, clock

OPENS = time(8, 40)
MINUTES = 520
"""How long a working day is."""


class Diary:
    """The working days before today: day 1 is the last one before today, day 2 the one before it, and so on."""

    def __init__(self, now: datetime) -> None:
        """`now` is aware."""
        self._day = now.astimezone(clock.zone()).date()
        self._days: list[date] = []

    def moment(self, day: int, minute: int) -> datetime:
        """The `minute`-th minute of the working day `day` working days ago; raises ValueError for today and later."""
        if day < 1:
            raise ValueError("the demonstration can't act today or later")
        while len(self._days) < day:
            self._day -= timedelta(days=1)
            if calendar.is_working_day(self._day):
                self._days.append(self._day)
        return datetime.combine(self._days[day - 1], OPENS, clock.zone()) + timedelta(minutes=minute)
