"""Statements are made once for a set of roles: what is asked with them is everybody's own."""

from __future__ import annotations

from flask import Flask
from flask_babel import force_locale

from editorial import access
from editorial.actions import people, reviewing
from editorial.db import db
from editorial.models import Manuscript
from editorial.parties import Actor
from editorial.queries import decided, desk, home, lists, publishing, writing
from editorial.terms import Duty, Role, State
from tests import cast


def _shown(key: str) -> dict[str, set[str]]:
    """The codes in everything that waits for somebody, or that they wrote or decided, in two ways for each duty."""
    with force_locale("en"):
        return _shown_to(cast.actor(key))


def _shown_to(actor: Actor) -> dict[str, set[str]]:
    sections = {section.duty.value: {row.code for row in section.rows} for section in home.home(actor).sections}
    for duty in (Duty.SIGN, Duty.CLAIM, Duty.READ, Duty.PUBLISH):
        codes = {row.code for row in desk.worklist(actor, duty).rows}
        assert codes == sections.get(duty.value, set()) and lists.waiting(actor, duty) == len(codes), (actor, duty)
    if Role.PUBLISHER in actor.roles:
        assert {row.code for row in publishing.bench(actor).cleared.rows} == sections["publish"]
    decisions = {row.code for row in decided.read_lately(actor) + decided.signed_lately(actor)}
    written = {row.code for row in writing.mine(actor).rows}
    found = sections | {"mine": written, "decided": decisions}
    return {name: codes for name, codes in found.items() if codes}


def _two_of_each() -> tuple[Manuscript, ...]:
    """One manuscript for each of two people with the same roles, at every place where something waits."""
    waiting = [cast.submitted("cor_a1"), cast.submitted("cor_b1")]
    desk = [cast.signed(offices=("n",)), cast.signed(offices=("t",))]
    taken = [cast.signed(offices=("n",)), cast.signed(offices=("t",))]
    for key, manuscript in zip(("pol_n", "pol_t"), taken, strict=True):
        reviewing.claim(cast.actor(key), manuscript, None)
    return (*waiting, *desk, *taken)


def test_two_people_with_the_same_roles_are_shown_their_own(app: Flask) -> None:
    sign_a, sign_b, desk_n, desk_t, taken_n, taken_t = (found.code for found in _two_of_each())
    for _ in range(2):
        assert _shown("sig_a")["sign"] == {sign_a} and _shown("sig_b")["sign"] == {sign_b}
        assert _shown("pol_n") == {"claim": {desk_n}, "read": {taken_n}}
        assert _shown("pol_t") == {"claim": {desk_t}, "read": {taken_t}}
        assert _shown("pol_n2") == {"claim": {desk_n}}
        assert _shown("cor_b1") == {"mine": {sign_b}} and "mine" not in _shown("cor_a2")


def test_what_somebody_decided_is_theirs_alone(app: Flask) -> None:
    read_n, read_t = cast.passed(cast.signed(), "pol_n").code, cast.passed(cast.signed(offices=("t",)), "pol_t").code
    assert _shown("pol_n")["decided"] == {read_n} and _shown("pol_t")["decided"] == {read_t}
    assert "decided" not in _shown("pol_n2") and _shown("sig_a")["decided"] == {read_n, read_t}


def test_publishers_of_two_offices_have_their_own_before_them(app: Flask) -> None:
    code = cast.reach(State.ACCEPTED).code
    assert _shown("pub_n")["publish"] == {code} and "publish" not in _shown("pub_t")


def test_whose_roles_change_is_shown_what_the_new_ones_allow_and_no_more(app: Flask) -> None:
    sign_a, _sign_b, desk_n, desk_t, _taken_n, taken_t = (found.code for found in _two_of_each())
    assert _shown("pol_t") == {"claim": {desk_t}, "read": {taken_t}}
    person = cast.person("pol_t")
    here = cast.office("n")
    more = [people.give_role(None, person, Role.STAGE_REVIEWER, office_id=here.id, stage_id=here.stages[0].id),
            people.give_role(None, person, Role.SIGNER, unit_id=cast.unit("unit_a").id)]
    assert _shown("pol_t") == {"claim": {desk_n, desk_t}, "read": {taken_t}, "sign": {sign_a}}
    for held in more:
        people.take_role(None, held)
    assert _shown("pol_t") == {"claim": {desk_t}, "read": {taken_t}}
    for held in list(person.memberships):
        people.take_role(None, held)
    assert _shown("pol_t") == {}


def test_a_clause_holds_nobody(app: Flask) -> None:
    """Every clause leaves open who asks: without the values of somebody it can't be executed."""
    for key in ("pol_n", "sig_a", "pub_n", "chief_n"):
        roles = cast.actor(key).roles
        for duty in Duty:
            compiled = access.duty_clause(roles, duty).compile(db.engine)
            assert all(value is None for name, value in compiled.params.items()
                       if name == "me" or name.endswith("_places"))
