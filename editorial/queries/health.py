"""Whether the database answers, and whether somebody does the jobs."""

from __future__ import annotations

from sqlalchemy import Select, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from editorial import clock, schema
from editorial.db import db
from editorial.models import Assignment, Event, Manuscript
from editorial.queries import commentary, jobs
from editorial.tables.jobs import Job
from editorial.tables.logins import WebSession
from editorial.tables.messages import Letter, OutboxMessage


def database_answers() -> bool:
    """True where the database answers and its tables are those of this version of the program."""
    try:
        db.session.connection(execution_options={"readonly": True})
        return bool(db.session.scalar(text("SELECT version_num FROM alembic_version")) == schema.newest())
    except SQLAlchemyError:
        db.session.rollback()
        return False


def jobs_are_done() -> bool:
    """True unless a job that comes again and again waits for long: then no message leaves. Ask after the above."""
    return jobs.are_done()


def figures() -> dict[str, int]:
    """What a watcher wants to see grow or shrink: counts of waiting and failed things, never a name or a text."""
    now = clock.now()
    asked: dict[str, Select[int]] = {
        "jobs_waiting": select(func.count()).where(Job.state == "waiting", Job.run_at <= now),
        "jobs_running": select(func.count()).where(Job.state == "running"),
        "jobs_failed": select(func.count()).where(Job.state == "failed"),
        "messages_waiting": select(func.count()).where(
            OutboxMessage.sent_at.is_(None), OutboxMessage.cancelled_at.is_(None), OutboxMessage.not_before <= now),
        "letters_failed": select(func.count()).where(Letter.failed_at.is_not(None)),
        "manuscripts_open": select(func.count()).where(Manuscript.due_at.is_not(None)),
        "manuscripts_late": select(func.count()).where(Manuscript.due_at < now),
        "assignments_late": select(func.count()).where(
            Assignment.due_at < now, Assignment.state.in_(sorted(commentary.OPEN))),
        "events_total": select(func.coalesce(func.max(Event.seq), 0)),
        "sessions_open": select(func.count()).select_from(WebSession),
    }
    return {name: db.session.scalar(query) or 0 for name, query in asked.items()} | {"jobs_done": int(jobs.are_done())}
