"""The lists of those who sign and read: what waits, the most urgent first, and what was decided lately."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from editorial import clock
from editorial.actions import people, reviewing
from editorial.actions.texts import Text
from editorial.models import Manuscript
from editorial.terms import Role, State
from tests import cast
from tests.client import Visitor
from tests.pages import found, made, queries, seen, then


def _codes(visitor: Visitor, label: int = 0) -> list[str]:
    """The codes of the rows of the page's list number `label`."""
    lists = visitor.find("//ol[@data-rows]")
    return [code.text for code in lists[label].xpath(".//*[@class='code']")] if label < len(lists) else []


def test_what_waits_for_a_signature_stands_there_the_most_urgent_first(app: Flask) -> None:
    calm = made(cast.submitted)
    urgent = made(partial(cast.submitted, urgent=True))
    made(cast.draft)
    made(partial(cast.submitted, "cor_b1"))
    visitor = Visitor(app, "sig_a")
    visitor.get("/signoff")
    assert _codes(visitor) == [urgent, calm]
    assert "2" in visitor.find("//*[@class='lead']")[0].text


def test_nobody_is_asked_to_sign_their_own(app: Flask) -> None:
    people.give_role(None, cast.person("cor_a1"), Role.SIGNER, unit_id=cast.unit("unit_a").id)
    made(cast.submitted)
    theirs = made(partial(cast.submitted, "cor_a2"))
    visitor = Visitor(app, "cor_a1")
    visitor.get("/signoff")
    assert _codes(visitor) == [theirs]


def test_what_was_signed_lately_can_be_undone_from_the_list_while_its_messages_wait(app: Flask) -> None:
    code = made(cast.signed)
    visitor = Visitor(app, "sig_a")
    with clock.at(clock.now() + timedelta(minutes=6)):
        visitor.get("/signoff")
        assert _codes(visitor) == [code] and visitor.actions() == set()
    visitor.get("/signoff")
    visitor.send(visitor.form_to(f"/{code}/undo"))
    assert seen(code)[0] == State.AWAITING_SIGNOFF
    visitor.get("/signoff")
    assert _codes(visitor, 0) == [code] and _codes(visitor, 1) == []


def test_a_further_signature_comes_to_the_signer_above(app: Flask) -> None:
    code = made(partial(cast.submitted, "cor_further"))
    then(lambda m: reviewing.sign_off(cast.actor("sig_further"), m, None, True), code)
    below, above = Visitor(app, "sig_further"), Visitor(app, "sig_district")
    below.get("/signoff")
    assert _codes(below) == [code] and not below.find("//ol[@aria-label][1]//form[contains(@action, 'sign-off')]")
    assert len(below.find("//ol[@data-rows]")) == 1
    above.get("/signoff")
    assert _codes(above) == [code]
    above.get(f"/manuscripts/{code}")
    above.send(above.form_to("/sign-off"), {"stated": "y"})
    assert seen(code)[0] == State.IN_REVIEW


def test_a_signature_needs_its_statement(app: Flask) -> None:
    code = made(cast.submitted)
    visitor = Visitor(app, "sig_a")
    visitor.get(f"/manuscripts/{code}")
    visitor.send(visitor.form_to("/sign-off"), status=400)
    assert visitor.find("//*[@id='sign-off-stated-error']")
    assert seen(code)[0] == State.AWAITING_SIGNOFF


def test_a_reader_finds_what_is_theirs_and_what_can_be_claimed(app: Flask) -> None:
    mine, free, urgent = made(cast.signed), made(cast.signed), made(partial(cast.signed, urgent=True))
    taken, elsewhere = made(cast.signed), made(partial(cast.signed, offices=("t",)))
    then(lambda m: reviewing.claim(cast.actor("pol_n"), m, None), mine)
    then(lambda m: reviewing.claim(cast.actor("pol_n2"), m, None), taken)
    visitor = Visitor(app, "pol_n")
    visitor.get("/desk")
    assert _codes(visitor, 0) == [mine] and _codes(visitor, 1) == [urgent, free]
    assert elsewhere not in visitor.text
    visitor.send(visitor.form_to(f"/{free}/claim"))
    assert visitor.url == f"/manuscripts/{free}"
    assert visitor.actions() == {"pass", "return", "reject", "release"}
    visitor.get("/desk")
    assert sorted(_codes(visitor, 0)) == sorted([mine, free])


def test_what_a_stage_confirms_again_is_marked_and_says_which_version_it_passed(app: Flask) -> None:
    def edited() -> Manuscript:
        manuscript = cast.passed(cast.signed(), "pol_n", "con_n")
        reviewing.claim(cast.actor("qua_n"), manuscript, None)
        reviewing.edit(cast.actor("qua_n"), manuscript, None, Text("江滩芦苇节今起开幕", "本报讯", "<p>改过。</p>"))
        return manuscript

    code, fresh = made(edited), made(cast.signed)
    visitor = Visitor(app, "pol_n")
    visitor.get("/desk")
    marked = ["待再次确认" in " ".join(row.itertext()) for row in visitor.find("//ol[@data-rows]/li")]
    assert (_codes(visitor), _codes(visitor, 1), marked[:2]) == ([code], [fresh], [True, False])
    visitor.get(f"/manuscripts/{code}")
    noted = [" ".join(" ".join(one.itertext()).split()) for one in visitor.find("//ol[@class='route']/li")]
    assert ["已通过第 1 版，待确认" in line for line in noted] == [False, False, True, True, False, False]


def test_a_claim_from_a_list_that_is_out_of_date_is_refused(app: Flask) -> None:
    code = made(cast.signed)
    visitor = Visitor(app, "pol_n")
    visitor.get("/desk")
    then(lambda m: reviewing.claim(cast.actor("pol_n2"), m, None), code)
    visitor.send(visitor.form_to(f"/{code}/claim"), status=409)
    assert "郑明" in visitor.text
    assert found(code).assignee_id == cast.person("pol_n2").id


def test_what_was_decided_at_a_stage_can_be_undone_from_the_desk(app: Flask) -> None:
    code = made(lambda: cast.passed(cast.signed(), "pol_n"))
    visitor = Visitor(app, "pol_n")
    visitor.get("/desk")
    visitor.send(visitor.form_to(f"/{code}/undo"))
    visitor.get("/desk")
    assert _codes(visitor, 0) == [code]


def test_what_was_decided_lately_says_where_it_is_now_and_at_which_stage_it_was_decided(app: Flask) -> None:
    code = made(cast.published)
    passed = made(lambda: cast.passed(cast.signed(), "pol_n"))
    visitor = Visitor(app, "pol_n")
    visitor.get("/desk")
    for row in visitor.find("//section[@aria-labelledby='lately']//li"):
        now, mine = (row.xpath(f".//*[@class='{name}']")[0].text_content().split() for name in ("row-where", "row-act"))
        out = row.xpath(".//*[@class='code']")[0].text == code
        assert now == (["已刊发"] if out else ["审稿中", "内容关"]) and mine[:3] == ["政治关", "·", "通过"]
    assert _codes(visitor, -1) == [passed, code]


def test_what_left_the_office_is_no_longer_in_what_was_decided_lately(app: Flask) -> None:
    code = made(lambda: cast.passed(cast.signed(), "pol_n"))
    then(lambda m: reviewing.transfer(cast.actor("chief_n"), m, None, cast.office("t").id, "更合电视台"), code)
    visitor = Visitor(app, "pol_n")
    assert code not in visitor.get("/desk").text


@pytest.mark.parametrize("address", ["/signoff", "/desk"])
def test_whoever_has_nothing_to_do_there_is_told_so(app: Flask, address: str) -> None:
    made(cast.submitted)
    made(cast.signed)
    visitor = Visitor(app, "cor_b1")
    visitor.get(address)
    assert not visitor.find("//ol[@data-rows]") and visitor.find("//*[@class='empty']")


def _many(build: partial[Manuscript], count: int) -> list[str]:
    return [made(build) for _ in range(count)]


def test_lists_page_by_key(app: Flask) -> None:
    codes = _many(partial(cast.signed), 27)
    visitor = Visitor(app, "pol_n")
    visitor.get("/desk")
    first = _codes(visitor)
    visitor.get(visitor.find("//a[@rel='next']")[0].get("href"))
    assert first + _codes(visitor) == codes
    visitor.get("/desk?after=nonsense")
    assert _codes(visitor) == first


@pytest.mark.parametrize(("who", "address", "build"), [("sig_a", "/signoff", partial(cast.submitted)),
                                                       ("pol_n", "/desk", partial(cast.signed))])
def test_a_list_costs_as_many_queries_however_much_waits(app: Flask, who: str, address: str,
                                                         build: partial[Manuscript]) -> None:
    _many(build, 1)
    visitor = Visitor(app, who)
    with queries(app) as few:
        visitor.get(address)
    _many(build, 5)
    with queries(app) as many:
        visitor.get(address)
    assert len(many) == len(few) <= 16
