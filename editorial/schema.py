"""The schema, made and brought up to date by migrations alone: what runs is what tests run on.

Layer 1.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def revisions(engine: Engine) -> tuple[str | None, str | None]:
    """The revision at which the database is (None for an empty one), and the newest that there is."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        return found, ScriptDirectory.from_config(_config(connection)).get_current_head()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to `revision`; where a migration fails, the database is as it was before it."""
    with engine.begin() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to `revision`."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)
