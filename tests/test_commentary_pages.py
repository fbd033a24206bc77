"""Commissions and commentary on the screen: from a published piece to a published commentary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from editorial import clock
from editorial.actions import commissions, people, publishing
from editorial.db import Model, db
from editorial.models import Assignment, Commission, Scratch
from editorial.terms import AssignmentState, Role, State
from tests import cast
from tests.client import Visitor

S = AssignmentState
OUTSIDERS = ("com_e", "ctr_d2", "ctr_e1", "coord", "adm", "cor_a1", "chief_n", "nobody")


@dataclass
class Seen:
    """An assignment as the database holds it now."""

    state: AssignmentState
    revision: int
    texts: list[str]


def _now(number: int) -> Seen:
    """What the database holds now; the transaction that looked is over, so that the server may write."""
    db.session.rollback()
    found = db.session.get_one(Assignment, number)
    seen = Seen(found.state, found.revision, [version.text.strip() for version in found.versions])
    db.session.rollback()
    return seen


def _id(key: str) -> str:
    """The id of somebody of the cast, as a form sends it."""
    number = str(cast.person(key).id)
    db.session.rollback()
    return number


def _count(table: type[Model]) -> int:
    number = db.session.scalar(select(func.count()).select_from(table)) or 0
    db.session.rollback()
    return number


def _code() -> str:
    """The code of the one commission."""
    code = db.session.scalars(select(Commission.code)).one()
    db.session.rollback()
    return code


def _in(state: AssignmentState) -> int:
    number = cast.assignment_in(state).id
    db.session.commit()
    return number


def _published() -> str:
    code = cast.published().code
    db.session.commit()
    return code


def test_the_chain_from_a_published_piece_to_a_published_commentary(app: Flask) -> None:
    code = _published()
    asker, writer, reader = Visitor(app, "com_d"), Visitor(app, "ctr_d1"), Visitor(app, "nobody")

    asker.get(f"/manuscripts/{code}")
    asker.get(asker.find("//main//a[contains(@href, '/commissions/new')]")[0].get("href"))
    asker.send(asker.form_with("topic"), {
        "topic": "芦苇节怎样办得更好", "brief": "稿件写开幕。\n可以问：明年怎么办？",
        "commentators": [_id("ctr_d1"), _id("ctr_d2")]})
    assert asker.url == f"/commissions/P{clock.now().year}-000001"
    assert "宣一" in asker.text and "宣二" in asker.text

    other = Visitor(app, "ctr_d2")
    other.get("/commentary/2")
    other.send(other.form_to("/decline"))
    writer.get("/commentary")
    writer.get(writer.find("//main//a[contains(@href, '/commentary/')]")[0].get("href"))
    assert "市民在江边散步" in writer.text and "明年怎么办？" in writer.text
    writer.send(writer.form_to("/accept"))
    writer.send(writer.form_with("title", "body"), {"title": "江滩一夜", "body": "写到一半"})
    assert "写到一半" in writer.text
    form = writer.form_with("title", "body")
    form.set("action", form.xpath(".//button[@formaction]")[0].get("formaction"))
    writer.send(form, {"body": "<p>秋天的江滩值得多去几次。</p>"})
    assert _now(1).state is S.FILED

    asker.get("/commentary/1")
    assert "秋天的江滩值得多去几次" in asker.text and "宣一 · 宣传部" in asker.text
    asker.send(asker.form_to("/return"), {"reason": "请补一个例子。"})
    writer.get("/commentary/1")
    assert "请补一个例子。" in writer.text
    form = writer.form_with("title", "body")
    form.set("action", form.xpath(".//button[@formaction]")[0].get("formaction"))
    writer.send(form, {"body": "<p>秋天的江滩值得多去几次，比如昨天。</p>"})
    asker.get("/commentary/1")
    asker.send(asker.form_to("/approve"))
    asker.send(asker.form_to("/publish"), {"channel": "长江网", "address": "https://comment.example/1"})
    assert _now(1).state is S.PUBLISHED

    reader.get("/commentary/1")
    assert "比如昨天" in reader.text and "宣一 · 宣传部" in reader.text and "https://comment.example/1" in reader.text
    reader.get(f"/manuscripts/{code}")
    assert "江滩一夜" in reader.text and "宣一 · 宣传部" in reader.text
    asker.get(f"/commissions/P{clock.now().year}-000001")
    assert not asker.find("//main//form[contains(@action, 'offer')]"), "everybody was asked"


# --- Who may not --------------------------------------------------------------------------------------------------


def _bare(page: str) -> str:
    """A page without what differs each time: its tokens, and its own address."""
    return re.sub(r'value="[^"]*"', "", page)


def test_what_is_not_published_is_not_there_for_others(app: Flask) -> None:
    numbers = [_in(state) for state in (S.OFFERED, S.ACCEPTED, S.FILED, S.RETURNED, S.APPROVED, S.DECLINED)]
    before, stranger = [_now(number) for number in numbers], _id("ctr_e1")
    for key in OUTSIDERS:
        visitor = Visitor(app, key)
        nothing = _bare(visitor.get("/commentary/999", 404).text)
        for number in numbers:
            assert _bare(visitor.get(f"/commentary/{number}", 404).text) == nothing
            for action in ("accept", "save", "file", "approve", "return", "cancel", "publish", "expire"):
                visitor.post(f"/commentary/{number}/{action}", {"reason": "x", "title": "x", "body": "x"}, 404)
        visitor.get(f"/commissions/P{clock.now().year}-000001", 404)
        visitor.post(f"/commissions/P{clock.now().year}-000001/offer", {"commentators": stranger}, 404)
    assert [_now(number) for number in numbers] == before


def test_a_colleague_sees_the_commission_but_not_the_unfinished_text(app: Flask) -> None:
    first = cast.commissioned("ctr_d1", "ctr_d2").assignments[0]
    commissions.accept(cast.actor("ctr_d1"), first, None)
    commissions.save(cast.actor("ctr_d1"), first, None, cast.WORDS)
    number = first.id
    db.session.commit()
    colleague = Visitor(app, "ctr_d2")
    colleague.get(f"/commissions/{_code()}")
    assert "宣二" in colleague.text and "宣一" not in colleague.text
    colleague.get(f"/commentary/{number}", 404)


def test_the_department_reads_what_was_filed_and_not_the_draft_after_it(app: Flask) -> None:
    number = _in(S.RETURNED)
    unfinished = commissions.Words("新题", "<p>还没有写完的话。</p>")
    commissions.save(cast.actor("ctr_d1"), db.session.get_one(Assignment, number), None, unfinished)
    db.session.commit()
    asker = Visitor(app, "com_d")
    asker.get(f"/commentary/{number}")
    assert "秋天的江滩" in asker.text and "还没有写完" not in asker.text and "新题" not in asker.text
    writer = Visitor(app, "ctr_d1")
    writer.get(f"/commentary/{number}")
    assert "还没有写完" in writer.text


@pytest.mark.parametrize("state", list(S))
def test_nobody_but_the_author_changes_the_words(app: Flask, state: AssignmentState) -> None:
    number = _in(state)
    asker = Visitor(app, "com_d")
    before = _now(number)
    for action in ("save", "file"):
        asker.post(f"/commentary/{number}/{action}", {
            "title": "改题", "body": "改文", "revision": str(before.revision)}, 403)
    assert _now(number) == before
    asker.get(f"/commentary/{number}")
    assert not asker.find("//textarea[@name='body']")


def test_what_is_not_published_can_not_be_commented_on(app: Flask) -> None:
    codes = {state: cast.reach(state).code for state in State if state is not State.PUBLISHED}
    db.session.commit()
    asker = Visitor(app, "com_d")
    fields = {"topic": "题目", "brief": "说明", "wished": "1", "due_at": "2099-01-01T18:00",
              "commentators": _id("ctr_d1")}
    for state, code in codes.items():
        seen = state is State.RETRACTED
        asker.get(f"/commissions/new?manuscript={code}", 409 if seen else 404)
        asker.post(f"/commissions/new?manuscript={code}", fields, 409 if seen else 404)
    assert _count(Commission) == 0


def test_nobody_asks_but_a_commissioner_and_nobody_of_another_department_is_asked(app: Flask) -> None:
    code = _published()
    asker = Visitor(app, "com_d")
    address = f"/commissions/new?manuscript={code}"
    fields = {"topic": "题目", "brief": "说明", "wished": "1", "due_at": "2099-01-01T18:00"}
    for wrong in (_id("ctr_e1"), "99999999999999999999", "x", ""):
        asker.post(address, {**fields, "commentators": wrong}, 400)
        assert asker.find("//textarea[@name='brief']")[0].text.strip() == "说明"
    elsewhere = f"{address}&department={cast.unit('dept_e').id}"
    db.session.rollback()
    asker.get(elsewhere, 404)
    asker.post(elsewhere, fields, 404)
    for key in ("ctr_d1", "coord", "adm", "chief_n"):
        visitor = Visitor(app, key)
        visitor.get(address, 404)
        visitor.get("/commissions", 404)


def test_who_left_the_department_keeps_their_texts_and_acts_no_more(app: Flask) -> None:
    number = _in(S.ACCEPTED)
    code = _code()
    people.take_role(None, cast.person("ctr_d1").memberships[0])
    db.session.commit()
    writer = Visitor(app, "ctr_d1")
    writer.get(f"/commentary/{number}")
    assert not writer.actions() & {"save", "file", "decline"}
    sent = {"title": "题", "body": "文", "revision": str(_now(number).revision)}
    writer.post(f"/commentary/{number}/file", sent, 403)
    asker = Visitor(app, "com_d")
    asker.get(f"/commissions/{code}")
    assert "no commentator of the department any more" in asker.text or "已不是本部门评论员" in asker.text


def test_a_closed_account_is_logged_out(app: Flask) -> None:
    number = _in(S.ACCEPTED)
    writer = Visitor(app, "ctr_d1")
    people.deactivate(None, cast.person("ctr_d1"))
    db.session.commit()
    assert writer.client.get(f"/commentary/{number}").status_code == 302
    writer.client.post(f"/commentary/{number}/file", data={"title": "题", "body": "文"})
    assert _now(number).state is S.ACCEPTED


# --- Forms --------------------------------------------------------------------------------------------------------


def test_a_page_out_of_date_keeps_what_was_typed(app: Flask) -> None:
    number = _in(S.ACCEPTED)
    first, second = Visitor(app, "ctr_d1"), Visitor(app, "ctr_d1")
    first.get(f"/commentary/{number}")
    second.get(f"/commentary/{number}")
    first.send(first.form_with("title", "body"), {"title": "先写的", "body": "先写的文字"})
    second.send(second.form_with("title", "body"), {"title": "后写的", "body": "后写的文字"}, 409)
    assert "后写的文字" in second.text
    second.get(f"/commentary/{number}")
    link = second.find("//main//a[contains(@href, 'restore=')]")
    assert link, "what was typed is offered again"
    second.get(link[0].get("href"))
    assert second.find("//textarea[@name='body']")[0].text.strip() == "后写的文字"
    second.send(second.form_with("title", "body"))
    assert _now(number).texts == ["先写的文字", "后写的文字"]
    assert _count(Scratch) == 0


def test_a_form_sent_twice_acts_once(app: Flask) -> None:
    number = _in(S.ACCEPTED)
    writer = Visitor(app, "ctr_d1")
    writer.get(f"/commentary/{number}")
    form = writer.form_with("title", "body")
    form.set("action", f"/commentary/{number}/file")
    for _ in range(2):
        writer.send(form, {"title": "题", "body": "文"})
    assert _now(number).texts == ["文"]


def test_what_is_missing_stands_beside_its_field_and_nothing_typed_is_lost(app: Flask) -> None:
    number = _in(S.FILED)
    asker = Visitor(app, "com_d")
    asker.get(f"/commentary/{number}")
    asker.send(asker.form_to("/return"), {"reason": " "}, 400)
    assert asker.find("//*[@id='return-reason-error']")
    commissions.approve(cast.actor("com_d"), db.session.get_one(Assignment, number), None)
    db.session.commit()
    asker.get(f"/commentary/{number}")
    asker.send(asker.form_to("/publish"), {"channel": "长江网", "address": "ftp://x", "published_at": ""}, 400)
    assert asker.find("//*[@id='publish-published_at-error']")
    asker.send(asker.form_to("/publish"), {"address": "ftp://x", "published_at": "2020-01-01T09:00"}, 400)
    assert asker.find("//*[@id='publish-address-error']")
    assert asker.find("//input[@name='channel']")[0].get("value") == "长江网"


@pytest.mark.parametrize(("fields", "wrong"), [
    ({"topic": "", "brief": "说明"}, "topic"), ({"topic": "题" * 201, "brief": "说明"}, "topic"),
    ({"topic": "题目", "brief": "字" * 5001}, "brief"),
    ({"topic": "题目", "brief": "说明", "due_at": "2001-01-01T18:00"}, "due_at"),
    ({"topic": "题目", "brief": "说明", "due_at": "0001-01-01T00:00"}, "due_at"),
    ({"topic": "题目", "brief": "说明", "due_at": "soon"}, "due_at"),
])
def test_a_commission_that_is_not_right_is_shown_again(app: Flask, fields: dict[str, str], wrong: str) -> None:
    code = _published()
    asker = Visitor(app, "com_d")
    asker.get(f"/commissions/new?manuscript={code}")
    asker.send(asker.form_with("topic"), {"commentators": _id("ctr_d1"), **fields}, 400)
    assert asker.find(f"//*[@id='{wrong}-error']")
    assert asker.find("//input[@name='commentators'][@checked]")


def test_addresses_that_are_none_are_not_found(app: Flask) -> None:
    asker = Visitor(app, "com_d")
    for address in ("/commentary/99999999999999999999", "/commentary/-1", "/commentary/x", "/commissions/P2026-999999",
                    "/commissions/new?manuscript=x", "/commissions/new"):
        asker.get(address, 404)
    number = _in(S.OFFERED)
    asker.post(f"/commentary/{number}/explode", {}, 404)
    for query in ("after=x", "state=x", "commentator=x", f"commentator={10**20}", "state=late&after=WzEsMl0"):
        asker.get(f"/commissions?{query}")
    Visitor(app, "ctr_d1").get("/commentary?state=x&after=W10")


def test_a_retracted_piece_says_so_where_its_commentary_stands(app: Flask) -> None:
    number = _in(S.PUBLISHED)
    piece = db.session.get_one(Assignment, number).commission.manuscript
    publishing.retract(cast.actor("chief_n"), piece, None, "活动时间有误。")
    db.session.commit()
    reader = Visitor(app, "nobody")
    reader.get(f"/commentary/{number}")
    assert "活动时间有误。" in reader.text and "秋天的江滩" in reader.text


# --- Figures and lists --------------------------------------------------------------------------------------------


def test_every_figure_opens_the_list_of_what_it_counted(app: Flask) -> None:
    for state in (S.OFFERED, S.OFFERED, S.ACCEPTED, S.FILED, S.PUBLISHED):
        cast.assignment_in(state)
    with clock.at(clock.now() - timedelta(days=30)):
        cast.assignment_in(S.OFFERED)
    db.session.commit()
    asker = Visitor(app, "com_d")
    asker.get("/commissions")
    counted = {link.get("href"): int(link.xpath("./span[@class='count']")[0].text)
               for link in asker.find("//main//div[@class='filters']//a[span]")}
    load = asker.find("//main//table//a[contains(@href, 'commentator=')]")
    assert len(load) == 1
    counted[load[0].get("href")] = int(load[0].xpath("./ancestor::tr/td")[1].text)
    assert sorted(counted.values()) == [1, 1, 1, 1, 3, 4, 4]
    for address, count in counted.items():
        asker.get(address)
        assert len(asker.find("//main//li[contains(@class, 'row')]")) == count, address


def test_lists_page_by_key_and_lose_nothing(app: Flask) -> None:
    piece = cast.published()
    brief = commissions.Brief("题目", "说明", clock.now() + timedelta(days=5))
    for _ in range(30):
        commissions.commission(cast.actor("com_d"), piece, cast.unit("dept_d").id, brief, [cast.person("ctr_d1").id])
    db.session.commit()
    for key, address in (("com_d", "/commissions"), ("com_d", "/commissions?state=offered"), ("ctr_d1", "/commentary")):
        visitor, seen = Visitor(app, key), set()
        visitor.get(address)
        while True:
            seen |= {link.get("href") for link in visitor.find(
                "//main//ol[contains(@class, 'rows')]//a[@href] | //main//a[contains(@href, '/commissions/P')]")}
            following = visitor.find("//main//a[@rel='next']")
            if not following:
                break
            visitor.get(following[0].get("href"))
        assert len(seen) == 30, address


def _queries(visitor: Visitor, address: str) -> int:
    """How many statements the database gets while this page is opened."""
    statements: list[object] = []

    def note(*arguments: object) -> None:
        statements.append(arguments[2])

    event.listen(db.engine, "before_cursor_execute", note)
    visitor.get(address)
    event.remove(db.engine, "before_cursor_execute", note)
    return len(statements)


def test_pages_take_as_many_queries_whatever_is_in_them(app: Flask) -> None:
    made = cast.commissioned("ctr_d1")
    people.give_role(None, cast.person("nobody"), Role.COMMENTATOR, unit_id=cast.unit("dept_d").id)
    cast.assignment_in(S.FILED)
    db.session.commit()
    number, code, address = made.id, made.manuscript.code, f"/commissions/{made.code}"
    db.session.rollback()
    asker, writer = Visitor(app, "com_d"), Visitor(app, "ctr_d1")
    pages = [(asker, "/commissions"), (asker, "/commissions?state=offered"), (asker, address),
             (asker, "/commentary/2"), (writer, "/commentary"), (writer, "/commentary/1"),
             (asker, f"/commissions/new?manuscript={code}")]
    before = [_queries(visitor, address) for visitor, address in pages]
    for state in (S.OFFERED, S.FILED, S.RETURNED, S.PUBLISHED):
        cast.assignment_in(state)
    commissions.offer(cast.actor("com_d"), db.session.get_one(Commission, number),
                      [cast.person("ctr_d2").id, cast.person("nobody").id])
    db.session.commit()
    after = [_queries(visitor, address) for visitor, address in pages]
    assert after == before
    assert max(after) <= 30
