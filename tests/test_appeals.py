"""Appeals, transfer and share: what chief editors hear, hand on and send to the other office."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from editorial import access, audit, clock
from editorial.actions import manuscripts, organisation, people, publishing, reviewing
from editorial.actions.organisation import StepData
from editorial.db import db
from editorial.errors import Conflict, Invalid, Invisible, Refused
from editorial.models import Manuscript
from editorial.terms import Action, Role, State
from editorial.workflow import available
from tests import cast
from tests.test_corrections import OTHER, correcting, last_event, told


def rejected_and_appealed(reader: str = "pol_n") -> Manuscript:
    """Rejected at the first stage by `reader`, and appealed by its author."""
    manuscript = cast.signed()
    reviewing.claim(cast.actor(reader), manuscript, None)
    reviewing.reject(cast.actor(reader), manuscript, None, "来源不明。")
    manuscripts.appeal(cast.actor("cor_a1"), manuscript, None, "来源已附。")
    return manuscript


# --- Appeals ----------------------------------------------------------------------------------------------------


def test_an_appeal_reopened_without_a_reason_is_refused(app: Flask) -> None:
    manuscript = rejected_and_appealed()
    for hear in (publishing.reopen, publishing.uphold):
        with pytest.raises(Invalid, match="reason"):
            hear(cast.actor("chief_n"), manuscript, None, "")
    assert manuscript.appeal_open and manuscript.state is State.REJECTED


def test_a_reopened_manuscript_begins_a_new_round_and_keeps_the_old_decision(app: Flask) -> None:
    manuscript = rejected_and_appealed()
    publishing.reopen(cast.actor("chief_n"), manuscript, None, "来源已补。")
    assert (manuscript.state, manuscript.round) == (State.IN_REVIEW, 2)
    assert [decision.verdict.value for decision in manuscript.decisions] == ["pass", "reject"]
    assert manuscript.decisions[-1].undone_at is None
    assert manuscript.closed_at is None and manuscript.due_at is not None
    assert cast.person("cor_a1").id in told(last_event(manuscript, "reopen"))
    assert cast.passed(manuscript, "pol_n2", "con_n", "qua_n").state is State.ACCEPTED


def test_a_reopened_manuscript_goes_to_the_desk_not_to_who_rejected_it(app: Flask) -> None:
    manuscript = rejected_and_appealed()
    publishing.reopen(cast.actor("chief_n"), manuscript, None, "来源已补。")
    assert manuscript.stage is not None and manuscript.stage.slug == "political"
    assert manuscript.assignee_id is None


def test_an_upheld_rejection_stands_and_is_not_appealed_again(app: Flask) -> None:
    manuscript = rejected_and_appealed()
    publishing.uphold(cast.actor("chief_n"), manuscript, None, "理由不足。")
    assert manuscript.state is State.REJECTED and manuscript.due_at is None
    with pytest.raises(Conflict, match="no-appeal"):
        manuscripts.appeal(cast.actor("cor_a1"), manuscript, None, "再看一次。")
    with pytest.raises(Conflict, match="no-open-appeal"):
        publishing.reopen(cast.actor("chief_n"), manuscript, None, "改主意了。")


def test_who_took_part_in_the_rejection_does_not_hear_the_appeal(app: Flask) -> None:
    office = cast.office("n")
    people.give_role(None, cast.person("pol_n"), Role.CHIEF_EDITOR, office_id=office.id)
    manuscript = rejected_and_appealed("pol_n")
    for hear in (publishing.reopen, publishing.uphold):
        with pytest.raises(Refused, match="took-part"):
            hear(cast.actor("pol_n"), manuscript, None, "我来看看。")
    assert Action.REOPEN not in {row.action for row in available(cast.actor("pol_n"), manuscript)}
    assert told(last_event(manuscript, "appeal")) == {cast.person("chief_n").id}


def test_an_author_does_not_hear_their_own_appeal(app: Flask) -> None:
    people.give_role(None, cast.person("cor_a1"), Role.CHIEF_EDITOR, office_id=cast.office("n").id)
    manuscript = rejected_and_appealed()
    with pytest.raises(Refused, match="own-work"):
        publishing.reopen(cast.actor("cor_a1"), manuscript, None, "我自己的稿。")


def test_an_appeal_has_thirty_days(app: Flask) -> None:
    manuscript = cast.reach(State.REJECTED)
    with clock.at(clock.now() + timedelta(days=31)), pytest.raises(Conflict, match="no-appeal"):
        manuscripts.appeal(cast.actor("cor_a1"), manuscript, None, "晚了。")
    with clock.at(clock.now() + timedelta(days=29)):
        manuscripts.appeal(cast.actor("cor_a1"), manuscript, None, "没晚。")
    assert manuscript.appeal_open


def test_what_the_unit_s_signer_rejected_is_no_matter_for_the_chief(app: Flask) -> None:
    manuscript = cast.reach(State.RETURNED)
    author = cast.actor("cor_a1")
    manuscripts.save(author, manuscript, None, OTHER)
    manuscripts.resubmit(author, manuscript, None, "重写")
    reviewing.reject(cast.actor("sig_a"), manuscript, None, "不再上报。")
    with pytest.raises(Conflict, match="no-appeal"):
        manuscripts.appeal(author, manuscript, None, "请主编看看。")


# --- Transfer and share -----------------------------------------------------------------------------------------


def test_a_transferred_manuscript_leaves_the_old_office_at_once(app: Flask) -> None:
    manuscript = cast.passed(cast.signed(), "pol_n")
    reviewing.claim(cast.actor("con_n"), manuscript, None)
    reviewing.transfer(cast.actor("chief_n"), manuscript, None, cast.office("t").id, "更适合电视。")
    for key in ("pol_n", "con_n", "qua_n", "chief_n", "pub_n"):
        with pytest.raises(Invisible):
            access.manuscript_for(db.session(), cast.actor(key), manuscript.code)
        actor = cast.actor(key)
        visible = db.session.scalars(select(Manuscript.id).where(access.visible_to(actor.roles)),
                                     access.values(actor)).all()
        assert manuscript.id not in visible, key
    for key in ("pol_t", "chief_t", "cor_a1", "sig_a"):
        assert access.manuscript_for(db.session(), cast.actor(key), manuscript.code) is manuscript


def test_a_transferred_manuscript_begins_at_the_first_stage_and_stays_signed(app: Flask) -> None:
    manuscript = cast.passed(cast.signed(), "pol_n", "con_n")
    reviewing.transfer(cast.actor("chief_n"), manuscript, None, cast.office("t").id, "更适合电视。")
    assert manuscript.state is State.IN_REVIEW and manuscript.assignee_id is None
    assert manuscript.stage is not None
    assert (manuscript.stage.office_id, manuscript.stage.slug) == (cast.office("t").id, "political")
    told_of = told(last_event(manuscript, "transfer"))
    assert told_of == {cast.person("cor_a1").id, cast.person("pol_t").id}
    assert cast.passed(manuscript, "pol_t", "con_t", "qua_t").state is State.ACCEPTED


def test_a_transfer_needs_a_reason_and_an_office_without_the_story(app: Flask) -> None:
    manuscript = cast.signed(offices=("n", "t"))
    with pytest.raises(Invalid, match="reason"):
        reviewing.transfer(cast.actor("chief_n"), manuscript, None, cast.office("t").id, " ")
    for place in ("t", "n"):
        with pytest.raises(Conflict, match="already-shared"):
            reviewing.transfer(cast.actor("chief_n"), manuscript, None, cast.office(place).id, "更适合电视。")


def test_nobody_reads_a_second_stage_of_a_transferred_manuscript(app: Flask) -> None:
    stage = next(stage for stage in cast.office("t").stages if stage.slug == "political")
    people.give_role(None, cast.person("con_n"), Role.STAGE_REVIEWER, office_id=stage.office_id, stage_id=stage.id)
    manuscript = cast.passed(cast.signed(), "pol_n", "con_n")
    reviewing.transfer(cast.actor("chief_n"), manuscript, None, cast.office("t").id, "更适合电视。")
    with pytest.raises(Refused, match="read-elsewhere"):
        reviewing.claim(cast.actor("con_n"), manuscript, None)


@pytest.mark.parametrize("who", ["chief_n", "cor_a1"])
def test_a_shared_story_is_a_second_manuscript_that_needs_no_second_signature(app: Flask, who: str) -> None:
    manuscript = cast.accepted()
    second = manuscripts.share(cast.actor(who), manuscript, None, cast.office("t").id)
    assert second.story_id == manuscript.story_id and second.code != manuscript.code
    assert (second.state, second.office_id) == (State.IN_REVIEW, cast.office("t").id)
    assert second.submitted_at == manuscript.submitted_at
    assert manuscript.state is State.ACCEPTED
    assert second.decisions == []
    with pytest.raises(Invisible):
        access.manuscript_for(db.session(), cast.actor("chief_t"), manuscript.code)
    with pytest.raises(Conflict, match="already-shared"):
        manuscripts.share(cast.actor(who), manuscript, None, cast.office("t").id)


def test_a_closed_office_is_sent_nothing(app: Flask) -> None:
    manuscript = cast.signed()
    office = organisation.create_office(None, "radio", "电台编辑部", "Radio Desk")
    organisation.create_ruleset(None, office, date(2020, 1, 1), [StepData("political", "政治关", "Political")])
    organisation.change_office(None, office, name=office.name, name_en=office.name_en, shows_reviewers=False,
                               undo_minutes=5, is_active=False)
    with pytest.raises(Conflict):
        reviewing.transfer(cast.actor("chief_n"), manuscript, None, office.id, "更适合电台。")
    with pytest.raises(Conflict):
        manuscripts.share(cast.actor("chief_n"), manuscript, None, office.id)


def test_the_record_of_all_this_holds(app: Flask) -> None:
    correcting()
    publishing.retract(cast.actor("chief_n"), cast.published(), None, "活动取消。")
    publishing.reopen(cast.actor("chief_n"), rejected_and_appealed(), None, "来源已补。")
    assert list(audit.verify(db.session())) == []
