"""What the program has to do by itself, and the days on which offices work otherwise than the calendar says."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from editorial.db import Model, index_of_some, link, moment, row_id


class Job(Model):
    """Something to do from `run_at` on. Whoever takes it has it until `lease_until`; then another one may.

    One with a `name` comes again and again: there is one row of it, which is set anew each time.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
        CheckConstraint("(state = 'running') = (lease_until IS NOT NULL)", name="lease"),
        index_of_some("open", "state IN ('waiting', 'running')", "jobs", "run_at", "id"),
        index_of_some("name", "name IS NOT NULL", "jobs", "name", unique=True),
        Index("ix_jobs_state", "state", "id"),
    )

    id: Mapped[int] = row_id()
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str | None] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    run_at: Mapped[datetime] = moment()
    tries: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str] = mapped_column(String(60), default="")
    lease_until: Mapped[datetime | None] = moment()
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = moment()
    ended_at: Mapped[datetime | None] = moment()


class CalendarDay(Model):
    """A day that is worked, or not, whatever the library says: a make-up working day 调休, or a day off."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    works: Mapped[bool]
    note: Mapped[str] = mapped_column(String(60), default="")
    set_by_id: Mapped[int | None] = link("people.id")
    set_at: Mapped[datetime] = moment()
