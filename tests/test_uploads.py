"""Files that people bring: Word files and pictures, read, stored, shown, refused; and the original."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
import pytest
from docx.shared import Cm
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from editorial import i18n
from editorial.actions import reviewing
from editorial.db import db
from editorial.models import Event, File, Manuscript, Upload, Version
from editorial.storage import LocalStore
from editorial.terms import State
from tests import cast, corpus
from tests.client import Visitor
from tests.servers import on_one_database


def picture(colour: str = "red", kind: str = "PNG", size: tuple[int, int] = (60, 40)) -> bytes:
    """A picture of one colour."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def word(*paragraphs: str, pictures: tuple[bytes, ...] = ()) -> bytes:
    """A Word file with a title, these paragraphs, and these pictures after them."""
    document = docx.Document()
    document.add_heading("东湖绿道赏花节开幕", 0)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    for one in pictures:
        document.add_picture(BytesIO(one), width=Cm(4))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def file(data: bytes, name: str, kind: str = "application/octet-stream") -> FileStorage:
    """A file as a form sends it."""
    return FileStorage(BytesIO(data), filename=name, content_type=kind)


def _only() -> Manuscript:
    db.session.rollback()
    return db.session.scalars(select(Manuscript)).one()


def _stored(app: Flask) -> set[str]:
    """The names of all files in the store."""
    store: LocalStore = app.extensions["store"]
    return {path.name for path in store.root.rglob("*") if path.is_file()} if store.root.is_dir() else set()


def _rows() -> tuple[int, ...]:
    db.session.rollback()
    return tuple(db.session.scalar(select(func.count()).select_from(table)) or 0
                 for table in (Manuscript, Version, Upload, File))


def _bring(visitor: Visitor, address: str, status: int = 200, **data: Any) -> None:
    visitor.get(address)
    visitor.send(visitor.form_with("title", "body"), data, status, button="bring")


def test_a_word_file_begins_a_draft_with_its_title_text_and_pictures(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    data = word("昨天，东湖绿道赏花节开幕。", "活动持续到月底。", pictures=(picture("red"), picture("blue")))
    _bring(author, "/manuscripts/new", document=file(data, "稿件（终稿）.docx"))
    draft = _only()
    version = draft.version
    assert version is not None
    assert author.url == f"/manuscripts/{draft.code}/edit"
    assert version.title == "东湖绿道赏花节开幕"
    assert version.text.startswith("昨天，东湖绿道赏花节开幕。"), "the title has a field of its own"
    assert len(version.pictures) == 2
    said = author.find("//div[@role='status']/p")[0].text or ""
    assert "稿件（终稿）.docx" in said and said.count("2") == 2, "two paragraphs, two pictures"
    upload = db.session.scalars(select(Upload).where(Upload.kind == "original")).one()
    assert (upload.shown_name, upload.sha256) == ("稿件（终稿）.docx", version.original_sha256)
    assert _stored(app) == set(db.session.scalars(select(File.sha256)))
    paths = [path for path in app.extensions["store"].root.rglob("*") if path.is_file()]
    assert not [path for path in paths if path.stat().st_mode & 0o027]


def test_a_word_file_takes_the_place_of_the_text_and_what_was_typed_is_the_version_before(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    draft = cast.draft()
    author.get(f"/manuscripts/{draft.code}/edit")
    author.send(author.form_with("title", "body"),
                {"body": "还没保存的一段。", "document": file(word("来自文件的一段。"), "a.docx")}, button="bring")
    texts = [version.text for version in _only().versions]
    assert texts[-2] == "还没保存的一段。"
    assert "来自文件的一段。" in texts[-1] and "还没保存" not in texts[-1]
    assert not author.find("//a[contains(@href, 'restore=')]")


def test_a_file_with_submit_is_read_but_not_sent_before_it_was_read_over(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    draft = cast.draft()
    author.get(f"/manuscripts/{draft.code}/edit")
    author.send(author.form_with("title"), {"document": file(word("新的一段。"), "a.docx")}, button="submit")
    assert author.url.endswith("/edit") and "新的一段。" in author.text
    assert _only().state is State.DRAFT


def test_pictures_come_several_at_once_and_each_needs_caption_and_credit(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    draft = cast.draft()
    address = f"/manuscripts/{draft.code}/edit"
    _bring(author, address, photos=[file(picture("red"), "一.png"), file(picture("blue", "JPEG"), "二.jpg")])
    version = _only().version
    assert version is not None and len(version.pictures) == 2
    assert version.html.startswith(cast.TEXT.html), "the text before the pictures is as it was"
    assert author.find("//section[@aria-labelledby='lacking']//a[@href='#pictures']")
    author.send(author.form_with("title"), {}, 400, button="submit")
    assert author.find("//*[@id='pictures-1-credit-error']")
    said = {"pictures-0-caption": "花海", "pictures-0-credit": "何晓晴 摄", "pictures-1-caption": "绿道",
            "pictures-1-credit": "丁一舟 摄"}
    author.send(author.form_with("title"), said, button="submit")
    sent = _only()
    assert sent.version is not None and sent.state is State.AWAITING_SIGNOFF
    assert [(p["caption"], p["credit"]) for p in sent.version.pictures] == [
        ("花海", "何晓晴 摄"), ("绿道", "丁一舟 摄")]


def test_a_picture_leaves_the_text_and_comes_back_with_its_caption(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    draft = cast.draft()
    _bring(author, f"/manuscripts/{draft.code}/edit", photos=[file(picture(), "一.png")])
    author.send(author.form_with("title"), {"pictures-0-caption": "花海", "pictures-0-credit": "摄"}, button="save")
    author.send(author.form_with("title"), {"pictures-0-remove": "y"}, button="save")
    without = _only().version
    assert without is not None and (without.pictures, without.html) == ([], cast.TEXT.html)
    assert author.fields(author.form_with("title"))["pictures-0-caption"] == "花海"
    author.send(author.form_with("title"), {"pictures-0-place": "y"}, button="save")
    back = _only().version
    assert back is not None and [line["caption"] for line in back.pictures] == ["花海"]


def test_pictures_are_written_anew_without_what_the_camera_noted(app: Flask) -> None:
    """F20."""
    out, exif = BytesIO(), Image.Exif()
    exif[0x010E] = "GPS-CANARY"
    Image.new("RGB", (50, 50), "green").save(out, "JPEG", exif=exif)
    author = Visitor(app, "cor_a1")
    _bring(author, f"/manuscripts/{cast.draft().code}/edit", photos=[file(out.getvalue(), "a.jpg")])
    stored = [app.extensions["store"].read(name) for name in _stored(app)]
    assert len(stored) == 1 and b"GPS-CANARY" not in stored[0] and b"GPS-CANARY" in out.getvalue()


def test_a_picture_of_somebody_else_is_none_of_this_text(app: Flask) -> None:
    """A07, B01: neither shown under one's own code nor taken into one's own text by its digest."""
    other, author = Visitor(app, "cor_b1"), Visitor(app, "cor_a1")
    theirs, mine = cast.draft("cor_b1"), cast.draft("cor_a1")
    _bring(other, f"/manuscripts/{theirs.code}/edit", photos=[file(picture(), "密.png")])
    sha256 = db.session.scalars(select(Upload.sha256)).one()
    address = f"/manuscripts/{mine.code}"
    author.get(f"{address}/edit")
    author.send(author.form_with("title"), {
        "body": f'<p>我的</p><figure><img src="pictures/{sha256}" alt=""></figure>', "pictures-0-sha256": sha256,
        "pictures-0-caption": "偷", "pictures-0-place": "y"}, button="save")
    db.session.rollback()
    version = db.session.scalars(select(Version).where(Version.manuscript_id == mine.id)
                                 .order_by(Version.number.desc())).first()
    assert version is not None and (version.pictures, version.html) == ([], "<p>我的</p>")
    assert author.client.get(f"{address}/pictures/{sha256}").status_code == 404
    assert other.client.get(f"/manuscripts/{theirs.code}/pictures/{sha256}").status_code == 200


def test_the_same_bytes_twice_are_one_file_and_both_download(app: Flask) -> None:
    """F10."""
    data = word("同一份文件。")
    for who in ("cor_a1", "cor_b1"):
        author = Visitor(app, who)
        _bring(author, "/manuscripts/new", document=file(data, "a.docx"))
        link = author.find("//a[contains(@href, '/original/')]")[0].get("href")
        assert author.client.get(link).data == data
    assert _rows()[2:] == (2, 1)


def test_the_original_is_its_authors_and_the_chief_editors_with_a_reason(app: Flask) -> None:
    """A23, E19, F07: all others get 404; the chief editor's reason is in the record."""
    author, data = Visitor(app, "cor_a1"), word("原件。")
    genre, office = cast.draft("cor_b1").genre_id, cast.office("n").id
    author.get("/manuscripts/new")
    author.send(author.form_with("title"), {
        "document": file(data, "稿件（终稿）.docx"), "genre": str(genre), "offices": [str(office)],
        "is_original": "y"}, button="bring")
    link = author.find("//a[contains(@href, '/original/')]")[0].get("href")
    answer = author.client.get(link)
    assert answer.data == data
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;") and "filename*=UTF-8''%E7%A8%BF%E4%BB%B6" in disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.mimetype == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    author.send(author.form_with("title"), button="submit")
    mine = db.session.scalars(select(Manuscript).where(Manuscript.state == State.AWAITING_SIGNOFF)).one()
    Visitor(app, "chief_n").get(link, 404)
    reviewing.sign_off(cast.actor("sig_a"), mine, None, True)
    for who in ("cor_a2", "cor_b1", "sig_a", "pol_n", "pub_n", "chief_t", "coord", "adm"):
        Visitor(app, who).get(link, 404)
    chief = Visitor(app, "chief_n")
    chief.get(link)
    chief.send(chief.form_with("reason"), {"reason": " "}, 400)
    assert not db.session.scalars(select(Event).where(Event.kind == "original")).all()
    handed = chief.send(chief.form_with("reason"), {"reason": "核对表格"})
    assert handed.data == data
    db.session.rollback()
    event = db.session.scalars(select(Event).where(Event.kind == "original")).one()
    assert (event.actor_name, event.reason, event.manuscript_id) == ("主心", "核对表格", mine.id)


def test_an_original_of_another_manuscript_is_not_under_this_code(app: Flask) -> None:
    """A07."""
    other, author = Visitor(app, "cor_b1"), Visitor(app, "cor_a1")
    _bring(other, "/manuscripts/new", document=file(word("别人的。"), "a.docx"))
    number = db.session.scalars(select(Upload.id)).one()
    mine = cast.draft().code
    author.get(f"/manuscripts/{mine}/original/{number}", 404)
    author.get(f"/manuscripts/{mine}/original/999999999999", 404)
    author.get(f"/uploads/{number}", 404)


def test_a_chief_editor_has_no_original_that_did_not_come_to_the_office(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    returned = cast.reach(State.RETURNED)
    _bring(author, f"/manuscripts/{returned.code}/edit", document=file(word("改到一半。"), "a.docx"))
    author.get(f"/manuscripts/{returned.code}/edit")
    link = author.find("//a[contains(@href, '/original/')]")[0].get("href")
    Visitor(app, "chief_n").get(link, 404)


NAMES = ["../../../../etc/passwd.docx", "..\\..\\windows\\a.docx", "a\x00.exe.docx", "CON.docx", ".docx",
         "a.docx.", "长" * 300 + ".docx", "<img src=x onerror=alert(1)>.docx",
         "=cmd|' /C calc'!A0.docx"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_shown_without_what_could_do_harm(app: Flask, name: str) -> None:
    """F07."""
    author = Visitor(app, "cor_a1")
    _bring(author, "/manuscripts/new", document=file(word("正文。"), name))
    shown = db.session.scalars(select(Upload.shown_name)).one()
    assert shown and len(shown) <= 200 and not set(shown) & set("/\\\r\n\x00<>")
    assert shown in author.text
    link = author.find("//a[contains(@href, '/original/')]")[0].get("href")
    assert "\n" not in author.client.get(link).headers["Content-Disposition"]


@pytest.mark.parametrize(("data", "name", "reason"), [
    (b"", "空.docx", "empty"), (b"not a zip at all", "a.docx", "not-docx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99, "a.docx", "legacy-doc"), (word("一段。")[:900], "a.docx", "corrupt")])
def test_a_refused_file_leaves_nothing_and_loses_nothing(app: Flask, data: bytes, name: str, reason: str) -> None:
    """F16: 400, the reason in the user's language, no row, no file, what was typed still there."""
    author = Visitor(app, "cor_a1")
    _bring(author, "/manuscripts/new", 400, title="打好的标题", body="打好的正文。", document=file(data, name))
    with app.test_request_context():
        sentence = i18n.reason_text(reason)
    assert f"{name}: {sentence}" in "".join(author.find("//*[@id='document-error']")[0].itertext())
    form = author.fields(author.form_with("title", "body"))
    assert (form["title"], form["body"]) == ("打好的标题", "打好的正文。")
    assert (_rows(), _stored(app)) == ((0, 0, 0, 0), set())
    author.send(author.form_with("title", "body"), button="save")
    assert _only().title == "打好的标题"


def test_one_refused_picture_of_several_stores_none_and_says_which(app: Flask) -> None:
    author, before = Visitor(app, "cor_a1"), cast.draft()
    _bring(author, f"/manuscripts/{before.code}/edit", 400, title="改题", photos=[
        file(picture(), "好.png"), file(b"<svg onload=alert(1)>", "坏.svg")])
    assert "坏.svg" in author.text and author.find("//*[@id='photos-error']")
    assert author.fields(author.form_with("title"))["title"] == "改题"
    assert (_rows(), _stored(app)) == ((1, 1, 0, 0), set())


def test_a_form_whose_file_was_refused_may_be_sent_again_under_its_key(app: Flask) -> None:
    """While a file is read the key is used, so that a second click waits for nothing; after a refusal it is free."""
    author = Visitor(app, "cor_a1")
    author.get("/manuscripts/new")
    form = author.form_with("title", "body")
    author.send(form, {"title": "一", "document": file(b"no", "a.docx")}, 400, button="bring")
    author.send(form, {"title": "二", "body": "正文"}, button="save")
    author.send(form, {"title": "三", "body": "正文"}, button="save")
    assert _only().title == "二", "sent twice, it acts once"


@corpus.needed
@on_one_database
def test_a_bad_file_of_each_kind_is_refused_or_accepted_as_the_manifest_says(app: Flask) -> None:
    """F01, F16, through the upload form: nothing typed is lost, and a refusal leaves no row and no file."""
    author, wrong = Visitor(app, "cor_a1"), []
    for entry in corpus.bad_file_of_each_end():
        if entry["reason"] == "legacy-doc":
            continue  # where LibreOffice is there, that waits for a job: tests/test_arrivals.py
        before = _rows(), _stored(app)
        author.get("/manuscripts/new")
        document = file((corpus.BAD / entry["file"]).read_bytes(), entry["upload_name"])
        data = {"title": "打好的标题", "document": document}
        answer = author.send(author.form_with("title", "body"), data, None, button="bring")
        allowed = {str(one).partition(":")[0].partition("-")[0] for one in (entry["expected"], entry["also_ok"])}
        if answer.status_code == 200 and author.url.endswith("/edit"):
            version = db.session.scalars(select(Version).order_by(Version.id.desc()).limit(1)).one()
            shown = f"{version.text}{version.title}{answer.text}"  # what a header says is told beside the text
            fine = "accept" in allowed and all(word_ in shown for word_ in entry["must_survive"]) and not any(
                word_ in version.html for word_ in entry["must_not_survive"])
        else:
            fine = answer.status_code == 400 and "reject" in allowed and (
                before == (_rows(), _stored(app)) and author.fields(author.form_with("title"))["title"] == "打好的标题")
        if not fine:
            wrong.append((entry["file"], answer.status_code, entry["expected"], entry["also_ok"]))
    assert wrong == []
