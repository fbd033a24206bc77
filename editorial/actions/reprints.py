"""Reprints: what others made of a published piece, as far as the office learns of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from editorial import access, audit, clock
from editorial.actions import steps
from editorial.actions.publishing import leads_somewhere
from editorial.db import db
from editorial.errors import Invalid
from editorial.models import Manuscript
from editorial.parties import PUBLISHER, Actor
from editorial.tables.publication import Reprint
from editorial.terms import PublicationAction


@dataclass(frozen=True)
class Found:
    """Who brought it, when, and where: an address, or for print and air the page or programme."""

    outlet: str
    reprinted_at: datetime
    address: str = ""
    place: str = ""


def record(actor: Actor, manuscript: Manuscript, found: Found) -> Reprint:
    """Put down that somebody else brought it.

    Raises Invalid for what is missing, for a time to come or before it was published here, and for what is recorded
    already; and what `access.permitted` raises.
    """
    access.permitted(actor, PublicationAction.RECORD_REPRINT, manuscript)
    assert manuscript.published_at is not None
    wrong = {}
    if not found.outlet.strip():
        wrong["outlet"] = "missing"
    if not manuscript.published_at <= found.reprinted_at <= clock.now():
        wrong["reprinted_at"] = "before-publication" if found.reprinted_at < manuscript.published_at else "bad-time"
    if found.address and not leads_somewhere(found.address):
        wrong["address"] = "no-address"
    if not found.address and not found.place.strip():
        wrong["address"] = "no-reprint-place"
    if wrong:
        raise Invalid(wrong)
    if db.session.scalar(select(Reprint.id).where(
            Reprint.manuscript_id == manuscript.id, Reprint.outlet == found.outlet, Reprint.address == found.address,
            Reprint.place == found.place)):
        raise Invalid({"address": "duplicate-publication"})
    made = Reprint(manuscript_id=manuscript.id, recorded_by_id=actor.id, recorded_at=clock.now(), **vars(found))
    db.session.add(made)
    db.session.flush()
    audit.record(
        db.session(), PublicationAction.RECORD_REPRINT.value, actor, role=PUBLISHER.name,
        place=steps.place_of(PUBLISHER, manuscript), manuscript=manuscript, before=manuscript.state.value,
        after=manuscript.state.value, data={"reprint_id": made.id, "outlet": found.outlet, "address": found.address,
                                            "place": found.place})
    return made
