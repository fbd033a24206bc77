"""Files that take long to read: what somebody brought, where it is to go, and what was read of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from editorial.db import Model, link, moment, row_id


class Arrival(Model):
    """Files that one person brought to a form, stored as they came, for a job to read. Saving the form takes them.

    `files` names them: ``document`` and ``photos``, each a name and a digest. `delivery` is what was read of them, and
    `error` the reason why they are refused, beside the form's `field`.
    """

    __tablename__ = "arrivals"
    __table_args__ = (
        CheckConstraint("read_at IS NOT NULL OR (delivery IS NULL AND error = '')", name="read"),
        Index("ix_arrivals_person", "person_id", "form", "id"),
    )

    id: Mapped[int] = row_id()
    person_id: Mapped[int] = link("people.id")
    form: Mapped[str] = mapped_column(String(80))  # its address
    scratch_id: Mapped[int]  # what was typed beside them, until it is saved or thrown away
    job_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(300))
    size: Mapped[int]
    files: Mapped[dict[str, Any]] = mapped_column(JSON)
    known: Mapped[list[str]] = mapped_column(JSON, default=list)
    made_at: Mapped[datetime] = moment(index=True)
    read_at: Mapped[datetime | None] = moment()
    taken_at: Mapped[datetime | None] = moment()
    delivery: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    error: Mapped[str] = mapped_column(String(40), default="")
    field: Mapped[str] = mapped_column(String(20), default="")
    refused: Mapped[str] = mapped_column(String(300), default="")  # the shown name of the file that can't be used
