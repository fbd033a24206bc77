"""The engine of the jobs: once each, again after a kill, longer each time, and what an administrator sees of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from editorial import clock, jobs, schema
from editorial.actions import jobs as rows
from editorial.db import db
from editorial.models import Counter, Event
from editorial.tables.jobs import Job
from tests.client import Visitor
from tests.conftest import KEY

ROOT = Path(__file__).parent.parent


def _count(job: Job) -> None:
    """A job that counts how often it was done, in the transaction of its end."""
    counter = db.session.get(Counter, "jobs-of-a-test", with_for_update=True)
    if counter is None:
        db.session.add(Counter(name="jobs-of-a-test", value=1))
    else:
        counter.value += 1
    db.session.flush()


def _counted() -> int:
    found = db.session.scalar(select(Counter.value).where(Counter.name == "jobs-of-a-test")) or 0
    db.session.rollback()
    return found


def _break(job: Job) -> None:
    _count(job)
    raise ConnectionError("the house at the other end is closed")


def _give_up(job: Job) -> None:
    raise jobs.Hopeless("there is no such address")


@pytest.fixture
def worker(app: Flask, monkeypatch: pytest.MonkeyPatch) -> jobs.Worker:
    """A worker that knows a few jobs more: those of this test."""
    monkeypatch.setattr(jobs, "HANDLERS", {**jobs.HANDLERS, "count": _count, "break": _break, "give-up": _give_up})
    return jobs.Worker(app)


def _ask(kind: str, **more: Any) -> int:
    job_id = rows.ask(kind, **more).id
    db.session.commit()
    return job_id


def _job(job_id: int) -> Job:
    job = db.session.get_one(Job, job_id, populate_existing=True)
    db.session.expunge(job)
    db.session.rollback()
    return job


def test_a_job_is_done_once_and_not_before_its_time(worker: jobs.Worker) -> None:
    _ask("count")
    _ask("count", run_at=clock.now() + timedelta(hours=1))
    assert (worker.drain(), _counted()) == (1, 1)
    with clock.at(clock.now() + timedelta(hours=2)):
        assert (worker.drain(), _counted()) == (1, 2)


def test_what_a_job_did_before_it_broke_is_taken_back_and_it_waits_longer_each_time(worker: jobs.Worker) -> None:
    job_id, start, waits = _ask("break"), clock.now(), []
    with clock.at(start):
        for _time in range(3):
            with clock.at(_job(job_id).run_at):
                worker.drain()
                waits.append(_job(job_id).run_at - clock.now())
    assert waits == list(rows.BACK_OFF[:3])
    assert _counted() == 0
    assert "the house at the other end is closed" in _job(job_id).error


def test_a_job_that_never_succeeds_fails_with_its_reason(worker: jobs.Worker) -> None:
    hopeless, broken = _ask("give-up"), _ask("break")
    for _time in range(rows.MOST_TRIES + 2):
        with clock.at(max(_job(broken).run_at, clock.now())):
            worker.drain()
    assert [(_job(it).state, _job(it).tries) for it in (hopeless, broken)] == [("failed", 1), ("failed", 24)]
    assert _job(hopeless).error == "there is no such address"


def test_a_job_whose_worker_died_is_taken_when_its_lease_is_over(worker: jobs.Worker) -> None:
    job_id = _ask("count")
    assert rows.take("a worker that is killed now") is not None
    db.session.commit()
    assert worker.drain() == 0
    with clock.at(clock.now() + rows.LEASE + timedelta(seconds=1)):
        assert worker.drain() == 1
        assert not rows.end(job_id, "a worker that is killed now")  # who comes back too late ends nothing
        db.session.rollback()
    assert (_counted(), _job(job_id).state) == (1, "done")


def test_several_workers_at_once_double_nothing(app: Flask, worker: jobs.Worker) -> None:
    _ask("count")
    worker.drain()
    for _number in range(29):
        rows.ask("count")
    db.session.commit()
    threads = [threading.Thread(target=jobs.Worker(app).drain) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    worker.drain()
    assert _counted() == 30


def test_what_comes_again_is_one_row_and_a_failure_does_not_end_it(app: Flask, worker: jobs.Worker,
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "EVERY", {"break": timedelta(minutes=5)})
    for _time in range(2):
        jobs.arm(app)
    with clock.at(clock.now() + timedelta(days=1)):
        for _time in range(30):
            with clock.at(max(db.session.scalars(select(Job.run_at)).one(), clock.now())):
                db.session.rollback()
                worker.drain()
        assert db.session.scalars(select(Job.state)).all() == ["waiting"]


def test_a_killed_worker_process_leaves_its_job_to_the_next(app: Flask, database_url: str, tmp_path: Path) -> None:
    """A real process, killed in the middle of a job: the job sleeps in it, and is counted by another."""
    job_id = _ask("count")
    code = ("import sys, time\nfrom editorial import create_app, jobs\n"
            "def stay(job):\n    print('in the middle', flush=True)\n    time.sleep(60)\n"
            "jobs.HANDLERS = {'count': stay}\njobs.Worker(create_app()).once()\n")
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, text=True, env={
        **os.environ, "SECRET_KEY": KEY, "DATABASE_URL": database_url, "UPLOADS": str(tmp_path / "uploads")})
    assert process.stdout is not None
    with process:
        assert process.stdout.readline() == "in the middle\n"
        process.send_signal(signal.SIGKILL)
    assert _job(job_id).state == "running"
    with clock.at(clock.now() + rows.LEASE + timedelta(minutes=1)), pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "HANDLERS", {"count": _count})
        jobs.Worker(app).drain()
    assert (_counted(), _job(job_id).state) == (1, "done")


def test_the_administrator_sees_what_failed_and_has_it_tried_again(app: Flask, worker: jobs.Worker) -> None:
    job_id = _ask("give-up")
    worker.drain()
    visitor = Visitor(app, "adm")
    visitor.get("/admin/jobs")
    assert "there is no such address" in visitor.text
    visitor.send(visitor.form_to(f"/jobs/{job_id}/again"))
    assert _job(job_id).state == "waiting"
    assert db.session.scalar(select(func.count(Event.seq)).where(Event.kind == "job-again")) == 1
    rows.take("a-host:7:token")
    db.session.commit()
    visitor.get("/admin/jobs?state=running")
    assert "由 a-host:7 进行" in visitor.text
    visitor.post(f"/admin/jobs/{job_id}/again", {}, 409)
    db.session.execute(update(Job).where(Job.id == job_id).values(state="failed", kind="hand-out", lease_until=None))
    db.session.commit()
    visitor.get("/admin/jobs?state=failed")  # whoever asked for it has their own button, and this one would do nothing
    assert "由提出的人在其页面上重试" in visitor.text and not visitor.find("//form[contains(@action, '/again')]")
    visitor.post(f"/admin/jobs/{job_id}/again", {}, 409)


def test_the_house_is_unwell_where_nobody_does_the_jobs(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    assert client.get("/healthz").status_code == 503  # no worker was ever begun
    jobs.arm(app)
    for revision, status in (("9999", 503), (schema.newest(), 200)):  # also where the tables are of another version
        db.session.execute(text("UPDATE alembic_version SET version_num = :is"), {"is": revision})
        db.session.commit()
        assert client.get("/healthz").status_code == status
    later = clock.now() + timedelta(hours=1)
    for time in range(4):  # somebody tries, and it fails each time
        with clock.at(later + time * rows.BACK_OFF[-1]), monkeypatch.context() as patch:
            patch.setattr(jobs, "HANDLERS", {**jobs.HANDLERS, "collect": _break})
            jobs.Worker(app).drain()
            assert client.get("/healthz").status_code == (200 if time < 2 else 503)
    with clock.at(later + 5 * rows.BACK_OFF[-1]):
        jobs.Worker(app).drain()
        assert client.get("/healthz").status_code == 200
    db.session.execute(update(Job).values(run_at=clock.now()))
    db.session.commit()
    with clock.at(clock.now() + timedelta(hours=1)):
        assert client.get("/healthz").status_code == 503
        jobs.Worker(app).drain()
        assert client.get("/healthz").status_code == 200
        visitor = Visitor(app, "adm")
        for kind in jobs.HANDLERS:
            rows.ask(kind)
        db.session.commit()
        visitor.get("/admin/jobs?state=waiting")
        assert "editorial work" not in visitor.text
        titles = {str(row.text_content()).strip() for row in visitor.find("//p[@class='row-title']")}
        assert len(titles) == len(jobs.HANDLERS) and not titles & set(jobs.HANDLERS)  # each has words of its own


def test_two_workers_can_not_take_the_same_job(app: Flask) -> None:
    _ask("count")
    assert rows.take("one") is not None
    db.session.commit()
    assert rows.take("other") is None




def test_tidying_tells_the_database_how_much_there_is_of_what(app: Flask) -> None:
    """SQLite plans by what `ANALYZE` found, and nothing else runs it in a house that people fill."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL does it by itself")
    known = text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
    before = db.session.scalar(known)
    rows.tidy()
    db.session.commit()
    assert (before, db.session.scalar(known)) == (0, 1)
    assert db.session.scalar(text("SELECT count(*) FROM sqlite_stat1 WHERE tbl = 'memberships'"))
