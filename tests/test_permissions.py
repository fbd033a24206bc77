"""Who may do what, by situation: a promise written by hand from domain.md, held against the code in Python and in SQL.

The situations are all states, and within a state what makes a difference: who holds it, which stage, an open appeal,
a correction under review. The people stand for role and relation: the author, a co-author, a colleague in the unit,
signers of the unit, of a unit above and of another one, readers of every stage here and at the other office.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, bindparam, select

from editorial import access, clock
from editorial.actions import people, reviewing
from editorial.db import db
from editorial.errors import Conflict, Refused
from editorial.models import Manuscript
from editorial.parties import Actor
from editorial.terms import Action, Duty, Role
from editorial.workflow import available, sights
from tests import cast
from tests.situations import OFFICE_N, SITUATIONS

_DESK_WITHOUT_POL_N = {"cor_a1": "withdraw share", "sig_a": "undo", "pol_n2": "claim",
                       "chief_n": "assign transfer share"}

# Who may do what while a decision's messages are held. Whoever is not named may do nothing.
MAY: dict[str, dict[str, str]] = {
    "draft": {"cor_a1": "save add-author submit withdraw"},
    "draft, co-written": {
        "cor_a1": "save add-author submit withdraw", "cor_a2": "save add-author submit withdraw"},
    "awaiting sign-off": {
        "cor_a1": "recall withdraw",
        "sig_a": "sign-off return reject",
        "sig_district": "sign-off return reject",
    },
    "awaiting the signature above": {
        "cor_further": "recall withdraw",
        "sig_further": "undo",
        "sig_district": "sign-off return reject",
    },
    "on the desk": {
        "cor_a1": "withdraw share",
        "sig_a": "undo",
        "pol_n": "claim", "pol_n2": "claim",
        "chief_n": "assign transfer share",
    },
    "held by pol_n": {
        "cor_a1": "withdraw share",
        "sig_a": "undo",
        "pol_n": "release edit pass return reject",
        "chief_n": "assign release transfer share",
    },
    "at content, passed by pol_n": {
        "cor_a1": "withdraw share",
        "pol_n": "undo",
        "con_n": "claim",
        "chief_n": "assign transfer share",
    },
    "edited at quality, back at pol_n": {
        "cor_a1": "withdraw share",
        "pol_n": "release edit pass return reject",
        "chief_n": "assign release transfer share",
    },
    "returned by pol_n": {"cor_a1": "save add-author resubmit withdraw", "pol_n": "undo"},
    "returned by the signer": {"cor_a1": "save add-author resubmit withdraw", "sig_a": "undo"},
    "rejected by pol_n": {"cor_a1": "appeal begin-anew", "pol_n": "undo"},
    "rejected by the signer": {"cor_a1": "begin-anew", "sig_a": "undo"},
    "appealed": {"cor_a1": "begin-anew", "chief_n": "reopen uphold"},
    "accepted": {"cor_a1": "withdraw share", "qua_n": "undo", "pub_n": "publish", "chief_n": "share"},
    "published": {
        "cor_a1": "share request-correction",
        "pub_n": "publish request-correction",
        "chief_n": "share correct retract",
    },
    "correction asked for": {
        "cor_a1": "share",
        "pub_n": "publish",
        "chief_n": "share correct decline-correction retract",
    },
    "correction declined": {
        "cor_a1": "share request-correction",
        "pub_n": "publish request-correction",
        "chief_n": "share correct retract",
    },
    "correction asked for by the chief who co-wrote it": {
        "cor_a1": "share",
        "pub_n": "publish",
        "chief_n": "share correct retract",
    },
    "correction under review": {
        "cor_a1": "share",
        "pol_n": "release pass reject",
        "chief_n": "assign release share retract",
    },
    "recalled after the office read it": {"cor_a1": "save add-author resubmit withdraw"},
    "correction by a chief who also reads": {
        "cor_a1": "share", "pol_n": "claim", "pol_n2": "claim", "chief_n": "assign share retract"},
    "withdrawn": {"cor_a1": "begin-anew"},
    "retracted": {"cor_a1": "begin-anew"},
    "on the desk, pol_n knows the author": _DESK_WITHOUT_POL_N,
    "on the desk, pol_n has to do with the unit": _DESK_WITHOUT_POL_N,
    "held by pol_n, who then declared an interest": _DESK_WITHOUT_POL_N,
    "awaiting sign-off, the signer is kin": {"cor_a1": "recall withdraw", "sig_district": "sign-off return reject"},
    "appealed, the chief is kin": {"cor_a1": "begin-anew"},
    "held by pol_n, who is away; pol_n2 stands in": {
        "cor_a1": "withdraw share", "sig_a": "undo", "pol_n": "release edit pass return reject", "pol_n2": "claim",
        "chief_n": "assign release transfer share"},
    "at content, pol_n who passed it stands in": {
        "cor_a1": "withdraw share", "pol_n": "undo", "con_n": "claim", "chief_n": "assign transfer share"},
    "awaiting sign-off, a colleague stands in for the signer": {
        "cor_a1": "recall withdraw", "cor_a2": "sign-off return reject", "sig_a": "sign-off return reject",
        "sig_district": "sign-off return reject"},
    "awaiting sign-off, its author stands in for the signer": {
        "cor_a1": "recall withdraw", "sig_a": "sign-off return reject", "sig_district": "sign-off return reject"},
    "appealed, the publisher stands in for the chief": {
        "cor_a1": "begin-anew", "chief_n": "reopen uphold", "pub_n": "reopen uphold"},
}

EVERYBODY = " ".join(cast.CAST)

# For whom it exists at all.
SEES: dict[str, str] = {
    "draft": "cor_a1",
    "draft, co-written": "cor_a1 cor_a2",
    "awaiting sign-off": "cor_a1 sig_a sig_district coord",
    "awaiting the signature above": "cor_further sig_further sig_district coord",
    "on the desk": f"cor_a1 sig_a sig_district coord {OFFICE_N}",
    "held by pol_n": f"cor_a1 sig_a sig_district coord {OFFICE_N}",
    "at content, passed by pol_n": f"cor_a1 sig_a sig_district coord {OFFICE_N}",
    "edited at quality, back at pol_n": f"cor_a1 sig_a sig_district coord {OFFICE_N}",
    "returned by pol_n": f"cor_a1 sig_a sig_district coord {OFFICE_N}",
    "returned by the signer": "cor_a1 sig_a sig_district coord",
    "rejected by pol_n": f"cor_a1 sig_a sig_district coord {OFFICE_N}",
    "rejected by the signer": "cor_a1 sig_a sig_district coord",
    "appealed": f"cor_a1 sig_a sig_district coord {OFFICE_N}",
    "accepted": f"cor_a1 sig_a sig_district coord {OFFICE_N}",
    "published": EVERYBODY,
    "correction asked for": EVERYBODY,
    "correction declined": EVERYBODY,
    "correction asked for by the chief who co-wrote it": EVERYBODY,
    "correction under review": EVERYBODY,
    "recalled after the office read it": f"cor_a1 sig_a sig_district coord {OFFICE_N}",
    "correction by a chief who also reads": EVERYBODY,
    "withdrawn": "cor_a1 coord",
    "retracted": EVERYBODY,
    "on the desk, pol_n knows the author": f"cor_a1 sig_a sig_district coord {OFFICE_N}",
    "on the desk, pol_n has to do with the unit": f"cor_a1 sig_a sig_district coord {OFFICE_N}",
    "held by pol_n, who then declared an interest": f"cor_a1 sig_a sig_district coord {OFFICE_N}",
    "awaiting sign-off, the signer is kin": "cor_a1 sig_a sig_district coord",
    "appealed, the chief is kin": f"cor_a1 sig_a sig_district coord {OFFICE_N}",
    "held by pol_n, who is away; pol_n2 stands in": f"cor_a1 sig_a sig_district coord {OFFICE_N}",
    "at content, pol_n who passed it stands in": f"cor_a1 sig_a sig_district coord {OFFICE_N}",
    "awaiting sign-off, a colleague stands in for the signer": "cor_a1 cor_a2 sig_a sig_district coord",
    "awaiting sign-off, its author stands in for the signer": "cor_a1 sig_a sig_district coord",
    "appealed, the publisher stands in for the chief": f"cor_a1 sig_a sig_district coord {OFFICE_N}",
}

# In whose list on the home page it waits.
WAITS: dict[str, tuple[Duty, str]] = {
    "awaiting sign-off": (Duty.SIGN, "sig_a sig_district"),
    "awaiting the signature above": (Duty.SIGN, "sig_district"),
    "on the desk": (Duty.CLAIM, "pol_n pol_n2"),
    "held by pol_n": (Duty.READ, "pol_n"),
    "at content, passed by pol_n": (Duty.CLAIM, "con_n"),
    "edited at quality, back at pol_n": (Duty.READ, "pol_n"),
    "returned by pol_n": (Duty.REVISE, "cor_a1"),
    "returned by the signer": (Duty.REVISE, "cor_a1"),
    "appealed": (Duty.HEAR, "chief_n"),
    "accepted": (Duty.PUBLISH, "pub_n"),
    "correction asked for": (Duty.CORRECT, "chief_n"),
    "correction asked for by the chief who co-wrote it": (Duty.CORRECT, "chief_n"),
    "correction under review": (Duty.READ, "pol_n"),
    "recalled after the office read it": (Duty.REVISE, "cor_a1"),
    "correction by a chief who also reads": (Duty.CLAIM, "pol_n pol_n2"),
    "on the desk, pol_n knows the author": (Duty.CLAIM, "pol_n2"),
    "on the desk, pol_n has to do with the unit": (Duty.CLAIM, "pol_n2"),
    "held by pol_n, who then declared an interest": (Duty.CLAIM, "pol_n2"),
    "awaiting sign-off, the signer is kin": (Duty.SIGN, "sig_district"),
    "held by pol_n, who is away; pol_n2 stands in": (Duty.READ, "pol_n pol_n2"),
    "at content, pol_n who passed it stands in": (Duty.CLAIM, "con_n"),
    "awaiting sign-off, a colleague stands in for the signer": (Duty.SIGN, "sig_a cor_a2 sig_district"),
    "awaiting sign-off, its author stands in for the signer": (Duty.SIGN, "sig_a sig_district"),
    "appealed, the publisher stands in for the chief": (Duty.HEAR, "chief_n pub_n"),
}

MANUSCRIPT_DUTIES = (Duty.REVISE, Duty.SIGN, Duty.CLAIM, Duty.READ, Duty.CONFIRM, Duty.PUBLISH, Duty.HEAR,
                     Duty.CORRECT)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_sees_does_and_finds_waiting_exactly_what_is_promised(app: Flask, situation: str) -> None:
    manuscript = SITUATIONS[situation]()
    duty, waits = WAITS.get(situation, (None, ""))
    for key in cast.CAST:
        actor = cast.actor(key)
        may = set(MAY[situation].get(key, "").split())
        assert {row.action.value for row in available(actor, manuscript)} == may, key
        _refused(actor, set(Action) - {Action(name) for name in may}, manuscript)
        seen = key in SEES[situation].split()
        assert bool(sights(actor, manuscript)) is seen, key
        visible, *lists = db.session.execute(
            _in_sql(frozenset(actor.roles)), {**access.values(actor), "manuscript": manuscript.id}).one()
        assert bool(visible) is seen, key
        waiting = {one for one, here in zip(MANUSCRIPT_DUTIES, lists, strict=True) if here}
        assert waiting == ({duty} if key in waits.split() else set()), key


def _refused(actor: Actor, actions: set[Action], manuscript: Manuscript) -> None:
    """Each of them raises, and changes nothing."""
    before = (manuscript.state, manuscript.stage_id, manuscript.assignee_id, manuscript.revision)
    for action in actions:
        with pytest.raises((Refused, Conflict)):
            access.permitted(actor, action, manuscript)
    assert (manuscript.state, manuscript.stage_id, manuscript.assignee_id, manuscript.revision) == before


@cache
def _in_sql(roles: frozenset[Role]) -> Select[Any]:
    """Whether a manuscript exists in SQL for somebody with these roles, and whether it waits in each of their lists."""
    columns: list[Any] = [access.visible_to(roles), *(access.duty_clause(roles, duty) for duty in MANUSCRIPT_DUTIES)]
    return select(*columns).where(Manuscript.id == bindparam("manuscript"))


def test_once_the_hold_is_over_nobody_can_undo(app: Flask) -> None:
    for situation in ("returned by pol_n", "rejected by pol_n", "at content, passed by pol_n", "on the desk"):
        manuscript = SITUATIONS[situation]()
        with clock.at(clock.now() + timedelta(minutes=6)):
            for key in cast.CAST:
                assert Action.UNDO not in {row.action for row in available(cast.actor(key), manuscript)}


def test_the_second_and_third_reader_are_other_people_whatever_roles_one_holds(app: Flask) -> None:
    """B09: one person with all three stages of an office passes one of them."""

    manuscript = cast.passed(cast.signed(), "pol_n")
    office = cast.office("n")
    for stage in office.stages[1:]:
        people.give_role(None, cast.person("pol_n"), Role.STAGE_REVIEWER, office_id=office.id, stage_id=stage.id)
    with pytest.raises(Refused, match="read-elsewhere"):
        reviewing.claim(cast.actor("pol_n"), manuscript, None)


def test_authors_and_signers_never_decide_on_their_own(app: Flask) -> None:
    """B08: whatever roles they hold."""

    office, unit = cast.office("n"), cast.unit("unit_a")
    political = office.stages[0]
    people.give_role(None, cast.person("cor_a1"), Role.SIGNER, unit_id=unit.id)
    people.give_role(None, cast.person("cor_a1"), Role.STAGE_REVIEWER, office_id=office.id, stage_id=political.id)
    people.give_role(None, cast.person("sig_a"), Role.STAGE_REVIEWER, office_id=office.id, stage_id=political.id)
    manuscript = cast.submitted()
    with pytest.raises(Refused, match="own-work"):
        reviewing.sign_off(cast.actor("cor_a1"), manuscript, None, True)
    reviewing.sign_off(cast.actor("sig_a"), manuscript, None, True)
    with pytest.raises(Refused, match="own-work"):
        reviewing.claim(cast.actor("cor_a1"), manuscript, None)
    with pytest.raises(Refused, match="read-elsewhere"):
        reviewing.claim(cast.actor("sig_a"), manuscript, None)
