"""Commentary is signed work: nothing that anybody sends, sets or renames hides or replaces who wrote it."""

from __future__ import annotations

import ast
import io
import re
import zipfile
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
from flask import Flask, url_for
from flask_wtf import FlaskForm
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from wtforms.fields.core import UnboundField

from editorial import clock, signature
from editorial import forms as house_of_forms
from editorial.actions import commissions, organisation, people
from editorial.actions.organisation import UnitData
from editorial.config import Settings
from editorial.db import db
from editorial.forms.commentary import AssignmentForm, CommissionForm
from editorial.models import Assignment, CommentaryVersion
from editorial.terms import AssignmentState, Role
from tests import cast
from tests.client import Visitor
from tests.servers import on_one_database

S = AssignmentState
SIGNED = ("宣一", "宣传部", "宣传部")
TEMPLATES = Path(__file__).resolve().parent.parent / "templates"



def _forms() -> dict[str, type[FlaskForm]]:
    """Every form of the house, by its name."""
    for module in iter_modules(house_of_forms.__path__):
        import_module(f"{house_of_forms.__name__}.{module.name}")
    found, left = {}, [FlaskForm]
    while left:
        for kind in left.pop().__subclasses__():
            found[kind.__name__] = kind
            left.append(kind)
    return {name: kind for name, kind in found.items() if kind.__module__.startswith("editorial.")}


def _fields(kind: type[FlaskForm]) -> set[str]:
    return {name for name in dir(kind) if isinstance(getattr(kind, name), UnboundField)}


OWN = _fields(AssignmentForm) | _fields(CommissionForm)
"""The fields of the forms of commentary themselves."""

# Every name under which somebody might try to sign as another, or not at all: these, and the fields of all other forms.
HIDING = sorted({name for kind in _forms().values() for name in _fields(kind)} - OWN | {
    "author", "author_id", "authors", "author_name", "byline", "by", "name", "display_name",
    "pen_name", "alias", "nickname", "signature", "signed", "signed_name", "signed_by",
    "signed_department", "sign_as", "unsigned", "anonymous", "hide_name", "hide_signature", "unit",
    "unit_id", "unit_name", "department", "department_id", "organisation", "commissioned_by",
    "commissioner", "commissioner_id", "commentator", "commentator_id", "person", "person_id",
    "actor", "actor_id", "user", "user_id", "account", "on_behalf_of", "persona", "role", "署名",
    "单位", "组织单位",
})


def _signed(number: int) -> tuple[str, str, str]:
    """The signature line of an assignment's last version; the transaction that looked is over."""
    db.session.rollback()
    version = db.session.scalars(select(CommentaryVersion).where(
        CommentaryVersion.assignment_id == number).order_by(CommentaryVersion.number.desc()).limit(1)).one()
    signature = _signature(version)
    assert version.author_id == cast.person("ctr_d1").id
    db.session.rollback()
    return signature


def _signature(version: CommentaryVersion) -> tuple[str, str, str]:
    return version.signed_name, version.signed_department, version.commissioned_by


def _rename() -> None:
    """The commentator's account is called otherwise from now on."""
    person = cast.person("ctr_d1")
    people.change_person(None, person, None, login=person.login, name="宣新名", email="", phone="")


def _in(state: AssignmentState) -> int:
    number = cast.assignment_in(state).id
    db.session.commit()
    return number


@pytest.mark.parametrize("action", ["save", "file"])
def test_whatever_else_is_sent_with_a_text_is_ignored(app: Flask, action: str) -> None:
    number = _in(S.ACCEPTED)
    writer = Visitor(app, "ctr_d1")
    writer.get(f"/commentary/{number}")
    form = writer.form_with("title", "body")
    form.set("action", f"/commentary/{number}/{action}")
    other = str(cast.person("ctr_d2").id)
    db.session.rollback()
    values = {name: other if name.endswith("_id") else "宣二" for name in HIDING}
    writer.send(form, {"title": "题", "body": "文", **values})
    assert _signed(number) == SIGNED
    version = db.session.scalars(select(CommentaryVersion)).one()
    assert (version.title, version.text.strip()) == ("题", "文")


@pytest.mark.parametrize(("action", "state", "fields"), [
    ("approve", S.FILED, {}), ("return", S.FILED, {"reason": "请补例子。"}),
    ("publish", S.APPROVED, {"channel": "网", "address": "https://a.example/1"}),
    ("cancel", S.APPROVED, {"reason": "改期。"}),
])
def test_no_act_of_the_department_changes_who_signs(app: Flask, action: str, state: AssignmentState,
                                                    fields: dict[str, str]) -> None:
    number = _in(state)
    asker = Visitor(app, "com_d")
    asker.get(f"/commentary/{number}")
    asker.send(asker.form_to(f"/{action}"), {**dict.fromkeys(HIDING, "宣二"), **fields})
    assert _signed(number) == SIGNED
    assignment = db.session.get_one(Assignment, number)
    assert assignment.state is not state
    assert assignment.commentator_id == cast.person("ctr_d1").id


def test_a_commission_is_from_the_department_of_whoever_sends_it(app: Flask) -> None:
    code = cast.published().code
    db.session.commit()
    asker = Visitor(app, "com_d")
    asker.get(f"/commissions/new?manuscript={code}")
    elsewhere, writer = str(cast.unit("dept_e").id), str(cast.person("ctr_d1").id)
    db.session.rollback()
    asker.send(asker.form_with("topic"), {
        **dict.fromkeys(HIDING, elsewhere), "topic": "题目", "brief": "说明", "commentators": writer})
    db.session.rollback()
    assignment = db.session.scalars(select(Assignment)).one()
    assert assignment.commission.department.name == assignment.department.name == "宣传部"
    assert assignment.commission.commissioner_id == cast.person("com_d").id


def test_no_form_asks_who_signs() -> None:
    assert len(_forms()) > 30 and len(HIDING) > 100, "the forms of the house are found"
    assert not OWN & set(HIDING)
    asked = {"act", "title", "body", "reason", "channel", "published_at", "address", "revision", "tab", "restored",
             "topic", "brief", "due_at", "commentators", "document", "wished", "knowing", "stands", "questions",
             "length"}
    assert asked == OWN


def test_a_later_rename_does_not_rewrite_what_was_signed(app: Flask) -> None:
    number = _in(S.PUBLISHED)
    _rename()
    organisation.change_unit(None, cast.unit("dept_d"), UnitData(
        "宣传工作部", "department", cast.unit("city").id, commissions=True))
    db.session.commit()
    assert _signed(number) == SIGNED
    for key in ("nobody", "com_d", "ctr_d1"):
        reader = Visitor(app, key)
        reader.get(f"/commentary/{number}")
        assert "宣一 · 宣传部" in reader.text
        line = reader.find("//p[@class='signature']")[0]
        assert "宣新名" not in "".join(line.itertext()) and "宣传工作部" not in "".join(line.itertext())
    asker = Visitor(app, "com_d")
    asker.get(f"/commissions/{db.session.get_one(Assignment, number).commission.code}")
    row, = asker.find(f"//main//li[.//a[contains(@href, '/commentary/{number}')]]")
    assert "宣一" in "".join(row.itertext()) and "宣新名" not in "".join(row.itertext()), "beside the words' title"


def test_the_name_is_the_one_at_the_time_of_filing(app: Flask) -> None:
    number = _in(S.RETURNED)
    _rename()
    writer, assignment = cast.actor("ctr_d1"), db.session.get_one(Assignment, number)
    commissions.file(writer, assignment, None, cast.WORDS, stands=True)
    db.session.commit()
    assert [_signature(version)[0] for version in assignment.versions] == ["宣一", "宣新名"]
    assert assignment.versions[0].digest != assignment.versions[1].digest, "the digest is of the signature as well"


def test_the_signature_stands_wherever_the_text_stands(app: Flask) -> None:
    number = _in(S.PUBLISHED)
    code = db.session.get_one(Assignment, number).commission.manuscript.code
    commission = db.session.get_one(Assignment, number).commission.code
    db.session.rollback()
    for key in ("nobody", "com_d", "com_e", "ctr_d1", "ctr_e1", "coord", "adm"):
        reader = Visitor(app, key)
        for address in (f"/commentary/{number}", f"/manuscripts/{code}"):
            reader.get(address)
            lines = ["".join(line.itertext()) for line in reader.find("//p[@class='signature']")]
            assert len(lines) == 1 and all(part in lines[0] for part in SIGNED), (key, address)
    asker = Visitor(app, "com_d")
    asker.get(f"/commissions/{commission}")
    assert "江滩一夜" in asker.text and "宣一" in asker.text


def test_the_writing_page_shows_under_whose_name_it_is_filed(app: Flask) -> None:
    number = _in(S.ACCEPTED)
    writer = Visitor(app, "ctr_d1")
    writer.get(f"/commentary/{number}")
    line = "".join(writer.find("//form//p[@class='signature']")[0].itertext())
    assert all(part in line for part in SIGNED)


INSERT = ("INSERT INTO commentary_versions (assignment_id, number, title, html, text, characters, digest, author_id,"
          " signed_name, signed_department, commissioned_by, created_at)")


REWRITING = (
    "UPDATE commentary_versions SET signed_name = '无名'",
    "UPDATE commentary_versions SET signed_department = '别处'",
    "UPDATE commentary_versions SET commissioned_by = '别处'",
    "UPDATE commentary_versions SET author_id = (SELECT id FROM people WHERE login_key = 'ctr_d2')",
    "UPDATE commentary_versions SET html = '<p>别的话</p>'",
    "UPDATE commentary_versions SET text = '别的话'",
    "DELETE FROM commentary_versions",
    "UPDATE assignments SET commentator_id = (SELECT id FROM people WHERE login_key = 'ctr_d2')",
    "UPDATE assignments SET department_id = (SELECT id FROM units WHERE name = '网信办')",
    "UPDATE assignments SET version_id = NULL",
    INSERT + " SELECT id, 9, '', '', '', 0, '', commentator_id, ' ', '部', '部',"
    " created_at FROM assignments",
    INSERT + " SELECT a.id, 9, '', '', '', 0, '', p.id, '宣二', '部', '部',"
    " a.created_at FROM assignments a, people p WHERE p.login_key = 'ctr_d2'",
)


def test_the_database_keeps_the_signature_too(app: Flask, subtests: pytest.Subtests) -> None:
    _in(S.PUBLISHED)
    for statement in REWRITING:
        with subtests.test(statement):
            with pytest.raises(DBAPIError):
                db.session.execute(text(statement))
            db.session.rollback()
            assert _signature(db.session.scalars(select(CommentaryVersion)).one()) == SIGNED


def test_a_text_is_not_published_under_an_assignment_that_it_was_not_written_for(app: Flask) -> None:
    first, second = _in(S.FILED), _in(S.APPROVED)
    with pytest.raises(DBAPIError, match="another name"):
        db.session.execute(text(
            f"UPDATE assignments SET version_id = (SELECT version_id FROM assignments WHERE id = {first})"
            f" WHERE id = {second}"))


# --- Wherever the text stands -------------------------------------------------------------------------------------

MARK = "独一无二的江滩记号只在这篇评论里出现"
ALIKE = "步道两边的芦苇没有割，候鸟还能停歇，这是难得的分寸，值得别的公园学一学。"
TEXTS = {"ctr_d1": f"<p>{MARK}。</p><p>{ALIKE}</p>", "ctr_d2": f"<p>{ALIKE}</p><p>另有一句。</p>"}
ALL_ROLES = ((Role.ADMINISTRATOR, ""), (Role.COORDINATOR, ""), (Role.CHIEF_EDITOR, "n"), (Role.PUBLISHER, "n"))
"""What whoever asks has besides: as much is open to nobody else."""
ROOMS = ("commentary", "commissions", "manuscripts", "messages", "public", "published", "outward", "home")


def _furnished() -> dict[str, Any]:
    """Commentary that is out and a near-equal one, on a piece of a public office; what stands in addresses, by name."""
    for role, office_key in ALL_ROLES:
        people.give_role(None, cast.person("com_d"), role, office_id=cast.office(office_key).id if office_key else None)
    made = cast.commissioned("ctr_d1", "ctr_d2")
    for assignment in made.assignments:
        key = assignment.commentator.login
        writer, asker, words = cast.actor(key), cast.actor("com_d"), TEXTS[key]
        commissions.accept(writer, assignment, None)
        commissions.save(writer, assignment, None, commissions.Words("初稿", f"{words}<p>初稿。</p>"))
        commissions.file(writer, assignment, None, commissions.Words("题", words))
        commissions.return_(asker, assignment, None, "请再看。")
        commissions.file(writer, assignment, None, commissions.Words("题二", words))
        commissions.approve(asker, assignment, None)
    commissions.publish(cast.actor("com_d"), made.assignments[0], None, commissions.Appearance(
        "网", clock.now(), "https://comment.example/1"))
    office = made.manuscript.office
    assert office is not None
    office.is_public = True
    found = {"code": made.manuscript.code, "number": made.assignments[0].id, "version": 2, "first": 2, "second": 3,
             "slug": office.slug, "sha256": "0" * 64, "part": "page", "channel_id": office.channels[0].id,
             "commission": made.code}
    db.session.commit()
    return found


@on_one_database
def test_no_answer_of_any_page_has_the_words_without_the_line(app: Flask) -> None:
    found, rules = _furnished(), [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    seen: dict[str, int] = {}
    for key in ("com_d", "ctr_d1", None):
        visitor = Visitor(app, key)
        with app.test_request_context():
            addresses = {(rule.endpoint, url_for(rule.endpoint, **{
                name: found["commission"] if (name, rule.endpoint.split(".")[0]) == ("code", "commissions")
                else found.get(name, 1) for name in rule.arguments})) for rule in rules if rule.endpoint != "static"}
            if key != "com_d":  # who may everything is asked everywhere
                addresses = {one for one in addresses if one[0].split(".")[0] in ROOMS}
        addresses |= {("commentary.assignment", f"/commentary/{number}") for number in (1, 2)}
        addresses |= {("commentary.version", f"/commentary/{number}/versions/3.docx") for number in (1, 2)}
        for endpoint, address in sorted(addresses):
            answer = visitor.client.get(address)
            if answer.status_code >= 300:
                continue
            for said in _texts(answer.data):
                if MARK in said:
                    seen[endpoint] = seen.get(endpoint, 0) + 1
                    assert all(part in said for part in ("宣一", "宣传部")), (endpoint, address)
                    assert any(part in said for part in ("组织单位", "commissioned")), (endpoint, address)
                if f'<blockquote lang="zh-Hans">{ALIKE[:-1]}' in said:
                    seen["passages"] = seen.get("passages", 0) + 1
                    assert said.count('class="signature"') >= 2, (endpoint, "the other's line, too")
    assert set(seen) >= {"commentary.assignment", "commentary.version", "commentary.difference", "public.piece",
                         "outward.commentary", "passages"}, seen


def _texts(data: bytes) -> list[str]:
    """What an answer holds: its text, or those of the files in it."""
    if not data.startswith(b"PK"):
        return [data.decode("utf-8", "replace")]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [text for name in archive.namelist() for text in (
            _texts(archive.read(name)) if name.endswith(".docx") else [archive.read(name).decode("utf-8", "replace")])]


SHOWING = re.compile(r"text_body\(|show_html\(|\.comparison\(|<blockquote.*passage")


def test_each_template_that_shows_the_words_of_a_commentary_shows_its_line() -> None:
    """Near by, in the template itself: a page of a state that no test reaches has it, too. The piece that a commentary
    is about comes with its pictures; a commentary has none."""
    showing = []
    rooms = ("commentary", "commissions", "public")
    for path in sorted(path for room in rooms for path in (TEMPLATES / room).glob("*")):
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines):
            if SHOWING.search(line) and "pictures" not in line:
                showing.append(path.name)
                near = "".join(lines[max(0, number - 4):number + 8])
                assert "manuscript.signature(" in near, f"{path.name}:{number + 1}"
    assert set(showing) == {"assignment.html", "brought.html", "piece.html"}
    macro = (TEMPLATES / "macros" / "manuscript.html").read_text()
    body = macro[macro.index("{% macro signature("):].partition("{% endmacro %}")[0]
    assert "{% if" not in body and all(f"signed.{name}" in body for name in ("name", "department", "commissioned_by"))


def test_the_line_knows_no_setting() -> None:
    """What makes the line reads the rows of the text, and nothing that can be set; no setting speaks of names."""
    tree = ast.parse(Path(signature.__file__ or "").read_text())
    read = {name.name if isinstance(node, ast.Import) else f"{node.module}.{name.name}"
            for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for name in node.names}
    assert read == {"__future__.annotations", "dataclasses.dataclass", "flask_babel.gettext",
                    "editorial.models.Assignment", "editorial.models.CommentaryVersion"}
    parts = ("sign", "author", "hide", "anonym")
    assert not {name for name in Settings.__dataclass_fields__ for part in parts
                if part in name}


@on_one_database
def test_no_switch_of_the_database_hides_the_line(app: Flask) -> None:
    number = _in(S.PUBLISHED)
    for table, columns in (("offices", ("shows_reviewers", "counts_unproved", "is_public", "is_active")),
                           ("units", ("signs", "commissions", "is_active"))):
        for column in columns:
            db.session.execute(text(f"UPDATE {table} SET {column} = NOT {column}"))
    db.session.commit()
    reader = Visitor(app, "nobody")
    for locale in ("zh_Hans_CN", "en"):
        reader.get(f"/commentary/{number}")
        line = "".join(reader.find("//main//article//p[@class='signature']")[0].itertext())
        assert all(part in line for part in SIGNED), locale
        reader.send(reader.form_to("/language"), {"locale": "en"})
