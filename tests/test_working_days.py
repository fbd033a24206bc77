"""Days that a house sets otherwise, and what whoever watches over it gets: figures behind a token, and a log."""

from __future__ import annotations

import io
import json
import logging
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from editorial import clock, jobs, logs
from editorial.actions import calendar_days as act
from editorial.db import db
from editorial.errors import Invalid, Refused
from editorial.models import Event
from tests import cast
from tests.client import Visitor
from tests.conftest import make_app
from tests.pages import queries

NOON = datetime(2026, 11, 25, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize("line", ["2026-11-28 上班 调休", "2026-11-28,work,调休", "\ufeff2026/11/28\t班 调休\r\n\r\n"])
def test_a_line_is_a_day_and_a_word(line: str) -> None:
    with clock.at(NOON):
        assert act.read(line) == [act.Day(date(2026, 11, 28), True, "调休")]


@pytest.mark.parametrize("line", ["", "28.11.2026 上班", "2026-11-28", "2026-11-28 也许", "2036-11-28 上班", "=cmd()"])
def test_what_is_no_day_is_refused(line: str) -> None:
    with clock.at(NOON), pytest.raises(Invalid):
        act.read(line)


def test_a_day_that_is_set_counts_in_every_deadline_and_what_runs_keeps_its_time(app: Flask) -> None:
    with clock.at(NOON):
        first = cast.submitted()  # on Wednesday, with two working days: Friday
        before = first.due_at
        db.session.commit()
        visitor = Visitor(app, "adm")
        visitor.get("/admin/calendar")
        visitor.send(visitor.form_with("days"), {"days": "2026-11-26 放假 防汛\n2026-11-28 上班 调休"})
        assert "防汛" in visitor.text
        second = cast.submitted("cor_a2")
        assert before is not None
        assert second.due_at is not None
        assert [moment.astimezone(clock.zone()).day for moment in (before, second.due_at)] == [27, 28]
        db.session.refresh(first)
        assert first.due_at == before
        db.session.commit()
        visitor.get("/admin/calendar")
        visitor.send(visitor.form_to("/2026-11-26/unset"))
        assert "防汛" not in visitor.text
        assert len(db.session.scalars(select(Event.seq).where(Event.kind == "calendar-changed")).all()) == 2


def test_days_come_from_a_file_and_only_from_an_administrator(app: Flask) -> None:
    with clock.at(NOON):
        visitor = Visitor(app, "adm")
        visitor.get("/admin/calendar")
        visitor.send(visitor.form_with("days"), {"file": (io.BytesIO("2026-11-28,上班\n".encode()), "days.csv")})
        assert "11月28日" in visitor.text
        of_a_spreadsheet = "2026/12/5,上班,补班\r\n".encode("gbk")
        visitor.send(visitor.form_with("days"), {"file": (io.BytesIO(of_a_spreadsheet), "days.csv")})
        assert "12月5日" in visitor.text
        assert "补班" in visitor.text
        wrong = "日期,类型\n2026-11-28,上班\n2026-11-31,放假\n".encode()
        visitor.send(visitor.form_with("days"), {"file": (io.BytesIO(wrong), "days.csv")}, 400)
        assert "第 1 行：日期,类型" in visitor.text
        assert "第 3 行：2026-11-31,放假" in visitor.text
        assert "第 2 行" not in visitor.text
        with pytest.raises(Refused):
            act.set_days(cast.actor("chief_n"), [act.Day(date(2026, 12, 1), False)])


def test_figures_are_for_whoever_has_the_token(database_url: str, tmp_path: Path) -> None:
    app = make_app(database_url, tmp_path, metrics_token="a-token-of-this-test")
    with app.app_context():
        cast.submitted()
        db.session.commit()
        db.session.remove()
    jobs.arm(app)
    client = app.test_client()
    for headers in ({}, {"Authorization": "Bearer another"}, {"Authorization": "Bearer ümlaut"}):
        assert client.get("/metrics", headers=headers).status_code == 404
    answer = client.get("/metrics", headers={"Authorization": "Bearer a-token-of-this-test"})
    assert answer.status_code == 200
    assert "editorial_manuscripts_open 1\n" in answer.text
    assert f"editorial_jobs_waiting {len(jobs.EVERY)}\n" in answer.text
    assert "editorial_store_writable 1\n" in answer.text
    assert "江滩" not in answer.text
    with app.app_context():
        db.engine.dispose()


def test_without_a_token_there_are_no_figures(app: Flask) -> None:
    assert app.test_client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_the_log_is_a_json_line_a_request_and_holds_no_address_and_no_secret(
        app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """C20, E15."""
    caplog.set_level(logging.INFO, "editorial")
    client = app.test_client()
    client.get("/link/a-secret-token")
    client.post("/login", data={"login": "cor_a1\n{}", "password": "a-secret-password"})
    lines = [logs.JsonLines().format(record) for record in caplog.records]
    told = [json.loads(line) for line in lines]
    assert [entry["route"] for entry in told if entry["by"] == "editorial.requests"] == ["/link/<token>", "/login"]
    assert all("\n" not in line and "secret" not in line for line in lines)
    record = logging.LogRecord("x", logging.ERROR, "", 0, "a title\n\x1b[31m %s", ("100%",), None)
    assert "\n" not in logs.JsonLines().format(record)
    assert "\x1b" not in logs.JsonLines().format(record)


def test_the_line_of_a_request_asks_the_database_nothing(app: Flask) -> None:
    visitor = Visitor(app, "cor_a1")
    visitor.get("/")
    with queries(app) as statements:
        visitor.get("/")
    assert [said for said in statements if "FROM people" in said and "web_sessions" not in said] == []
