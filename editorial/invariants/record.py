"""The record and what hangs on it: messages, references, and the calendar by which time is counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from editorial import calendar, clock
from editorial.db import Base
from editorial.invariants.saying import say
from editorial.tables.jobs import CalendarDay
from editorial.tables.messages import OutboxMessage


def one_message_for_an_event(session: Session) -> Iterator[str]:
    """Rule 9: one event is one message to a person."""
    yield from say(
        session,
        select(OutboxMessage.event_seq, OutboxMessage.person_id, func.count())
        .group_by(OutboxMessage.event_seq, OutboxMessage.person_id).having(func.count() > 1),
        "event {0} has {2} messages to person {1}")


def references_hold(session: Session) -> Iterator[str]:
    """Every foreign key points at a row that is there."""
    if session.get_bind().dialect.name == "sqlite":
        yield from say(session, text("PRAGMA foreign_key_check"), "row {1} of {0} points at nothing in {2}")
        return
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            for key in column.foreign_keys:
                target = key.column.table.alias()
                there = select(target.c[key.column.name]).where(target.c[key.column.name] == column).exists()
                yield from say(
                    session, select(column).where(column.is_not(None), ~there),
                    f"{table.name}.{column.name} {{0}} points at nothing in {key.column.table.name}")


def notices(session: Session) -> Iterator[str]:
    """What is not broken yet: make-up working days 调休 of a year that begins within 60 days that are not known, and
    messages that nobody takes out of the outbox."""
    year = (clock.now().date() + timedelta(days=60)).year
    days = dict(session.execute(select(CalendarDay.day, CalendarDay.works)).all())
    if not calendar.knows_make_up_days(year, days):
        yield (f"The make-up working days of {year} are not known: dates of that year may be a day off. Set them under "
               "Administration › Working days once they are announced, or bring the package `holidays` up to date.")
    waiting = session.scalar(select(func.count(OutboxMessage.id)).where(
        OutboxMessage.sent_at.is_(None), OutboxMessage.cancelled_at.is_(None),
        OutboxMessage.not_before < clock.now() - timedelta(hours=1)))
    if waiting:
        yield (f"{waiting} messages have waited for more than an hour: is the server running, or on PostgreSQL "
               "`editorial work`?")
