"""What a stage's reader proposes where the office's rules let the chief editor confirm it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.db import Model, enum_type, index_of_some, link, moment, row_id
from editorial.models import Person, Version
from editorial.terms import Verdict


class Proposal(Model):
    """A reading that was done and is to be confirmed. It is answered once; confirmed, it becomes a decision.

    ``lapsed`` says that the manuscript went another way: withdrawn, transferred, or taken from its reader.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint("outcome IN ('confirmed', 'sent_back', 'lapsed')", name="outcome"),
        CheckConstraint("(answered_at IS NULL) = (outcome IS NULL)", name="answered"),
        CheckConstraint("verdict = 'pass' OR length(trim(reason)) > 0", name="reason"),
        CheckConstraint("outcome <> 'sent_back' OR length(trim(answer)) > 0", name="answer"),
        index_of_some("open", "answered_at IS NULL", "proposals", "manuscript_id", unique=True),
    )

    id: Mapped[int] = row_id()
    manuscript_id: Mapped[int] = link("manuscripts.id", index=True)
    version_id: Mapped[int] = link("versions.id")
    stage_id: Mapped[int] = link("stages.id")
    verdict: Mapped[Verdict] = mapped_column(enum_type(Verdict))
    person_id: Mapped[int] = link("people.id")
    reason: Mapped[str] = mapped_column(Text, default="")
    checklist: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    elapsed: Mapped[int | None]  # of its reading, as `tables.reading.DecisionReading` keeps it
    seconds: Mapped[int | None]
    made_at: Mapped[datetime] = moment()
    answered_by_id: Mapped[int | None] = link("people.id")
    answered_at: Mapped[datetime | None] = moment()
    outcome: Mapped[str | None] = mapped_column(String(10))
    answer: Mapped[str] = mapped_column(Text, default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    version: Mapped[Version] = relationship()
