"""After the stages have passed a piece: publication, corrections, retraction, appeals, transfer and share."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from editorial import access, clock
from editorial.actions import manuscripts, publishing, reviewing
from editorial.actions.publishing import Placement
from editorial.actions.texts import Text
from editorial.db import db
from editorial.errors import Conflict, Invalid, Invisible, Refused
from editorial.models import Channel, Decision, Event, Manuscript
from editorial.tables.messages import OutboxMessage
from editorial.terms import State, Verdict
from editorial.workflow import available
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


def test_an_address_that_leads_nowhere_is_refused(app: Flask, subtests: pytest.Subtests) -> None:
    manuscript = cast.accepted()
    for address in ("", "news.example/1", "ftp://news.example/1", "https://", "https://news",
                    "https://news.example/a b", "javascript:alert(1)", "http://[",
                    "https://news.example/\u202egnp", "//news.example/1", "https:///news.example"):
        with subtests.test(address), pytest.raises(Invalid, match="no-address"):
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


def test_nothing_came_out_long_before_it_was_cleared(app: Flask) -> None:
    manuscript = cast.accepted()
    assert manuscript.accepted_at is not None
    day = timedelta(days=1)
    for early in (manuscript.accepted_at - day - timedelta(seconds=1), manuscript.accepted_at.replace(year=1999)):
        with pytest.raises(Invalid, match="too-early"):
            publishing.publish(cast.actor("pub_n"), manuscript, None, placement(manuscript, published_at=early))
    publishing.publish(cast.actor("pub_n"), manuscript, None,
                       placement(manuscript, published_at=manuscript.accepted_at - day))
    assert manuscript.state is State.PUBLISHED


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


def test_a_correction_needs_its_note_and_a_whole_text(app: Flask, subtests: pytest.Subtests) -> None:
    manuscript = cast.published()
    for wrong, note, field in (
            (CORRECTED, " ", "note"),
            (Text("", "通讯员", "<p>文</p>"), "更正。", "title"),
            (Text("题", "通讯员", "<p> </p>"), "更正。", "body"),
            (Text("题", "", "<p>文</p>"), "更正。", "byline")):
        with subtests.test(field):
            with pytest.raises(Invalid) as refusal:
                publishing.correct(cast.actor("chief_n"), manuscript, None, wrong, note)
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


def test_only_the_chief_corrects(app: Flask) -> None:
    manuscript = cast.published()
    for key in ("cor_a1", "pub_n", "pol_n", "chief_t", "coord", "adm"):
        with pytest.raises(Refused):
            publishing.correct(cast.actor(key), manuscript, None, CORRECTED, "更正。")


def test_publishers_hear_of_a_correction_that_holds(app: Flask) -> None:
    manuscript = cast.passed(correcting(), "pol_n", "con_n", "qua_n")
    assert told(last_event(manuscript, "clear")) == {cast.person("pub_n").id}


# --- A correction that the author asks for ----------------------------------------------------------------------


def requested() -> Manuscript:
    """A published piece of which an author asks for a correction; a colleague wrote it with them."""
    manuscript = cast.published(co_authors=["cor_a2"])
    manuscripts.request_correction(cast.actor("cor_a1"), manuscript, None, "日期写错了。")
    return manuscript


def test_a_request_waits_for_the_chief_with_a_time_until_it_is_answered(app: Flask) -> None:
    manuscript = requested()
    event = last_event(manuscript, "request-correction")
    assert (event.reason, told(event)) == ("日期写错了。", {cast.person("chief_n").id, cast.person("cor_a2").id})
    due = manuscript.due_at
    assert due is not None and due > clock.now()
    with pytest.raises(Conflict, match="request-open"):
        manuscripts.request_correction(cast.actor("cor_a2"), manuscript, None, "还有一处。")
    publishing.publish(cast.actor("pub_n"), manuscript, None, placement(manuscript, place=1))
    assert manuscript.due_at == due  # another channel does not answer it
    publishing.correct(cast.actor("chief_n"), manuscript, None, CORRECTED, "日期已更正。")
    assert [request.outcome for request in manuscript.correction_requests] == ["corrected"]
    assert manuscript.stage is not None
    cast.passed(manuscript, "pol_n", "con_n", "qua_n")
    assert (manuscript.due_at, manuscript.correction_requested) == (None, None)


def test_a_request_is_declined_with_a_reason_that_its_authors_read(app: Flask) -> None:
    manuscript = requested()
    with pytest.raises(Invalid, match="reason"):
        publishing.decline_correction(cast.actor("chief_n"), manuscript, None, " ")
    publishing.decline_correction(cast.actor("chief_n"), manuscript, None, "日期无误。")
    assert told(last_event(manuscript, "decline-correction")) == {cast.person(k).id for k in ("cor_a1", "cor_a2")}
    assert manuscript.due_at is None
    with pytest.raises(Conflict, match="no-request"):
        publishing.decline_correction(cast.actor("chief_n"), manuscript, None, "日期无误。")
    manuscripts.request_correction(cast.actor("cor_a1"), manuscript, None, "请再核对。")
    assert [request.outcome for request in manuscript.correction_requests] == ["declined", None]
    publishing.retract(cast.actor("chief_n"), manuscript, None, "活动取消。")
    assert manuscript.correction_requests[-1].outcome == "retracted"


def test_the_database_keeps_a_request_as_it_was_answered(app: Flask) -> None:
    manuscript = requested()
    for broken in ("outcome = 'declined', answered_at = made_at, answered_by_id = made_by_id, answer = '无误。'",
                   "outcome = 'declined', answered_at = made_at", "reason = '另一个理由。'"):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(text(f"UPDATE correction_requests SET {broken}"))
    publishing.decline_correction(cast.actor("chief_n"), manuscript, None, "日期无误。")
    for broken in ("UPDATE correction_requests SET answer = '改口。'", "DELETE FROM correction_requests"):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(text(broken))


def test_the_database_lets_nobody_read_the_correction_that_they_wrote(app: Flask) -> None:
    manuscript, chief, now = correcting(), cast.actor("chief_n"), clock.now()
    assert manuscript.version is not None and manuscript.stage_id is not None
    with pytest.raises(IntegrityError, match="four eyes"), db.session.begin_nested():
        db.session.add(Decision(
            manuscript_id=manuscript.id, story_id=manuscript.story_id, version_id=manuscript.version.id,
            digest=manuscript.version.digest, round=manuscript.round, stage_id=manuscript.stage_id,
            verdict=Verdict.PASS, person_id=chief.id, checklist={}, decided_at=now, hold_until=now))


def test_who_asked_sees_that_it_waits_and_how_it_was_answered(app: Flask) -> None:
    code = made(requested)
    author, chief = Visitor(app, "cor_a1"), Visitor(app, "chief_n")
    chief.get("/")
    assert code in "".join(chief.find("//section[@id='correct']")[0].itertext())
    chief.get(f"/manuscripts/{code}/edit")
    assert "日期写错了。" in chief.text
    author.get(f"/manuscripts/{code}")
    assert "主编" in author.text and "日期写错了。" in author.text
    assert not author.find("//form[contains(@action, 'request-correction')]")
    author.get("/manuscripts")
    assert "主编" in "".join(author.find("//ol[@data-rows]")[0].itertext())
    chief.get(f"/manuscripts/{code}")
    chief.send(chief.form_to("/decline-correction"), {"reason": "日期无误。"})
    assert "没有同意" in chief.text
    author.get(f"/manuscripts/{code}")
    assert "日期无误。" in author.text and author.find("//form[contains(@action, 'request-correction')]")
    stranger = Visitor(app, "cor_b1")
    stranger.get(f"/manuscripts/{code}")
    assert "日期无误。" not in stranger.text and "日期写错了。" not in stranger.text


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
