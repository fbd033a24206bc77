"""What somebody with the database's own powers can do, for the tests of what is found in spite of it."""

from __future__ import annotations

from sqlalchemy import text

from editorial.db import db


def take_guards_away() -> None:
    """Within the session's transaction: no triggers, no CHECK constraints, no foreign keys; undone by a rollback."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
        checks = db.session.execute(text(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0"
            " AND connamespace = current_schema()::regnamespace"))
        for table, name in checks.all():
            db.session.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))
        return
    db.session.execute(text("PRAGMA defer_foreign_keys = ON"))
    db.session.execute(text("PRAGMA ignore_check_constraints = ON"))
    for name in db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        db.session.execute(text(f"DROP TRIGGER {name}"))


def put_guards_back() -> None:
    """Roll everything back."""
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("PRAGMA ignore_check_constraints = OFF"))
        db.session.rollback()


def without_unique_rows(table: str, constraint: str) -> None:
    """Let `table` have the same row twice."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"))
        return
    db.session.execute(text(f"CREATE TABLE {table}_free AS SELECT * FROM {table}"))
    db.session.execute(text(f"DROP TABLE {table}"))
    db.session.execute(text(f"ALTER TABLE {table}_free RENAME TO {table}"))
