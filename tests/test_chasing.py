"""Nothing goes silent: reminders, one chaser, one escalation, and that at once where a desk is empty."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from editorial import calendar, clock
from editorial.actions import chasing, commissions, people, reviewing
from editorial.db import db
from editorial.models import Event, Manuscript, Membership, Person
from editorial.queries import history, messages
from editorial.queries.reader import reader_of
from editorial.tables.messages import OutboxMessage
from editorial.terms import AssignmentState, Role
from tests import cast

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    """A time in Wuhan."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_steps_are_counted_in_working_days() -> None:
    """The National Day holiday of 2025 runs to 8 October; 28 September and 11 October are worked."""
    plan = chasing.plan(at("2025-09-26 10:00"), at("2025-09-30 18:00"), False, {})
    assert [plan.before, plan.at, plan.after, plan.above] == [
        at("2025-09-29 18:00"), at("2025-09-30 18:00"), at("2025-10-09 18:00"), at("2025-10-10 18:00")]
    assert chasing.plan(at("2025-09-29 20:00"), at("2025-09-30 18:00"), False, {}).before is None
    urgent = chasing.plan(at("2025-09-30 09:00"), at("2025-09-30 18:00"), True, {})
    assert [urgent.before, urgent.at, urgent.after, urgent.above] == [
        None, None, at("2025-09-30 18:00"), at("2025-10-09 18:00")]


def test_what_an_installation_sets_goes_before_the_library() -> None:
    off, worked = date(2025, 10, 9), date(2025, 10, 12)
    assert calendar.due(at("2025-09-30 10:00"), 1, ZONE, but={off: False}) == at("2025-10-10 18:00")
    assert calendar.due(at("2025-10-11 10:00"), 1, ZONE, but={worked: True}) == at("2025-10-12 18:00")
    assert calendar.knows_make_up_days(2025)
    assert not calendar.knows_make_up_days(2090)
    assert calendar.knows_make_up_days(2090, {date(2090, 1, 1): True})


@pytest.mark.parametrize(("moment", "steps"), [
    ("2025-09-29 17:00", []), ("2025-09-29 18:00", ["before"]), ("2025-09-30 18:00", ["at"]),
    ("2025-10-09 17:59", ["at"]), ("2025-10-09 18:00", ["after"]), ("2025-12-01 00:00", ["after", "above"])])
def test_whoever_looks_late_sends_no_reminder_any_more_but_chaser_and_escalation(moment: str, steps: list[str]) -> None:
    plan = chasing.plan(at("2025-09-26 10:00"), at("2025-09-30 18:00"), False, {})
    assert list(plan.now_due(at(moment))) == steps


START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""A Monday morning in Wuhan."""


def pass_time(days: float, since: int | None = 0) -> None:
    """Look each quarter of a day, from the start to so many days later."""
    for quarter in range(int(days * 4) + 1):
        with clock.at(START + timedelta(hours=6 * quarter)):
            since = chasing.chase(since)


def went() -> list[tuple[str, str]]:
    """What went out because something is due, in order: kind and log-in name."""
    return [(row.kind, row.login) for row in db.session.execute(
        select(Event.kind, Person.login).join(OutboxMessage, OutboxMessage.event_seq == Event.seq)
        .join(Person, Person.id == OutboxMessage.person_id)
        .where(Event.kind.in_(["reminder", "chaser", "escalation"])).order_by(Event.seq, OutboxMessage.id))]


def test_a_signer_hears_before_at_and_after_then_the_unit_above_each_once(app: Flask) -> None:
    with clock.at(START):
        cast.submitted()  # two working days to sign
    pass_time(12)
    assert went() == [("reminder", "sig_a"), ("reminder", "sig_a"), ("chaser", "sig_a"), ("escalation", "sig_district")]
    steps = [event.data["step"] for event in db.session.scalars(
        select(Event).where(Event.kind.in_(["reminder", "chaser", "escalation"])).order_by(Event.seq))]
    assert steps == ["before", "at", "after", "above"]


def test_a_desk_is_chased_as_a_whole_and_its_chief_editor_is_told(app: Flask) -> None:
    with clock.at(START):
        cast.signed()
    pass_time(6)
    assert set(went()) == {("reminder", "pol_n"), ("reminder", "pol_n2"), ("chaser", "pol_n"), ("chaser", "pol_n2"),
                           ("escalation", "chief_n")}
    assert [kind for kind, who in went() if who == "pol_n2"].count("chaser") == 1


def test_what_moves_on_begins_anew_and_what_moved_in_time_is_chased_by_nobody(app: Flask) -> None:
    with clock.at(START):
        manuscript = cast.signed()
    with clock.at(START + timedelta(hours=1)):
        reviewing.claim(cast.actor("pol_n"), manuscript, None)
        reviewing.return_(cast.actor("pol_n"), manuscript, None, "请补充")
    pass_time(1)
    assert went() == []
    pass_time(14)
    assert went() == [("reminder", "cor_a1"), ("reminder", "cor_a1"), ("chaser", "cor_a1"), ("escalation", "sig_a")]


def test_what_is_urgent_is_chased_when_it_is_late(app: Flask) -> None:
    with clock.at(START):
        cast.submitted(urgent=True)
    pass_time(0.5)
    assert went() == [("chaser", "sig_a")]
    pass_time(2)
    assert went()[1:] == [("escalation", "sig_district")]


def test_a_desk_that_becomes_empty_escalates_at_once_and_once(app: Flask) -> None:
    with clock.at(START):
        cast.signed()
        seq = chasing.chase(None)
        for key in ("pol_n", "pol_n2"):
            people.take_role(None, db.session.scalars(select(Membership).where(
                Membership.person_id == cast.person(key).id)).one())
        seq = chasing.chase(seq)
        assert went() == [("escalation", "chief_n")]
        event = db.session.scalars(select(Event).where(Event.kind == "escalation")).one()
        assert event.data["nobody"] is True
    pass_time(6, seq)
    assert went() == [("escalation", "chief_n")]


def test_closed_accounts_are_not_chased_and_the_coordinator_is_above_all(app: Flask) -> None:
    with clock.at(START):
        cast.signed()
        seq = chasing.chase(None)
        for key in ("pol_n", "pol_n2", "chief_n"):
            people.deactivate(None, cast.person(key))
        chasing.chase(seq)
        assert went() == [("escalation", "coord")]


def test_where_all_of_a_desk_wrote_or_read_it_nobody_can_act_and_somebody_above_is_told(app: Flask) -> None:
    with clock.at(START):
        people.take_role(None, db.session.scalars(select(Membership).where(
            Membership.person_id == cast.person("pol_n2").id)).one())
        people.give_role(None, cast.person("pol_n"), Role.SIGNER, unit_id=cast.unit("unit_a").id)
        people.take_role(None, db.session.scalars(select(Membership).where(
            Membership.person_id == cast.person("sig_a").id)).one())
        cast.signed(signer="pol_n")
        chasing.chase(0)
        assert went() == [("escalation", "chief_n")]


def test_a_commentator_is_chased_then_the_department_then_the_coordinator(app: Flask) -> None:
    with clock.at(START):
        assignment = cast.assignment_in(AssignmentState.OFFERED)
    pass_time(10)
    assert went()[-1] == ("escalation", "com_d")
    assert {who for _kind, who in went()[:-1]} == {"ctr_d1"}
    with clock.at(START + timedelta(days=20)):
        commissions.decline(cast.actor("ctr_d1"), assignment, None)
    before = len(went())
    pass_time(30)
    assert len(went()) == before


def test_an_assignment_whose_commentator_has_left_is_told_to_the_department_at_once(app: Flask) -> None:
    with clock.at(START):
        cast.assignment_in(AssignmentState.OFFERED)
        seq = chasing.chase(None)
        before = len(went())
        people.deactivate(None, cast.person("ctr_d1"))
        chasing.chase(chasing.chase(seq))
        assert went()[before:] == [("escalation", "com_d")]


def test_the_history_tells_of_chaser_and_escalation_and_the_messages_use_its_words(app: Flask) -> None:
    with app.test_request_context():
        with clock.at(START):
            manuscript = cast.submitted()
        pass_time(8)
        db.session.expire_all()
        said = [entry.text for entry in history.of_manuscript(reader_of(cast.actor("cor_a1"), manuscript), manuscript)]
        told = [notice.text for notice in messages.inbox(cast.actor("sig_district")).rows]
        day = said[1].partition(" 18:00 前")[0]
        assert told[0] == said[0] == f"{day} 18:00 前应办理，催办后仍未办，已向上一级督办。"
        assert said[1] == f"{day} 18:00 前应办理，已逾期，已向经办人催办。" and re.fullmatch(r"\d{4}年\d+月\d+日", day)
        notice = messages.inbox(cast.actor("sig_a")).rows[0]
        assert (notice.kind, notice.duty) == ("reminder", "sign")
        assert messages.unread(cast.actor("sig_district")) == 1


def test_two_that_look_at_once_send_nothing_twice(app: Flask) -> None:
    """G15, as far as the database holds it: the same step of the same waiting can't be put down again."""
    with clock.at(START):
        cast.submitted()
    pass_time(4, None)
    before = went()
    pass_time(4, None)
    assert went() == before
    assert db.session.scalars(select(Manuscript.id)).all()
