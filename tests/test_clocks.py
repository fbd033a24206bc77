"""Who has it and until when stands on the author's page wherever it waits; what runs keeps the rules it began under."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from editorial import calendar, clock
from editorial.actions import commissions, organisation, reviewing
from editorial.actions import manuscripts as authors_acts
from editorial.actions.organisation import StepData
from editorial.calendar import USUAL, Times
from editorial.db import db
from editorial.models import Assignment, Manuscript
from editorial.queries import manuscripts
from editorial.terms import Duty, State
from editorial.workflow import waiting_on
from tests import cast
from tests.situations import SITUATIONS
from tests.test_chasing import START

WHO = {
    "awaiting sign-off": "百步亭支部审签人", "on the desk": "审稿编辑", "held by pol_n": "审稿编辑",
    "at content, passed by pol_n": "审稿编辑", "edited at quality, back at pol_n": "审稿编辑",
    "returned by pol_n": "何晓晴", "returned by the signer": "何晓晴", "appealed": "长江日报编辑部主编",
    "accepted": "长江日报编辑部发布员", "correction asked for": "长江日报编辑部主编",
    "correction under review": "审稿编辑", "recalled after the office read it": "何晓晴",
}


def test_the_author_sees_who_has_it_and_until_when_wherever_it_waits(app: Flask) -> None:
    with app.test_request_context():
        for situation, who in WHO.items():
            found = SITUATIONS[situation]()
            page = manuscripts.page(cast.actor("cor_a1"), found.code)
            assert waiting_on(found), situation
            assert who in page.holder, (situation, page.holder)
            assert found.due_at is not None, situation
            assert found.due_at > clock.now(), situation


def test_what_is_under_way_keeps_the_days_of_the_rules_it_began_under(app: Flask) -> None:
    office = cast.office("n")

    def rules(days: int) -> list[StepData]:
        return [StepData(stage, title, title_en, "", "", days, cast.CHECKLIST)
                for stage, title, title_en in cast.STAGES]

    def at_content() -> Manuscript:
        return cast.passed(cast.signed(), "pol_n")

    with clock.at(START):
        before = cast.signed()
    with clock.at(START + timedelta(hours=1)):
        organisation.create_ruleset(cast.actor("adm"), office, clock.today(), rules(4))
        reviewing.claim(cast.actor("pol_n"), before, None)
        reviewing.pass_(cast.actor("pol_n"), before, None, cast.ANSWERS)
        after = at_content()
        assert (before.ruleset_id == after.ruleset_id, before.stage_id == after.stage_id) == (False, True)
        days = [(m.due_at - START).days for m in (before, after) if m.due_at]
        assert days == [1, 4]
        db.session.rollback()


def test_an_office_sets_the_days_of_everything_and_what_urgent_means(app: Flask) -> None:
    """Of the unit's signature, too, and of commentary on what it published; what is under way keeps what it had."""
    usual = Times({**dict.fromkeys(USUAL.days, 1), Duty.SIGN: 7, Duty.REVISE: 8, Duty.HEAR: 9, Duty.PUBLISH: 10,
                   Duty.CORRECT: 11, Duty.ANSWER: 12, Duty.APPROVE: 13, Duty.PLACE: 14}, urgent=3)
    steps = [StepData(stage, title, title_en, "", "", 6, cast.CHECKLIST) for stage, title, title_en in cast.STAGES]

    def left(found: Manuscript | Assignment) -> int:
        assert found.due_at is not None
        return next(days for days in range(60) if calendar.due(clock.now(), days, clock.zone()) == found.due_at)

    with clock.at(START):
        before = cast.submitted()
        organisation.create_ruleset(cast.actor("adm"), cast.office("n"), clock.today(), steps, times=usual)
        reviewing.return_(cast.actor("sig_a"), before, None, "请补充来源。")
        after, urgent = cast.submitted(), cast.submitted(urgent=True)
        assert [left(one) for one in (before, after, urgent)] == [5, 7, 3]
        reviewing.sign_off(cast.actor("sig_a"), after, None, True)
        assert left(after) == 6
        cast.passed(after, "pol_n", "con_n", "qua_n")
        assert left(after) == 10
        assert [left(cast.reach(state)) for state in (State.RETURNED, State.ACCEPTED)] == [8, 10]
        authors_acts.appeal(cast.actor("cor_a1"), rejected := cast.reach(State.REJECTED), None, "有采访记录。")
        authors_acts.request_correction(cast.actor("cor_a1"), out := cast.put_out(after), None, "人名有误。")
        assert [left(one) for one in (rejected, out)] == [9, 11]
        offered = cast.commission_on(cast.published(), "ctr_d1").assignments[0]
        offered.commission.due_at = clock.now() + timedelta(days=60)
        commissions.offer(cast.actor("com_d"), offered.commission, [cast.person("ctr_d2").id])
        assert left(offered.commission.assignments[1]) == 12
        commissions.accept(cast.actor("ctr_d1"), offered, None)
        commissions.file(cast.actor("ctr_d1"), offered, None, cast.WORDS)
        assert left(offered) == 13
        commissions.approve(cast.actor("com_d"), offered, None)
        assert left(offered) == 14
        db.session.rollback()


def test_while_it_is_with_one_side_the_time_of_the_others_stands_still(app: Flask) -> None:
    with app.test_request_context():
        with clock.at(START):
            found = cast.submitted()
        with clock.at(START + timedelta(hours=5)):
            reviewing.sign_off(cast.actor("sig_a"), found, None, True)
        with clock.at(START + timedelta(days=3)):
            reviewing.claim(cast.actor("pol_n"), found, None)
            reviewing.return_(cast.actor("pol_n"), found, None, "请补充")
        with clock.at(START + timedelta(days=5)):
            assert manuscripts.page(cast.actor("cor_a1"), found.code).waited == [
                "在单位 5 小时", "在编辑部 2 天", "在作者 2 天"]
            assert manuscripts.page(cast.actor("coord"), found.code).waited[1] == "在编辑部 2 天"
