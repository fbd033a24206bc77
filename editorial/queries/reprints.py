"""What came of a published piece: what its readers saw and when, and who else brought it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from editorial.db import db
from editorial.errors import Invisible
from editorial.models import Manuscript
from editorial.parties import Actor
from editorial.queries import manuscripts, notices
from editorial.tables.publication import Reprint
from editorial.terms import PublicationAction, State
from editorial.workflow import PUBLICATION_TABLE, Refusal, permit


@dataclass(frozen=True)
class Shown:
    """What readers saw from a time on: a version by its number, 0 once it was retracted; and what they were told."""

    since: datetime
    number: int
    told: str


@dataclass(frozen=True)
class Page:
    """A published piece, what its readers saw from when on, and its reprints, the newest first."""

    manuscript: Manuscript
    shown: Sequence[Shown]
    reprints: Sequence[Reprint]
    may_record: bool


def page(actor: Actor, code: str) -> Page:
    """What came of a piece, for whoever sees it; raises Invisible, also for what was never published."""
    found = manuscripts.manuscript(actor, code)
    if found.published_at is None:
        raise Invisible
    reprints = db.session.scalars(select(Reprint).where(Reprint.manuscript_id == found.id).options(
        joinedload(Reprint.recorded_by)).order_by(Reprint.reprinted_at.desc(), Reprint.id.desc())).all()
    may = not isinstance(permit(actor, PUBLICATION_TABLE, PublicationAction.RECORD_REPRINT, found), Refusal)
    return Page(found, shown(found), reprints, may)


def shown(found: Manuscript) -> list[Shown]:
    """What readers saw from when on, in order: the first version that came out, corrections as they took effect, and
    the retraction. What is published on one more channel after a correction is the corrected version."""
    numbers = {version.id: version.number for version in found.versions}
    first = min(found.publications, key=lambda one: (one.published_at, one.id))
    steps = [Shown(first.published_at, numbers[first.version_id], "")]
    steps += [Shown(one.closed_at, numbers[one.version_id], one.note) for one in found.corrections
              if one.outcome == "effective" and one.closed_at]
    for one in notices.of([found.id]).get(found.id, ()):
        before = [step for step in steps if step.since <= one.made_at]
        steps.insert(len(before), Shown(one.made_at, before[-1].number, one.note))
    if found.state is State.RETRACTED and found.closed_at:
        steps.append(Shown(found.closed_at, 0, found.public_reason))
    return steps
