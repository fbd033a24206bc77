"""The tour of the first visit: for each role its own, remembered for the person, taken again."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from editorial.actions import people
from editorial.blueprints.tour import STOPS
from editorial.db import db
from editorial.models import Membership
from editorial.terms import Role
from tests import cast
from tests.client import Visitor
from tests.servers import on_one_database

EACH = ("cor_a1", "sig_a", "pol_n", "chief_n", "pub_n", "com_d", "ctr_d1", "coord", "adm")


def test_every_role_that_can_be_given_has_a_tour() -> None:
    assert set(STOPS) == set(Role) - {Role.STAFF}


@on_one_database
def test_the_tour_is_of_ones_roles_is_left_for_good_and_can_be_taken_again(app: Flask) -> None:
    for key in EACH:
        visitor = Visitor(app, key)
        stops = visitor.find("//*[@data-tour]//li//a/@href")
        assert 2 <= len(stops) <= 4 and len(stops) == len(set(stops)) + (key == "pol_n"), key
        for address in set(stops):
            visitor.get(address)
    before = cast.person("adm").revision
    db.session.rollback()
    visitor = Visitor(app, "adm")
    visitor.send(visitor.form_to("/tour/leave"))
    assert visitor.url == "/" and not visitor.find("//*[@data-tour]")
    assert not Visitor(app, "adm").find("//*[@data-tour]"), "on another device too"
    assert cast.person("adm").revision == before
    assert Visitor(app, "coord").find("//*[@data-tour]"), "it is somebody else's still"
    visitor.get("/")
    visitor.send(visitor.form_to("/tour/again"))
    assert visitor.find("//*[@data-tour]")


@on_one_database
def test_who_gets_a_role_that_they_had_not_before_is_offered_its_part_once(app: Flask) -> None:
    visitor = Visitor(app, "cor_a1")
    visitor.send(visitor.form_to("/tour/leave"))
    assert not visitor.find("//*[@data-tour]")
    people.give_role(None, cast.person("cor_a1"), Role.PUBLISHER, office_id=cast.office("n").id)
    people.give_role(None, cast.person("cor_a1"), Role.CORRESPONDENT, unit_id=cast.unit("unit_b").id)
    db.session.commit()
    visitor = Visitor(app, "cor_a1")
    assert visitor.find("//*[@data-tour]//h2/text()") == ["新增的职责"]
    assert visitor.find("//*[@data-tour]//li//a/@href") == ["/publishing"], "of the new role alone"
    visitor.send(visitor.form_to("/tour/leave"))
    held = db.session.scalars(select(Membership).where(
        Membership.person_id == cast.person("cor_a1").id, Membership.role == Role.PUBLISHER)).one()
    people.take_role(None, held)
    people.give_role(None, cast.person("cor_a1"), Role.PUBLISHER, office_id=cast.office("n").id)
    db.session.commit()
    assert not Visitor(app, "cor_a1").find("//*[@data-tour]"), "a role that they had before"
