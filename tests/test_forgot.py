"""The forgotten password: the same answer for everybody, one message, old links die, the administrator sees it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import argon2
import pytest
from flask import Flask
from sqlalchemy import func, select, update

from editorial import clock
from editorial.actions import people
from editorial.db import db
from editorial.models import Event, Person
from editorial.tables.logins import OneTimeLink
from editorial.tables.messages import OutboxMessage
from tests import cast
from tests.client import Visitor
from tests.pages import queries


def _ask(visitor: Visitor, who: str, status: int = 200) -> str:
    visitor.get("/login/forgot")
    visitor.send(visitor.form_with("who"), {"who": who}, status)
    return visitor.text


def _asked() -> list[str]:
    """The subjects of the requests in the record; the test's own look at the database ends with it."""
    found = list(db.session.scalars(select(Event.subject).where(
        Event.kind == "reset-asked", Event.subject != "").order_by(Event.seq)))
    db.session.rollback()
    return found


def _reachable(*keys: str) -> None:
    for key in keys:
        cast.person(key).email = f"{key}@Unit.example"
    db.session.commit()


def test_everybody_gets_the_same_answer(app: Flask) -> None:
    _reachable("cor_a1", "cor_b1")
    people.deactivate(None, cast.person("cor_b1"))
    wanted = [f"person:{cast.person(key).id}" for key in ("cor_a1", "adm")]
    db.session.commit()
    visitor = Visitor(app)
    answers = {_ask(visitor, who) for who in ("ＣＯＲ_A1", "nobody-at-all", "cor_b1", "adm", "cor_b1@unit.example")}
    assert len(answers) == 1
    assert _asked() == wanted


WHO = ("cor_a1", "nobody-at-all", "cor_b1", "adm", "unfinished")
"""Somebody with a role, nobody, a closed account, a privileged one, and one without a password yet."""


def _these_accounts() -> None:
    people.deactivate(None, cast.person("cor_b1"))
    people.create_person(None, "unfinished", "未完")
    db.session.commit()


def test_asking_is_the_same_work_for_every_account_and_for_none(app: Flask) -> None:
    """C11: the same statements, by number and kind; also where it is asked again."""
    _these_accounts()
    visitor, counted = Visitor(app), set()
    for who in (*WHO, *WHO):
        visitor.get("/login/forgot")
        form = visitor.form_with("who")
        with queries(app) as asked:
            visitor.send(form, {"who": who})
        counted.add(tuple(statement.split()[0] for statement in asked))
    assert len(counted) == 1, counted


def test_logging_in_is_the_same_work_for_every_account_and_for_none(
        app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """C11: one password is compared, with the same statements, and the page is the same."""
    _these_accounts()
    compared: list[str] = []
    compare = argon2.PasswordHasher.verify

    def counting(hasher: argon2.PasswordHasher, kept: str, password: str) -> Any:
        compared.append(kept.rpartition("$")[0].rpartition("$")[0])
        return compare(hasher, kept, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counting)
    visitor, answers = Visitor(app), set()
    for who in WHO:
        visitor.get("/login")
        form = visitor.form_with("login")
        compared.clear()
        with queries(app) as asked:
            visitor.send(form, {"login": who, "password": "不是这个-1911"}, 400)
        answers.add((tuple(compared), tuple(statement.split()[0] for statement in asked),
                     visitor.text.replace(who, "")))
    assert len(answers) == 1 and len(answers.pop()[0]) == 1


def test_a_message_waits_for_whoever_has_an_address_and_holds_no_secret(app: Flask) -> None:
    _reachable("cor_a1")
    _ask(Visitor(app), "cor_a1@unit.EXAMPLE")
    event = db.session.scalars(select(Event).where(Event.kind == "reset-asked")).one()
    message = db.session.scalars(select(OutboxMessage)).one()
    assert (message.event_seq, message.person_id) == (event.seq, cast.person("cor_a1").id)
    assert (event.actor_id, event.data, event.reason) == (None, {}, "")
    assert db.session.scalar(select(func.count(OneTimeLink.id))) == 0  # it is made when the message leaves
    db.session.rollback()
    _ask(Visitor(app), "adm")
    assert db.session.scalar(select(func.count(OutboxMessage.id))) == 1


def test_the_owner_hears_of_a_link_that_an_administrator_made_and_the_message_holds_none(app: Flask) -> None:
    token = people.make_link(cast.actor("adm"), cast.person("cor_a1"), "reset")
    people.make_link(cast.actor("adm"), cast.person("cor_b1"), "invite")
    message = db.session.scalars(select(OutboxMessage)).one()
    assert (message.person_id, message.kind) == (cast.person("cor_a1").id, "account")
    db.session.commit()
    owner = Visitor(app, "cor_a1")
    owner.get("/messages")
    assert f"{cast.person('adm').name} 为你的账号" in owner.text and token not in owner.text


def test_asking_ends_older_reset_links_and_no_invitation(app: Flask) -> None:
    for purpose, left in (("reset", 0), ("invite", 1)):
        db.session.execute(update(Person).values(reset_asked_at=None))
        people.make_link(None, cast.person("cor_a1"), purpose)
        db.session.commit()
        _ask(Visitor(app), "cor_a1")
        assert db.session.scalar(select(func.count(OneTimeLink.id))) == left
        db.session.rollback()


def test_whoever_asks_again_and_again_waits_and_one_message_is_enough(app: Flask) -> None:
    _reachable("cor_a1")
    visitor = Visitor(app)
    start = clock.now()
    with clock.at(start):
        for _time in range(5):
            _ask(visitor, "cor_a1")
        for who in ("cor_a1", "CoR_a1"):
            _ask(visitor, who, 429)
        _ask(visitor, "cor_a2")
        assert len(_asked()) == 2
        Visitor(app, "cor_a1")  # log-in is counted by itself
    with clock.at(start + timedelta(minutes=16)):
        _ask(visitor, "cor_a1")
    assert len(_asked()) == 3


def test_the_administrator_sees_it_until_there_is_a_link(app: Flask) -> None:
    person_id = cast.person("cor_a1").id
    revision = cast.person("cor_a1").revision
    db.session.rollback()
    admin = Visitor(app, "adm")
    _ask(Visitor(app), "cor_a1")
    assert cast.person("cor_a1").revision == revision  # nobody's page goes out of date by a stranger's asking
    db.session.rollback()
    admin.get("/admin/people?only=asked")
    assert [link.get("href") for link in admin.find("//a[@class='row-title']")] == [f"/admin/people/{person_id}"]
    admin.get(f"/admin/people/{person_id}")
    assert "有人申请重设密码" in admin.text
    admin.send(admin.form_to("/link"))
    assert "有人申请重设密码" not in admin.text and "/link/" in admin.find("//input[@id='link']")[0].get("value")
    admin.get("/admin/people?only=asked")
    assert not admin.find("//a[@class='row-title']")
