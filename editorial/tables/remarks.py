"""Annotations and their answers, and what an author's Word file brought beside its text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.db import Model, Revised, link, moment, row_id
from editorial.models import Manuscript, Office, Person, Stage, Unit, Version


class Annotation(Revised, Model):
    """A remark tied to a passage of a version. Only whether it is settled changes; the record keeps each time.

    It was written for an office (at one of its stages, or by its chief editor) or for a unit that signs.
    """

    __tablename__ = "annotations"
    __table_args__ = (
        CheckConstraint("audience IN ('office', 'author')", name="audience"),
        CheckConstraint("(office_id IS NULL) <> (unit_id IS NULL) AND (stage_id IS NULL OR office_id IS NOT NULL)"
                        " AND (audience = 'author' OR office_id IS NOT NULL)", name="place"),
        CheckConstraint("length(trim(body)) > 0", name="body"),
        CheckConstraint("paragraph >= 0 AND start_at >= 0 AND end_at >= start_at", name="passage"),
        CheckConstraint("(settled_at IS NULL) = (settled_by_id IS NULL)", name="settled"),
        Index("ix_annotations_manuscript", "manuscript_id", "id"),
    )

    id: Mapped[int] = row_id()
    manuscript_id: Mapped[int] = link("manuscripts.id")
    version_id: Mapped[int] = link("versions.id")
    paragraph: Mapped[int]  # what `compare` counts as one, from 1; 0 is the title
    start_at: Mapped[int]  # characters within the paragraph
    end_at: Mapped[int]
    quote: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(String(10))  # internal to the office, or shown to the author
    office_id: Mapped[int | None] = link("offices.id")
    stage_id: Mapped[int | None] = link("stages.id")
    unit_id: Mapped[int | None] = link("units.id")
    by_id: Mapped[int] = link("people.id")
    written_at: Mapped[datetime] = moment()
    settled_by_id: Mapped[int | None] = link("people.id")
    settled_at: Mapped[datetime | None] = moment()

    manuscript: Mapped[Manuscript] = relationship()
    version: Mapped[Version] = relationship()
    office: Mapped[Office | None] = relationship()
    stage: Mapped[Stage | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id])
    answers: Mapped[list["Answer"]] = relationship(back_populates="annotation", order_by="Answer.id")


class Answer(Model):
    """What somebody answered to an annotation: an author, or whoever reads for the office or the unit."""

    __tablename__ = "annotation_answers"
    __table_args__ = (
        CheckConstraint("length(trim(body)) > 0", name="body"),
        CheckConstraint("office_id IS NULL OR unit_id IS NULL", name="place"),
    )

    id: Mapped[int] = row_id()
    annotation_id: Mapped[int] = link("annotations.id", index=True)
    body: Mapped[str] = mapped_column(Text)
    office_id: Mapped[int | None] = link("offices.id")  # neither an office nor a unit: an author
    stage_id: Mapped[int | None] = link("stages.id")
    unit_id: Mapped[int | None] = link("units.id")
    by_id: Mapped[int] = link("people.id")
    written_at: Mapped[datetime] = moment()

    annotation: Mapped[Annotation] = relationship(back_populates="answers")
    office: Mapped[Office | None] = relationship()
    stage: Mapped[Stage | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    by: Mapped[Person] = relationship()


class FileMarks(Model):
    """The comments and tracked changes of a Word file, by its bytes: data about a text, and no part of it."""

    __tablename__ = "file_marks"

    sha256: Mapped[str] = mapped_column(ForeignKey("files.sha256"), primary_key=True)
    remarks: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
