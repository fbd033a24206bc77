"""Who has a manuscript's page open just now. Nothing older than a minute is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.db import Model, link, moment
from editorial.models import Person

GONE_AFTER = timedelta(seconds=60)
"""Whoever was not heard of for so long has left."""


class Presence(Model):
    """A person at a page: for an office, for the unit that signs, or as an author. Only the same side sees it."""

    __tablename__ = "presences"
    __table_args__ = (
        CheckConstraint("side IN ('author', 'office', 'unit')", name="side"),
        CheckConstraint("(side = 'office') = (office_id IS NOT NULL)", name="office"),
    )

    manuscript_id: Mapped[int] = mapped_column(ForeignKey("manuscripts.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    side: Mapped[str] = mapped_column(String(6))
    office_id: Mapped[int | None] = link("offices.id")
    seen_at: Mapped[datetime] = moment(index=True)

    person: Mapped[Person] = relationship()
