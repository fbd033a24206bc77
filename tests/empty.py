"""An application on an empty, migrated database: for the tests of what fills it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

from editorial import schema
from editorial.db import db
from tests.conftest import make_app
from tests.servers import fresh_database

DATABASES = ["sqlite", "postgresql"]


@contextmanager
def empty_app(request: pytest.FixtureRequest, database: str, folder: Path) -> Iterator[Flask]:
    """The application on an empty database of this kind, within an application context."""
    if database == "sqlite":
        yield from _ready(f"sqlite:///{folder / 'empty.db'}", folder)
    else:
        with fresh_database(request.getfixturevalue("postgres_server")) as url:
            yield from _ready(url, folder)


def _ready(url: str, folder: Path) -> Iterator[Flask]:
    app = make_app(url, folder)
    with app.app_context():
        schema.upgrade(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()
