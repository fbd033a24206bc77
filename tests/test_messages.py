"""The inbox: once each, in the words of the history, after the hold, and only what its reader may know."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from editorial import clock
from editorial.actions import inbox as act
from editorial.actions import mailing, manuscripts, people, reviewing
from editorial.db import db
from editorial.models import Event, Membership
from editorial.queries import messages
from editorial.tables.messages import OutboxMessage
from tests import cast
from tests.client import Visitor
from tests.pages import queries

LATER = timedelta(minutes=6)
"""Longer than a decision can be undone."""


def told(key: str) -> list[str]:
    return [notice.text for notice in messages.inbox(cast.actor(key)).rows]


def test_a_decision_is_told_when_it_can_not_be_undone_any_more(app: Flask) -> None:
    with app.test_request_context():
        cast.submitted()
        assert told("sig_a") == ["何晓晴送审第 1 版，投长江日报编辑部，待本单位审签。"]
        manuscript = cast.signed("cor_a2")
        assert (told("cor_a2"), told("pol_n")) == ([], [])
        with clock.at(clock.now() + LATER):
            assert told("cor_a2") == ["百步亭支部审签人石敏签署了第 1 版，并对其负责。"]
            assert told("pol_n") == told("cor_a2")
            notice = messages.inbox(cast.actor("pol_n")).rows[0]
            assert (notice.duty, notice.due_at) == ("claim", manuscript.due_at)


def test_what_is_undone_is_told_to_nobody(app: Flask) -> None:
    with app.test_request_context():
        manuscript = cast.signed()
        reviewing.undo(cast.actor("sig_a"), manuscript, None)
        with clock.at(clock.now() + LATER):
            assert (told("cor_a1"), told("pol_n"), messages.unread(cast.actor("pol_n"))) == ([], [], 0)


def test_one_event_is_one_message_whatever_roles_somebody_has(app: Flask) -> None:
    with app.test_request_context():
        for stage in ("political", "content"):
            place = next(s for s in cast.office("n").stages if s.slug == stage)
            if stage == "content":
                people.give_role(None, cast.person("pol_n"), Membership.role.type.enum_class.STAGE_REVIEWER,
                                 office_id=place.office_id, stage_id=place.id)
        cast.signed(co_authors=["cor_a2"])
        with clock.at(clock.now() + LATER):
            assert len(told("pol_n")) == 1
        seqs = list(db.session.execute(select(OutboxMessage.event_seq, OutboxMessage.person_id)))
        assert len(seqs) == len(set(seqs))


def test_what_somebody_may_no_longer_see_is_neither_told_nor_counted(app: Flask) -> None:
    with app.test_request_context():
        manuscript = cast.signed()
        with clock.at(clock.now() + LATER):
            assert (len(told("pol_n")), messages.unread(cast.actor("pol_n"))) == (1, 1)
            manuscripts.withdraw(cast.actor("cor_a1"), manuscript, None, "活动取消")
            assert (told("pol_n"), messages.unread(cast.actor("pol_n"))) == ([], 0)
            membership = db.session.scalars(select(Membership).where(
                Membership.person_id == cast.person("con_n").id)).one()
            people.take_role(None, membership)
            assert told("con_n") == []


def test_the_author_is_not_told_who_read_where_the_office_does_not_show_it(app: Flask) -> None:
    with app.test_request_context():
        manuscript = cast.signed()
        reviewing.claim(cast.actor("pol_n"), manuscript, None)
        reviewing.return_(cast.actor("pol_n"), manuscript, None, "请补充时间")
        with clock.at(clock.now() + LATER):
            notice = messages.inbox(cast.actor("cor_a1")).rows[0]
            assert (notice.reason, notice.duty, notice.kind) == ("请补充时间", "revise", "mine")
            assert "郑直" not in notice.text


def test_the_number_in_the_head_and_the_page_agree_and_cost_little(app: Flask) -> None:
    for _number in range(3):
        cast.submitted()
    db.session.commit()
    visitor = Visitor(app, "sig_a")
    assert visitor.find("//a[contains(@class,'inbox')]/*[contains(@class,'count')]")[0].text == "3"
    visitor.get("/messages")
    assert len(visitor.find("//*[@class='row unread']")) == 3
    with app.test_request_context(), queries(app) as few:
        messages.unread(cast.actor("sig_a"))
        assert sum("outbox" in statement for statement in few) == 1
        few.clear()
        messages.inbox(cast.actor("sig_a"))
        first = sum(statement.startswith("SELECT") for statement in few)
        db.session.expunge_all()
        for _number in range(4):
            cast.submitted("cor_a2")
        db.session.commit()
        few.clear()
        messages.inbox(cast.actor("sig_a"))
        assert sum(statement.startswith("SELECT") for statement in few) == first


def test_to_open_a_message_reads_it_and_it_can_be_put_away(app: Flask) -> None:
    manuscript = cast.submitted()
    code = manuscript.code
    db.session.commit()
    visitor = Visitor(app, "sig_a")
    visitor.get("/messages")
    visitor.send(visitor.form_to("/open"))
    assert visitor.url == f"/manuscripts/{code}"
    assert not visitor.find("//a[contains(@class,'inbox')]/*[contains(@class,'count')]")
    visitor.get("/messages")
    visitor.send(visitor.form_to("/messages/settle-read"))
    assert not visitor.find("//*[contains(@class,'notices')]")
    visitor.get("/messages?show=settled")
    assert len(visitor.find("//*[contains(@class,'notices')]/li")) == 1


def test_anothers_messages_do_not_exist(app: Flask) -> None:
    cast.submitted()
    mine = db.session.scalars(select(OutboxMessage.id).where(OutboxMessage.person_id == cast.person("sig_a").id)).one()
    db.session.commit()
    for key in ("cor_a1", "adm", "coord"):
        visitor = Visitor(app, key)
        visitor.post(f"/messages/{mine}/open", {}, 404)
        visitor.post(f"/messages/{mine}/settle", {}, 404)
    assert act.settle(cast.actor("adm"), [mine]) == 0
    assert db.session.get_one(OutboxMessage, mine).settled_at is None


def test_a_held_message_can_not_be_opened(app: Flask) -> None:
    cast.signed()
    held = db.session.scalars(select(OutboxMessage.id).join(Event).where(
        Event.kind == "sign-off", OutboxMessage.person_id == cast.person("pol_n").id)).one()
    db.session.commit()
    Visitor(app, "pol_n").post(f"/messages/{held}/open", {}, 404)


def test_ones_deadlines_come_as_a_calendar_by_a_private_address_that_can_be_renewed(app: Flask) -> None:
    title = "江滩,芦苇节;开幕\\很长的题目" + "一" * 40
    manuscript = cast.draft(text=cast.TEXT.__class__(title, cast.TEXT.byline, cast.TEXT.html))
    manuscripts.submit(cast.actor("cor_a1"), manuscript, None)
    db.session.commit()
    visitor = Visitor(app, "sig_a")
    addresses = []
    for _time in range(2):
        visitor.get("/account/mail")
        visitor.send(visitor.form_to("/account/calendar"))
        addresses.append(str(visitor.find("//input[@id='feed']")[0].get("value")))
    client = app.test_client()
    assert client.get(addresses[0]).status_code == 404
    answer = client.get(addresses[1])
    lines = answer.get_data(as_text=True).replace("\r\n ", "").split("\r\n")
    assert answer.mimetype == "text/calendar"
    assert "SUMMARY:待审签 江滩\\,芦苇节\\;开幕\\\\很长的题目" + "一" * 40 in lines
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    assert [line for line in lines if line.startswith("DTEND:")] == [f"DTEND:{manuscript.due_at:%Y%m%dT%H%M%SZ}"]
    people.deactivate(None, cast.person("sig_a"))
    db.session.commit()
    assert client.get(addresses[1]).status_code == 404


@pytest.mark.parametrize("end", ["password", "everywhere", "closed"])
def test_whatever_ends_somebodys_sessions_for_good_ends_their_calendars_address(app: Flask, end: str) -> None:
    """It is read without a log-in: whoever got hold of it would go on reading."""
    person = cast.person("sig_a")
    addresses = [f"/calendar/{mailing.make_address(cast.actor(key), 'calendar')}.ics" for key in ("sig_a", "sig_b")]
    if end == "password":
        people.set_password(person, "江滩边的第二十盏灯")
    elif end == "everywhere":
        people.log_out_everywhere(cast.actor("adm"), person)
    else:
        people.deactivate(None, person)
        people.activate(None, person)
    db.session.commit()
    assert [app.test_client().get(address).status_code for address in addresses] == [404, 200]
