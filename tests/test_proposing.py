"""Where an office lets the chief editor confirm: a stage's reader proposes, and what is confirmed is their decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from editorial import access, clock, invariants
from editorial.actions import chasing, interests, manuscripts, organisation, people, proposing, publishing, reviewing
from editorial.actions.organisation import StepData
from editorial.actions.publishing import Placement
from editorial.actions.texts import Text
from editorial.db import db
from editorial.errors import Conflict, Invalid, Refused
from editorial.models import Channel, Decision, Event, Manuscript
from editorial.tables.messages import OutboxMessage
from editorial.tables.proposals import Proposal
from editorial.tables.reading import DecisionReading
from editorial.terms import Action, Duty, Role, State, Verdict
from editorial.workflow import available
from tests import cast
from tests.client import Visitor
from tests.pages import made
from tests.servers import on_one_database

YES = {"names": "yes", "facts": "yes"}


def rules(*proposing_stages: str) -> None:
    """From now on the chief editor of the newspaper's office confirms what these stages decide."""
    organisation.create_ruleset(None, cast.office("n"), clock.today(), [
        StepData(slug, title, title_en, "", "", 1, cast.CHECKLIST, slug in proposing_stages)
        for slug, title, title_en in cast.STAGES])


def held(*, stage: str = "political", **more: Any) -> Manuscript:
    """With the reader of a stage at which the chief editor confirms."""
    rules(stage)
    readers = ["pol_n", "con_n", "qua_n"]
    before = readers[:[slug for slug, *_more in cast.STAGES].index(stage)]
    manuscript = cast.passed(cast.signed(**more), *before)
    reviewing.claim(cast.actor(readers[len(before)]), manuscript, None)
    return manuscript


def proposed(action: Action = Action.PROPOSE_PASS, words: str = "", **more: Any) -> Manuscript:
    """The same with what the reader proposes."""
    manuscript = held(**more)
    assert manuscript.assignee_id
    reader = next(key for key in ("pol_n", "con_n", "qua_n") if cast.person(key).id == manuscript.assignee_id)
    proposing.propose(cast.actor(reader), action, manuscript, None, words, YES)
    return manuscript


def broken() -> list[str]:
    db.session.flush()
    return list(invariants.broken(db.session()))


def told(key: str) -> list[str]:
    """The kinds of events of which somebody gets a message."""
    return list(db.session.scalars(select(Event.kind).join(OutboxMessage, OutboxMessage.event_seq == Event.seq).where(
        OutboxMessage.person_id == cast.person(key).id, OutboxMessage.cancelled_at.is_(None)).order_by(Event.seq)))


def test_a_proposal_moves_nothing_until_it_is_confirmed_and_is_the_readers_decision_then(app: Flask) -> None:
    manuscript = proposed()
    reader, chief = cast.person("pol_n").id, cast.person("chief_n").id
    assert (manuscript.state, manuscript.assignee_id, manuscript.decisions[1:]) == (State.IN_REVIEW, reader, [])
    assert told("chief_n")[-1] == "propose-pass" and "propose-pass" not in told("cor_a1")
    for action in (Action.PASS, Action.PROPOSE_PASS, Action.PROPOSE_RETURN, Action.EDIT):
        assert action not in may("pol_n", manuscript)
    stage = manuscript.stage_id
    proposing.confirm(cast.actor("chief_n"), manuscript, None)
    decision = manuscript.decisions[-1]
    assert (decision.person_id, decision.confirmed_by_id, decision.stage_id) == (reader, chief, stage)
    assert manuscript.stage_id != stage and manuscript.state is State.IN_REVIEW
    assert Action.UNDO in may("chief_n", manuscript) and Action.UNDO not in may("pol_n", manuscript)
    reviewing.undo(cast.actor("chief_n"), manuscript, None)
    assert (manuscript.stage_id, manuscript.assignee_id) == (stage, reader)
    assert Action.CONFIRM in may("chief_n", manuscript)
    proposing.confirm(cast.actor("chief_n"), manuscript, None)
    cast.passed(manuscript, "con_n", "qua_n")
    assert manuscript.state.value == "accepted"
    assert not broken()


def may(key: str, manuscript: Manuscript) -> set[Action]:
    """What somebody may do to it now."""
    return {row.action for row in available(cast.actor(key), manuscript)}


@on_one_database
@pytest.mark.parametrize(("action", "state"), [
    (Action.PROPOSE_RETURN, State.RETURNED), (Action.PROPOSE_REJECT, State.REJECTED)])
def test_a_return_and_a_rejection_need_their_reason_and_the_author_hears_it_with_the_confirmation(
        app: Flask, action: Action, state: State) -> None:
    manuscript = held()
    with pytest.raises(Invalid):
        proposing.propose(cast.actor("pol_n"), action, manuscript, None, " ", {})
    proposing.propose(cast.actor("pol_n"), action, manuscript, None, "来源不全。", {})
    proposing.confirm(cast.actor("chief_n"), manuscript, None)
    assert manuscript.state is state
    event = db.session.scalars(select(Event).order_by(Event.seq.desc())).first()
    assert event and (event.kind, event.reason, event.role) == (state.value.removesuffix("ed"), "来源不全。", "chief")
    assert told("cor_a1")[-1] == event.kind
    if state is State.REJECTED:
        manuscripts.appeal(cast.actor("cor_a1"), manuscript, None, "来源已附。")
        with pytest.raises(Refused, match="took-part"):
            publishing.uphold(cast.actor("chief_n"), manuscript, None, "维持。")
    assert [one for one in broken() if "hear the appeal" not in one] == []


@on_one_database
def test_what_is_sent_back_is_read_again_and_what_goes_another_way_lapses(app: Flask) -> None:
    manuscript = proposed(Action.PROPOSE_RETURN, "太短。")
    proposing.send_back(cast.actor("chief_n"), manuscript, None, "写明缺什么。")
    assert told("pol_n")[-1] == "send-back" and Action.PROPOSE_PASS in may("pol_n", manuscript)
    proposing.propose(cast.actor("pol_n"), Action.PROPOSE_PASS, manuscript, None, "", YES)
    interests.declare(cast.actor("pol_n"), manuscript, "unit", None, "")
    assert manuscript.proposal_id is None and manuscript.assignee_id is None
    reviewing.claim(cast.actor("pol_n2"), manuscript, None)
    proposing.propose(cast.actor("pol_n2"), Action.PROPOSE_PASS, manuscript, None, "", YES)
    with pytest.raises(Conflict, match="proposal-open"):
        reviewing.assign(cast.actor("chief_n"), manuscript, None, cast.person("pol_n2").id)
    manuscripts.withdraw(cast.actor("cor_a1"), manuscript, None, "另行报送。")
    assert list(db.session.scalars(select(Proposal.outcome).order_by(Proposal.id))) == ["sent_back", "lapsed", "lapsed"]
    assert not broken()


def _co_writes() -> Manuscript:
    people.give_role(None, cast.person("chief_n"), Role.CORRESPONDENT, unit_id=cast.unit("unit_a").id)
    return proposed(co_authors=["chief_n"])


def _signed_it() -> Manuscript:
    people.give_role(None, cast.person("chief_n"), Role.SIGNER, unit_id=cast.unit("unit_a").id)
    return proposed(signer="chief_n")


def _read_it(stage: int) -> None:
    office = cast.office("n")
    people.give_role(None, cast.person("chief_n"), Role.STAGE_REVIEWER, office_id=office.id,
                     stage_id=office.stages[stage].id)


def _passed_it() -> Manuscript:
    _read_it(0)
    rules("content")
    manuscript = cast.passed(cast.signed(), "chief_n")
    reviewing.claim(cast.actor("con_n"), manuscript, None)
    proposing.propose(cast.actor("con_n"), Action.PROPOSE_PASS, manuscript, None, "", YES)
    return manuscript


def _proposes_it() -> Manuscript:
    _read_it(0)
    rules("political")
    manuscript = cast.signed()
    reviewing.claim(cast.actor("chief_n"), manuscript, None)
    proposing.propose(cast.actor("chief_n"), Action.PROPOSE_PASS, manuscript, None, "", YES)
    return manuscript


@on_one_database
@pytest.mark.parametrize("build", [_co_writes, _signed_it, _passed_it, _proposes_it])
def test_the_only_chief_editor_is_barred_where_they_took_part_and_the_coordinator_is_told_at_once(
        app: Flask, build: Callable[[], Manuscript]) -> None:
    manuscript = build()
    with pytest.raises(Refused, match=r"own-work|read-elsewhere|own-proposal"):
        proposing.confirm(cast.actor("chief_n"), manuscript, None)
    with pytest.raises(Refused, match=r"own-work|read-elsewhere|own-proposal"):
        proposing.send_back(cast.actor("chief_n"), manuscript, None, "再看。")
    assert broken() == [f"nobody can confirm what is proposed for manuscript {manuscript.code}"]
    code = manuscript.code
    db.session.commit()
    chasing.chase(0)
    assert told("coord")[-1] == "escalation" and "escalation" not in told("chief_n")
    people.give_role(None, cast.person("pub_n"), Role.CHIEF_EDITOR, office_id=cast.office("n").id)
    found = db.session.scalars(select(Manuscript).where(Manuscript.code == code)).one()
    proposing.confirm(cast.actor("pub_n"), found, None)
    assert not broken()


def test_who_confirmed_a_stage_reads_no_other_and_the_database_holds_both(app: Flask) -> None:
    _read_it(1)
    manuscript = proposed()
    proposing.confirm(cast.actor("chief_n"), manuscript, None)
    with pytest.raises(Refused, match="read-elsewhere"):
        reviewing.claim(cast.actor("chief_n"), manuscript, None)
    version = manuscript.version
    assert version and manuscript.stage_id
    chief, reader, author = (cast.person(key).id for key in ("chief_n", "con_n", "cor_a1"))
    for person, confirmer in ((chief, None), (reader, reader), (reader, author), (reader, cast.person("pol_n").id)):
        row = {"manuscript_id": manuscript.id, "story_id": manuscript.story_id, "version_id": version.id,
               "digest": version.digest, "round": 1, "stage_id": manuscript.stage_id, "verdict": Verdict.PASS,
               "person_id": person, "confirmed_by_id": confirmer, "decided_at": clock.now(), "hold_until": clock.now()}
        with pytest.raises(DBAPIError, match="four eyes"), db.session.begin_nested():
            db.session.execute(insert(Decision).values(**row))
    with pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE proposals SET reason = 'x'"))


@on_one_database
def test_what_is_under_way_keeps_the_rules_under_which_it_came(app: Flask) -> None:
    before = cast.signed()
    rules("political")
    reviewing.claim(cast.actor("pol_n"), before, None)
    assert Action.PASS in may("pol_n", before) and Action.PROPOSE_PASS not in may("pol_n", before)
    with pytest.raises(Conflict, match="decides-itself"):
        proposing.propose(cast.actor("pol_n"), Action.PROPOSE_PASS, before, None, "", YES)


@on_one_database
def test_on_the_pages_one_proposes_the_chief_editor_confirms_and_the_author_knows_nothing_of_it(app: Flask) -> None:
    code = made(lambda: held(stage="content"))
    reader, chief, author = Visitor(app, "con_n"), Visitor(app, "chief_n"), Visitor(app, "cor_a1")
    reader.get(f"/manuscripts/{code}")
    assert {"propose-pass", "propose-return", "propose-reject"} <= reader.actions() and "pass" not in reader.actions()
    reader.send(reader.form_to("/propose-return"), {"reason": "内部看法：来源不全。"})
    assert "内部看法" in reader.text
    reader.get("/desk")
    assert reader.find("//section[@aria-labelledby='proposed']//*[@class='code']/text()") == [code]
    for path in (f"/manuscripts/{code}", "/", "/messages"):
        author.get(path)
        assert "内部看法" not in author.text and "建议" not in author.text
    assert "主编" in author.get(f"/manuscripts/{code}").text
    chief.get("/")
    assert "待主编同意的建议" in chief.text
    chief.get("/offices/changjiang")
    assert "建议退修" in chief.text and "内部看法" in chief.text
    chief.get("/offices/changjiang/list?asked=proposal")
    assert code in chief.text
    chief.get(f"/manuscripts/{code}")
    assert "文思建议退修" in chief.text
    chief.send(chief.form_to("/confirm"), {"front": "1"})
    read = {one.person_id: one.elapsed is not None for one in db.session.scalars(
        select(DecisionReading).join(Decision).where(Decision.confirmed_by_id.is_not(None)))}
    assert read == {cast.person("con_n").id: True, cast.person("chief_n").id: True}, "each of both has read it"
    db.session.rollback()
    chief.get("/reading/decisions")
    assert code in chief.text and "同意人" in chief.text
    chief.get("/offices/changjiang/reading/decisions")
    assert chief.text.count(code) == 3, "the first stage's, and both of the second"
    reader.get("/desk")
    assert not reader.find("//section[@aria-labelledby='proposed']")
    assert "内部看法" in author.get(f"/manuscripts/{code}").text
    failed = author.find("//*[contains(@class, 'station-failed')]")[0].text_content()
    assert "主编" in failed and "审稿编辑" not in failed and "编辑部主编退修" in author.text, "one truth on the page"
    sheet = chief.get(f"/manuscripts/{code}/sheet").text
    assert "文思" in sheet and "主心同意" in sheet


def _confirmed() -> Manuscript:
    manuscript = proposed()
    proposing.confirm(cast.actor("chief_n"), manuscript, None)
    return manuscript


def _correcting() -> Manuscript:
    rules("political")
    manuscript = cast.signed()
    for reader in ("pol_n", "con_n", "qua_n"):
        reviewing.claim(cast.actor(reader), manuscript, None)
        if reader == "pol_n":
            proposing.propose(cast.actor(reader), Action.PROPOSE_PASS, manuscript, None, "", YES)
            proposing.confirm(cast.actor("chief_n"), manuscript, None)
        else:
            reviewing.pass_(cast.actor(reader), manuscript, None, YES)
    publishing.publish(cast.actor("pub_n"), manuscript, None, Placement(
        db.session.scalars(select(Channel.id).where(Channel.office_id == manuscript.office_id)).first() or 0,
        clock.now(), "https://example.com/1"))
    people.give_role(None, cast.person("pub_n"), Role.CHIEF_EDITOR, office_id=cast.office("n").id)
    publishing.correct(cast.actor("pub_n"), manuscript, None, Text("江滩", "本报讯", "<p>更正。</p>"), "更正：时间。")
    proposing.propose(cast.actor("pol_n"), Action.PROPOSE_REJECT, manuscript, None, "无误。", {})
    return manuscript


# Who may do what of what the stage's reader and the chief editor do here, and in whose list it waits.
PROMISES: dict[str, tuple[Callable[[], Manuscript], dict[str, str], Duty, str]] = {
    "held": (held, {"pol_n": "release edit propose-pass propose-return propose-reject",
                    "chief_n": "assign release transfer share"}, Duty.READ, "pol_n"),
    "proposed": (proposed, {"pol_n": "release", "chief_n": "confirm send-back release transfer share"},
                 Duty.CONFIRM, "chief_n"),
    "proposed, the chief co-wrote it": (_co_writes, {"pol_n": "release", "chief_n": "release transfer share withdraw"},
                                        Duty.CONFIRM, ""),
    "confirmed": (_confirmed, {"con_n": "claim", "chief_n": "undo assign transfer share"}, Duty.CLAIM, "con_n"),
    "a correction, proposed to be rejected, by a chief who wrote it": (
        _correcting, {"pol_n": "release", "chief_n": "confirm send-back release share retract",
                      "pub_n": "release share retract"}, Duty.CONFIRM, "chief_n"),
}


@pytest.mark.parametrize("situation", PROMISES)
def test_each_may_do_exactly_what_is_promised_and_it_waits_for_those_who_are_named(app: Flask, situation: str) -> None:
    build, promised, duty, names = PROMISES[situation]
    manuscript = build()
    for key in ("pol_n", "pol_n2", "con_n", "qua_n", "chief_n", "pub_n", "chief_t", "sig_b", "coord", "adm"):
        actor = cast.actor(key)
        assert {action.value for action in may(key, manuscript)} == set(promised.get(key, "").split()), key
        for other in (Duty.CLAIM, Duty.READ, Duty.CONFIRM):
            waits = db.session.scalar(select(Manuscript.id).where(
                Manuscript.id == manuscript.id, access.duty_clause(actor.roles, other)), access.values(actor))
            assert (waits is not None) is (other is duty and key in names.split()), (key, other)
