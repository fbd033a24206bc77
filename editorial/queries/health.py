"""Whether the database answers, and whether somebody does the jobs."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from editorial.db import db
from editorial.models import ChainHead
from editorial.queries import jobs


def database_answers() -> bool:
    """True where the database answers and holds our tables."""
    try:
        db.session.connection(execution_options={"readonly": True})
        return db.session.scalar(select(ChainHead.id)) is not None
    except SQLAlchemyError:
        db.session.rollback()
        return False


def jobs_are_done() -> bool:
    """True unless a job that comes again and again waits for long: then no message leaves. Ask after the above."""
    return jobs.are_done()
