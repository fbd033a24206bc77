"""Reading: what somebody opened, for how long a page was in front, and what of it a decision keeps.

Nothing else of how people read is put down; times only where the reading is theirs to do, and no longer than that.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, update

from editorial import clock
from editorial.db import db
from editorial.models import Decision, Manuscript
from editorial.parties import Actor
from editorial.tables.reading import DecisionReading, Reading
from editorial.terms import Verdict

MOST = 3600
"""So many seconds are counted of one reading: a page that stands open longer is left, or in a corner."""


def note(connection: Connection, person_id: int, manuscript_id: int, version_id: int, earlier_id: int | None,
         is_due: bool) -> None:
    """Put down that a person opened a version, and before it the other one, if any; where its reading is theirs to do
    (`is_due`), since when. Raises IntegrityError where a page that they opened at the same moment was first: then it is
    known already."""
    opened_at = clock.now() if is_due else None
    if earlier_id is None:
        connection.execute(insert(Reading).values(person_id=person_id, manuscript_id=manuscript_id,
                                                  version_id=version_id, opened_at=opened_at))
        return
    mine = update(Reading).where(Reading.person_id == person_id, Reading.manuscript_id == manuscript_id,
                                 Reading.version_id == earlier_id)
    if earlier_id == version_id:
        connection.execute(mine.where(Reading.opened_at.is_(None)).values(opened_at=opened_at))
    else:
        connection.execute(mine.values(version_id=version_id, earlier_version_id=earlier_id, opened_at=opened_at,
                                       seconds=None))


def credit(actor: Actor, manuscript: Manuscript, number: int | None, seconds: int | None) -> None:
    """Add seconds for which the page with version `number` was in front, as the browser says (None: it says nothing).

    They count for the present version alone, once it was opened, up to the time since then and to `MOST`.
    """
    kept = db.session.get(Reading, (actor.id, manuscript.id), populate_existing=True)
    version = manuscript.version
    if seconds is None or kept is None or kept.opened_at is None or version is None or (
            kept.version_id, number) != (version.id, version.number):
        return
    kept.seconds = min((kept.seconds or 0) + seconds, _since(kept), MOST)
    db.session.flush()


def _since(kept: Reading) -> int:
    """How many seconds ago the server showed this version."""
    assert kept.opened_at is not None
    return max(int((clock.now() - kept.opened_at).total_seconds()), 0)


def measured(person_id: int, manuscript: Manuscript) -> tuple[int | None, int | None]:
    """For how many seconds somebody has had the present version before them, and how many of these it was in front."""
    kept = db.session.get(Reading, (person_id, manuscript.id))
    if kept is None or kept.opened_at is None or kept.version_id != manuscript.version_id:
        return None, None
    elapsed = _since(kept)
    return elapsed, min(kept.seconds, elapsed) if kept.seconds is not None else None


def keep(decision: Decision, manuscript: Manuscript, person_id: int, elapsed: int | None, seconds: int | None) -> None:
    """Put down with a decision, which is taken just now, what is known of the reading (`measured`) of whoever took it,
    or of whoever confirms it."""
    version = decision.version
    others = [d for sister in manuscript.story.manuscripts for d in sister.decisions if d is not decision]
    known = version.made_by_id == person_id or any(
        person_id in (d.person_id, d.confirmed_by_id) or (
            decision.stage_id is not None and d.stage_id == decision.stage_id and d.manuscript_id == manuscript.id
            and d.verdict is Verdict.PASS and d.undone_at is None)
        for d in others)
    chain = _whole_chain(decision, manuscript, others) if person_id == decision.person_id else None
    db.session.add(DecisionReading(decision_id=decision.id, person_id=person_id, characters=version.characters,
                                   known=known, elapsed=elapsed, seconds=seconds, whole_chain=chain))
    db.session.flush()


def _whole_chain(decision: Decision, manuscript: Manuscript, others: Sequence[Decision]) -> int | None:
    """Where this pass is the last that was missing of several stages: the seconds since the first of them."""
    passes = [d for d in [*others, decision] if d.manuscript_id == manuscript.id and d.verdict is Verdict.PASS
              and d.undone_at is None and d.digest == decision.digest and d.round >= manuscript.first_round]
    stages = {step.stage_id for step in manuscript.ruleset.steps} if manuscript.ruleset else set()
    if decision.stage_id is None or len(stages) < 2 or not stages <= {d.stage_id for d in passes}:
        return None
    return int((decision.decided_at - min(d.decided_at for d in passes if d.stage_id in stages)).total_seconds())


def forget(manuscript: Manuscript) -> None:
    """It moves on: since when somebody read it, and for how long, is forgotten; which version stays."""
    db.session.execute(update(Reading).where(
        Reading.manuscript_id == manuscript.id, Reading.opened_at.is_not(None)).values(opened_at=None, seconds=None))
