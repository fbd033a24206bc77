"""Migrations, up and down on data, on both databases; and that models and migrations say the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import CheckConstraint, Index, MetaData, UniqueConstraint, func, inspect, select, text

from editorial import schema
from editorial.db import Base, db
from editorial.terms import AssignmentState, State
from tests import cast
from tests.empty import DATABASES, empty_app


def revisions() -> list[str]:
    """Every revision, the first one first."""
    script = ScriptDirectory(str(schema.MIGRATIONS))
    return [revision.revision for revision in reversed(list(script.walk_revisions()))]


@pytest.fixture(params=DATABASES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database, migrated to the newest revision."""
    with empty_app(request, request.param, tmp_path) as app:
        yield app


def contents() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as the database has it."""
    found = MetaData()
    with db.engine.connect() as connection:
        found.reflect(connection)
        return {table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
                for table in found.sorted_tables if table.name != "alembic_version"}


def test_models_and_migrations_say_the_same(empty: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_they_have_the_same_constraints_and_indexes(empty: Flask) -> None:
    inspector = inspect(db.engine)
    for table in Base.metadata.sorted_tables:
        checks = {str(item.name) for item in table.constraints if isinstance(item, CheckConstraint)}
        assert {item["name"] for item in inspector.get_check_constraints(table.name)} == checks, table.name
        uniques = {str(item.name) for item in table.constraints if isinstance(item, UniqueConstraint)}
        assert {item["name"] for item in inspector.get_unique_constraints(table.name)} >= uniques, table.name
        assert _index_names(table.name) >= {str(index.name) for index in table.indexes}, table.name


def _index_names(table: str) -> set[str]:
    query = ("SELECT indexname FROM pg_indexes WHERE tablename = :table" if db.engine.dialect.name == "postgresql"
             else "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = :table")
    with db.engine.connect() as connection:
        return set(connection.execute(text(query), {"table": table}).scalars())


def test_partial_indexes_have_the_same_condition(empty: Flask) -> None:
    postgres = db.engine.dialect.name == "postgresql"
    query = ("SELECT indexdef FROM pg_indexes WHERE indexname = :name" if postgres
             else "SELECT sql FROM sqlite_master WHERE name = :name")
    partial = [index for table in Base.metadata.sorted_tables for index in table.indexes if _condition(index)]
    assert partial
    for index in partial:
        with db.engine.connect() as connection:
            made = connection.execute(text(query), {"name": index.name}).scalar_one()
        assert _words(made.split("WHERE", 1)[1]) == _words(_condition(index)), index.name


def _condition(index: Index) -> str:
    where = index.dialect_options["sqlite"]["where"]
    return "" if where is None else str(where)


def _words(condition: str) -> set[str]:
    """Names and values of a condition; PostgreSQL writes its own form of it."""
    form = {"in", "any", "array", "character", "varying", "text"}
    return set(re.findall(r"'[^']*'|\w+", condition.casefold())) - form


def test_every_step_down_and_up_keeps_the_data(empty: Flask) -> None:
    cast.build_city()
    for state in State:
        cast.reach(state)
    cast.assignment_in(AssignmentState.PUBLISHED)
    db.session.commit()
    db.session.remove()
    before = contents()
    steps = revisions()
    for above, below in zip(reversed(steps), reversed(steps[:-1]), strict=False):
        schema.downgrade(db.engine, below)
        schema.upgrade(db.engine, above)
        assert contents() == before


def test_down_to_nothing_and_up_again(empty: Flask) -> None:
    cast.build_city()
    cast.published()
    db.session.commit()
    db.session.remove()
    first = _made()
    schema.downgrade(db.engine, "base")
    assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
    assert schema.revisions(db.engine) == (None, revisions()[-1])
    schema.upgrade(db.engine)
    assert schema.revisions(db.engine) == (revisions()[-1], revisions()[-1])
    assert _made() == first
    cast.build_city()
    assert cast.published().state is State.PUBLISHED


def _made() -> set[tuple[str, str]]:
    """Every table, index, trigger and function that a migration made."""
    query = ("SELECT 'trigger', tgname FROM pg_trigger WHERE NOT tgisinternal"
             " UNION SELECT 'function', proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
             " UNION SELECT 'index', indexname FROM pg_indexes WHERE schemaname = 'public'"
             " UNION SELECT 'table', tablename FROM pg_tables WHERE schemaname = 'public'"
             if db.engine.dialect.name == "postgresql" else "SELECT type, name FROM sqlite_master")
    with db.engine.connect() as connection:
        return {(kind, name) for kind, name in connection.execute(text(query))}


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty: Flask, tmp_path: Path,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for path in [schema.MIGRATIONS / "env.py", schema.MIGRATIONS / "script.py.mako",
                 *(schema.MIGRATIONS / "versions").glob("*.py")]:
        target = folder / path.relative_to(schema.MIGRATIONS)
        target.write_text(path.read_text("utf-8"), "utf-8")
    last = revisions()[-1]
    (folder / "versions" / "9999_broken.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision = '9999'\ndown_revision = '{last}'\n"
        "def upgrade():\n"
        "    op.create_table('half', sa.Column('id', sa.Integer(), primary_key=True))\n"
        "    op.execute(\"UPDATE chain_head SET seq = 77\")\n"
        "    op.execute('SELECT nothing FROM nowhere')\n", "utf-8")
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    before, made = contents(), _made()
    with pytest.raises(Exception, match="nowhere"):
        schema.upgrade(db.engine)
    assert (contents(), _made()) == (before, made)
    assert schema.revisions(db.engine) == (last, "9999")


def test_the_chain_has_one_head(empty: Flask) -> None:
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT id, seq FROM chain_head")).all() == [(1, 0)]
        table = Base.metadata.tables["chain_head"]
        assert connection.scalar(select(func.count()).select_from(table)) == 1
