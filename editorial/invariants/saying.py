"""How an invariant that is one query says what it found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.orm import Session


def say(session: Session, query: Executable, sentence: str) -> Iterator[str]:
    """`sentence` for each row that `query` finds, with the row's columns in its places {0}, {1} …"""
    for row in session.execute(query):
        yield sentence.format(*(_shown(value) for value in row))


def _shown(value: Any) -> Any:
    return getattr(value, "value", value)
