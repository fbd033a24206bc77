"""Accounts: one-time links, passwords, what people keep about themselves, where they are logged in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import argon2
import pytest
from flask import Flask
from sqlalchemy import select

from editorial import clock
from editorial.actions import passwords, people
from editorial.db import db
from editorial.errors import Invalid
from editorial.models import Event, Membership, Person
from editorial.tables.logins import OneTimeLink, WebSession
from editorial.terms import Role
from tests import cast
from tests.client import Visitor
from tests.conftest import STRONG

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
NEW = "春风又绿江南岸-1069"


def link_for(key: str, purpose: str = "reset") -> str:
    """The address of a new one-time link."""
    token = people.make_link(None, cast.person(key), purpose)
    db.session.commit()
    return f"/link/{token}"


def set_by(link: str, app: Flask, password: str = NEW, status: int = 200, again: str | None = None) -> Visitor:
    """Open the link and set a password."""
    visitor = Visitor(app)
    visitor.get(link)
    visitor.send(visitor.form_with("again"), {"new_password": password, "again": again or password}, status)
    return visitor


# --- One-time links ---------------------------------------------------------------------------------------------


def test_an_invitation_sets_the_first_password_once(app: Flask) -> None:
    person = people.create_person(None, "lin.xia", "林夏")
    people.give_role(None, person, Role.CORRESPONDENT, unit_id=cast.unit("unit_a").id)
    link = f"/link/{people.make_link(None, person, 'invite')}"
    db.session.commit()
    visitor = set_by(link, app)
    assert visitor.url == "/login"
    Visitor(app, "lin.xia", NEW)
    visitor.get(link, 400)


def test_looking_at_a_link_does_not_use_it_up(app: Flask) -> None:
    link = link_for("cor_a1")
    for _ in range(2):
        Visitor(app).get(link)
        assert Visitor(app).client.head(link).status_code == 200
    assert set_by(link, app).url == "/login"


def test_a_reset_link_ends_after_half_an_hour_and_an_invitation_after_a_week(app: Flask) -> None:
    with clock.at(NOON):
        reset, invitation = link_for("cor_a1"), link_for("cor_a2", "invite")
    for link, lasts in ((reset, timedelta(minutes=30)), (invitation, timedelta(days=7))):
        with clock.at(NOON + lasts - timedelta(seconds=1)):
            Visitor(app).get(link)
        with clock.at(NOON + lasts):
            Visitor(app).get(link, 400)


def test_a_link_is_void_after_a_newer_one_and_after_a_change_of_password(app: Flask) -> None:
    first = link_for("cor_a1")
    second = link_for("cor_a1")
    Visitor(app).get(first, 400)
    people.set_password(cast.person("cor_a1"), NEW)
    db.session.commit()
    Visitor(app).get(second, 400)


def test_a_link_is_void_once_the_account_is_closed(app: Flask) -> None:
    link = link_for("cor_a1")
    people.deactivate(None, cast.person("cor_a1"))
    people.activate(None, cast.person("cor_a1"))
    db.session.commit()
    Visitor(app).get(link, 400)
    people.deactivate(None, cast.person("cor_a1"))
    with pytest.raises(Invalid):
        people.make_link(None, cast.person("cor_a1"), "reset")


def test_used_old_and_invented_links_say_the_same(app: Flask) -> None:
    used = link_for("cor_a1")
    set_by(used, app)
    said = set()
    for link in (used, "/link/never-was-one", "/link/" + "x" * 43):
        visitor = Visitor(app)
        visitor.get(link, 400)
        said.add(visitor.text)
    assert len(said) == 1


def test_a_reset_ends_all_sessions(app: Flask) -> None:
    before = Visitor(app, "cor_a1")
    set_by(link_for("cor_a1"), app)
    before.get("/account")
    assert before.url == "/login"


def test_the_database_keeps_no_link_that_could_be_used(app: Flask) -> None:
    link = link_for("cor_a1")
    row = db.session.scalars(select(OneTimeLink)).one()
    assert link.removeprefix("/link/") not in (row.token_hash, row.purpose)
    assert len(link.removeprefix("/link/")) >= 22, "128 bits at least"
    assert not any(link.removeprefix("/link/") in str(event.data) for event in db.session.scalars(select(Event)))


def test_a_refused_password_leaves_the_link_open(app: Flask) -> None:
    link = link_for("cor_a1")
    assert set_by(link, app, "12345678", 400).find("//*[@id='new_password-error']")
    assert set_by(link, app, NEW, 400, again="etwas anderes").find("//*[@id='again-error']")
    set_by(link, app)


# --- Passwords --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("weak", [
    "1234567", "password", "Password1", "12345678", "qwertyuiop", "1qaz2wsx", "aaaaaaaa", "20081015", "woaini1314",
    "武汉武汉武汉", "wuhan2026", "学习强国2026", "xuexiqiangguo1", "何晓晴123456", "cor_a1cor_a1", "百步亭支部2026",
    "１２３４５６７８", "x" * 129,
])
def test_a_password_that_is_soon_guessed_is_refused(weak: str) -> None:
    with pytest.raises(Invalid):
        passwords.demand_strong(weak, ["cor_a1", "何晓晴", "百步亭支部"])


@pytest.mark.parametrize("strong", [
    "zxmkqpwh", "a b c d e f", "大江东去浪淘尽千古", "correct horse battery", "tiěmǎ-bīnghé", "🌾芦苇荡里听风雨声",
    "一句很长的话，" + "不会被截断也不会被要求加上数字和大写字母" * 5,
])
def test_any_characters_may_be_used(strong: str) -> None:
    passwords.demand_strong(strong, ["cor_a1", "何晓晴", "百步亭支部"])


def test_nothing_of_a_long_password_is_cut_off() -> None:
    long = "汉" * 60 + "水江湖海河"
    kept = passwords.hash_of(long)
    assert passwords.is_right(kept, long)
    assert not passwords.is_right(kept, long[:-1])


def test_full_width_digits_of_an_input_method_are_those_of_the_keyboard() -> None:
    assert passwords.is_right(passwords.hash_of("ｊｉａｎｇ－１９１１"), "jiang-1911")


@pytest.fixture
def strong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as in the product."""
    monkeypatch.setattr(passwords, "HASHER", STRONG)


@pytest.mark.usefixtures("strong")
def test_a_password_is_kept_as_strongly_as_the_standard_asks() -> None:
    kept = passwords.hash_of(cast.PASSWORD)
    numbers = argon2.extract_parameters(kept)
    assert kept.startswith("$argon2id$")
    assert numbers.time_cost >= 2 and numbers.memory_cost >= 19456, "ASVS 5.0, appendix C"


@pytest.mark.usefixtures("strong")
def test_a_password_that_was_kept_more_weakly_is_kept_anew_at_the_log_in(app: Flask) -> None:
    cast.person("cor_a1").password_hash = argon2.PasswordHasher(time_cost=1, memory_cost=8192).hash(cast.PASSWORD)
    db.session.commit()
    Visitor(app, "cor_a1")
    assert not passwords.is_outdated(cast.person("cor_a1").password_hash or "")


def test_changing_the_password_needs_the_present_one_and_ends_the_other_sessions(app: Flask) -> None:
    here, elsewhere = Visitor(app, "cor_a1"), Visitor(app, "cor_a1")
    here.get("/account/password")
    here.send(here.form_with("again"), {"present_password": "wrong", "new_password": NEW, "again": NEW}, 400)
    assert here.find("//*[@id='present_password-error']")
    elsewhere.get("/account")
    assert elsewhere.url == "/account"
    here.send(here.form_with("again"), {"present_password": cast.PASSWORD, "new_password": NEW, "again": NEW})
    assert here.url == "/account"
    elsewhere.get("/account")
    assert elsewhere.url == "/login"
    Visitor(app, "cor_a1", NEW)


def test_the_present_password_can_not_be_guessed_in_a_session_that_was_left_open(app: Flask) -> None:
    visitor = Visitor(app, "cor_a1")
    asked = {"present_password": "wrong", "new_password": NEW, "again": NEW}
    with clock.at(clock.now()):
        for status in (400, 400, 400, 400, 400, 429):
            visitor.get("/account/password")
            visitor.send(visitor.form_with("again"), asked, status)
        assert NEW not in visitor.text, "a password is never shown again"


# --- About oneself ----------------------------------------------------------------------------------------------


def test_one_sees_ones_name_and_roles(app: Flask) -> None:
    visitor = Visitor(app, "pol_n")
    visitor.get("/account")
    assert {"郑直", "pol_n"} <= set(visitor.text.split())
    assert "审稿编辑 · 长江日报编辑部 · 政治关" in visitor.text


def test_how_one_reads_holds_from_the_next_page_on(app: Flask) -> None:
    visitor = Visitor(app, "cor_a1")
    visitor.get("/account")
    visitor.client.set_cookie("size", "16")
    visitor.send(visitor.form_with("text_size"), {"locale": "en", "text_size": "20", "text_face": "sans"})
    assert (visitor.page.get("lang"), visitor.page.get("data-size"), visitor.page.get("data-face")) == (
        "en", "20", "sans")


def test_how_one_reads_is_one_of_what_is_offered(app: Flask) -> None:
    visitor = Visitor(app, "cor_a1")
    visitor.get("/account")
    for wrong in ({"locale": "xx"}, {"text_size": "99"}, {"text_face": "comic"}, {"text_size": "much"}):
        visitor.send(visitor.form_with("text_size"), wrong, 400)
    assert cast.person("cor_a1").text_size == 18


def test_a_new_e_mail_address_needs_the_present_password_but_a_telephone_does_not(app: Flask) -> None:
    visitor = Visitor(app, "cor_a1")
    visitor.get("/account/contact")
    visitor.send(visitor.form_with("email"), {"email": "he@example.cn", "phone": ""}, 400)
    assert visitor.find("//input[@name='email']")[0].get("value") == "he@example.cn", "what was typed stays"
    visitor.send(visitor.form_with("email"), {"email": "he@example.cn", "present_password": cast.PASSWORD})
    visitor.get("/account/contact")
    visitor.send(visitor.form_with("email"), {"phone": "027-8888 1911"})
    person = cast.person("cor_a1")
    assert (person.email, person.phone) == ("he@example.cn", "027-8888 1911")


def test_contact_is_refused_with_a_sentence_beside_the_field(app: Flask) -> None:
    visitor = Visitor(app, "cor_a1")
    for field, wrong in (
            ("email", "no address"), ("email", "a@b@c.cn"), ("email", "a@b.cn\r\nBcc: x@evil.example"),
            ("email", "x" * 190 + "@b.cn" * 4), ("phone", "call me"), ("phone", "1" * 31), ("phone", "123\x0045678")):
        visitor.get("/account/contact")
        visitor.send(visitor.form_with("email"), {field: wrong, "present_password": cast.PASSWORD}, 400)
        assert visitor.find(f"//*[@id='{field}-error']"), wrong
    assert (cast.person("cor_a1").email, cast.person("cor_a1").phone) == ("", "")


def test_what_is_not_asked_for_is_not_taken(app: Flask) -> None:
    visitor = Visitor(app, "cor_a1")
    more = {"role": "administrator", "unit_id": "1", "is_active": "0", "name": "别人", "login": "adm2", "id": "1",
            "person_id": "1", "password_hash": "x"}
    visitor.post("/account/contact", {"phone": "027-8888", **more}, 200)
    visitor.post("/account/reading", {"locale": "zh_Hans_CN", "text_size": "18", "text_face": "song", **more}, 200)
    person = cast.person("cor_a1")
    assert (person.name, person.login, person.is_active, person.phone) == ("何晓晴", "cor_a1", True, "027-8888")
    roles = db.session.scalars(select(Membership.role).where(Membership.person_id == person.id)).all()
    assert roles == [Role.CORRESPONDENT]


def test_a_name_with_markup_is_shown_as_text(app: Flask) -> None:
    name = "<b>何</b>{{7*7}}"
    people.change_person(None, cast.person("cor_a1"), None, login="cor_a1", name=name, email="", phone="")
    db.session.commit()
    visitor = Visitor(app, "cor_a1")
    visitor.get("/account")
    assert name in visitor.text and not visitor.find("//main//b")


# --- Sessions ---------------------------------------------------------------------------------------------------


def test_one_sees_where_one_is_logged_in_and_ends_it_there(app: Flask) -> None:
    here = Visitor(app, "cor_a1")
    other = Visitor(app)
    other.get("/login")
    phone = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"}
    other.send(other.form_with("login"), {"login": "cor_a1", "password": cast.PASSWORD}, headers=phone)
    here.get("/account")
    assert "Chrome, Android" in here.text
    assert len(here.find("//form[contains(@action, '/end') and not(contains(@action, 'others'))]")) == 1, "not this one"
    here.send(here.form_to("/end"))
    assert "Chrome, Android" not in here.text
    other.get("/account")
    assert other.url == "/login"


def test_one_ends_all_other_sessions_at_once(app: Flask) -> None:
    here, others = Visitor(app, "cor_a1"), [Visitor(app, "cor_a1") for _ in range(2)]
    here.get("/account")
    here.send(here.form_to("/end-others"))
    assert here.url == "/account" and "/end-others" not in str(here.actions())
    for other in others:
        other.get("/account")
        assert other.url == "/login"


def test_nobody_ends_the_session_of_somebody_else(app: Flask) -> None:
    victim, other = Visitor(app, "cor_a2"), Visitor(app, "cor_a1")
    session_id = db.session.scalars(select(WebSession.id).join(Person).where(Person.login == "cor_a2")).one()
    db.session.rollback()
    other.post(f"/account/sessions/{session_id}/end", {}, 404)
    victim.get("/account")
    assert victim.url == "/account"


def test_changes_of_an_account_are_events(app: Flask) -> None:
    visitor = Visitor(app, "cor_a1")
    visitor.get("/account")
    visitor.send(visitor.form_with("text_size"), {"text_size": "20"})
    visitor.get("/account/contact")
    visitor.send(visitor.form_with("email"), {"phone": "027-8888"})
    visitor.get("/account/password")
    visitor.send(visitor.form_with("again"), {"present_password": cast.PASSWORD, "new_password": NEW, "again": NEW})
    Visitor(app, "cor_a1", NEW)
    visitor.get("/account")
    visitor.send(visitor.form_to("/end-others"))
    person = cast.person("cor_a1")
    events = db.session.scalars(select(Event).where(Event.actor_id == person.id).order_by(Event.seq)).all()
    assert [event.kind for event in events] == ["login", "profile", "profile", "password", "login", "sessions-ended"]
    assert not any(secret in str(event.data) for event in events for secret in (NEW, "027-8888"))
