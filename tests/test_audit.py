"""The record: what is written with a change, what the database refuses, and what `verify` finds in spite of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from editorial import audit
from editorial.actions import manuscripts, publishing, uploads
from editorial.actions.texts import Text
from editorial.actions.uploads import Brought
from editorial.db import db
from editorial.errors import Invalid
from editorial.models import Decision, Event, Manuscript, Upload, Version
from editorial.terms import AssignmentState, State, Verdict
from tests import cast
from tests.tampering import take_guards_away


def found(*statements: str) -> list[str]:
    """What `verify` finds after somebody with the database's own powers ran these statements."""
    cast.published()
    db.session.commit()
    take_guards_away()
    for statement in statements:
        db.session.execute(text(statement))
    return list(audit.verify(db.session()))


def test_an_untouched_record_is_whole(app: Flask) -> None:
    assert found() == []


@pytest.mark.parametrize("change", [
    "reason = 'nothing happened'", "actor_name = '某人'", "kind = 'reject'", "at = '2020-01-01 00:00:00.000000'",
    "after = 'draft'", "data = '{\"version\": 7}'", "digest = ''", "role = 'chief'",
])
def test_a_changed_event_is_found(app: Flask, change: str) -> None:
    sentences = found(f"UPDATE events SET {change} WHERE seq = (SELECT max(seq) - 3 FROM events)")
    last = db.session.scalars(select(func.max(Event.seq))).one()
    assert sentences == [f"event {last - 3} was changed"]


def test_a_changed_event_with_a_new_hash_breaks_the_chain(app: Flask) -> None:
    seq = "(SELECT max(seq) - 3 FROM events)"
    sentences = found(f"UPDATE events SET reason = 'nothing', hash = '{'0' * 64}' WHERE seq = {seq}")
    assert any("was changed" in sentence for sentence in sentences)
    assert any("does not follow the event before it" in sentence for sentence in sentences)


def test_a_missing_event_is_found(app: Flask) -> None:
    sentences = found("DELETE FROM events WHERE seq = (SELECT max(seq) - 3 FROM events)")
    assert any("is missing" in sentence for sentence in sentences)


def test_several_missing_events_are_found(app: Flask) -> None:
    sentences = found("DELETE FROM events WHERE seq BETWEEN 5 AND 8")
    assert "events 5 to 8 are missing" in sentences


def test_a_missing_end_is_found(app: Flask) -> None:
    sentences = found("DELETE FROM events WHERE seq >= (SELECT max(seq) - 3 FROM events)")
    assert [sentence for sentence in sentences if sentence.startswith("the chain ends at")]


def test_an_event_put_in_is_found(app: Flask) -> None:
    columns = ", ".join(column.name for column in Event.__table__.columns if column.name != "seq")
    sentences = found(
        f"INSERT INTO events (seq, {columns}) SELECT seq + 1, {columns} FROM events"
        " WHERE seq = (SELECT max(seq) FROM events)")
    assert sentences


def test_an_event_in_another_place_is_found(app: Flask) -> None:
    sentences = found(
        "UPDATE events SET seq = -1 WHERE seq = 5", "UPDATE events SET seq = 5 WHERE seq = 6",
        "UPDATE events SET seq = 6 WHERE seq = -1")
    assert {"event 5 was changed", "event 6 was changed"} <= set(sentences)


def test_a_missing_head_is_found(app: Flask) -> None:
    assert found("DELETE FROM chain_head") == ["the head of the chain is missing"]


def test_a_change_that_fails_leaves_no_event(app: Flask) -> None:
    manuscript = cast.draft(text=Text("", "", ""))
    db.session.commit()
    before = db.session.scalar(select(func.count()).select_from(Event))
    with pytest.raises(Invalid):
        manuscripts.submit(cast.actor("cor_a1"), manuscript, None)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Event)) == before
    assert db.session.scalars(select(Manuscript.state)).all() == [State.DRAFT]


def test_a_word_outside_the_vocabulary_is_refused(app: Flask) -> None:
    with pytest.raises(ValueError, match="no event is called"):
        audit.record(db.session(), "something", None)


def test_an_event_keeps_the_name_of_its_time(app: Flask) -> None:
    cast.signed()
    cast.person("sig_a").name = "改名"
    db.session.flush()
    assert db.session.scalars(select(Event.actor_name).where(Event.kind == "sign-off")).all() == ["石敏"]
    assert list(audit.verify(db.session())) == []


# --- What the database refuses, whoever asks --------------------------------------------------------------------


REFUSED = [
    ("UPDATE events SET reason = 'other'", "events are only added"),
    ("DELETE FROM events", "events are only added"),
    ("UPDATE decisions SET reason = 'other'", "decisions are only added"),
    ("UPDATE decisions SET person_id = (SELECT min(id) FROM people)", "decisions are only added"),
    ("UPDATE decisions SET verdict = 'reject'", "decisions are only added"),
    ("DELETE FROM decisions", "decisions are only added"),
    ("UPDATE versions SET html = '<p>other</p>'", "versions are only added"),
    ("UPDATE versions SET digest = 'other'", "versions are only added"),
    ("UPDATE versions SET submitted_at = NULL WHERE submitted_at IS NOT NULL", "versions are only added"),
    ("DELETE FROM versions", "versions are only added"),
    ("UPDATE commentary_versions SET signed_name = '无名'", "commentary is only added"),
    ("UPDATE commentary_versions SET author_id = (SELECT min(id) FROM people)", "commentary is only added"),
    ("UPDATE commentary_versions SET characters = 1", "commentary is only added"),
    ("DELETE FROM commentary_versions", "commentary is only added"),
    ("UPDATE versions SET pictures = '[]'", "versions are only added"),
    ("UPDATE versions SET note = 'other'", "versions are only added"),
    ("UPDATE versions SET characters = 1", "versions are only added"),
    ("UPDATE versions SET original_sha256 = NULL", "versions are only added"),
    ("UPDATE decisions SET checklist = '{}' WHERE stage_id IS NOT NULL", "decisions are only added"),
    ("UPDATE decisions SET hold_until = '2099-01-01 00:00:00.000000'", "decisions are only added"),
    ("UPDATE story_authors SET person_id = (SELECT max(id) FROM people)", "authors are only added"),
    ("UPDATE story_authors SET position = 9", "authors are only added"),
    ("DELETE FROM story_authors", "authors are only added"),
    ("UPDATE publications SET address = 'https://other.example/'", "publications are only added"),
    ("DELETE FROM publications", "publications are only added"),
    ("UPDATE corrections SET note = 'other'", "corrections are only added"),
    ("UPDATE corrections SET outcome = NULL WHERE outcome IS NOT NULL", "corrections are only added"),
    ("DELETE FROM corrections", "corrections are only added"),
    ("UPDATE appeals SET grounds = 'other'", "appeals are only added"),
    ("UPDATE appeals SET outcome = 'reopened' WHERE outcome IS NOT NULL", "appeals are only added"),
    ("DELETE FROM appeals", "appeals are only added"),
    ("UPDATE uploads SET shown_name = 'other'", "uploads are only added"),
    ("DELETE FROM uploads WHERE kind = 'original' AND shown_name = 'named'", "a version names this file"),
    ("DELETE FROM uploads WHERE kind = 'picture' AND shown_name = 'named'", "a version names this file"),
]


def everything_once() -> None:
    """Something in every table that is only added to: files, a correction, an appeal that was heard, a commentary."""
    cast.assignment_in(AssignmentState.FILED)
    picture, original, unused = "a" * 64, "b" * 64, "c" * 64
    manuscript = cast.draft()
    uploads.attach(cast.actor("cor_a1"), manuscript, [
        Brought("picture", picture, "image/png", 1, "named", 9, 9),
        Brought("original", original, "text/plain", 1, "named"),
        Brought("picture", unused, "image/png", 1, "unused", 9, 9)])
    manuscripts.save(cast.actor("cor_a1"), manuscript, None, Text(
        "有图的稿子", "本报讯", f'<p>一张图。</p><figure><img src="pictures/{picture}" alt="江滩"></figure>',
        original_sha256=original))
    corrected = cast.published()
    publishing.correct(cast.actor("chief_n"), corrected, None, replace(cast.TEXT, title="更正后的标题"), "标题有误。")
    publishing.retract(cast.actor("chief_n"), corrected, None, "活动取消。")
    heard = appealed()
    publishing.uphold(cast.actor("chief_n"), heard, None, "维持。")
    db.session.commit()


def appealed() -> Manuscript:
    """Rejected by pol_n, and its author asks the chief editor to look at it."""
    manuscript = cast.reach(State.REJECTED)
    manuscripts.appeal(cast.actor("cor_a1"), manuscript, None, "有采访记录。")
    return manuscript


def test_the_database_refuses_to_rewrite_the_record(app: Flask, subtests: pytest.Subtests) -> None:
    everything_once()
    for statement, message in REFUSED:
        with subtests.test(statement), pytest.raises(DBAPIError, match=message), db.session.begin_nested():
            db.session.execute(text(statement))


def test_a_file_that_no_version_names_can_go(app: Flask) -> None:
    everything_once()
    db.session.execute(text("DELETE FROM uploads WHERE shown_name = 'unused'"))
    assert db.session.scalars(select(Upload.shown_name)).all() == ["named", "named"]


ONLY_ADDED = ("events", "decisions", "versions", "commentary_versions", "story_authors", "publications", "corrections",
              "appeals", "uploads", "people")


def test_what_is_only_added_is_not_emptied_at_once(app: Flask, subtests: pytest.Subtests) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite knows no TRUNCATE")
    everything_once()
    for table in ONLY_ADDED:
        with subtests.test(table), pytest.raises(DBAPIError, match="are only added"), db.session.begin_nested():
            db.session.execute(text(f"TRUNCATE {table} CASCADE"))


HEARD = ("UPDATE appeals SET heard_at = made_at, outcome = 'reopened',"
         " heard_by_id = (SELECT id FROM people WHERE login_key = :who)")
HEARD_AT_ONCE = (
    "INSERT INTO appeals (manuscript_id, decision_id, grounds, made_by_id, made_at, heard_by_id, heard_at, outcome,"
    " reason)"
    " SELECT d.manuscript_id, d.id, '', d.person_id, d.decided_at, p.id, d.decided_at, 'upheld', ''"
    " FROM decisions d, people p WHERE d.verdict = 'reject' AND p.login_key = :who")


@pytest.mark.parametrize("who", ["cor_a1", "pol_n"], ids=["its author", "who rejected it"])
def test_the_database_holds_four_eyes_over_appeals(app: Flask, who: str) -> None:
    appealed()
    with pytest.raises(DBAPIError, match="the hearer wrote or rejected it"):
        db.session.execute(text(HEARD), {"who": who})


@pytest.mark.parametrize("who", ["cor_a1", "pol_n"], ids=["its author", "who rejected it"])
def test_the_database_takes_no_appeal_that_they_have_heard(app: Flask, who: str) -> None:
    cast.reach(State.REJECTED)
    with pytest.raises(DBAPIError, match="the hearer wrote or rejected it"):
        db.session.execute(text(HEARD_AT_ONCE), {"who": who})


def test_the_database_lets_another_person_hear_an_appeal(app: Flask) -> None:
    appealed()
    db.session.execute(text(HEARD), {"who": "chief_n"})


def decision_by(key: str, manuscript: Manuscript, **changes: object) -> Decision:
    """A pass at the manuscript's due stage by somebody, put down round the program."""
    version = db.session.get_one(Version, manuscript.version_id)
    fields = {"manuscript_id": manuscript.id, "story_id": manuscript.story_id, "version_id": version.id,
              "digest": version.digest, "round": manuscript.round, "stage_id": manuscript.stage_id,
              "verdict": Verdict.PASS, "person_id": cast.person(key).id, "decided_at": manuscript.created_at,
              "hold_until": manuscript.created_at}
    return Decision(**(fields | changes))


@pytest.mark.parametrize(("key", "message"), [
    ("cor_a1", "the author decides"), ("sig_a", "a second reading"), ("pol_n", "a second reading")])
def test_the_database_holds_four_eyes(app: Flask, key: str, message: str) -> None:
    manuscript = cast.passed(cast.signed(), "pol_n")
    db.session.add(decision_by(key, manuscript))
    with pytest.raises(IntegrityError, match=message):
        db.session.flush()


def test_the_database_takes_the_decision_of_another_person(app: Flask) -> None:
    manuscript = cast.passed(cast.signed(), "pol_n")
    db.session.add(decision_by("con_n", manuscript))
    db.session.flush()


def test_the_database_refuses_a_decision_on_another_text(app: Flask) -> None:
    db.session.add(decision_by("pol_n", cast.signed(), digest="0" * 64))
    with pytest.raises(IntegrityError, match="another text"):
        db.session.flush()


def test_the_database_refuses_an_author_who_has_decided(app: Flask) -> None:
    manuscript = cast.signed()
    statement = "INSERT INTO story_authors (story_id, person_id, position) VALUES (:story, :person, 2)"
    with pytest.raises(IntegrityError, match="a decider becomes an author"):
        db.session.execute(text(statement), {"story": manuscript.story_id, "person": cast.person("sig_a").id})


def test_the_database_refuses_an_author_who_has_heard_an_appeal(app: Flask) -> None:
    manuscript = appealed()
    publishing.uphold(cast.actor("chief_n"), manuscript, None, "维持。")
    statement = "INSERT INTO story_authors (story_id, person_id, position) VALUES (:story, :person, 2)"
    with pytest.raises(IntegrityError, match="a decider becomes an author"):
        db.session.execute(text(statement), {"story": manuscript.story_id, "person": cast.person("chief_n").id})


def test_the_database_takes_one_open_decision_for_a_stage_and_version(app: Flask) -> None:
    manuscript = cast.signed()
    db.session.add_all([decision_by("pol_n", manuscript), decision_by("pol_n2", manuscript)])
    with pytest.raises(IntegrityError):
        db.session.flush()
