"""The engine of the jobs: takes what is due, does it, and says how it went.

Beside the pages, above everything that a job uses. On SQLite it runs in a thread of each web process; on PostgreSQL in
processes of its own (`editorial work`), of which there may be several. A kill at any moment loses and doubles nothing:
what a job changed is committed with its end, and what is not ended is taken again when its lease is over.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from editorial import clock
from editorial.actions import calls, chasing, jobs
from editorial.db import db
from editorial.jobs import arrivals, chats, deliveries, handouts, letters, returned
from editorial.jobs.errors import Hopeless
from editorial.tables.jobs import Job

PAUSE = 3.0
"""Seconds between two looks where nothing is due."""
BREATH = 0.2
"""Seconds that a long job leaves to others after each part of it: longer than SQLite waits between two tries."""

log = logging.getLogger("editorial.jobs")


Handler = Callable[[Job], None]



def _chase(job: Job) -> None:
    """Look for what is late, and remember up to which event was looked."""
    job_id, since = job.id, job.payload.get("seq")
    head = chasing.chase(since, lambda: time.sleep(BREATH))
    calls.remind()
    db.session.execute(update(Job).where(Job.id == job_id).values(payload={"seq": head}))


HANDLERS: Mapping[str, Handler] = {
    "tidy": lambda job: jobs.tidy(), "collect": letters.collect, "letter": letters.send, "chase": _chase,
    "deliver": deliveries.send, "read": arrivals.read, "returned": returned.collect,
    "tell": chats.collect, "chat": chats.send, "hand-out": handouts.make, "sweep": handouts.sweep}
"""What is done for each kind of job."""

GIVEN_UP: Mapping[str, Callable[[Job, str], None]] = {
    "letter": letters.given_up, "deliver": deliveries.given_up, "read": arrivals.given_up, "chat": chats.given_up,
    "hand-out": handouts.given_up}
"""What is done where a job of a kind failed for good; with the reason."""

EVERY: Mapping[str, timedelta] = {
    "collect": timedelta(seconds=20), "chase": timedelta(minutes=5), "tell": timedelta(minutes=1),
    "returned": timedelta(minutes=5), "sweep": timedelta(hours=1), "tidy": timedelta(days=1)}
"""The jobs that come again and again, and after what time."""

__all__ = ["Hopeless", "Worker", "arm", "embed"]


class Worker:
    """Takes jobs one after another and does them."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.name = f"{_host()}:{os.getpid()}"

    def once(self) -> bool:
        """Do the next job that is due; False where there is none. Never raises for what a job raises."""
        with self.app.app_context():
            try:
                return self._once()
            except Exception as error:  # the thread must go on when the database is there again
                log.warning("no job can be taken: %s", type(error).__name__)
                return False
            finally:
                db.session.remove()

    def _once(self) -> bool:
        if not self._anything():
            return False
        token = f"{self.name}:{secrets.token_hex(4)}"
        job = jobs.take(token)
        db.session.commit()
        if job is None:
            return False
        self._do(job, token)
        return True

    def _anything(self) -> bool:
        """A look that takes no lock, since most find nothing."""
        db.session.connection(execution_options={"readonly": True})
        found = db.session.scalar(select(Job.id).where(
            Job.state.in_(["waiting", "running"]), jobs.due_now()).limit(1))
        db.session.rollback()
        return found is not None

    def _do(self, job: Job, token: str) -> None:
        job_id, kind, again = job.id, job.kind, EVERY.get(job.name or "")
        try:
            HANDLERS[kind](job)
            if not jobs.end(job_id, token, clock.now() + again if again else None):
                db.session.rollback()
                return
            db.session.commit()
        except Exception as error:
            db.session.rollback()
            words = str(error).splitlines()[0] if str(error) else ""
            reason = words if isinstance(error, Hopeless) else f"{type(error).__name__}: {words}"
            for_good = isinstance(error, Hopeless)
            if not jobs.put_off(job_id, token, reason, again=again is not None, for_good=for_good) and kind in GIVEN_UP:
                GIVEN_UP[kind](db.session.get_one(Job, job_id), reason)
            db.session.commit()
            log.warning("job %s (%s) did not succeed: %s", job_id, kind, type(error).__name__)

    def drain(self) -> int:
        """Do everything that is due; gives how many jobs that were."""
        done = 0
        while self.once():
            done += 1
        return done

    def work(self, stop: threading.Event) -> None:
        """Do what is due, and what becomes due, until `stop` is set; the job under way is ended first."""
        while not stop.is_set():
            if not self.once():
                stop.wait(PAUSE)


def _host() -> str:
    return socket.gethostname()[:30]


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def arm(app: Flask) -> None:
    """See to it that what comes again and again is there, and that what a killed process of this machine had under way
    goes on: at the start of every web process and worker."""
    with app.app_context():
        try:
            jobs.arm(tuple(EVERY))
            jobs.free(_host(), _lives)
            db.session.commit()
        except IntegrityError:  # another process that starts at the same moment has made them
            db.session.rollback()
        finally:
            db.session.remove()


def embed(app: Flask) -> None:
    """At the start of a web process: on SQLite, do the jobs here as well, in a thread that ends with the process."""
    arm(app)
    with app.app_context():
        embedded = db.engine.dialect.name == "sqlite"
    if embedded:
        threading.Thread(target=Worker(app).work, args=(threading.Event(),), name="jobs", daemon=True).start()
