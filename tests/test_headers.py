"""What every answer carries, for whom the house answers at all, and how it answers when something is down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from editorial import jobs
from editorial.storage import LocalStore
from tests import cast
from tests.client import Browser, Visitor
from tests.conftest import make_app

HTTPS = "https://gao.example"


def browser(app: Flask) -> Browser:
    """A browser that looks at nothing that it gets."""
    return Browser(app, app.response_class, use_cookies=True)


@pytest.fixture
def secure(app: Flask, database_url: str, tmp_path: Path) -> Flask:
    """The same house as it is reached by https."""
    return make_app(database_url, tmp_path, base_url=HTTPS, secure_cookies=True)


def boom() -> str:
    """A view that goes wrong."""
    raise ZeroDivisionError(cast.PASSWORD)


def answers(app: Flask, logged_in: str) -> Iterator[TestResponse]:
    """An answer of every kind: pages, redirects, files of ours, errors of each number."""
    app.add_url_rule("/boom", "health.boom", boom)
    assets = Path(app.static_folder or "")
    asset = next((path.name for path in sorted(assets.glob("*.css"))), "")
    visitor, anon = Visitor(app, logged_in), browser(app)
    token = visitor.token()
    yield anon.get("/login")
    yield anon.get("/")
    yield anon.get("/healthz")
    yield anon.get(f"/static/{asset}")
    yield anon.get("/static/none.css")
    yield anon.open("/login", method="TRACE")
    yield anon.get("/link/none")
    yield visitor.client.get("/account")
    yield visitor.client.get("/account", headers={"If-None-Match": "*"})
    yield visitor.client.get("/none")
    yield visitor.client.get("/logout")
    yield visitor.client.get("/boom")
    yield visitor.client.post("/account/contact", data={"email": "x"})
    yield visitor.client.post("/account/contact", data={"email": "x", "csrf_token": token})
    yield visitor.client.post("/account/contact", data={"csrf_token": token, "phone": "x" * 25_000_000})
    yield visitor.client.post("/logout", data={"csrf_token": token})


def test_every_answer_carries_the_policy(app: Flask) -> None:
    statuses = set()
    for answer in answers(app, "cor_a1"):
        what = f"{answer.request.method} {answer.request.path}: {answer.status_code}"
        headers = answer.headers
        policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
        assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'", what
        assert policy["form-action"] == policy["script-src"] == policy["style-src"] == "'self'", what
        assert "unsafe" not in headers["Content-Security-Policy"], what
        assert headers["X-Content-Type-Options"] == "nosniff", what
        assert headers["Referrer-Policy"] == "same-origin", what
        assert not any(name.startswith("Access-Control") for name, _value in headers), what
        assert headers["Content-Type"].endswith("; charset=utf-8") or answer.status_code in (204, 304), what
        assert "Strict-Transport-Security" not in headers, what
        statuses.add(answer.status_code)
    assert {200, 302, 400, 404, 405, 413, 500} <= statuses


def test_nothing_but_our_own_files_is_kept_by_browsers_and_proxies(app: Flask) -> None:
    for answer in answers(app, "cor_a1"):
        what = f"{answer.request.method} {answer.request.path}: {answer.status_code}"
        if answer.request.path.startswith("/static/") and answer.status_code == 200:
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable", what
            assert "Set-Cookie" not in answer.headers, what
        else:
            assert answer.headers["Cache-Control"] == "no-store", what
            assert "Cookie" in answer.headers["Vary"], what


def test_by_https_browsers_are_told_to_stay_with_it(secure: Flask) -> None:
    for path in ("/login", "/none", "/static/none.css", "/healthz"):
        answer = browser(secure).get(path, base_url=HTTPS)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains", path


def test_trace_is_never_answered(app: Flask) -> None:
    visitor = Visitor(app, "cor_a1")
    for path in ("/", "/login", "/static/none.css", "/healthz", "/none"):
        answer = visitor.client.open(path, method="TRACE", headers={"X-Secret": "canary"})
        assert answer.status_code == 405 and "canary" not in answer.text, path


def test_a_foreign_host_name_is_refused(secure: Flask) -> None:
    for host in ("evil.example", "good.example:80@evil.example", "gao.example@evil.example", "", "127.0.0.1",
                 "gao.example.evil.example", "evil.example:443"):
        for path in ("/login", "/healthz", "/none", "/"):
            method = "POST" if path == "/none" else "GET"
            answer = browser(secure).open(path, method=method, base_url=HTTPS, headers={"Host": host})
            assert answer.status_code == 400, (host, path)
            assert "evil" not in answer.text + str(answer.headers), (host, path)
            assert "Content-Security-Policy" in answer.headers


def test_headers_of_proxies_that_nobody_named_change_nothing(app: Flask) -> None:
    for lie in (
        {"X-Forwarded-Host": "evil.example"}, {"X-Forwarded-Proto": "https"}, {"X-Forwarded-Port": "8443"},
        {"X-Forwarded-Prefix": "/evil"}, {"Forwarded": "host=evil.example;proto=https;for=203.0.113.1"},
        {"X-Original-URL": "/admin/"}, {"X-HTTP-Method-Override": "DELETE"}, {"X-Real-IP": "203.0.113.1"},
    ):
        client = browser(app)
        first = client.get("/login", headers=lie)
        assert "evil" not in first.text and "Secure" not in first.headers["Set-Cookie"], lie
        plain, told = client.get("/account"), client.get("/account", headers=lie)
        assert (told.status_code, told.location, told.text) == (plain.status_code, plain.location, plain.text), lie


def test_whoever_watches_the_server_hears_that_all_is_well_and_nothing_more(app: Flask) -> None:
    jobs.arm(app)
    answer = browser(app).get("/healthz")
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "well\n", "text/plain")
    assert "Set-Cookie" not in answer.headers


def test_the_house_is_unwell_without_its_database_or_its_store(app: Flask, database_url: str, tmp_path: Path) -> None:
    (tmp_path / "occupied").write_text("no folder")
    without_store = make_app(database_url, tmp_path)
    without_store.extensions["store"] = LocalStore(tmp_path / "occupied" / "uploads")
    read_only = make_app(database_url, tmp_path)
    read_only.extensions["store"] = LocalStore(Path("/proc/self"))  # there, with all rights, and takes no file
    jobs.arm(read_only)
    for broken in (make_app("sqlite:////nonexistent/nowhere.db", tmp_path),
                   make_app("postgresql+psycopg://nobody@127.0.0.1:1/none", tmp_path),
                   make_app(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path), without_store, read_only):
        answer = browser(broken).get("/healthz")
        assert (answer.status_code, answer.text) == (503, "unwell\n")


def test_pages_say_so_when_the_database_is_away(tmp_path: Path) -> None:
    for url in ("sqlite:////nonexistent/nowhere.db", "postgresql+psycopg://nobody@127.0.0.1:1/none"):
        away = make_app(url, tmp_path)
        client = browser(away)
        with client.session_transaction() as session:
            session["_user_id"] = "somebody who was logged in"
        for path in ("/login", "/", "/account"):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert "<h1>" in answer.text and "nowhere" not in answer.text and "127.0.0.1" not in answer.text, path


def test_an_error_of_ours_tells_nothing_about_the_inside(app: Flask) -> None:
    app.add_url_rule("/boom", "health.boom", boom)
    visitor = Visitor(app, "cor_a1")
    answer = visitor.client.get("/boom")
    assert answer.status_code == 500
    assert not any(inside in answer.text for inside in ("Traceback", "ZeroDivision", "editorial/", cast.PASSWORD))
