"""Publications as rows of a spreadsheet: read, tried, and recorded one by one, each by the action as alone."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from wtforms import HiddenField, ValidationError

from editorial import access, i18n
from editorial.actions import publishing
from editorial.actions.publishing import Placement
from editorial.db import db
from editorial.errors import Conflict, Invalid, Invisible, Refused
from editorial.forms.base import Form, needed, tidy, words
from editorial.models import Channel, Manuscript
from editorial.parties import Actor
from editorial.terms import ChannelKind

_l: Any = lazy_gettext

MOST = 100
"""Rows at once: each is an event of its own in the record."""
LONGEST = 60_000
CODE = re.compile(r"\d{4}-\d{6,}")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
TIME = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：]\d{2})?")
COLUMNS = 5


class RowsForm(Form):
    """The rows as they were pasted."""

    rows = words(_l("Rows"), LONGEST, needed())
    looked_at = HiddenField()
    then = HiddenField()

    def validate_rows(self, field: Any) -> None:
        if not 0 < len(self.lines) <= MOST:
            raise ValidationError(i18n.reason_text("too-many-rows" if self.lines else "missing"))

    @property
    def lines(self) -> Sequence[Line]:
        """The rows that were pasted."""
        return read(self.rows.data or "")

    @property
    def digest(self) -> str:
        """What tells these rows from others."""
        return hashlib.sha256((self.rows.data or "").encode()).hexdigest()

    @property
    def is_looked_at(self) -> bool:
        """They are to be recorded, and are those of which it was shown what would come of them."""
        return self.then.data == "record" and self.looked_at.data == self.digest


@dataclass(frozen=True)
class Line:
    """A row as it was typed, and what came of it: the manuscript's title, and the reason why it can't be recorded."""

    number: int
    cells: tuple[str, ...]
    title: str = ""
    reason: str = ""

    @property
    def text(self) -> str:
        """The row, to be put into the field again."""
        return "\t".join(self.cells).rstrip("\t")


def read(text: str) -> list[Line]:
    """Rows parted by tabs, as a spreadsheet copies them, or by commas; without empty ones and a row of heads on top.

    A row has the manuscript's number, channel, time, page or programme or address, headline.
    """
    lines = []
    for number, row in enumerate(csv.reader(io.StringIO(text), delimiter="\t" if "\t" in text else ","), 1):
        code, *more = ([_plain(cell) for cell in row] + [""] * COLUMNS)[:COLUMNS]
        if code or any(more):
            lines.append(Line(number, (unicodedata.normalize("NFKC", code), *more)))
    return lines[1:] if lines and not CODE.search("".join(lines[0].cells)) and len(lines) > 1 else lines


def _plain(cell: str) -> str:
    return " ".join((tidy(cell) or "").split())


def time_of(text: str, zone: ZoneInfo, day_alone: bool) -> datetime | None:
    """A time as people and spreadsheets write it: 2026-12-01 19:05, 2026/12/1 9:05:00, 2026年12月1日 19:05.

    With `day_alone` a day will do, as for a paper: its beginning. None for anything else.
    """
    day = DAY.match(text.strip())
    rest = text.strip()[day.end():].strip(" T") if day else ""
    time = TIME.fullmatch(rest)
    if day is None or not (time or (day_alone and not rest)):
        return None
    try:
        year, month, date = (int(part) for part in day.groups())
        hour, minute = (int(part) for part in time.groups()) if time else (0, 0)
        return datetime(year, month, date, hour, minute, tzinfo=zone).astimezone(UTC)
    except ValueError:
        return None


def record_each(actor: Actor, lines: Sequence[Line], zone: ZoneInfo) -> list[Line]:
    """Record every row that can be; gives all with what came of them. One that can't leaves nothing behind.

    The manuscripts are locked in order, as for other acts on several.
    """
    db.session.execute(select(Manuscript.id).where(Manuscript.code.in_([line.cells[0] for line in lines]))
                       .order_by(Manuscript.id).with_for_update())
    return [_record(actor, line, zone) for line in lines]


def tried(actor: Actor, lines: Sequence[Line], zone: ZoneInfo) -> list[Line]:
    """What would come of each row, by the very act; nothing of it stays."""
    came = record_each(actor, lines, zone)
    db.session.rollback()
    return came


def _record(actor: Actor, line: Line, zone: ZoneInfo) -> Line:
    code, channel, time, where, headline = line.cells
    title = ""
    try:
        with db.session.begin_nested():
            found = access.manuscript_for(db.session(), actor, code)
            title = found.title
            there = _channel(found, channel)
            at = time_of(time, zone, there.kind is ChannelKind.PAPER)
            if at is None:
                raise Invalid({"published_at": "no-moment"})
            if len(where) > 500 or len(headline) > 200:
                raise Invalid({"address": "too-long"})
            on_the_web = "://" in where
            publishing.publish(actor, found, None, Placement(
                there.id, at, where if on_the_web else "", "" if on_the_web else where[:100], headline))
    except Invisible:
        return replace(line, title=title, reason="no-such-code")
    except (Conflict, Refused) as refused:
        return replace(line, title=title, reason=refused.reason)
    except Invalid as refused:
        reason = next(iter(refused.fields.values()))
        return replace(line, title=title, reason="embargoed-row" if reason == "embargoed" else reason)
    except (StaleDataError, IntegrityError):
        return replace(line, title=title, reason="lost-race")
    return replace(line, title=title)


def _channel(found: Manuscript, name: str) -> Channel:
    """The channel of the manuscript's office that is called so, in either language."""
    for channel in db.session.scalars(select(Channel).where(
            Channel.office_id == found.office_id, Channel.is_active).order_by(Channel.id)):
        if name and name.casefold() in (channel.title.casefold(), channel.title_en.casefold()):
            return channel
    raise Invalid({"channel": "no-channel"})
