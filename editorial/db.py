"""The database session, the naming convention, the kinds of columns and indexes, and what SQLite needs to be told.

Layer 0. The same code runs on SQLite (one file, the default) and on PostgreSQL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Dialect, ForeignKey, Index, Integer, MetaData, event, text
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The declarative base: one metadata with named constraints, so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, session_options={"autoflush": True})

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC on both databases. A naive time is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone can't be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_type(kind: type[Enum]) -> SqlEnum:
    """A text column that holds a member's value, with a CHECK that it is one of them."""
    values: Callable[[Any], list[str]] = lambda members: [member.value for member in members]  # noqa: E731
    return SqlEnum(
        kind, native_enum=False, create_constraint=True, name=kind.__name__.lower(), values_callable=values, length=40
    )


BigId = BigInteger().with_variant(Integer, "sqlite")
"""A number that outgrows 32 bits; on SQLite a plain integer, which is as large."""


def row_id() -> Any:
    """The primary key."""
    return mapped_column(primary_key=True)


def link(target: str, **options: Any) -> Any:
    """A column that names a row of another table."""
    return mapped_column(ForeignKey(target), **options)


def moment(**options: Any) -> Any:
    """A column that holds an aware time."""
    return mapped_column(UtcDateTime, **options)


class Revised:
    """A row that knows how often it was changed: a change that began on an older state fails (StaleDataError)."""

    revision: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.revision}


def index_of_some(name: str, where: str, table: str, *columns: str, unique: bool = False) -> Index:
    """An index of those rows alone for which `where` holds; `unique`: at most one of them with these columns."""
    return Index(f"{'uq' if unique else 'ix'}_{table}_{name}", *columns, unique=unique, sqlite_where=text(where),
                 postgresql_where=text(where))


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """SQLite: write-ahead log, full durability, foreign keys, and our own BEGIN (below) in place of the driver's."""
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000",
                       "temp_store=MEMORY"):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_immediate(connection: Connection) -> None:
    """A transaction that reads and then writes fails at once under contention unless it began as a writer.

    A connection with the execution option ``readonly`` begins as a reader: pages that change nothing don't queue.
    """
    if connection.dialect.name == "sqlite":
        readonly = connection.get_execution_options().get("readonly")
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")
