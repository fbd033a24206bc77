"""How far the reading of a file is, for whoever brought it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from editorial.db import db
from editorial.models import Scratch
from editorial.tables.arrivals import Arrival
from editorial.tables.jobs import Job


@dataclass(frozen=True)
class Progress:
    """A file on its way into a form: what it waits for, or where it leads now.

    `restore` is what was typed beside it, where that is still there; `ahead` how many others are read before it.
    """

    arrival: Arrival
    restore: int | None
    running: bool = False
    ahead: int = 0
    again_at: datetime | None = None


def progress(arrival: Arrival) -> Progress:
    """How far a file is."""
    restore = db.session.scalar(select(Scratch.id).where(
        Scratch.id == arrival.scratch_id, Scratch.person_id == arrival.person_id))
    job = db.session.get(Job, arrival.job_id) if arrival.read_at is None else None
    if job is None:
        return Progress(arrival, restore)
    ahead = db.session.scalar(select(func.count(Job.id)).where(
        Job.state.in_(["waiting", "running"]), Job.kind == job.kind, Job.id < job.id)) or 0
    return Progress(arrival, restore, job.state == "running", ahead, job.run_at if job.tries else None)
