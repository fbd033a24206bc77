"""Reading: which version somebody opened last, and what a decision says of the reading that it rests on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.db import Model, index_of_some, link, moment
from editorial.models import Decision


class Reading(Model):
    """Which version of a manuscript somebody opened last, and which other one before.

    While its reading is theirs to do, also since when they have had this version before them, and for how many seconds
    the page was in front, as their browser says (None where it says nothing). Both go with the decision, or with the
    manuscript when it moves on without one.
    """

    __tablename__ = "readings"
    __table_args__ = (
        CheckConstraint("seconds IS NULL OR (seconds >= 0 AND opened_at IS NOT NULL)", name="seconds"),
        index_of_some("under_way", "opened_at IS NOT NULL", "readings", "manuscript_id"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    manuscript_id: Mapped[int] = mapped_column(ForeignKey("manuscripts.id"), primary_key=True)
    version_id: Mapped[int] = link("versions.id")
    earlier_version_id: Mapped[int | None] = link("versions.id")
    opened_at: Mapped[datetime | None] = moment()
    seconds: Mapped[int | None]


class DecisionReading(Model):
    """What a decision or a signature says of its reading, by whoever took it, and by whoever confirmed it. Only ever
    added, with the decision."""

    __tablename__ = "decision_readings"
    __table_args__ = (
        CheckConstraint("seconds IS NULL OR (seconds >= 0 AND elapsed IS NOT NULL AND seconds <= elapsed)",
                        name="seconds"),
    )

    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    characters: Mapped[int]  # of the text that was decided on
    known: Mapped[bool]  # who decides knew an earlier version, wrote it, or confirms: they read what changed
    elapsed: Mapped[int | None]  # seconds from the server's showing them the version; None: it was not opened
    seconds: Mapped[int | None]  # of these the page was in front, as the browser said; None: not measured
    whole_chain: Mapped[int | None]  # of the pass that was the last missing one: seconds since the first of them

    decision: Mapped[Decision] = relationship()
