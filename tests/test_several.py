"""Several at once: each manuscript under its own rules, and for each is said what happened or why not."""

from __future__ import annotations

from functools import partial

from flask import Flask
from sqlalchemy import func, select

from editorial.actions import desk, manuscripts, people, reviewing
from editorial.actions.texts import Text
from editorial.db import db
from editorial.models import Event
from editorial.terms import Role, State
from tests import cast
from tests.client import Visitor
from tests.pages import claimed, found, made, then
from tests.servers import on_one_database
from tests.test_proposing import held

CHANGED = Text("江滩芦苇节今起开幕", "本报讯", "<p>改过。</p>")


def _tick(visitor: Visitor, page: str, form: str, act: str, *codes: str, status: int = 200, **fields: str) -> None:
    """Tick these rows of the page's list, and press the button `act`."""
    visitor.get(page)
    values = [one for one in visitor.find(f"//input[@form='{form}']/@value") if one.partition("@")[0] in codes]
    assert len(values) == len(codes)
    visitor.send(visitor.find(f"//form[@id='{form}']")[0], {"picked": values, "act": act, **fields}, status=status)


def _came(visitor: Visitor) -> dict[str, str]:
    """What the page says of each."""
    return {row.xpath(".//*[contains(@class, 'code')]/text()")[0]:
            "".join(row.xpath(".//span[contains(@class, 'row-said')]/text()"))
            for row in visitor.find("//ol[@data-rows]/li")}


def _holder(code: str) -> int | None:
    return found(code).assignee_id


def _id(key: str) -> int:
    answer = cast.person(key).id
    db.session.rollback()
    return answer


def test_what_is_ticked_is_claimed_and_comes_back_to_the_list(app: Flask) -> None:
    first, second, left = made(cast.signed), made(cast.signed), made(cast.signed)
    visitor = Visitor(app, "pol_n")
    _tick(visitor, "/desk", "of-free", "claim", first, second)
    assert visitor.url == "/desk/several" and set(_came(visitor)) == {first, second}
    assert "2 篇已办，0 篇未办" in visitor.text
    assert [_holder(code) for code in (first, second, left)] == [_id("pol_n"), _id("pol_n"), None]
    visitor.get("/desk/several")
    assert set(_came(visitor)) == {first, second}
    assert visitor.find("//a[text()='回到列表']/@href") == ["/desk"]


def test_each_is_taken_under_its_own_rules_and_what_is_refused_leaves_the_others(app: Flask) -> None:
    people.give_role(None, cast.person("pol_n"), Role.CORRESPONDENT, unit_id=cast.unit("unit_a").id)
    free, taken, moved = made(cast.signed), made(cast.signed), made(cast.signed)
    own = made(partial(cast.signed, co_authors=["pol_n"]))
    away, draft = made(partial(cast.signed, offices=("t",))), made(cast.draft)
    visitor = Visitor(app, "pol_n")
    visitor.get("/desk")
    ticked = [f"{code}@{found(code).revision}" for code in (free, taken, moved, own, away, draft)]
    then(lambda one: reviewing.claim(cast.actor("pol_n2"), one, None), taken)
    then(lambda one: reviewing.claim(cast.actor("pol_n2"), one, None), moved)
    then(lambda one: reviewing.release(cast.actor("pol_n2"), one, None), moved)
    visitor.send(visitor.find("//form[@id='of-free']")[0], {
        "picked": [*ticked, ticked[0], "2026-999999@1", "nonsense"], "act": "claim"})
    said = _came(visitor)
    assert said.pop(free) == "已领取，由你审读。"
    assert said.pop(own).startswith("这是你写的稿件")
    assert said.pop(taken) == said.pop(moved) == "页面已过期：你打开之后，稿件有了变化。"
    assert set(said) == {away, draft, "2026-999999", "nonsense"} and len(set(said.values())) == 1
    assert "江滩芦苇节" not in "".join(said.values())
    assert [_holder(code) for code in (free, moved, own, away)] == [_id("pol_n"), None, None, None]
    denied = db.session.scalars(select(Event.subject).where(Event.kind == "denied")).all()
    assert list(denied) == [f"/manuscripts/{own}/claim"]


def test_several_are_returned_with_the_same_reason_which_has_to_be_there(app: Flask) -> None:
    first, second = made(partial(claimed, "pol_n")), made(partial(claimed, "pol_n"))
    desk.keep_reasons(cast.actor("chief_n"), cast.office("n"), 0, ["来源不明"])
    db.session.commit()
    visitor = Visitor(app, "pol_n")
    _tick(visitor, "/desk", "of-mine", "return", first, second, status=400)
    assert visitor.find("//*[@id='again-reason-error']")
    assert visitor.find("//form[@id='again']//select[@name='opening']//option[.='来源不明']")
    assert found(first).state is State.IN_REVIEW
    visitor.send(visitor.find("//form[@id='again']")[0], {
        "picked": visitor.find("//input[@form='again'][@checked]/@value"), "act": "return",
        "opening": "来源不明", "reason": "请补充采访对象。"})
    assert set(_came(visitor)) == {first, second}
    for code in (first, second):
        assert found(code).state is State.RETURNED
        assert found(code).last_decision.reason == "来源不明\n请补充采访对象。"  # type: ignore[union-attr]
    db.session.rollback()


@on_one_database
def test_several_are_proposed_to_be_returned_where_the_chief_editor_confirms_as_the_form_says(app: Flask) -> None:
    plain, first, second = made(partial(claimed, "pol_n")), made(held), made(held)
    visitor = Visitor(app, "pol_n")
    _tick(visitor, "/desk", "of-mine", "return", plain, first, second, reason="来源不全。")
    proposed = dict.fromkeys((first, second), "已提出建议，主编会收到通知。")
    assert _came(visitor) == {plain: "已退修，作者会收到理由。"} | proposed
    assert {code: found(code).state for code in (plain, first)} == {plain: State.RETURNED, first: State.IN_REVIEW}
    assert found(first).proposal_id and found(second).proposal_id
    db.session.rollback()


def test_a_chief_editor_gives_several_to_whoever_may_read_each(app: Flask) -> None:
    free, at_content = made(cast.signed), made(lambda: cast.passed(cast.signed(), "pol_n"))
    visitor = Visitor(app, "chief_n")
    _tick(visitor, "/offices/changjiang/list", "of-list", "assign", free, at_content, person=str(_id("pol_n2")))
    assert (_holder(free), _holder(at_content)) == (_id("pol_n2"), None)
    assert _came(visitor)[at_content].startswith("这位不能审这篇")
    _tick(visitor, "/offices/changjiang/list", "of-list", "release", free)
    assert _holder(free) is None


def test_a_pass_is_not_done_to_several_and_nothing_to_none(app: Flask) -> None:
    code = made(partial(claimed, "pol_n"))
    visitor = Visitor(app, "pol_n")
    for act in ("pass", "reject", "withdraw", "nonsense", ""):
        visitor.post("/desk/several", {"act": act, "picked": [f"{code}@{found(code).revision}"]}, status=404)
    visitor.post("/desk/several", {"act": "release", "form_page": "/desk"})
    assert visitor.url == "/desk" and "没有勾选" in visitor.text
    visitor.post("/desk/several", {"act": "release", "picked": [f"{code}-{n}@1" for n in range(51)]}, status=400)
    assert _holder(code) == _id("pol_n")
    assert db.session.scalar(select(func.count()).select_from(Event).where(Event.kind == "release")) == 0


def test_several_are_signed_only_after_each_was_opened(app: Flask) -> None:
    read, unread, changed = made(cast.submitted), made(cast.submitted), made(cast.submitted)
    visitor = Visitor(app, "sig_a")
    visitor.get("/signoff")
    assert not visitor.find("//input[@name='picked']")
    for code in (read, changed):
        visitor.get(f"/manuscripts/{code}")
    then(lambda one: manuscripts.recall(cast.actor("cor_a1"), one, None), changed)
    then(lambda one: manuscripts.save(cast.actor("cor_a1"), one, None, CHANGED), changed)
    then(lambda one: manuscripts.submit(cast.actor("cor_a1"), one, None), changed)
    visitor.get("/signoff")
    ticks = visitor.find("//input[@form='of-signs']/@value")
    assert [one.partition("@")[0] for one in ticks] == [read]
    ticks = [f"{code}@{found(code).revision}" for code in (read, unread, changed)]
    form = visitor.find("//form[@id='of-signs']")[0]
    visitor.send(form, {"picked": ticks, "act": "sign-off"}, status=400)
    assert visitor.find("//*[@id='again-stated-error']")
    visitor.send(visitor.find("//form[@id='again']")[0], {"picked": ticks, "act": "sign-off", "stated": "y"})
    assert [found(code).state for code in (read, unread, changed)] == [
        State.IN_REVIEW, State.AWAITING_SIGNOFF, State.AWAITING_SIGNOFF]
    assert _came(visitor)[unread] == _came(visitor)[changed] == "你还没有打开过它现在的文字，请先打开。"
