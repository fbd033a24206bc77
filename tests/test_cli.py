"""The command line: what it says, where it stops, and with which exit code."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from editorial import cli
from editorial.demo import PASSWORD, city
from tests import corpus
from tests.conftest import KEY

ROOT = Path(__file__).parent.parent


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command line, on an empty folder of its own."""
    for name in ("CI", "FLASK_DEBUG", "BASE_URL", "DEMO", "PORT"):
        monkeypatch.delenv(name, raising=False)
    return Command(tmp_path, {"SECRET_KEY": KEY, "DATABASE_URL": f"sqlite:///{tmp_path / 'data' / 'editorial.db'}",
                              "UPLOADS": str(tmp_path / "data" / "uploads")})


class Command:
    """`run("init")` runs `editorial init` and demands exit code 0; `code=` demands another one."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.folder, self.settings = folder, settings
        self.engine = create_engine(settings["DATABASE_URL"])

    def __call__(self, *words: str, code: int = 0, **settings: str) -> Result:
        answer = CliRunner().invoke(cli.main, words, env=self.settings | settings)
        assert answer.exit_code == code, answer.output
        if code == 2:
            assert answer.stderr.count("\n") == 1, "one sentence"
        assert "Traceback" not in answer.output
        return answer

    def tamper(self, statement: str) -> None:
        """Change the database round the program, with the triggers away."""
        with self.engine.begin() as connection:
            triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            for name in triggers.scalars().all():
                connection.execute(text(f"DROP TRIGGER {name}"))
            connection.execute(text(statement))


@pytest.fixture
def small_city(run: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The city with its people, and no stories: they take seconds to load."""
    monkeypatch.setattr("editorial.demo.loading.LIVES", ())
    monkeypatch.setattr("editorial.demo.loading.ASKED", ())
    monkeypatch.setattr("editorial.demo.plan.PLAN", ())
    monkeypatch.setattr("editorial.demo.plan.EMBARGOES", ())
    run("init")
    run("demo")
    return run


@pytest.mark.parametrize(("setting", "value", "words"), [
    ("SECRET_KEY", "", "SECRET_KEY is missing or weak"),
    ("SECRET_KEY", "changeme", "SECRET_KEY is missing or weak"),
    ("FLASK_DEBUG", "1", "FLASK_DEBUG is on"),
    ("BASE_URL", "gao.example", "BASE_URL must begin with"),
    ("UPLOAD_MIB", "many", "UPLOAD_MIB must be a whole number"),
    ("UPLOAD_DAILY_MIB", "20", "UPLOAD_DAILY_MIB must be more than UPLOAD_MIB"),
    ("VIRUS_SCANNER", "/nowhere/scan -", "VIRUS_SCANNER names no program"),
    ("SITE_ACCENT", "pink", "SITE_ACCENT must be one of earth, blue, pine, plum"),
])
@pytest.mark.parametrize("command", ["init", "serve", "check", "demo"])
def test_a_wrong_setting_stops_every_command_with_a_sentence(run: Command, command: str, setting: str, value: str,
                                                             words: str) -> None:
    assert words in run(command, code=2, **{setting: value}).stderr


def test_init_makes_the_database_and_the_folders_and_says_so(run: Command) -> None:
    assert "made (" in run("init").stdout
    assert (run.folder / "data" / "editorial.db").is_file()
    assert (run.folder / "data" / "uploads").is_dir()
    assert "up to date" in run("init").stdout


def test_init_does_not_print_the_password_of_the_database(run: Command) -> None:
    answer = run("init", code=2, DATABASE_URL="postgresql://somebody:geheim@127.0.0.1:1/nothing")
    assert "geheim" not in answer.output
    assert "The database is not ready" in answer.stderr


@pytest.mark.parametrize("words", [["serve"], ["check"], ["audit", "verify"], ["demo"], ["user", "list"]])
def test_what_needs_a_database_says_so(run: Command, words: list[str]) -> None:
    (run.folder / "data").mkdir()
    assert "editorial init" in run(*words, code=2).stderr


def test_the_demonstration_loads_once(small_city: Command) -> None:
    again = small_city("demo", "--once").stdout
    for login in city.SHOWN:
        assert login in again
    assert PASSWORD in again
    assert "is not empty" in small_city("demo", code=2).stderr


def test_a_real_house_gets_no_demonstration(run: Command) -> None:
    run("init")
    run("user", "create", "li_na", "李娜", "--role", "administrator")
    assert PASSWORD not in run("demo", "--once").stdout
    assert "is not empty" in run("demo", code=2).stderr
    assert "demonstration city only" in run("demo", "--manuscripts", "10", code=2).stderr


def test_stories_are_generated_with_everything_holding(small_city: Command) -> None:
    answer = small_city("demo", "--manuscripts", "60", "--seed", "7", CI="1")
    assert "60 stories" in answer.stdout
    assert "Generating stories: 60 of 60" in answer.stderr
    assert "Everything holds." in small_city("check").stdout
    assert "The record is whole." in small_city("audit", "verify").stdout


def test_check_says_a_line_for_what_is_broken(small_city: Command) -> None:
    assert "Everything holds." in small_city("check").stdout
    small_city.tamper("DELETE FROM memberships WHERE person_id = (SELECT id FROM people WHERE login_key = 'guan_jia')")
    answer = small_city("check", code=1)
    assert answer.stdout == "guan_jia has no role\n"


def test_audit_verify_says_what_was_changed(small_city: Command) -> None:
    small_city.tamper("UPDATE events SET actor_name = '某人' WHERE seq = 7")
    assert small_city("audit", "verify", code=1).stdout == "event 7 was changed\n"
    assert "event 7 was changed" in small_city("check", code=1).stdout


def test_check_says_where_it_is(small_city: Command) -> None:
    assert "Checking: " in small_city("check", CI="1").stderr


# --- Accounts ---------------------------------------------------------------------------------------------------


def test_there_is_no_account_until_somebody_makes_one(run: Command) -> None:
    run("init")
    assert run("user", "list").stdout == ""


def test_the_first_administrator_gets_in_by_a_link(run: Command) -> None:
    run("init")
    link = run("user", "create", "Li_Na", "李娜", "--role", "administrator", BASE_URL="https://gao.example").stdout.strip()
    assert link.startswith("https://gao.example/")
    assert run("user", "list").stdout == "Li_Na\t李娜\topen\tadministrator\n"
    other = run("user", "invite", "li_na").stdout.strip()
    assert other.startswith("http://127.0.0.1:8000/")
    assert other.rsplit("/", 1)[1] not in link
    assert run("user", "reset", "LI_NA").stdout.strip() != other


def test_an_account_gets_its_role_at_its_place(small_city: Command) -> None:
    small_city("user", "create", "new_signer", "辛谦", "--role", "signer", "--unit", "花桥支部")
    small_city("user", "create", "new_reader", "辛岳", "--role", "stage_reviewer", "--office", "station",
               "--stage", "content")
    listed = small_city("user", "list").stdout
    assert "new_signer\t辛谦\topen\tsigner 花桥支部\n" in listed
    assert "new_reader\t辛岳\topen\tstage_reviewer 武汉广播电视台编辑部 内容关\n" in listed


@pytest.mark.parametrize(("words", "says"), [
    (["create", "wang_tong", "汪桐", "--role", "administrator"], "wang_tong"),
    (["create", "new", "辛一", "--role", "signer"], "needs --unit"),
    (["create", "new", "辛一", "--role", "signer", "--unit", "无此单位"], "无此单位"),
    (["create", "new", "辛一", "--role", "stage_reviewer", "--office", "station"], "needs --stage"),
    (["create", "new", "辛一", "--role", "publisher", "--office", "nowhere"], "nowhere"),
    (["invite", "nobody_here"], "nobody_here"),
    (["reset", "nobody_here"], "nobody_here"),
])
def test_what_can_not_be_done_to_an_account_is_said(small_city: Command, words: list[str], says: str) -> None:
    before = small_city("user", "list").stdout
    assert says in small_city("user", *words, code=2).stderr
    assert small_city("user", "list").stdout == before


# --- Word files -------------------------------------------------------------------------------------------------


def test_a_word_file_becomes_clean_html(run: Command) -> None:
    document = docx.Document()
    document.add_paragraph("昨天，江滩芦苇节开幕。")
    document.add_paragraph("活动持续到月底。")
    document.save(str(run.folder / "稿件.docx"))
    answer = run("convert", str(run.folder / "稿件.docx"), SECRET_KEY="")
    assert "<p>活动持续到月底。</p>" in answer.stdout


def test_a_refused_file_is_one_sentence(run: Command) -> None:
    (run.folder / "稿件.docx").write_bytes(b"PK\x03\x04 nothing more")
    answer = run("convert", str(run.folder / "稿件.docx"), code=2)
    assert answer.stdout == ""
    assert answer.stderr.startswith("稿件.docx: ")


@corpus.needed
def test_hostile_files_are_refused_in_a_sentence_or_converted() -> None:
    for case in corpus.bad_file_of_each_end():
        answer = CliRunner().invoke(cli.main, ["convert", str(corpus.BAD / case["file"])])
        allowed = {2 if end.startswith("reject") else 0 for end in (case["expected"], case["also_ok"] or "") if end}
        assert answer.exit_code in allowed, (case["file"], answer.output)
        assert bool(answer.stdout) is (answer.exit_code == 0), case["file"]
        if answer.exit_code == 2:
            assert answer.stderr.startswith(f"{case['file']}: ") and answer.stderr.count("\n") == 1


# --- As a process -----------------------------------------------------------------------------------------------


def test_it_serves_until_it_is_told_to_stop(run: Command) -> None:
    run("init")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "editorial.cli", "serve", "--port", str(port)], cwd=run.folder, text=True,
        env=os.environ | run.settings | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = threading.Timer(60, server.kill)
    deadline.start()
    try:
        assert server.stdout is not None and server.stderr is not None
        assert f"http://127.0.0.1:{port}" in server.stdout.readline()
        for line in server.stderr:
            if "Listening at" in line:
                break
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/login") as page:
            assert page.status == 200
        server.send_signal(signal.SIGTERM)
        assert server.wait() == 0
    finally:
        deadline.cancel()
        server.kill()
        server.communicate()
