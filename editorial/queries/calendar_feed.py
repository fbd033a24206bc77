"""What waits for somebody, as a calendar of their deadlines (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from editorial import access, clock, i18n
from editorial.db import db
from editorial.models import Assignment, Commission, Manuscript, Person
from editorial.terms import Duty
from editorial.workflow import TABLE, duties

MOST = 200
LENGTH = timedelta(minutes=30)
"""How long a deadline is in a calendar: the half hour before it."""


@dataclass(frozen=True)
class Entry:
    """Something that waits: what it asks, what it is about, by when, and its page."""

    uid: str
    duty: Duty
    title: str
    due_at: datetime
    endpoint: str
    values: Mapping[str, Any]


def entries(person: Person) -> list[Entry]:
    """What waits for this person, by the table's duties."""
    actor = access.actor_for(db.session(), person.id, person.name)
    found = []
    for duty in Duty:
        where = access.duty_clause(actor.roles, duty)
        if duties(TABLE, duty):
            texts = select(Manuscript.code, Manuscript.title, Manuscript.due_at).where(
                where, Manuscript.due_at.is_not(None)).order_by(Manuscript.due_at, Manuscript.id).limit(MOST)
            found += [Entry(f"{row.code}-{duty}", duty, row.title, row.due_at, "manuscripts.manuscript",
                            {"code": row.code}) for row in db.session.execute(texts, access.values(actor))]
        else:
            shares = select(Assignment.id, Commission.topic, Assignment.due_at).join(
                Commission, Commission.id == Assignment.commission_id).where(where).order_by(
                Assignment.due_at, Assignment.id).limit(MOST)
            found += [Entry(f"{row.id}-{duty}", duty, row.topic, row.due_at, "commentary.assignment",
                            {"number": row.id}) for row in db.session.execute(shares, access.values(actor))]
    return found


def written(found: Sequence[Entry], name: str, address: Callable[[Entry], str]) -> str:
    """These entries as a calendar of this name, in the language of the page."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//editorial//deadlines//", f"X-WR-CALNAME:{_text(name)}"]
    for entry in found:
        lines += ["BEGIN:VEVENT", f"UID:{entry.uid}@editorial", f"DTSTAMP:{_time(clock.now())}",
                  f"DTSTART:{_time(entry.due_at - LENGTH)}", f"DTEND:{_time(entry.due_at)}",
                  f"SUMMARY:{_text(f'{i18n.label(entry.duty)} {entry.title}')}", f"URL:{address(entry)}", "END:VEVENT"]
    return "".join(_folded(line) + "\r\n" for line in [*lines, "END:VCALENDAR"])


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    """What people typed, so that it can't begin another line or field."""
    plain = " ".join(words.split())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """A line in pieces of at most 75 bytes, none of which cuts a character."""
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > 74:
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece])
