"""Calls for manuscripts 征稿: what is asked of whom until when, and which stories answer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, and_, or_, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from editorial import clock
from editorial.db import Model, Revised, enum_type, link, moment, row_id
from editorial.models import Genre, Office, Person, Unit
from editorial.terms import CallState


class Call(Revised, Model):
    """An office, or where there is none the coordinator, asks units for pieces on a topic.

    `ends_at` is the end of the last day, in the installation's zone; `since` when that date was set.
    """

    __tablename__ = "calls"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("state <> 'cancelled' OR length(trim(reason)) > 0", name="reason"),
        Index("ix_calls_ends", "ends_at", "id"),
    )

    id: Mapped[int] = row_id()
    code: Mapped[str] = mapped_column(String(20), unique=True)
    office_id: Mapped[int | None] = link("offices.id", index=True)
    asked_by_id: Mapped[int] = link("people.id")
    topic: Mapped[str] = mapped_column(String(200))
    brief: Mapped[str] = mapped_column(Text)
    genre_id: Mapped[int | None] = link("genres.id")
    length: Mapped[str] = mapped_column(String(60), default="")  # as it is wished, in words
    everyone: Mapped[bool] = mapped_column(default=False)  # asks all units; else those of `units`
    state: Mapped[CallState] = mapped_column(enum_type(CallState), default=CallState.OPEN)
    reason: Mapped[str] = mapped_column(Text, default="")  # why it was cancelled
    ends_at: Mapped[datetime] = moment()
    since: Mapped[datetime] = moment()
    created_at: Mapped[datetime] = moment()
    ended_at: Mapped[datetime | None] = moment()

    office: Mapped[Office | None] = relationship()
    asked_by: Mapped[Person] = relationship()
    genre: Mapped[Genre | None] = relationship()
    units: Mapped[list["CallUnit"]] = relationship(order_by="CallUnit.unit_id")

    @property
    def last_day(self) -> date:
        """The last day on which pieces are asked for."""
        return (self.ends_at.astimezone(clock.zone()) - timedelta(minutes=1)).date()

    @property
    def is_over(self) -> bool:
        """Whether its last day is past."""
        return self.ends_at <= clock.now()

    @property
    def takes(self) -> bool:
        """Whether it can still be answered."""
        return self.state is CallState.OPEN and not self.is_over


class CallUnit(Model):
    """A unit that a call asks, alone or with everything below it."""

    __tablename__ = "call_units"

    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True, index=True)
    below: Mapped[bool]

    unit: Mapped[Unit] = relationship()


class CallAnswer(Model):
    """The call that a story answers: one, tied to it while it is a draft."""

    __tablename__ = "call_answers"

    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"), primary_key=True)
    call_id: Mapped[int] = link("calls.id", index=True)
    tied_by_id: Mapped[int] = link("people.id")
    tied_at: Mapped[datetime] = moment()


def asks(unit: Any) -> ColumnElement[bool]:
    """True where the call asks `unit` (Unit or an alias of it): all, the unit itself, or one above with all below."""
    named = aliased(Unit)
    this = or_(named.id == unit.id, and_(CallUnit.below, unit.path.startswith(named.path)))
    return or_(Call.everyone, select(CallUnit.unit_id).join(named, named.id == CallUnit.unit_id).where(
        CallUnit.call_id == Call.id, this).correlate(Call, unit).exists())
