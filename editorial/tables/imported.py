"""Manuscripts that came in a dossier from another installation, or from this one before it was set up anew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from editorial.db import Model, moment
from editorial.models import Assignment, Commission, Event, Manuscript


class Imported(Model):
    """That a manuscript came in a dossier: by its seal, which names the dossier's content, and when."""

    __tablename__ = "imported"

    manuscript_id: Mapped[int] = mapped_column(ForeignKey("manuscripts.id"), primary_key=True)
    seal: Mapped[str] = mapped_column(String(64))
    event_seq: Mapped[int] = mapped_column(ForeignKey("events.seq"))
    at: Mapped[datetime] = moment()


def rests() -> ColumnElement[bool]:
    """True of a manuscript that came in a dossier and that nobody has touched since.

    It waits for nobody here: the people whom its record names have no accounts that are open.
    """
    since = select(Event.seq).where(Event.manuscript_id == Manuscript.id, Event.seq > Imported.event_seq).exists()
    return select(Imported.manuscript_id).where(Imported.manuscript_id == Manuscript.id, ~since).correlate(
        Manuscript).exists()


def assignment_rests() -> ColumnElement[bool]:
    """The same of an assignment."""
    since = select(Event.seq).where(Event.assignment_id == Assignment.id, Event.seq > Imported.event_seq).exists()
    return select(Imported.manuscript_id).join(Commission, Commission.manuscript_id == Imported.manuscript_id).where(
        Commission.id == Assignment.commission_id, ~since).correlate(Assignment).exists()
