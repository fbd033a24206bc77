"""The readers of a publication over time, as a table and as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from editorial.db import db
from editorial.errors import Invisible
from editorial.models import Manuscript, Publication
from editorial.parties import Actor
from editorial.queries import manuscripts
from editorial.tables.publication import ReadershipReading
from editorial.terms import PublicationAction
from editorial.workflow import PUBLICATION_TABLE, Refusal, permit

WIDTH, HEIGHT = 600, 160
"""Of the drawing, in its own units."""
KINDS = ("reads", "likes", "comments")


@dataclass(frozen=True)
class Line:
    """One kind of figure over time: `points` as an SVG polyline takes them, and the highest figure."""

    kind: str
    points: str
    highest: int


@dataclass(frozen=True)
class Page:
    """A publication and what was read off, the newest first; a line for each kind that has two figures or more."""

    manuscript: Manuscript
    publication: Publication
    readings: Sequence[ReadershipReading]
    lines: Sequence[Line]
    may_record: bool


def page(actor: Actor, code: str, publication_id: int) -> Page:
    """The readers of a publication, for whoever sees it; raises Invisible."""
    found, publication = place(actor, code, publication_id)
    readings = db.session.scalars(select(ReadershipReading).where(
        ReadershipReading.publication_id == publication.id).order_by(
        ReadershipReading.read_at.desc(), ReadershipReading.id.desc())).all()
    lines = [one for kind in KINDS if (one := line(kind, {
        reading.read_at: getattr(reading, kind) for reading in reversed(readings)}))]
    may = not isinstance(permit(actor, PUBLICATION_TABLE, PublicationAction.RECORD_READERS, found), Refusal)
    return Page(found, publication, readings, lines, may)


def place(actor: Actor, code: str, publication_id: int) -> tuple[Manuscript, Publication]:
    """A manuscript and one of its publications, for whoever sees them; raises Invisible."""
    found = manuscripts.manuscript(actor, code)
    for one in found.publications:
        if one.id == publication_id:
            return found, one
    raise Invisible


def line(kind: str, figures: dict[datetime, int | None]) -> Line | None:
    """Figures by their times as a line from nought up, times to scale; None where there are fewer than two."""
    known = sorted((at, figure) for at, figure in figures.items() if figure is not None)
    if len(known) < 2:
        return None
    first, last = known[0][0], known[-1][0]
    highest = max(figure for _at, figure in known)
    points = " ".join(
        f"{round((at - first) / (last - first) * WIDTH)},{round(HEIGHT - figure / max(highest, 1) * HEIGHT)}"
        for at, figure in known)
    return Line(kind, points, highest)
