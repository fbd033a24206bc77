"""The servers that other tests stand on."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from .servers import chromium_path, fresh_database


@pytest.fixture
def engine(postgres_url: str) -> Iterator[Engine]:
    engine = create_engine(postgres_url)
    yield engine
    engine.dispose()


def number_of_tables(address: str) -> int:
    engine = create_engine(address)
    with engine.connect() as connection:
        count = connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
    engine.dispose()
    assert isinstance(count, int)
    return count


def test_the_server_is_a_real_postgresql_of_15_or_newer_that_stores_chinese(engine: Engine) -> None:
    with engine.begin() as connection:
        assert int(connection.scalar(text("SHOW server_version_num")) or 0) >= 150000
        connection.execute(text("CREATE TABLE note (body text)"))
        connection.execute(text("INSERT INTO note VALUES ('长江水位今日回落')"))
        assert connection.scalar(text("SELECT char_length(body) FROM note")) == 8


def test_each_test_has_a_database_of_its_own_that_is_gone_afterwards(postgres_server: str) -> None:
    with fresh_database(postgres_server) as one, fresh_database(postgres_server) as other:
        assert make_url(one).database != make_url(other).database
    gone = create_engine(one)
    with pytest.raises(OperationalError, match="does not exist"):
        gone.connect()


def test_a_copy_has_what_its_template_has_and_does_not_change_it(postgres_server: str) -> None:
    with fresh_database(postgres_server) as template:
        engine = create_engine(template)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE note (body text)"))
        engine.dispose()
        with fresh_database(postgres_server, template) as copy:
            engine = create_engine(copy)
            with engine.begin() as connection:
                connection.execute(text("CREATE TABLE second (body text)"))
            engine.dispose()
            assert number_of_tables(copy) == 2
        assert number_of_tables(template) == 1


def test_a_server_ends_when_the_run_that_started_it_is_killed() -> None:
    start = "from tests.servers import Postgres; p = Postgres(); print(p.process.pid, p.folder, flush=True)"
    with subprocess.Popen(
        [sys.executable, "-c", f"{start}; input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        pid, folder = run.stdout.readline().split()
        server = os.pidfd_open(int(pid))
        run.kill()
    ended, _, _ = select.select([server], [], [], 30)
    if not ended:
        signal.pidfd_send_signal(server, signal.SIGKILL)
    os.close(server)
    shutil.rmtree(folder)
    assert ended


def test_the_browser_shows_chinese_with_a_font_that_has_it(page: Page) -> None:
    page.set_content("<p style='display: inline-block; font-size: 20px'>汉</p>")
    assert page.locator("p").inner_text() == "汉"
    assert page.evaluate("document.querySelector('p').getBoundingClientRect().width") == 20


def test_a_browser_that_is_named_but_missing_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(RuntimeError, match="/nowhere/chromium"):
        chromium_path()
