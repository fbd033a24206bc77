"""The same text, sent twice: who sends one that is under way or out already is told before, and may send it anyway.
Who signs or reads it is told as well.

Layer 3. What somebody may not see does not exist for them here either (rule 7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from editorial import access
from editorial.db import db
from editorial.errors import Invalid
from editorial.models import Manuscript, Version
from editorial.parties import AUTHOR, Actor
from editorial.terms import State

SENT = (State.AWAITING_SIGNOFF, State.IN_REVIEW, State.RETURNED, State.ACCEPTED, State.PUBLISHED)
"""Where a text is under way, or out."""
UNDECIDED = (State.AWAITING_SIGNOFF, State.IN_REVIEW)
"""Where somebody has yet to sign or to read."""
SHOWN = 5


@dataclass(frozen=True)
class Twin:
    """Another manuscript with the same text."""

    code: str
    title: str
    state: State


def demand_told(actor: Actor, manuscript: Manuscript, agreed: bool) -> None:
    """Raise Invalid with the twins of what is being sent, unless its sender has `agreed` to send it all the same."""
    if not agreed and (found := twins(actor, manuscript)):
        raise Invalid({"again": "sent-already"}, found)


def twins(actor: Actor, manuscript: Manuscript) -> Sequence[Twin]:
    """The other stories' manuscripts at the same offices, of its unit or of `actor`, that hold the same text.

    One look into the index of digests, and a second one only where it finds another manuscript.
    """
    version = manuscript.version
    holders = set(db.session.scalars(select(Version.manuscript_id).where(
        Version.digest == (version.digest if version else ""), Version.submitted_at.is_not(None))))
    sisters = manuscript.story.manuscripts
    holders -= {sister.id for sister in sisters}
    if not holders:
        return ()
    found = db.session.execute(select(Manuscript.code, Manuscript.title, Manuscript.state).where(
        Manuscript.id.in_(holders), Manuscript.state.in_(SENT),
        Manuscript.office_id.in_([sister.office_id for sister in sisters if sister.office_id]),
        or_(Manuscript.unit_id == manuscript.unit_id, access.party_clause(actor.roles, AUTHOR)),
        access.visible_to(actor.roles)).order_by(Manuscript.id.desc()).limit(SHOWN), access.values(actor))
    return [Twin(*row) for row in found]


def others_with_its_text(actor: Actor, manuscript: Manuscript, version: Version) -> Sequence[Twin]:
    """For whoever signs or reads it: the other stories' manuscripts with the text of `version` that they may see too.

    Not only of its unit or at its office: two units that send one text are for their common signer, or the office, to
    sort out. What they may not see is not there, not even as a number.
    """
    if manuscript.state not in UNDECIDED:
        return ()
    holders = select(Version.manuscript_id).where(
        Version.digest == version.digest, Version.submitted_at.is_not(None))
    found = db.session.execute(select(Manuscript.code, Manuscript.title, Manuscript.state).where(
        Manuscript.id.in_(holders), Manuscript.story_id != manuscript.story_id, Manuscript.state.in_(SENT),
        access.visible_to(actor.roles)).order_by(Manuscript.id.desc()).limit(SHOWN), access.values(actor))
    return [Twin(*row) for row in found]
