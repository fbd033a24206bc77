"""To say that one has a manuscript's page open: no lock, no event, nothing that stays."""

from __future__ import annotations

from sqlalchemy import delete

from editorial import clock
from editorial.db import db
from editorial.models import Manuscript
from editorial.parties import Actor
from editorial.tables.presence import GONE_AFTER, Presence


def be_here(actor: Actor, manuscript: Manuscript, side: str) -> None:
    """Put down that `actor` has its page open, for this side; what is older than `GONE_AFTER` goes."""
    now = clock.now()
    db.session.execute(delete(Presence).where(Presence.seen_at < now - GONE_AFTER))
    db.session.merge(Presence(manuscript_id=manuscript.id, person_id=actor.id, side=side, seen_at=now,
                              office_id=manuscript.office_id if side == "office" else None))
    db.session.flush()
