"""Commissions and assignments through the actions: who may do what, what it leads to, whom it tells."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, bindparam, select, text
from sqlalchemy.exc import IntegrityError

from editorial import access, audit, clock
from editorial.actions import commissions, people, publishing
from editorial.actions.commissions import Appearance, Brief, Words
from editorial.db import db
from editorial.errors import Conflict, Invalid, Invisible, Refused
from editorial.models import Assignment, Commission, Event, Person
from editorial.parties import Actor
from editorial.tables.messages import OutboxMessage
from editorial.terms import AssignmentAction, AssignmentState, Role, State
from editorial.workflow import ASSIGNMENT_TABLE, available
from tests import cast

A, S = AssignmentAction, AssignmentState


def _appearance() -> Appearance:
    return Appearance("长江网", clock.now(), "https://comment.example/1")


ACTS: dict[AssignmentAction, Callable[[Actor, Assignment], object]] = {
    A.ACCEPT: lambda actor, it: commissions.accept(actor, it, None),
    A.DECLINE: lambda actor, it: commissions.decline(actor, it, None),
    A.SAVE: lambda actor, it: commissions.save(actor, it, None, Words("另一题", "<p>另写。</p>")),
    A.FILE: lambda actor, it: commissions.file(actor, it, None, cast.WORDS, stands=True),
    A.WITHDRAW: lambda actor, it: commissions.withdraw(actor, it, None),
    A.RETURN: lambda actor, it: commissions.return_(actor, it, None, "请补一个例子。"),
    A.APPROVE: lambda actor, it: commissions.approve(actor, it, None),
    A.PUBLISH: lambda actor, it: commissions.publish(actor, it, None, _appearance()),
    A.EXPIRE: lambda actor, it: commissions.expire(actor, it, None),
    A.CANCEL: lambda actor, it: commissions.cancel(actor, it, None, "活动改期。"),
}

# By hand from domain.md: what each side may do, and where it leads. The writer is the assignment's own commentator;
# the asker commissions for its department. Nobody else may do anything.
WRITER = {
    S.OFFERED: {A.ACCEPT: S.ACCEPTED, A.DECLINE: S.DECLINED},
    S.ACCEPTED: {A.DECLINE: S.DECLINED, A.SAVE: S.ACCEPTED, A.FILE: S.FILED},
    S.FILED: {A.WITHDRAW: S.WITHDRAWN},
    S.RETURNED: {A.SAVE: S.RETURNED, A.FILE: S.FILED, A.WITHDRAW: S.WITHDRAWN},
    S.APPROVED: {A.WITHDRAW: S.WITHDRAWN},
}
ASKER = {
    S.OFFERED: {A.CANCEL: S.CANCELLED},
    S.ACCEPTED: {A.CANCEL: S.CANCELLED},
    S.FILED: {A.RETURN: S.RETURNED, A.APPROVE: S.APPROVED, A.CANCEL: S.CANCELLED},
    S.RETURNED: {A.CANCEL: S.CANCELLED},
    S.APPROVED: {A.PUBLISH: S.PUBLISHED, A.CANCEL: S.CANCELLED},
}
EXPIRING = {S.OFFERED, S.ACCEPTED, S.RETURNED}
# In no state theirs to do: refused as not theirs, not as the wrong moment.
NEVER_WRITER = {A.RETURN, A.APPROVE, A.PUBLISH, A.EXPIRE, A.CANCEL}
NEVER_ASKER = {A.ACCEPT, A.DECLINE, A.SAVE, A.FILE, A.WITHDRAW}
OTHERS = ("com_e", "ctr_d2", "ctr_e1", "coord", "adm", "cor_a1", "sig_a", "chief_n", "pub_n", "nobody")


def _refusal(actor: Actor, action: AssignmentAction, assignment: Assignment) -> type[Exception] | None:
    """What the action raises, having changed nothing; None where it is done."""
    before = (assignment.state, assignment.version_id, assignment.revision)
    try:
        ACTS[action](actor, assignment)
    except (Refused, Conflict) as error:
        assert (assignment.state, assignment.version_id, assignment.revision) == before
        assert not db.session.new
        assert not db.session.dirty
        return type(error)
    return None


def _leads(key: str, action: AssignmentAction, assignment: Assignment, target: AssignmentState) -> None:
    """The action is done and recorded, and undone again."""
    case, before = (key, action), assignment.state
    with db.session.begin_nested() as point:
        assert _refusal(cast.actor(key), action, assignment) is None, case
        assert assignment.state is target, case
        event = db.session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).one()
        assert (event.kind, event.before, event.after, event.assignment_id) == (
            f"assignment-{action.value}", before.value, target.value, assignment.id), case
        assert (event.actor_id, event.place) == (cast.person(key).id, "宣传部"), case
        point.rollback()


LISTED = [row for row in ASSIGNMENT_TABLE if row.duty is not None]


@cache
def _in_sql(roles: frozenset[Role]) -> Select[*tuple[Any, ...]]:
    """For each row of LISTED, whether the database finds the assignment for somebody with these roles."""
    return select(Assignment.id, *(access.row_clause(roles, row, Assignment) for row in LISTED)).where(
        Assignment.id == bindparam("assignment"))


@pytest.mark.parametrize("state", list(S))
def test_each_sees_does_and_finds_in_lists_in_each_state_what_is_theirs_and_nothing_else(
        app: Flask, state: AssignmentState) -> None:
    assignment = cast.assignment_in(state)
    parties: list[tuple[str, dict[AssignmentAction, AssignmentState], set[AssignmentAction]]] = [
        ("ctr_d1", WRITER.get(state, {}), NEVER_WRITER),
        ("com_d", ASKER.get(state, {}), NEVER_ASKER),
        *((key, {}, set(A)) for key in OTHERS),
    ]
    for key, leads, never in parties:
        actor = cast.actor(key)
        may = available(actor, assignment, ASSIGNMENT_TABLE)
        assert {row.action for row in may} == set(leads), key
        _, *found = db.session.execute(
            _in_sql(frozenset(actor.roles)), {**access.values(actor), "assignment": assignment.id}).one()
        assert [row for row, here in zip(LISTED, found, strict=True) if here] == [
            row for row in LISTED if row in may], key
        sees = key in ("ctr_d1", "com_d") or state is S.PUBLISHED
        with nullcontext() if sees else pytest.raises(Invisible):
            assert access.assignment_for(db.session(), actor, assignment.id) is assignment, key
        for action in set(A) - set(leads):
            assert _refusal(actor, action, assignment) is (Refused if action in never else Conflict), (key, action)
        for action, target in leads.items():
            _leads(key, action, assignment, target)
    with clock.at(assignment.due_at + timedelta(days=1)):  # marked as expired by its department alone
        for key in ("ctr_d1", *OTHERS):
            assert _refusal(cast.actor(key), A.EXPIRE, assignment) is Refused, key
        assert _refusal(cast.actor("com_d"), A.EXPIRE, assignment) is (None if state in EXPIRING else Conflict)


def test_nobody_approves_or_returns_their_own_text(app: Flask) -> None:
    people.give_role(None, cast.person("ctr_d1"), Role.COMMISSIONER, unit_id=cast.unit("dept_d").id)
    assignment = cast.assignment_in(S.FILED)
    both = cast.actor("ctr_d1")
    for action in (A.APPROVE, A.RETURN):
        assert _refusal(both, action, assignment) is Refused
    commissions.approve(cast.actor("com_d"), assignment, None)
    commissions.publish(both, assignment, None, _appearance())
    assert assignment.state is S.PUBLISHED


def test_the_database_refuses_an_approval_by_the_author_too(app: Flask) -> None:
    assignment = cast.assignment_in(S.FILED)
    with pytest.raises(IntegrityError, match="four eyes"):
        audit.record(db.session(), "assignment-approve", cast.actor("ctr_d1"), assignment=assignment)


# --- Commissions ------------------------------------------------------------------------------------------------


def _brief(**changed: object) -> Brief:
    fields = {"topic": "题目", "brief": "说明", "due_at": clock.now() + timedelta(days=5)} | changed
    return Brief(**fields)  # type: ignore[arg-type]


def test_a_commission_is_offered_to_each_by_one_message(app: Flask) -> None:
    made = cast.commissioned("ctr_d1", "ctr_d2")
    assert made.code == f"P{clock.now().year}-000001"
    assert [it.state for it in made.assignments] == [S.OFFERED, S.OFFERED]
    events = db.session.scalars(select(Event).where(Event.kind == "commission").order_by(Event.seq)).all()
    told = [db.session.scalars(select(OutboxMessage.person_id).where(OutboxMessage.event_seq == event.seq)).all()
            for event in events]
    assert told == [[cast.person("ctr_d1").id], [cast.person("ctr_d2").id]]
    assert all(event.manuscript_id is None for event in events), "a piece's history must not tell of open commissions"


def test_only_who_commissions_for_the_department_commissions(app: Flask, subtests: pytest.Subtests) -> None:
    piece = cast.published()
    for key in ("com_e", "ctr_d1", "coord", "adm", "chief_n"):
        with subtests.test(key), pytest.raises(Refused):
            commissions.commission(
                cast.actor(key), piece, cast.unit("dept_d").id, _brief(), [cast.person("ctr_d1").id])


def test_a_unit_that_no_longer_commissions_commissions_nothing(app: Flask) -> None:
    cast.unit("dept_d").commissions = False
    with pytest.raises(Refused):
        cast.commissioned()


def test_a_commission_on_what_is_not_published_is_refused(app: Flask, subtests: pytest.Subtests) -> None:
    for state in (state for state in State if state is not State.PUBLISHED):
        piece = cast.reach(state)
        with subtests.test(state.value), pytest.raises(Conflict, match="not-published"):
            commissions.commission(
                cast.actor("com_d"), piece, cast.unit("dept_d").id, _brief(), [cast.person("ctr_d1").id])


def test_nobody_is_added_once_the_piece_was_retracted(app: Flask) -> None:
    made = cast.commissioned("ctr_d1")
    publishing.retract(cast.actor("chief_n"), made.manuscript, None, "活动时间有误。")
    with pytest.raises(Conflict, match="not-published"):
        commissions.offer(cast.actor("com_d"), made, [cast.person("ctr_d2").id])


def test_only_the_departments_own_commentators_are_asked_and_no_closed_account(
        app: Flask, subtests: pytest.Subtests) -> None:
    piece = cast.published()
    people.deactivate(None, cast.person("ctr_d2"))
    for key in ("ctr_e1", "com_d", "cor_a1", "ctr_d2"):
        with subtests.test(key), pytest.raises(Invalid, match="not-commentator"):
            commissions.commission(cast.actor("com_d"), piece, cast.unit("dept_d").id, _brief(),
                                   [cast.person("ctr_d1").id, cast.person(key).id])


def test_what_a_commission_lacks_is_named(app: Flask) -> None:
    with pytest.raises(Invalid) as refusal:
        commissions.commission(cast.actor("com_d"), cast.published(), cast.unit("dept_d").id,
                               _brief(topic=" ", brief="", due_at=clock.now()), [])
    assert refusal.value.fields == {"topic": "missing", "brief": "missing", "due_at": "past-time"}
    with pytest.raises(Invalid, match="no-person"):
        commissions.commission(cast.actor("com_d"), cast.published(), cast.unit("dept_d").id, _brief(), [])


def test_another_commentator_is_added_later_and_nobody_twice(app: Flask) -> None:
    made = cast.commissioned("ctr_d1")
    commissions.offer(cast.actor("com_d"), made, [cast.person("ctr_d2").id])
    assert len(made.assignments) == 2
    with pytest.raises(Invalid, match="already-offered"):
        commissions.offer(cast.actor("com_d"), made, [cast.person("ctr_d2").id])
    with pytest.raises(Refused):
        commissions.offer(cast.actor("com_e"), made, [cast.person("ctr_e1").id])


# --- Dates, messages, pages out of date --------------------------------------------------------------------------


def test_everything_open_has_a_date_counted_in_working_days(app: Flask) -> None:
    with clock.at(cast.MONDAY):
        assignment = cast.commissioned().assignments[0]
        asked_until = assignment.commission.due_at

        def day() -> str:
            return assignment.due_at.astimezone(clock.zone()).strftime("%m-%d %H:%M")

        assert day() == "11-25 18:00"
        commissions.accept(cast.actor("ctr_d1"), assignment, None)
        assert assignment.due_at == asked_until
    with clock.at(asked_until):  # a Thursday
        commissions.file(cast.actor("ctr_d1"), assignment, None, cast.WORDS)
        assert day() == "12-07 18:00"
        commissions.return_(cast.actor("com_d"), assignment, None, "请补一个例子。")
        assert day() == "12-07 18:00", "who gets it back on the last day has two more"
        commissions.file(cast.actor("ctr_d1"), assignment, None, cast.WORDS, stands=True)
        commissions.approve(cast.actor("com_d"), assignment, None)
        assert day() == "12-08 18:00"


def test_an_offer_is_not_to_be_answered_later_than_the_text_is_due(app: Flask) -> None:
    with clock.at(cast.MONDAY):
        brief = _brief(due_at=clock.now() + timedelta(hours=5))
        made = commissions.commission(cast.actor("com_d"), cast.published(), cast.unit("dept_d").id, brief,
                                      [cast.person("ctr_d1").id])
        assert made.assignments[0].due_at == brief.due_at


def _told() -> set[str]:
    seq = db.session.scalar(select(Event.seq).order_by(Event.seq.desc()).limit(1))
    return {message.login for message in db.session.execute(
        select(Person.login).join(OutboxMessage, OutboxMessage.person_id == Person.id)
        .where(OutboxMessage.event_seq == seq))}


def test_each_side_hears_of_what_the_other_did(app: Flask) -> None:
    assignment = cast.commissioned().assignments[0]
    writer, asker = cast.actor("ctr_d1"), cast.actor("com_d")
    commissions.accept(writer, assignment, None)
    assert _told() == {"com_d"}
    commissions.save(writer, assignment, None, Words("草稿", "<p>写到一半。</p>"))
    assert _told() == set()
    commissions.file(writer, assignment, None, cast.WORDS)
    assert _told() == {"com_d"}
    commissions.return_(asker, assignment, None, "请补一个例子。")
    assert _told() == {"ctr_d1"}


def test_where_the_commissioner_has_left_the_department_hears(app: Flask) -> None:
    people.give_role(None, cast.person("nobody"), Role.COMMISSIONER, unit_id=cast.unit("dept_d").id)
    assignment = cast.commissioned().assignments[0]
    people.deactivate(None, cast.person("com_d"))
    commissions.accept(cast.actor("ctr_d1"), assignment, None)
    assert _told() == {"nobody"}


def test_a_page_out_of_date_is_refused(app: Flask, subtests: pytest.Subtests) -> None:
    assignment = cast.commissioned().assignments[0]
    seen = assignment.revision
    commissions.accept(cast.actor("ctr_d1"), assignment, seen)
    for act in (commissions.accept, commissions.decline):
        with subtests.test(act.__name__), pytest.raises(Conflict, match="commentary-stale"):
            act(cast.actor("ctr_d1"), assignment, seen)


def test_reasons_and_places_are_asked_for(app: Flask) -> None:
    assignment = cast.assignment_in(S.FILED)
    asker = cast.actor("com_d")
    for act in (commissions.return_, commissions.cancel):
        with pytest.raises(Invalid, match="no-reason"):
            act(asker, assignment, None, " ")
    commissions.approve(asker, assignment, None)
    later = clock.now() + timedelta(hours=1)
    for appearance, field in ((Appearance("", clock.now(), "https://a.example/1"), "channel"),
                              (Appearance("网", clock.now(), "javascript:alert(1)"), "address"),
                              (Appearance("网", later, "https://a.example/1"), "published_at"),
                              (Appearance("网", later.replace(year=1999), "https://a.example/1"), "published_at")):
        with pytest.raises(Invalid) as refusal:
            commissions.publish(asker, assignment, None, appearance)
        assert set(refusal.value.fields) == {field}
    assert assignment.state is S.APPROVED


def test_an_empty_text_is_saved_but_not_filed(app: Flask) -> None:
    assignment = cast.assignment_in(S.ACCEPTED)
    writer = cast.actor("ctr_d1")
    assert commissions.save(writer, assignment, None, Words("", "")) is not None
    with pytest.raises(Invalid) as refusal:
        commissions.file(writer, assignment, None, Words(" ", "<p> </p>"))
    assert refusal.value.fields == {"title": "no-title", "body": "no-text"}


def test_saving_the_same_words_makes_no_version(app: Flask) -> None:
    assignment = cast.assignment_in(S.ACCEPTED)
    writer = cast.actor("ctr_d1")
    assert commissions.save(writer, assignment, None, cast.WORDS) is not None
    revision = assignment.revision
    assert commissions.save(writer, assignment, None, cast.WORDS) is None
    assert assignment.revision == revision
    assert commissions.file(writer, assignment, None, cast.WORDS).number == 1


# --- Need to know -----------------------------------------------------------------------------------------------


def test_a_commission_exists_for_its_department_and_whom_it_asked_only(app: Flask) -> None:
    made = cast.commissioned("ctr_d1")
    for key in ("ctr_d1", "com_d", *OTHERS):
        try:
            access.commission_for(db.session(), cast.actor(key), made.code)
            assert key in ("ctr_d1", "com_d")
        except Invisible:
            assert key not in ("ctr_d1", "com_d")


def test_who_left_the_department_acts_no_more(app: Flask) -> None:
    assignment = cast.assignment_in(S.ACCEPTED)
    membership = cast.person("ctr_d1").memberships[0]
    people.take_role(None, membership)
    for action in (A.DECLINE, A.SAVE, A.FILE):
        assert _refusal(cast.actor("ctr_d1"), action, assignment) is Refused
    with clock.at(assignment.due_at + timedelta(minutes=1)):
        commissions.expire(cast.actor("com_d"), assignment, None)
    assert assignment.state is S.EXPIRED


def test_the_record_of_a_whole_chain_verifies(app: Flask) -> None:
    cast.assignment_in(S.PUBLISHED)
    assert list(audit.verify(db.session())) == []
    assert db.session.scalar(select(Commission.code)) is not None
    assert db.session.execute(text("SELECT count(*) FROM outbox")).scalar_one() > 0
