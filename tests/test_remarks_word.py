"""Annotations in Word files: out as comments, back as answers; and the comments that an author's own file brought."""

from __future__ import annotations

import io

import docx
import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from editorial.actions import remarks, reviewing
from editorial.actions.remarks import Note
from editorial.actions.texts import Text
from editorial.db import db
from editorial.documents import Content, Properties, Remark, read_document
from editorial.documents import word as written
from editorial.models import Manuscript
from editorial.queries.remarks import Thread, Word
from editorial.queries.revisions import understood
from editorial.tables.remarks import Answer, FileMarks
from tests import cast
from tests.client import Visitor
from tests.pages import claimed, made
from tests.test_remarks import SECRET, TOLD

HTML = ("<p>汉口江滩的芦苇又白了。</p><table><tr><td>日期</td><td>活动</td></tr>"
        "<tr><td>十一月二十日</td><td>芦苇画展</td></tr></table><p>汉口江滩的活动免费，不用预约。</p>")


def remarked() -> Manuscript:
    """Edited at the first stage, with remarks on words that stand twice, on a row, on what was taken out."""
    manuscript = claimed("pol_n", text=Text("江滩芦苇节", "本报讯", HTML + "<p>这一段后来删去了。</p>", []))
    reader = cast.actor("pol_n")
    for paragraph, quote, body, audience in (
            (4, "汉口江滩", TOLD, "author"), (3, "", "画展在哪里办？", "author"), (5, "", "删了可惜", "author"),
            (1, "芦苇", SECRET, "office")):
        remarks.annotate(reader, manuscript, Note(1, paragraph, body, audience, quote))
    reviewing.edit(reader, manuscript, None, Text("江滩芦苇节", "本报讯", "<p>新的一段。</p>" + HTML))
    return manuscript


def comments(app: Flask, who: str, address: str) -> list[Remark]:
    return list(read_document(Visitor(app, who).get(address).data, "a.docx").remarks)


@pytest.mark.parametrize("address", ["/compare/1..2.docx", "/versions/2.docx?remarks=1"])
def test_comments_are_the_annotations_that_the_reader_sees_on_their_very_words(app: Flask, address: str) -> None:
    code = made(remarked)
    read = comments(app, "cor_a1", f"/manuscripts/{code}{address}")
    assert {(one.text.splitlines()[-1], one.passage) for one in read} == {
        (TOLD, "汉口江滩"), ("画展在哪里办？", "十一月二十日"), ("删了可惜", "江滩芦苇节")}
    assert all("郑直" not in one.author and "政治关" in one.author for one in read)
    assert next(one for one in read if one.text == TOLD).place > 4, "the second of two places with these words"
    assert "已不在正文" in next(one.text for one in read if "删了可惜" in one.text)
    inside = comments(app, "con_n", f"/manuscripts/{code}{address}")
    assert {one.author for one in inside if one.text == SECRET} == {"郑直（政治关），编辑部内部"}


def test_a_version_without_remarks_asked_for_has_none(app: Flask) -> None:
    code = made(remarked)
    assert comments(app, "cor_a1", f"/manuscripts/{code}/versions/2.docx") == []


def test_answers_in_the_revised_file_become_answers_once_its_author_has_seen_what_was_understood(app: Flask) -> None:
    manuscript = remarked()
    code = manuscript.code
    reviewing.return_(cast.actor("pol_n"), manuscript, None, "见批注。")
    db.session.commit()
    author = Visitor(app, "cor_a1")
    sent = read_document(author.get(f"/manuscripts/{code}/versions/2.docx?remarks=1").data, "a.docx")
    asked = next(place for place, one in enumerate(sent.remarks) if one.text == TOLD)
    back = [*sent.remarks, Remark("来源是市统计局。", "何", "", "", 0, asked),
            Remark("另外：照片换过了。", "何", "", "", 1)]
    data = written(Content("江滩芦苇节", "本报讯", HTML), Properties(cast.MONDAY), remarks=back)

    author.get(f"/manuscripts/{code}/edit")
    author.send(author.form_with("title", "body"), {
        "document": FileStorage(io.BytesIO(data), filename="改.docx"), "summary": "补了来源"}, button="bring")
    address = author.url
    assert "来源是市统计局。" in author.text and "照片换过了" in author.text and "画展在哪里办？" not in author.text
    assert db.session.scalars(select(Answer)).all() == [], "nothing is sent before it is confirmed"
    db.session.rollback()
    author.send(author.form_to("/answers"))
    assert author.url == address and "已发出 1 条答复" in author.text
    one = db.session.scalars(select(Answer)).one()
    assert (one.body, one.by.name, one.annotation.body) == ("来源是市统计局。", "何晓晴", TOLD)
    db.session.rollback()
    author.get(address)
    assert not [form for form in author.forms() if "/answers" in (form.get("action") or "")]
    author.get(author.find("//a[contains(@href, 'restore=')]")[0].get("href"))
    author.send(author.form_with("title", "body"), {}, button="save")
    author.get(f"/manuscripts/{code}")
    shown = "".join("".join(one.itertext()) for one in author.find("//details[summary[contains(., 'Word')]]"))
    assert "照片换过了" in shown and TOLD not in shown and "统计局" not in shown, "ours are no comments of the file"


def test_an_answer_is_known_without_its_thread_by_the_words_on_which_it_stands() -> None:
    """LibreOffice writes comments without saying which one answers which."""
    asked = Word("石敏", cast.MONDAY, "请补充来源")
    thread = Thread(7, asked, "芦苇", 1, None, True, False, [Word("何晓晴", cast.MONDAY, "已补")], None, True, False)
    brought = [Remark("别处的话", "何", "", "江滩", 1), Remark("请补充\n来源", "石敏", "", "芦苇", 2),
               Remark("已补", "何", "", "芦苇", 2), Remark("又补了一处", "何", "", "芦苇", 2)]
    assert understood(brought, [thread]) == ([(thread, "又补了一处")], brought[:1])


def test_a_file_of_another_manuscript_is_told_of_before_it_goes_into_the_text(app: Flask) -> None:
    manuscript = remarked()
    code = manuscript.code
    reviewing.return_(cast.actor("pol_n"), manuscript, None, "见批注。")
    db.session.commit()
    author = Visitor(app, "cor_a1")
    for html, told in (("<p>东湖绿道的樱花谢了，牡丹正开。</p>", True), (HTML.replace("免费", "收费"), False)):
        data = written(Content("江滩芦苇节", "本报讯", html), Properties(cast.MONDAY))
        author.get(f"/manuscripts/{code}/edit")
        author.send(author.form_with("title", "body"), {
            "document": FileStorage(io.BytesIO(data), filename="改.docx"), "summary": "改"}, button="bring")
        assert ("是不是别的稿件" in author.text) is told


def test_ours_are_known_by_their_words_whatever_a_program_does_to_dates_and_lines() -> None:
    assert understood([Remark("生人的话", "甲", "", "", 0)], []) == ([], [Remark("生人的话", "甲", "", "", 0)])
    circle = [Remark("甲", "甲", "", "", 0, 1), Remark("乙", "乙", "", "", 0, 0)]
    assert understood(circle, []) == ([], circle)


def test_the_comments_and_changes_of_an_authors_file_are_kept_and_shown_as_the_files(app: Flask) -> None:
    document = docx.Document()
    document.add_heading("东湖绿道赏花节开幕", 0)
    paragraph = document.add_paragraph("赏花节昨天开幕。")
    document.add_comment(paragraph.runs, "日期请支部再核。", author="花书记")
    data = io.BytesIO()
    document.save(data)
    manuscript = cast.draft()
    code = manuscript.code
    db.session.commit()
    author = Visitor(app, "cor_a1")
    author.get(f"/manuscripts/{code}/edit")
    author.send(author.form_with("title", "body"), {
        "document": FileStorage(io.BytesIO(data.getvalue()), filename="赏花.docx")}, button="bring")
    assert "谁读这一稿，谁就看得到" in author.text
    author.get(f"/manuscripts/{code}")
    assert "日期请支部再核。" in author.text and "花书记" in author.text
    kept = db.session.scalars(select(FileMarks)).one()
    assert [one["text"] for one in kept.remarks] == ["日期请支部再核。"]
    db.session.rollback()
    Visitor(app, "cor_a2").get(f"/manuscripts/{code}", 404)
