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

    @property
    def begin(self) -> dict[str, object]:
        """With what the form that records a publication begins: where it is meant to come out next."""
        return {"channel": self.slots[0].channel_id, "place": self.slots[0].place} if self.slots else {}


def of_manuscript(found: Manuscript) -> OfManuscript:
    """The open places that it has in the plan, once it was cleared, and its embargo."""
    slots = [] if found.accepted_at is None else db.session.scalars(select(Planned).where(
        Planned.manuscript_id == found.id, Planned.outcome.is_(None)).options(joinedload(Planned.channel)).order_by(
        Planned.day, Planned.id)).all()
    return OfManuscript(slots, db.session.scalar(select(Embargo).where(
        Embargo.manuscript_id == found.id, Embargo.lifted_at.is_(None), Embargo.until > clock.now())))
