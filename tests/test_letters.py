"""Mail over real SMTP: who gets what, when, once; and servers that are slow, refuse or break."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from editorial import clock, jobs
from editorial.actions import jobs as rows
from editorial.actions import mailing, manuscripts, people, reviewing
from editorial.config import BadSetting, read
from editorial.db import db
from editorial.jobs import letters
from editorial.models import Event, Person
from editorial.tables.jobs import Job
from editorial.tables.messages import Letter, OutboxMessage
from tests import cast
from tests.client import Visitor
from tests.conftest import KEY, make_app
from tests.mail import PostOffice

HOLD = timedelta(minutes=6)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server that behaves well, until it is told otherwise."""
    office = PostOffice()
    with office.open():
        yield office


@pytest.fixture
def house(database_url: str, tmp_path: Path, office: PostOffice) -> Iterator[Flask]:
    """The application with this mail server; everybody has an address."""
    app = make_app(database_url, tmp_path, base_url="http://gao.example", smtp_host="127.0.0.1", smtp_tls="none",
                   smtp_port=office.port, mail_from="desk@gao.example", demo=True)
    with app.app_context():
        db.session.execute(update(Person).values(email=Person.login_key + "@unit.example"))
        db.session.commit()
        jobs.arm(app)
        yield app
        db.session.remove()
        db.engine.dispose()


def work(app: Flask, after: timedelta = HOLD) -> None:
    """What the worker does within some time from now."""
    db.session.commit()
    with clock.at(clock.now() + after):
        jobs.Worker(app).drain()


def to(office: PostOffice, key: str) -> list[EmailMessage]:
    """The letters that somebody got."""
    return [letter for letter in office.letters if letter["To"] == f"{key}@unit.example"]


def text(letter: EmailMessage, kind: str = "plain") -> str:
    """What a letter says, in one of its two forms."""
    body = letter.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def test_a_letter_says_what_happened_in_both_forms_under_the_right_headers(house: Flask, office: PostOffice) -> None:
    code = cast.submitted().code
    work(house)
    [letter] = to(office, "sig_a")
    for said in (text(letter), text(letter, "html")):
        assert "江滩芦苇节开幕" in said
        assert "何晓晴送审第 1 版" in said
        assert f"http://gao.example/manuscripts/{code}" in said
        assert "Hello" not in said
    assert letter["From"].addresses[0].addr_spec == "desk@gao.example"
    assert "江滩芦苇节开幕" in letter["Subject"]
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] == "<http://gao.example/account/mail>"
    assert letter["References"] == letter["In-Reply-To"] == f"<{code}.thread@gao.example>"
    assert re.fullmatch(r"<[0-9a-f]{32}@gao\.example>", letter["Message-ID"])
    assert "市民在江边散步" not in letter.as_string() + text(letter)  # no text of the manuscript


def test_each_reader_gets_one_letter_in_their_language_and_nobody_two(house: Flask, office: PostOffice) -> None:
    cast.person("sig_a").locale = "en"
    cast.submitted()
    for _time in range(3):
        work(house)
    assert [letter["To"] for letter in office.letters] == ["sig_a@unit.example"]
    assert "Hello" in text(office.letters[0])


def test_what_is_undone_or_read_or_may_not_be_known_any_more_is_not_sent(house: Flask, office: PostOffice) -> None:
    undone = cast.signed()
    reviewing.undo(cast.actor("sig_a"), undone, None)
    withdrawn = cast.signed("cor_a2")
    manuscripts.withdraw(cast.actor("cor_a2"), withdrawn, None, "活动取消")
    read_already = cast.submitted("cor_b1")
    db.session.execute(update(OutboxMessage).where(OutboxMessage.manuscript_id == read_already.id).values(
        read_at=clock.now()))
    work(house)
    assert [*to(office, "pol_n"), *to(office, "sig_b")] == []


def test_a_digest_comes_once_a_day_at_its_hour(house: Flask, office: PostOffice) -> None:
    start = (clock.now() + timedelta(days=1)).astimezone(clock.zone()).replace(hour=10, minute=0)
    with clock.at(start):  # after the house armed its jobs, whatever hour it is now
        mailing.choose(cast.actor("sig_a"), {"due": "digest"}, 17)
        signed, waits = cast.signed("cor_a1").code, cast.submitted("cor_a2").code
        work(house)
        assert to(office, "sig_a") == []
    with clock.at(start.replace(hour=17)):
        work(house, timedelta(minutes=1))
        work(house, timedelta(minutes=2))
    [letter] = to(office, "sig_a")
    assert text(letter).count("江滩芦苇节开幕") == 2
    assert text(letter).index(waits) < text(letter).index(signed), "what waits for the reader comes first"
    assert letter["Subject"].startswith("2 条消息")


def test_who_wants_it_in_the_program_only_gets_no_letter_but_for_what_may_not_go_silent(
        house: Flask, office: PostOffice) -> None:
    mailing.choose(cast.actor("sig_a"), {"due": "program"}, 8)
    cast.submitted()
    work(house)
    assert to(office, "sig_a") == []
    visitor = Visitor(house, "sig_a")
    visitor.get("/account/mail")
    assert not visitor.find("//input[@name='reminder' and @value='program']")
    visitor.post("/account/mail", {"due": "now", "reminder": "program"}, 400)


def test_a_server_that_is_away_for_an_hour_delays_and_loses_nothing(house: Flask) -> None:
    closed = PostOffice()
    house.extensions["settings"] = replace(letters.settings(), smtp_port=closed.port)
    cast.submitted()
    start = clock.now()
    for minutes in range(0, 60, 6):
        work(house, timedelta(minutes=minutes))
    assert closed.letters == []
    with closed.open(), clock.at(start + timedelta(hours=1)):
        work(house, timedelta(hours=1))
        work(house, timedelta(hours=1))
    assert [letter["To"] for letter in closed.letters] == ["sig_a@unit.example"]


@pytest.mark.parametrize("mood", ["slow", "broken", "later"])
def test_a_server_that_is_slow_breaks_off_or_puts_off_is_asked_again_under_the_same_id(
        house: Flask, office: PostOffice, mood: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "PATIENCE", 0.5)
    cast.submitted()
    office.mood = mood
    work(house)
    office.mood = "well"
    assert db.session.scalars(select(Letter.sent_at)).all() == [None]
    work(house, timedelta(minutes=20))
    assert len({letter["Message-ID"] for letter in to(office, "sig_a")}) == 1
    assert db.session.scalars(select(Job.state).where(Job.kind == "letter")).all() == ["done"]


def test_mail_that_fails_for_good_is_told_to_the_administrator_once(house: Flask, office: PostOffice) -> None:
    office.mood = "never"
    cast.submitted()
    work(house)
    work(house, timedelta(hours=1))  # the letter to the administrator fails as well: of that nobody is told
    office.mood = "well"
    assert db.session.scalars(select(Event.reason).where(Event.kind == "mail-failed")).all() == ["550 no such mailbox"]
    db.session.rollback()
    with clock.at(clock.now() + timedelta(hours=2)):
        visitor = Visitor(house, "adm")
        for page in ("/messages", f"/admin/people/{cast.person('sig_a').id}", "/admin/jobs"):
            visitor.get(page)
            assert "550 no such mailbox" in visitor.text


def test_a_forgotten_password_brings_a_link_that_works_once(house: Flask, office: PostOffice) -> None:
    visitor = Visitor(house)
    visitor.get("/login/forgot")
    visitor.send(visitor.form_with("who"), {"who": "cor_a1"})
    work(house, timedelta(minutes=1))
    [letter] = to(office, "cor_a1")
    [link] = set(re.findall(r"http://gao\.example(/link/\S+)", text(letter)))
    assert letter["List-Unsubscribe"] is None
    visitor.get(link)
    new = "东湖落雁桥上看日落-2026"
    visitor.send(visitor.form_with("new_password"), {"new_password": new, "again": new})
    Visitor(house, "cor_a1", new)
    visitor.get(link, 400)


def test_an_invitation_is_sent_by_mail_where_the_administrator_says_so(house: Flask, office: PostOffice) -> None:
    person_id = people.create_person(None, "xin_ren", "新人", email="xin_ren@unit.example").id
    db.session.commit()
    visitor = Visitor(house, "adm")
    visitor.get(f"/admin/people/{person_id}")
    visitor.send(visitor.form_to("/invitation"))
    work(house, timedelta(minutes=1))
    [letter] = to(office, "xin_ren")
    visitor.client.delete_cookie("editorial")
    Visitor(house).get(re.findall(r"http://gao\.example(/link/\S+)", text(letter))[0])


def test_what_people_type_makes_no_header_and_no_markup(house: Flask, office: PostOffice) -> None:
    """E01, E14."""
    title = "<script>alert(1)</script> %(who)s {{ 7*7 }}"
    turned = "\u202e\u2066" + title  # what would turn the words after it
    manuscript = cast.draft(text=cast.TEXT.__class__(turned, cast.TEXT.byline, cast.TEXT.html))
    manuscripts.submit(cast.actor("cor_a1"), manuscript, None)
    people.change_person(None, cast.person("sig_b"), None, login="sig_b", name="秦川\r\nBcc: all@x.example",
                         email="bad\r\nBcc: all@x.example", phone="")
    cast.submitted("cor_b1")
    work(house)
    [letter] = to(office, "sig_a")
    assert "<script>" not in text(letter, "html")
    assert title in text(letter)
    assert title in letter["Subject"]
    assert not {"\u202e", "\u2066"} & {*text(letter), *text(letter, "html"), *letter["Subject"]}
    assert len(letters.shorten("很长的标题\n" * 50)) == letters.LONGEST
    assert len(office.letters) == 1
    states = select(Job.state).where(Job.kind == "letter").order_by(Job.id)
    assert db.session.scalars(states).all() == ["done", "failed"]


def test_a_letter_that_left_is_not_sent_again_by_a_worker_that_comes_late(house: Flask, office: PostOffice) -> None:
    cast.submitted()
    work(house)
    job = db.session.scalars(select(Job).where(Job.kind == "letter")).one()
    job.state = "failed"
    rows.try_again(cast.actor("adm"), job)
    work(house)
    assert len(office.letters) == 1


def test_settings_without_which_no_letter_can_be_written_stop_the_start() -> None:
    base = {"SECRET_KEY": KEY, "SMTP_HOST": "mail.example"}
    for more in ({}, {"MAIL_FROM": "desk@gao.example"}, {"BASE_URL": "https://gao.example", "MAIL_FROM": "desk"},
                 {"BASE_URL": "https://gao.example", "MAIL_FROM": "a@b.example", "SMTP_TLS": "maybe"}):
        with pytest.raises(BadSetting):
            read(base | more)
    found = read(base | {"BASE_URL": "https://gao.example", "MAIL_FROM": "a@b.example", "SMTP_TLS": "tls"})
    assert (found.smtp_port, found.smtp_tls) == (465, "tls")
