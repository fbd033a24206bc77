"""The dossier: what it holds and for whom, that it proves itself, and that it comes in again as it went out."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select, text

from editorial import audit, cli, documents, jobs, schema
from editorial.config import BadSetting
from editorial.db import Base, db
from editorial.dossier import arrive, contents, gather, packing, verify
from editorial.models import Event, Manuscript, Person
from tests.archives import forged, members_of, problems, rows, told, written
from tests.client import Visitor
from tests.conftest import KEY, make_app
from tests.servers import fresh_database
from tests.tampering import take_guards_away

SECRET = ("单位内部说一句", "存着的半截标题", "已核实")
"""What the unit and the authors kept to themselves."""


@pytest.fixture(scope="module")
def full(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The full dossiers of a story's two manuscripts: the published one with everything, and the station's."""
    folder = tmp_path_factory.mktemp("dossiers")
    shutil.copy(sqlite_template, folder / "house.db")
    app = make_app(f"sqlite:///{folder / 'house.db'}", folder)
    with app.app_context():
        for name, manuscript in zip(("first", "second"), told(app), strict=True):
            packing.write_file(folder / f"{name}.zip", gather.everything(manuscript), app.extensions["store"], "武汉")
        db.session.remove()
        db.engine.dispose()
    return folder / "first.zip", folder / "second.zip"


# --- What goes in -------------------------------------------------------------------------------------------------


def test_each_table_that_names_something_of_a_manuscript_is_in_or_left_out_with_a_reason() -> None:
    parts, owned = {part.table.name for part in contents.PARTS}, {part.table.name for part in contents.OWN}
    naming = {table.name for table in Base.metadata.sorted_tables
              if any(key.column.table.name in owned for key in table.foreign_keys)}
    assert naming - parts == set(contents.LEFT_OUT)
    assert all(contents.LEFT_OUT.values())
    for part in contents.PARTS:
        assert set(part.without) <= {column.name for column in part.table.c}
    # What an office knows of is said row by row: a new table is in no office's dossier until somebody says what of it.
    assert {part.table.name for part in contents.OWN if part.office is None} == {
        "outbox", "chasers", "proposals"}


def test_a_dossier_holds_everything_and_is_read_without_the_program(full: tuple[Path, Path]) -> None:
    members = members_of(full[0])
    empty = {name for name, data in members.items() if name.startswith("data/") and data == b"[]\n"}
    assert empty == {f"data/{name}.json" for name in (
        "appeals", "corrections", "correction_requests", "deliveries", "embargoes", "planned",
        "proposals", "reprints", "file_marks", "chasers", "withheld", "elsewhere")}
    page = members["index.html"].decode()
    for words in ("江滩芦苇节昨日开幕", "石敏", "政治关", "编辑部内部批注。", *SECRET[::2], "主渠道", "月初", "1200",
                  "排错一字。", "宣一", "稿件档案", "Dossier", "苇.png", "稿.txt"):
        assert words in page, words
    assert "存着的半截标题" in members["versions/3.html"].decode()
    assert "宣一 · 宣部" not in page
    assert "组织单位" in members["commentary/1-1.html"].decode()
    for name in (name for name in members if name.endswith(".html")):
        assert b"<script" not in members[name]
        assert b"http-equiv=\"Content-Security-Policy\"" in members[name]
    assert 'src="../files/' in members["versions/4.html"].decode()
    described = json.loads(members["data/schema.json"])["$defs"]
    for name, said in described.items():
        for row in json.loads(members[f"data/{name}.json"]):
            assert row.keys() == said["properties"].keys()
    people = members["data/people.json"].decode()
    assert "cor_a1" not in people
    assert json.loads(people)[0].keys() == {"id", "name"}


def test_a_signature_given_at_the_other_manuscript_of_the_story_is_told(full: tuple[Path, Path]) -> None:
    members = members_of(full[1])
    (signed,) = json.loads(members["data/elsewhere.json"])
    assert signed["code"] == json.loads(members_of(full[0])["data/manuscripts.json"])[0]["code"]
    foreign = [event for event in json.loads(members["data/events.json"]) if event["manuscript_id"] != 2]
    assert [event["kind"] for event in foreign] == ["sign-off"]
    assert "编辑部内部批注" not in b"".join(members.values()).decode(errors="ignore")


def test_the_offices_dossier_holds_what_the_office_knows_and_no_more(app: Flask, tmp_path: Path) -> None:
    first, second = told(app)
    code = first.code
    page = Visitor(app, "chief_n")
    page.get(f"/manuscripts/{code}")
    page.get(page.find("//a[normalize-space()='稿件档案']")[0].get("href"))
    page.send(page.form_with("reason"), {"reason": ""}, status=400)
    page.send(page.form_with("reason"), {"reason": "归档用。"})
    db.session.rollback()
    jobs.Worker(app).drain()
    page.get("/handouts/1")
    page.get(page.find("//a[normalize-space()='取走文件']")[0].get("href"))
    assert page.answer is not None
    path = tmp_path / "office.zip"
    path.write_bytes(page.answer.data)
    assert problems(path) == []
    members = members_of(path)
    everything = b"".join(members.values()).decode(errors="ignore")
    for words in ("编辑部内部批注。", "请写明月底是哪一天。", "江滩芦苇节昨日开幕", "宣一", "月初", "1200"):
        assert words in everything, words
    for words in (*SECRET, second.code, "芦苇节怎样办得更好，", "宣二", "可以问：谁会去"):
        assert words not in everything, words
    withheld = json.loads(members["data/withheld.json"])
    assert withheld
    assert all(set(row) == {"seq", "prev_hash", "hash"} for row in withheld)
    taken = db.session.scalars(select(Event).where(Event.kind == "export").order_by(Event.seq.desc()).limit(1)).one()
    assert (taken.actor_name, taken.reason, taken.data) == ("主心", "归档用。", {"file": "dossier", "extent": "office"})
    assert taken.digest == verify.Dossier(str(path)).seal
    db.session.rollback()
    with pytest.raises(BadSetting, match="extract"):
        arrive._checked([str(path)], lambda done: None)


# --- That it proves itself ----------------------------------------------------------------------------------------


def test_the_script_checks_it_on_another_machine_with_old_python(full: tuple[Path, Path], tmp_path: Path) -> None:
    ast.parse(packing.SCRIPT.read_text(), feature_version=(3, 8))
    with zipfile.ZipFile(full[0]) as archive:
        archive.extract("verify.py", tmp_path)
    command = [sys.executable, "-I", "-S", "verify.py", *map(str, full)]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout.count("完好 · whole"), answer.stderr) == (0, 2, "")
    broken = written(tmp_path / "broken.zip", members_of(full[0]) | {"index.html": b"nothing"})
    answer = subprocess.run([*command[:-2], str(broken)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "a member was changed: index.html" in answer.stdout


def test_one_changed_byte_is_found_in_each_member_and_round_them(full: tuple[Path, Path], tmp_path: Path) -> None:
    members, path = members_of(full[0]), tmp_path / "changed.zip"
    assert problems(full[0]) == []
    for name, data in members.items():
        at = len(data) // 2
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        found = problems(written(path, members | {name: changed}))
        assert found, name
        if name != verify.MANIFEST:
            assert any(name in sentence for sentence in found), (name, found)
    whole = full[0].read_bytes()
    for at in range(0, len(whole), len(whole) // 150):  # headers, packed bytes, the directory, the end
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert problems(path), at
    for size in (0, 1, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        assert problems(path), size


def test_a_member_added_taken_away_renamed_or_doubled_is_found(full: tuple[Path, Path], tmp_path: Path) -> None:
    members, path = members_of(full[0]), tmp_path / "changed.zip"
    name = next(name for name in members if name.startswith("files/"))
    without = {key: data for key, data in members.items() if key != name}
    assert problems(written(path, without))[0] == f"缺少成员 · a member is missing: {name}"
    assert any("a member was added: notes.txt" in one for one in problems(written(path, members | {"notes.txt": b""})))
    assert any("added" in one for one in problems(written(path, without | {"files/other.bin": members[name]})))
    with pytest.warns(UserWarning, match="Duplicate name"):
        written(path, [*members.items(), (name, members[name])])
    assert problems(path) == ["有重名的成员 · two members have the same name"]
    for bad in ("../outside.html", "/etc/passwd.txt", "a\\b.html", "files/../x.bin", "C:x.html"):
        assert "not allowed" in problems(written(path, members | {bad: b""}))[0], bad


FORGERIES: list[tuple[str, Callable[[Any], Any], str]] = [
    ("an event's reason", rows("events", lambda found: found[3].update(reason="没有这回事")), "was changed"),
    ("an event left out", rows("events", lambda found: found.pop(3)), "the manifest counts other events"),
    ("who decided", rows("decisions", lambda found: found[0].update(person_id=1)), "not what the record tells"),
    ("a verdict", rows("decisions", lambda found: found[1].update(verdict="pass")), "not what the record tells"),
    ("a decision put in", rows("decisions", lambda found: found.append(found[0] | {"id": 99})), "does not tell"),
    ("words of a version", rows("versions", lambda found: found[0].update(html="<p>别的话。</p>")), "other words"),
    ("a title", rows("versions", lambda found: found[0].update(title="别的标题")), "other words"),
    ("what a digest covers", lambda members: members.update({
        next(name for name in members if name.startswith("digests/")): b"{}"}), "not what its digest says"),
    ("what was published", rows("publications", lambda found: found[0].update(digest="0" * 64)), "another text"),
    ("a file", lambda members: members.update({
        next(name for name in members if name.startswith("files/")): b"\x89PNG"}), "a file is missing or another"),
    ("rows of nothing", lambda members: members.update({"data/events.json": b"{}"}), "not a list of rows"),
    ("no JSON", lambda members: members.update({"data/versions.json": b"\xff"}), "not JSON"),
    ("deep JSON", lambda members: members.update({"data/versions.json": b"[" * 200_000}), "not JSON"),
    ("other values", rows("decisions", lambda found: found[0].clear()), "not as described"),
]


@pytest.mark.parametrize(("change", "says"), [case[1:] for case in FORGERIES], ids=[case[0] for case in FORGERIES])
def test_whoever_also_mends_the_manifest_is_found_out(
    full: tuple[Path, Path], tmp_path: Path, change: Callable[[Any], Any], says: str
) -> None:
    found = problems(forged(tmp_path / "forged.zip", full[0], change))
    assert any(says in sentence for sentence in found), found


def test_dossiers_of_two_records_do_not_pass_for_one(full: tuple[Path, Path], tmp_path: Path) -> None:
    def elsewhere(found: list[dict[str, Any]]) -> None:
        before = "0" * 64
        for event in found:
            event["prev_hash"] = before
            event["hash"] = before = verify.fingerprint(event)

    other = forged(tmp_path / "other.zip", full[1], rows("events", elsewhere))
    pair = [verify.Dossier(str(path)) for path in (full[0], other)]
    assert any("not of one record" in sentence for sentence in verify.between(pair))


# --- That it comes in again ---------------------------------------------------------------------------------------


class House:
    """The command line on an installation."""

    def __init__(self, url: str, folder: Path) -> None:
        self.settings = {"SECRET_KEY": KEY, "DATABASE_URL": url, "UPLOADS": str(folder / "uploads")}

    def __call__(self, *words: str, code: int = 0) -> str:
        answer = CliRunner().invoke(cli.main, words, env=self.settings)
        assert answer.exit_code == code, answer.output
        return answer.output


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[House]:
    """An empty installation, on the other kind of database than the one of `app`."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    if database_url.startswith("sqlite"):
        with fresh_database(request.getfixturevalue("postgres_server")) as url:
            yield House(url, folder)
    else:
        yield House(f"sqlite:///{folder / 'editorial.db'}", folder)


def test_what_comes_in_elsewhere_goes_out_again_with_the_same_digests(
    app: Flask, database_url: str, elsewhere: House, tmp_path: Path
) -> None:
    first, second = told(app)
    codes = [first.code, second.code]
    db.session.rollback()
    house = House(database_url, tmp_path)
    assert "2 dossiers" in house("dossier", "export", "--all", "--to", str(tmp_path / "out"))
    out = [str(tmp_path / "out" / f"{code}.zip") for code in codes]
    house("dossier", "verify", "--record", *out)
    assert "rows already" in house("dossier", "import", *out, code=2)

    elsewhere("init")
    assert "take in both together" in elsewhere("dossier", "import", out[1], code=2)
    assert "2 manuscripts taken in" in elsewhere("dossier", "import", *out)
    assert "Everything holds." in elsewhere("check")
    assert "It began with dossiers" in elsewhere("audit", "verify")
    assert "not in this record" not in elsewhere("dossier", "verify", *out)
    elsewhere("dossier", "export", "--all", "--to", str(tmp_path / "again"))
    for code in codes:
        before, after = (json.loads(members_of(tmp_path / where / f"{code}.zip")[verify.MANIFEST])
                         for where in ("out", "again"))
        assert before["members"] == after["members"]
        assert before["content"] == after["content"]

    there = make_app(elsewhere.settings["DATABASE_URL"], tmp_path / "elsewhere")
    with there.app_context():
        assert not db.session.scalar(select(func.count()).select_from(Person).where(
            (Person.is_active) | Person.password_hash.is_not(None) | (Person.email != "")))
        assert _found_after("UPDATE events SET actor_name = '某人' WHERE seq = (SELECT min(seq) FROM events)")
        assert _found_after("DELETE FROM events WHERE seq = (SELECT min(seq) + 2 FROM events)")
        assert _found_after("DELETE FROM events WHERE seq = (SELECT min(seq) FROM events)")
        db.session.remove()
        db.engine.dispose()


def _found_after(statement: str) -> list[str]:
    """What `audit.verify` finds after somebody with the database's own powers ran this; taken back afterwards."""
    take_guards_away()
    db.session.execute(text(statement))
    found = list(audit.verify(db.session()))
    db.session.rollback()
    return found


@pytest.fixture(scope="module")
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An empty installation that stays empty."""
    folder = tmp_path_factory.mktemp("empty")
    app = make_app(f"sqlite:///{folder / 'empty.db'}", folder)
    with app.app_context():
        schema.upgrade(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


def _all_events(change: Callable[[dict[str, Any]], Any]) -> Callable[[Any], None]:
    """A change of every event, with hashes that fit: a chain of somebody's own making."""
    def changed(found: list[dict[str, Any]]) -> None:
        known: dict[int, str] = {}
        for event in found:
            change(event)
            event["prev_hash"] = known.get(event["seq"] - 1, event["prev_hash"])
            event["hash"] = known[event["seq"]] = verify.fingerprint(event)
    return rows("events", changed)


HOSTILE: list[tuple[str, Callable[[Any], Any], str]] = [
    ("an id beyond all", rows("annotations", lambda found: found[0].update(version_id=10**12)), "version_id"),
    ("a script in a text", lambda members: _script(members), "not clean"),
    ("another address", rows("publications", lambda found: found[0].update(address="javascript:x()")), "of the web"),
    ("a number that is none", rows("publications", lambda found: found[0].update(place=7)), "place"),
    ("a flag that is none", rows("manuscripts", lambda found: found[0].update(urgent=1)), "urgent"),
    ("a word that is none", rows("manuscripts", lambda found: found[0].update(state="gone")), "gone"),
    ("a time without zone", rows("manuscripts", lambda found: found[0].update(created_at="2026-11-01T00:00")), "zone"),
    ("a long text", rows("publications", lambda found: found[0].update(place="长" * 101)), "too long"),
    ("a column of another", rows("people", lambda found: found[0].update(is_active=True)), "other columns"),
    ("a state that it is not in", rows("manuscripts", lambda found: found[0].update(state="withdrawn")), "withdrawn"),
    ("an author who decides", rows("story_authors", lambda found: found.append(found[0] | {"person_id": 10})),
     "four eyes"),
    ("a person who is not there", rows("people", lambda found: found.pop(0)), "FOREIGN KEY"),
    ("a record of its own making", _all_events(lambda event: event.update(after="draft")), "record ends with draft"),
    ("a picture that is none", rows("files", lambda found: found[0].update(media_type="text/html")), "text/html"),
]


def _script(members: Any) -> None:
    """A text with a script in it, under a digest that fits."""
    found = json.loads(members["data/versions.json"])
    row = found[2]
    row["html"] = "<p onclick=\"x()\">别的话。</p>"
    made = documents.digested(row["title"], row["byline"], row["html"], [
        (one["sha256"], one["caption"], one["credit"]) for one in row["pictures"]], [row["original_sha256"]])
    row["digest"] = documents.digest(row["title"], row["byline"], row["html"], [
        (one["sha256"], one["caption"], one["credit"]) for one in row["pictures"]], [row["original_sha256"]])
    members["data/versions.json"] = json.dumps(found).encode()
    members[f"digests/{row['digest']}.json"] = made


@pytest.mark.parametrize(("change", "says"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_a_hostile_dossier_is_refused_in_words_and_nothing_has_changed(
    full: tuple[Path, Path], nobody: Flask, tmp_path: Path, change: Callable[[Any], Any], says: str
) -> None:
    path = forged(tmp_path / "hostile.zip", full[0], change)
    with pytest.raises(BadSetting, match="Nothing was taken in") as refused:
        arrive.take_in(db.session(), nobody.extensions["store"], [str(path)])
    assert says in str(refused.value)
    db.session.rollback()
    for model in (Person, Manuscript, Event):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0
    assert not list(nobody.extensions["store"].root.glob("*/*"))


def test_a_bomb_is_refused_before_it_is_unpacked(nobody: Flask, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("manifest.json", "w") as member:
        for _ in range(verify.MOST_JSON // (1 << 24) + 1):
            member.write(b" " * (1 << 24))
    with pytest.raises(BadSetting, match="too large"):
        arrive.take_in(db.session(), nobody.extensions["store"], [str(path)])
