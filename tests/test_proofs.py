"""Proof of what was published: the same, the same words, or differences that are settled; and who sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from editorial import clock
from editorial.actions import organisation, people, proofs, publishing
from editorial.actions.proofs import Found
from editorial.actions.publishing import Placement
from editorial.actions.texts import Text
from editorial.db import db
from editorial.errors import Conflict, Invalid, Invisible, Refused
from editorial.models import Channel, Event, Manuscript, Office
from editorial.queries import proved
from editorial.tables.publication import Proof
from editorial.terms import Role
from editorial.workflow import PUBLICATION_TABLE, available
from tests import cast
from tests.client import Visitor
from tests.pages import found, made, queries, then

HEAD = "江滩芦苇节开幕\n本报讯 通讯员何晓晴\n"
SAME = f"{HEAD}昨天，江滩芦苇节开幕，市民在江边散步。\n活动持续到月底。"
OTHER = SAME.replace("月底", "月初")
PAGE = """<!doctype html><html><head><meta charset="gbk"><title>江滩芦苇节开幕_大江网</title></head><body>
<nav><a href="/">首页</a>，<a href="/new">新闻</a></nav><div class="wrap"><h1>江滩芦苇节开幕</h1>
<p class="info">2026-11-30 08:00 来源：大江网</p><div class="txt"><p>本报讯 通讯员何晓晴<p>昨天，江滩芦苇节开幕，
<b>市民</b>在江边散步。<p>活动持续到月底。</div><ul class="related"><li><a href="/1">相关新闻，一则</a></ul></div>
<footer>版权所有，翻印必究。</footer></body></html>"""


def prove(manuscript: Manuscript, words: str = SAME, by: str = "pub_n", **more: Any) -> Proof:
    """The publisher brings the published text."""
    return proofs.prove(cast.actor(by), manuscript, manuscript.publications[0], Found(text=words, **more))


def settle(manuscript: Manuscript, outcome: str, reason: str = "版面所限。", by: str = "pub_n") -> None:
    """The publisher says the same of every difference of the last proof."""
    last = db.session.scalars(select(Proof).order_by(Proof.id.desc()).limit(1)).one()
    proofs.settle(cast.actor(by), manuscript, last, [one.number for one in last.differences], outcome, reason)


def mark(manuscript: Manuscript) -> str:
    """How its first publication is proved; Python and SQL say the same of it."""
    db.session.flush()
    db.session.expire_all()
    one = manuscript.publications[0]
    said = proved.marks([one.id])[one.id]
    unproved = select(Manuscript.id).where(Manuscript.id == manuscript.id, proved.unproved())
    assert (said in proved.SETTLED) is (db.session.scalar(unproved) is None)
    return said


def page_of(code: str) -> str:
    """The address of the proof of its first publication."""
    address = f"/manuscripts/{code}/publications/{found(code).publications[0].id}/proof"
    db.session.rollback()
    return address


def test_a_publication_is_without_proof_until_its_text_was_found_to_be_the_same(app: Flask) -> None:
    manuscript = cast.published()
    assert mark(manuscript) == "none"
    assert prove(manuscript).outcome == "same"
    assert mark(manuscript) == "same"


def test_marks_spaces_and_the_parting_of_paragraphs_are_named_and_are_no_difference(app: Flask) -> None:
    manuscript = cast.published()
    proof = prove(manuscript, f"{HEAD}昨天江滩芦苇节开幕, 市民在江边散步\n活动持续到月底!")
    assert proof.outcome == "marks" and not proof.differences
    assert mark(manuscript) == "marks"


FIGURES = "活动持续到月底，气温-5度，增长3.5%。"


@pytest.mark.parametrize(("was", "became", "told"), [
    ("3.5", "35", [("changed", "p")]),
    ("-5", "5", [("changed", "p")]),
    ("江滩芦苇节开幕\n", "江滩花会开始\n", [("removed", "title"), ("added", "p")]),
    ("本报讯 通讯员何晓晴\n", "", [("removed", "byline")]),
    (FIGURES, FIGURES + "\n欢迎扫码。", [("added", "p")]),
])
def test_words_numbers_headline_and_byline_are_differences(
    app: Flask, was: str, became: str, told: list[tuple[str, str]],
) -> None:
    manuscript = cast.published(text=replace(cast.TEXT, html=cast.TEXT.html.replace("活动持续到月底。", FIGURES)))
    published = SAME.replace("活动持续到月底。", FIGURES)
    assert prove(manuscript, published).outcome == "same"
    assert [(one.kind, one.what) for one in prove(manuscript, published.replace(was, became, 1)).differences] == told


def test_each_difference_is_accepted_with_a_reason_or_a_correction_is_asked_for(app: Flask) -> None:
    manuscript = cast.published()
    prove(manuscript, OTHER)
    assert mark(manuscript) == "open"
    with pytest.raises(Invalid):
        settle(manuscript, "accepted", " ")
    settle(manuscript, "accepted")
    assert mark(manuscript) == "accepted"
    with pytest.raises(Conflict):
        settle(manuscript, "correction")
    prove(manuscript, OTHER)
    settle(manuscript, "correction", "月初应为月底。")
    assert mark(manuscript) == "asked"
    request = manuscript.correction_requested
    assert request and request.reason == "月初应为月底。"
    publishing.decline_correction(cast.actor("chief_n"), manuscript, None, "版面已换，无需更正。")
    assert mark(manuscript) == "asked"


def test_both_proofs_stand_and_the_last_one_says_how_it_is(app: Flask) -> None:
    manuscript = cast.published()
    prove(manuscript, OTHER)
    prove(manuscript)
    assert mark(manuscript) == "same"
    prove(manuscript, OTHER)
    assert mark(manuscript) == "open"
    assert len(db.session.scalars(select(Proof)).all()) == 3


def test_a_correction_that_holds_needs_a_proof_of_its_own(app: Flask) -> None:
    manuscript = cast.published()
    prove(manuscript)
    text = Text("江滩芦苇节开幕", "本报讯", "<p>改过的文字。</p>")
    publishing.correct(cast.actor("chief_n"), manuscript, None, text, "更正。")
    assert mark(manuscript) == "same"
    cast.passed(manuscript, "pol_n", "con_n", "qua_n")
    assert mark(manuscript) == "earlier"
    assert prove(manuscript, "江滩芦苇节开幕\n本报讯\n改过的文字。").outcome == "same"
    assert mark(manuscript) == "same"


def test_only_the_office_s_publisher_proves_and_nobody_accepts_differences_of_their_own_text(app: Flask) -> None:
    manuscript = cast.published()
    may = {key: {row.action.value for row in available(cast.actor(key), manuscript, PUBLICATION_TABLE)}
           for key in cast.CAST}
    everything = {"prove", "settle-differences", "record-readers", "record-reprint"}
    assert may == {key: everything if key == "pub_n" else set() for key in cast.CAST}
    with pytest.raises(Refused):
        prove(manuscript, by="pub_t")
    people.give_role(None, cast.person("pub_n"), Role.CORRESPONDENT, unit_id=cast.unit("unit_a").id)
    own = cast.published(co_authors=["pub_n"])
    prove(own, OTHER)
    with pytest.raises(Refused):
        settle(own, "accepted")


def test_another_text_is_no_proof(app: Flask) -> None:
    manuscript = cast.published()
    for words in ("天气预报\n今天多云。", "", " \n"):
        with pytest.raises(Invalid):
            prove(manuscript, words)
    with pytest.raises(Invisible):
        proofs.prove(cast.actor("pub_n"), manuscript, cast.published().publications[0], Found(text=SAME))


def test_proof_is_an_event(app: Flask) -> None:
    manuscript = cast.published()
    prove(manuscript, OTHER)
    settle(manuscript, "accepted")
    told = db.session.scalars(select(Event).where(Event.kind.in_(["prove", "settle-differences"])).order_by(Event.seq))
    assert [(one.kind, one.reason, one.data["outcome"]) for one in told] == [
        ("prove", "", "differs"), ("settle-differences", "版面所限。", "accepted")]


REWRITING = (
    "UPDATE proofs SET outcome = 'same'", "DELETE FROM proofs", "UPDATE proof_differences SET after = ''",
    "DELETE FROM proof_differences", "UPDATE difference_answers SET reason = 'x'", "DELETE FROM difference_answers")


def test_the_database_keeps_what_was_found(app: Flask, subtests: pytest.Subtests) -> None:
    manuscript = cast.published()
    prove(manuscript, OTHER)
    settle(manuscript, "accepted")
    db.session.commit()
    for statement in REWRITING:
        with subtests.test(statement), pytest.raises(DBAPIError, match="only added"), db.session.begin_nested():
            db.session.execute(sql(statement))


# --- The pages ----------------------------------------------------------------------------------------------------


def test_a_publisher_pastes_the_text_and_settles_what_differs(app: Flask) -> None:
    code = made(cast.published)
    visitor = Visitor(app, "pub_n")
    visitor.get(f"/manuscripts/{code}")
    assert "无佐证" in visitor.text
    visitor.get(page_of(code))
    visitor.send(visitor.form_with("body"), {"body": OTHER})
    assert "1 处不同" in visitor.text and "月初" in visitor.text
    visitor.get(f"{visitor.url}?view=sides")
    assert visitor.find("//table[contains(@class, 'sides')]")
    visitor.send(visitor.form_with("outcome"), {"reason": ""}, 400)
    visitor.send(visitor.form_with("outcome"), {"outcome": "correction", "reason": "应为月底。"})
    assert "已提请更正" in visitor.text
    chief = Visitor(app, "chief_n")
    chief.get(f"/manuscripts/{code}")
    assert "应为月底。" in chief.text


def test_what_was_pasted_survives_a_refusal(app: Flask) -> None:
    code = made(cast.published)
    visitor = Visitor(app, "pub_n")
    visitor.get(page_of(code))
    visitor.send(visitor.form_with("body"), {"body": "天气预报。"}, 400)
    assert "天气预报。" in visitor.text
    visitor.send(visitor.form_with("body"), {"body": OTHER})  # and can be sent again from there
    assert "1 处不同" in visitor.text


def test_a_saved_page_gives_its_article_and_is_kept(app: Flask) -> None:
    code = made(cast.published)
    visitor = Visitor(app, "pub_n")
    visitor.get(page_of(code))
    visitor.send(visitor.form_with("body"), {"page": (BytesIO(PAGE.encode("gbk")), "网页.html")},
                 content_type="multipart/form-data")
    assert "逐字相同" in visitor.text
    link = visitor.find("//a[contains(., '网页.html')]/@href")[0]
    answer = visitor.client.get(link)
    assert answer.data == PAGE.encode("gbk")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"] and answer.mimetype == "application/octet-stream"


def test_a_pdf_is_kept_is_never_shown_and_proves_no_words(app: Flask) -> None:
    code = made(cast.published)
    visitor = Visitor(app, "pub_n")
    visitor.get(page_of(code))
    visitor.send(visitor.form_with("body"), {"exhibit": (BytesIO(b"%PDF-1.7 x"), "版面.pdf")},
                 content_type="multipart/form-data")
    assert "只有图片或 PDF" in visitor.text and not visitor.find("//embed | //object | //iframe")
    answer = visitor.client.get(visitor.find("//a[contains(., '版面.pdf')]/@href")[0])
    assert answer.data == b"%PDF-1.7 x" and answer.headers["Content-Disposition"].startswith("attachment")
    visitor.get(page_of(code))
    visitor.send(visitor.form_with("body"), {"exhibit": (BytesIO(b"MZ no picture"), "x.png")}, 400,
                 content_type="multipart/form-data")


def test_the_office_and_the_coordinator_see_proofs_and_others_how_it_is_proved(app: Flask) -> None:
    code = made(cast.published)
    then(lambda one: prove(one, OTHER), code)
    address = page_of(code)
    for key in ("pub_n", "chief_n", "pol_n", "coord"):
        Visitor(app, key).get(address)
    for key in ("cor_a1", "sig_a", "pub_t", "com_d", "adm"):
        visitor = Visitor(app, key)
        visitor.get(address, 403)
        visitor.get(f"/manuscripts/{code}")
        assert "有差异待处理" in visitor.text and "月初" not in visitor.text
    Visitor(app, "pub_n").get(address.replace("publications/", "publications/9"), 404)
    hidden = made(cast.accepted)
    Visitor(app, "cor_b1").get(f"/manuscripts/{hidden}/publications/1/proof", 404)


def test_lists_mark_what_is_without_proof_and_the_office_says_whether_it_counts(app: Flask) -> None:
    without, with_proof = made(cast.published), made(cast.published)
    then(lambda one: prove(one), with_proof)
    visitor = Visitor(app, "cor_b1")

    def listed(proof: str) -> set[str]:
        visitor.get(f"/published?proof={proof}")
        return set(visitor.find("//main//span[@class='code']/text()"))

    assert listed("without") == {without}
    assert "无佐证" in visitor.text and "不计数" not in visitor.text
    assert listed("counts") == {without, with_proof}
    office = db.session.scalars(select(Office).where(Office.slug == "changjiang")).one()
    organisation.change_office(None, office, name=office.name, name_en=office.name_en, shows_reviewers=False,
                               undo_minutes=5, is_active=True, counts_unproved=False)
    db.session.commit()
    assert listed("counts") == {with_proof}
    assert listed("") == {without, with_proof}
    assert "不计数" in visitor.text


def test_the_lists_take_as_many_queries_whatever_is_proved(app: Flask) -> None:
    visitor = Visitor(app, "pub_n")

    def busy() -> None:
        then(lambda one: prove(one, OTHER), made(cast.published))
        then(prove, made(cast.published))
        code = made(cast.published)
        site = db.session.scalars(select(Channel).where(Channel.title == "网站").order_by(Channel.id).limit(1)).one()
        then(lambda one: publishing.publish(cast.actor("pub_n"), one, None, Placement(
            site.id, clock.now() - timedelta(minutes=2), f"https://site.example/{code}")), code)

    def count(address: str) -> int:
        with queries(app) as statements:
            visitor.get(address)
        return len(statements)

    busy()
    before = count("/published?proof=without"), count("/publishing")
    busy()
    busy()
    assert (count("/published?proof=without"), count("/publishing")) == before
