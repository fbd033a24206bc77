"""Writing: a draft begun, saved, submitted, revised; edited at a stage; corrected; what is missing."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from editorial.actions import manuscripts, reviewing
from editorial.db import db
from editorial.models import Manuscript, Membership, Office, Upload, Version
from editorial.terms import Role, State
from tests import cast
from tests.client import Visitor
from tests.pages import claimed, found, made, seen, then
from tests.test_uploads import file, picture

HOSTILE = '<b>题</b><script>alert(1)</script>"; --'


def _again(manuscript: Manuscript) -> Manuscript:
    """The manuscript as the database has it now: what a test holds is what it saw before the request."""
    db.session.rollback()
    return db.session.scalars(select(Manuscript).where(Manuscript.code == manuscript.code)).one()


def _only() -> Manuscript:
    db.session.rollback()
    return db.session.scalars(select(Manuscript)).one()


def _complete(visitor: Visitor, **more: Any) -> dict[str, Any]:
    """Everything that a new manuscript needs."""
    offices = [str(office.id) for office in db.session.scalars(select(Office).order_by(Office.id))]
    genre = visitor.find("//select[@name='genre']/option[@value!='']")[0].get("value")
    return {"title": "江滩芦苇节开幕", "body": "昨天，江滩芦苇节开幕。\n活动持续到月底。", "genre": genre,
            "offices": offices[:1], "is_original": "y", **more}


def _new(visitor: Visitor, button: str = "save", status: int = 200, **more: Any) -> None:
    visitor.get("/manuscripts/new")
    visitor.send(visitor.form_with("title", "body"), _complete(visitor, **more), status, button=button)


def test_a_draft_is_begun_and_its_lines_become_paragraphs(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    _new(author)
    draft = _only()
    assert author.url == f"/manuscripts/{draft.code}/edit"
    assert draft.version is not None
    assert (draft.state, draft.title, draft.version.html) == (
        State.DRAFT, "江滩芦苇节开幕", "<p>昨天，江滩芦苇节开幕。</p><p>活动持续到月底。</p>")
    assert draft.version.byline.endswith("何晓晴")


def test_submitting_a_new_text_saves_and_sends_it_to_both_offices(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    author.get("/manuscripts/new")
    offices = [str(office.id) for office in db.session.scalars(select(Office))]
    _new(author, "submit", offices=offices)
    db.session.rollback()
    sent = db.session.scalars(select(Manuscript)).all()
    assert [one.state for one in sent] == [State.AWAITING_SIGNOFF] * 2
    assert len({one.story_id for one in sent}) == 1
    assert {one.office_id for one in sent} == {int(office) for office in offices}


def test_what_is_missing_stands_on_the_page_before_anything_is_sent(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    _new(author, body="", genre="", offices=[])
    links = {link.get("href") for link in author.find("//section[@aria-labelledby='lacking']//a")}
    assert links == {"#body", "#genre", "#offices"}
    for link in links:
        assert author.find(f"//*[@id='{link[1:]}']"), link


def test_a_refused_submission_keeps_everything_typed_and_saves_nothing(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    _new(author)
    draft = _only()
    author.send(author.form_with("title", "body"), {"title": "新标题", "body": "另一段文字。", "is_original": [],
                                                    "urgent": "y"}, 400, button="submit")
    form = author.fields(author.form_with("title", "body"))
    assert (form["title"], form["body"], form["urgent"]) == ("新标题", "另一段文字。", "y")
    assert author.find("//*[@id='is_original-error']")
    now = _again(draft)
    assert (now.state, now.title) == (State.DRAFT, "江滩芦苇节开幕")
    author.send(author.form_with("title", "body"), {"is_original": "y"}, button="submit")
    assert (_again(draft).state, _again(draft).title) == (State.AWAITING_SIGNOFF, "新标题")


def test_a_text_that_is_the_same_makes_no_version(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    _new(author)
    author.send(author.form_with("title", "body"), button="save")
    assert db.session.scalar(select(func.count()).select_from(Version)) == 1


def test_fields_that_are_not_on_the_form_change_nothing(app: Flask) -> None:
    """Mass assignment (B01)."""
    author, other = Visitor(app, "cor_a1"), cast.unit("unit_b").id
    forged: dict[str, Any] = {"state": "published", "author_id": "3", "unit_id": str(other), "office_id": "1",
              "version": "9", "version_id": "9", "published_at": "2026-01-01", "signed_by": "1", "code": "2026-999999",
              "cleared_version_id": "1", "chain": "[]", "made_by_id": "2", "original_sha256": "a" * 64}
    _new(author, **forged)
    draft = _only()
    author.send(author.form_with("title", "body"), {"body": "改过的正文。", "status": "published", **forged},
                button="save")
    draft = _again(draft)
    assert draft.version is not None
    assert (draft.state, draft.unit_id, draft.office_id, draft.published_at, draft.cleared_version_id) == (
        State.DRAFT, cast.unit("unit_a").id, None, None, None)
    assert draft.code != "2026-999999"
    assert draft.author_ids == {cast.person("cor_a1").id}
    assert (draft.version.number, draft.version.made_by_id, draft.version.original_sha256) == (
        2, cast.person("cor_a1").id, None)


def test_nobody_writes_for_a_unit_that_is_not_theirs(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    _new(author, unit=str(cast.unit("unit_b").id))
    assert _only().unit_id == cast.unit("unit_a").id
    Visitor(app, "sig_a").get("/manuscripts/new", 403)


def test_a_correspondent_of_two_units_chooses_and_co_authors_belong_to_the_chosen_one(app: Flask) -> None:
    unit_b = cast.unit("unit_b")
    db.session.add(Membership(person_id=cast.person("cor_a1").id, role=Role.CORRESPONDENT, unit_id=unit_b.id))
    db.session.commit()
    author = Visitor(app, "cor_a1")
    other, colleague = str(cast.person("cor_b1").id), str(cast.person("cor_a2").id)
    _new(author, unit=str(unit_b.id), co_authors=[colleague], status=400)
    assert author.find("//*[@id='co_authors-error']")
    author.send(author.form_with("title", "body"), {"co_authors": [other]}, button="save")
    draft = _only()
    assert (draft.unit_id, draft.author_ids) == (unit_b.id, {cast.person("cor_a1").id, int(other)})
    Visitor(app, "cor_b1").get(f"/manuscripts/{draft.code}/edit")


def test_a_stranger_can_not_be_made_a_co_author(app: Flask) -> None:
    """Also: the form names nobody outside the unit (A28)."""
    author = Visitor(app, "cor_a1")
    _new(author, co_authors=[str(cast.person("cor_b1").id)], status=400)
    assert "毛子安" not in author.text and "丁一舟" in author.text
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Manuscript)) == 0


@pytest.mark.parametrize("who", ["cor_a2", "cor_b1", "sig_a", "pol_n", "chief_n", "coord", "adm"])
def test_a_draft_is_its_authors_alone(app: Flask, who: str) -> None:
    code = cast.draft().code
    db.session.commit()
    visitor = Visitor(app, who)
    visitor.get("/manuscripts/2026-777777/edit", 404)
    unknown = visitor.text
    visitor.get(f"/manuscripts/{code}/edit", 404)
    assert visitor.text == unknown
    visitor.post(f"/manuscripts/{code}/edit", {"title": "x", "body": "x", "save": "1", "revision": "1"}, 404)
    assert _only().title == cast.TEXT.title


def test_a_returned_manuscript_shows_its_reason_and_is_resubmitted_with_a_sentence(app: Flask) -> None:
    manuscript = cast.reach(State.RETURNED)
    db.session.commit()
    author = Visitor(app, "cor_a1")
    author.get(f"/manuscripts/{manuscript.code}/edit")
    assert "来源不明，请补充。" in author.text
    assert "郑直" not in author.text, "the office does not show its reviewers"
    assert not author.find("//*[@name='offices' or @name='genre']")
    author.send(author.form_with("summary"), {"body": "补充了来源：市园林局。"}, 400, button="submit")
    assert author.find("//*[@id='summary-error']")
    assert _again(manuscript).state is State.RETURNED
    author.send(author.form_with("summary"), {"summary": "补充了来源。"}, button="submit")
    now = _again(manuscript)
    assert now.version is not None
    assert (now.state, now.version.text) == (State.AWAITING_SIGNOFF, "补充了来源：市园林局。")


def test_the_holder_edits_at_their_stage_as_a_new_version_and_nobody_else_does(app: Flask) -> None:
    manuscript = cast.passed(cast.signed(), "pol_n")
    reviewing.claim(cast.actor("con_n"), manuscript, None)
    db.session.commit()
    address = f"/manuscripts/{manuscript.code}/edit"
    for who, status in (("cor_a1", 403), ("qua_n", 403), ("pol_n", 403), ("chief_n", 403), ("pol_t", 404)):
        Visitor(app, who).get(address, status)
    editor = Visitor(app, "con_n")
    editor.get(address)
    assert not editor.find("//*[@name='genre' or @name='document' or @name='submit']")
    editor.send(editor.form_with("title", "body"), {"title": "江滩芦苇节今日开幕"}, button="save")
    now = _again(manuscript)
    assert now.version is not None and now.stage is not None
    assert (now.version.number, now.version.origin, now.stage.slug) == (2, "editor", "political")


def test_an_editor_adds_and_replaces_pictures_each_with_its_caption_before_it_is_a_version(app: Flask) -> None:
    code = made(lambda: claimed("pol_n"))
    address = f"/manuscripts/{code}/edit"
    editor, author = Visitor(app, "pol_n"), Visitor(app, "cor_a1")
    editor.get(address)
    editor.send(editor.form_with("title", "photos"), {"title": "新的标题", "photos": file(picture("red"), "红.png")},
                button="bring")
    assert seen(code)[2] == 1 and editor.url == address, "no version yet"
    form = editor.form_with("title", "photos")
    assert editor.fields(form)["title"] == "新的标题" and "pictures/" in editor.fields(form)["body"]
    editor.send(form, {"pictures-0-caption": "江滩"}, 400, button="save")
    assert editor.find("//*[@id='pictures-0-credit-error']") and seen(code)[2] == 1
    editor.send(editor.form_with("title", "photos"), {"pictures-0-credit": "资料图"}, button="save")
    version = found(code).version
    assert version is not None and (version.title, version.origin) == ("新的标题", "editor")
    assert [(line["caption"], line["credit"]) for line in version.pictures] == [("江滩", "资料图")]
    red = version.pictures[0]["sha256"]
    author.get(f"/manuscripts/{code}")
    assert "郑直" not in author.text
    assert author.client.get(f"/manuscripts/{code}/pictures/{red}").status_code == 200
    editor.get(address)
    assert not editor.find("//a[contains(@href, 'restore=')]"), "nothing is left unsaved"
    editor.send(editor.form_with("title", "photos"), {"photos": file(picture("blue"), "蓝.png")}, button="bring")
    editor.send(editor.form_with("title", "photos"), {
        "pictures-0-remove": "y", "pictures-1-caption": "芦苇", "pictures-1-credit": "何晓晴 摄"}, button="save")
    version = found(code).version
    assert version is not None and [line["caption"] for line in version.pictures] == ["芦苇"]
    assert version.pictures[0]["sha256"] != red
    db.session.rollback()


def test_whoever_does_not_hold_it_brings_no_picture(app: Flask) -> None:
    code = made(lambda: claimed("pol_n"))
    editor = Visitor(app, "pol_n")
    editor.get(f"/manuscripts/{code}/edit")
    form = editor.form_with("title", "photos")
    then(lambda m: reviewing.release(cast.actor("pol_n"), m, None), code)
    editor.send(form, {"photos": file(picture(), "红.png")}, None, button="bring")
    assert editor.answer is not None and editor.answer.status_code in (403, 404, 409)
    assert db.session.scalar(select(func.count(Upload.id))) == 0
    db.session.rollback()


def test_the_chief_editor_corrects_what_is_published_with_the_note_for_readers(app: Flask) -> None:
    manuscript = cast.published()
    db.session.commit()
    address = f"/manuscripts/{manuscript.code}/edit"
    Visitor(app, "pub_n").get(address, 403)
    chief = Visitor(app, "chief_n")
    chief.get(address)
    chief.send(chief.form_with("note"), {"body": "今天，江滩芦苇节开幕。"}, 400, button="save")
    assert chief.find("//*[@id='note-error']")
    chief.send(chief.form_with("note"), {"note": "开幕时间应为今天。"}, button="save")
    now = _again(manuscript)
    assert now.version is not None
    assert (now.version.origin, now.version.note, now.state) == ("correction", "开幕时间应为今天。", State.PUBLISHED)
    assert now.stage is not None


def test_a_text_under_review_is_not_saved_by_its_author(app: Flask) -> None:
    manuscript = cast.submitted()
    db.session.commit()
    author = Visitor(app, "cor_a1")
    author.post(f"/manuscripts/{manuscript.code}/edit", {"title": "换标题", "body": "换", "revision": "99"}, 409)
    assert _again(manuscript).title == cast.TEXT.title


def test_a_stale_page_can_not_overwrite_what_was_saved_since(app: Flask) -> None:
    """Also after a refused field: the page keeps the revision from which it was sent."""
    draft = cast.draft()
    db.session.commit()
    one, two = Visitor(app, "cor_a1"), Visitor(app, "cor_a1")
    for tab in (one, two):
        tab.get(f"/manuscripts/{draft.code}/edit")
    one.send(one.form_with("title"), {"title": "第一页的标题"}, button="save")
    two.send(two.form_with("title"), {"title": "长" * 201}, 400, button="save")
    two.send(two.form_with("title"), {"title": "第二页的标题"}, 409, button="save")
    assert _again(draft).title == "第一页的标题"
    two.get(f"/manuscripts/{draft.code}/edit")
    assert "第二页的标题" in two.text


@pytest.mark.parametrize("title", [HOSTILE, "{{7*7}}", "%(x)s %s", "../x", "\ufffd", "O'Brien\"; --"])
def test_hostile_words_are_shown_as_they_were_typed(app: Flask, title: str) -> None:
    """E01, E02: literal text in the form, the list, the home page and the manuscript's page."""
    author = Visitor(app, "cor_a1")
    _new(author, title=title, byline=title)
    code = _only().code
    assert author.fields(author.form_with("title"))["title"] == title
    for address in ("/", "/manuscripts", f"/manuscripts/{code}"):
        author.get(address)
        assert title in " ".join(author.page.itertext()), address
        assert not author.find("//main//b | //main//script[contains(text(), 'alert')]")


@pytest.mark.parametrize("title", ["a\x00b", "题\r\nBcc: x@evil.example", "长" * 100001])
def test_a_title_that_can_not_stand_is_refused_with_a_sentence(app: Flask, title: str) -> None:
    author = Visitor(app, "cor_a1")
    _new(author, title=title, status=400)
    assert author.find("//*[@id='title-error']")
    assert db.session.scalar(select(func.count()).select_from(Manuscript)) == 0


def test_markup_in_the_text_is_cleaned_on_its_way_in(app: Flask) -> None:
    """E05, E07, E09: no script, handler, class, id, data-*, or picture from elsewhere reaches the page."""
    author = Visitor(app, "cor_a1")
    _new(author, body="<p class='x' id='main' data-a='1' onclick='x()'>好<script>alert(1)</script></p>"
                      "<img src='http://canary.invalid/t.png'><a href='javascript:x()'>链</a>")
    version = _only().version
    assert version is not None
    assert version.text == "好\n链"
    for part in ("script", "class", "id=", "data-", "onclick", "canary", "javascript"):
        assert part not in version.html


def test_the_list_shows_where_each_is_who_has_it_and_why(app: Flask) -> None:
    returned = cast.reach(State.RETURNED)
    waiting = cast.submitted()
    cast.draft("cor_a2")
    db.session.commit()
    author = Visitor(app, "cor_a1")
    author.get("/manuscripts")
    rows = author.find("//ol[@data-rows]/li")
    assert len(rows) == 2
    text = {code: " ".join("".join(row.itertext()).split()) for row in rows
            for code in (returned.code, waiting.code) if code in "".join(row.itertext())}
    assert "来源不明，请补充。" in text[returned.code]
    assert "百步亭支部" in text[waiting.code]
    author.get("/manuscripts?state=returned")
    assert len(author.find("//ol[@data-rows]/li")) == 1
    author.get("/manuscripts?state=published")
    assert not author.find("//ol[@data-rows]/li")


def test_the_list_names_no_reviewer_that_the_office_does_not_show(app: Flask) -> None:
    """C05: also who has it now."""
    manuscript = cast.signed()
    reviewing.claim(cast.actor("pol_n"), manuscript, None)
    db.session.commit()
    author = Visitor(app, "cor_a1")
    for address in ("/manuscripts", "/"):
        author.get(address)
        assert manuscript.code in author.text and "郑直" not in author.text


def test_the_list_pages_by_key(app: Flask) -> None:
    for _ in range(27):
        cast.draft()
    db.session.commit()
    author = Visitor(app, "cor_a1")
    author.get("/manuscripts")
    first = {link.get("href") for link in author.find("//a[@class='row-title']")}
    author.get(author.find("//a[@rel='next']")[0].get("href"))
    second = {link.get("href") for link in author.find("//a[@class='row-title']")}
    assert (len(first), len(second), first & second) == (25, 2, set())
    assert not author.find("//a[@rel='next']")


def test_a_withdrawn_or_rejected_text_is_not_written_on(app: Flask) -> None:
    manuscript = cast.reach(State.REJECTED)
    manuscripts.withdraw(cast.actor("cor_a1"), draft := cast.draft(), None, "")
    db.session.commit()
    author = Visitor(app, "cor_a1")
    for code in (manuscript.code, draft.code):
        author.get(f"/manuscripts/{code}/edit", 409)
