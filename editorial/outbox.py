"""Messages as rows, written in the transaction of the event that they tell of. Delivery comes after the commit.

Layer 2. One event is one message to a person, whatever roles they hold; the database holds that too. A message holds no
text and no secret: both are made when it leaves. One about ``reset-asked`` gets its link then, by `people.make_link`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from editorial import clock
from editorial.models import Event, OutboxMessage


def post(session: Session, event: Event, people: Iterable[int], not_before: datetime | None = None) -> None:
    """A message about `event` to each of `people` once, except to whoever did it; held until `not_before`."""
    now = clock.now()
    for person_id in sorted(set(people) - {event.actor_id}):
        session.add(OutboxMessage(event_seq=event.seq, person_id=person_id, created_at=now,
                                  not_before=not_before or now))
    session.flush()


def cancel(session: Session, event_seqs: Iterable[int]) -> None:
    """Take back the messages of these events that have not left yet."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.event_seq.in_(list(event_seqs)), OutboxMessage.sent_at.is_(None))
        .values(cancelled_at=clock.now())
    )
