"""What whoever keeps the archive asks: which manuscripts there are to export, whether a dossier is of this house."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from sqlalchemy import or_, select

from editorial.db import db
from editorial.errors import Invisible, Refused
from editorial.models import Assignment, Commission, Event, Manuscript
from editorial.parties import Actor
from editorial.queries import manuscripts
from editorial.queries.reader import reader_of

EXPORTS = ("export", "export-ready", "export-failed")
"""Events that change nothing in a manuscript's dossier: that one was taken."""


class Points(Protocol):
    """A dossier, as far as it is asked about here."""

    seal: str

    def points(self) -> dict[int, str]:
        """The hashes of the record that it names, by number."""


def submitted(since: datetime | None = None) -> list[str]:
    """The codes of the manuscripts that were submitted, in order; `since`: of which the record tells since then."""
    query = select(Manuscript.code).where(Manuscript.submitted_at.is_not(None)).order_by(Manuscript.code)
    if since is not None:
        commented = select(Commission.manuscript_id).join(Assignment).join(
            Event, Event.assignment_id == Assignment.id).where(Event.at >= since)
        query = query.where(or_(
            Manuscript.id.in_(select(Event.manuscript_id).where(Event.at >= since, Event.kind.not_in(EXPORTS))),
            Manuscript.id.in_(commented)))
    return list(db.session.scalars(query))


def manuscript(code: str) -> Manuscript:
    """The manuscript under `code`, whoever may see it: for the command line. Raises Invisible."""
    found = db.session.scalar(select(Manuscript).where(Manuscript.code == code))
    if found is None:
        raise Invisible
    return found


def for_chief(actor: Actor, code: str) -> Manuscript:
    """The manuscript, for the chief editor of the office that has it. Raises Invisible, and Refused for others."""
    found = manuscripts.manuscript(actor, code)
    if not manuscripts.takes_dossier(reader_of(actor, found), found):
        raise Refused("not-yours")
    return found


def strange(dossier: Points) -> Iterator[str]:
    """A sentence for each thing in a dossier that this installation's record does not know."""
    points = dossier.points()
    for seq, known in db.session.execute(
            select(Event.seq, Event.hash).where(Event.seq.in_(sorted(points))).order_by(Event.seq)):
        if points.pop(seq) != known:
            yield f"event {seq} is another one in this record"
    points.pop(0, None)
    if points:
        yield f"{len(points)} of its events are not in this record, the first is {min(points)}"
    taken = select(Event.seq).where(Event.kind == "export", Event.digest == dossier.seal)
    if db.session.scalar(taken.limit(1)) is None:
        yield "nobody took it here: the record has no export with its seal"
