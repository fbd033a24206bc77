"""Files that a job makes for somebody: how far they are, and the file itself, for whoever may still have it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from editorial import clock
from editorial.db import db
from editorial.errors import Invisible, Refused
from editorial.models import Manuscript
from editorial.parties import Actor
from editorial.queries import archive
from editorial.tables.handouts import Handout
from editorial.tables.jobs import Job

PERMITTED: Mapping[str, Callable[[Actor, str], Manuscript]] = {"dossier": archive.for_chief}
"""Who may have each kind of file: gives the manuscript under a code, or raises Invisible or Refused."""


@dataclass(frozen=True)
class Progress:
    """How far a file is: `percent` once it is being written, `ahead` how many others are made before it."""

    handout: Handout
    running: bool = False
    ahead: int = 0
    percent: int | None = None
    again_at: datetime | None = None

    @property
    def is_kept(self) -> bool:
        """Whether it can be taken."""
        return self.handout.until is not None and self.handout.until > clock.now()

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of waiting."""
        return self.handout.made_at is not None or self.handout.error != ""


def mine(actor: Actor, handout_id: int) -> Handout:
    """A file that `actor` asked for and may have now. Raises Invisible: also where they may not any more."""
    found = db.session.get(Handout, handout_id)
    if found is None or found.person_id != actor.id:
        raise Invisible
    try:
        PERMITTED[found.kind](actor, found.manuscript.code)
    except Refused as error:
        raise Invisible from error
    return found


def to_take(actor: Actor, handout_id: int) -> Handout:
    """The same, made and still kept; raises Invisible."""
    found = mine(actor, handout_id)
    if not Progress(found).is_kept:
        raise Invisible
    return found


def progress(actor: Actor, handout_id: int) -> Progress:
    """How far a file is; raises as `mine`."""
    found = mine(actor, handout_id)
    job = db.session.get(Job, found.job_id) if found.job_id and not Progress(found).is_over else None
    if job is None:
        return Progress(found)
    ahead = db.session.scalar(select(func.count(Job.id)).where(
        Job.state.in_(["waiting", "running"]), Job.kind == job.kind, Job.id < job.id)) or 0
    percent = min(99, 100 * found.done // found.whole) if found.whole else None
    return Progress(found, job.state == "running", ahead, percent, job.run_at if job.tries and job.error else None)


def of_manuscript(actor: Actor, kind: str, manuscript: Manuscript) -> Sequence[Progress]:
    """The files of this kind that `actor` asked for and that are being made, failed, or are kept; the newest first."""
    found = db.session.scalars(select(Handout).where(
        Handout.person_id == actor.id, Handout.kind == kind, Handout.manuscript_id == manuscript.id).order_by(
        Handout.id.desc()).limit(10))
    return [one for one in map(Progress, found) if one.is_kept or one.handout.made_at is None]
