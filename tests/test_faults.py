"""What real machines do to requests: killed processes, full disks, locked or lost databases (H01, H04, H06, H12)."""

from __future__ import annotations

import hashlib
import os
import resource
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from flask_babel import gettext
from sqlalchemy import create_engine, event, make_url, select, text

from editorial import clock, i18n, invariants, web
from editorial.db import Base, db
from editorial.models import Version
from editorial.storage import LocalStore
from editorial.terms import State
from tests import cast, processes
from tests.client import Visitor
from tests.conftest import make_app
from tests.pages import found, made
from tests.test_uploads import file, picture

WORDS = "这段话打了很久，不能丢。"


def _dump() -> dict[str, list[Any]]:
    """Every row of the house, but who came and went, and what they opened."""
    db.session.rollback()
    return {table.name: sorted(map(repr, db.session.execute(select(table)))) for table in Base.metadata.sorted_tables
            if table.name not in ("web_sessions", "login_attempts", "form_keys", "readings")}


def _said(app: Flask, reason: str) -> str:
    with app.test_request_context():
        return i18n.reason_text(reason)


# --- A process that is killed ---------------------------------------------------------------------------------------


def _kill(pipe: Connection, address: str, fields: dict[str, Any], moment: int) -> bool:
    pipe.send((address, fields, moment))
    answer: bool = pipe.recv()
    return answer


def test_a_process_killed_in_the_middle_of_a_request_leaves_nothing_half_done(
        app: Flask, database_url: str, tmp_path: Path) -> None:
    """H01: after every third row that signing writes; sent again, the same form acts, and once."""
    code = made(cast.submitted)
    page, fields = f"/manuscripts/{code}", {"stated": "y", "revision": found(code).revision, "form_key": "k" * 20}
    with processes.started(processes.be_killed, (database_url, str(tmp_path), "sig_a", page)) as [pipe]:
        before, moment = _dump(), 1
        db.session.rollback()
        while _kill(pipe, f"{page}/sign-off", fields, moment):
            moment += 3
            assert _dump() == before, f"killed after row {moment - 3}"
            db.session.rollback()
        assert moment >= 5
        assert found(code).state is State.IN_REVIEW, "the last one was not killed"
        after = _dump()
        db.session.rollback()
        _kill(pipe, f"{page}/sign-off", fields, 0)
    assert _dump() == after
    assert list(invariants.broken(db.session())) == []


def test_a_process_killed_over_a_file_leaves_its_form_to_be_sent_again(
        app: Flask, database_url: str, tmp_path: Path) -> None:
    code = made(cast.draft)
    page = f"/manuscripts/{code}/edit"
    visitor = Visitor(app, "cor_a1")
    visitor.get(page)
    form = visitor.form_with("title", "body")
    fields = {**visitor.fields(form), "title": WORDS, "bring": "1"}
    with processes.started(processes.be_killed, (database_url, str(tmp_path), "cor_a1", page)) as [pipe]:
        before = _dump()
        db.session.rollback()
        # the key is the first row, which is committed before the file is read
        assert _kill(pipe, page, {**fields, "photos": (picture(), "一.png")}, 2)
    assert _dump() == before
    db.session.rollback()
    visitor.send(form, {"title": WORDS, "photos": file(picture(), "一.png")}, 409, button="bring")
    assert _said(app, "being-read") in visitor.text
    visitor.get(page)
    assert WORDS in visitor.text, "what was typed is offered"
    with clock.at(clock.now() + web.LONGEST_READING + timedelta(seconds=1)):
        visitor.send(form, {"title": WORDS, "photos": file(picture(), "一.png")}, button="bring")
        visitor.send(form, {"title": "另一个", "photos": file(picture(), "一.png")}, button="bring")
    version = found(code).version
    assert version is not None and (version.title, len(version.pictures), version.number) == (WORDS, 1, 2)
    db.session.rollback()


# --- A disk that is full --------------------------------------------------------------------------------------------


class SmallDisk:
    """A disk of a few MiB of this test's own; where none can be mounted, this process may write no file for a while."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.mounted = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=8m,mode=777", "tmpfs", str(folder)], check=False,
            capture_output=True).returncode == 0

    @contextmanager
    def full(self) -> Iterator[None]:
        """Meanwhile it takes nothing more."""
        if not self.mounted:
            before = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
            try:
                yield
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, before)
            return
        filler = self.folder / "filler"
        with filler.open("wb", buffering=0) as out:
            size = 1 << 20
            while size:
                try:
                    size = size if out.write(b"x" * size) else 0
                except OSError:
                    size //= 2
        yield
        filler.unlink()

    def leave(self) -> None:
        """Give it back."""
        if self.mounted:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


@pytest.fixture
def small_disk() -> Iterator[SmallDisk]:
    """A disk that can be filled, where the database's server may come too."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        disk = SmallDisk(Path(folder) / "small")
        yield disk
        disk.leave()


def test_a_full_disk_takes_no_file_and_keeps_what_was_typed(app: Flask, small_disk: SmallDisk) -> None:
    """H04; a large file too, which is not put on another disk meanwhile."""
    app.extensions["store"] = LocalStore(small_disk.folder / "uploads")
    author, before = Visitor(app, "cor_a1"), _dump()
    author.get("/manuscripts/new")
    form = author.form_with("title", "body")
    with small_disk.full():
        author.send(form, {"title": WORDS, "photos": file(picture(size=(900, 900)), "一.png")}, 503, button="bring")
    assert _said(app, "store-full") in author.text and WORDS in author.find("//textarea[@readonly]")[0].text
    assert _dump() == {**before, "scratch": _dump()["scratch"]}
    assert [path for path in small_disk.folder.rglob("*") if path.is_file()] == []
    author.get("/manuscripts/new")
    assert WORDS in author.text
    author.send(form, {"title": WORDS, "photos": file(picture(), "一.png")}, button="bring")
    assert db.session.scalars(select(Version.title)).one() == WORDS


def test_a_full_disk_of_the_database_loses_nothing_and_says_what_is_not_kept(
        database_url: str, tmp_path: Path, small_disk: SmallDisk) -> None:
    """H04: the page shows what was typed, promises nothing, and the next request works where there is room again."""
    with _texts_on(small_disk, database_url) as url, make_app(url, tmp_path).app_context():
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        code = made(cast.draft)
        author = Visitor(app, "cor_a1")
        author.get(f"/manuscripts/{code}/edit")
        form, long = author.form_with("title", "body"), WORDS * 20000
        before = _dump()
        db.session.rollback()
        with small_disk.full():
            author.send(form, {"title": WORDS, "body": long}, 503, button="save")
            assert _said(app, "database-full") in author.text
            assert long in [(area.text or "").strip() for area in author.find("//textarea[@readonly]")]
            with app.test_request_context():
                assert gettext("What you typed is kept") not in author.text
            author.get(f"/manuscripts/{code}")
        assert _dump() == before
        db.session.rollback()
        author.send(form, {"title": WORDS, "body": long}, button="save")
        assert found(code).title == WORDS
        assert list(invariants.broken(db.session())) == []
        db.session.remove()
        db.engine.dispose()


@contextmanager
def _texts_on(disk: SmallDisk, database_url: str) -> Iterator[str]:
    """The same database, its texts on the small disk."""
    if database_url.startswith("sqlite"):
        source = make_url(database_url).database
        with closing(sqlite3.connect(str(source))) as old, closing(sqlite3.connect(disk.folder / "gao.db")) as new:
            old.backup(new)
        yield f"sqlite:///{disk.folder / 'gao.db'}"
        return
    if not disk.mounted or os.environ.get("TEST_POSTGRES_URL"):
        pytest.skip("PostgreSQL needs a disk of its own here")
    subprocess.run(["chown", "nobody", str(disk.folder)], check=True)
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT")
    name = make_url(database_url).database
    with engine.connect() as connection:
        connection.execute(text(f"CREATE TABLESPACE {name} LOCATION '{disk.folder}'"))
        for table in ("versions", "scratch"):
            connection.execute(text(f"ALTER TABLE {table} SET TABLESPACE {name}"))
    yield database_url
    with engine.connect() as connection:
        connection.execute(text(f"ALTER TABLE ALL IN TABLESPACE {name} SET TABLESPACE pg_default"))
        connection.execute(text(f"DROP TABLESPACE {name}"))
    engine.dispose()


# --- A database that is locked, or gone in the middle of it -----------------------------------------------------------


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_locked_database_gets_a_clear_page_and_the_next_request_works(
        app: Flask, database_url: str, tmp_path: Path) -> None:
    """H12: never an error of ours; reading goes on meanwhile."""
    event.listen(db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA busy_timeout=100"))
    code = made(cast.draft)
    author = Visitor(app, "cor_a1")
    author.get(f"/manuscripts/{code}/edit")
    form, before = author.form_with("title", "body"), _dump()
    db.session.rollback()
    with closing(sqlite3.connect(str(make_url(database_url).database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        author.send(form, {"title": WORDS}, 503, button="save")
        assert _said(app, "busy") in author.text and WORDS in author.text
        assert not author.find("//form[contains(@action, '/login')]"), "it is still known whose page it is"
        with app.test_request_context():
            assert gettext("What you typed is kept") not in author.text
        author.get(f"/manuscripts/{code}")
        other.execute("ROLLBACK")
    assert _dump() == before
    author.send(form, {"title": WORDS}, button="save")
    assert found(code).title == WORDS
    db.session.rollback()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_ends_in_a_request_gets_a_clear_page_and_the_next_request_works(
        app: Flask, database_url: str) -> None:
    """H06: as when the server is started anew."""
    code = made(cast.submitted)
    signer = Visitor(app, "sig_a")
    signer.get(f"/manuscripts/{code}")
    form, before = signer.form_to("/sign-off"), _dump()
    db.session.commit()
    operator = create_engine(database_url, isolation_level="AUTOCOMMIT")

    def end(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("INSERT INTO decisions"):
            event.remove(db.engine, "before_cursor_execute", end)
            with operator.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {
                    "pid": connection.connection.dbapi_connection.info.backend_pid})

    event.listen(db.engine, "before_cursor_execute", end)
    signer.send(form, {"stated": "y"}, 503)
    assert _said(app, "busy") in signer.text
    assert _dump() == {**before, "scratch": _dump()["scratch"]}
    db.session.commit()
    signer.send(form, {"stated": "y"})
    assert found(code).state is State.IN_REVIEW
    operator.dispose()


@pytest.mark.parametrize(("change", "missing"), [
    ("DROP TABLE web_sessions{cascade}", "web_sessions"),
    ("ALTER TABLE manuscripts RENAME COLUMN state TO condition", "state"),
])
def test_a_database_of_another_version_is_told_of_with_what_to_do_and_its_log_says_what_is_missing(
        app: Flask, database_url: str, caplog: pytest.LogCaptureFixture, change: str, missing: str) -> None:
    """Waiting mends nothing: it is not busy."""
    author = Visitor(app, "cor_a1")
    author.get("/")
    cascade = " CASCADE" if make_url(database_url).get_backend_name() == "postgresql" else ""
    db.session.execute(text(change.format(cascade=cascade)))
    db.session.commit()
    answer = author.client.get("/manuscripts")
    assert answer.status_code == 500
    assert "editorial init" in answer.text and _said(app, "busy") not in answer.text
    assert "SELECT" not in answer.text and f"no such table: {missing}" not in answer.text
    (said,) = [one.getMessage() for one in caplog.records if "does not fit" in one.getMessage()]
    assert missing in said and "SELECT" not in said


# --- Many at once -----------------------------------------------------------------------------------------------------


def test_no_code_is_given_out_twice_by_two_processes_at_once(app: Flask, database_url: str, tmp_path: Path) -> None:
    """G07: also of the first two of a year, for whom there is no counter yet; nobody is refused."""
    barrier = processes.CONTEXT.Barrier(2)
    with processes.started(processes.create, *[(database_url, str(tmp_path), barrier)] * 2) as pipes:
        for pipe in pipes:
            pipe.send(10)
        codes = [code for pipe in pipes for code in pipe.recv()]
    year = clock.now().astimezone(clock.zone()).year
    assert sorted(codes) == [f"{year}-{number:06d}" for number in range(1, 21)]


def test_what_is_not_what_its_digest_says_is_not_kept(tmp_path: Path) -> None:
    store, digest = LocalStore(tmp_path), hashlib.sha256("江滩".encode()).hexdigest()
    with pytest.raises(ValueError, match="not what"):
        store.put_chunks(digest, iter(["江".encode(), "岸".encode()]))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    store.put_chunks(digest, iter(["江".encode(), "滩".encode()]))
    assert store.read(digest) == "江滩".encode()
