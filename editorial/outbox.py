"""Messages as rows, written in the transaction of the event that they tell of. What goes by mail goes after the commit.

Layer 2. One event is one message to a person, whatever roles they hold; the database holds that too. A message holds no
text and no secret: both are made when it is read, or leaves. One about ``reset-asked`` gets its link then.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from editorial import clock
from editorial.models import Event, Manuscript
from editorial.tables.messages import OutboxMessage


def post(session: Session, event: Event, people: Iterable[int], not_before: datetime | None = None,
         kind: str = "", call_id: int | None = None, once: bool = False) -> None:
    """A message about `event` to each of `people` once, except to whoever did it; held until `not_before`.

    `call_id` is the call for manuscripts that it is about, if any. With `once`, whoever has a held message about the
    same manuscript, of the same kind of event, gets no second one: it says that there is something, not what.

    `kind` is one of `tables.messages.KINDS`; where it is not given, it follows from what the event is about.
    """
    told = sorted(set(people) - {event.actor_id})
    if not told:
        return
    if once:
        told = sorted(set(told) - set(session.scalars(select(OutboxMessage.person_id).join(
            Event, Event.seq == OutboxMessage.event_seq).where(
            OutboxMessage.sent_at.is_(None), OutboxMessage.cancelled_at.is_(None),
            OutboxMessage.not_before > clock.now(), Event.kind == event.kind,
            OutboxMessage.manuscript_id == event.manuscript_id, OutboxMessage.person_id.in_(told)))))
    about = session.get_one(Manuscript, event.manuscript_id) if event.manuscript_id and not kind else None
    authors = about.author_ids if about else frozenset()
    now = clock.now()
    rows = [{"event_seq": event.seq, "person_id": person_id, "created_at": now, "not_before": not_before or now,
             "manuscript_id": event.manuscript_id, "assignment_id": event.assignment_id, "call_id": call_id,
             "kind": kind or _kind(event, person_id in authors)} for person_id in told]
    if rows:
        session.execute(insert(OutboxMessage), rows)


def _kind(event: Event, wrote_it: bool) -> str:
    if event.manuscript_id:
        return "mine" if wrote_it else "due"
    return "commentary" if event.assignment_id else "account"


def cancel(session: Session, event_seqs: Iterable[int]) -> None:
    """Take back the messages of these events that have not left yet."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.event_seq.in_(list(event_seqs)), OutboxMessage.sent_at.is_(None))
        .values(cancelled_at=clock.now())
    )
