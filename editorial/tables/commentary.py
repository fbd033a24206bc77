"""What a commentary has beside it: Word files that its author brought, and where its words stand in another's, too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.db import Model, link, moment, row_id
from editorial.models import Assignment, CommentaryVersion, File


class CommentaryFile(Model):
    """A Word file that a commentator brought, as it was: for its author alone."""

    __tablename__ = "commentary_files"

    id: Mapped[int] = row_id()
    assignment_id: Mapped[int] = link("assignments.id", index=True)
    sha256: Mapped[str] = link("files.sha256")
    shown_name: Mapped[str] = mapped_column(String(200))
    warnings: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    brought_at: Mapped[datetime] = moment()

    assignment: Mapped[Assignment] = relationship()
    file: Mapped[File] = relationship()


class Likeness(Model):
    """Two filed texts under two names, the later one first, that are near-equal; and what stands in both.

    Worked out when the later one is filed, and told without a judgement: both may quote one source.
    """

    __tablename__ = "likenesses"
    __table_args__ = (UniqueConstraint("version_id", "other_id"), CheckConstraint("version_id <> other_id", name="two"))

    id: Mapped[int] = row_id()
    version_id: Mapped[int] = link("commentary_versions.id")
    other_id: Mapped[int] = link("commentary_versions.id", index=True)
    passages: Mapped[list[list[str]]] = mapped_column(JSON)  # each as it stands in the one and in the other
    found_at: Mapped[datetime] = moment()

    version: Mapped[CommentaryVersion] = relationship(foreign_keys=[version_id])
    other: Mapped[CommentaryVersion] = relationship(foreign_keys=[other_id])


class CommentaryPrint(Model):
    """An index of what was filed last for each assignment: hashes of short runs of its characters."""

    __tablename__ = "commentary_prints"
    __table_args__ = (Index("ix_commentary_prints_print", "print"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("commentary_versions.id"), primary_key=True)
    print: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
