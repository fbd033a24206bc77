"""The manuscript's page: to each reader their text, their buttons and their names, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask

from editorial import clock
from editorial.actions import manuscripts, people, publishing, reviewing
from editorial.actions.texts import PictureLine, Text
from editorial.db import db
from editorial.models import File, Manuscript, RulesetStep, Stage, Upload, Version
from editorial.workflow import Role, State
from tests import cast
from tests.client import Visitor
from tests.pages import found, made, queries, seen, then

# Who finds which buttons, by hand from domain.md. Whoever is not named finds nothing under the address.
BUTTONS: dict[State, dict[str, set[str]]] = {
    State.DRAFT: {"cor_a1": {"submit", "withdraw"}},
    State.AWAITING_SIGNOFF: {"cor_a1": {"recall", "withdraw"}, "sig_a": {"sign-off", "return", "reject"},
                             "coord": set(), "sig_district": {"sign-off", "return", "reject"}},
    State.IN_REVIEW: {"cor_a1": {"share", "withdraw"}, "sig_a": {"undo"}, "sig_district": set(), "pol_n": {"claim"},
                      "con_n": set(), "chief_n": {"assign", "transfer", "share"}, "pub_n": set(), "coord": set()},
    State.RETURNED: {"cor_a1": {"resubmit", "withdraw"}, "sig_a": set(), "sig_district": set(), "pol_n": {"undo"},
                     "con_n": set(), "chief_n": set(), "pub_n": set(), "coord": set()},
    State.ACCEPTED: {"cor_a1": {"share", "withdraw"}, "sig_a": set(), "sig_district": set(), "pol_n": set(),
                     "con_n": set(), "qua_n": {"undo"}, "chief_n": {"share"}, "pub_n": {"publish"}, "coord": set()},
    State.PUBLISHED: {"cor_a1": {"request-correction", "share"}, "sig_a": set(), "sig_district": set(), "pol_n": set(),
                      "con_n": set(), "chief_n": {"share", "retract"}, "pub_n": {"publish"}, "coord": set(),
                      "cor_a2": set(), "cor_b1": set(), "sig_b": set(), "pol_t": set(), "com_d": set(),
                      "ctr_d1": set(), "adm": set()},
    State.REJECTED: {"cor_a1": {"appeal"}, "sig_a": set(), "sig_district": set(), "pol_n": {"undo"}, "con_n": set(),
                     "chief_n": set(), "pub_n": set(), "coord": set()},
    State.WITHDRAWN: {"cor_a1": set(), "coord": set()},
    State.RETRACTED: {"cor_a1": set(), "sig_a": set(), "sig_district": set(), "pol_n": set(), "con_n": set(),
                      "chief_n": set(), "pub_n": set(), "coord": set(), "cor_a2": set(), "cor_b1": set(),
                      "sig_b": set(), "pol_t": set(), "com_d": set(), "ctr_d1": set(), "adm": set()},
}
LOOKING = ("cor_a1", "cor_a2", "cor_b1", "sig_a", "sig_b", "sig_district", "pol_n", "con_n", "chief_n", "pub_n",
           "pol_t", "com_d", "ctr_d1", "coord", "adm")


@pytest.mark.parametrize("who", LOOKING)
def test_each_page_has_exactly_the_buttons_of_its_reader(app: Flask, who: str) -> None:
    visitor = Visitor(app, who)
    for state, expected in BUTTONS.items():
        code = made(partial(cast.reach, state))
        if who in expected:
            visitor.get(f"/manuscripts/{code}")
            assert visitor.actions() == expected[who], f"{who}, {state}"
        else:
            visitor.get(f"/manuscripts/{code}", 404)


def test_the_reader_at_a_stage_decides_and_edits(app: Flask) -> None:
    for step in db.session.query(RulesetStep):
        step.purpose = f"看{step.stage.title}"
    code = made(lambda: _claimed("pol_n"))
    visitor = Visitor(app, "pol_n")
    visitor.get(f"/manuscripts/{code}")
    assert visitor.actions() == {"pass", "return", "reject", "release"}
    assert "看政治关" in visitor.text and "人名、职务、单位无误" in visitor.text and "看内容关" not in visitor.text
    assert visitor.find(f"//main//a[@href='/manuscripts/{code}/edit']")


def _claimed(*readers: str, **more: Any) -> Manuscript:
    """In review, passed by all but the last of `readers`, who has claimed it."""
    manuscript = cast.passed(cast.signed(**more), *readers[:-1])
    reviewing.claim(cast.actor(readers[-1]), manuscript, None)
    return manuscript


def test_the_head_says_who_has_it_and_until_when_to_those_inside(app: Flask) -> None:
    code = made(lambda: _claimed("pol_n"))
    for who in ("cor_a1", "sig_a", "chief_n", "coord"):
        visitor = Visitor(app, who)
        visitor.get(f"/manuscripts/{code}")
        head = visitor.find("//header[@class='manuscript-head']")[0]
        assert head.xpath(".//time") and ("郑直" in "".join(head.itertext())) is (who in ("chief_n", "coord")), who
    code = made(lambda: cast.reach(State.PUBLISHED))
    outside = Visitor(app, "cor_b1")
    outside.get(f"/manuscripts/{code}")
    assert not outside.find("//header[@class='manuscript-head']//time") and not outside.find("//ol[@class='route']")


# --- What one may not see does not exist (A01-A05, A22) --------------------------------------------------------------

HIDDEN: dict[str, tuple[str, Callable[[], Manuscript]]] = {
    "A01 another unit's": ("cor_a1", lambda: cast.submitted("cor_b1")),
    "A02 a colleague's draft": ("cor_a1", lambda: cast.draft("cor_a2")),
    "A03 not one's unit": ("sig_a", lambda: cast.submitted("cor_b1")),
    "A04 the other office's": ("pol_n", lambda: cast.signed(offices=("t",))),
    "A05 not signed yet": ("pol_n", lambda: cast.submitted()),
}


@pytest.mark.parametrize("case", HIDDEN)
def test_what_one_may_not_see_answers_like_what_never_was(app: Flask, case: str) -> None:
    who, build = HIDDEN[case]
    code, never = made(build), "2020-999999"
    before = seen(code)
    visitor = Visitor(app, who)
    for page in ("", "/versions/1", "/compare/1..1", f"/pictures/{'a' * 64}", "/sheet"):
        hidden = visitor.get(f"/manuscripts/{code}{page}", 404)
        nothing = visitor.get(f"/manuscripts/{never}{page}", 404)
        assert _without_chance(hidden.text, code) == _without_chance(nothing.text, never)
        assert sorted(hidden.headers.keys()) == sorted(nothing.headers.keys())
    for action in ("sign-off", "return", "pass", "withdraw", "claim", "undo"):
        visitor.post(f"/manuscripts/{code}/{action}", {"revision": before[1], "reason": "不该", "stated": "y"}, 404)
    assert seen(code) == before


def _without_chance(page: str, code: str) -> str:
    """A page without what differs between any two: tokens, and its own address."""
    return re.sub(r'(name="(?:csrf_token|form_key)" value)="[^"]*"', r"\1", page).replace(code, "CODE")


def test_after_a_transfer_each_office_sees_its_own_part_only(app: Flask) -> None:
    code = made(lambda: _claimed("pol_n"))
    then(lambda m: reviewing.pass_(cast.actor("pol_n"), m, None, cast.ANSWERS, "内部话：先压一压"), code)
    then(lambda m: reviewing.transfer(cast.actor("chief_n"), m, None, cast.office("t").id, "更合电视台"), code)
    Visitor(app, "pol_n").get(f"/manuscripts/{code}", 404)
    Visitor(app, "chief_n").get(f"/manuscripts/{code}", 404)
    theirs = Visitor(app, "pol_t")
    page = theirs.get(f"/manuscripts/{code}").text
    assert "更合电视台" in page
    assert "郑直" not in page and "内部话" not in page
    sheet = Visitor(app, "chief_t").get(f"/manuscripts/{code}/sheet").text
    assert "石敏" in sheet and "郑直" not in sheet and "内部话" not in sheet


# --- Out of order, twice, one's own (B04-B10, B13) -------------------------------------------------------------------


def _try(visitor: Visitor, code: str, action: str, *statuses: int, **fields: Any) -> None:
    """Send an action directly, as of the manuscript's present revision; it is refused and nothing changes."""
    before = seen(code)
    answer = visitor.post(f"/manuscripts/{code}/{action}", {"revision": before[1], **fields})
    assert answer.status_code in statuses, answer.status_code
    assert seen(code) == before


def test_b04_an_author_decides_nothing(app: Flask) -> None:
    code = made(lambda: _claimed("pol_n"))
    visitor = Visitor(app, "cor_a1")
    for action in ("pass", "return", "reject", "claim", "assign", "release", "transfer", "publish", "retract"):
        _try(visitor, code, action, 403, 409, reason="不该", checklist=["names", "facts"])


def test_b05_and_b06_each_stage_is_decided_by_its_own_reader_in_turn(app: Flask) -> None:
    code = made(lambda: _claimed("pol_n"))
    for who in ("con_n", "qua_n", "pol_n2"):
        visitor = Visitor(app, who)
        _try(visitor, code, "pass", 403, checklist=["names", "facts"])
        _try(visitor, code, "claim", 403, 409)


def test_b07_a_stage_is_passed_once(app: Flask) -> None:
    code = made(lambda: _claimed("pol_n"))
    visitor = Visitor(app, "pol_n")
    visitor.get(f"/manuscripts/{code}")
    form = visitor.form_to("/pass")
    again = {**visitor.fields(form), "checklist": ["names", "facts"], "form_key": "another-key"}
    visitor.send(form, {"checklist": ["names", "facts"]})
    before = seen(code)
    visitor.post(f"/manuscripts/{code}/pass", again, 409)
    _try(visitor, code, "pass", 403, 409, checklist=["names", "facts"])
    assert seen(code) == before


def test_b08_nobody_decides_on_their_own_work(app: Flask) -> None:
    stage = db.session.query(Stage).filter_by(office_id=cast.office("n").id, slug="political").one()
    people.give_role(None, cast.person("cor_a1"), Role.STAGE_REVIEWER, office_id=stage.office_id, stage_id=stage.id)
    people.give_role(None, cast.person("cor_a1"), Role.SIGNER, unit_id=cast.unit("unit_a").id)
    waiting, read = made(cast.submitted), made(cast.signed)
    visitor = Visitor(app, "cor_a1")
    visitor.get(f"/manuscripts/{waiting}")
    assert "sign-off" not in visitor.actions()
    _try(visitor, waiting, "sign-off", 403, stated="y")
    _try(visitor, waiting, "return", 403, reason="不该")
    visitor.get(f"/manuscripts/{read}")
    assert "claim" not in visitor.actions()
    _try(visitor, read, "claim", 403)


def test_b09_nobody_passes_two_stages(app: Flask) -> None:
    stage = db.session.query(Stage).filter_by(office_id=cast.office("n").id, slug="content").one()
    people.give_role(None, cast.person("pol_n"), Role.STAGE_REVIEWER, office_id=stage.office_id, stage_id=stage.id)
    code = made(lambda: cast.passed(cast.signed(), "pol_n"))
    visitor = Visitor(app, "pol_n")
    visitor.get(f"/manuscripts/{code}")
    assert "claim" not in visitor.actions()
    _try(visitor, code, "claim", 403)


def test_b10_a_text_changed_after_it_was_signed_is_signed_and_read_again(app: Flask) -> None:
    code = made(lambda: _claimed("pol_n", "con_n"))
    then(lambda m: reviewing.return_(cast.actor("con_n"), m, None, "请补来源"), code)
    author = cast.actor("cor_a1")
    then(lambda m: manuscripts.save(author, m, None, Text("新题", "通讯员", "<p>新文。</p>")), code)
    visitor = Visitor(app, "cor_a1")
    visitor.get(f"/manuscripts/{code}")
    visitor.send(visitor.form_to("/resubmit"), {"summary": "补了来源"})
    assert seen(code)[0] == State.AWAITING_SIGNOFF
    _try(Visitor(app, "pol_n"), code, "claim", 404)


def test_b13_what_is_rejected_is_neither_passed_nor_published(app: Flask) -> None:
    code = made(lambda: cast.reach(State.REJECTED))
    _try(Visitor(app, "pol_n"), code, "pass", 409, checklist=["names", "facts"])
    _try(Visitor(app, "pub_n"), code, "publish", 409)


def test_what_is_no_action_of_this_page_is_nothing(app: Flask) -> None:
    code = made(cast.draft)
    visitor = Visitor(app, "cor_a1")
    for action in ("save", "promote", "correct"):
        _try(visitor, code, action, 404, 409)


def test_a_field_that_the_action_does_not_ask_for_changes_nothing(app: Flask) -> None:
    code = made(cast.draft)
    visitor = Visitor(app, "cor_a1")
    visitor.get(f"/manuscripts/{code}")
    visitor.send(visitor.form_to("/submit"), {"state": "published", "unit_id": "1", "office": "2", "reason": "x"})
    manuscript = found(code)
    assert manuscript.state is State.AWAITING_SIGNOFF
    assert manuscript.office_id == cast.office("n").id and manuscript.unit_id == cast.unit("unit_a").id


# --- Names and notes (C05-C07) ---------------------------------------------------------------------------------------


def _worked_over() -> Manuscript:
    """Claimed, edited, passed with a note, returned by the next stage: reviewers everywhere."""
    manuscript = _claimed("pol_n")
    reader = cast.actor("pol_n")
    reviewing.edit(reader, manuscript, None, Text("江滩芦苇节今起开幕", "本报讯 通讯员何晓晴", "<p>改过的文字。</p>"))
    reviewing.pass_(reader, manuscript, None, cast.ANSWERS, "内部话：标题再斟酌")
    reviewing.claim(cast.actor("con_n"), manuscript, None)
    return manuscript


ADDRESSES = ("", "?text=whole", "/versions/2", "/compare/1..2")


@pytest.mark.parametrize("who", ["cor_a1", "sig_a"])
def test_c05_hidden_reviewers_are_nowhere_in_what_the_unit_reads(app: Flask, who: str) -> None:
    code = made(_worked_over)
    visitor = Visitor(app, who)
    for address in ADDRESSES:
        answer = visitor.get(f"/manuscripts/{code}{address}")
        for name in ("郑直", "文思", "pol_n", "con_n"):
            assert name not in answer.text and name not in str(answer.headers), f"{name} on {address}"
        assert "内部话" not in answer.text
    then(lambda m: reviewing.return_(cast.actor("con_n"), m, None, "请补来源"), code)
    answer = visitor.get(f"/manuscripts/{code}")
    assert "请补来源" in answer.text and "内容关" in answer.text and "文思" not in answer.text
    stale = visitor.post(f"/manuscripts/{code}/withdraw", {"revision": 1, "reason": "算了"}, 409)
    assert "文思" not in stale.text and "郑直" not in stale.text


def test_c05_an_office_may_show_its_reviewers(app: Flask) -> None:
    cast.office("n").shows_reviewers = True
    code = made(_worked_over)
    assert "文思" in Visitor(app, "cor_a1").get(f"/manuscripts/{code}").text
    then(lambda m: cast.passed(m, "con_n", "qua_n"), code)
    place = publishing.Placement(cast.office("n").channels[0].id, clock.now(), "https://news.example/1")
    then(lambda m: publishing.publish(cast.actor("pub_n"), m, None, place), code)
    assert "文思" not in Visitor(app, "cor_b1").get(f"/manuscripts/{code}").text


def test_c07_a_note_for_the_office_stays_there(app: Flask) -> None:
    code = made(_worked_over)
    for who in ("cor_a1", "sig_a", "coord"):
        assert "内部话" not in Visitor(app, who).get(f"/manuscripts/{code}").text
    assert "内部话" in Visitor(app, "qua_n").get(f"/manuscripts/{code}").text


def test_who_belongs_to_the_office_reads_names(app: Flask) -> None:
    code = made(_worked_over)
    for who in ("qua_n", "chief_n", "coord"):
        page = Visitor(app, who).get(f"/manuscripts/{code}").text
        assert "郑直" in page and "文思" in page


# --- The text --------------------------------------------------------------------------------------------------------


def test_an_editors_change_is_shown_as_a_difference_first_to_those_who_knew_the_text(app: Flask) -> None:
    code = made(lambda: _claimed("pol_n", "con_n", "qua_n"))
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
    code = made(lambda: _claimed("pol_n", text=Text(f"题{mark}", f"署名{mark}", "<p>文。</p>")))
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


# --- Doing ----------------------------------------------------------------------------------------------------------


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong_beside_it(app: Flask) -> None:
    code = made(lambda: _claimed("pol_n"))
    visitor = Visitor(app, "pol_n")
    visitor.get(f"/manuscripts/{code}")
    before = seen(code)
    visitor.send(visitor.form_to("/pass"), {"checklist": "names", "remark": "标题再斟酌"}, 400)
    form = visitor.form_to("/pass")
    assert visitor.fields(form)["checklist"] == "names" and visitor.fields(form)["remark"] == "标题再斟酌"
    assert form.xpath(".//*[@id='checklist-error']")
    assert not visitor.form_to("/return").xpath(".//*[contains(@class, 'error')]")
    visitor.send(visitor.form_to("/return"), {"reason": "  "}, 400)
    assert visitor.form_to("/return").xpath(".//*[@id='return-reason-error']")
    visitor.send(visitor.form_to("/return"), {"reason": "长" * 2001}, 400)
    assert visitor.fields(visitor.form_to("/return"))["reason"] == "长" * 2001
    assert seen(code) == before
    visitor.send(visitor.form_to("/return"), {"reason": "长" * 2000})
    assert seen(code)[0] == State.RETURNED


def test_undo_is_offered_until_the_messages_leave(app: Flask) -> None:
    code = made(lambda: cast.reach(State.REJECTED))
    visitor = Visitor(app, "pol_n")
    with clock.at(clock.now() + timedelta(minutes=6)):
        visitor.get(f"/manuscripts/{code}")
        assert "undo" not in visitor.actions()
    visitor.get(f"/manuscripts/{code}")
    visitor.send(visitor.form_to("/undo"))
    assert seen(code)[0] == State.IN_REVIEW
    assert visitor.actions() == {"pass", "return", "reject", "release"}


def test_a_draft_says_what_is_missing_and_leads_to_the_text(app: Flask) -> None:
    code = made(lambda: cast.draft(text=Text("", "", ""), offices=()))
    visitor = Visitor(app, "cor_a1")
    visitor.get(f"/manuscripts/{code}")
    assert len(visitor.find("//section[@aria-labelledby='lacks']//li")) == 4
    assert visitor.find(f"//div[contains(@class, 'action-bar')]//a[@href='/manuscripts/{code}/edit']")
    visitor.send(visitor.form_to("/submit"), status=400)
    assert seen(code)[0] == State.DRAFT


def test_who_loses_sight_of_it_by_what_they_did_comes_home(app: Flask) -> None:
    code = made(cast.signed)
    visitor = Visitor(app, "chief_n")
    visitor.get(f"/manuscripts/{code}")
    visitor.send(visitor.form_to("/transfer"), {"reason": "更合电视台"})
    assert visitor.url == "/"
    Visitor(app, "pol_t").get(f"/manuscripts/{code}")


def test_a_chief_editor_assigns_to_those_who_may_read(app: Flask) -> None:
    code = made(lambda: cast.passed(cast.signed(), "pol_n"))
    visitor = Visitor(app, "chief_n")
    visitor.get(f"/manuscripts/{code}")
    names = [option.text for option in visitor.form_to("/assign").xpath(".//option")]
    assert len(names) == 1 and "文思" in names[0]
    visitor.send(visitor.form_to("/assign"))
    assert found(code).assignee_id == cast.person("con_n").id


def test_a_story_that_every_office_has_is_neither_shared_nor_transferred(app: Flask) -> None:
    code = made(lambda: cast.signed(offices=("n", "t")))
    visitor = Visitor(app, "chief_n")
    visitor.get(f"/manuscripts/{code}")
    assert visitor.actions() == {"assign"}


def test_a_publication_is_recorded_in_local_time(app: Flask) -> None:
    code = made(lambda: cast.reach(State.ACCEPTED))
    visitor = Visitor(app, "pub_n")
    visitor.get(f"/manuscripts/{code}")
    form = visitor.form_to("/publish")
    visitor.send(form, {"address": "江滩", "published_at": "2026-11-24T08:30"}, 400)
    visitor.send(visitor.form_to("/publish"), {"address": "https://news.example/7", "published_at": "2026-11-24T08:30"})
    publication = found(code).publications[0]
    assert publication.published_at.isoformat() == "2026-11-24T00:30:00+00:00"
    db.session.rollback()
    Visitor(app, "cor_b1").get(f"/manuscripts/{code}")


def test_the_review_sheet_has_every_signature_and_decision(app: Flask) -> None:
    code = made(lambda: cast.reach(State.PUBLISHED))
    digest = found(code).versions[-1].digest
    db.session.rollback()
    staff = Visitor(app, "pub_n")
    staff.get(f"/manuscripts/{code}/sheet")
    for word in ("石敏", "郑直", "文思", "严谨", "政治关", "内容关", "质量关", digest, "百步亭支部"):
        assert word in staff.text
    for who in ("cor_a1", "sig_a", "cor_b1", "coord"):
        Visitor(app, who).get(f"/manuscripts/{code}/sheet", 403)


def test_the_page_costs_as_many_queries_whatever_happened(app: Flask) -> None:
    short, long = made(cast.signed), made(lambda: _claimed("pol_n", "con_n"))

    def back_and_forth(manuscript: Manuscript) -> None:
        author, reader = cast.actor("cor_a1"), cast.actor("con_n")
        for n in range(5):
            reviewing.return_(reader, manuscript, None, f"再改 {n}")
            manuscripts.save(author, manuscript, None, Text(f"题 {n}", "署名", f"<p>{n}</p>"))
            manuscripts.resubmit(author, manuscript, None, f"改了 {n}")
            reviewing.sign_off(cast.actor("sig_a"), manuscript, None, True)
            cast.passed(manuscript, "pol_n")
            reader = cast.actor("con_n")

    then(back_and_forth, long)
    assert db.session.query(Version).count() > 5
    db.session.rollback()
    visitor = Visitor(app, "chief_n")
    with queries(app) as few:
        visitor.get(f"/manuscripts/{short}")
    with queries(app) as many:
        visitor.get(f"/manuscripts/{long}")
    assert len(many) <= len(few) + 1
    assert len(few) <= 25
