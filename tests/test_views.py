"""Filters of what waits, which stand in the address; numbers that are true; views under a name."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flask import Flask
from sqlalchemy import select

from editorial import clock
from editorial.actions import calls, manuscripts, reviewing
from editorial.actions.texts import Text
from editorial.db import db
from editorial.models import Manuscript
from editorial.tables.calls import CallAnswer
from tests import cast
from tests.client import Visitor
from tests.pages import claimed, found, made, queries

CHANGED = Text("江滩芦苇节今起开幕", "本报讯", "<p>改过。</p>")


def _back() -> Manuscript:
    """Returned by the reader, changed and sent again, signed again: it waits for the same reader."""
    manuscript = claimed("pol_n")
    reviewing.return_(cast.actor("pol_n"), manuscript, None, "请补充来源。")
    manuscripts.save(cast.actor("cor_a1"), manuscript, None, CHANGED)
    manuscripts.resubmit(cast.actor("cor_a1"), manuscript, None, "补充了来源")
    reviewing.sign_off(cast.actor("sig_a"), manuscript, None, True)
    return manuscript


def _late() -> Manuscript:
    with clock.at(clock.now() - timedelta(days=40)):
        return cast.signed("cor_b1", signer="sig_b")


def _answers() -> Manuscript:
    """Written for a call of the office."""
    call = calls.issue(cast.actor("chief_n"), cast.office("n").id, calls.Wish("江滩", "写江滩。", clock.today()), None)
    draft = cast.draft()
    calls.tie(cast.actor("cor_a1"), draft, call.id)
    manuscripts.submit(cast.actor("cor_a1"), draft, None)
    reviewing.sign_off(cast.actor("sig_a"), draft, None, True)
    return draft


def _codes(visitor: Visitor, address: str) -> set[str]:
    visitor.get(address)
    return set(visitor.find("//section[not(@aria-labelledby='lately')]//ol[@data-rows]//*[@class='code']/text()"))


def _number(visitor: Visitor, label: str) -> int:
    return int(visitor.find(f"//div[@class='filters']//a[starts-with(normalize-space(.), '{label}')]/span/text()")[0])


def test_each_filter_shows_its_own_and_the_numbers_are_those_of_the_lists(app: Flask) -> None:
    back, late, urgent = made(_back), made(_late), made(partial(cast.signed, urgent=True))
    plain = {made(cast.signed) for _ in range(6)} | {(answer := made(_answers))}
    visitor = Visitor(app, "pol_n")
    assert _codes(visitor, "/desk") == {back, late, urgent, *plain}
    assert [_number(visitor, label) for label in ("全部", "逾期", "改后回来")] == [10, 1, 1]
    stage = found(late).stage_id
    other = cast.office("t").stages[0].id
    call = db.session.scalars(select(CallAnswer.call_id)).one()
    unit_b, genre = cast.unit("unit_b").id, found(late).genre_id
    for address, wanted in {
        "?only=late": {late}, "?only=back": {back}, "?urgent=1": {urgent}, "?since=7": {late},
        f"?unit={unit_b}": {late}, f"?unit={unit_b}&urgent=1": set(), f"?stage={other}": set(),
        f"?stage={stage}&genre={genre}": {back, late, urgent, *plain}, f"?office={cast.office('t').id}": set(),
        f"?call={call}": {answer}, f"?call={call + 1}": set(),
        "?stage=x&since=-1&only=all&unit=99999999999": {back, late, urgent, *plain},
    }.items():
        assert _codes(visitor, f"/desk{address}") == wanted, address


def test_the_way_on_and_the_next_one_keep_to_the_filters(app: Flask) -> None:
    late, first = made(_late), made(cast.signed)
    made(cast.signed)
    visitor = Visitor(app, "pol_n")
    visitor.get("/desk?only=late")
    visitor.get(f"/manuscripts/{late}")
    assert not visitor.find("//nav[@class='way']/a") and "已筛选" in visitor.text
    visitor.get("/desk")
    visitor.get(f"/manuscripts/{late}")
    assert visitor.find("//nav[@class='way']/a[@rel='next']/@href") == [f"/manuscripts/{first}"]
    visitor.get(f"/desk?unit={cast.unit('unit_a').id}")
    visitor.send(visitor.form_to("/desk/next"))
    assert visitor.url == f"/manuscripts/{first}"


def test_a_signer_filters_as_well(app: Flask) -> None:
    urgent = made(partial(cast.submitted, urgent=True))
    made(cast.submitted)
    assert _codes(Visitor(app, "sig_a"), "/signoff?urgent=1") == set()  # no sections there
    visitor = Visitor(app, "sig_a")
    visitor.get("/signoff?urgent=1")
    assert visitor.find("//ol[@data-rows]//*[@class='code']/text()") == [urgent]


def _save(visitor: Visitor, name: str, office: int = 0) -> None:
    visitor.get("/desk?only=late")
    visitor.send(visitor.form_with("name", "office"), {"name": name, "office": str(office)})


def _views(visitor: Visitor) -> list[str]:
    visitor.get("/desk")
    return [" ".join(link.text.split()) for link in visitor.find("//nav[@aria-label='视图']//a")][1:]


def test_a_view_is_its_owners_until_they_share_it_with_their_office(app: Flask) -> None:
    owner, colleague, stranger = Visitor(app, "pol_n"), Visitor(app, "con_n"), Visitor(app, "pol_t")
    _save(owner, "今日逾期")
    assert (_views(owner), _views(colleague)) == (["今日逾期"], [])
    _save(owner, "今日逾期", cast.office("n").id)
    assert (_views(owner), _views(colleague), _views(stranger)) == (["今日逾期"], ["今日逾期（郑直）"], [])
    assert owner.find("//nav[@aria-label='视图']//a/@href")[1] == "/desk?only=late"
    _save(owner, "再来一个")
    owner.get("/desk?only=late")
    address = owner.form_to("/drop").get("action")
    colleague.post(address, {}, status=404)
    stranger.post(address, {}, status=404)
    Visitor(app, "chief_n").post(address, {}, status=200)
    assert _views(owner) == ["再来一个"]


def test_a_view_is_shared_with_ones_own_office_alone_and_has_a_name(app: Flask) -> None:
    visitor = Visitor(app, "pol_n")
    visitor.post("/desk/views/desk?only=late", {"name": "x", "office": str(cast.office("t").id)}, status=400)
    visitor.post("/desk/views/desk?only=late", {"name": " ", "office": "0"}, status=400)
    visitor.post("/desk/views/office", {"name": "x", "office": "0"}, status=404)
    assert _views(visitor) == []
    for n in range(20):
        visitor.post("/desk/views/desk?only=late", {"name": f"视图{n}", "office": "0"}, status=200)
    visitor.post("/desk/views/desk?only=late", {"name": "第二十一", "office": "0"}, status=409)
    assert len(_views(visitor)) == 20


def test_the_desk_with_filters_costs_as_many_queries_however_much_waits(app: Flask) -> None:
    for _ in range(9):
        made(cast.signed)
    visitor, counts = Visitor(app, "pol_n"), []
    for _ in range(2):
        with queries(app) as sent:
            visitor.get("/desk?since=1&urgent=1")
        counts.append(len(sent))
        made(partial(cast.signed, urgent=True))
    assert counts[0] == counts[1] <= 20
