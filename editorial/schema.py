"""The schema, made and brought up to date by migrations alone: what runs is what tests run on.

Layer 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def configuration(connection: Connection) -> Config:
    """Alembic's configuration for a database that is open already."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def revisions(engine: Engine) -> tuple[str | None, str | None]:
    """The revision at which the database is (None for an empty one), and the newest that there is."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        return found, ScriptDirectory.from_config(configuration(connection)).get_current_head()


@lru_cache
def newest() -> str | None:
    """The revision that this version of the program works with."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to `revision`; where a migration fails, the database is as it was before it."""
    with _migrating(engine) as connection:
        command.upgrade(configuration(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to `revision`."""
    with _migrating(engine) as connection:
        command.downgrade(configuration(connection), revision)


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    """One transaction. SQLite changes a table by making it anew, so its references are looked at only at the end."""
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        if is_sqlite:
            _driver(connection).execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                if is_sqlite and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                    raise RuntimeError(f"{len(lost)} rows would point at nothing, the first one in {lost[0][0]}")
        finally:
            if is_sqlite:
                _driver(connection).execute("PRAGMA foreign_keys = ON")


def _driver(connection: Connection) -> Any:
    """The driver's own connection, on which no transaction has begun."""
    return connection.connection.driver_connection
