"""What administrators do is on record, shown, and safe from two who change one thing at once."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from editorial import audit
from editorial.actions import manuscripts, organisation, people
from editorial.actions.manuscripts import Particulars
from editorial.actions.organisation import StepData, UnitData
from editorial.db import db
from editorial.errors import Conflict, Invalid
from editorial.models import Event
from editorial.terms import Role
from tests import cast
from tests.client import Visitor
from tests.test_admin import a_look, ids

# --- Units ------------------------------------------------------------------------------------------------------


# --- The record -------------------------------------------------------------------------------------------------


def test_every_change_is_an_event_and_none_can_be_changed_or_deleted_by_a_page(app: Flask) -> None:
    assert not [rule.rule for rule in app.url_map.iter_rules() if "event" in rule.rule or "audit" in rule.rule]
    assert not [rule.rule for rule in app.url_map.iter_rules() if {"PUT", "PATCH", "DELETE"} & (rule.methods or set())]
    person, = ids("cor_a1")
    admin = Visitor(app, "adm")
    wanted = []
    for address, form, typed, kind in (
        (f"people/{person}", "/change", {"phone": "027-1111"}, "person-changed"),
        (f"people/{person}", "/roles/elsewhere", {"place": "coordinator:0:0"}, "role-given"),
        (f"people/{person}", "/take", {}, "role-taken"),
        (f"people/{person}", "/link", {}, "reset-link"),
        (f"people/{person}", "/deactivate", {}, "person-deactivated"),
        (f"people/{person}", "/activate", {}, "person-activated"),
        ("people/new", "/people/new", {"name": "林夏", "login": "lin.xia"}, "person-created"),
        ("units/1", "/units/1", {"name": "某市"}, "unit-changed"),
        ("offices/1", "/offices/1", {"undo_minutes": "9"}, "office-changed"),
        ("genres/1", "/genres/1", {"title": "快讯"}, "genre-changed"),
        ("offices/1/channels/1", "/channels/1", {"title": "头版"}, "channel-changed"),
    ):
        admin.get(f"/admin/{address}")
        admin.send(admin.form_to(form), typed)
        wanted.append(kind)
    with a_look():
        made = select(Event.kind).where(Event.actor_id == cast.person("adm").id).order_by(Event.seq)
        assert list(db.session.scalars(made)) == ["login", *wanted]
        assert list(audit.verify(db.session())) == []


def test_a_page_tells_what_was_changed_and_by_whom(app: Flask) -> None:
    person, = ids("cor_a1")
    admin = Visitor(app, "adm")
    admin.get(f"/admin/people/{person}")
    admin.send(admin.form_to("/change"), {"name": "何一新"})
    assert "何晓晴 → 何一新" in admin.text


def test_names_with_markup_are_shown_as_text(app: Flask) -> None:
    name = "<b>甲</b>{{7*7}}%(x)s"
    person = people.create_person(None, "markup", name)
    unit = organisation.create_unit(None, UnitData(name, "branch", cast.unit("city").id))
    office = organisation.create_office(None, "markup", name, "", is_active=True)
    organisation.create_ruleset(None, office, date(2020, 1, 1), [StepData("", name, "", checklist=[
        {"key": "q1", "text": name, "text_en": ""}])])
    organisation.create_genre(None, "markup", name, "")
    people.give_role(None, person, Role.CORRESPONDENT, unit_id=unit.id)
    places = (f"people/{person.id}", f"units/{unit.id}", f"offices/{office.id}", f"offices/{office.id}/rules")
    db.session.commit()
    admin = Visitor(app, "adm")
    for address in ("people", "units", "offices", "genres", *places):
        admin.get(f"/admin/{address}")
        assert name in admin.answer.text.replace("&lt;", "<").replace("&gt;", ">"), address  # type: ignore[union-attr]
        assert not admin.find("//main//b"), address


def test_two_who_change_one_office_at_once_do_not_undo_each_other(app: Flask) -> None:
    office = cast.office("n")
    seen = office.revision
    organisation.change_office(None, office, seen, name="甲", name_en="", shows_reviewers=True, undo_minutes=1,
                               is_active=True)
    with pytest.raises(Conflict):
        organisation.change_office(None, office, seen, name="乙", name_en="", shows_reviewers=True, undo_minutes=1,
                                   is_active=True)


def test_a_manuscript_that_is_withdrawn_leaves_a_unit_free(app: Flask) -> None:
    """What is over does not hold a unit open; what is under way does."""
    unit = organisation.create_unit(None, UnitData("临时支部", "branch", cast.unit("district").id))
    people.give_role(None, cast.person("nobody"), Role.CORRESPONDENT, unit_id=unit.id)
    author = cast.actor("nobody")
    draft = manuscripts.create(author, unit.id, cast.TEXT, Particulars())
    people.take_role(None, cast.person("nobody").memberships[-1])
    data = UnitData(unit.name, unit.kind, unit.parent_id, is_active=False)
    with pytest.raises(Invalid):
        organisation.change_unit(None, unit, data)
    manuscripts.withdraw(author, draft, None, "")
    organisation.change_unit(None, unit, data)
