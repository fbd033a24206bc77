"""Two processes act on one manuscript at once, many rounds, on both databases: exactly one wins, the other is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from editorial.actions import reviewing
from editorial.db import db
from editorial.models import Decision, Manuscript, Scratch
from editorial.terms import State
from tests import cast, processes

ROUNDS = 10


@contextmanager
def two_processes(database_url: str, folder: Path, *logins: str) -> Iterator[list[Connection]]:
    """Two processes with an application each on this database, logged in, waiting for orders."""
    barrier = processes.CONTEXT.Barrier(2)
    with processes.started(processes.act, *((database_url, str(folder), login, barrier) for login in logins)) as pipes:
        yield pipes


def _together(pipes: list[Connection], first: Any, second: Any) -> list[int]:
    for pipe, order in zip(pipes, (first, second), strict=True):
        pipe.send(order)
    return [pipe.recv() for pipe in pipes]


def _fresh(code: str) -> Manuscript:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Manuscript).where(Manuscript.code == code)).one()


def test_of_two_decisions_on_one_stage_one_counts_and_the_others_text_is_kept(
        app: Flask, database_url: str, tmp_path: Path) -> None:
    with two_processes(database_url, tmp_path, "pol_n", "pol_n") as pipes:
        for n in range(ROUNDS):
            manuscript = cast.signed()
            reviewing.claim(cast.actor("pol_n"), manuscript, None)
            code, page, revision = manuscript.code, f"/manuscripts/{manuscript.code}", manuscript.revision
            db.session.commit()
            answers = _together(
                pipes, (page, "return", {"reason": f"退修理由{n}", "revision": revision, "form_key": f"a{n}-{code}"}),
                (page, "reject", {"reason": f"退稿理由{n}", "revision": revision, "form_key": f"b{n}-{code}"}))
            manuscript = _fresh(code)
            stage_decisions = [d for d in manuscript.decisions if d.stage_id is not None]
            assert len(stage_decisions) == 1
            assert sorted(answers) in ([302, 409], [303, 409]), answers
            lost = f"退稿理由{n}" if manuscript.state is State.RETURNED else f"退修理由{n}"
            kept = db.session.scalars(select(Scratch.fields).where(Scratch.form == page)).all()
            assert any(lost in fields.values() for fields in kept)


def test_of_two_who_claim_at_once_one_has_it(app: Flask, database_url: str, tmp_path: Path) -> None:
    with two_processes(database_url, tmp_path, "pol_n", "pol_n2") as pipes:
        for n in range(ROUNDS):
            manuscript = cast.signed()
            code, page, revision = manuscript.code, f"/manuscripts/{manuscript.code}", manuscript.revision
            db.session.commit()
            answers = _together(pipes, (page, "claim", {"revision": revision, "form_key": f"c{n}-{code}"}),
                                (page, "claim", {"revision": revision, "form_key": f"d{n}-{code}"}))
            assert sorted(answers) in ([302, 409], [303, 409]), answers
            assert _fresh(code).assignee_id in (cast.person("pol_n").id, cast.person("pol_n2").id)


def test_two_who_ask_for_the_next_one_at_once_get_different_ones(
        app: Flask, database_url: str, tmp_path: Path) -> None:
    with two_processes(database_url, tmp_path, "pol_n", "pol_n2") as pipes:
        for n in range(ROUNDS):
            codes = {cast.signed().code for _one in range(2)}
            db.session.commit()
            assert _together(pipes, ("/desk", "next", {"form_key": f"g{n}-next"}),
                             ("/desk", "next", {"form_key": f"h{n}-next"})) == [302, 302]
            assert {_fresh(code).assignee_id for code in codes} == {
                cast.person("pol_n").id, cast.person("pol_n2").id}


def test_signing_and_recalling_at_once_gives_one_of_both(
        app: Flask, database_url: str, tmp_path: Path) -> None:
    with two_processes(database_url, tmp_path, "sig_a", "cor_a1") as pipes:
        for n in range(ROUNDS):
            manuscript = cast.submitted()
            code, page, revision = manuscript.code, f"/manuscripts/{manuscript.code}", manuscript.revision
            db.session.commit()
            answers = _together(
                pipes, (page, "sign-off", {"stated": "y", "revision": revision, "form_key": f"e{n}-{code}"}),
                (page, "recall", {"revision": revision, "form_key": f"f{n}-{code}"}))
            manuscript = _fresh(code)
            signatures = db.session.scalar(select(func.count()).select_from(Decision).where(
                Decision.manuscript_id == manuscript.id))
            assert (manuscript.state, signatures) in ((State.IN_REVIEW, 1), (State.DRAFT, 0))
            assert sorted(answers)[0] in (302, 303)
            assert sorted(answers)[1] in (404, 409)


def test_a_form_that_is_sent_twice_acts_once(app: Flask, database_url: str, tmp_path: Path) -> None:
    with two_processes(database_url, tmp_path, "cor_a1", "cor_a1") as pipes:
        for n in range(ROUNDS):
            manuscript = cast.draft()
            code, page, revision = manuscript.code, f"/manuscripts/{manuscript.code}", manuscript.revision
            db.session.commit()
            order = (page, "withdraw", {"revision": revision, "form_key": f"same{n}-{code}"})
            answers = _together(pipes, order, order)
            assert set(answers) <= {302, 303}, answers
            assert _fresh(code).state is State.WITHDRAWN
