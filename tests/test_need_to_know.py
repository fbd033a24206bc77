"""What one may not see does not exist, what is not one's to do is refused, and hidden names are nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from editorial import clock
from editorial.actions import manuscripts, people, publishing, reviewing
from editorial.actions.texts import Text
from editorial.db import db
from editorial.models import Event, Manuscript, Stage
from editorial.terms import Role, State
from tests import cast
from tests.client import Visitor
from tests.pages import claimed, found, made, seen, then

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
    visitor.get("/")  # the first page after the log-in sets a cookie
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
    code = made(lambda: claimed("pol_n"))
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
    code = made(lambda: claimed("pol_n"))
    visitor = Visitor(app, "cor_a1")
    for action in ("pass", "return", "reject", "claim", "assign", "release", "transfer", "publish", "retract"):
        _try(visitor, code, action, 403, 409, reason="不该", checklist=["names", "facts"])


def test_b05_and_b06_each_stage_is_decided_by_its_own_reader_in_turn(app: Flask) -> None:
    code = made(lambda: claimed("pol_n"))
    for who in ("con_n", "qua_n", "pol_n2"):
        visitor = Visitor(app, who)
        _try(visitor, code, "pass", 403, checklist=["names", "facts"])
        _try(visitor, code, "claim", 403, 409)


def test_b07_a_stage_is_passed_once(app: Flask) -> None:
    code = made(lambda: claimed("pol_n"))
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
    code = made(lambda: claimed("pol_n", "con_n"))
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
    manuscript = claimed("pol_n")
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


def test_a_refused_act_is_an_event_of_its_own(app: Flask) -> None:
    """J03: who tried what."""
    code = made(cast.signed)
    outsider = Visitor(app, "cor_b1")
    outsider.post(f"/manuscripts/{code}/withdraw", {}, status=404)
    denied = db.session.scalars(select(Event).where(Event.kind == "denied")).all()
    assert [(event.actor_name, event.subject) for event in denied] == [("毛子安", f"/manuscripts/{code}/withdraw")]


# --- What a list, the history and the sheet say of a text that one may not read (rule 7) ------------------------------

UNSIGNED, INTERNAL = "未经审签的标题", "单位内部意见：不同意"


def _returned_by_the_unit() -> Manuscript:
    """The office returned it, its author gave it another title, and the signer did not sign that."""
    manuscript, author = cast.reach(State.RETURNED), cast.actor("cor_a1")
    manuscripts.save(author, manuscript, None, Text(UNSIGNED, "本报讯 何晓晴", "<p>又一稿。</p>"))
    manuscripts.resubmit(author, manuscript, None, "改了标题")
    reviewing.return_(cast.actor("sig_a"), manuscript, None, INTERNAL)
    return manuscript


@pytest.mark.parametrize("who", ["pol_n", "chief_n"])
def test_what_the_unit_did_not_sign_is_nowhere_at_the_office(app: Flask, who: str) -> None:
    code = made(_returned_by_the_unit)
    visitor = Visitor(app, who)
    for address in ("/offices/changjiang/list?state=returned", f"/manuscripts/{code}", f"/manuscripts/{code}/sheet"):
        page = visitor.get(address).text
        assert code in page and cast.TEXT.title in page
        for hidden in (UNSIGNED, INTERNAL, "改了标题"):
            assert hidden not in page, f"{hidden} on {address}"


def test_where_it_is_says_nothing_to_the_office_of_what_the_unit_returned(app: Flask) -> None:
    code = made(_returned_by_the_unit)
    for who, stopped in (("pol_n", "政治关"), ("cor_a1", "审签"), ("sig_a", "审签")):
        visitor = Visitor(app, who)
        visitor.get(f"/manuscripts/{code}")
        failed = ["".join(station.itertext()) for station in visitor.find("//li[contains(@class, 'failed')]")]
        assert len(failed) == 1 and stopped in failed[0], (who, failed)


def test_the_unit_and_the_author_read_the_title_and_why_it_was_returned(app: Flask) -> None:
    code = made(_returned_by_the_unit)
    for who in ("sig_a", "cor_a1", "coord"):
        page = Visitor(app, who).get(f"/manuscripts/{code}").text
        assert UNSIGNED in page and INTERNAL in page
    assert UNSIGNED in Visitor(app, "cor_a1").get("/manuscripts").text


def test_a_signer_is_asked_to_sign_under_the_title_that_is_to_be_signed(app: Flask) -> None:
    manuscript, author = cast.reach(State.RETURNED), cast.actor("cor_a1")
    manuscripts.save(author, manuscript, None, Text(UNSIGNED, "本报讯 何晓晴", "<p>又一稿。</p>"))
    assert manuscript.title == cast.TEXT.title
    manuscripts.resubmit(author, manuscript, None, "改了标题")
    assert manuscript.title == UNSIGNED


def test_what_was_never_submitted_is_not_in_the_coordinators_list(app: Flask) -> None:
    def withdrawn() -> Manuscript:
        manuscript, author = cast.submitted(), cast.actor("cor_a1")
        manuscripts.recall(author, manuscript, None)
        manuscripts.save(author, manuscript, None, Text("绝密草稿标题", "本报讯 何晓晴", "<p>又一稿。</p>"))
        assert manuscript.title == "绝密草稿标题"
        manuscripts.withdraw(author, manuscript, None, "不报了")
        return manuscript

    code = made(withdrawn)
    page = Visitor(app, "coord").get("/overview").text
    assert code in page and cast.TEXT.title in page and "绝密" not in page


def test_a_refused_correction_does_not_name_what_is_published(app: Flask) -> None:
    manuscript = cast.published()
    publishing.correct(cast.actor("chief_n"), manuscript, None, Text("更正题", "本报讯", "<p>更正文。</p>"), "日期有误")
    assert manuscript.title == cast.TEXT.title
    if manuscript.assignee_id is None:
        reviewing.claim(cast.actor("pol_n"), manuscript, None)
    reviewing.reject(cast.actor("pol_n"), manuscript, None, "原文无误")
    publishing.retract(cast.actor("chief_n"), manuscript, None, "活动未举行")
    assert manuscript.title == cast.TEXT.title


def test_a_sheet_has_the_signatures_and_not_what_the_unit_said_of_the_other_offices_copy(app: Flask) -> None:
    def half_signed() -> Manuscript:
        first = cast.submitted(offices=("n", "t"))
        second = next(sister for sister in first.story.manuscripts if sister is not first)
        reviewing.return_(cast.actor("sig_a"), second, None, "对台里的内部意见")
        reviewing.sign_off(cast.actor("sig_a"), first, None, True)
        return first

    sheet = Visitor(app, "pol_n").get(f"/manuscripts/{made(half_signed)}/sheet").text
    assert "石敏" in sheet and "对台里" not in sheet


# --- Names after a transfer (rule 8) ---------------------------------------------------------------------------------


def _transferred() -> Manuscript:
    """Read and edited at the newspaper's office, and handed to the station's."""
    manuscript = claimed("pol_n")
    reviewing.edit(cast.actor("pol_n"), manuscript, None, Text("改过的题", "本报讯 何晓晴", "<p>改过的文字。</p>"))
    reviewing.pass_(cast.actor("pol_n"), manuscript, None, cast.ANSWERS)
    reviewing.transfer(cast.actor("chief_n"), manuscript, None, cast.office("t").id, "更合电视台")
    reviewing.claim(cast.actor("pol_t"), manuscript, None)
    reviewing.pass_(cast.actor("pol_t"), manuscript, None, cast.ANSWERS)
    return manuscript


@pytest.mark.parametrize("who", ["cor_a1", "sig_a"])
def test_an_office_that_shows_its_reviewers_shows_not_those_of_another(app: Flask, who: str) -> None:
    cast.office("t").shows_reviewers = True
    code = made(_transferred)
    for address in ("", "/versions/2"):
        page = Visitor(app, who).get(f"/manuscripts/{code}{address}").text
        assert "郑直" not in page and "主心" not in page, address
    assert "更合电视台" in Visitor(app, who).get(f"/manuscripts/{code}").text
    assert "田政" in Visitor(app, who).get(f"/manuscripts/{code}").text


def test_what_an_office_shows_of_itself_stays_shown_after_a_transfer(app: Flask) -> None:
    cast.office("n").shows_reviewers = True
    page = Visitor(app, "cor_a1").get(f"/manuscripts/{made(_transferred)}").text
    assert "郑直" in page and "主心" in page and "田政" not in page


@pytest.mark.parametrize("shown", [False, True])
def test_an_office_reads_no_names_of_the_one_that_handed_over(app: Flask, shown: bool) -> None:
    cast.office("n").shows_reviewers = shown
    code = made(_transferred)
    visitor = Visitor(app, "con_t")
    for address in ("", "/versions/2"):
        page = visitor.get(f"/manuscripts/{code}{address}").text
        assert "郑直" not in page and "主心" not in page
    assert "田政" in visitor.get(f"/manuscripts/{code}").text
    page = Visitor(app, "coord").get(f"/manuscripts/{code}").text
    assert "郑直" in page and "主心" in page and "田政" in page
