"""Which text a reader is shown: the whole or what changed, with its pictures; a retraction; a correction."""

from __future__ import annotations

from flask import Flask

from editorial import clock
from editorial.actions import manuscripts, publishing, reviewing
from editorial.actions.texts import PictureLine, Text
from editorial.db import db
from editorial.models import File, Manuscript, Upload
from editorial.terms import State
from tests import cast
from tests.client import Visitor
from tests.pages import claimed, made, then


def test_an_editors_change_is_shown_as_a_difference_first_to_those_who_knew_the_text(app: Flask) -> None:
    code = made(lambda: claimed("pol_n", "con_n", "qua_n"))
    then(lambda m: reviewing.edit(cast.actor("qua_n"), m, None, Text(
        cast.TEXT.title, cast.TEXT.byline, cast.TEXT.html.replace("月底", "周末"))), code)
    for who in ("pol_n", "cor_a1", "sig_a"):
        visitor = Visitor(app, who)
        visitor.get(f"/manuscripts/{code}")
        assert "".join(visitor.find("//ins")[0].itertext()) == "周末", who
        assert "".join(visitor.find("//del")[0].itertext()) == "月底", who
        visitor.get(visitor.find("//a[@data-toggle-text]")[0].get("href"))
        assert not visitor.find("//ins") and "活动持续到周末。" in visitor.text
    for who in ("chief_n", "qua_n"):
        visitor = Visitor(app, who)
        visitor.get(f"/manuscripts/{code}")
        assert not visitor.find("//ins") and "活动持续到周末。" in visitor.text, who


def test_whoever_confirms_for_the_first_reader_is_shown_the_difference(app: Flask) -> None:
    code = made(lambda: claimed("pol_n", "con_n"))
    then(lambda m: reviewing.edit(cast.actor("con_n"), m, None, Text(
        cast.TEXT.title, cast.TEXT.byline, cast.TEXT.html.replace("月底", "周末"))), code)
    then(lambda m: reviewing.assign(cast.actor("chief_n"), m, None, cast.person("pol_n2").id), code)
    visitor = Visitor(app, "pol_n2")
    visitor.get(f"/manuscripts/{code}")
    assert ["".join(one.itertext()) for one in visitor.find("//ins")] == ["周末"]
    reader = Visitor(app, "qua_n")
    reader.get(f"/manuscripts/{code}")
    assert not reader.find("//ins"), "the last stage has read nothing yet"


def test_a_returned_text_comes_back_to_its_reader_as_a_difference(app: Flask) -> None:
    code = made(lambda: cast.reach(State.RETURNED))
    author = cast.actor("cor_a1")
    then(lambda m: manuscripts.save(author, m, None, Text(
        cast.TEXT.title, cast.TEXT.byline, cast.TEXT.html + "<p>来源：江滩管理处。</p>")), code)
    then(lambda m: manuscripts.resubmit(author, m, None, "补充了来源"), code)
    then(lambda m: reviewing.sign_off(cast.actor("sig_a"), m, None, True), code)
    visitor = Visitor(app, "pol_n")
    visitor.get(f"/manuscripts/{code}")
    assert "来源：江滩管理处。" in "".join(visitor.find("//ins")[0].itertext())
    assert "补充了来源" in visitor.text


def test_a_version_is_read_by_those_who_may(app: Flask) -> None:
    code = made(lambda: cast.reach(State.RETURNED))
    unsent = Text("未送出的题", "通讯员", "<p>未送出。</p>")
    then(lambda m: manuscripts.save(cast.actor("cor_a1"), m, None, unsent), code)
    author = Visitor(app, "cor_a1")
    author.get(f"/manuscripts/{code}/versions/2")
    author.get(f"/manuscripts/{code}/compare/1..2?view=sides")
    assert author.find("//del") and author.find("//ins")
    for who in ("pol_n", "sig_a", "coord"):
        visitor = Visitor(app, who)
        assert "未送出" not in visitor.get(f"/manuscripts/{code}").text
        visitor.get(f"/manuscripts/{code}/versions/1")
        visitor.get(f"/manuscripts/{code}/versions/2", 404)
        visitor.get(f"/manuscripts/{code}/compare/1..2", 404)


def test_a_retracted_piece_tells_readers_why_and_nothing_else(app: Flask) -> None:
    code = made(lambda: cast.reach(State.RETRACTED))
    outside = Visitor(app, "cor_b1")
    outside.get(f"/manuscripts/{code}")
    assert "活动时间有误" in outside.text and "市民在江边散步" not in outside.text
    inside = Visitor(app, "cor_a1")
    inside.get(f"/manuscripts/{code}")
    assert "活动时间有误" in inside.text and "市民在江边散步" in inside.text


def test_a_correction_under_review_is_not_for_readers(app: Flask) -> None:
    code = made(lambda: cast.reach(State.PUBLISHED))
    text = Text("更正题", "本报讯", "<p>更正文。</p>")
    then(lambda m: publishing.correct(cast.actor("chief_n"), m, None, text, "时间应为周六"), code)
    outside, inside = Visitor(app, "cor_b1"), Visitor(app, "pol_n")
    page = outside.get(f"/manuscripts/{code}").text
    assert "更正文" not in page and "周六" not in page and "政治关" not in page
    assert "周六" in inside.get(f"/manuscripts/{code}").text
    then(lambda m: cast.passed(m, "pol_n", "con_n", "qua_n"), code)
    page = outside.get(f"/manuscripts/{code}").text
    assert "更正文" in page and "时间应为周六" in page


def test_words_from_people_are_words(app: Flask) -> None:
    mark = "<img src=x onerror=alert(1)>"
    code = made(lambda: claimed("pol_n", text=Text(f"题{mark}", f"署名{mark}", "<p>文。</p>")))
    then(lambda m: reviewing.return_(cast.actor("pol_n"), m, None, f"理由{mark}"), code)
    then(lambda m: manuscripts.save(cast.actor("cor_a1"), m, None, Text(f"新{mark}", "署名", "<p>文。</p>")), code)
    visitor = Visitor(app, "cor_a1")
    for address in ("", "/versions/1", "/compare/1..2", "/compare/1..2?view=sides"):
        answer = visitor.get(f"/manuscripts/{code}{address}")
        assert not visitor.find("//img[@onerror]") and "&lt;img" in answer.text


PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def _stored(app: Flask, media_type: str = "image/png") -> str:
    sha256: str = app.extensions["store"].put(PICTURE)
    db.session.add(File(sha256=sha256, media_type=media_type, size=len(PICTURE), width=1, height=1,
                        created_at=clock.now()))
    db.session.flush()
    return sha256


def _brought(sha256: str) -> Manuscript:
    """A draft to which its author has brought a picture."""
    manuscript = cast.draft()
    db.session.add(Upload(manuscript_id=manuscript.id, sha256=sha256, kind="picture", shown_name="芦苇.png",
                          uploaded_by_id=cast.person("cor_a1").id, uploaded_at=clock.now()))
    db.session.flush()
    return manuscript


def _shows(sha256: str) -> Manuscript:
    """A draft whose text shows it."""
    manuscript = _brought(sha256)
    manuscripts.save(cast.actor("cor_a1"), manuscript, None, Text(
        "题", "署名", f'<p>文。</p><figure><img src="pictures/{sha256}" alt=""></figure>',
        [PictureLine(sha256, "芦苇<b>", "何晓晴摄")]))
    return manuscript


def _shows_submitted(sha256: str) -> Manuscript:
    manuscript = _shows(sha256)
    manuscripts.submit(cast.actor("cor_a1"), manuscript, None)
    return manuscript


def test_a_picture_is_served_with_a_version_that_one_may_read(app: Flask) -> None:
    sha256 = _stored(app)
    code = made(lambda: _shows_submitted(sha256))
    other = made(lambda: cast.submitted())
    author = Visitor(app, "cor_a1")
    author.get(f"/manuscripts/{code}")
    assert author.find("//figure/img")
    caption = "".join(author.find("//figure/*[@class='caption']")[0].itertext())
    assert "芦苇<b>" in caption and "何晓晴摄" in caption
    answer = author.get(f"/manuscripts/{code}/pictures/{sha256}")
    assert answer.data == PICTURE and answer.mimetype == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"] or "private" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    author.get(f"/manuscripts/{other}/pictures/{sha256}", 404)
    Visitor(app, "cor_b1").get(f"/manuscripts/{code}/pictures/{sha256}", 404)
    Visitor(app, "pol_n").get(f"/manuscripts/{code}/pictures/{sha256}", 404)


def test_a_picture_that_was_brought_and_is_in_no_text_yet_is_its_authors_alone(app: Flask) -> None:
    sha256 = _stored(app)

    def build() -> Manuscript:
        manuscript = _brought(sha256)
        manuscripts.submit(cast.actor("cor_a1"), manuscript, None)
        return manuscript

    code = made(build)
    Visitor(app, "cor_a1").get(f"/manuscripts/{code}/pictures/{sha256}")
    Visitor(app, "sig_a").get(f"/manuscripts/{code}")
    Visitor(app, "sig_a").get(f"/manuscripts/{code}/pictures/{sha256}", 404)


def test_what_is_no_picture_is_not_served_as_one(app: Flask) -> None:
    sha256 = _stored(app, "image/svg+xml")
    code = made(lambda: _shows(sha256))
    Visitor(app, "cor_a1").get(f"/manuscripts/{code}/pictures/{sha256}", 404)


