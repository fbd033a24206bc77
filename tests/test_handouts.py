"""Files that a job makes for somebody: once, for whoever may have them, kept for a day, whatever is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select, update

from editorial import clock, jobs
from editorial.actions import handouts
from editorial.actions import jobs as rows
from editorial.db import db
from editorial.dossier import verify
from editorial.jobs import handouts as making
from editorial.models import Event, Membership
from editorial.queries import messages
from editorial.tables.handouts import Handout
from editorial.tables.jobs import Job
from tests import cast
from tests.archives import told
from tests.client import Visitor
from tests.conftest import KEY
from tests.servers import on_one_database

ROOT = Path(__file__).parent.parent


@pytest.fixture
def at() -> Iterator[Callable[[timedelta], None]]:
    """Lets time pass until the end of the test."""
    with ExitStack() as moved:
        yield lambda time: moved.enter_context(clock.at(clock.now() + time))


def _ask(app: Flask, code: str = "") -> tuple[Visitor, str]:
    """A chief editor who asked for a dossier, and its page."""
    code = code or cast.signed().code
    db.session.commit()
    chief = Visitor(app, "chief_n")
    _again(chief, code, "归档用。")
    return chief, "/handouts/1"


def _again(chief: Visitor, code: str, reason: str) -> None:
    chief.get(f"/manuscripts/{code}/dossier")
    chief.send(chief.form_with("reason"), {"reason": reason})
    db.session.rollback()


def _kinds() -> list[str]:
    db.session.rollback()
    found = list(db.session.scalars(select(Event.kind).where(Event.kind.like("export%")).order_by(Event.seq)))
    db.session.rollback()
    return found


def _kept(app: Flask) -> list[Path]:
    return list(app.extensions["store"].kept().iterdir())


def _told() -> list[str]:
    with force_locale("zh_Hans_CN"):
        found = [one.event for one in messages.inbox(cast.actor("chief_n")).rows if one.event.startswith("export")]
    db.session.rollback()
    return found


def test_it_is_made_once_however_often_it_is_asked_for_and_is_its_askers_alone(
        app: Flask, at: Callable[[timedelta], None], tmp_path: Path) -> None:
    chief, page = _ask(app)
    assert "马上开始制作" in chief.text and chief.find('.//noscript/meta[@http-equiv="refresh"]')
    code = db.session.scalars(select(Handout)).one().manuscript.code
    db.session.rollback()
    _again(chief, code, "又点了一次。")
    assert len(db.session.scalars(select(Job).where(Job.kind == "hand-out")).all()) == 1
    db.session.rollback()
    assert chief.get(f"{page}/state").get_json() == {"over": False, "percent": None}
    chief.get(f"{page}/file", status=404)
    jobs.Worker(app).drain()
    assert chief.get(f"{page}/state").get_json()["over"] is True
    for name in ("chief_t", "pol_n", "adm"):
        for address in (page, f"{page}/state", f"{page}/file"):
            Visitor(app, name).get(address, status=404)
    assert _told() == []  # whoever waits at the page needs no message
    at(timedelta(minutes=2))
    assert _told() == ["export-ready"]
    chief.get("/messages")
    assert "你申请的稿件档案做好了" in chief.text
    for _time in range(2):
        answer = chief.get(f"{page}/file")
        (tmp_path / "taken.zip").write_bytes(answer.data)
        assert answer.content_length == len(answer.data)
    assert _kinds() == ["export", "export-ready"]
    assert _told() == []
    event = db.session.scalars(select(Event).where(Event.kind == "export")).one()
    assert (event.actor_id, event.reason) == (cast.person("chief_n").id, "归档用。")
    assert event.digest == verify.Dossier(str(tmp_path / "taken.zip")).seal
    db.session.rollback()

    at(timedelta(days=1, minutes=1))  # kept for a day, by the page, the way to the file, and the disk
    chief = Visitor(app, "chief_n")
    chief.get(page)
    assert "现在已经删除" in chief.text
    chief.get(f"{page}/file", status=404)
    making.sweep(Job(kind="sweep"))
    db.session.commit()
    assert _kept(app) == []


@on_one_database
def test_whoever_may_not_have_it_any_more_finds_nothing_and_gets_no_message(
        app: Flask, at: Callable[[timedelta], None]) -> None:
    chief, page = _ask(app)
    jobs.Worker(app).drain()
    db.session.execute(update(Membership).where(Membership.person_id == cast.person("chief_n").id).values(
        person_id=cast.person("pol_t").id))
    db.session.commit()
    for address in (page, f"{page}/state", f"{page}/file"):
        chief.get(address, status=404)
    at(timedelta(minutes=2))
    assert _told() == []


@on_one_database  # a kill of the engine is tried on both in test_arrivals; here it is about files
def test_a_kill_in_the_middle_leaves_it_to_the_next_and_half_a_file_to_nobody(
        app: Flask, database_url: str, tmp_path: Path, at: Callable[[timedelta], None]) -> None:
    chief, page = _ask(app, told(app)[0].code)
    code = ("import time\nfrom editorial import create_app, jobs\nfrom editorial.dossier import packing\n"
            "def stay(out):\n    print('in the middle', flush=True)\n    time.sleep(60)\n"
            "packing.seal = stay\njobs.handouts.OFTEN = 0\njobs.Worker(create_app()).drain()\n")
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, text=True, env={
        **os.environ, "SECRET_KEY": KEY, "DATABASE_URL": database_url, "UPLOADS": str(tmp_path / "uploads")})
    assert process.stdout is not None
    with process:
        assert process.stdout.readline() == "in the middle\n"
        chief.get(page)
        assert "正在制作" in chief.text and chief.find('.//progress[@value="99"]')
        process.send_signal(signal.SIGKILL)
    half = _kept(app)
    assert len(half) == 1
    jobs.arm(app)
    jobs.Worker(app).drain()
    assert chief.get(f"{page}/file").status_code == 200
    assert _kinds() == ["export", "export-ready"]
    at(timedelta(hours=2))
    making.sweep(Job(kind="sweep"))
    db.session.commit()
    assert len(_kept(app)) == 1 and not half[0].exists()


@on_one_database
def test_a_disk_without_room_is_told_of_and_it_can_be_tried_again(
        app: Flask, monkeypatch: pytest.MonkeyPatch, at: Callable[[timedelta], None]) -> None:
    chief, page = _ask(app)
    monkeypatch.setattr(making, "LEFT_FREE", 1 << 60)
    jobs.Worker(app).drain()
    assert chief.get(f"{page}/state").get_json()["over"] is True
    chief.get(page)
    assert "磁盘空间不够" in chief.text
    at(timedelta(minutes=2))
    assert _told() == ["export-failed"]
    assert _kept(app) == []
    monkeypatch.undo()
    chief.send(chief.form_to("/again"))
    db.session.rollback()
    jobs.Worker(app).drain()
    chief.get(page)
    assert "文件做好了" in chief.text
    assert _kinds() == ["export-failed", "export", "export-ready"]
    assert _told() == []


@on_one_database
def test_what_breaks_off_again_and_again_is_given_up(app: Flask) -> None:
    chief, page = _ask(app)
    for _time in range(making.MOST_TRIES + 1):
        job = rows.take("one:1:died")
        assert job is not None
        job.lease_until = clock.now() - timedelta(seconds=1)
        db.session.commit()
    jobs.Worker(app).drain()
    chief.get(page)
    assert "制作几次都中断了" in chief.text


@on_one_database
def test_five_are_kept_for_a_person_and_three_made_at_once(app: Flask) -> None:
    actor = cast.actor("chief_n")
    texts = [cast.signed() for _one in range(4)]
    for one in texts[:3]:
        handouts.ask(actor, "dossier", one, "归档。")
    chief = Visitor(app, "chief_n")
    db.session.commit()
    chief.get(f"/manuscripts/{texts[3].code}/dossier")
    chief.send(chief.form_with("reason"), {"reason": "归档。"}, status=429)
    for _round in range(2):
        db.session.rollback()
        jobs.Worker(app).drain()
        for one in texts[:3]:
            handouts.ask(actor, "dossier", one, "归档。")
        db.session.commit()
    jobs.Worker(app).drain()
    assert len(db.session.scalars(select(Handout).where(Handout.until > clock.now())).all()) == handouts.MOST_KEPT
    making.sweep(Job(kind="sweep"))
    assert len(_kept(app)) == handouts.MOST_KEPT
