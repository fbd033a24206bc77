"""Two workers, killed at random points: `python -m bench.kills [ROUNDS]`; on SQLite, or the database of DATABASE_URL.

In each round two processes do the jobs, and both are killed (SIGKILL) at a moment that chance gives. In the end every
message must have gone out by mail once by its Message-ID, none be lost, and every job be done. Ends with 1 otherwise.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select, update

from editorial import clock, jobs, schema
from editorial.actions import jobs as rows
from editorial.config import database_address
from editorial.db import db
from editorial.models import Person
from editorial.tables.jobs import Job
from editorial.tables.messages import Letter, OutboxMessage
from tests import cast
from tests.conftest import make_app
from tests.mail import PostOffice


def _worker(app: Flask, moment: datetime) -> int:
    """A process that does the jobs as they are at `moment`; gives its id."""
    process = os.fork()
    if process == 0:
        try:
            with app.app_context():
                db.engine.dispose(close=False)
            with clock.at(moment):
                jobs.Worker(app).drain()
        finally:
            os._exit(0)
    return process


def _end(process: int, how: int) -> bool:
    """Kill a process; gives whether it was still at work."""
    try:
        os.kill(process, how)
    except ProcessLookupError:
        return False
    return os.WIFSIGNALED(os.waitpid(process, 0)[1])


def main() -> int:
    """As many rounds as the first argument says, or 200."""
    rounds, chance, killed = int(sys.argv[1]) if len(sys.argv) > 1 else 200, random.Random(11), 0
    office = PostOffice()
    with tempfile.TemporaryDirectory() as folder, office.open():
        url = database_address(os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/kills.db")
        app = make_app(url, Path(folder), base_url="http://gao.example", smtp_host="127.0.0.1", smtp_tls="none",
                       smtp_port=office.port, mail_from="desk@gao.example", demo=True)
        with app.app_context():
            schema.upgrade(db.engine)
            cast.build_city()
            db.session.execute(update(Person).values(email=Person.login_key + "@unit.example"))
            db.session.commit()
        jobs.arm(app)
        moment = clock.now()
        for number in range(rounds):
            with app.app_context(), clock.at(moment):
                cast.submitted(("cor_a1", "cor_a2", "cor_b1")[number % 3])
                db.session.commit()
                db.session.remove()
            workers = [_worker(app, moment + timedelta(seconds=1)) for _number in range(2)]
            time.sleep(chance.random())
            killed += sum(_end(process, signal.SIGKILL) for process in workers)
            moment += rows.LEASE + timedelta(minutes=1)
        for hours in (2, 4, 6):  # the last chasers make messages, and those letters
            with clock.at(moment + timedelta(hours=hours)):
                jobs.Worker(app).drain()
        with app.app_context():
            messages = db.session.scalar(select(func.count(OutboxMessage.id))) or 0
            unsent = db.session.scalar(select(func.count(Letter.id)).where(Letter.sent_at.is_(None))) or 0
            letters = db.session.scalar(select(func.count(Letter.id))) or 0
            left = db.session.scalar(select(func.count(Job.id)).where(Job.name.is_(None), Job.state != "done")) or 0
            db.session.remove()
            dialect = db.engine.dialect.name
            db.engine.dispose()
    came = Counter(letter["Message-ID"] for letter in office.letters)
    print(f"{dialect}: {rounds} rounds, {killed} workers killed at work; {messages} messages, {letters} letters, "
          f"{len(came)} came by Message-ID, {sum(came.values()) - len(came)} of them again; {unsent} unsent, "
          f"{left} jobs left")
    return 1 if messages != letters or len(came) != letters or unsent or left else 0


if __name__ == "__main__":
    sys.exit(main())
