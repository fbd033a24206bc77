"""Interests that somebody declares: from then on the manuscripts that they touch are for others to read."""

from __future__ import annotations

from sqlalchemy import select

from editorial import audit, clock
from editorial.actions import reviewing
from editorial.db import db
from editorial.errors import Invalid, Invisible
from editorial.models import Manuscript
from editorial.parties import Actor
from editorial.tables.interests import Interest, concerned


def declare(actor: Actor, manuscript: Manuscript, kind: str, author_id: int | None, note: str) -> Interest:
    """Put down an interest of `actor`: in an author of this manuscript (``author``, ``kin``), in its ``unit``, or for
    an ``other`` reason in this story alone. What it touches of theirs goes back to the desk.

    Raises Invalid where `author_id` is none of its authors.
    """
    by_author = kind in ("author", "kin")
    if by_author and author_id not in manuscript.author_ids:
        raise Invalid({"about": "missing"})
    interest = Interest(
        person_id=actor.id, kind=kind, note=note, declared_at=clock.now(), author_id=author_id if by_author else None,
        unit_id=manuscript.unit_id if kind == "unit" else None,
        story_id=manuscript.story_id if kind == "other" else None)
    db.session.add(interest)
    db.session.flush()
    audit.record(db.session(), "interest-declared", actor, subject=f"interest:{interest.id}", reason=note,
                 data={"kind": kind, "about": list(interest.about)})
    for held in db.session.scalars(select(Manuscript).where(
            Manuscript.assignee_id == actor.id, concerned(actor.id)).order_by(Manuscript.id)).all():
        reviewing.release(actor, held, None)
    return interest


def end(actor: Actor, interest_id: int) -> None:
    """Say that an own interest is no more; raises Invisible for anybody else's, and for one that ended."""
    interest = db.session.get(Interest, interest_id)
    if interest is None or interest.person_id != actor.id or interest.ended_at is not None:
        raise Invisible
    interest.ended_at = clock.now()
    audit.record(db.session(), "interest-ended", actor, subject=f"interest:{interest.id}")
