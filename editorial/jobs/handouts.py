"""Makes the files that somebody asked for: the job's side of `actions.handouts`."""

from __future__ import annotations

import errno
import secrets
import shutil
import time
from collections.abc import Callable

from flask import current_app
from sqlalchemy import update

from editorial import access, clock
from editorial.actions import handouts
from editorial.config import Settings
from editorial.db import db
from editorial.dossier import gather, packing
from editorial.errors import DomainError
from editorial.jobs.errors import Hopeless
from editorial.models import Person
from editorial.parties import Actor
from editorial.queries.handouts import PERMITTED
from editorial.storage import FULL, LocalStore
from editorial.tables.handouts import Handout
from editorial.tables.jobs import Job

MOST_TRIES = 5
"""What broke off so often, each time with its process, is given up."""
LEFT_FREE = 1 << 30
"""So many bytes of the disk no such file may take."""
OFTEN = 1.0
"""Seconds between two notes of how far it is."""


def make(job: Job) -> None:
    """Make one file, for whoever asked and as far as they may have it now; nothing is locked while it is written.

    Raises Hopeless with the reason that its page tells.
    """
    handout, store = _handout(job), _store()
    job_id = job.id
    if handout is None or handout.made_at or handout.error or handout.job_id != job_id:
        return
    if job.tries > MOST_TRIES:
        raise Hopeless("file-broke-off")
    number, code = handout.id, handout.manuscript.code
    person = db.session.get_one(Person, handout.person_id)
    actor = access.actor_for(db.session(), person.id, person.name)
    try:
        if not person.is_active:
            raise Hopeless("not-yours")
        manuscript = PERMITTED[handout.kind](actor, code)
        gathered = gather.for_chief(actor, manuscript)
    except DomainError as error:
        raise Hopeless(error.reason) from error
    whole = sum(row["size"] for row in gathered.rows["files"])
    _sweep(store)
    db.session.commit()
    if shutil.disk_usage(store.kept()).free < whole + LEFT_FREE:
        raise Hopeless("no-room")
    path = store.kept() / f"{number}-{secrets.token_hex(8)}.zip"
    packed = _written(lambda: packing.write_file(path, gathered, store, _settings().site_name, _noting(number, whole)))
    _end(job, actor, path.name, path.stat().st_size, packed, gathered.extent)


def _written(write: Callable[[], packing.Packed]) -> packing.Packed:
    try:
        return write()
    except DomainError as error:
        raise Hopeless(error.reason) from error
    except OSError as error:
        if error.errno in (*FULL, errno.EROFS):
            raise Hopeless("no-room") from error
        raise


def _end(job: Job, actor: Actor, file: str, size: int, packed: packing.Packed, extent: str) -> None:
    """Put down that it is made: committed with the end of the job, so once."""
    handout = _handout(job)
    if handout is not None and handout.made_at is None:
        handouts.made(handout, actor, file, size, packed.seal, extent)


def _noting(number: int, whole: int) -> Callable[[int], None]:
    """What is called with how many bytes are written: its page reads that, in a transaction of its own."""
    last = time.monotonic()

    def note(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= OFTEN:
            last = time.monotonic()
            db.session.execute(update(Handout).where(Handout.id == number).values(done=done, whole=whole))
            db.session.commit()

    return note


def given_up(job: Job, reason: str) -> None:
    """It will not be tried again by itself: its person is told."""
    handout = _handout(job)
    if handout is not None and handout.made_at is None and handout.job_id == job.id:
        handouts.give_up(handout, reason)


def sweep(_job: Job) -> None:
    """Take away the files that nobody may have any more."""
    _sweep(_store())


def _sweep(store: LocalStore) -> None:
    store.sweep(*handouts.kept_and_over(), clock.now().timestamp())


def _handout(job: Job) -> Handout | None:
    return db.session.get(Handout, job.payload["handout"], with_for_update=True, populate_existing=True)


def _store() -> LocalStore:
    found: LocalStore = current_app.extensions["store"]
    return found


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
