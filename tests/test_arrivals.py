"""Files that take long to read: kept at once, read by a job, taken when their form is saved; nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from editorial import jobs
from editorial.actions import jobs as rows
from editorial.actions import uploads
from editorial.db import db
from editorial.models import Manuscript, Upload
from editorial.tables.arrivals import Arrival
from editorial.tables.jobs import Job
from tests.client import Visitor
from tests.conftest import KEY
from tests.test_uploads import file, picture, word

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def all_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is too large to be read at once."""
    monkeypatch.setattr(uploads, "MOST_AT_ONCE", 0)


def _bring(author: Visitor, name: str, data: bytes, **more: object) -> str:
    """Bring a file to a new draft, with words beside it; gives the address of the page to wait at."""
    author.get("/manuscripts/new")
    author.send(author.form_with("title", "body"), {
        "title": "先写的标题", "body": "先写的一段话。", "document": file(data, name), **more}, button="bring")
    assert "正在读取" in author.text and author.find('.//noscript/meta[@http-equiv="refresh"]')
    db.session.rollback()
    found = db.session.scalars(select(Arrival.id).order_by(Arrival.id.desc())).first()
    db.session.rollback()
    return f"/arrivals/{found}"


def _versions() -> list[str]:
    db.session.rollback()
    return [version.title for version in db.session.scalars(select(Manuscript)).one().versions]


def test_it_is_read_by_a_job_and_saving_the_form_takes_it(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    page = _bring(author, "长稿.docx", word("东湖绿道赏花节开幕。", pictures=(picture("red"),)), photos=[
        file(picture("blue"), "现场.png")])
    Visitor(app, "cor_a2").get(page, status=404)
    assert author.get(f"{page}/read").get_json() == {"over": False}
    author.get("/manuscripts/new")  # who leaves the page finds the file, and what was typed, in the form again
    assert "长稿.docx" in author.text and "先写的一段话" in author.text
    assert db.session.scalars(select(Manuscript)).all() == []
    db.session.rollback()
    jobs.Worker(app).drain()
    assert author.get(f"{page}/read").get_json() == {"over": True}
    author.get(page)
    form = author.form_with("title", "body")
    fields = author.fields(form)
    assert fields["title"] == "先写的标题" and fields["arrived"]
    author.send(form, button="save")
    assert "长稿.docx" in author.text and "1 张图片" not in author.text
    assert _versions() == ["先写的标题", "东湖绿道赏花节开幕"]
    assert sorted(db.session.scalars(select(Upload.kind))) == ["original", "picture", "picture"]
    db.session.rollback()
    author.get(page, status=404)
    author.get("/manuscripts/new")
    assert "长稿.docx" not in author.text and "先写的一段话" not in author.text


def test_a_file_that_can_not_be_used_says_why_and_what_was_typed_stays(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    page = _bring(author, "坏稿.docx", word("一段。")[:900])
    jobs.Worker(app).drain()
    author.get(page)
    assert "坏稿.docx" in author.text and "先写的一段话" not in author.text
    author.send(author.form_to("/discard"))
    assert author.fields(author.form_with("title", "body"))["title"] == "先写的标题"
    assert "坏稿.docx" not in author.text


def test_what_is_not_taken_counts_for_the_day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    author = Visitor(app, "cor_a1")
    data = b"PK" + bytes(700_000)
    _bring(author, "一.docx", data)
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], upload_daily_mib=1))
    author.get("/manuscripts/new")
    author.send(author.form_with("title", "body"), {"document": file(data, "二.docx")}, 429, button="bring")


def test_a_kill_in_the_middle_leaves_it_to_the_next_who_begins_at_once(app: Flask, database_url: str,
                                                                       tmp_path: Path) -> None:
    """The next process of the same machine knows that the other is gone, and waits for no lease."""
    author = Visitor(app, "cor_a1")
    page = _bring(author, "长稿.docx", word("东湖绿道赏花节开幕。"))
    code = ("import time\nfrom editorial import create_app, jobs\nfrom editorial.actions import uploads\n"
            "def stay(*_given, **_more):\n    print('in the middle', flush=True)\n    time.sleep(60)\n"
            "uploads.receive = stay\njobs.Worker(create_app()).drain()\n")
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, text=True, env={
        **os.environ, "SECRET_KEY": KEY, "DATABASE_URL": database_url, "UPLOADS": str(tmp_path / "uploads")})
    assert process.stdout is not None
    with process:
        assert process.stdout.readline() == "in the middle\n"
        author.get(page)
        assert "正在读取，最多一分钟" in author.text
        jobs.Worker(app).drain()
        jobs.arm(app)  # what lives keeps its job
        assert db.session.scalar(select(Job.state).where(Job.kind == "read")) == "running"
        db.session.rollback()
        process.send_signal(signal.SIGKILL)
    jobs.arm(app)
    jobs.Worker(app).drain()
    author.get(page)
    author.send(author.form_with("title", "body"), button="save")
    assert _versions() == ["先写的标题", "东湖绿道赏花节开幕"]


def test_files_for_which_somebody_waits_go_before_letters(app: Flask) -> None:
    rows.ask("letter", {"letter": 1})
    rows.ask("read", {"arrival": 1})
    job = rows.take("worker")
    assert job is not None and job.kind == "read" and job.lease_until is not None
    db.session.rollback()
