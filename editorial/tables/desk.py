"""The desk: views that somebody saved, and words that are used again: an office's reasons, a person's phrases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.db import Model, Revised, link, moment, row_id
from editorial.models import Person


class SavedView(Model):
    """A view of a list of what waits, under a name: its owner's alone, or shared with an office.

    It is filters and no manuscripts: nobody sees more by it than they see anyhow.
    """

    __tablename__ = "saved_views"
    __table_args__ = (
        CheckConstraint("page IN ('desk', 'signoff')", name="page"),
        CheckConstraint("length(trim(name)) > 0", name="name"),
    )

    id: Mapped[int] = row_id()
    person_id: Mapped[int] = link("people.id", index=True)
    office_id: Mapped[int | None] = link("offices.id", index=True)
    page: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(40))
    wanted: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = moment()

    person: Mapped[Person] = relationship()


class OfficeReasons(Revised, Model):
    """An office's reasons for returning and rejecting, in order. What was decided keeps its words when they change."""

    __tablename__ = "office_reasons"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    lines: Mapped[list[str]] = mapped_column(JSON)


class Phrases(Revised, Model):
    """What one person often writes in a reason; nobody else sees it."""

    __tablename__ = "phrases"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    lines: Mapped[list[str]] = mapped_column(JSON)
