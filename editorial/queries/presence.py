"""Who else has a manuscript's page open, as far as somebody may know: those of their own side."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from editorial import access, clock
from editorial.db import UtcDateTime, db
from editorial.models import Manuscript, Person
from editorial.parties import UNIT_SIGNER, Actor
from editorial.queries.reader import Reader, reader_of
from editorial.tables.presence import GONE_AFTER, Presence


def side_of(reader: Reader) -> str:
    """For which side somebody reads: authors never learn who reads for the office (rule 8). Empty for none."""
    if reader.is_author:
        return "author"
    return "office" if reader.is_staff else "unit" if UNIT_SIGNER.name in reader.parties else ""


def manuscript(actor: Actor, code: str) -> tuple[Manuscript, str]:
    """The manuscript under `code`, and for which side `actor` reads it; raises Invisible."""
    found = access.manuscript_for(db.session(), actor, code)
    return found, side_of(reader_of(actor, found))


def others(actor: Actor, found: Manuscript, side: str) -> list[str]:
    """The names of those of the same side who have it open, without `actor`."""
    return list(db.session.scalars(_OTHERS, {
        "manuscript": found.id, "side": side, "office": found.office_id if side == "office" else 0, "me": actor.id,
        "since": clock.now() - GONE_AFTER}))


_OTHERS = select(Person.name).join(Presence, Presence.person_id == Person.id).where(
    Presence.manuscript_id == bindparam("manuscript"), Presence.side == bindparam("side"),
    func.coalesce(Presence.office_id, 0) == bindparam("office"), Presence.person_id != bindparam("me"),
    Presence.seen_at >= bindparam("since", type_=UtcDateTime)).order_by(Person.id)


def shown(actor: Actor, found: Manuscript, reader: Reader) -> list[str] | None:
    """The same for a page that is opened; None where nobody is told of anybody."""
    side = side_of(reader)
    return others(actor, found, side) if side else None
