"""Rows made in bulk: numbered, chained where they are events, and written by the thousand."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Connection, Table, bindparam, func, select, text

from editorial.audit import fingerprint_of
from editorial.db import Model
from editorial.demo.house import Who
from editorial.models import (
    Appeal,
    ChainHead,
    Correction,
    Counter,
    Decision,
    Event,
    Manuscript,
    Publication,
    Story,
    StoryAuthor,
    Version,
)

Row = dict[str, Any]

SKELETON = ("id", "code", "story_id", "unit_id", "wanted_offices", "urgent", "is_original", "title", "state", "chain",
            "round", "public_reason", "waiting_since", "created_at", "updated_at", "revision")
"""What a manuscript is written with first: it and its versions point at each other, so the rest comes afterwards."""

ORDER: tuple[type[Model], ...] = (Story, StoryAuthor, Manuscript, Version, Decision, Appeal, Correction, Publication,
                                  Event)


def table_of(model: type[Model]) -> Table:
    """The table of a model."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is no table")
    return table


class Ledger:
    """The rows of some thousand stories, and the numbers and hashes that go on from one batch to the next."""

    def __init__(self, connection: Connection) -> None:
        """Takes up numbers and chain where `connection`'s database has them; nobody else may write meanwhile."""
        self.connection = connection
        self.last = {model: connection.scalar(select(func.max(table_of(model).c.id))) or 0
                     for model in ORDER if "id" in table_of(model).c}
        head = connection.execute(select(ChainHead.seq, ChainHead.hash).with_for_update()).one()
        self.seq, self.hash = head.seq, head.hash
        self.counters: dict[str, int] = dict(connection.execute(select(Counter.name, Counter.value)).all())
        self.given = set(self.counters)
        self.rows: dict[type[Model], list[Row]] = {model: [] for model in ORDER}

    def add(self, model: type[Model], row: Row) -> int:
        """Put down a row, under the next id of its table; gives the id. What it doesn't name is NULL.

        The database refuses that where something has to stand.
        """
        self.last[model] += 1
        row["id"] = self.last[model]
        self.rows[model].append(row)
        return self.last[model]

    def next_code(self, year: int) -> str:
        """The next manuscript's code of a year."""
        name = f"manuscript:{year}"
        self.counters[name] = self.counters.get(name, 0) + 1
        return f"{year}-{self.counters[name]:06d}"

    def event(self, kind: str, who: Who | None, at: datetime, **fields: Any) -> None:
        """Put down an event at the end of the chain."""
        self.seq += 1
        row: Row = {
            "seq": self.seq, "kind": kind, "actor_id": who.id if who else None, "actor_name": who.name if who else "",
            "role": "", "place": "", "assignment_id": None, "subject": "", "digest": "", "before": "", "after": "",
            "reason": "", "data": {}, "salt": secrets.token_hex(16), "prev_hash": self.hash, **fields}
        self.hash = fingerprint_of(at=at, **row)
        row["at"], row["hash"] = at, self.hash
        self.rows[Event].append(row)

    def write(self) -> None:
        """Write everything, with the triggers on, and begin an empty page."""
        for model in ORDER:
            columns = SKELETON if model is Manuscript else tuple(column.name for column in table_of(model).c)
            _insert(self.connection, table_of(model), columns, self.rows[model])
        self._complete(self.rows[Manuscript])
        self.connection.execute(
            table_of(ChainHead).update().values(seq=self.seq, hash=self.hash))
        for name, value in self.counters.items():
            statement = table_of(Counter).update().where(Counter.name == name).values(value=value)
            if name not in self.given:
                self.given.add(name)
                statement = table_of(Counter).insert().values(name=name, value=value)  # type: ignore[assignment]
            self.connection.execute(statement)
        if self.connection.dialect.name == "postgresql":
            for model, last in self.last.items():
                name = table_of(model).name
                self.connection.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
                                        {"name": name, "last": max(1, last)})
        for rows in self.rows.values():
            rows.clear()

    def _complete(self, rows: Sequence[Row]) -> None:
        table = table_of(Manuscript)
        later = [column.name for column in table.c if column.name == "state" or column.name not in SKELETON]
        statement = table.update().where(table.c.id == bindparam("its_id")).values(
            {name: bindparam(f"its_{name}") for name in later})
        self.connection.execute(statement, [
            {"its_id": row["id"], **{f"its_{name}": row.get(name) for name in later}, "its_state": row["final"]}
            for row in rows])


def _insert(connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> None:
    if not rows:
        return
    if connection.dialect.name != "postgresql":
        connection.execute(table.insert(), [{name: row.get(name) for name in columns} for row in rows])
        return
    packed = {name for name in columns if isinstance(table.c[name].type, JSON)}
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f"COPY {table.name} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([json.dumps(row[name]) if name in packed else row.get(name) for name in columns])
