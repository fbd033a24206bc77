"""Getting in and staying in: log-in, its throttle, sessions, cookies, where one is led."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from editorial import clock
from editorial.actions import logins, people
from editorial.config import DEMO_PASSWORD
from editorial.db import db
from editorial.models import Event
from editorial.tables.logins import LoginAttempt, WebSession
from tests import cast
from tests.client import Visitor
from tests.conftest import make_app

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
LEADS_AWAY = ("http://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
              "https:evil.example", "javascript:alert(1)", " //evil.example", "/%0d%0aSet-Cookie:x=1",
              "/\t/evil.example", "/a\r\nb", "evil.example", "")


def fail(visitor: Visitor, login: str = "cor_a1", status: int = 400, **more: Any) -> str:
    """Log in with a wrong password; gives what the page says."""
    visitor.get("/login")
    visitor.send(visitor.form_with("login"), {"login": login, "password": "wrong"}, status, **more)
    return visitor.text


def enter(visitor: Visitor, login: str = "cor_a1", **more: Any) -> int:
    """Log in with the right password; gives the answer's status, its redirect not followed."""
    visitor.get("/login")
    data = {**visitor.fields(visitor.form_with("login")), "login": login, "password": cast.PASSWORD}
    return visitor.client.post("/login", data=data, **more).status_code


def last_kind() -> str:
    """The kind of the last event; the test's own look at the database ends with it, so that nobody waits for it."""
    kind = db.session.scalars(select(Event.kind).order_by(Event.seq.desc()).limit(1)).one()
    db.session.rollback()
    return kind


# --- Who gets in ------------------------------------------------------------------------------------------------


def test_a_person_logs_in_and_out_and_both_are_recorded(app: Flask) -> None:
    visitor = Visitor(app, "cor_a1")
    assert last_kind() == "login"
    visitor.send(visitor.form_to("/logout"))
    assert visitor.url == "/login"
    assert last_kind() == "logout"
    assert db.session.scalars(select(WebSession)).all() == []


def test_the_log_in_name_may_be_typed_in_capitals_or_full_width(app: Flask) -> None:
    assert enter(Visitor(app), " ＣＯＲ＿A1 ") == 302


def test_a_refused_log_in_says_the_same_for_everybody(app: Flask) -> None:
    people.deactivate(None, cast.person("cor_b1"))
    cast.person("cor_free").password_hash = None
    db.session.commit()
    said = set()
    for login in ("cor_a1", "adm", "nowhere_to_be_found", "cor_b1", "cor_free"):
        visitor = Visitor(app)
        said.add(fail(visitor, login))
        assert visitor.find("//input[@name='login']")[0].get("value") == login, "what was typed stays"
        assert visitor.find("//input[@name='password']")[0].get("value", "") == "", "but for the password"
    assert len(said) == 1


def test_a_closed_account_does_not_get_in_with_the_right_password(app: Flask) -> None:
    people.deactivate(None, cast.person("cor_b1"))
    db.session.commit()
    assert enter(Visitor(app), "cor_b1") == 400


def test_a_refused_log_in_is_recorded_without_what_was_typed(app: Flask) -> None:
    fail(Visitor(app), "my-password-by-mistake")
    event = db.session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).one()
    assert (event.kind, event.subject, event.actor_id) == ("login-failed", "", None)
    assert "mistake" not in str(event.data)


def test_the_log_in_never_leads_away_from_the_house(app: Flask) -> None:
    for target in LEADS_AWAY:
        visitor = Visitor(app)
        visitor.get("/login", query_string={"next": target})
        asked = {"login": "cor_a1", "password": cast.PASSWORD, "next": target}
        answer = visitor.client.post("/login", data={**visitor.fields(visitor.form_with("login")), **asked})
        assert (answer.status_code, answer.location) == (302, "/"), target


def test_the_log_in_leads_to_where_one_wanted_to_go(app: Flask) -> None:
    visitor = Visitor(app)
    visitor.get("/account/contact")
    assert visitor.url == "/login"
    visitor.send(visitor.form_with("login"), {"login": "cor_a1", "password": cast.PASSWORD})
    assert visitor.url == "/account/contact"


def test_whoever_is_logged_in_is_not_asked_again(app: Flask) -> None:
    visitor = Visitor(app, "cor_a1")
    visitor.get("/login?next=/account")
    assert visitor.url == "/account"


# --- The throttle -----------------------------------------------------------------------------------------------


def test_after_five_failures_an_account_waits_a_minute_even_with_the_right_password(app: Flask) -> None:
    with clock.at(NOON):
        visitor = Visitor(app)
        for _ in range(5):
            fail(visitor)
        assert enter(visitor) == 429
        assert visitor.client.post("/login", data=visitor.fields(visitor.form_with("login")) | {
            "login": "cor_a1", "password": "x"}).headers["Retry-After"] == "60"
        assert enter(visitor, "cor_a2") == 302, "another account is not slowed"
    with clock.at(NOON + timedelta(seconds=61)):
        assert enter(Visitor(app)) == 302, "the wait has an end"


def test_an_account_that_does_not_exist_waits_as_well(app: Flask) -> None:
    with clock.at(NOON):
        said = {login: [fail(Visitor(app), login) for _ in range(5)][-1] + fail(Visitor(app), login, 429)
                for login in ("cor_a1", "nowhere_to_be_found")}
    assert len(set(said.values())) == 1


def test_refused_attempts_do_not_make_the_wait_longer(app: Flask) -> None:
    with clock.at(NOON):
        for _ in range(5):
            fail(Visitor(app))
    with clock.at(NOON + timedelta(seconds=50)):
        for _ in range(5):
            fail(Visitor(app), status=429)
    with clock.at(NOON + timedelta(seconds=61)):
        assert enter(Visitor(app)) == 302


def test_the_throttle_counts_across_processes_and_restarts(app: Flask, database_url: str, tmp_path: Path) -> None:
    another = make_app(database_url, tmp_path)
    with clock.at(NOON):
        for n in range(5):
            fail(Visitor(another if n % 2 else app))
        assert enter(Visitor(make_app(database_url, tmp_path))) == 429


def test_many_at_once_can_not_slip_through(app: Flask) -> None:
    """Each attempt counts before its password is compared: a sixth that begins meanwhile finds five."""
    for _ in range(5):
        logins._try("cor_a1", "192.0.2.1")
    assert enter(Visitor(app)) == 429


def test_a_log_in_that_succeeds_is_no_failure(app: Flask) -> None:
    with clock.at(NOON):
        for _ in range(7):
            assert enter(Visitor(app)) == 302
    assert db.session.scalars(select(LoginAttempt)).all() == []


def test_an_address_waits_after_thirty_failures_whatever_headers_it_sends(app: Flask) -> None:
    with clock.at(NOON):
        for n in range(30):
            said = f"203.0.113.{n}"
            fail(Visitor(app), f"somebody_{n}", headers={"X-Forwarded-For": said, "X-Real-IP": said,
                                                         "Forwarded": f"for={said}"})
        assert enter(Visitor(app)) == 429
        elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
        assert enter(Visitor(app), environ_overrides=elsewhere) == 302, "another address is not slowed"


def test_behind_a_known_proxy_each_visitor_has_an_address_of_their_own(
        app: Flask, database_url: str, tmp_path: Path) -> None:
    proxied = make_app(database_url, tmp_path, trusted_proxies=1)
    with clock.at(NOON):
        for n in range(30):
            fail(Visitor(proxied), f"somebody_{n}", headers={"X-Forwarded-For": f"203.0.113.{n}"})
        assert enter(Visitor(proxied), headers={"X-Forwarded-For": "203.0.113.99"}) == 302


# --- Sessions and cookies ---------------------------------------------------------------------------------------


def test_a_cookie_that_was_planted_before_the_log_in_is_worth_nothing_after_it(app: Flask) -> None:
    visitor = Visitor(app)
    visitor.get("/login")
    planted = visitor.client.get_cookie("editorial")
    assert planted is not None
    with visitor.client.session_transaction() as session:
        known = session["csrf_token"]
    visitor.send(visitor.form_with("login"), {"login": "cor_a1", "password": cast.PASSWORD})
    after = visitor.client.get_cookie("editorial")
    assert after is not None and after.value != planted.value
    with visitor.client.session_transaction() as session:
        assert session["csrf_token"] != known, "nor is the token of its forms"
    thief = Visitor(app)
    thief.client.set_cookie("editorial", planted.value)
    thief.get("/account")
    assert thief.url == "/login"


def test_a_cookie_that_was_kept_is_worth_nothing_after_the_log_out(app: Flask) -> None:
    visitor = Visitor(app, "cor_a1")
    kept = visitor.client.get_cookie("editorial")
    assert kept is not None
    visitor.send(visitor.form_to("/logout"))
    visitor.client.set_cookie("editorial", kept.value)
    visitor.get("/account")
    assert visitor.url == "/login"


def test_the_log_out_tells_the_browser_to_forget(app: Flask) -> None:
    visitor = Visitor(app, "cor_a1")
    visitor.get("/logout", 405)
    visitor.get("/account")
    answer = visitor.send(visitor.form_to("/logout"))
    assert answer.history[0].headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_session_ends_when_it_is_idle_for_half_an_hour(app: Flask) -> None:
    with clock.at(NOON):
        visitor = Visitor(app, "cor_a1")
    for minutes in (29, 58):
        with clock.at(NOON + timedelta(minutes=minutes)):
            visitor.get("/account")
            assert visitor.url == "/account"
    with clock.at(NOON + timedelta(minutes=89)):
        visitor.get("/account")
        assert visitor.url == "/login"


def test_a_session_ends_after_twelve_hours_whatever_happens(app: Flask) -> None:
    with clock.at(NOON):
        visitor = Visitor(app, "cor_a1")
    for step in range(1, 25):
        with clock.at(NOON + timedelta(minutes=29 * step)):
            visitor.get("/account")
            assert visitor.url == "/account"
    with clock.at(NOON + timedelta(hours=12, minutes=1)):
        visitor.get("/account")
        assert visitor.url == "/login"


def test_a_session_ends_when_the_account_is_closed(app: Flask) -> None:
    first, second = Visitor(app, "cor_a1"), Visitor(app, "cor_a2")
    people.deactivate(None, cast.person("cor_a1"))
    cast.person("cor_a2").is_active = False  # by whatever way
    db.session.commit()
    for visitor in (first, second):
        visitor.get("/account")
        assert visitor.url == "/login"


def test_the_cookie_goes_to_this_host_alone_and_not_to_scripts(app: Flask, database_url: str, tmp_path: Path) -> None:
    plain = Visitor(app)
    cookie = plain.get("/login").headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")) and "Domain" not in cookie
    secure = make_app(database_url, tmp_path, base_url="https://gao.example", secure_cookies=True)
    cookie = secure.test_client().get("/login", base_url="https://gao.example").headers["Set-Cookie"]
    assert cookie.startswith("__Host-editorial=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")) and "Domain" not in cookie


def test_the_database_holds_no_token_that_could_be_used(app: Flask) -> None:
    visitor = Visitor(app, "cor_a1")
    with visitor.client.session_transaction() as session:
        token = session["_user_id"]
    row = db.session.scalars(select(WebSession)).one()
    assert token not in (row.token_hash, row.agent, row.address) and len(token) >= 22


def test_the_log_in_itself_needs_a_token_of_this_browser(app: Flask) -> None:
    visitor, another = Visitor(app), Visitor(app)
    visitor.get("/login")
    another.get("/login")
    for token in ("", "rubbish", another.token()):
        data = {"login": "cor_a1", "password": cast.PASSWORD, "csrf_token": token}
        assert visitor.client.post("/login", data=data).status_code == 400
    assert db.session.scalars(select(WebSession)).all() == []


# --- Language and demonstration ---------------------------------------------------------------------------------


def test_the_language_is_chinese_until_one_switches_it(app: Flask) -> None:
    visitor = Visitor(app)
    visitor.get("/login")
    assert visitor.page.get("lang") == "zh-Hans"
    visitor.send(visitor.form_to("/language"), {"locale": "en"})
    assert (visitor.url, visitor.page.get("lang")) == ("/login", "en")


def test_the_language_of_an_account_follows_it_to_another_browser(app: Flask) -> None:
    first = Visitor(app, "cor_a1")
    first.send(first.form_to("/language"), {"locale": "en"})
    second = Visitor(app, "cor_a1")
    assert second.page.get("lang") == "en"
    second.send(second.form_to("/logout"))
    assert second.page.get("lang") == "en", "it stays when one leaves"


def test_a_language_that_does_not_exist_changes_nothing(app: Flask) -> None:
    visitor = Visitor(app, "cor_a1")
    visitor.post("/language", {"locale": "xx", "next": "//evil.example"}, 200)
    assert (visitor.url, visitor.page.get("lang")) == ("/", "zh-Hans")


def test_only_the_demonstration_says_whom_one_can_be(app: Flask, database_url: str, tmp_path: Path) -> None:
    visitor = Visitor(app)
    visitor.get("/login")
    assert "cor_a1" not in visitor.text and DEMO_PASSWORD not in visitor.text
    shown = Visitor(make_app(database_url, tmp_path, demo=True))
    shown.get("/login")
    assert {"cor_a1", "chief_n", "adm", DEMO_PASSWORD} <= set(shown.text.replace("：", " ").split())
