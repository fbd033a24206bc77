"""The record: an append-only event table, each row's hash covering the row and the hash before it.

Layer 2. An event is written in the transaction of the change that it tells of: both or neither. The database refuses
to change or delete events (triggers); `verify` finds what somebody with the database's own powers did to it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.models import Assignment, ChainHead, Event, Manuscript
from editorial.parties import Actor
from editorial.terms import Action, AssignmentAction, NoticeAction, PlanAction, PublicationAction, RemarkAction

GENESIS = "0" * 64

ARRIVAL = "import"
"""Manuscripts came in dossiers, with the events of theirs that another installation recorded. The first such event says
which numbers are missing before it (`gaps`), and which hashes those have that are there (`before`)."""

CHASING_KINDS = ("reminder", "chaser", "escalation")
MANUSCRIPT_KINDS = (*(action.value for action in Action), "create", "upload", "clear", "original", *CHASING_KINDS)
REMARK_KINDS = tuple(action.value for action in RemarkAction)
PUBLICATION_KINDS = tuple(action.value for action in (*PublicationAction, *NoticeAction))
PLAN_KINDS = tuple(action.value for action in PlanAction)
OUTWARD_KINDS = ("export", "export-ready", "export-failed", "deliver", "delivered", "delivery-failed")
ASSIGNMENT_KINDS = ("commission", *(f"assignment-{action.value}" for action in AssignmentAction), "upload", "likeness",
                    *CHASING_KINDS)
ACCOUNT_KINDS = (
    "login", "login-failed", "logout", "denied", "invite", "reset-asked", "reset-link", "password", "profile",
    "sessions-ended",
    "person-created", "person-changed", "person-deactivated", "person-activated", "role-given", "role-taken",
    "unit-created", "unit-changed", "office-changed", "ruleset-created", "genre-changed", "channel-changed",
    "job-again", "mail-failed", "mail-bounced", "chat-failed", "calendar-changed", "invite-asked", "mail-chosen",
    "interest-declared", "interest-ended", "absence-named", "absence-began", "absence-ended",
    "letter-text-changed",
)
CALL_KINDS = ("call-issued", "call-extended", "call-closed", "call-cancelled", "call-reminder")
KINDS = frozenset((*MANUSCRIPT_KINDS, *REMARK_KINDS, *PUBLICATION_KINDS, *PLAN_KINDS, *ASSIGNMENT_KINDS,
                   *ACCOUNT_KINDS, *CALL_KINDS, "call-answered", *OUTWARD_KINDS, ARRIVAL))
"""The whole vocabulary. `clear` says that every stage has passed a version, `original` that one was downloaded;
`export` that a text was taken as a file, `import` that one came in a dossier. That, what was delivered, figures of
readers, reprints and what became of annotations the record keeps, and no manuscript's history tells: annotations stand
beside their passages, for whom they are meant, figures with their publication."""


def record(
    session: Session,
    kind: str,
    actor: Actor | None,
    *,
    role: str = "",
    place: str = "",
    manuscript: Manuscript | None = None,
    assignment: Assignment | None = None,
    subject: str = "",
    digest: str = "",
    before: str = "",
    after: str = "",
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> Event:
    """Add one event at the end of the chain and give it back. `actor` is None for what the program does by itself."""
    if kind not in KINDS:
        raise ValueError(f"no event is called {kind!r}")
    session.flush()
    head = session.get(ChainHead, 1, with_for_update=True, populate_existing=True)
    if head is None:
        raise RuntimeError("the event chain has no head: run `editorial init`")
    event = Event(
        seq=head.seq + 1,
        at=clock.now(),
        kind=kind,
        actor_id=actor.id if actor else None,
        actor_name=actor.name if actor else "",
        role=role,
        place=place,
        manuscript_id=manuscript.id if manuscript else None,
        assignment_id=assignment.id if assignment else None,
        office_id=manuscript.office_id if manuscript else None,
        subject=subject,
        digest=digest,
        before=before,
        after=after,
        reason=reason,
        data=data or {},
        salt=secrets.token_hex(16),
        prev_hash=head.hash,
        hash="",
    )
    event.hash = fingerprint(event)
    head.seq, head.hash = event.seq, event.hash
    session.add(event)
    session.flush()
    return event


def fingerprint(event: Event) -> str:
    """The SHA-256, in hex, over the event's fields and the hash before it, as canonical JSON."""
    return fingerprint_of(
        seq=event.seq, at=event.at, kind=event.kind, actor_id=event.actor_id, actor_name=event.actor_name,
        role=event.role, place=event.place, manuscript_id=event.manuscript_id, assignment_id=event.assignment_id,
        office_id=event.office_id, subject=event.subject, digest=event.digest, before=event.before,
        after=event.after, reason=event.reason, data=event.data, salt=event.salt, prev_hash=event.prev_hash,
    )


def fingerprint_of(*, at: datetime, **fields: Any) -> str:
    """`fingerprint`, for the fields of an event that is no row yet (bulk loading)."""
    fields["at"] = at.isoformat(timespec="microseconds")
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify(session: Session) -> Iterator[str]:
    """Walk the chain from its beginning; yield a sentence for each event that was changed, is missing or was put in.

    What came in dossiers has gaps where other manuscripts' events were: those that the event of the import names.
    """
    expected, previous, gaps, before = 1, GENESIS, dict[tuple[int, int], str](), hashlib.sha256()
    columns = [column for column in Event.__table__.c if column is not Event.__table__.c.hash]
    # Plain rows: a house has millions of events, and as objects they take three times as long.
    query = select(Event.__table__.c.hash.label("kept"), *columns).order_by(Event.seq)
    for event in session.execute(query.execution_options(yield_per=2000)):
        if event.seq > expected:
            gaps[expected, event.seq - 1] = f"event {expected} is missing" if event.seq == expected + 1 else (
                f"events {expected} to {event.seq - 1} are missing")
        elif event.seq < expected:
            yield f"event {event.seq} was put in"
        if event.prev_hash != previous and event.seq <= expected:
            yield f"event {event.seq} does not follow the event before it"
        fields = event._asdict()
        kept = fields.pop("kept")
        if fingerprint_of(**fields) != kept:
            yield f"event {event.seq} was changed"
        elif event.kind == ARRIVAL and "gaps" in event.data:
            if event.data["before"] == before.hexdigest():
                gaps = {gap: said for gap, said in gaps.items() if list(gap) not in event.data["gaps"]}
            else:
                yield f"what was imported before event {event.seq} is not what is there"
        before.update(kept.encode())
        expected, previous = event.seq + 1, kept
    yield from gaps.values()
    head = session.get(ChainHead, 1)
    if head is None:
        yield "the head of the chain is missing"
    elif head.seq != expected - 1 or head.hash != previous:
        yield f"the chain ends at event {expected - 1}, its head says {head.seq}"
