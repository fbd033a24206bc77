"""Word files on the pages: what is taken away and by whom, and a revised file that comes back."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from urllib.parse import unquote

import docx
import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from editorial import audit, clock
from editorial.actions import exports, manuscripts, reviewing
from editorial.actions.texts import PictureLine, Text
from editorial.actions.uploads import Brought, attach
from editorial.db import db
from editorial.documents import read_document, read_picture
from editorial.errors import TooMany
from editorial.models import Event, Manuscript, Scratch, Upload, Version
from editorial.parties import Actor
from tests import cast
from tests.client import Visitor
from tests.word_changes import settled
from tests.word_pictures import jpeg


def taken(visitor: Visitor, address: str) -> tuple[str, bytes]:
    """The name and the bytes of a file that a page hands out."""
    answer = visitor.get(address)
    assert answer.content_type.endswith("wordprocessingml.document")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    return unquote(answer.headers["Content-Disposition"].partition("UTF-8''")[2]), answer.data


def authors_of_changes(data: bytes) -> set[str]:
    """The names that a file's tracked changes carry."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return set(re.findall(r'w:author="([^"]*)"', archive.read("word/document.xml").decode()))


def edited() -> Manuscript:
    """A manuscript whose text the office's first reader changed."""
    manuscript = cast.signed()
    reviewing.claim(cast.actor("pol_n"), manuscript, None)
    assert manuscript.version is not None
    text = Text(manuscript.title, manuscript.version.byline, manuscript.version.html.replace("。", "，编辑部核过。"))
    reviewing.edit(cast.actor("pol_n"), manuscript, None, text)
    return manuscript


def test_a_difference_carries_names_only_where_the_office_shows_them(app: Flask) -> None:
    manuscript = edited()
    address = f"/manuscripts/{manuscript.code}/compare/1..2.docx"
    name, hidden = taken(Visitor(app, "cor_a1"), address)
    assert name == f"{manuscript.title}（{manuscript.code}，第1版至第2版）.docx"
    assert authors_of_changes(hidden) == {"长江日报编辑部政治关审稿编辑"}
    _, shown = taken(Visitor(app, "con_n"), address)
    assert authors_of_changes(shown) == {"郑直（政治关）"}
    db.session.rollback()
    after = db.session.scalars(select(Version.text).where(Version.number == 2)).one()
    assert "".join(map(str, settled(hidden, True).itertext())).endswith(after.replace("\n", ""))


def test_what_is_taken_is_in_the_record_and_in_no_history(app: Flask) -> None:
    """J03."""
    manuscript = cast.signed()
    visitor = Visitor(app, "pol_n")
    for page in ("versions/1.docx", "versions/1.docx?style=official", "sheet.docx"):
        name, data = taken(visitor, f"/manuscripts/{manuscript.code}/{page}")
        assert name.endswith(".docx")
        docx.Document(io.BytesIO(data))
    visitor.get(f"/manuscripts/{manuscript.code}")
    assert "Word" not in "".join(visitor.find("//ol[@class='history']")[0].itertext())
    db.session.rollback()
    events = db.session.scalars(select(Event).where(Event.kind == "export").order_by(Event.seq)).all()
    assert [event.data["file"] for event in events] == ["version", "version", "sheet"]
    assert {(event.actor_name, event.manuscript_id) for event in events} == {("郑直", manuscript.id)}
    assert not list(audit.verify(db.session()))


def test_nobody_takes_more_in_an_hour_than_a_person_reads(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """I07."""
    monkeypatch.setattr(exports, "MOST_AN_HOUR", 2)
    manuscript, reader = cast.signed(), cast.actor("pol_n")
    for _ in range(2):
        exports.demand_room(reader)
        exports.record(reader, manuscript, "", {})
    with pytest.raises(TooMany):
        exports.demand_room(reader)
    exports.demand_room(Actor(cast.person("con_n").id))
    monkeypatch.setattr(clock, "now", lambda now=clock.now: now() + timedelta(hours=2))
    exports.demand_room(reader)


@pytest.fixture
def returned(app: Flask) -> str:
    """The code of a manuscript with a photo, which the office returned."""
    photo = read_picture(jpeg())
    sha256 = app.extensions["store"].put(photo.data)
    author = cast.actor("cor_a1")
    manuscript = cast.draft(co_authors=("cor_a2",))
    attach(author, manuscript, [
        Brought("picture", sha256, photo.media_type, len(photo.data), "图.jpg", photo.width, photo.height)])
    html = (f'<p>江滩芦苇节昨天开幕，市民前来观赏。</p><figure><img src="pictures/{sha256}" alt="芦苇"></figure>'
            "<p>活动持续到月底。</p>")
    manuscripts.save(author, manuscript, None, Text(
        "江滩芦苇节开幕", "通讯员 何晓晴", html, [PictureLine(sha256, "芦苇丛中。", "何晓晴 摄")]))
    manuscripts.submit(author, manuscript, None)
    reviewing.return_(cast.actor("sig_a"), manuscript, None, "日期请核实。")
    return manuscript.code


def test_a_revised_file_is_shown_before_it_goes_into_the_text(app: Flask, returned: str) -> None:
    author = Visitor(app, "cor_a1")
    _, sent = taken(author, f"/manuscripts/{returned}/versions/2.docx")
    document = docx.Document(io.BytesIO(sent))
    document.paragraphs[0].runs[0].text = "江滩芦苇节今日开幕"
    document.paragraphs[-1].runs[0].text = "活动持续到十二月底。"
    document.add_comment(document.paragraphs[-1].runs, "已向主办方核实。", author="何晓晴")
    back = io.BytesIO()
    document.save(back)

    author.get(f"/manuscripts/{returned}/edit")
    author.send(author.form_with("title", "body"), {
        "document": FileStorage(io.BytesIO(back.getvalue()), filename="芦苇节（改）.docx"), "summary": "改了日期"},
        button="bring")
    assert "/revision/" in author.url
    page = author.text
    assert "芦苇节（改）.docx" in page and "已向主办方核实。" in page
    changed = "".join("".join(one.itertext()) for one in author.find("//article//ins"))
    assert "今日" in changed and "十二" in changed and "芦苇丛中" not in changed, "a known caption is no new text"
    db.session.rollback()
    assert db.session.scalar(select(func.max(Version.number))) == 2, "nothing was saved yet"

    colleague = Visitor(app, "cor_a2")
    colleague.get(f"/manuscripts/{returned}/edit")
    colleague.get(author.url, 404)
    author.get(author.find("//a[contains(@href, 'restore=')]")[0].get("href"))
    author.send(author.form_with("title", "body"), {}, button="save")
    db.session.rollback()
    version = db.session.scalars(select(Version).order_by(Version.number.desc()).limit(1)).one()
    assert (version.number, version.title, version.byline) == (3, "江滩芦苇节今日开幕", "通讯员 何晓晴")
    assert version.text == "江滩芦苇节昨天开幕，市民前来观赏。\n活动持续到十二月底。"
    assert [tuple(line.values())[1:] for line in version.pictures] == [("芦苇丛中。", "何晓晴 摄")]
    assert db.session.scalar(select(func.count()).select_from(Upload).where(Upload.kind == "picture")) == 1
    original = db.session.scalars(select(Upload).where(Upload.kind == "original")).one()
    assert version.original_sha256 == original.sha256
    assert db.session.scalars(select(Scratch)).all() == []


def test_what_else_a_form_says_of_its_file_is_not_believed(app: Flask, returned: str) -> None:
    author = Visitor(app, "cor_a1")
    author.get(f"/manuscripts/{returned}/edit")
    author.send(author.form_with("title", "body"), {"original": "0" * 64, "title": "换了题"}, button="save")
    db.session.rollback()
    version = db.session.scalars(select(Version).order_by(Version.number.desc()).limit(1)).one()
    assert (version.title, version.original_sha256) == ("换了题", None)


def test_what_comes_back_is_what_was_sent(app: Flask, returned: str) -> None:
    """A file that nobody touched differs in nothing, but for what `clean` HTML may say in two ways."""
    _, sent = taken(Visitor(app, "cor_a1"), f"/manuscripts/{returned}/versions/2.docx")
    read = read_document(sent, "a.docx")
    assert (read.title, read.byline, read.warnings) == ("江滩芦苇节开幕", "通讯员 何晓晴", ())
    assert read.text.splitlines()[2:] == [
        "江滩芦苇节昨天开幕，市民前来观赏。", "芦苇丛中。（何晓晴 摄）", "活动持续到月底。"]
