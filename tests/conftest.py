"""What every test can ask for: an application on a database of its own, with the cast, on SQLite and PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar

import argon2
import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from werkzeug.routing import Rule
from xdist.scheduler import LoadScopeScheduling

from editorial import create_app, schema
from editorial.actions import passwords
from editorial.config import Settings
from editorial.db import db
from tests import cast
from tests.servers import fresh_database

pytest_plugins = ["tests.servers"]

KEY = "tests-only-0123456789-abcdefghijklmnop"


TOGETHER = {"tests/test_demo.py": "demo", "tests/test_bulk.py": "bulk", "tests/test_browser.py": "browser",
            "tests/test_browser_desk.py": "browser", "tests/test_remarks_browser.py": "browser",
            "tests/test_browser_hours.py": "browser"}
"""Files whose tests run in one worker: they share a city that is slow to load, or would start two browsers at once."""


PAGES_ALONE = {"test_accounts.py", "test_admin.py", "test_admin_places.py", "test_commentary_pages.py", "test_login.py",
               "test_manuscript_page.py", "test_outward_pages.py", "test_stale_pages.py", "test_text_shown.py",
               "test_uploads.py", "test_writing.py"}
"""Files that tell what pages say and do with what they are given, on one database. What rules, lists and figures ask of
SQL is tried on both, in the files of actions, queries and permissions."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves out of PAGES_ALONE what would say the same on PostgreSQL."""
    items[:] = [item for item in items if not (item.path.name in PAGES_ALONE and "postgresql" in item.nodeid)]


class InGroups(LoadScopeScheduling):
    """Tests one by one to whichever worker is free, but those of TOGETHER as one, and first: they are the longest.

    The marks of pytest-xdist 3.8 for that come to nothing under pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.partition("::")[0], nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> InGroups:
    """How pytest-xdist hands out the tests."""
    return InGroups(config, log)


STRONG = passwords.HASHER
"""As the product hashes. People of the tests log in thousands of times; their hashes are of that kind, and cheap."""
passwords.HASHER = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
passwords._NOBODY = passwords.HASHER.hash(KEY)


class Compiled(BytecodeCache):
    """Templates compiled once in a run: each test has an application of its own."""

    def __init__(self) -> None:
        self.codes: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code:
            self.codes[bucket.key] = bucket.code


TEMPLATES = Compiled()


class KnownRule(Rule):
    """A rule of Flask's that is compiled once in a run: each test has an application, and its 170 took 60 ms."""

    known: ClassVar[dict[tuple[str, str], Rule]] = {}
    COMPILED = ("_parts", "_trace", "_converters", "arguments", "_build", "_build_unknown")

    def compile(self) -> None:
        like = self.known.get((self.rule, repr(self.defaults)))
        if like is None:
            super().compile()
            self.known[self.rule, repr(self.defaults)] = self
        else:
            vars(self).update({name: getattr(like, name) for name in self.COMPILED})


Flask.url_rule_class = KnownRule

FIRST_ENGINES: dict[str, Engine] = {}
"""By kind of database. SQLAlchemy keeps compiled statements by engine, and each test has an engine of its own."""


def make_app(database_url: str, folder: Path, **more: Any) -> Flask:
    """An application on this database, its files in `folder`."""
    app = create_app(Settings(secret_key=KEY, database_url=database_url, uploads=folder / "uploads", **more))
    app.jinja_env.bytecode_cache = TEMPLATES
    with app.app_context():
        _share_compiled_statements(db.engine)
    return app


def _share_compiled_statements(engine: Engine) -> None:
    first = FIRST_ENGINES.setdefault(engine.dialect.name, engine)
    engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache


def _furnish(database_url: str, folder: Path) -> None:
    app = make_app(database_url, folder)
    with app.app_context():
        schema.upgrade(db.engine)
        cast.build_city()
        db.session.commit()
        if db.engine.dialect.name == "sqlite":
            with db.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the cast in it, to copy."""
    folder = tmp_path_factory.mktemp("template")
    _furnish(f"sqlite:///{folder / 'template.db'}", folder)
    return folder / "template.db"


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same on PostgreSQL, to copy by CREATE DATABASE … TEMPLATE."""
    with fresh_database(postgres_server) as url:
        _furnish(url, tmp_path_factory.mktemp("template"))
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of this test's own, migrated, with the cast in it; every test runs on both."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "editorial.db")
        yield f"sqlite:///{tmp_path / 'editorial.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        with fresh_database(server, request.getfixturevalue("postgres_template")) as url:
            yield url


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application, within an application context, so that a test may call actions and queries."""
    app = make_app(database_url, tmp_path)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
