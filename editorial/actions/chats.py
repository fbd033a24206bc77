"""What group chats are to hear: events of an office, by number; never a title, a name, a reason or a text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from editorial import audit, clock, outbox
from editorial.actions import jobs, mailing
from editorial.chats import Chat
from editorial.db import db
from editorial.models import Decision, Event, Manuscript, Membership, Office
from editorial.terms import Action, Role, State

TOLD = tuple(action.value for action in (
    Action.SUBMIT, Action.SIGN_OFF, Action.RESUBMIT, Action.PASS, Action.RETURN, Action.REJECT, Action.APPEAL,
    Action.TRANSFER, Action.SHARE, Action.WITHDRAW, Action.PUBLISH, Action.CORRECT, Action.RETRACT)) + (
    "chaser", "escalation")
"""The events that a group hears of, where the office may read the manuscript."""
UNSIGNED = (State.DRAFT.value, State.AWAITING_SIGNOFF.value)
BATCH = 20
"""Events in one message: robots take so many messages a minute, and a text is short."""
QUIET = timedelta(days=1)
"""So long nobody is told again that the same office's chats fail."""


def collect(chat: Chat, since: int | None) -> int:
    """Ask for messages about what happened at the chat's office after event `since`; gives up to which was looked.

    None is the first look: before it there is nothing to tell. What can still be undone waits.
    """
    head = db.session.scalar(select(func.max(Event.seq))) or 0
    office = db.session.scalar(select(Office).where(Office.slug == chat.office))
    if since is None or office is None:
        return head
    settled = clock.now() - timedelta(minutes=office.undo_minutes)
    young = db.session.scalar(select(func.min(Event.seq)).where(Event.seq > since, Event.at > settled))
    until = head if young is None else young - 1
    found = list(db.session.scalars(select(Event.seq).join(Manuscript, Manuscript.id == Event.manuscript_id).where(
        Event.seq > since, Event.seq <= until, Event.office_id == office.id, Event.kind.in_(TOLD),
        Event.after.not_in(UNSIGNED), Event.at >= Manuscript.entered_at).order_by(Event.seq)))
    for start in range(0, len(found), BATCH):
        jobs.ask("chat", {"chat": chat.name, "events": found[start:start + BATCH]})
    return until


def told(seqs: Sequence[int]) -> list[tuple[str, str, str]]:
    """What happened: code, kind and the state that it led to; without what was undone since."""
    rows = db.session.execute(select(Event, Manuscript.code).join(Manuscript, Manuscript.id == Event.manuscript_id)
                              .where(Event.seq.in_(list(seqs))).order_by(Event.seq)).all()
    decisions = [event.data["decision_id"] for event, _code in rows if "decision_id" in event.data]
    undone = set(db.session.scalars(select(Decision.id).where(
        Decision.id.in_(decisions), Decision.undone_at.is_not(None))))
    return [(code, event.kind, event.after) for event, code in rows if event.data.get("decision_id") not in undone]


def give_up(chat: Chat, reason: str) -> None:
    """A message will not come: its office's chief editors and the administrators are told, once a day."""
    office = db.session.scalar(select(Office).where(Office.slug == chat.office))
    if office is None:
        return
    subject = f"office:{office.id}"
    if db.session.scalar(select(Event.seq).where(
            Event.kind == "chat-failed", Event.subject == subject, Event.at > clock.now() - QUIET).limit(1)):
        return
    event = audit.record(db.session(), "chat-failed", None, subject=subject, reason=reason[:500],
                         data={"chat": chat.name})
    chiefs = set(db.session.scalars(select(Membership.person_id).where(
        Membership.role == Role.CHIEF_EDITOR, Membership.office_id == office.id)))
    outbox.post(db.session(), event, chiefs | mailing.administrators(), kind="trouble")
