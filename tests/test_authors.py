"""Who writes a story: colleagues who join, and what becomes of the work of somebody who leaves."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from editorial import invariants
from editorial.actions import authors, people, reviewing
from editorial.db import db
from editorial.errors import Invalid
from editorial.models import Manuscript, Person, StoryAuthor
from editorial.tables.messages import OutboxMessage
from editorial.terms import AssignmentState, Role, State
from editorial.workflow import available
from tests import cast
from tests.client import Visitor
from tests.pages import made


def test_an_author_lets_a_colleague_write_with_them(app: Flask) -> None:
    code = made(cast.draft)
    author = Visitor(app, "cor_a1")
    author.get(f"/manuscripts/{code}")
    colleague = str(cast.person("cor_a2").id)
    db.session.rollback()
    form = author.form_to("/add-author")
    assert [option.get("value") for option in form.xpath(".//option")] == [colleague]
    author.send(form, {"colleague": colleague})
    assert "邹" in author.text or cast.person("cor_a2").name in author.text
    db.session.rollback()
    other = Visitor(app, "cor_a2")
    other.get(f"/manuscripts/{code}/edit")


@pytest.mark.parametrize("who", ["cor_b1", "pol_n", "cor_a1", "sig_a"])
def test_nobody_else_joins(app: Flask, who: str) -> None:
    """Of another unit, no correspondent, an author already; and a signer who signed, though they write as well."""
    manuscript = cast.reach(State.RETURNED)
    people.give_role(None, cast.person("sig_a"), Role.CORRESPONDENT, unit_id=cast.unit("unit_a").id)
    with pytest.raises(Invalid, match="no-colleague"):
        authors.add_author(cast.actor("cor_a1"), manuscript, None, cast.person(who).id)


def test_an_author_stays_one(app: Flask) -> None:
    """Rule 3: who wrote a text decides nothing about it, so nobody is taken from a story."""
    manuscript = cast.draft(co_authors=["cor_a2"])
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(delete(StoryAuthor).where(StoryAuthor.story_id == manuscript.story_id))


def _leaving() -> Person:
    """cor_a1, with a draft, something returned, something in review, and something that cor_a2 writes as well."""
    cast.draft()
    cast.reach(State.RETURNED)
    cast.signed()
    cast.draft(co_authors=["cor_a2"])
    db.session.commit()
    return cast.person("cor_a1")


def test_the_page_says_what_would_be_left_and_a_colleague_takes_it_over(app: Flask) -> None:
    person_id = _leaving().id
    heir, unit = cast.person("cor_a2"), cast.unit("unit_a")
    value, heir_id = f"{unit.id}:{heir.id}", heir.id
    db.session.rollback()
    admin = Visitor(app, "adm")
    admin.get(f"/admin/people/{person_id}")
    form = admin.form_to("/deactivate")
    told = " ".join(" ".join(form.itertext()).split())
    for word in ("草稿", "退修", "审稿中"):
        assert word in told
    assert cast.TEXT.title not in admin.text
    admin.send(form, {}, 400)
    assert "没有人" in admin.text and cast.person("cor_a1").is_active
    db.session.rollback()
    admin.send(admin.form_to("/deactivate"), {"heirs": value})
    db.session.rollback()
    assert not cast.person("cor_a1").is_active
    for manuscript in db.session.scalars(select(Manuscript)):
        assert heir_id in manuscript.author_ids
        assert any(row.action.value in ("save", "withdraw") for row in available(cast.actor("cor_a2"), manuscript))
    assert db.session.scalar(select(OutboxMessage.id).where(OutboxMessage.person_id == heir_id).limit(1))
    assert list(invariants.broken(db.session())) == []


def test_an_heir_who_alone_signs_for_the_unit_is_told_of_before_and_taken_only_where_that_is_meant(app: Flask) -> None:
    """Nobody signs their own text: what such an heir takes over could not leave the unit."""
    author, heir, unit = cast.person("cor_further"), cast.person("sig_further"), cast.unit("unit_further")
    cast.submitted("cor_further")
    people.give_role(None, heir, Role.CORRESPONDENT, unit_id=unit.id)
    people.deactivate(None, cast.person("sig_district"))
    value, page = f"{unit.id}:{heir.id}", f"/admin/people/{author.id}"
    db.session.commit()
    admin = Visitor(app, "adm")
    admin.get(page)
    assert "乔木 · 花桥支部（该单位唯一的审签人）" in admin.text
    assert "请先给本单位或上级单位增加一名审签人" in admin.text
    admin.send(admin.form_to("/deactivate"), {"heirs": value}, 400)
    assert "任何人都不能签自己写的稿件" in admin.find("//*[@id='agreed-error']")[0].text
    assert not admin.find("//*[@class='summary']") and admin.find("//input[@id='agreed'][@data-focus]")
    db.session.rollback()
    people.activate(None, cast.person("sig_district"))
    db.session.commit()
    admin.get(page)
    assert "唯一的审签人" not in admin.text
    admin.send(admin.form_to("/deactivate"), {"heirs": value})
    assert not cast.person("cor_further").is_active
    db.session.rollback()


def test_where_nobody_can_take_it_over_the_administrator_says_that_it_is_meant(app: Flask) -> None:
    signer, admin = cast.person("sig_further"), cast.actor("adm")
    cast.submitted("cor_further")
    db.session.flush()
    chief = cast.person("chief_n")
    for person in (chief, cast.person("cor_further")):
        with pytest.raises(Invalid, match="left-alone"):
            authors.close_account(admin, person, None)
    authors.close_account(admin, signer, None)  # sig_district signs above
    authors.close_account(admin, chief, None, agreed=True)
    assert not chief.is_active


def test_an_heir_does_not_take_over_what_they_hold_or_decided(app: Flask) -> None:
    office, heir = cast.office("n"), cast.person("cor_a2")
    people.give_role(None, heir, Role.STAGE_REVIEWER, office_id=office.id, stage_id=office.stages[0].id)
    held, passed = cast.signed(), cast.signed()
    for manuscript in (held, passed):
        reviewing.claim(cast.actor("cor_a2"), manuscript, None)
    reviewing.pass_(cast.actor("cor_a2"), passed, None, cast.ANSWERS)
    unit = cast.unit("unit_a").id
    with pytest.raises(Invalid, match="left-alone"):
        authors.close_account(cast.actor("adm"), cast.person("cor_a1"), None, [(unit, heir.id)])
    assert held.assignee_id is None and heir.id in held.author_ids
    assert heir.id not in passed.author_ids


@pytest.mark.parametrize("state", [AssignmentState.OFFERED, AssignmentState.RETURNED])
def test_commentary_is_nobody_elses_to_write(app: Flask, state: AssignmentState) -> None:
    assignment = cast.assignment_in(state)
    authors.close_account(cast.actor("adm"), cast.person("ctr_d1"), None)
    assert assignment.state is AssignmentState.CANCELLED and assignment.reason
    assert list(invariants.broken(db.session())) == []
