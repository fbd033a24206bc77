"""Annotations: who may take part, whom they exist for, and that what is internal never reaches the author's side."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from editorial import access, clock
from editorial.actions import interests, manuscripts, people, remarks, reviewing
from editorial.actions.remarks import Note
from editorial.actions.texts import Text
from editorial.db import db
from editorial.errors import Conflict, Invalid, Invisible, Refused
from editorial.models import Event, Manuscript
from editorial.queries import remarks as beside
from editorial.queries.reader import reader_of
from editorial.tables.messages import OutboxMessage
from editorial.tables.remarks import Annotation
from editorial.terms import RemarkAction, Role, State
from editorial.workflow import REMARK_TABLE, available
from tests import cast
from tests.client import Visitor
from tests.pages import claimed, found, made, queries, then
from tests.situations import OFFICE_N

ADDRESSES = ("", "?text=whole", "/versions/1", "/versions/2", "/compare/1..2", "/compare/1..2?view=sides",
             "/versions/1.docx", "/versions/2.docx", "/compare/1..2.docx", "/sheet", "/sheet.docx", "/edit")
SECRET, TOLD = "内部批注：此处须核实", "请补充数字的来源"


def test_a_chief_editor_who_declared_an_interest_takes_no_part(app: Flask) -> None:
    manuscript = cast.signed()
    interests.declare(cast.actor("chief_n"), manuscript, "kin", cast.person("cor_a1").id, "")
    assert available(cast.actor("chief_n"), manuscript, REMARK_TABLE) == []


def note(body: str = TOLD, audience: str = "author", paragraph: int = 1, version: int = 1, quote: str = "") -> Note:
    return Note(version, paragraph, body, audience, quote)


def annotated() -> Manuscript:
    """Edited by its reader at the first stage, who wrote one remark for the author and one for the office."""
    manuscript = claimed("pol_n")
    reader = cast.actor("pol_n")
    remarks.annotate(reader, manuscript, note())
    remarks.annotate(reader, manuscript, note(SECRET, "office"))
    assert manuscript.version
    html = manuscript.version.html.replace("</p>", "，办公室核过。</p>", 1)
    reviewing.edit(reader, manuscript, None, Text(manuscript.title, manuscript.version.byline, html))
    return manuscript


def of(manuscript: Manuscript, key: str) -> set[str]:
    return {one.body for one in access.annotations_for(db.session(), cast.actor(key), manuscript)}


def test_what_is_internal_exists_for_the_office_alone_and_what_is_told_for_whom_it_is_meant(app: Flask) -> None:
    manuscript = annotated()
    for key in cast.CAST:
        wanted = ({SECRET, TOLD} if key in OFFICE_N.split()
                  else {TOLD} if key in ("cor_a1", "sig_a", "sig_district", "coord") else set())
        assert of(manuscript, key) == wanted, key


def test_staff_who_stand_on_the_authors_side_as_well_read_nothing_internal(app: Flask) -> None:
    office = cast.office("n")
    for key in ("cor_a1", "sig_a"):
        people.give_role(None, cast.person(key), Role.STAGE_REVIEWER, office_id=office.id,
                         stage_id=office.stages[1].id)
    manuscript = annotated()
    assert of(manuscript, "cor_a1") == of(manuscript, "sig_a") == {TOLD}


def test_another_office_reads_none_of_it_after_a_transfer(app: Flask) -> None:
    manuscript = annotated()
    reviewing.transfer(cast.actor("chief_n"), manuscript, None, cast.office("t").id, "题材更适合电视")
    assert of(manuscript, "chief_t") == of(manuscript, "pol_t") == set()
    assert of(manuscript, "cor_a1") == {TOLD}


@pytest.mark.parametrize("who", ["cor_a1", "sig_a", "coord"])
def test_c07_an_internal_remark_is_on_no_page_in_no_file_and_in_no_error_of_the_authors_side(
    app: Flask, who: str
) -> None:
    code = made(annotated)
    secret = db.session.scalars(select(Annotation.id).where(Annotation.audience == "office")).one()
    visitor = Visitor(app, who)
    for address in ADDRESSES:
        answer = visitor.get(f"/manuscripts/{code}{address}", None)
        said = said_in(answer)
        assert SECRET not in said and f"remark-{secret}" not in said, address
    for act in ("answer", "settle", "take-up"):
        there = visitor.post(f"/manuscripts/{code}/remarks/{secret}/{act}", {"body": "是哪一处？"}, 404)
        nowhere = visitor.post(f"/manuscripts/{code}/remarks/999999/{act}", {"body": "是哪一处？"}, 404)
        assert there.status == nowhere.status
    if who == "cor_a1":
        then(lambda m: reviewing.return_(cast.actor("pol_n"), m, None, "见批注"), code)
        for address in ("", "/edit", "/versions/2.docx?remarks=1"):
            assert SECRET not in said_in(visitor.get(f"/manuscripts/{code}{address}")), address


def said_in(answer: TestResponse) -> str:
    """All that a page says, or that a Word file holds."""
    if not answer.content_type.endswith("wordprocessingml.document"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_the_office_reads_both_beside_their_passages_and_counts_them_at_the_checklist(app: Flask) -> None:
    code = made(annotated)
    visitor = Visitor(app, "pol_n")
    page = visitor.get(f"/manuscripts/{code}?text=whole")
    assert SECRET in page.text and TOLD in page.text
    assert visitor.find("//mark[@class='passage']")
    assert "批注：2 条未解决，0 条已解决" in visitor.text
    ids = [item.get("id").removeprefix("remark-") for item in visitor.find("//li[contains(@class, 'remark')]")]
    visitor.send(visitor.form_to(f"/remarks/{ids[0]}/settle"))
    assert "批注：1 条未解决，1 条已解决" in visitor.text
    visitor.send(visitor.form_to(f"/remarks/{ids[0]}/take-up"))
    assert "批注：2 条未解决，0 条已解决" in visitor.text


def test_a_remark_is_written_by_paragraph_without_scripts_and_says_first_who_reads_it(app: Flask) -> None:
    code = made(lambda: claimed("pol_n"))
    visitor = Visitor(app, "pol_n")
    visitor.get(f"/manuscripts/{code}")
    form = visitor.form_with("paragraph", "audience")
    answer = visitor.send(form, {"paragraph": "1", "body": TOLD}, 400)
    assert "请先说明给谁看" in answer.text and TOLD in answer.text
    assert not db.session.scalar(select(func.count(Annotation.id)))
    db.session.rollback()
    visitor.send(visitor.form_with("paragraph", "audience"), {"audience": "office"})
    assert "只有本编辑部的人看得到" in visitor.text
    one = db.session.scalars(select(Annotation)).one()
    assert (one.paragraph, one.body, one.audience, one.version.number) == (1, TOLD, "office", 1)
    assert one.quote == one.version.text.splitlines()[0]


def test_what_is_written_is_text_and_what_is_marked_stays_text(app: Flask) -> None:
    hostile = '<img src=x onerror=alert(1)><b>粗</b>'
    manuscript = claimed("pol_n", text=Text("题<i>目", "署名", "<p>甲&lt;b onclick=x&gt;乙</p>", []))
    remarks.annotate(cast.actor("pol_n"), manuscript, note(hostile, quote="<b onclick=x>"))
    code = manuscript.code
    db.session.commit()
    visitor = Visitor(app, "cor_a1")
    visitor.get(f"/manuscripts/{code}")
    assert hostile in "".join(visitor.find("//p[@class='remark-body']//text()"))
    assert visitor.find("//mark[@class='passage']/text()") == ["<b onclick=x>"]
    assert not visitor.find("//main//b | //main//img | //*[@onclick]")


def test_a_signer_writes_for_the_author_alone_and_the_office_never_reads_it(app: Flask) -> None:
    code = made(cast.submitted)
    visitor = Visitor(app, "sig_a")
    visitor.get(f"/manuscripts/{code}")
    visitor.send(visitor.form_with("paragraph", "audience"), {"paragraph": "1", "body": TOLD})
    with pytest.raises(Invalid):
        remarks.annotate(cast.actor("sig_a"), found(code), note(audience="office"))
    assert of(found(code), "cor_a1") == {TOLD}
    then(lambda m: reviewing.sign_off(cast.actor("sig_a"), m, None, True), code)
    assert of(found(code), "chief_n") == set()
    page = Visitor(app, "cor_a1").get(f"/manuscripts/{code}")
    assert TOLD in page.text and "石敏" in page.text


def test_the_author_answers_and_sees_names_only_where_the_office_shows_them(app: Flask) -> None:
    code = made(annotated)
    visitor = Visitor(app, "cor_a1")
    page = visitor.get(f"/manuscripts/{code}?text=whole")
    assert "郑直" not in page.text and "政治关" in page.text
    told = db.session.scalars(select(Annotation).where(Annotation.audience == "author")).one()
    told_id = told.id
    db.session.rollback()
    assert visitor.send(visitor.form_to(f"/remarks/{told_id}/answer"), {"body": " "}, 400)
    visitor.send(visitor.form_to(f"/remarks/{told_id}/answer"), {"body": "来源是市统计局。"})
    assert "来源是市统计局。" in visitor.text
    assert not [f for f in visitor.forms() if "settle" in (f.get("action") or "")]
    assert "来源是市统计局。" in Visitor(app, "pol_n").get(f"/manuscripts/{code}").text
    cast.office("n").shows_reviewers = True
    db.session.commit()
    assert "郑直" in visitor.get(f"/manuscripts/{code}").text


def test_who_revises_has_the_open_remarks_beside_the_form_and_none_that_are_internal(app: Flask) -> None:
    code = made(annotated)
    then(lambda m: reviewing.return_(cast.actor("pol_n"), m, None, "见批注"), code)
    page = Visitor(app, "cor_a1").get(f"/manuscripts/{code}/edit")
    assert "1 条批注未解决" in page.text and TOLD in page.text and SECRET not in page.text


def test_an_office_and_a_unit_each_settle_their_own(app: Flask) -> None:
    manuscript = cast.submitted()
    one = remarks.annotate(cast.actor("sig_a"), manuscript, note())
    remarks.settle(cast.actor("sig_district"), manuscript, one.id)
    with pytest.raises(Conflict, match="settled"):
        remarks.settle(cast.actor("sig_a"), manuscript, one.id)
    remarks.take_up(cast.actor("sig_a"), manuscript, one.id)
    with pytest.raises(Conflict, match="not-settled"):
        remarks.take_up(cast.actor("sig_a"), manuscript, one.id)
    with pytest.raises(Refused):
        remarks.settle(cast.actor("cor_a1"), manuscript, one.id)
    reviewing.sign_off(cast.actor("sig_a"), manuscript, None, True)
    with pytest.raises(Invisible):
        remarks.settle(cast.actor("chief_n"), manuscript, one.id)
    with pytest.raises(Refused):
        remarks.settle(cast.actor("sig_a"), manuscript, one.id)


def test_the_unit_does_not_answer_for_the_office_nor_the_signer_settle_what_the_office_wrote(app: Flask) -> None:
    manuscript = annotated()
    told = next(one for one in access.annotations_for(db.session(), cast.actor("pol_n"), manuscript)
                if one.audience == "author")
    reviewing.return_(cast.actor("pol_n"), manuscript, None, "见批注")
    assert manuscript.version
    manuscripts.save(cast.actor("cor_a1"), manuscript, None,
                     Text("题", "署名", manuscript.version.html + "<p>又一段。</p>"))
    manuscripts.resubmit(cast.actor("cor_a1"), manuscript, None, "加了一段")
    assert manuscript.state is State.AWAITING_SIGNOFF
    for act in (remarks.settle, lambda a, m, i: remarks.answer(a, m, i, "可以")):
        with pytest.raises(Refused):
            act(cast.actor("sig_a"), manuscript, told.id)


def test_each_is_an_event_without_its_words_and_no_history_tells_of_it(app: Flask) -> None:
    code = made(annotated)
    then(lambda m: remarks.answer(cast.actor("chief_n"), m, secret_of(m), "同意"), code)
    then(lambda m: remarks.settle(cast.actor("chief_n"), m, secret_of(m)), code)
    then(lambda m: remarks.take_up(cast.actor("chief_n"), m, secret_of(m)), code)
    events = db.session.scalars(select(Event).where(Event.kind.in_([a.value for a in RemarkAction]))
                                .order_by(Event.seq)).all()
    assert [event.kind for event in events] == ["annotate", "annotate", "answer", "settle", "take-up"]
    assert all(event.before == event.after == "in_review" and event.role and event.place for event in events)
    assert not any(SECRET in str(event.data) or event.reason for event in events)
    db.session.rollback()
    for who in ("cor_a1", "chief_n"):
        visitor = Visitor(app, who)
        visitor.get(f"/manuscripts/{code}")
        history = " ".join("".join(item.itertext()) for item in visitor.find("//ol[@class='history']"))
        assert "annotate" not in history and "批注" not in history


def secret_of(manuscript: Manuscript) -> int:
    return next(one.id for one in access.annotations_for(db.session(), cast.actor("chief_n"), manuscript)
                if one.audience == "office")


def test_a_remark_moves_nothing_and_makes_nobodys_page_stale(app: Flask) -> None:
    manuscript = claimed("pol_n")
    seen = (manuscript.revision, manuscript.due_at, manuscript.last_decision_id, manuscript.updated_at)
    remarks.annotate(cast.actor("chief_n"), manuscript, note())
    db.session.commit()
    assert (manuscript.revision, manuscript.due_at, manuscript.last_decision_id, manuscript.updated_at) == seen
    reviewing.pass_(cast.actor("pol_n"), manuscript, seen[0], cast.ANSWERS)
    assert manuscript.stage and manuscript.stage.slug == "content"


def test_messages_go_to_whom_it_concerns_once_and_none_of_what_is_internal_to_the_author(app: Flask) -> None:
    manuscript = claimed("pol_n")
    before = db.session.scalar(select(func.count(OutboxMessage.id)))
    hidden = remarks.annotate(cast.actor("pol_n"), manuscript, note(SECRET, "office"))
    assert db.session.scalar(select(func.count(OutboxMessage.id))) == before
    remarks.answer(cast.actor("chief_n"), manuscript, hidden.id, "同意")
    told = remarks.annotate(cast.actor("pol_n"), manuscript, note())
    remarks.answer(cast.actor("cor_a1"), manuscript, told.id, "已补")
    remarks.annotate(cast.actor("pol_n"), manuscript, note(paragraph=2))
    with clock.at(clock.now() + timedelta(minutes=6)):
        remarks.annotate(cast.actor("pol_n"), manuscript, note())
    messages = db.session.execute(select(Event.kind, OutboxMessage.person_id).join(
        Event, Event.seq == OutboxMessage.event_seq).where(Event.kind.in_(["annotate", "answer"]))
        .order_by(OutboxMessage.id)).all()
    pol, author = cast.person("pol_n").id, cast.person("cor_a1").id
    assert [tuple(row) for row in messages] == [("answer", pol), ("annotate", author), ("annotate", author)]


@pytest.mark.parametrize(("change", "says"), [
    (lambda html: "<p>新写的第一段，和原来没有关系。</p>" + html, "第 2 段"),
    (lambda html: "<p>全文重写，讲的是另一件事，一个字也不留。</p>", "正文里已经没有"),
])
def test_a_remark_follows_its_passage_into_the_next_version_and_says_where_it_is_gone(
    app: Flask, change: Callable[[str], str], says: str
) -> None:
    manuscript = claimed("pol_n")
    assert manuscript.version
    quote = manuscript.version.text.splitlines()[0][:6]
    remarks.annotate(cast.actor("pol_n"), manuscript, note(quote=quote))
    reviewing.edit(cast.actor("pol_n"), manuscript, None,
                   Text(manuscript.title, manuscript.version.byline, change(manuscript.version.html)))
    code = manuscript.code
    db.session.commit()
    visitor = Visitor(app, "chief_n")
    visitor.get(f"/manuscripts/{code}?text=whole")
    assert says in visitor.text
    marks = ["".join(mark.itertext()) for mark in visitor.find("//mark[@class='passage']")]
    assert marks == ([quote] if says == "第 2 段" else [])


def test_in_a_text_too_large_for_looking_the_page_says_so_and_not_that_the_words_are_gone(
        app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    manuscript = claimed("pol_n")
    assert manuscript.version
    remarks.annotate(cast.actor("pol_n"), manuscript, note(quote=manuscript.version.text[:6]))
    reviewing.edit(cast.actor("pol_n"), manuscript, None, Text(
        manuscript.title, manuscript.version.byline, manuscript.version.html + "<p>最后一段是新的。</p>"))
    code = manuscript.code
    db.session.commit()
    monkeypatch.setattr(sys.modules["editorial.documents.compare"], "MOST_UNITS", 1)
    visitor = Visitor(app, "chief_n")
    visitor.get(f"/manuscripts/{code}?text=whole")
    assert "全文太长，没有去找" in visitor.text and "正文里已经没有" not in visitor.text


def test_what_was_written_on_a_later_version_does_not_stand_beside_an_earlier_one(app: Flask) -> None:
    manuscript = annotated()
    remarks.annotate(cast.actor("pol_n"), manuscript, note("关于第二版", version=2))
    reader = reader_of(cast.actor("pol_n"), manuscript)
    first, second = manuscript.versions
    with app.test_request_context():
        bodies = [{thread.said.body for thread in beside.beside(reader, manuscript, version).threads}
                  for version in (first, second)]
    assert bodies == [{TOLD, SECRET}, {TOLD, SECRET, "关于第二版"}]


def test_on_a_version_that_one_does_not_read_nothing_is_written(app: Flask) -> None:
    manuscript = annotated()
    with pytest.raises(Invisible):
        remarks.annotate(cast.actor("pol_n"), manuscript, note(version=9))
    with pytest.raises(Invalid, match="no-passage"):
        remarks.annotate(cast.actor("pol_n"), manuscript, note(paragraph=99))


def test_the_database_keeps_annotations_and_answers_as_they_are(app: Flask) -> None:
    manuscript = annotated()
    other = cast.signed()
    remarks.answer(cast.actor("cor_a1"), manuscript, min(one.id for one in access.annotations_for(
        db.session(), cast.actor("cor_a1"), manuscript)), "已补")
    db.session.commit()
    for broken in ("UPDATE annotations SET body = '改口'", "UPDATE annotations SET audience = 'author'",
                   "DELETE FROM annotation_answers", "DELETE FROM annotations",
                   "UPDATE annotation_answers SET body = '改口'",
                   "INSERT INTO annotations (manuscript_id, version_id, paragraph, start_at, end_at, quote, body,"
                   f" audience, unit_id, by_id, written_at, revision) SELECT {other.id}, version_id, 1, 0, 0, '', '话',"
                   " 'author', 1, by_id, written_at, 1 FROM annotations"):
        with pytest.raises(DBAPIError):
            db.session.execute(text(broken))
        db.session.rollback()


def test_the_page_costs_as_many_queries_whatever_was_remarked(app: Flask) -> None:
    few_code, many_code = made(annotated), made(annotated)
    for n in range(6):
        remarks.annotate(cast.actor("chief_n"), found(many_code), note(f"第 {n} 条", version=2))
        db.session.commit()
    visitor = Visitor(app, "chief_n")
    with queries(app) as few:
        visitor.get(f"/manuscripts/{few_code}")
    with queries(app) as many:
        visitor.get(f"/manuscripts/{many_code}")
    assert len(many) == len(few)
