"""Jobs: what the program has to do by itself, as rows that one worker at a time takes.

A job asked for in a transaction is there exactly when that transaction is. Whoever takes one has it until its lease
is over; a worker that died leaves it to the next. What a job changes is committed with its end: it counts once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, text, update

from editorial import audit, clock
from editorial.actions.organisation import demand_administrator
from editorial.db import db
from editorial.errors import Conflict
from editorial.parties import Actor
from editorial.tables.arrivals import Arrival
from editorial.tables.jobs import Job

LEASE = timedelta(minutes=10)
WAITED_FOR = ("read", "hand-out")
"""The kinds for which somebody waits at a page: they go first."""
ASKED_FOR = ("read", "hand-out", "deliver")
"""The kinds that somebody asked for, and asks for again on the page where they did: what has failed for good rests."""
LEASES = {"read": timedelta(minutes=3)}
"""Where it is shorter: reading a file is ended by its limits before that."""
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30, 60))
MOST_TRIES = 24
"""With that back-off, most of a day."""
KEPT = timedelta(days=14)


def ask(kind: str, payload: dict[str, Any] | None = None, run_at: datetime | None = None) -> Job:
    """A job to do from `run_at` on, or now."""
    now = clock.now()
    job = Job(kind=kind, payload=payload or {}, run_at=run_at or now, created_at=now)
    db.session.add(job)
    db.session.flush()
    return job


def arm(kinds: tuple[str, ...]) -> None:
    """Make the rows of the jobs that come again and again, where they are missing; the first time is now."""
    known = set(db.session.scalars(select(Job.name).where(Job.name.in_(kinds))))
    for kind in kinds:
        if kind not in known:
            ask(kind).name = kind
    db.session.flush()


def free(host: str, lives: Callable[[int], bool]) -> None:
    """Take their jobs from workers of this host whose processes are gone, before their leases are over.

    A worker's name begins with its host and its process (`jobs.Worker`).
    """
    for job in db.session.scalars(select(Job).where(Job.state == "running", Job.worker.startswith(
            f"{host}:", autoescape=True))):
        if not lives(int(job.worker.split(":")[-2])):
            job.lease_until = min(job.lease_until or clock.now(), clock.now() - timedelta(seconds=1))
    db.session.flush()


def due_now() -> Any:
    """Whether a job is there to take: its time has come, or whoever had it has died."""
    now = clock.now()
    return or_(and_(Job.state == "waiting", Job.run_at <= now), and_(Job.state == "running", Job.lease_until < now))


def take(worker: str) -> Job | None:
    """The next job that is due, taken by `worker` until its lease is over; None where there is none."""
    job = db.session.scalar(select(Job).where(Job.state.in_(["waiting", "running"]), due_now()).order_by(
        Job.kind.not_in(WAITED_FOR), Job.run_at, Job.id).limit(1).with_for_update(skip_locked=True))
    if job is not None:
        job.state, job.worker, job.lease_until = "running", worker, clock.now() + LEASES.get(job.kind, LEASE)
        job.tries += 1
        db.session.flush()
    return job


def end(job_id: int, worker: str, again_at: datetime | None = None) -> bool:
    """It is done; one that comes again waits until `again_at`. False where another worker has it by now."""
    now = clock.now()
    values: dict[str, Any] = {"state": "done", "ended_at": now}
    if again_at is not None:
        values = {"state": "waiting", "run_at": again_at, "tries": 0, "ended_at": now}
    return _set(job_id, worker, {**values, "error": ""})


def put_off(job_id: int, worker: str, reason: str, *, again: bool, for_good: bool = False) -> bool:
    """It did not succeed: it waits for its next time, longer each time; or has failed, and says why.

    One that comes again and again never fails for good. Gives whether it will be tried again.
    """
    job = db.session.get(Job, job_id, populate_existing=True)
    tries = job.tries if job else MOST_TRIES
    over = not again and (for_good or tries >= MOST_TRIES)
    wait = BACK_OFF[min(tries, len(BACK_OFF)) - 1]
    values = ({"state": "failed", "ended_at": clock.now()} if over
              else {"state": "waiting", "run_at": clock.now() + wait})
    _set(job_id, worker, {**values, "error": reason[:500]})
    return not over


def _set(job_id: int, worker: str, values: dict[str, Any]) -> bool:
    changed = db.session.execute(update(Job).where(
        Job.id == job_id, Job.state == "running", Job.worker == worker).values(
        lease_until=None, worker="", **values).returning(Job.id).execution_options(synchronize_session=False))
    return bool(changed.all())


def try_again(actor: Actor, job: Job) -> None:
    """Set a failed or waiting job to be done now, as an administrator. Raises Conflict where it is neither, and for a
    failure of what somebody else asks for again."""
    demand_administrator(actor)
    if job.state not in ("failed", "waiting") or (job.state == "failed" and job.kind in ASKED_FOR):
        raise Conflict("job-moved")
    job.state, job.run_at, job.tries, job.ended_at = "waiting", clock.now(), 0, None
    db.session.flush()
    audit.record(db.session(), "job-again", actor, subject=f"job:{job.id}", data={"kind": job.kind})


def tidy() -> None:
    """Forget what was done, and files that nobody took, more than two weeks ago; and on SQLite look anew at how much
    there is of what.

    Without that a section of three open appeals reads all that its office ever rejected. PostgreSQL looks by itself.
    """
    db.session.execute(delete(Job).where(Job.state == "done", Job.ended_at < clock.now() - KEPT))
    db.session.execute(delete(Arrival).where(Arrival.made_at < clock.now() - KEPT))
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("PRAGMA analysis_limit=400"))
        db.session.execute(text("ANALYZE"))
