"""Messages to people, the letters that carry them by mail, what each person chose, and which chasers went out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.db import Model, index_of_some, link, moment, row_id
from editorial.models import Event, Person

UNREAD = "read_at IS NULL AND cancelled_at IS NULL"
"""The messages that the header counts: an index holds them alone. Ask with these very words."""

KINDS = ("mine", "due", "reminder", "escalation", "commentary", "call", "account", "trouble")
"""Why somebody is told, as they choose by: of their own text, of what waits for them, of a time that nears or is past,
of what is late below them, of commentary, of calls for manuscripts, of their account, of the house's own troubles."""

ALL_WAYS = ("now", "digest", "program")
WAYS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(KINDS, ALL_WAYS), "reminder": ("now", "digest"), "escalation": ("now", "digest"),
    "account": ("now",)}
"""The ways in which each kind of message may come; the first one is the usual one."""

HOUR = 8
"""The usual hour of the digest."""

_KINDS = ", ".join(f"'{kind}'" for kind in KINDS)


class OutboxMessage(Model):
    """A message to one person about one event, for them from `not_before` on, unless it was cancelled before.

    The row is the message in the program's inbox as well. One event is one message to a person.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("event_seq", "person_id"),
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        CheckConstraint("settled_at IS NULL OR read_at IS NOT NULL", name="settled"),
        index_of_some("waiting", "sent_at IS NULL AND cancelled_at IS NULL", "outbox", "not_before", "id"),
        index_of_some("unread", UNREAD, "outbox", "person_id", "not_before"),
        Index("ix_outbox_person", "person_id", "id"),
    )

    id: Mapped[int] = row_id()
    event_seq: Mapped[int] = mapped_column(ForeignKey("events.seq"))
    person_id: Mapped[int] = link("people.id")
    kind: Mapped[str] = mapped_column(String(12))
    manuscript_id: Mapped[int | None] = link("manuscripts.id")
    assignment_id: Mapped[int | None] = link("assignments.id")
    call_id: Mapped[int | None] = link("calls.id")
    created_at: Mapped[datetime] = moment()
    not_before: Mapped[datetime] = moment()
    sent_at: Mapped[datetime | None] = moment()  # when it left the outbox: into a letter, or into the program alone
    letter_id: Mapped[int | None] = link("letters.id", index=True)
    cancelled_at: Mapped[datetime | None] = moment()
    read_at: Mapped[datetime | None] = moment()
    settled_at: Mapped[datetime | None] = moment()

    event: Mapped[Event] = relationship()


class Letter(Model):
    """A mail to one person: of one message, or of a day's. Its words are made when it leaves, and not kept.

    `token` makes its Message-ID, the same at each attempt: who gets it twice has it once.
    """

    __tablename__ = "letters"
    __table_args__ = (
        CheckConstraint("kind IN ('one', 'digest')", name="kind"),
        CheckConstraint("sent_at IS NULL OR failed_at IS NULL", name="end"),
        index_of_some("open_digest", "kind = 'digest' AND closed_at IS NULL", "letters", "person_id", unique=True),
        index_of_some("failed", "failed_at IS NOT NULL", "letters", "failed_at", "id"),
        Index("ix_letters_person", "person_id", "id"),
    )

    id: Mapped[int] = row_id()
    person_id: Mapped[int] = link("people.id")
    kind: Mapped[str] = mapped_column(String(8))
    token: Mapped[str] = mapped_column(String(40), unique=True)
    created_at: Mapped[datetime] = moment()
    leaves_at: Mapped[datetime] = moment()
    closed_at: Mapped[datetime | None] = moment()  # nothing more is put into it
    sent_at: Mapped[datetime | None] = moment()
    failed_at: Mapped[datetime | None] = moment()
    bounced_at: Mapped[datetime | None] = moment()  # the mail server took it, and it came back
    error: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person] = relationship()
    messages: Mapped[list[OutboxMessage]] = relationship(order_by=OutboxMessage.id)


class MailChoice(Model):
    """How somebody wants to be told of a kind of messages, where it is not the usual way."""

    __tablename__ = "mail_choices"
    __table_args__ = (CheckConstraint("choice IN ('now', 'digest', 'program')", name="choice"),
                      CheckConstraint(f"kind IN ({_KINDS})", name="kind"))

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    choice: Mapped[str] = mapped_column(String(8))


class DigestHour(Model):
    """At which hour of the installation's day somebody wants the digest, where it is not the usual one."""

    __tablename__ = "digest_hours"
    __table_args__ = (CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    hour: Mapped[int]


class PrivateAddress(Model):
    """An address that is read without a log-in, for the programs of one person: their deadlines as a ``calendar``, or
    the feeds of what is ``published``. It holds a random token; here is its SHA-256."""

    __tablename__ = "private_addresses"
    __table_args__ = (CheckConstraint("kind IN ('calendar', 'published')", name="kind"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = moment()


class Chaser(Model):
    """A chaser that went out: of one waiting (since when), at one step, once."""

    __tablename__ = "chasers"
    __table_args__ = (
        CheckConstraint("step IN ('before', 'at', 'after', 'above')", name="step"),
        CheckConstraint("(CASE WHEN manuscript_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN assignment_id IS NULL THEN 0 "
                        "ELSE 1 END) + (CASE WHEN call_id IS NULL THEN 0 ELSE 1 END) = 1", name="subject"),
        index_of_some("manuscript", "manuscript_id IS NOT NULL", "chasers", "manuscript_id", "since", "step",
                      unique=True),
        index_of_some("assignment", "assignment_id IS NOT NULL", "chasers", "assignment_id", "since", "step",
                      unique=True),
        index_of_some("call", "call_id IS NOT NULL", "chasers", "call_id", "since", "step", unique=True),
    )

    id: Mapped[int] = row_id()
    manuscript_id: Mapped[int | None] = link("manuscripts.id")
    assignment_id: Mapped[int | None] = link("assignments.id")
    call_id: Mapped[int | None] = link("calls.id")
    since: Mapped[datetime] = moment()
    step: Mapped[str] = mapped_column(String(8))
    event_seq: Mapped[int] = mapped_column(ForeignKey("events.seq"))
    at: Mapped[datetime] = moment()
