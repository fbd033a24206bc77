"""What an office means to publish: on which channel and day, and not before when. It moves nothing in the workflow."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.db import Model, Revised, index_of_some, link, moment, row_id
from editorial.models import Channel, Manuscript, Person


class Planned(Revised, Model):
    """A manuscript that is meant for a day on a channel. What was moved stands in the record; this is how it is now.

    It ends by what is recorded there, or taken off. The same piece may be meant twice for a day: noon and evening.
    """

    __tablename__ = "planned"
    __table_args__ = (
        CheckConstraint("outcome IN ('published', 'taken_off')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended"),
        CheckConstraint("(publication_id IS NOT NULL) = (outcome IS NOT NULL AND outcome = 'published')",
                        name="published"),
        index_of_some("open", "outcome IS NULL", "planned", "channel_id", "day", "id"),
        Index("ix_planned_manuscript", "manuscript_id", "id"),
    )

    id: Mapped[int] = row_id()
    manuscript_id: Mapped[int] = link("manuscripts.id")
    channel_id: Mapped[int] = link("channels.id")
    day: Mapped[date]
    at: Mapped[time | None]  # of the day, where that is known
    place: Mapped[str] = mapped_column(String(100), default="")  # page of the paper, or programme
    note: Mapped[str] = mapped_column(String(200), default="")
    planned_by_id: Mapped[int] = link("people.id")
    planned_at: Mapped[datetime] = moment()
    outcome: Mapped[str | None] = mapped_column(String(10))
    ended_at: Mapped[datetime | None] = moment()
    publication_id: Mapped[int | None] = link("publications.id", index=True)

    manuscript: Mapped[Manuscript] = relationship()
    channel: Mapped[Channel] = relationship()
    planned_by: Mapped[Person] = relationship()


class Embargo(Model):
    """A time before which a manuscript is not to come out on any channel, and why. One holds at a time."""

    __tablename__ = "embargoes"
    __table_args__ = (
        CheckConstraint("length(trim(reason)) > 0", name="reason"),
        index_of_some("holds", "lifted_at IS NULL", "embargoes", "manuscript_id", unique=True),
    )

    id: Mapped[int] = row_id()
    manuscript_id: Mapped[int] = link("manuscripts.id", index=True)
    until: Mapped[datetime] = moment()
    reason: Mapped[str] = mapped_column(Text)
    set_by_id: Mapped[int] = link("people.id")
    set_at: Mapped[datetime] = moment()
    lifted_at: Mapped[datetime | None] = moment()
