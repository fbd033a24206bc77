"""A story at two offices whose texts have come apart: whoever has to do with one of its manuscripts is told so.

An author who recalls at one office, or gets it back from there, leaves the other with the text as it was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased

from editorial.models import Manuscript
from editorial.parties import Actor
from editorial.queries.reader import Reader
from editorial.terms import Action, State
from editorial.workflow import TABLE, Refusal, permit, sights

STANDS = (State.AWAITING_SIGNOFF, State.IN_REVIEW, State.ACCEPTED)
"""Where a text waits for somebody else than its authors, and is not out yet."""
AT_HOME = (State.DRAFT, State.RETURNED)


@dataclass(frozen=True)
class Apart:
    """What is so at the other office: ``rewriting`` (back with its authors), ``later`` (it has a later text of theirs),
    ``earlier`` (it stands there as it was sent). `is_seen`: the reader sees it; `may_recall`: they can recall it."""

    sister: Manuscript
    kind: str
    is_seen: bool
    may_recall: bool


def apart(reader: Reader, found: Manuscript) -> Sequence[Apart]:
    """What is to be known at `found` of the other manuscripts of its story, for whoever has to do with it."""
    if not reader.is_inside or (found.state not in STANDS and found.state not in AT_HOME):
        return []
    return [Apart(sister, kind, bool(sights(reader.actor, sister)), _may_recall(reader.actor, sister))
            for sister in found.story.manuscripts if sister is not found and (kind := _kind(found, sister))]


def _kind(found: Manuscript, sister: Manuscript) -> str:
    if found.state in STANDS and sister.state in AT_HOME and sister.submitted_at:
        return "rewriting"
    if found.state in AT_HOME and found.submitted_at and sister.state in STANDS:
        return "earlier"
    here, there = found.author_version, sister.author_version
    if found.state in STANDS and sister.state in STANDS and here and there and here.digest != there.digest:
        return "later" if there.created_at > here.created_at else "earlier"
    return ""


def _may_recall(actor: Actor, sister: Manuscript) -> bool:
    return not isinstance(permit(actor, TABLE, Action.RECALL, sister), Refusal)


def is_rewritten_elsewhere() -> ColumnElement[bool]:
    """That a row of manuscripts waits for somebody while its story is back with its authors at another office."""
    sister = aliased(Manuscript)
    return and_(Manuscript.state.in_(STANDS), select(sister.id).where(
        sister.story_id == Manuscript.story_id, sister.id != Manuscript.id, sister.state.in_(AT_HOME),
        sister.submitted_at.is_not(None)).exists())
