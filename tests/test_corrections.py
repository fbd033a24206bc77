"""After the stages have passed a piece: publication, corrections, retraction, appeals, transfer and share."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from editorial import access, audit, clock
from editorial.actions import manuscripts, organisation, people, publishing, reviewing
from editorial.actions.organisation import StepData
from editorial.actions.publishing import Placement
from editorial.actions.texts import Text
from editorial.db import db
from editorial.errors import Conflict, Invalid, Invisible, Refused
from editorial.models import Channel, Decision, Event, Manuscript, OutboxMessage
from editorial.workflow import Action, Role, State, available
from tests import cast
from tests.client import Visitor
from tests.pages import made, then

CORRECTED = Text("江滩芦苇节周六开幕", "本报讯 通讯员何晓晴", "<p>江滩芦苇节周六开幕，前文日期有误。</p>")
OTHER = Text("芦苇节下月开幕", "本报讯 通讯员何晓晴", "<p>芦苇节下月开幕。</p>")


def placement(manuscript: Manuscript, place: int = 0, **more: object) -> Placement:
    """A publication on one of the channels of the manuscript's office, a minute ago."""
    channels = db.session.scalars(
        select(Channel).where(Channel.office_id == manuscript.office_id).order_by(Channel.id)).all()
    fields = {"channel_id": channels[place].id, "published_at": clock.now() - timedelta(minutes=1),
              "address": f"https://news.example/{manuscript.code}/{place}", **more}
    return Placement(**fields)  # type: ignore[arg-type]


def correcting(text: Text = CORRECTED, **more: object) -> Manuscript:
    """A published piece with a correction under review."""
    manuscript = cast.published(**more)
    publishing.correct(cast.actor("chief_n"), manuscript, None, text, "日期已更正。")
    return manuscript


def rejected_and_appealed(reader: str = "pol_n") -> Manuscript:
    """Rejected at the first stage by `reader`, and appealed by its author."""
    manuscript = cast.signed()
    reviewing.claim(cast.actor(reader), manuscript, None)
    reviewing.reject(cast.actor(reader), manuscript, None, "来源不明。")
    manuscripts.appeal(cast.actor("cor_a1"), manuscript, None, "来源已附。")
    return manuscript


def told(event: Event) -> set[int]:
    """Who gets a message about `event`."""
    return set(db.session.scalars(select(OutboxMessage.person_id).where(OutboxMessage.event_seq == event.seq)))


def last_event(manuscript: Manuscript, kind: str) -> Event:
    """The last event of this kind about `manuscript`."""
    return db.session.scalars(select(Event).where(
        Event.manuscript_id == manuscript.id, Event.kind == kind).order_by(Event.seq.desc()).limit(1)).one()


# --- Publication ------------------------------------------------------------------------------------------------


def test_what_lacks_a_stage_can_not_be_published(app: Flask) -> None:
    manuscript = cast.passed(cast.signed(), "pol_n", "con_n")
    with pytest.raises(Conflict, match="wrong-state"):
        publishing.publish(cast.actor("pub_n"), manuscript, None, placement(manuscript))
    assert manuscript.publications == []


def test_a_rejected_text_is_neither_passed_nor_published(app: Flask) -> None:
    manuscript = cast.reach(State.REJECTED)
    with pytest.raises(Conflict, match="wrong-state"):
        publishing.publish(cast.actor("pub_n"), manuscript, None, placement(manuscript))
    with pytest.raises(Conflict, match="wrong-state"):
        reviewing.pass_(cast.actor("pol_n"), manuscript, None, cast.ANSWERS)


def test_a_publication_names_the_cleared_text_by_its_digest(app: Flask) -> None:
    manuscript = cast.accepted()
    made = publishing.publish(cast.actor("pub_n"), manuscript, None, placement(manuscript, place=1))
    assert made.digest == made.version.digest
    passes = db.session.scalars(select(Decision.stage_id).where(
        Decision.manuscript_id == manuscript.id, Decision.digest == made.digest, Decision.stage_id.is_not(None))).all()
    assert len(set(passes)) == 3


def test_two_channels_are_two_publications_and_the_first_time_counts(app: Flask) -> None:
    manuscript = cast.accepted()
    first, earlier = clock.now() - timedelta(hours=1), clock.now() - timedelta(hours=3)
    publishing.publish(cast.actor("pub_n"), manuscript, None, placement(manuscript, published_at=first))
    publishing.publish(cast.actor("pub_n"), manuscript, None, placement(manuscript, 1, published_at=earlier))
    assert len(manuscript.publications) == 2
    assert manuscript.published_at == earlier


def test_the_same_publication_is_recorded_once(app: Flask) -> None:
    manuscript = cast.accepted()
    publishing.publish(cast.actor("pub_n"), manuscript, None, placement(manuscript))
    with pytest.raises(Invalid, match="duplicate-publication"):
        publishing.publish(cast.actor("pub_n"), manuscript, None, placement(manuscript))


@pytest.mark.parametrize("address", ["", "news.example/1", "ftp://news.example/1", "https://", "https://news",
                                     "https://news.example/a b", "javascript:alert(1)", "http://[",
                                     "https://news.example/\u202egnp", "//news.example/1", "https:///news.example"])
def test_an_address_that_leads_nowhere_is_refused(app: Flask, address: str) -> None:
    manuscript = cast.accepted()
    with pytest.raises(Invalid, match="no-address"):
        publishing.publish(cast.actor("pub_n"), manuscript, None, placement(manuscript, address=address))


def test_an_address_with_chinese_in_it_is_an_address(app: Flask) -> None:
    manuscript = cast.accepted()
    made = publishing.publish(cast.actor("pub_n"), manuscript, None,
                              placement(manuscript, address="https://news.example/江滩?p=1"))
    assert made.address == "https://news.example/江滩?p=1"


def test_what_is_to_come_has_not_come_out(app: Flask) -> None:
    manuscript = cast.accepted()
    tomorrow = clock.now() + timedelta(days=1)
    with pytest.raises(Invalid, match="bad-time"):
        publishing.publish(cast.actor("pub_n"), manuscript, None, placement(manuscript, published_at=tomorrow))


def test_a_piece_comes_out_on_its_own_office_s_open_channels(app: Flask) -> None:
    manuscript = cast.accepted()
    foreign = db.session.scalars(select(Channel).where(Channel.office_id == cast.office("t").id)).first()
    assert foreign is not None
    with pytest.raises(Invalid, match="channel"):
        publishing.publish(cast.actor("pub_n"), manuscript, None, placement(manuscript, channel_id=foreign.id))
    closed = placement(manuscript)
    db.session.get_one(Channel, closed.channel_id).is_active = False
    with pytest.raises(Invalid, match="channel"):
        publishing.publish(cast.actor("pub_n"), manuscript, None, closed)


# --- Corrections ------------------------------------------------------------------------------------------------


def test_a_correction_holds_only_after_every_stage_has_passed_it(app: Flask) -> None:
    manuscript = correcting()
    published = manuscript.cleared_version
    assert manuscript.state is State.PUBLISHED and manuscript.stage is not None
    for reader in ("pol_n", "con_n", "qua_n"):
        assert manuscript.cleared_version is published
        assert manuscript.corrections[-1].outcome is None
        cast.passed(manuscript, reader)
    assert manuscript.corrections[-1].outcome == "effective"
    assert manuscript.cleared_version is manuscript.version is not published
    assert manuscript.stage_id is None and manuscript.due_at is None


def test_readers_see_the_published_text_and_title_until_the_correction_holds(app: Flask) -> None:
    manuscript = correcting()
    reader = cast.actor("cor_b1")
    assert [version.number for version in access.versions_for(reader, manuscript)] == [1]
    assert manuscript.title == cast.TEXT.title
    cast.passed(manuscript, "pol_n", "con_n", "qua_n")
    assert access.versions_for(reader, manuscript)[-1].number == 2
    assert manuscript.title == CORRECTED.title


def test_a_correction_goes_back_to_those_who_passed_the_text_before(app: Flask) -> None:
    manuscript = correcting()
    assert manuscript.assignee_id == cast.person("pol_n").id
    cast.passed(manuscript, "pol_n")
    assert manuscript.assignee_id == cast.person("con_n").id


def test_a_refused_correction_leaves_what_is_published(app: Flask) -> None:
    manuscript = correcting()
    published = manuscript.cleared_version
    reviewing.reject(cast.actor("pol_n"), manuscript, None, "原文无误。")
    assert manuscript.state is State.PUBLISHED
    assert manuscript.version is manuscript.cleared_version is published
    assert manuscript.title == cast.TEXT.title
    assert manuscript.corrections[-1].outcome == "refused"
    assert (manuscript.stage_id, manuscript.assignee_id, manuscript.due_at) == (None, None, None)
    assert last_event(manuscript, "reject").data["version"] == 2


def test_after_a_refused_correction_everybody_reads_the_published_text_again(app: Flask) -> None:
    code = made(correcting)
    then(lambda one: reviewing.reject(cast.actor("pol_n"), one, None, "原文无误。"), code)
    for key in ("chief_n", "cor_a1", "cor_b1"):
        visitor = Visitor(app, key)
        visitor.get(f"/manuscripts/{code}")
        heading, = visitor.find("//h1")
        assert "".join(heading.itertext()).strip() == cast.TEXT.title, key
        assert "市民在江边散步" in visitor.text, key
    visitor = Visitor(app, "chief_n")
    visitor.get(f"/manuscripts/{code}/sheet")
    assert cast.TEXT.title in visitor.text and CORRECTED.title not in visitor.text


def test_after_a_refused_correction_another_one_can_be_made(app: Flask) -> None:
    manuscript = correcting()
    reviewing.reject(cast.actor("pol_n"), manuscript, None, "原文无误。")
    publishing.correct(cast.actor("chief_n"), manuscript, None, OTHER, "时间再次核实。")
    assert manuscript.version is not None and manuscript.version.number == 3
    cast.passed(manuscript, "pol_n", "con_n", "qua_n")
    assert [correction.outcome for correction in manuscript.corrections] == ["refused", "effective"]


def test_a_correction_back_to_an_earlier_text_is_read_anew_by_every_stage(app: Flask) -> None:
    manuscript = cast.passed(correcting(), "pol_n", "con_n", "qua_n")
    publishing.correct(cast.actor("chief_n"), manuscript, None, cast.TEXT, "恢复原文。")
    assert manuscript.stage is not None and manuscript.stage.slug == "political"
    assert manuscript.corrections[-1].outcome is None
    cast.passed(manuscript, "pol_n", "con_n", "qua_n")
    assert manuscript.corrections[-1].outcome == "effective"


def test_a_correction_that_changes_nothing_is_none(app: Flask) -> None:
    manuscript = cast.published()
    with pytest.raises(Conflict, match="same-text"):
        publishing.correct(cast.actor("chief_n"), manuscript, None, cast.TEXT, "无变化。")


@pytest.mark.parametrize(("text", "note", "field"), [
    (CORRECTED, " ", "note"),
    (Text("", "通讯员", "<p>文</p>"), "更正。", "title"),
    (Text("题", "通讯员", "<p> </p>"), "更正。", "body"),
    (Text("题", "", "<p>文</p>"), "更正。", "byline"),
])
def test_a_correction_needs_its_note_and_a_whole_text(app: Flask, text: Text, note: str, field: str) -> None:
    manuscript = cast.published()
    with pytest.raises(Invalid) as refusal:
        publishing.correct(cast.actor("chief_n"), manuscript, None, text, note)
    assert set(refusal.value.fields) == {field}


def test_one_correction_at_a_time_and_nothing_else_comes_out_meanwhile(app: Flask) -> None:
    manuscript = correcting()
    with pytest.raises(Conflict, match="correction-open"):
        publishing.correct(cast.actor("chief_n"), manuscript, None, OTHER, "再改。")
    with pytest.raises(Conflict, match="correction-open"):
        publishing.publish(cast.actor("pub_n"), manuscript, None, placement(manuscript, place=1))
    with pytest.raises(Conflict, match="correction-open"):
        manuscripts.request_correction(cast.actor("cor_a1"), manuscript, None, "还有一处。")


def test_after_a_correction_the_corrected_text_goes_to_further_channels(app: Flask) -> None:
    manuscript = cast.passed(correcting(), "pol_n", "con_n", "qua_n")
    made = publishing.publish(cast.actor("pub_n"), manuscript, None, placement(manuscript, place=1))
    assert made.version.number == 2


def test_only_the_chief_corrects_and_the_author_asks(app: Flask) -> None:
    manuscript = cast.published()
    for key in ("cor_a1", "pub_n", "pol_n", "chief_t", "coord", "adm"):
        with pytest.raises(Refused):
            publishing.correct(cast.actor(key), manuscript, None, CORRECTED, "更正。")
    manuscripts.request_correction(cast.actor("cor_a1"), manuscript, None, "日期写错了。")
    event = last_event(manuscript, "request-correction")
    assert (event.reason, told(event)) == ("日期写错了。", {cast.person("chief_n").id})


def test_publishers_hear_of_a_correction_that_holds(app: Flask) -> None:
    manuscript = cast.passed(correcting(), "pol_n", "con_n", "qua_n")
    assert told(last_event(manuscript, "clear")) == {cast.person("pub_n").id}


# --- Retraction -------------------------------------------------------------------------------------------------


def test_a_retraction_has_a_public_reason(app: Flask) -> None:
    manuscript = cast.published()
    with pytest.raises(Invalid, match="public_reason"):
        publishing.retract(cast.actor("chief_n"), manuscript, None, " \n")
    publishing.retract(cast.actor("chief_n"), manuscript, None, "活动取消。")
    assert (manuscript.state, manuscript.public_reason) == (State.RETRACTED, "活动取消。")
    assert told(last_event(manuscript, "retract")) == {cast.person("cor_a1").id, cast.person("pub_n").id}


def test_after_a_retraction_readers_see_that_it_was_there_and_not_its_text(app: Flask) -> None:
    manuscript = cast.published()
    reader = cast.actor("cor_b1")
    assert access.versions_for(reader, manuscript)
    publishing.retract(cast.actor("chief_n"), manuscript, None, "活动取消。")
    assert access.manuscript_for(db.session(), reader, manuscript.code) is manuscript
    assert access.versions_for(reader, manuscript) == []
    with pytest.raises(Invisible):
        access.version_for(reader, manuscript, 1)
    for key in ("cor_a1", "sig_a", "chief_n", "coord"):
        assert access.versions_for(cast.actor(key), manuscript), key


def test_a_retraction_ends_the_correction_under_review(app: Flask) -> None:
    manuscript = correcting()
    publishing.retract(cast.actor("chief_n"), manuscript, None, "活动取消。")
    assert manuscript.corrections[-1].outcome == "refused"
    assert manuscript.version is manuscript.cleared_version
    assert (manuscript.stage_id, manuscript.assignee_id) == (None, None)
    assert cast.person("pol_n").id in told(last_event(manuscript, "retract"))
    assert available(cast.actor("chief_n"), manuscript) == []


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
        visible = db.session.scalars(select(Manuscript.id).where(access.visible_to(cast.actor(key)))).all()
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
