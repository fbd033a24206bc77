"""Files that somebody asked for and a job makes: for whom, of what, how far it is, and until when it is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.db import Model, index_of_some, link, moment, row_id
from editorial.models import Manuscript


class Handout(Model):
    """A file made for one person, which only they take, until `until`. Asked for again before, it is the same.

    `done` of `whole` bytes are written. `file` is its name among the kept files of the store; `error` why it can't be
    made.
    """

    __tablename__ = "handouts"
    __table_args__ = (
        CheckConstraint("kind IN ('dossier')", name="kind"),
        CheckConstraint("(made_at IS NULL) = (until IS NULL) AND (made_at IS NULL) = (file = '')", name="made"),
        CheckConstraint("made_at IS NULL OR error = ''", name="end"),
        index_of_some("open", "made_at IS NULL", "handouts", "person_id", "kind", "manuscript_id", unique=True),
        Index("ix_handouts_person", "person_id", "id"),
    )

    id: Mapped[int] = row_id()
    person_id: Mapped[int] = link("people.id")
    kind: Mapped[str] = mapped_column(String(12))
    manuscript_id: Mapped[int] = link("manuscripts.id")
    reason: Mapped[str] = mapped_column(String(500))
    job_id: Mapped[int | None]
    asked_at: Mapped[datetime] = moment()
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    whole: Mapped[int] = mapped_column(BigInteger, default=0)
    error: Mapped[str] = mapped_column(String(40), default="")
    made_at: Mapped[datetime | None] = moment()
    until: Mapped[datetime | None] = moment()
    file: Mapped[str] = mapped_column(String(60), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    taken_at: Mapped[datetime | None] = moment()
    told_seq: Mapped[int | None]  # the event by which its person hears of the end

    manuscript: Mapped[Manuscript] = relationship()
