"""Packages on their way to the house's own systems, and what became of each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.db import Model, index_of_some, link, moment, row_id
from editorial.models import Channel, Manuscript, Person, Version


class Delivery(Model):
    """A manuscript that was asked to go to a target, under its name in the operator's file.

    Which version went is known once it has gone: the one that was cleared then, in the package with `sha256`. A row
    that is delivered is not changed any more.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name="state"),
        CheckConstraint("(state = 'delivered') = (delivered_at IS NOT NULL)", name="delivered"),
        CheckConstraint("state <> 'delivered' OR (length(sha256) = 64 AND version_id IS NOT NULL)", name="what"),
        index_of_some("waiting", "state = 'waiting'", "deliveries", "manuscript_id", "target", unique=True),
        Index("ix_deliveries_manuscript", "manuscript_id", "id"),
        Index("ix_deliveries_channel", "channel_id", "state", "id"),
        Index("ix_deliveries_target", "target", "sha256"),
    )

    id: Mapped[int] = row_id()
    manuscript_id: Mapped[int] = link("manuscripts.id")
    channel_id: Mapped[int] = link("channels.id")
    target: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    job_id: Mapped[int | None]  # the job that carries it; jobs that are done are forgotten after a while
    asked_by_id: Mapped[int | None] = link("people.id")  # nobody: it follows a correction or a retraction
    asked_at: Mapped[datetime] = moment()
    version_id: Mapped[int | None] = link("versions.id")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    name: Mapped[str] = mapped_column(String(120), default="")
    size: Mapped[int] = mapped_column(default=0)
    delivered_at: Mapped[datetime | None] = moment()
    receipt: Mapped[str] = mapped_column(Text, default="")  # what the other side said
    error: Mapped[str] = mapped_column(Text, default="")  # why it was given up

    manuscript: Mapped[Manuscript] = relationship()
    channel: Mapped[Channel] = relationship()
    asked_by: Mapped[Person | None] = relationship()
    version: Mapped[Version | None] = relationship()
