"""Conflicts of interest: declared from a manuscript, kept to in what is offered, ended by whoever declared it."""

from __future__ import annotations

from functools import partial

from flask import Flask
from sqlalchemy import select

from editorial.actions import interests, steps
from editorial.db import db
from editorial.models import Event
from tests import cast
from tests.client import Visitor
from tests.pages import claimed, found, made


def _declare(visitor: Visitor, code: str, about: str, status: int = 200) -> None:
    visitor.get(f"/manuscripts/{code}/interest")
    visitor.send(visitor.form_with("about"), {"about": about, "note": "同一小区"}, status=status)


def _desk(visitor: Visitor) -> set[str]:
    visitor.get("/desk")
    return set(visitor.find("//section[not(@aria-labelledby='lately')]//*[@class='code']/text()"))


def _id(key: str) -> int:
    answer = cast.person(key).id
    db.session.rollback()
    return answer


def test_what_an_interest_touches_leaves_ones_desk_and_comes_back_when_it_ends(app: Flask) -> None:
    held, free = made(partial(claimed, "pol_n")), made(cast.signed)
    other = made(partial(cast.signed, "cor_b1", signer="sig_b"))
    visitor = Visitor(app, "pol_n")
    assert _desk(visitor) == {held, free, other}
    _declare(visitor, held, f"kin:{_id('cor_a1')}")
    assert "何晓晴" in visitor.text
    assert _desk(visitor) == {other} and found(held).assignee_id is None
    assert _desk(Visitor(app, "pol_n2")) == {held, free, other}
    visitor.get("/interests")
    visitor.send(visitor.form_to("/end"))
    assert _desk(visitor) == {held, free, other}
    kinds = db.session.scalars(select(Event.kind).where(Event.kind.like("interest%")).order_by(Event.seq)).all()
    assert kinds == ["interest-declared", "interest-ended"]


def test_a_unit_above_counts_and_another_reason_is_for_one_story_alone(app: Flask) -> None:
    district = made(partial(cast.signed, "cor_further", signer="sig_further"))
    one, two = made(cast.signed), made(cast.signed)
    visitor = Visitor(app, "pol_n")
    _declare(visitor, one, "other")
    assert _desk(visitor) & {one, two} == {two}
    _declare(visitor, two, "unit")
    assert _desk(visitor) & {one, two} == set()
    assert district not in _desk(visitor)  # it awaits the signature above


def test_whoever_declared_one_is_neither_given_nor_told_of_it(app: Flask) -> None:
    code = made(cast.signed)
    interests.declare(cast.actor("pol_n"), found(code), "unit", None, "")
    db.session.commit()
    assert _id("pol_n") not in steps.people_due(found(code)) and _id("pol_n2") in steps.people_due(found(code))
    visitor = Visitor(app, "chief_n")
    visitor.get(f"/manuscripts/{code}")
    names = " ".join(visitor.form_to("/assign").xpath(".//option/text()"))
    assert "郑明" in names and "郑直" not in names
    visitor.get("/offices/changjiang/list")
    assert "郑直" not in " ".join(visitor.form_to(f"{code}/assign").xpath(".//option/text()"))


def test_an_interest_is_ones_own_and_about_what_one_sees(app: Flask) -> None:
    code, draft = made(cast.signed), made(cast.draft)
    visitor = Visitor(app, "pol_n")
    visitor.get(f"/manuscripts/{draft}/interest", status=404)
    for about in (f"kin:{_id('cor_b1')}", "nonsense", ""):
        _declare(visitor, code, about, status=400)
    _declare(visitor, code, "unit")
    visitor.get("/interests")
    address = visitor.form_to("/end").get("action")
    Visitor(app, "pol_n2").post(address, {}, status=404)
    visitor.post(address, {}, status=200)
    visitor.post(address, {}, status=404)
