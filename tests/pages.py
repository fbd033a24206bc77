"""What page tests share: make something in a transaction of its own, look at it again, and send a page's form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from editorial.actions import reviewing
from editorial.db import db
from editorial.models import Manuscript
from tests import cast


def made(build: Callable[[], Manuscript]) -> str:
    """Build something through the actions and commit it; gives its code."""
    code = build().code
    db.session.commit()
    return code


def claimed(*readers: str, **more: Any) -> Manuscript:
    """In review, passed by all but the last of `readers`, who has claimed it."""
    manuscript = cast.passed(cast.signed(**more), *readers[:-1])
    reviewing.claim(cast.actor(readers[-1]), manuscript, None)
    return manuscript


def then(act: Callable[[Manuscript], Any], code: str) -> None:
    """Do something to a manuscript through the actions and commit it."""
    act(found(code))
    db.session.commit()


def found(code: str) -> Manuscript:
    """The manuscript as the database has it now."""
    db.session.rollback()
    return db.session.scalars(select(Manuscript).where(Manuscript.code == code)).one()


def seen(code: str) -> tuple[str, int, int, int]:
    """Its state, revision, and how many versions and decisions it has; the transaction ends."""
    manuscript = found(code)
    answer = (manuscript.state.value, manuscript.revision, len(manuscript.versions), len(manuscript.decisions))
    db.session.rollback()
    return answer


@contextmanager
def queries(app: Flask) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
