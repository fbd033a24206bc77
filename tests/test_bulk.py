"""Stories in bulk: as many as asked for, in every state, with every invariant, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from editorial import access, audit, demo, invariants
from editorial.actions import manuscripts
from editorial.actions.manuscripts import Particulars
from editorial.actions.texts import Text
from editorial.db import db
from editorial.demo import city, house
from editorial.models import Correction, Manuscript, Membership, Person, Story, Unit, Version
from editorial.terms import Role, State
from tests.empty import DATABASES, empty_app

STORIES = 1200


@pytest.fixture(scope="module", params=DATABASES)
def full(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The city with stories in bulk, made in two goes; the second goes on where the first one ended."""
    with empty_app(request, request.param, tmp_path_factory.mktemp("bulk")) as app:
        city.build()
        db.session.commit()
        counted: list[int] = []
        demo.generate(STORIES - 200, 1, counted.append)
        demo.generate(200, 2, counted.append)
        assert counted == [STORIES - 200, 200]
        yield app


def test_everything_holds(full: Flask) -> None:
    assert list(invariants.broken(db.session(), full.extensions["store"])) == []


def test_the_record_is_whole(full: Flask) -> None:
    assert list(audit.verify(db.session())) == []


def test_there_are_as_many_as_asked_for_in_every_state(full: Flask) -> None:
    assert db.session.scalars(select(func.count()).select_from(Story)).one() == STORIES
    assert set(db.session.scalars(select(Manuscript.state))) == set(State)


def test_they_are_spread_over_units_offices_years_and_versions(full: Flask) -> None:
    units = set(db.session.scalars(select(Manuscript.unit_id)))
    assert len(units) >= 20
    years = {code[:4] for code in db.session.scalars(select(Manuscript.code))}
    assert {"2022", "2023", "2024", "2025", "2026"} <= years
    offices = dict(db.session.execute(select(Manuscript.office_id, func.count()).group_by(Manuscript.office_id)).all())
    assert min(count for office, count in offices.items() if office) > STORIES / 4
    assert set(db.session.scalars(select(Version.origin))) == {"author", "editor", "correction"}
    assert db.session.scalars(select(func.count()).select_from(Correction)).one()


def test_the_city_grows_with_the_stories(full: Flask) -> None:
    branches = db.session.scalars(select(Unit.id).where(Unit.name.like("%社区支部"))).all()
    assert len(branches) == STORIES // house.BRANCH_FOR
    roles = db.session.scalars(select(Membership.role).where(Membership.unit_id.in_(branches))).all()
    assert sorted(roles) == sorted([Role.CORRESPONDENT, Role.CORRESPONDENT, Role.SIGNER] * len(branches))


def test_work_goes_on_after_it(full: Flask) -> None:
    person = db.session.scalars(select(Person).where(Person.login_key == "wang_tong")).one()
    actor = access.actor_for(db.session(), person.id, person.name)
    made = manuscripts.create(actor, min(actor.grants[Role.CORRESPONDENT]), Text("新稿", "通讯员", "<p>正文。</p>"),
                              Particulars())
    db.session.flush()
    assert db.session.scalars(select(func.max(Manuscript.id))).one() == made.id
    assert list(audit.verify(db.session())) == []
    db.session.rollback()


def test_the_guards_are_still_there(full: Flask) -> None:
    with pytest.raises(DBAPIError, match="events are only added"):
        db.session.execute(text("UPDATE events SET reason = 'x' WHERE seq = 9"))
    db.session.rollback()
