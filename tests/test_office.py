"""An office at a glance: each number opens exactly what it counted; the chief editor gives and takes in the row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from editorial import clock
from editorial.actions import manuscripts, people, publishing, reviewing, steps
from editorial.actions.texts import Text
from editorial.db import db
from editorial.models import Manuscript, Person
from editorial.queries import lists, offices
from editorial.queries.offices import Wanted
from editorial.terms import Role, State
from tests import cast
from tests.client import Visitor
from tests.pages import found, made, queries, seen, then

OFFICE = "/offices/changjiang"
LIST = f"{OFFICE}/list"


def late(build: object = cast.signed, **more: object) -> Manuscript:
    """What was made so long ago that whoever has it is late."""
    with clock.at(clock.now() - timedelta(days=40)):
        return build(**more)  # type: ignore[operator, no-any-return]


def claimed(reader: str, *before: str) -> Manuscript:
    """Passed by those `before`, and taken by `reader`."""
    manuscript = cast.passed(cast.signed(), *before)
    reviewing.claim(cast.actor(reader), manuscript, None)
    return manuscript


def busy_office() -> None:
    """Manuscripts at every stage, on the desk and with people, in time and late; and in every state."""
    for state in State:
        cast.reach(state)
    late()
    late(cast.published)
    for reader, before in (("pol_n", ()), ("pol_n2", ()), ("con_n", ("pol_n",)), ("qua_n", ("pol_n", "con_n"))):
        claimed(reader, *before)
    with clock.at(clock.now() - timedelta(days=30)):
        claimed("con_n", "pol_n")
    cast.passed(cast.signed(), "pol_n2")
    cast.signed(offices=("n", "t"))
    correction = cast.published()
    publishing.correct(cast.actor("chief_n"), correction, None, Text("改题", "通讯员", "<p>改文。</p>"), "更正。")
    db.session.commit()


def id_of(key: str) -> int:
    """The id of a person of the cast; no transaction stays open."""
    answer = cast.person(key).id
    db.session.rollback()
    return answer


def numbers(visitor: Visitor) -> dict[str, int]:
    """The numbers of the open page, by the addresses that they open."""
    return {bar.xpath(".//a/@href")[0]: int("".join(bar.xpath(".//*[@class='bar-number']//text()")).replace(",", ""))
            for bar in visitor.find("//div[@class='bar']")}


def walk(visitor: Visitor, address: str) -> Iterator[str]:
    """The codes in a list, over all its pages."""
    while address:
        visitor.get(address)
        yield from visitor.find("//main//ol[@class='rows']//span[@class='code']/text()")
        address = next(iter(visitor.find("//a[@rel='next']/@href")), "")


# --- Who ------------------------------------------------------------------------------------------------------------


def test_the_office_is_open_to_its_staff_and_exists_for_nobody_else(app: Flask) -> None:
    for key in ("chief_n", "pol_n", "pub_n"):
        visitor = Visitor(app, key)
        visitor.get(OFFICE)
        visitor.get(LIST)
    for key in ("chief_t", "pol_t", "cor_a1", "sig_a", "com_d", "coord", "adm"):
        visitor = Visitor(app, key)
        visitor.get(OFFICE, 404)
        visitor.get(LIST, 404)
    Visitor(app, "chief_n").get("/offices/nowhere", 404)


def test_who_has_one_office_comes_to_it_and_who_has_two_chooses(app: Flask) -> None:
    visitor = Visitor(app, "chief_n")
    visitor.get("/offices")
    assert visitor.url == OFFICE
    people.give_role(None, cast.person("chief_n"), Role.CHIEF_EDITOR, office_id=cast.office("t").id)
    db.session.commit()
    visitor = Visitor(app, "chief_n")
    visitor.get("/offices")
    assert visitor.find("//main//li/a/@href") == [OFFICE, "/offices/station"]
    Visitor(app, "cor_a1").get("/offices", 404)


# --- Numbers and lists ----------------------------------------------------------------------------------------------


def test_every_number_opens_exactly_what_it_counted(app: Flask) -> None:
    busy_office()
    visitor = Visitor(app, "chief_n")
    visitor.get(OFFICE)
    counted = numbers(visitor)
    assert len(counted) > 12
    for address, number in counted.items():
        codes = list(walk(visitor, address))
        assert len(codes) == len(set(codes)) == number, address


def test_stages_and_people_add_up_to_what_is_under_review(app: Flask) -> None:
    busy_office()
    with app.test_request_context():
        glance = offices.glance(cast.actor("chief_n"), "changjiang")
    under_review = db.session.scalars(select(Manuscript).where(
        Manuscript.office_id == glance.office.id, Manuscript.stage_id.is_not(None))).all()
    assert glance.under_review == len(under_review)
    assert glance.late == sum(1 for one in under_review if one.due_at and one.due_at < clock.now()) > 0
    assert sum(load.held for load in glance.people) == sum(1 for one in under_review if one.assignee_id)
    assert [load.stage.slug for load in glance.stages] == ["political", "content", "quality"]
    for load in glance.stages:
        for days, number in load.waited.items():
            assert number == sum(1 for one in under_review if one.stage_id == load.stage.id
                                 and one.waiting_since < clock.now() - timedelta(days=days)), (load.stage.slug, days)
    assert glance.stages[0].waited[7] > 0
    oldest = min(one.waiting_since for one in under_review if one.stage_id == glance.stages[0].stage.id)
    assert glance.stages[0].oldest == oldest


def test_what_has_not_come_to_the_office_is_in_none_of_its_lists(app: Flask) -> None:
    waiting = made(cast.submitted)
    back = made(cast.submitted)
    then(lambda one: reviewing.return_(cast.actor("sig_a"), one, None, "数字请核实。"), back)
    elsewhere = made(lambda: cast.signed(offices=("t",)))
    visitor = Visitor(app, "chief_n")
    for address in (LIST, *(f"{LIST}?state={state.value}" for state in State)):
        assert {waiting, back, elsewhere}.isdisjoint(walk(visitor, address)), address
    visitor.get(OFFICE)
    assert set(numbers(visitor).values()) == {0}


def test_filters_come_together_and_what_means_nothing_is_left_out(app: Flask) -> None:
    busy_office()
    visitor = Visitor(app, "chief_n")
    held = list(walk(visitor, f"{LIST}?stage=content&holder={id_of('con_n')}"))
    with_late = list(walk(visitor, f"{LIST}?stage=content&holder={id_of('con_n')}&late=1"))
    assert (len(held), len(with_late)) == (2, 1)
    everything = set(walk(visitor, LIST))
    assert set(walk(visitor, f"{LIST}?state=draft&holder=²&asked=x&after=x&late=yes")) == everything
    assert list(walk(visitor, f"{LIST}?stage=nowhere")) == []


def test_lists_page_by_key(app: Flask) -> None:
    made_codes = {made(cast.signed) for _ in range(lists.PAGE + 3)}
    visitor = Visitor(app, "pol_n")
    codes = list(walk(visitor, LIST))
    assert len(codes) == lists.PAGE + 3 and set(codes) == made_codes


def test_pages_take_as_many_queries_whatever_is_in_them(app: Flask) -> None:
    visitor = Visitor(app, "chief_n")
    busy_office()
    appealed()

    def count(address: str) -> int:
        with queries(app) as statements:
            visitor.get(address)
        return len(statements)

    addresses = (OFFICE, LIST, f"{LIST}?state=published", f"{LIST}?asked=appeal")
    before = [count(address) for address in addresses]
    busy_office()
    appealed()
    assert [count(address) for address in addresses] == before


# --- What the chief editor is asked ---------------------------------------------------------------------------------


def appealed() -> str:
    """A rejection that its author appealed."""
    code = made(lambda: cast.reach(State.REJECTED))
    then(lambda one: manuscripts.appeal(cast.actor("cor_a1"), one, None, "来源已经附上。"), code)
    return code


def test_open_appeals_stand_on_top_until_they_are_heard(app: Flask) -> None:
    code = appealed()
    visitor = Visitor(app, "chief_n")
    visitor.get(OFFICE)
    assert code in visitor.text and "来源已经附上。" in visitor.text
    assert list(walk(visitor, f"{LIST}?asked=appeal")) == [code]
    then(lambda one: publishing.uphold(cast.actor("chief_n"), one, None, "理由不足。"), code)
    visitor.get(OFFICE)
    assert code not in visitor.text


def test_a_correction_that_was_asked_for_stands_there_until_it_is_made(app: Flask) -> None:
    code = made(cast.published)
    then(lambda one: manuscripts.request_correction(cast.actor("cor_a1"), one, None, "日期写错了。"), code)
    visitor = Visitor(app, "chief_n")
    visitor.get(OFFICE)
    assert "日期写错了。" in visitor.text
    assert list(walk(visitor, f"{LIST}?asked=correction")) == [code]
    text = Text("改题", "通讯员", "<p>改文。</p>")
    then(lambda one: publishing.correct(cast.actor("chief_n"), one, None, text, "日期已更正。"), code)
    assert list(walk(visitor, f"{LIST}?asked=correction")) == []
    visitor.get(LIST)
    assert code in visitor.text and "日期已更正。" in visitor.text


def test_what_was_transferred_shows_where_it_went_and_no_longer_where_it_was(app: Flask) -> None:
    code = made(cast.signed)
    then(lambda one: reviewing.transfer(cast.actor("chief_n"), one, None, cast.office("t").id, "更适合电视。"), code)
    there = Visitor(app, "chief_t")
    there.get("/offices/station")
    note, = there.find("//p[@class='row-note']/text()")
    assert code in there.text and cast.OFFICES["n"][1] in note and "更适合电视。" in note
    here = Visitor(app, "chief_n")
    here.get(OFFICE)
    assert code not in here.text and "更适合电视。" not in here.text
    for address in (LIST, f"{LIST}?asked=transfer", f"{LIST}?state=returned"):
        assert list(walk(here, address)) == []


# --- Giving and taking ----------------------------------------------------------------------------------------------


def test_the_chief_gives_a_manuscript_in_its_row_and_comes_back_to_the_same_list(app: Flask) -> None:
    code = made(cast.signed)
    visitor = Visitor(app, "chief_n")
    visitor.get(f"{LIST}?stage=political")
    visitor.send(visitor.form_to(f"{code}/assign"), {"person": str(id_of("pol_n2"))})
    assert visitor.answer is not None and visitor.answer.request.full_path == f"{LIST}?stage=political"
    assert cast.CAST["pol_n2"][0] in visitor.text
    assert found(code).assignee_id == id_of("pol_n2")


def test_the_chief_puts_a_manuscript_back_on_the_desk(app: Flask) -> None:
    code = made(lambda: claimed("pol_n"))
    visitor = Visitor(app, "chief_n")
    visitor.get(LIST)
    visitor.send(visitor.form_to(f"{code}/release"))
    assert found(code).assignee_id is None


def test_who_has_fewest_stands_on_top(app: Flask) -> None:
    for _ in range(2):
        made(lambda: claimed("pol_n"))
    code = made(cast.signed)
    visitor = Visitor(app, "chief_n")
    visitor.get(LIST)
    offered = visitor.form_to(f"{code}/assign").xpath(".//option/@value")
    assert offered == [str(id_of(key)) for key in ("pol_n2", "pol_n")]


def test_those_offered_are_those_who_may_read(app: Flask) -> None:
    stages = {stage.slug: stage for stage in cast.office("n").stages}
    for key, stage in (("cor_a1", "political"), ("sig_a", "political"), ("pol_n", "content"), ("con_n", "political")):
        people.give_role(None, cast.person(key), Role.STAGE_REVIEWER, office_id=stages[stage].office_id,
                         stage_id=stages[stage].id)
    people.deactivate(None, cast.person("pol_n2"))
    first, second, third = cast.signed(), cast.passed(cast.signed(), "pol_n"), claimed("con_n", "pol_n")
    with app.test_request_context():
        rows = {row.id: row for row in offices.listed(cast.actor("chief_n"), "changjiang", Wanted()).rows}
    everybody = db.session.scalars(select(Person.id)).all()
    for manuscript in (first, second, third):
        expected = {id_ for id_ in everybody if steps.may_read(manuscript, id_)} - {manuscript.assignee_id}
        assert {id_ for id_, _name in rows[manuscript.id].readers} == expected
    assert {id_ for id_, _name in rows[first.id].readers} == {cast.person(key).id for key in ("pol_n", "con_n")}
    assert {id_ for id_, _name in rows[third.id].readers} == set()


def test_who_may_not_read_is_not_given_it_whatever_is_sent(app: Flask) -> None:
    code = made(cast.signed)
    before = seen(code)
    visitor = Visitor(app, "chief_n")
    for person in (str(id_of("sig_a")), "0", "x", ""):
        visitor.get(LIST)
        visitor.send(visitor.form_to(f"{code}/assign"), {"person": person})
        assert visitor.find("//p[contains(@class, 'message-error')]"), person
        assert seen(code) == before


def test_other_staff_see_the_list_and_give_nothing(app: Flask) -> None:
    code = made(cast.signed)
    revision = seen(code)[1]
    data = {"person": str(id_of("pol_n")), "revision": str(revision)}
    for key in ("pol_n2", "pub_n"):
        visitor = Visitor(app, key)
        visitor.get(LIST)
        assert code in visitor.text and visitor.actions() == set()
        visitor.post(f"{LIST}/{code}/assign", data, 403)
        visitor.post(f"{LIST}/{code}/release", data, 403)
    Visitor(app, "chief_t").post(f"{LIST}/{code}/assign", data, 404)
    assert found(code).assignee_id is None


@pytest.mark.parametrize("act", ["assign", "release"])
def test_a_row_that_has_changed_meanwhile_is_refused(app: Flask, act: str) -> None:
    code = made(lambda: claimed("pol_n"))
    visitor = Visitor(app, "chief_n")
    visitor.get(LIST)
    form = visitor.form_to(f"{code}/{act}")
    then(lambda one: reviewing.release(cast.actor("pol_n"), one, None), code)
    then(lambda one: reviewing.claim(cast.actor("pol_n"), one, None), code)
    visitor.send(form, status=409)
    assert found(code).assignee_id == id_of("pol_n")
