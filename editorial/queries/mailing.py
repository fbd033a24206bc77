"""How somebody wants to be told, and what became of the letters to them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import or_, select

from editorial.db import db
from editorial.tables.messages import HOUR, WAYS, DigestHour, Letter, MailChoice


def choices(person_id: int) -> Mapping[str, str]:
    """For each kind of message, the way in which this person wants it."""
    chosen: dict[str, str] = dict(db.session.execute(select(MailChoice.kind, MailChoice.choice).where(
        MailChoice.person_id == person_id)).all())
    return {kind: chosen.get(kind, ways[0]) for kind, ways in WAYS.items()}


def digest_hour(person_id: int) -> int:
    """At which hour this person wants the digest."""
    hour = db.session.scalar(select(DigestHour.hour).where(DigestHour.person_id == person_id))
    return HOUR if hour is None else hour


def last_letter(person_id: int) -> Letter | None:
    """The last letter to this person that was sent, or failed."""
    return db.session.scalar(select(Letter).where(
        Letter.person_id == person_id, or_(Letter.sent_at.is_not(None), Letter.failed_at.is_not(None)))
        .order_by(Letter.id.desc()).limit(1))
