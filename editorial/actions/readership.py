"""Readers of a publication: what somebody read off at a time, with the source of the figures."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from editorial import access, audit, clock
from editorial.actions import steps
from editorial.db import db
from editorial.errors import Invalid, Invisible
from editorial.models import Manuscript, Publication
from editorial.parties import PUBLISHER, Actor
from editorial.tables.publication import ReadershipReading
from editorial.terms import PublicationAction


@dataclass(frozen=True)
class Figures:
    """What was read off; None where it is not known."""

    reads: int | None = None
    likes: int | None = None
    comments: int | None = None


def record(actor: Actor, manuscript: Manuscript, publication: Publication, read_at: datetime, figures: Figures,
           source: str) -> ReadershipReading:
    """Put down the figures of a publication at a time, by their source.

    Raises Invisible where the publication is another manuscript's; Invalid for a time to come, or before it came out,
    and without a figure or a source; and what `access.permitted` raises.
    """
    if publication not in manuscript.publications:
        raise Invisible
    access.permitted(actor, PublicationAction.RECORD_READERS, manuscript)
    wrong = {}
    if not publication.published_at <= read_at <= clock.now():
        wrong["read_at"] = "bad-time"
    if all(figure is None for figure in asdict(figures).values()):
        wrong["reads"] = "no-figure"
    if not source.strip():
        wrong["source"] = "missing"
    if wrong:
        raise Invalid(wrong)
    made = ReadershipReading(publication_id=publication.id, read_at=read_at, source=source, recorded_by_id=actor.id,
                             recorded_at=clock.now(), **asdict(figures))
    db.session.add(made)
    db.session.flush()
    audit.record(
        db.session(), PublicationAction.RECORD_READERS.value, actor, role=PUBLISHER.name,
        place=steps.place_of(PUBLISHER, manuscript), manuscript=manuscript, digest=publication.digest,
        before=manuscript.state.value, after=manuscript.state.value,
        data={"publication_id": publication.id, "reading_id": made.id, "source": source, **asdict(figures)})
    return made
