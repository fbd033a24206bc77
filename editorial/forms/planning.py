"""The forms of the plan: a place in it, taking off, an embargo, a move by one button."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from wtforms import DateField, SelectField, TimeField
from wtforms.validators import Optional

from editorial.actions.planning import Slot
from editorial.forms.base import Form, PageForm, aware, line, local_time, needed, of_our_time, words

_l: Any = lazy_gettext


class SlotForm(PageForm):
    """Where and when a manuscript is meant to come out."""

    channel = SelectField(_l("Channel"), [needed()], coerce=int, choices=[])
    day = DateField(_l("On which day"), [needed(), of_our_time])
    at = TimeField(_l("Time of day"), [Optional()], description=_l("Where it is known."))
    place = line(_l("Page or programme"), 100)
    note = line(_l("Note"), 200, description=_l("For those who lay out the day; the office's staff read it."))

    def offer(self, channels: Sequence[tuple[int, str]]) -> None:
        """Offer these channels."""
        self.channel.choices = [(str(key), label) for key, label in channels]

    @property
    def slot(self) -> Slot:
        """What was typed."""
        assert self.day.data is not None
        return Slot(self.channel.data, self.day.data, self.at.data, self.place.data or "", self.note.data or "")


class TakeOffForm(PageForm):
    """Taking a manuscript off the plan."""

    reason = line(_l("Reason"), 200, description=_l("Kept in the history."))


class EmbargoForm(Form):
    """Before when it is not to come out."""

    until = local_time(_l("Not before"), description=_l("Left empty, the embargo is lifted."))
    reason = words(_l("Reason"), 500, description=_l("Why it has to wait. Its authors and the office read it."))

    def time(self, zone: ZoneInfo) -> datetime | None:
        """The time, in UTC; None to lift it."""
        return aware(self.until.data, zone) if self.until.data else None


def parse_move(value: str) -> tuple[int, int, date] | None:
    """What a button of the calendar says, such as ``12@3@2026-12-05``: place, the revision that was shown, new day."""
    said = re.fullmatch(r"([0-9]{1,9})@([0-9]{1,9})@([0-9]{4}-[0-9]{2}-[0-9]{2})", value)
    try:
        return (int(said[1]), int(said[2]), date.fromisoformat(said[3])) if said else None
    except ValueError:
        return None
