"""What goes by mail: messages whose time has come are put into letters, as each reader chose.

The letter's words are made when it leaves (`editorial.jobs.letters`): here is only who gets one, and when.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from editorial import audit, clock, outbox
from editorial.actions import jobs
from editorial.db import db
from editorial.errors import Invalid
from editorial.models import Membership, Person
from editorial.parties import Actor
from editorial.tables.messages import HOUR, WAYS, DigestHour, Letter, MailChoice, OutboxMessage, PrivateAddress
from editorial.terms import Role

BATCH = 500


def choose(actor: Actor, choices: Mapping[str, str], hour: int) -> None:
    """Set how `actor` wants each kind of message, and when the digest. Raises Invalid for a way that is not offered."""
    wrong = {kind: "no-choice" for kind, way in choices.items() if way not in WAYS.get(kind, ())}
    if wrong or not 0 <= hour <= 23:
        raise Invalid(wrong or {"hour": "no-choice"})
    db.session.execute(delete(MailChoice).where(MailChoice.person_id == actor.id))
    db.session.execute(delete(DigestHour).where(DigestHour.person_id == actor.id))
    for kind, way in choices.items():
        if way != WAYS[kind][0]:
            db.session.add(MailChoice(person_id=actor.id, kind=kind, choice=way))
    if hour != HOUR:
        db.session.add(DigestHour(person_id=actor.id, hour=hour))
    db.session.flush()
    audit.record(db.session(), "mail-chosen", actor, subject=f"person:{actor.id}")


def make_address(actor: Actor, kind: str) -> str:
    """A new private address of `actor`, of a kind of PrivateAddress: gives its token, once; the older one is void."""
    token = secrets.token_urlsafe(32)
    db.session.execute(delete(PrivateAddress).where(PrivateAddress.person_id == actor.id, PrivateAddress.kind == kind))
    db.session.add(PrivateAddress(person_id=actor.id, kind=kind, made_at=clock.now(),
                                  token_hash=hashlib.sha256(token.encode()).hexdigest()))
    db.session.flush()
    audit.record(db.session(), "mail-chosen", actor, subject=f"person:{actor.id}", data={"address": kind})
    return token


def collect(by_mail: bool) -> int:
    """Put what is due into letters, or mark that it stays in the program; gives how many messages that were.

    `by_mail` says whether there is a mail server. A message leaves the outbox once, whatever becomes of its letter.
    """
    count = 0
    while messages := _due():
        people = _people({message.person_id for message in messages}) if by_mail else {}
        for message in messages:
            person = people.get(message.person_id)
            message.sent_at = clock.now()
            if person is not None:
                _put(message, person)
        db.session.flush()
        count += len(messages)
    return count


def _due() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).where(
        OutboxMessage.sent_at.is_(None), OutboxMessage.cancelled_at.is_(None), OutboxMessage.not_before <= clock.now())
        .options(joinedload(OutboxMessage.event)).order_by(OutboxMessage.not_before, OutboxMessage.id).limit(BATCH)))


class _Reader:
    """Somebody who can be reached by mail, and how they want it."""

    def __init__(self, person: Person, hour: int) -> None:
        self.person, self.hour = person, hour
        self.ways = {kind: ways[0] for kind, ways in WAYS.items()}


def _people(ids: set[int]) -> dict[int, _Reader]:
    hours: dict[int, int] = dict(db.session.execute(select(DigestHour.person_id, DigestHour.hour).where(
        DigestHour.person_id.in_(ids))).all())
    readers = {person.id: _Reader(person, hours.get(person.id, HOUR)) for person in db.session.scalars(
        select(Person).where(Person.id.in_(ids), Person.is_active, Person.email != ""))}
    for choice in db.session.scalars(select(MailChoice).where(MailChoice.person_id.in_(list(readers)))):
        readers[choice.person_id].ways[choice.kind] = choice.choice
    return readers


def _put(message: OutboxMessage, reader: _Reader) -> None:
    way = reader.ways[message.kind]
    if way == "program":
        return
    letter = _open_digest(reader) if way == "digest" else None
    if letter is None:
        leaves = _next(reader.hour) if way == "digest" else clock.now()
        letter = Letter(person_id=reader.person.id, kind="digest" if way == "digest" else "one",
                        token=secrets.token_hex(16), created_at=clock.now(), leaves_at=leaves,
                        closed_at=None if way == "digest" else clock.now())
        db.session.add(letter)
        db.session.flush()
        jobs.ask("letter", {"letter": letter.id}, leaves)
    message.letter_id = letter.id


def _open_digest(reader: _Reader) -> Letter | None:
    """The digest into which messages are still put; locked, so that it can't leave meanwhile without them."""
    return db.session.scalar(select(Letter).where(
        Letter.person_id == reader.person.id, Letter.kind == "digest", Letter.closed_at.is_(None)).with_for_update())


def _next(hour: int) -> datetime:
    """The next time that it is `hour` in the installation's zone."""
    now = clock.now().astimezone(clock.zone())
    at = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return at if at > now else at + timedelta(days=1)


def give_up(letter_id: int, reason: str) -> None:
    """A letter can't be sent: it says why, and the administrators are told; not of one that told them just that."""
    letter = db.session.get_one(Letter, letter_id)
    letter.failed_at, letter.error = clock.now(), reason[:500]
    db.session.flush()
    if all(message.kind == "trouble" for message in letter.messages):
        return
    event = audit.record(db.session(), "mail-failed", None, subject=f"person:{letter.person_id}", reason=letter.error,
                         data={"name": letter.person.name})
    outbox.post(db.session(), event, administrators(), kind="trouble")


def administrators() -> set[int]:
    """The administrators with open accounts."""
    return set(db.session.scalars(select(Membership.person_id).join(Person).where(
        Membership.role == Role.ADMINISTRATOR, Person.is_active)))
