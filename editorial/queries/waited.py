"""How long a manuscript has been with whom in all: while it is with one, the others' time stands still. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from editorial.queries.history import Entry
from editorial.terms import State

SIDES: Mapping[str, str] = {
    State.RETURNED: "author", State.AWAITING_SIGNOFF: "unit", State.IN_REVIEW: "office", State.ACCEPTED: "office"}
"""With whom it is in each state in which its way goes on; what is published is corrected on another clock."""


def sums(entries: Sequence[Entry], now: datetime) -> dict[str, timedelta]:
    """The time with each side, from the events that a reader sees, and until now with whoever has it now."""
    moves = [(entry.at, SIDES.get(entry.after)) for entry in sorted(entries, key=lambda entry: entry.seq)
             if entry.after]
    found: dict[str, timedelta] = {}
    for (at, side), (until, _next) in zip(moves, [*moves[1:], (now, None)], strict=True):
        if side:
            found[side] = found.get(side, timedelta()) + max(until - at, timedelta())
    return found


def in_words(entries: Sequence[Entry], now: datetime) -> list[str]:
    """The same in words, in the order of its way; nothing of less than an hour."""
    names = {"unit": _("with the unit"), "office": _("with the office"), "author": _("with its authors")}
    found = sums(entries, now)
    return [_("%(side)s %(time)s", side=names[side], time=_length(found[side])) for side in names
            if found.get(side, timedelta()) >= timedelta(hours=1)]


def _length(time: timedelta) -> str:
    hours = int(time.total_seconds() // 3600)
    if hours < 48:
        return ngettext("%(num)d hour", "%(num)d hours", hours)
    return ngettext("%(num)d day", "%(num)d days", hours // 24)
