"""Calls for manuscripts: who asks whom, who is told once, what answers, what each reader sees of it, who is silent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from editorial import access, clock
from editorial.actions import calls, manuscripts, people, reviewing
from editorial.actions.calls import Wish
from editorial.db import db
from editorial.errors import Conflict, Invalid, Invisible, Refused
from editorial.models import Event, Person
from editorial.queries import calls as queries
from editorial.queries import messages, writing
from editorial.tables.calls import Call, CallAnswer
from editorial.tables.messages import OutboxMessage
from editorial.workflow import CALL_TABLE, available
from tests import cast
from tests.client import Visitor
from tests.pages import queries as statements
from tests.servers import on_one_database


def called(by: str = "chief_n", units: Mapping[str, bool] | None = None, days: int = 14) -> Call:
    """A call of `by`, of these units (for True with all below) or of all."""
    office = cast.office("n").id if by == "chief_n" else None
    wish = Wish("社区运动会", "写参加的人，不写名单。", clock.today() + timedelta(days=days), None, "800 字")
    asked = None if units is None else {cast.unit(key).id: below for key, below in units.items()}
    return calls.issue(cast.actor(by), office, wish, asked)


def told(kind: str) -> list[str]:
    """The log-ins of those who have a message about an event of this kind, in order."""
    return sorted(db.session.scalars(select(Person.login_key).join(
        OutboxMessage, OutboxMessage.person_id == Person.id).join(Event).where(Event.kind == kind)))


# Who keeps a call, and for whom it exists: the office's call to unit_a alone, the coordinator's to the district and all
# below. Everybody else may nothing, and does not see it.
ALL = {"extend", "close", "cancel"}
PROMISED: dict[str, tuple[str, Mapping[str, bool] | None, str, str]] = {
    "an office's call": ("chief_n", {"unit_a": False}, "chief_n",
                         "cor_a1 cor_a2 sig_a sig_district pol_n pol_n2 con_n qua_n chief_n pub_n coord"),
    "the coordinator's call": ("coord", {"district": True}, "coord",
                               "cor_a1 cor_a2 cor_further sig_a sig_further sig_district coord"),
    "an office's call of all": ("chief_n", None, "chief_n",
                                "cor_a1 cor_a2 cor_b1 cor_further cor_free nobody sig_a sig_b sig_further sig_district"
                                " pol_n pol_n2 con_n qua_n chief_n pub_n coord"),
}


@pytest.mark.parametrize("which", PROMISED)
def test_a_call_is_kept_and_seen_by_those_who_are_named_alone(app: Flask, which: str) -> None:
    by, units, keeps, sees = PROMISED[which]
    call = called(by, units)
    for key in cast.CAST:
        actor = cast.actor(key)
        may = {row.action.value for row in available(actor, call, CALL_TABLE)}
        assert may == (ALL if key == keeps else set()), key
        listed = [row.code for row in queries.calls(actor, True).rows]
        assert listed == ([call.code] if key in sees.split() else []), key
        if key not in sees.split():
            with pytest.raises(Invisible):
                queries.call(actor, call.code)
        if key != keeps:
            with pytest.raises(Refused):
                calls.close(actor, call, None)
            with pytest.raises(Refused):
                calls.issue(actor, call.office_id, Wish("题目", "说明", clock.today()), None)
    assert told("call-issued") == sorted({"cor_a1", "cor_a2"} if units and "unit_a" in units else
                                         {"cor_a1", "cor_a2", "cor_further"} if units else
                                         {"cor_a1", "cor_a2", "cor_b1", "cor_further", "cor_free", "nobody"})


def test_what_is_missing_is_said_and_nobody_is_asked_twice_about_one_thing(app: Flask) -> None:
    wish = Wish(" ", "", clock.today() - timedelta(days=1), 999)
    with pytest.raises(Invalid) as error:
        calls.issue(cast.actor("coord"), None, wish, {999: True})
    assert set(error.value.fields) == {"topic", "brief", "last_day", "genre", "units"}
    with pytest.raises(Invalid) as error:
        called("coord", {"dept_d": True})
    assert error.value.fields == {"units": "nobody-asked"}
    call, chief = called(), cast.actor("chief_n")
    with pytest.raises(Invalid):
        calls.cancel(chief, call, call.revision, " ")
    with pytest.raises(Conflict, match="call-stale"):
        calls.extend(chief, call, call.revision - 1, clock.today() + timedelta(days=20))
    calls.extend(chief, call, call.revision, clock.today() + timedelta(days=20))
    calls.cancel(chief, call, call.revision, "改期举行。")
    assert told("call-extended") == told("call-cancelled") == told("call-issued")
    with pytest.raises(Conflict, match="call-ended"):
        calls.close(chief, call, None)
    with pytest.raises(Conflict, match="call-ended"):
        calls.extend(chief, call, None, clock.today())


def test_a_draft_answers_one_call_that_asks_its_unit_and_only_while_it_is_a_draft(app: Flask) -> None:
    first, second, others = called(), called("coord", {"district": True}), called(units={"unit_b": False})
    draft, author = cast.draft(co_authors=["cor_a2"]), cast.actor("cor_a1")
    calls.tie(author, draft, first.id)
    calls.tie(cast.actor("cor_a2"), draft, second.id)
    assert db.session.scalars(select(CallAnswer.call_id)).all() == [second.id]
    for key in ("cor_b1", "sig_a", "chief_n", "coord"):
        with pytest.raises(Refused):
            calls.tie(cast.actor(key), draft, None)
    calls.close(cast.actor("chief_n"), first, None)
    with clock.at(clock.now() + timedelta(days=15)):
        wrong = [first.id, others.id, second.id + 100, called(days=2).id + 1]
    for call_id in wrong:
        with pytest.raises(Invalid, match="call-over"):
            calls.tie(author, draft, call_id)
    calls.tie(author, draft, None)
    assert db.session.scalars(select(CallAnswer.call_id)).all() == []
    calls.tie(author, draft, second.id)
    manuscripts.submit(author, draft, None)
    with pytest.raises(Conflict, match="wrong-state"):
        calls.tie(author, draft, None)
    calls.tie(author, draft, second.id)  # as it was: the form of a manuscript that was sent says nothing new
    assert db.session.scalars(select(Event.data).where(Event.kind == "call-answered").order_by(Event.seq)).all() == [
        {"tied": True}, {"tied": True}, {"tied": False}, {"tied": True}]


def _came(call: Call) -> dict[str, int]:
    """How much came for each reader, the same on the call's page and in the list."""
    found = {}
    for key in ("cor_a1", "cor_a2", "cor_b1", "sig_a", "sig_b", "pol_n", "chief_n", "coord"):
        actor = cast.actor(key)
        page = queries.call_page(actor, call.code, None)
        row = next(row for row in queries.calls(actor, True).rows if row.code == call.code) if key != "sig_b" else page
        assert page.came == row.came == len({one.title for one in page.rows}), key
        assert all(one.assignee is None for one in page.rows)
        found[key] = page.came
    return {key: number for key, number in found.items() if number}


def test_what_came_is_what_its_reader_may_see_and_a_story_counts_once(app: Flask) -> None:
    call = called()
    draft = cast.draft(offices=("n", "t"))
    calls.tie(cast.actor("cor_a1"), draft, call.id)
    assert _came(call) == {"cor_a1": 1}
    assert _silent(call) >= {"百步亭支部", "关山支部"}
    sent = manuscripts.submit(cast.actor("cor_a1"), draft, None)
    assert len(sent) == 2 and _came(call) == {"cor_a1": 1, "sig_a": 1, "coord": 1}
    reviewing.sign_off(cast.actor("sig_a"), sent[0], None, True)
    inside = {"cor_a1": 1, "sig_a": 1, "pol_n": 1, "chief_n": 1, "coord": 1}
    assert _came(call) == inside
    assert "百步亭支部" not in _silent(call) and "关山支部" in _silent(call)
    assert queries.call_page(cast.actor("cor_a1"), call.code, None).silent is None
    assert queries.call_of(cast.actor("chief_n"), sent[0]) is call
    assert queries.call_of(cast.actor("chief_t"), sent[0]) is None


def _silent(call: Call) -> set[str]:
    """The units from which nothing came that the chief editor may see."""
    silent = queries.call_page(cast.actor("chief_n"), call.code, None).silent
    assert silent is not None
    return {unit.name for unit in silent.units}


def test_silent_units_are_reminded_once_before_the_last_day_and_those_who_asked_once_after_it(app: Flask) -> None:
    monday = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
    with clock.at(monday):
        call = called(units={"unit_a": False, "unit_b": False}, days=4)
        answer = cast.draft("cor_a1")
        calls.tie(cast.actor("cor_a1"), answer, call.id)
        manuscripts.submit(cast.actor("cor_a1"), answer, None)
    for hours, people_told in ((79, []), (80, ["cor_b1"]), (100, ["cor_b1"]), (110, ["chief_n", "cor_b1"]),
                               (500, ["chief_n", "cor_b1"])):
        with clock.at(monday + timedelta(hours=hours)):
            calls.remind()
            calls.remind()
        assert told("call-reminder") == people_told, hours
    with clock.at(monday + timedelta(days=21)):
        calls.extend(cast.actor("chief_n"), call, None, clock.today() + timedelta(days=7))
    with clock.at(monday + timedelta(days=27, hours=9)):
        calls.remind()
    assert told("call-reminder") == ["chief_n", "cor_b1", "cor_b1"]


def test_whoever_writes_for_the_unit_no_more_is_told_nothing_of_its_calls(app: Flask) -> None:
    called(units={"unit_a": False})
    reader = cast.actor("cor_a2")
    with force_locale("en"):
        assert [notice.title for notice in messages.inbox(reader).rows] == ["社区运动会"]
    assert messages.unread(reader) == 1
    people.take_role(None, cast.person("cor_a2").memberships[0])
    gone = access.actor_for(db.session(), reader.id)
    assert (messages.inbox(gone).rows, messages.unread(gone)) == ([], 0)
    assert queries.to_answer(gone) == [] and writing.mine(gone).rows == []


def test_lists_and_pages_cost_the_same_whatever_there_is(app: Flask) -> None:
    def cost() -> list[int]:
        found = []
        for key in ("cor_a1", "chief_n"):
            actor = cast.actor(key)
            db.session.expire_all()
            with statements(app) as sent:
                queries.calls(actor, True)
            found.append(len(sent))
            with statements(app) as sent:
                queries.call_page(actor, code, None)
            found.append(len(sent))
        return found

    code = called().code
    few = cost()
    for number in range(30):
        call = called(units={"unit_a": False}, days=20 + number)
        if number < 3:
            draft = cast.draft()
            calls.tie(cast.actor("cor_a1"), draft, call.id)
    assert cost() == few
    first = queries.calls(cast.actor("cor_a1"), True)
    rest = queries.calls(cast.actor("cor_a1"), True, first.next)
    assert len({row.code for row in (*first.rows, *rest.rows)}) == 31 and rest.next is None


@on_one_database
def test_from_asking_to_an_answer_on_the_pages(app: Flask) -> None:
    chief, author = Visitor(app, "chief_n"), Visitor(app, "cor_a1")
    chief.get("/calls")
    assert "目前没有征稿" in chief.text
    chief.get("/calls/new")
    form = chief.form_with("topic")
    typed = {"topic": "社区运动会", "brief": "写参加的人。", "length": "800 字"}
    chief.send(form, typed, status=400)
    assert "请至少勾选一个单位" in chief.text and "写参加的人。" in chief.text
    unit = f"{cast.unit('district').id}+"
    db.session.rollback()
    chief.send(chief.form_with("topic"), {**typed, "units": unit})
    code = chief.url.rsplit("/", 1)[1]
    assert "百步亭支部" in chief.text and "江岸区及下属全部单位" in chief.text
    author.get("/")
    assert "社区运动会" in author.text
    author.get("/messages")
    assert author.find("//span[@class='kind kind-call']/text()") == ["征稿"]
    author.get(f"/manuscripts/new?call={code}")
    chosen = author.find("//select[@name='call']/option[@selected]/text()")
    assert chosen == ["社区运动会"]
    written = {"title": "跑道上的爷爷", "body": "<p>六十六岁的他跑完了。</p>"}
    author.send(author.form_with("call"), written, button="save")
    author.get(f"/calls/{code}")
    assert "跑道上的爷爷" in author.text
    assert author.find("//h2[@id='came']/span/text()") == ["1"]
    chief.get(f"/calls/{code}")
    assert "跑道上的爷爷" not in chief.text
    chief.send(chief.form_to("/extend"), {"last_day": "2020-01-01"}, status=400)
    chief.send(chief.form_to("/close"))
    assert "已截稿" in chief.text and not chief.find("//form[contains(@action,'/close')]")
    chief.post(f"/calls/{code}/cancel", {"reason": "改期"}, status=409)
    author.post(f"/calls/{code}/cancel", {"reason": "改期"}, status=403)
    author.get("/calls?show=past")
    assert "社区运动会" in author.text
    author.get(f"/manuscripts/new?call={code}")
    assert "这次征稿已不再收稿" in author.text
    Visitor(app, "cor_b1").get(f"/calls/{code}", status=404)
    Visitor(app, "pol_n").get("/calls/new", status=403)
