"""Files that are handed out: each leaves an event, and nobody takes more in an hour than a person reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from editorial import audit, clock
from editorial.db import db
from editorial.errors import TooMany
from editorial.models import Assignment, Event, Manuscript
from editorial.parties import ANYONE, CHIEF, COMMENTARY_AUTHOR, COMMISSIONER, STAFF, Actor
from editorial.workflow import sights

MOST_AN_HOUR = 200
"""How many files somebody may take within an hour."""


def demand_room(actor: Actor) -> None:
    """Raise TooMany where somebody took so many files that it can't be reading any more."""
    earlier = db.session.scalar(select(Event.at).where(Event.actor_id == actor.id, Event.kind == "export")
                                .order_by(Event.seq.desc()).offset(MOST_AN_HOUR - 1).limit(1))
    if earlier is not None and (wait := earlier + timedelta(hours=1) - clock.now()) > timedelta(0):
        raise TooMany("too-many-exports", int(wait.total_seconds()) + 1)


def record(actor: Actor, subject: Manuscript | Assignment, digest: str, data: dict[str, Any]) -> None:
    """Put down that `actor` took a file of a manuscript or commentary that they see: of the text with `digest`; `data`
    says which."""
    if isinstance(subject, Assignment):
        record_commentary(actor, subject, digest, data)
        return
    parties = {sight.party.name for sight in sights(actor, subject)}
    of_office = STAFF.name in parties and subject.office is not None
    audit.record(db.session(), "export", actor, role=STAFF.name if of_office else min(parties),
                 place=subject.office.name if of_office and subject.office else subject.unit.name,
                 manuscript=subject, digest=digest, before=subject.state.value, after=subject.state.value, data=data)


def record_commentary(actor: Actor, assignment: Assignment, digest: str, data: dict[str, Any]) -> None:
    """The same of a commentary: for their department, as its author, or as a reader of what is out."""
    party = next((one for one in (COMMISSIONER, COMMENTARY_AUTHOR) if one.includes(actor, assignment)), ANYONE)
    audit.record(db.session(), "export", actor, role=party.name, place=assignment.department.name,
                 assignment=assignment, digest=digest, before=assignment.state.value, after=assignment.state.value,
                 data=data)


def record_dossier(
    manuscript: Manuscript, seal: str, extent: str, actor: Actor | None = None, reason: str = ""
) -> None:
    """Put down that a dossier was taken, by a chief editor with a reason, or by an operator (`actor` None)."""
    audit.record(db.session(), "export", actor, role=CHIEF.name if actor else "operator",
                 place=manuscript.office.name if actor and manuscript.office else "", manuscript=manuscript,
                 digest=seal, before=manuscript.state.value, after=manuscript.state.value, reason=reason,
                 data={"file": "dossier", "extent": extent})
