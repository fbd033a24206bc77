"""The demonstration city: it loads on both databases, everything in it holds, and it shows every state and role."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from editorial import calendar, clock, demo, invariants
from editorial.actions import passwords
from editorial.db import db
from editorial.demo import city
from editorial.demo.lives import LIVES
from editorial.demo.pieces import pieces
from editorial.models import (
    Appeal,
    Assignment,
    Commission,
    Correction,
    Event,
    Manuscript,
    Membership,
    Office,
    Person,
    RulesetStep,
    Unit,
)
from editorial.tables.desk import OfficeReasons, Phrases
from editorial.tables.proposals import Proposal
from editorial.terms import Action, AssignmentState, NoticeAction, Role, State
from editorial.workflow import ASSIGNMENT_TABLE, TABLE
from tests.client import Visitor
from tests.empty import DATABASES, empty_app

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module", params=DATABASES)
def demonstration(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demonstration city, loaded."""
    with empty_app(request, request.param, tmp_path_factory.mktemp("demo")) as app:
        assert demo.is_empty()
        counted: list[int] = []
        acts = demo.load(counted.append)
        db.session.commit()
        assert counted == list(range(1, acts + 1))
        yield app


def test_everything_holds(demonstration: Flask) -> None:
    assert list(invariants.broken(db.session(), demonstration.extensions["store"])) == []
    assert not demo.is_empty()


def test_every_state_is_there(demonstration: Flask) -> None:
    assert set(db.session.scalars(select(Manuscript.state))) == set(State)
    assert set(db.session.scalars(select(Assignment.state))) == set(AssignmentState)
    assert set(db.session.scalars(select(Appeal.outcome))) == {None, "reopened", "upheld"}
    assert set(db.session.scalars(select(Correction.outcome))) == {None, "effective", "refused"}
    assert set(db.session.scalars(select(Proposal.outcome))) == {None, "confirmed", "sent_back"}


def test_every_action_was_taken_by_somebody(demonstration: Flask) -> None:
    kinds = set(db.session.scalars(select(Event.kind)))
    assert {row.action.value for row in TABLE} <= kinds
    assert {action.value for action in NoticeAction} <= kinds
    assert {f"assignment-{row.action.value}" for row in ASSIGNMENT_TABLE} <= kinds
    assert {"call-issued", "call-answered", "call-closed", "call-cancelled"} <= kinds


def test_a_reader_finds_the_office_s_reasons_and_phrases_of_their_own(demonstration: Flask) -> None:
    assert list(db.session.scalars(select(OfficeReasons.office_id).order_by(OfficeReasons.office_id))) == [1, 2]
    assert db.session.scalars(select(Phrases.lines)).all() == [list(city.PHRASES["zheng_zhi"])]


def test_every_role_has_somebody_whom_visitors_are_told_of(demonstration: Flask) -> None:
    shown = demo.log_ins()
    assert {role for role, _, _ in shown} == set(Role) - {Role.STAFF}
    assert {login for _, login, _ in shown} == set(city.SHOWN)
    assert set(db.session.scalars(select(Membership.role))) == set(Role) - {Role.STAFF}


def test_the_password_is_a_good_one_and_everybody_has_it(demonstration: Flask) -> None:
    hashes = set(db.session.scalars(select(Person.password_hash)))
    assert len(hashes) == 1
    assert passwords.is_right(hashes.pop(), demo.PASSWORD)


@pytest.mark.parametrize("login", ["wang_tong", "zheng_zhi", "guan_jia"])
def test_one_can_log_in(demonstration: Flask, login: str) -> None:
    assert Visitor(demonstration, login, demo.PASSWORD).get("/").status_code == 200


def test_nobody_worked_at_night_on_holidays_or_tomorrow(demonstration: Flask) -> None:
    now = clock.now()
    moments = db.session.scalars(select(Event.at).where(
        (Event.manuscript_id.is_not(None)) | (Event.assignment_id.is_not(None)))).all()
    for moment in moments:
        local = moment.astimezone(ZONE)
        assert moment < now
        assert calendar.is_working_day(local.date())
        assert 8 <= local.hour < 18


def test_the_record_is_in_order(demonstration: Flask) -> None:
    moments = db.session.scalars(select(Event.at).where(
        Event.manuscript_id.is_not(None), Event.kind != Action.UNDO.value).order_by(Event.seq)).all()
    assert moments == sorted(moments)


def test_something_is_late_and_most_is_not(demonstration: Flask) -> None:
    late = db.session.scalars(
        select(func.count()).select_from(Manuscript).where(Manuscript.due_at < clock.now())).one()
    waiting = db.session.scalars(
        select(func.count()).select_from(Manuscript).where(Manuscript.due_at.is_not(None))).one()
    assert 0 < late < waiting


def test_both_offices_have_three_stages_with_questions_in_both_languages(demonstration: Flask) -> None:
    assert db.session.scalars(select(Office.name).order_by(Office.id)).all() == [
        "长江日报报业集团编辑部", "武汉广播电视台编辑部"]
    steps = db.session.scalars(select(RulesetStep).order_by(RulesetStep.ruleset_id, RulesetStep.position)).all()
    assert [step.stage.title for step in steps] == ["政治关", "内容关", "质量关"] * 3
    assert [step.stage.slug for step in steps if step.proposes] == ["quality"]
    for step in steps:
        assert step.purpose and step.purpose_en and step.checklist
        assert all(line["key"] and line["text"] and line["text_en"] for line in step.checklist)


def test_the_tree_has_districts_departments_enterprises_and_branches(demonstration: Flask) -> None:
    kinds = db.session.scalars(select(Unit.kind)).all()
    assert set(kinds) == {"city", "district", "department", "enterprise", "branch"}
    assert len(kinds) >= 25
    assert set(db.session.scalars(select(Commission.department_id))) == set(
        db.session.scalars(select(Unit.id).where(Unit.commissions)))


def test_every_piece_has_one_life() -> None:
    assert sorted(life.key for life in LIVES) == sorted(pieces())
    assert len(pieces()) >= 60
    assert len({piece.title for piece in pieces().values()}) == len(pieces())
