"""Days away: who stands in, who is chased meanwhile, what the record says, and what is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from editorial import clock
from editorial.actions import absences, chasing, people, reviewing
from editorial.db import db
from editorial.errors import Invalid, Invisible
from editorial.models import Event, Membership
from editorial.queries import history
from editorial.queries.reader import reader_of
from editorial.terms import Role
from tests import cast
from tests.client import Visitor
from tests.test_chasing import START, pass_time, went


def away(key: str, deputy: str = "", first: int = 0, days: int = 10) -> None:
    """Somebody is away from so many days after START on."""
    day = START.date() + timedelta(days=first)
    absences.name(cast.actor(key), cast.person(key), day, day + timedelta(days=days),
                  cast.person(deputy).id if deputy else None)


def test_whoever_stands_in_is_chased_as_well_and_takes_it_over_for_a_named_person(app: Flask) -> None:
    with app.test_request_context():
        with clock.at(START):
            manuscript = cast.signed()
            reviewing.claim(cast.actor("pol_n"), manuscript, None)
            away("pol_n", "pol_n2")
        pass_time(3)
        assert {who for kind, who in went() if kind == "chaser"} == {"pol_n", "pol_n2"}
        with clock.at(START + timedelta(days=3)):
            reviewing.claim(cast.actor("pol_n2"), manuscript, None)
            assert manuscript.assignee_id == cast.person("pol_n2").id
            event = db.session.scalars(select(Event).where(Event.kind == "claim").order_by(Event.seq.desc())).first()
            assert event is not None
            assert event.data["for"] == "郑直"
            office = history.of_manuscript(reader_of(cast.actor("chief_n"), manuscript), manuscript)
            assert any("郑明（政治关）（代郑直）" in entry.text for entry in office)
            author = history.of_manuscript(reader_of(cast.actor("cor_a1"), manuscript), manuscript)
            assert not any("郑直" in entry.text for entry in author)


def test_a_colleague_signs_for_a_signer_while_they_are_away_and_not_a_day_longer(app: Flask) -> None:
    with clock.at(START):
        away("sig_a", "cor_a2", days=1)
        manuscript = cast.submitted()
        reviewing.sign_off(cast.actor("cor_a2"), manuscript, None, True)
        event = db.session.scalars(select(Event).where(Event.kind == "sign-off")).one()
        assert (event.actor_name, event.data["for"]) == ("丁一舟", "石敏")
    with clock.at(START + timedelta(days=2)):
        assert Role.SIGNER not in cast.actor("cor_a2").grants
    with clock.at(START):
        db.session.delete(db.session.scalars(select(Membership).where(
            Membership.person_id == cast.person("cor_a2").id)).one())
        db.session.flush()
        assert cast.actor("cor_a2").grants == {}  # nothing beside the signer any more: nothing is lent


def test_a_desk_where_all_are_away_escalates_on_the_first_day_and_past_whoever_is_away_above(app: Flask) -> None:
    with clock.at(START):
        cast.signed()
        for key in ("pol_n", "pol_n2", "chief_n"):
            away(key, first=1)
        seq = chasing.chase(chasing.chase(None))
        assert went() == []
    with clock.at(START + timedelta(hours=20)):
        chasing.chase(seq)
        assert went() == [("escalation", "coord")]


def test_with_somebody_who_stands_in_no_desk_is_empty(app: Flask) -> None:
    with clock.at(START):
        cast.signed()
        away("pol_n", "con_n")
        away("pol_n2")
        seq = chasing.chase(chasing.chase(None))
        assert went() == []
        people.deactivate(None, cast.person("con_n"))
        chasing.chase(seq)
        assert went() == [("escalation", "chief_n")]


def test_who_may_stand_in_and_who_may_say_so(app: Flask) -> None:
    day = clock.today()
    for key, deputy, reason in (("pol_n", "pol_t", "no-deputy"), ("sig_a", "cor_b1", "no-deputy"),
                                ("pol_n", "pol_n", "no-deputy"), ("cor_a1", "cor_a2", "no-deputy")):
        with pytest.raises(Invalid) as error:
            absences.name(cast.actor(key), cast.person(key), day, day, cast.person(deputy).id)
        assert error.value.fields == {"deputy": reason}
    for actor in ("pol_n2", "chief_t", "sig_district"):
        with pytest.raises(Invisible):
            absences.name(cast.actor(actor), cast.person("pol_n"), day, day, None)
    absences.name(cast.actor("chief_n"), cast.person("pol_n2"), day, day, None)
    with pytest.raises(Invalid, match="away-already"):
        absences.name(cast.actor("adm"), cast.person("pol_n2"), day, day, None)
    with pytest.raises(Invalid, match="deputy-away"):
        absences.name(cast.actor("pol_n"), cast.person("pol_n"), day, day, cast.person("pol_n2").id)


def test_one_sets_days_on_a_page_the_chief_sees_them_at_assigning_and_they_can_end_early(app: Flask) -> None:
    code = cast.signed().code
    person_id, deputy_id = cast.person("pol_n").id, cast.person("pol_n2").id
    db.session.commit()
    page, day = f"/people/{person_id}/away", clock.today()
    visitor = Visitor(app, "pol_n")
    visitor.get(page)
    visitor.send(visitor.form_with("until_on"),
                 {"from_on": day.isoformat(), "until_on": "2020-01-01", "deputy": "0"}, 400)
    assert "最后一天" in visitor.text
    visitor.send(visitor.form_with("until_on"), {
        "from_on": day.isoformat(), "until_on": (day + timedelta(days=2)).isoformat(), "deputy": str(deputy_id)})
    assert "郑明代办" in visitor.text
    chief = Visitor(app, "chief_n")
    chief.get(f"/manuscripts/{code}")
    assert "郑直，离开至" in chief.text
    chief.get("/offices/changjiang")
    assert "郑直，离开至" in chief.text
    other = Visitor(app, "pol_n2")
    other.get("/messages")
    assert "由郑明代办" in other.text
    visitor.get(page)
    visitor.send(visitor.form_to("/end"))
    assert "没有设置" in visitor.text
