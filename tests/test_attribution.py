"""Commentary is signed work: nothing that anybody sends, sets or renames hides or replaces who wrote it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from editorial.actions import commissions, organisation, people
from editorial.actions.organisation import UnitData
from editorial.db import db
from editorial.forms.commentary import AssignmentForm, CommissionForm
from editorial.models import Assignment, CommentaryVersion
from editorial.terms import AssignmentState
from tests import cast
from tests.client import Visitor

S = AssignmentState
SIGNED = ("宣一", "宣传部", "宣传部")

# Every name under which somebody might try to sign as another, or not at all.
HIDING = [
    "author", "author_id", "authors", "author_name", "byline", "by", "name", "display_name",
    "pen_name", "alias", "nickname", "signature", "signed", "signed_name", "signed_by",
    "signed_department", "sign_as", "unsigned", "anonymous", "hide_name", "hide_signature", "unit",
    "unit_id", "unit_name", "department", "department_id", "organisation", "commissioned_by",
    "commissioner", "commissioner_id", "commentator", "commentator_id", "person", "person_id",
    "actor", "actor_id", "user", "user_id", "account", "on_behalf_of", "persona", "role", "署名",
    "单位", "组织单位",
]


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


def test_no_form_asks_who_signs(app: Flask) -> None:
    with app.test_request_context():
        names = {field.name for form in (AssignmentForm(), CommissionForm()) for field in form}
    assert not names & set(HIDING)
    assert names == {"act", "title", "body", "reason", "channel", "published_at", "address", "revision", "tab",
                     "restored", "topic", "brief", "due_at", "commentators", "csrf_token", "document", "wished",
                     "knowing", "stands", "questions", "length"}


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


@pytest.mark.parametrize("statement", [
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
])
def test_the_database_keeps_the_signature_too(app: Flask, statement: str) -> None:
    _in(S.PUBLISHED)
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
