"""What one manuscript is meant for in its office's plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from editorial import clock
from editorial.db import db
from editorial.models import Manuscript
from editorial.tables.planning import Embargo, Planned


@dataclass(frozen=True)
class OfManuscript:
    """What a manuscript is meant for, and the embargo that holds for it, until its time has come."""

    slots: Sequence[Planned]
    embargo: Embargo | None


def of_manuscript(found: Manuscript) -> OfManuscript:
    """The open places that it has in the plan, and its embargo."""
    slots = db.session.scalars(select(Planned).where(
        Planned.manuscript_id == found.id, Planned.outcome.is_(None)).options(joinedload(Planned.channel)).order_by(
        Planned.day, Planned.id)).all()
    return OfManuscript(slots, db.session.scalar(select(Embargo).where(
        Embargo.manuscript_id == found.id, Embargo.lifted_at.is_(None), Embargo.until > clock.now())))
