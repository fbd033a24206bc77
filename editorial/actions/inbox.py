"""What somebody does with their messages. No event: it is nobody else's business, and changes no text."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, update

from editorial import clock
from editorial.db import db
from editorial.parties import Actor
from editorial.tables.messages import OutboxMessage


def read(message: OutboxMessage) -> None:
    """It was read."""
    message.read_at = message.read_at or clock.now()
    db.session.flush()


def settle(actor: Actor, ids: Sequence[int]) -> int:
    """Put messages of `actor` away; gives how many."""
    now = clock.now()
    done = db.session.execute(update(OutboxMessage).where(
        OutboxMessage.id.in_(list(ids)), OutboxMessage.person_id == actor.id, OutboxMessage.settled_at.is_(None),
        OutboxMessage.cancelled_at.is_(None), OutboxMessage.not_before <= now).values(
        settled_at=now, read_at=func.coalesce(OutboxMessage.read_at, now)).returning(OutboxMessage.id))
    return len(done.all())


def settle_read(actor: Actor) -> int:
    """Put away all that `actor` has read; gives how many."""
    done = db.session.execute(update(OutboxMessage).where(
        OutboxMessage.person_id == actor.id, OutboxMessage.settled_at.is_(None),
        OutboxMessage.read_at.is_not(None)).values(settled_at=clock.now()).returning(OutboxMessage.id))
    return len(done.all())
