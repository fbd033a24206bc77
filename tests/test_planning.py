"""The publisher's plan: by channel and day, moved and taken off, embargoes, what stands against it; its calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select

from editorial import clock
from editorial.actions import manuscripts, planning, publishing
from editorial.actions.planning import Slot
from editorial.actions.publishing import Placement
from editorial.db import db
from editorial.errors import Conflict, Invalid, Invisible, Refused
from editorial.forms.planning import parse_move
from editorial.models import Event, Manuscript, Publication
from editorial.queries import planning as queries
from editorial.queries.clashes import Came, Meant, clashes
from editorial.tables.planning import Planned
from editorial.terms import State
from editorial.workflow import PLAN_TABLE, available
from tests import cast
from tests.client import Visitor
from tests.pages import found, made, then
from tests.pages import queries as asked

NOON = time(12)


def slot(days: int = 1, at: time | None = None, channel: int = 0, **more: str) -> Slot:
    """A place in the plan of the newspaper's office, so many days from today."""
    ids = [one.id for one in cast.office("n").channels]
    return Slot(ids[channel], clock.today() + timedelta(days=days), at, **more)


def meant(manuscript: Manuscript, *slots: Slot, by: str = "pub_n") -> Planned:
    """It is planned for each of these; gives the last."""
    return [planning.plan(cast.actor(by), manuscript, one) for one in slots or (slot(),)][-1]


# --- What stands against it: no database --------------------------------------------------------------------------

DAY = date(2026, 12, 1)
ONE = Meant(1, 1, 7, 3, DAY, None, "", "", State.ACCEPTED, False, False, None)
EVENING = datetime(2026, 12, 1, 10, tzinfo=UTC)  # 18:00 in Wuhan


@pytest.mark.parametrize(("change", "against"), [
    ({}, ()),
    ({"state": State.RETRACTED}, ("retracted",)),
    ({"state": State.IN_REVIEW}, ("uncleared",)),
    ({"state": State.PUBLISHED, "is_correcting": True}, ("correcting",)),
    ({"state": State.PUBLISHED, "is_asked": True}, ("asked",)),
    ({"until": EVENING}, ()),  # the day is not over by then
    ({"until": EVENING, "at": NOON}, ("embargo",)),
    ({"until": EVENING, "at": time(18)}, ()),
    ({"until": EVENING + timedelta(days=1)}, ("embargo",)),
    ({"day": DAY - timedelta(days=1)}, ("past",)),
])
def test_what_stands_against_a_place_is_told(change: dict[str, object], against: tuple[str, ...]) -> None:
    one = replace(ONE, **change)  # type: ignore[arg-type]
    assert clashes([one], [], {}, DAY) == {1: against}


def test_a_piece_twice_on_a_day_and_a_full_day_are_told() -> None:
    again, other = replace(ONE, id=2), replace(ONE, id=3, manuscript_id=8)
    elsewhere, later = replace(ONE, id=4, channel_id=4), replace(ONE, id=5, day=DAY + timedelta(days=1))
    assert clashes([ONE, elsewhere, later], [], {3: 1, 4: None}, DAY) == {1: (), 4: (), 5: ()}
    assert clashes([ONE, again], [], {3: 2}, DAY) == {1: ("twice",), 2: ("twice",)}
    assert clashes([ONE, other], [], {3: 1}, DAY) == {1: ("full",), 3: ("full",)}
    out = Came(9, 7, 3, EVENING, "", "")
    assert clashes([ONE, other], [out], {3: 2}, DAY) == {1: ("twice", "full"), 3: ("full",)}
    late = replace(out, published_at=datetime(2026, 12, 1, 17, tzinfo=UTC))  # past midnight in Wuhan
    assert clashes([ONE], [late], {3: 1}, DAY) == {1: ()}


@pytest.mark.parametrize("nonsense", ["", "1@2", "x@1@2026-12-01", "1@1@2026-13-01", "99999999999@1@2026-12-01"])
def test_what_no_button_says_moves_nothing(nonsense: str) -> None:
    assert parse_move("12@3@2026-12-05") == (12, 3, date(2026, 12, 5))
    assert parse_move(nonsense) is None


# --- The actions --------------------------------------------------------------------------------------------------


def test_who_plans_and_who_sets_an_embargo(app: Flask) -> None:
    def may(manuscript: Manuscript) -> dict[str, set[str]]:
        given = {key: {row.action.value for row in available(cast.actor(key), manuscript, PLAN_TABLE)}
                 for key in cast.CAST}
        return {key: actions for key, actions in given.items() if actions}

    everything = {"plan", "replan", "take-off", "embargo"}
    for cleared in (cast.accepted(), cast.published()):
        assert may(cleared) == {"pub_n": everything, "chief_n": {"embargo"}}
    assert may(cast.signed()) == {"pub_n": {"take-off", "embargo"}, "chief_n": {"embargo"}}
    assert may(cast.reach(State.RETRACTED)) == {"pub_n": {"take-off"}}
    assert may(cast.submitted()) == may(cast.reach(State.WITHDRAWN)) == {}


def test_a_place_is_planned_moved_and_taken_off_and_the_history_tells_it(app: Flask) -> None:
    manuscript = cast.accepted()
    planned, before = meant(manuscript, slot(2, NOON, place="A3")), manuscript.revision
    seen = planned.revision
    planning.move(cast.actor("pub_n"), planned, seen, slot(3, channel=1))
    assert (planned.day, planned.at, planned.channel.title) == (clock.today() + timedelta(days=3), None, "网站")
    with pytest.raises(Conflict, match="plan-moved"):
        planning.move_to(cast.actor("pub_n"), planned, seen, clock.today())
    planning.take_off(cast.actor("pub_n"), planned, None, "改发下周")
    with pytest.raises(Conflict, match="plan-ended"):
        planning.take_off(cast.actor("pub_n"), planned, None, "")
    with pytest.raises(Conflict, match="plan-ended"):
        planning.move(cast.actor("pub_n"), planned, None, slot())
    with pytest.raises(Refused):
        meant(manuscript, by="pub_t")
    assert (manuscript.state, manuscript.revision) == (State.ACCEPTED, before)
    kinds = db.session.scalars(select(Event.kind).where(Event.manuscript_id == manuscript.id).order_by(Event.seq)).all()
    assert kinds[-3:] == ["plan", "replan", "take-off"]
    for wrong, field in ((slot(-1), "day"), (slot(400), "day"), (replace(slot(), channel_id=0), "channel"),
                         (replace(slot(), channel_id=cast.office("t").channels[0].id), "channel")):
        with pytest.raises(Invalid, match=field):
            meant(manuscript, wrong)


def test_what_is_recorded_ends_the_nearest_place_of_its_channel(app: Flask) -> None:
    manuscript = cast.accepted()
    far, near, elsewhere = meant(manuscript, slot(5)), meant(manuscript, slot(0)), meant(manuscript, slot(0, channel=1))
    publishing.publish(cast.actor("pub_n"), manuscript, None, Placement(
        near.channel_id, clock.now(), "https://news.example/1"))
    assert [one.outcome for one in (far, near, elsewhere)] == [None, "published", None]
    assert near.publication_id == manuscript.publications[0].id


def test_what_came_out_in_an_embargo_is_recorded_once_that_is_said(app: Flask) -> None:
    manuscript, publisher = cast.accepted(), cast.actor("pub_n")
    until = clock.now() + timedelta(days=1)
    for when_, reason, wrong in ((clock.now() - timedelta(1), "等开幕", "until"), (until, " ", "reason")):
        with pytest.raises(Invalid, match=wrong):
            planning.embargo(publisher, manuscript, when_, reason)
    with pytest.raises(Conflict, match="no-embargo"):
        planning.embargo(publisher, manuscript, None, "")
    planning.embargo(cast.actor("chief_n"), manuscript, until, "等开幕")
    planning.embargo(publisher, manuscript, until + timedelta(hours=1), "开幕推迟")  # takes the place of the first
    assert manuscript.due_at is not None and manuscript.due_at > until + timedelta(days=1)  # nobody is late meanwhile
    place = Placement(slot().channel_id, clock.now(), "https://news.example/1")
    with pytest.raises(Invalid, match="early=embargoed"):
        publishing.publish(publisher, manuscript, None, place)
    with clock.at(until + timedelta(hours=2)):
        later = replace(place, published_at=clock.now(), address="https://news.example/2")
        publishing.publish(publisher, manuscript, None, later)
    publishing.publish(publisher, manuscript, None, replace(place, despite_embargo=True))
    told = db.session.scalars(select(Event.data).where(
        Event.manuscript_id == manuscript.id, Event.kind == "publish").order_by(Event.seq)).all()
    assert ["embargo" in data for data in told] == [False, True]
    planning.embargo(publisher, manuscript, None, "")
    assert planning.embargo_of(manuscript) is None


# --- The calendar -------------------------------------------------------------------------------------------------


def test_the_plan_is_its_office_s_and_what_was_withdrawn_or_left_it_is_not_there(app: Flask) -> None:
    kept, gone = cast.accepted(), cast.accepted()
    meant(kept, slot(0)), meant(gone, slot(0))
    manuscripts.withdraw(cast.actor("cor_a1"), gone, None, "活动取消。")
    shown = queries.calendar(cast.actor("chief_n"), view="day").days[0]
    assert [one.code for one in shown.entries] == [kept.code]
    assert queries.calendar(cast.actor("pub_t")).office.slug == "station"
    for key, office in (("pub_t", "changjiang"), ("cor_a1", ""), ("coord", "changjiang"), ("adm", "")):
        with pytest.raises(Invisible):
            queries.calendar(cast.actor(key), office)


def test_a_publisher_plans_moves_and_records_from_the_calendar(app: Flask) -> None:
    code, other = made(cast.accepted), made(cast.accepted)
    publisher = Visitor(app, "pub_n")
    publisher.get("/planning")
    assert publisher.text.count(code) == publisher.text.count(other) == 1  # among what is not planned yet
    publisher.get(f"/manuscripts/{code}/plan")
    day = clock.today() + timedelta(days=2)
    publisher.send(publisher.form_with("day"), {"day": "1999-01-01", "note": "配图"}, 400)
    publisher.send(publisher.form_with("day"), {"day": day.isoformat(), "at": "19:05", "place": "A3"})
    assert "19:05" in publisher.text and "配图" in publisher.text
    later = publisher.find("//button[@name='to']")[1].get("value")
    publisher.send(publisher.form_to("/planning/move"), {"to": later})
    assert "已改期" in publisher.text and code not in publisher.text  # the day that was looked at
    publisher.get(f"/planning?view=week&day={day + timedelta(days=1)}")
    place = publisher.find("//li[@data-slot]//a")[0].get("href")
    publisher.send(publisher.form_to("/planning/move"), {"to": later}, 409)  # a page that is out of date
    publisher.post("/planning/move", {"to": "nonsense", "form_key": "x1"}, 404)
    publisher.get(place)
    publisher.send(publisher.form_with("day"), {"day": day.isoformat()})
    publisher.get(place)
    publisher.send(publisher.form_to("/take-off"), {"reason": "改发下周"})
    publisher.get(f"/manuscripts/{code}")
    assert "的排期撤下" in publisher.text
    publisher.get(f"/manuscripts/{code}/plan")
    until = f"{clock.today() + timedelta(days=3)}T10:00"
    publisher.send(publisher.form_to("/embargo"), {"until": until, "reason": "等开幕"})
    assert "等开幕" in publisher.text
    publisher.get(f"/manuscripts/{code}")
    assert not publisher.find("//input[@name='early']")
    then(lambda one: meant(one, slot(channel=1, place="头条")), code)
    publisher.get(f"/manuscripts/{code}")
    form = publisher.fields(publisher.form_to("/publish"))
    assert (form["channel"], form["place"]) == (str(slot(channel=1).channel_id), "头条")
    db.session.rollback()
    publisher.send(publisher.form_to("/publish"), {"address": "https://news.example/1"}, 400)
    publisher.send(publisher.form_to("/publish"), {"early": "y"})
    assert "时间在禁发期内" in publisher.text
    reader = Visitor(app, "cor_a1")
    reader.get(f"/manuscripts/{code}")
    assert "等开幕" in reader.text  # its author knows why it waits
    stranger = Visitor(app, "cor_b1")
    stranger.get(f"/manuscripts/{code}")
    assert "等开幕" not in stranger.text


def test_the_chief_editor_reads_the_plan_and_moves_nothing(app: Flask) -> None:
    code = made(cast.accepted)
    then(lambda one: meant(one, slot(0)), code)
    chief = Visitor(app, "chief_n")
    chief.get("/planning?view=day")
    assert code in chief.text and not chief.find("//button[@name='to']")
    place = db.session.scalars(select(Planned.id)).one()
    db.session.rollback()
    chief.post("/planning/move", {"to": f"{place}@1@{clock.today()}", "form_key": "x2"}, 403)
    home = Visitor(app, "pub_n")
    home.get("/")
    assert "今日排期" in home.text and home.find("//ol[@class='plan-entries']//a")
    for key, plans in (("pub_n", True), ("pol_n", False)):
        reader = Visitor(app, key)
        reader.get(f"/manuscripts/{code}")
        assert bool(reader.find(f"//a[@href='/manuscripts/{code}/plan']")) is plans, key


def test_a_month_with_two_thousand_publications_takes_as_many_queries_as_an_empty_one(app: Flask) -> None:
    code = made(cast.published)
    visitor = Visitor(app, "pub_n")
    address = "/planning?view=month&day=2027-03-01"
    with asked(app) as few:
        visitor.get(address)
    manuscript = found(code)
    first = clock.bounds(date(2027, 3, 1), date(2027, 3, 31))[0]
    many = [{"manuscript_id": manuscript.id, "version_id": manuscript.version_id, "digest": "0" * 64,
             "channel_id": slot().channel_id, "published_at": first + timedelta(minutes=22 * n),
             "address": f"https://news.example/{n}", "place": "", "headline": "", "recorded_by_id": 1,
             "recorded_at": first} for n in range(2000)]
    db.session.execute(insert(Publication), many)
    db.session.execute(insert(Planned), [
        {"manuscript_id": manuscript.id, "channel_id": slot(channel=1).channel_id, "day": date(2027, 3, 1 + n % 31),
         "planned_by_id": 1, "planned_at": first, "revision": 1, "place": "", "note": ""} for n in range(500)])
    db.session.commit()
    with asked(app) as statements:
        answer = visitor.get(address)
    assert len(statements) == len(few)
    assert len(answer.data) < 150_000
    assert "已刊发 66" in visitor.text
    page = queries.calendar(cast.actor("pub_n"), view="day", day=date(2027, 3, 1))
    further = queries.calendar(cast.actor("pub_n"), view="day", day=date(2027, 3, 1), after=page.next)
    shown = [(one.slot, one.address) for each in (page, further) for one in each.days[0].entries]
    assert (len(shown), len(set(shown)), further.next) == (66 + 17, 66 + 17, None)
