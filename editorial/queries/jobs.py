"""The jobs as an administrator sees them, and whether they are done at all. Nothing here tells what a message says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, case, func, or_, select

from editorial import clock
from editorial.db import db
from editorial.errors import Invisible
from editorial.models import Person
from editorial.queries.lists import PAGE, Order, pack, paged, unpack
from editorial.tables.jobs import Job
from editorial.tables.messages import Letter

STATES = ("failed", "running", "waiting", "done")
NEWEST: Order = ((Job.id, True),)
COUNTED = 100
LATE = timedelta(minutes=10)
"""So long after its time a job that comes again and again was taken, or nobody takes any."""
FAILING = 3
"""After so many failures in a row it is not done, though somebody tries."""


@dataclass(frozen=True)
class JobsPage:
    """The jobs in one state, the newest first, and how many there are in each, counted up to `COUNTED`; to whom the
    letters go, by the job's id; and those that come again and again and did not succeed the last time."""

    state: str
    counts: Mapping[str, int]
    rows: Sequence[Job]
    next: str | None
    readers: Mapping[int, Person]
    stuck: Sequence[Job]


def _readers(rows: Sequence[Job]) -> dict[int, Person]:
    """To whom the letters of these jobs go, by the job's id."""
    letters = {job.payload["letter"]: job.id for job in rows if "letter" in job.payload}
    return {letters[letter_id]: person for letter_id, person in db.session.execute(
        select(Letter.id, Person).join(Person, Person.id == Letter.person_id).where(Letter.id.in_(letters)))}


def page(state: str, after: str | None = None) -> JobsPage:
    """One page of the jobs in `state`; of those that need somebody where it names none."""
    counts = {name: db.session.scalar(select(func.count()).select_from(
        select(Job.id).where(Job.state == name).limit(COUNTED).subquery())) or 0 for name in STATES}
    chosen = state if state in STATES else next((name for name in STATES if counts[name]), "waiting")
    key = unpack(after, NEWEST)
    found = db.session.scalars(paged(select(Job).where(Job.state == chosen), NEWEST, bool(key)).limit(PAGE + 1),
                               key).all()
    stuck = db.session.scalars(select(Job).where(Job.name.is_not(None), Job.error != "").order_by(Job.name)).all()
    return JobsPage(chosen, counts, found[:PAGE], pack([found[PAGE - 1].id]) if len(found) > PAGE else None,
                    _readers(found[:PAGE]), stuck)


def job(job_id: int) -> Job:
    """The job with this id; raises Invisible."""
    found = db.session.get(Job, job_id)
    if found is None:
        raise Invisible
    return found


def are_done() -> bool:
    """Whether somebody does the jobs: of those that come again and again there are some, none has waited for long or
    hangs, and none has failed again and again; where returned mail can't be read, the house is open all the same."""
    before = clock.now() - LATE
    well = case((or_(func.coalesce(Job.lease_until, Job.run_at) < before,
                     and_(Job.tries >= FAILING, Job.error != "", Job.kind != "returned")), 0), else_=1)
    return bool(db.session.scalar(select(func.min(well)).where(Job.name.is_not(None))))
