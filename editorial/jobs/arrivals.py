"""Reading files that take long: the job's side of `actions.arrivals`."""

from __future__ import annotations

from flask import current_app

from editorial.actions import arrivals
from editorial.jobs.errors import Hopeless
from editorial.tables.jobs import Job

MOST_TRIES = 5
"""A file that broke its reader's process so often, or met a busy converter, is given up."""


def read(job: Job) -> None:
    """Read what was brought. Raises Hopeless where it broke off too often, each time with its process."""
    arrival_id = job.payload["arrival"]
    if job.tries > MOST_TRIES:
        raise Hopeless("too-complex")
    arrivals.read(current_app.extensions["store"], arrival_id)


def given_up(job: Job, _reason: str) -> None:
    """It will not be tried again: whoever brought it is told."""
    arrivals.give_up(job.payload["arrival"])
