"""The record: what is written with a change, what the database refuses, and what `verify` finds in spite of it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from editorial import audit
from editorial.actions import manuscripts
from editorial.actions.texts import Text
from editorial.db import db
from editorial.errors import Invalid
from editorial.models import Decision, Event, Manuscript, Version
from editorial.workflow import AssignmentState, State, Verdict
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
    ("DELETE FROM commentary_versions", "commentary is only added"),
]


@pytest.mark.parametrize(("statement", "message"), REFUSED, ids=[statement for statement, _ in REFUSED])
def test_the_database_refuses_to_rewrite_the_record(app: Flask, statement: str, message: str) -> None:
    cast.assignment_in(AssignmentState.FILED)
    db.session.commit()
    with pytest.raises(DBAPIError, match=message):
        db.session.execute(text(statement))


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


def test_the_database_takes_one_open_decision_for_a_stage_and_version(app: Flask) -> None:
    manuscript = cast.signed()
    db.session.add_all([decision_by("pol_n", manuscript), decision_by("pol_n2", manuscript)])
    with pytest.raises(IntegrityError):
        db.session.flush()
