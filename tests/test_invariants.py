"""Every invariant is silent on a house that lives, and says its line when somebody breaks what it guards.

The breaking is done by raw SQL with the database's guards away, and taken back after each test.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from sqlalchemy import select, text

from editorial import audit, clock, invariants
from editorial.actions import calls as calling
from editorial.actions import manuscripts, publishing
from editorial.actions import remarks as remarking
from editorial.actions.remarks import Note
from editorial.actions.texts import PictureLine, Text
from editorial.db import db
from editorial.invariants import calls, commentary, decisions, people, record, remarks, texts
from editorial.invariants import manuscripts as of_manuscripts
from editorial.models import File, Upload
from editorial.tables.logins import WebSession
from editorial.terms import AssignmentState, State
from tests import cast
from tests.conftest import make_app
from tests.servers import fresh_database
from tests.tampering import put_guards_back, take_guards_away, without_unique_rows

PICTURE = b"\x89PNG\r\n\x1a\n not really, but stored as it is"


def build_house(app: Flask) -> None:
    """A manuscript in every state, an open appeal, a correction under review, commentary in every state, a picture."""
    for state in State:
        cast.reach(state)
    cast.passed(cast.signed(), "pol_n")
    appealed = cast.reach(State.REJECTED)
    manuscripts.appeal(cast.actor("cor_a1"), appealed, None, "来源可以提供。")
    corrected = cast.published()
    other = Text("更正后的标题", "本报讯", "<p>更正后的正文。</p>")
    publishing.correct(cast.actor("chief_n"), corrected, None, other, "更正。")
    for step in AssignmentState:
        cast.assignment_in(step)
    noted = cast.submitted()
    for settled in (False, True):
        one = remarking.annotate(cast.actor("sig_a"), noted, Note(1, 1, "请核实。", "author"))
        if settled:
            remarking.settle(cast.actor("sig_a"), noted, one.id)
    call = calling.issue(cast.actor("chief_n"), cast.office("n").id,
                         calling.Wish("江滩", "写江滩。", clock.today()), None)
    calling.tie(cast.actor("cor_a1"), cast.draft(), call.id)
    sha256 = app.extensions["store"].put(PICTURE)
    db.session.add(File(sha256=sha256, media_type="image/png", size=len(PICTURE), width=1, height=1,
                        created_at=clock.now()))
    draft = cast.draft()
    db.session.add(Upload(manuscript_id=draft.id, sha256=sha256, kind="picture", shown_name="苇.png",
                          uploaded_by_id=cast.person("cor_a1").id, uploaded_at=clock.now()))
    db.session.flush()
    shown = Text("江滩的苇", "通讯员何晓晴", f'<p>看图。</p><figure><img src="pictures/{sha256}" alt="苇"></figure>',
                 [PictureLine(sha256, "江滩", "何晓晴 摄")])
    version = manuscripts.save(cast.actor("cor_a1"), draft, None, shown)
    assert version is not None and version.pictures
    db.session.add(WebSession(token_hash="0" * 64, person_id=cast.person("pol_n").id, created_at=clock.now(),
                              seen_at=clock.now()))
    db.session.commit()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A house that lives, on each database; nothing that a test does to it stays."""
    folder: Path = tmp_path_factory.mktemp("house")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "house.db")
        yield from _furnished(f"sqlite:///{folder / 'house.db'}", folder)
    else:
        server = request.getfixturevalue("postgres_server")
        with fresh_database(server, request.getfixturevalue("postgres_template")) as url:
            yield from _furnished(url, folder)


def _furnished(url: str, folder: Path) -> Iterator[Flask]:
    app = make_app(url, folder)
    with app.app_context():
        build_house(app)
        yield app
        db.session.remove()
        db.engine.dispose()


def test_a_house_that_lives_breaks_nothing(house: Flask) -> None:
    assert list(invariants.broken(db.session(), house.extensions["store"])) == []


class Break(NamedTuple):
    """An invariant, how it is broken, and words of the line that it says."""

    invariant: Callable[..., Iterator[str]]
    says: str
    statements: tuple[str, ...]


def _break(invariant: Callable[..., Iterator[str]], says: str, *statements: str) -> Break:
    return Break(invariant, says, statements)


def one(state: State) -> str:
    """The condition for one manuscript in this state."""
    return f"id = (SELECT min(id) FROM manuscripts WHERE state = '{state.value}')"


def who(key: str) -> str:
    """The id of somebody of the cast."""
    return f"(SELECT id FROM people WHERE login_key = '{key}')"


S, M = State, of_manuscripts
SIGNATURE = "id = (SELECT min(id) FROM decisions WHERE unit_id IS NOT NULL)"
STAGE_PASS = "id = (SELECT max(id) FROM decisions WHERE stage_id IS NOT NULL AND verdict = 'pass')"
COMMENTARY = "id = (SELECT min(id) FROM commentary_versions)"
ACCEPTED_STORY = f"(SELECT story_id FROM manuscripts WHERE {one(S.ACCEPTED)})"
ACCEPTED_TEXT = f"(SELECT cleared_version_id FROM manuscripts WHERE {one(S.ACCEPTED)})"
PROPOSAL = (
    "INSERT INTO proposals (id, manuscript_id, version_id, stage_id, verdict, person_id, reason, checklist, made_at,"
    " answer)"
    f" SELECT 900, id, version_id, stage_id, 'pass', {who('pol_n')}, '', '{{}}', '2026-01-01', '' FROM manuscripts"
    f" WHERE {one(S.IN_REVIEW)}")

BREAKS: tuple[Break, ...] = (
    _break(calls.state_is_what_happened, "is closed, its record ends with open",
           "UPDATE calls SET state = 'closed', ended_at = created_at"),
    _break(calls.answered_by_authors, "by somebody who did not write it",
           f"UPDATE call_answers SET tied_by_id = {who('cor_b1')}"),
    _break(remarks.settled_as_the_record_says, "is open, its record ends with settle",
           "UPDATE annotations SET settled_at = NULL, settled_by_id = NULL"),
    _break(remarks.settled_as_the_record_says, "its record ends with nothing",
           "DELETE FROM events WHERE subject LIKE 'annotation:%'"),
    _break(remarks.on_words_of_their_version, "does not stand on its words", "UPDATE annotations SET quote = '别的'"),
    _break(M.state_is_what_happened, "is withdrawn, its record ends with draft",
           f"UPDATE manuscripts SET state = 'withdrawn' WHERE {one(S.DRAFT)}"),
    _break(M.state_is_what_happened, "its record ends with nothing",
           f"DELETE FROM events WHERE manuscript_id = (SELECT id FROM manuscripts WHERE {one(S.DRAFT)})"),
    _break(M.each_step_begins_where_the_last_one_ended, "the one before it ended in",
           "UPDATE events SET before = 'published' WHERE seq = (SELECT min(seq) FROM events WHERE kind = 'claim')"),
    _break(M.cleared_means_passed_by_every_stage, "is accepted without a pass at 质量关",
           f"UPDATE decisions SET undone_at = decided_at WHERE version_id = {ACCEPTED_TEXT} AND stage_id ="
           " (SELECT max(d.stage_id) FROM decisions d WHERE d.version_id = decisions.version_id)"),
    _break(M.cleared_means_passed_by_every_stage, "is published without a cleared text",
           f"UPDATE manuscripts SET cleared_version_id = NULL WHERE {one(S.PUBLISHED)}"),
    _break(M.what_is_published_was_cleared, "came out on 主渠道 without a pass",
           "UPDATE publications SET version_id = (SELECT max(id) FROM versions WHERE origin = 'correction')"),
    _break(M.what_is_published_was_cleared, "names another text or office", "UPDATE publications SET digest = 'x'"),
    _break(M.what_is_published_was_cleared, "its publications say otherwise", "DELETE FROM publications"),
    _break(M.what_is_published_was_cleared, "its publications say otherwise",
           f"UPDATE manuscripts SET published_at = created_at WHERE {one(S.PUBLISHED)}"),
    _break(M.stands_where_its_readings_say, "stands at in_review",
           f"UPDATE manuscripts SET stage_id = (SELECT max(id) FROM stages) WHERE {one(S.IN_REVIEW)}"),
    _break(M.stands_where_its_readings_say, "its readings say in_review",
           "UPDATE decisions SET undone_at = decided_at WHERE stage_id IS NOT NULL"),
    _break(M.stands_where_its_readings_say, "its readings say awaiting_signoff",
           "UPDATE decisions SET undone_at = decided_at WHERE unit_id IS NOT NULL"),
    _break(M.its_versions_are_its_own, "its current version is not its own",
           f"UPDATE manuscripts SET version_id = {ACCEPTED_TEXT} WHERE {one(S.DRAFT)}"),
    _break(M.its_versions_are_its_own, "its author's version is not its own",
           "UPDATE versions SET origin = 'editor' WHERE id = (SELECT min(id) FROM versions)"),
    _break(M.its_versions_are_its_own, "has no text", f"UPDATE manuscripts SET version_id = NULL WHERE {one(S.DRAFT)}"),
    _break(M.its_versions_are_its_own, "has 1 versions, numbered to 4",
           "UPDATE versions SET number = 4 WHERE id = (SELECT min(id) FROM versions)"),
    _break(M.a_request_waits_of_what_is_published, "and a correction is still asked for",
           "INSERT INTO correction_requests (manuscript_id, reason, made_by_id, made_at, answer)"
           f" SELECT id, '日期有误', {who('cor_a1')}, created_at, '' FROM manuscripts WHERE {one(S.RETRACTED)}"),
    _break(M.one_open_correction, "has 2 open corrections", "DROP INDEX uq_corrections_open",
           "INSERT INTO corrections (manuscript_id, version_id, note, made_by_id, made_at)"
           " SELECT manuscript_id, version_id, note, made_by_id, made_at FROM corrections"),
    _break(M.one_open_correction, "do not belong together",
           "UPDATE corrections SET outcome = 'effective', closed_at = made_at"),
    *(_break(M.no_manuscript_goes_silent, f"is {state.value} without a time",
             f"UPDATE manuscripts SET due_at = NULL WHERE {one(state)}")
      for state in (S.AWAITING_SIGNOFF, S.IN_REVIEW, S.RETURNED, S.ACCEPTED)),
    _break(M.no_manuscript_goes_silent, "is rejected without a time", "UPDATE manuscripts SET due_at = NULL"),
    _break(M.somebody_can_act, "nobody can sign", f"UPDATE people SET is_active = false WHERE id = {who('sig_a')}",
           f"DELETE FROM memberships WHERE person_id = {who('sig_district')}"),
    _break(M.somebody_can_act, "nobody can read manuscript",
           f"DELETE FROM memberships WHERE person_id IN ({who('pol_n')}, {who('pol_n2')})"),
    _break(M.somebody_can_act, "nobody can read as assigned",
           f"UPDATE manuscripts SET assignee_id = {who('qua_t')} WHERE {one(S.IN_REVIEW)}"),
    _break(M.somebody_can_act, "nobody can revise", f"UPDATE people SET is_active = false WHERE id = {who('cor_a1')}"),
    _break(M.somebody_can_act, "nobody can read manuscript",
           *(f"INSERT INTO interests (id, person_id, kind, unit_id, declared_at, note)"
             f" VALUES ({n}, {who(key)}, 'unit', (SELECT min(unit_id) FROM manuscripts WHERE {one(S.IN_REVIEW)}),"
             f" '2026-01-01', '')" for n, key in ((901, "pol_n"), (902, "pol_n2")))),
    _break(M.what_is_proposed_waits, "nothing is proposed",
           f"UPDATE manuscripts SET proposal_id = 999 WHERE {one(S.IN_REVIEW)}"),
    _break(M.what_is_proposed_waits, "does not wait for it", PROPOSAL),
    _break(decisions.confirmed_where_the_rules_say, "otherwise than its rules say",
           f"UPDATE decisions SET confirmed_by_id = {who('chief_n')} WHERE {STAGE_PASS}"),
    _break(decisions.confirmed_where_the_rules_say, "who wrote or read it",
           f"UPDATE decisions SET confirmed_by_id = person_id WHERE {STAGE_PASS}"),
    _break(M.somebody_stands_above, "there is no coordinator",
           f"UPDATE people SET is_active = false WHERE id = {who('coord')}"),
    _break(M.somebody_can_act, "nobody can publish", f"UPDATE people SET is_active = false WHERE id = {who('pub_n')}"),
    _break(M.somebody_can_act, "nobody can hear the appeal about",
           f"UPDATE people SET is_active = false WHERE id = {who('chief_n')}"),
    _break(decisions.nobody_decides_their_own, "which is their own",
           f"UPDATE decisions SET person_id = {who('cor_a1')} WHERE {SIGNATURE}"),
    _break(decisions.nobody_decides_their_own, "is to read manuscript",
           f"UPDATE manuscripts SET assignee_id = {who('cor_a1')} WHERE {one(S.IN_REVIEW)}"),
    _break(decisions.nobody_reads_twice, "at two stations",
           f"UPDATE decisions SET person_id = {who('sig_a')} WHERE {STAGE_PASS}"),
    _break(decisions.a_decision_names_its_text, "names another text",
           f"UPDATE decisions SET digest = 'x' WHERE {SIGNATURE}"),
    _break(decisions.a_decision_has_its_place, "is of round 9", f"UPDATE decisions SET round = 9 WHERE {SIGNATURE}"),
    _break(decisions.a_decision_has_its_place, "is of 关山支部, which is not above its unit",
           f"UPDATE decisions SET unit_id = (SELECT id FROM units WHERE name = '关山支部') WHERE {SIGNATURE}"),
    _break(decisions.a_decision_has_its_place, "lacks its station",
           f"UPDATE decisions SET unit_id = NULL WHERE {SIGNATURE}"),
    _break(decisions.a_decision_has_its_place, "lacks its reason",
           "UPDATE decisions SET reason = ' ' WHERE verdict = 'reject'"),
    _break(decisions.stages_decide_in_order, "was taken before 政治关 had passed the text",
           f"UPDATE decisions SET undone_at = decided_at WHERE version_id = {ACCEPTED_TEXT} AND stage_id ="
           " (SELECT min(d.stage_id) FROM decisions d WHERE d.version_id = decisions.version_id)"),
    _break(decisions.the_record_tells_of_each, "the record does not tell of decision",
           f"UPDATE decisions SET person_id = {who('nobody')} WHERE {STAGE_PASS}"),
    _break(M.addresses_lead_to_the_web, "an address that is none of the web",
           "UPDATE publications SET address = 'javascript:1' WHERE id = (SELECT min(id) FROM publications)"),
    _break(decisions.appeals_are_heard_by_others, "by somebody who took part",
           f"UPDATE appeals SET heard_by_id = {who('pol_n')}, heard_at = made_at, outcome = 'upheld'"),
    _break(commentary.state_is_what_happened, "its record ends with offered",
           "UPDATE assignments SET state = 'declined' WHERE state = 'offered'"),
    _break(commentary.signed_by_its_author, "is not signed by its author",
           f"UPDATE commentary_versions SET author_id = {who('ctr_d2')} WHERE {COMMENTARY}"),
    _break(commentary.signed_by_its_author, "is not signed by its author",
           f"UPDATE commentary_versions SET signed_department = ' ' WHERE {COMMENTARY}"),
    _break(commentary.signed_by_its_author, "shows the text of another one",
           "UPDATE assignments SET version_id = (SELECT max(id) FROM commentary_versions)"),
    _break(commentary.belongs_to_its_department, "is of another department",
           "UPDATE assignments SET department_id = (SELECT id FROM units WHERE name = '网信办')"),
    _break(commentary.nobody_approves_their_own, "judged their own commentary",
           f"UPDATE events SET actor_id = {who('ctr_d1')} WHERE kind = 'assignment-approve'"),
    _break(commentary.about_what_was_published, "which is not out",
           f"UPDATE commissions SET manuscript_id = (SELECT id FROM manuscripts WHERE {one(S.DRAFT)})"),
    _break(commentary.somebody_can_act, "nobody can write",
           f"UPDATE people SET is_active = false WHERE id = {who('ctr_d1')}"),
    _break(commentary.somebody_can_act, "nobody can judge",
           f"UPDATE people SET is_active = false WHERE id = {who('com_d')}"),
    _break(people.log_in_names_differ, "look the same",
           "UPDATE people SET login = 'ＣＯＲ_A1' WHERE login_key = 'sig_a'"),
    _break(people.log_in_names_differ, "is kept under another key",
           "UPDATE people SET login = 'other' WHERE login_key = 'sig_a'"),
    _break(people.only_open_accounts_are_logged_in, "pol_n is logged in with a closed account",
           "UPDATE people SET is_active = false WHERE login_key = 'pol_n'"),
    _break(people.everybody_has_a_role, "coord has no role",
           f"DELETE FROM memberships WHERE person_id = {who('coord')}"),
    _break(people.everybody_has_a_role, "cor_b1 has no role",
           "UPDATE units SET is_active = false WHERE name = '关山支部'"),
    _break(people.units_know_their_place, "does not know its place",
           "UPDATE units SET path = '/9/' WHERE name = '关山支部'"),
    _break(people.units_know_their_place, "which is not above it",
           "UPDATE units SET further_unit_id = (SELECT id FROM units WHERE name = '关山支部') WHERE name = '花桥支部'"),
    _break(people.numbers_are_given_once, "its last code is", "UPDATE counters SET value = 1"),
    _break(people.numbers_are_given_once, "stands at None", "DELETE FROM counters"),
    _break(record.references_hold, "points at nothing", f"DELETE FROM people WHERE id = {who('pol_n')}"),
    _break(audit.verify, "was changed", "UPDATE events SET reason = 'x' WHERE seq = 5"),
    _break(texts.clean_and_as_digested, "is not clean",
           "UPDATE versions SET html = html || '<script>1</script>' WHERE id = (SELECT min(id) FROM versions)"),
    _break(texts.clean_and_as_digested, "has another text than its HTML",
           "UPDATE versions SET text = 'x' WHERE id = (SELECT min(id) FROM versions)"),
    _break(texts.clean_and_as_digested, "is not what its digest says",
           "UPDATE versions SET byline = 'x' WHERE id = (SELECT min(id) FROM versions)"),
    _break(texts.commentary_clean_and_as_digested, "is not what its digest says",
           f"UPDATE commentary_versions SET signed_name = '无名' WHERE {COMMENTARY}"),
    _break(texts.commentary_clean_and_as_digested, "is not clean",
           f"UPDATE commentary_versions SET html = html || '<b>' WHERE {COMMENTARY}"),
    _break(texts.pictures_are_kept, "shows a picture that is not kept", "DELETE FROM files"),
    _break(texts.pictures_are_kept, "shows a picture that is not kept", "UPDATE versions SET pictures = '[]'"),
)


@pytest.mark.parametrize("case", BREAKS, ids=[f"{case.invariant.__name__}-{case.says}" for case in BREAKS])
def test_what_is_broken_is_said(house: Flask, case: Break) -> None:
    try:
        take_guards_away()
        for statement in case.statements:
            db.session.execute(text(statement))
        assert [sentence for sentence in case.invariant(db.session()) if case.says in sentence]
    finally:
        put_guards_back()


def test_two_messages_about_one_event_are_said(house: Flask) -> None:
    try:
        take_guards_away()
        without_unique_rows("outbox", "uq_outbox_event_seq_person_id")
        db.session.execute(text(
            "INSERT INTO outbox (id, event_seq, person_id, kind, created_at, not_before)"
            " SELECT id + 100000, event_seq, person_id, kind, created_at, not_before FROM outbox"
            " WHERE id = (SELECT min(id) FROM outbox)"))
        assert [line for line in record.one_message_for_an_event(db.session()) if "has 2 messages" in line]
    finally:
        put_guards_back()


@pytest.mark.parametrize("change", ["size", "digest", "missing"])
def test_a_file_that_is_not_as_it_was_is_said(house: Flask, change: str) -> None:
    store = house.extensions["store"]
    path: Path = store.path(db.session.scalars(select(File.sha256)).one())
    kept = path.read_bytes()
    try:
        path.chmod(0o600)
        if change == "missing":
            path.unlink()
        else:
            path.write_bytes(kept + b"x" if change == "size" else kept[:-1] + b"x")
        said = "is not in the store" if change == "missing" else "is damaged in the store"
        assert [line for line in texts.files_are_in_the_store(db.session(), store) if said in line]
    finally:
        path.write_bytes(kept)
        db.session.rollback()


def test_every_invariant_has_been_broken() -> None:
    broken = {case.invariant for case in BREAKS} | {record.one_message_for_an_event}
    assert broken == set(invariants.ALL)


def test_many_texts_are_read_in_turn(house: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "AT_ONCE", 5)
    try:
        take_guards_away()
        db.session.execute(text("UPDATE versions SET byline = 'x'"))
        said: set[str] = set()
        days = range(-(-db.session.scalars(text("SELECT count(*) FROM versions")).one() // 5))
        for day in days:
            with clock.at(datetime(2026, 11, 2, tzinfo=UTC) + timedelta(days=day)):
                found = list(texts.clean_and_as_digested(db.session()))
                assert found
                assert not said & set(found)
                said |= set(found)
        assert len(said) == db.session.scalars(text("SELECT count(*) FROM versions")).one()
    finally:
        put_guards_back()


@pytest.mark.parametrize(("now", "is_said"), [("2025-12-01", False), ("2036-12-01", True), ("2026-09-01", False)])
def test_unknown_make_up_days_are_a_notice(app: Flask, now: str, is_said: bool) -> None:
    with clock.at(datetime.fromisoformat(now).replace(tzinfo=UTC)):
        assert bool(list(invariants.notices(db.session()))) is is_said

