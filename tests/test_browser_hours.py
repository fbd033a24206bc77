"""An hour of each role by keyboard alone, each at the screen that they have; and two browsers at one text."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from editorial.db import db
from editorial.models import Manuscript
from editorial.terms import State
from tests import cast
from tests.browser import DESKTOP, Person
from tests.keyboard import Keys
from tests.pages import claimed, made
from tests.servers import on_one_database
from tests.test_browser import address, at_browser

__all__ = ["address"]

TITLE = "东湖绿道新添三处驿站"
BODY = "记者从东湖风景区获悉，绿道新添三处驿站，市民可以在此歇脚、饮水、充电。"


def _returned() -> str:
    return made(lambda: cast.reach(State.RETURNED))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_hour_of_each_role_goes_by_keyboard_alone(app: Flask, browser: Browser, address: str) -> None:
    """From what an office asks for to signed commentary on what came; every page met is held to what holds for all."""
    returned = _returned()
    for _number in range(2):
        made(cast.submitted)
    held = made(lambda: claimed("pol_n"))

    with at_browser(browser, address, "chief_n") as chief:
        keys = Keys(chief)
        keys.skip()
        keys.to(keys.page.locator("[data-tour-step='1']"))
        keys.key("Enter")
        expect(keys.page.locator("[data-tour] li:focus")).to_contain_text("征稿")
        keys.press("不看了")
        keys.go(keys.page.locator(".navigation a", has_text="征稿"))
        keys.press("发起征稿")
        keys.skip()
        keys.type("topic", "身边的绿道")
        keys.type("brief", "写一处地方，一个人。")
        keys.tick(keys.page.locator("[name=units]").first)
        keys.press("发出征稿")
        chief.sees("尚未来稿的单位")
        keys.go(keys.page.locator(".navigation a", has_text="编辑部"))
        keys.skip()
        keys.go(keys.page.locator("main a", has_text="郑直").first)
        keys.choose(keys.page.locator(f"form[action*='{held}/assign'] select"), "郑明")
        keys.go(keys.page.locator(f"form[action*='{held}/assign'] button"))
        chief.sees("郑明")

    with at_browser(browser, address, "cor_a1") as author:
        keys = Keys(author)
        keys.skip()
        keys.press("写稿应征")
        keys.skip()
        keys.type("title", TITLE)
        keys.write(BODY)
        keys.choose(keys.page.locator("[name=genre]"), "消息")
        keys.tick(keys.page.get_by_label("长江日报编辑部"))
        keys.tick(keys.page.locator("[name=is_original]"))
        keys.press("送审")
        author.sees("待审签")
        author.sees("身边的绿道")
        code = keys.page.url.rstrip("/").rsplit("/", 1)[1]
        keys.go_by("g", "h")
        keys.go(keys.page.locator(f"#revise a[href*='{returned}']"))
        keys.skip()
        keys.write("来源是市园林局。")
        keys.type("summary", "补了来源")
        keys.press("再送审")
        author.sees("待审签")

    with at_browser(browser, address, "sig_a") as signer:
        keys = Keys(signer)
        keys.go(keys.page.locator(".navigation a", has_text="审签"))
        keys.go_by("j", "o")
        keys.act("return", reason="请写明时间。")
        keys.skip()
        for _number in range(3):
            keys.go(keys.page.locator(".way a").last)
            keys.act("sign-off")
            signer.sees("审稿中")

    for login in ("pol_n", "con_n", "qua_n"):
        with at_browser(browser, address, login) as reader:
            keys = Keys(reader)
            keys.go(keys.page.locator(".navigation a", has_text="审稿台"))
            keys.go(keys.page.locator("main .row a", has_text=TITLE).first)
            keys.go(keys.page.locator("form[action$='/claim'] button").last)
            keys.act("pass")
            reader.sees("已通过" if login == "qua_n" else "审稿中")
            if login == "pol_n":
                keys.go(keys.page.locator(".navigation a", has_text="审稿台"))
                keys.press("给我下一篇")
                keys.act("return", reason="请补充来源。")
                reader.sees("退修")

    with at_browser(browser, address, "pub_n") as publisher:
        keys = Keys(publisher)
        keys.go(keys.page.locator(".navigation a", has_text="刊发").first)
        keys.go_by("j", "o")
        form = keys.page.locator("form[action$='/publish']")
        keys.choose(form.locator("[name=channel]"), "网站")
        keys.act("publish", address="https://news.example/donghu")
        publisher.sees("已刊发")

    with at_browser(browser, address, "com_d") as commissioner:
        keys = Keys(commissioner)
        keys.go(keys.page.locator(".navigation a", has_text="已刊发"))
        keys.go(keys.page.locator("main a", has_text=TITLE).first)
        keys.press("组织评论")
        keys.type("topic", "绿道怎样更好用")
        keys.type("brief", "稿件讲绿道驿站。谁来维护，夜间照明怎样。八百字左右。")
        keys.tick(keys.page.get_by_label("宣一"))
        keys.go(keys.page.locator("main form[method=post] button").last)
        commissioner.sees("待接受")
        with at_browser(browser, address, "ctr_d1") as commentator:
            theirs = Keys(commentator)
            theirs.go(theirs.page.locator(".navigation a", has_text="我的评论"))
            theirs.go_by("j", "o")
            theirs.act("accept")
            theirs.type("title", "驿站要建，更要管")
            theirs.write("驿站建起来，维护要跟上。")
            theirs.press("署名交稿")
            commentator.sees("宣传部")
        keys.go(keys.page.locator(".inbox"))
        keys.press("打开")
        commissioner.sees("维护要跟上")
        keys.act("approve")
        keys.act("publish", channel="宣传部网站", address="https://news.example/comment")
        commissioner.sees("已发表")

    with at_browser(browser, address, "cor_b1") as anybody:
        keys = Keys(anybody)
        keys.go(keys.page.locator(".navigation a", has_text="已刊发"))
        keys.go(keys.page.locator("main a", has_text=TITLE).first)
        anybody.sees("宣一")
        anybody.sees("宣传部")

    with at_browser(browser, address, "coord") as coordinator:
        keys = Keys(coordinator)
        keys.go(keys.page.locator(".navigation a", has_text="报送总览"))
        coordinator.sees(TITLE)
        keys.go(keys.page.locator(".navigation a", has_text="征稿"))
        keys.go_by("j", "o")
        expect(keys.page.locator("#came .count")).to_have_text("1")
        assert code in keys.page.locator("main").inner_text()


def _text(page: Page) -> str:
    return page.locator(".ProseMirror").inner_text()


@on_one_database
def test_two_browsers_at_one_text_lose_no_character(app: Flask, browser: Browser, address: str) -> None:
    """One types without a connection while the other saves; then it crashes, and everything of both is there."""
    code = made(lambda: cast.draft(co_authors=["cor_a2"]))
    writer, other = (Person(browser, address, key, DESKTOP) for key in ("cor_a1", "cor_a2"))
    for person, words in ((writer, "甲写的第一句。"), (other, "乙写的一句。")):
        person.go(f"/manuscripts/{code}/edit")
        person.page.locator(".ProseMirror").press("Control+End")
        with person.page.expect_response("**/drafts"):
            person.page.keyboard.insert_text(words)
    other.press("保存")
    assert "乙写的一句。" in _text(other.page)
    writer.context.set_offline(True)
    writer.page.keyboard.insert_text("断网时写的第二句。")
    expect(writer.page.locator("[data-save-status]")).to_contain_text("网络断了", timeout=30_000)
    with writer.page.expect_response("**/drafts"):
        writer.context.set_offline(False)
    expect(writer.page.locator("[data-save-status]")).to_contain_text("已保存")
    writer.page.close()
    page = writer.page = writer.context.new_page()
    writer.go(f"/manuscripts/{code}/edit")
    assert "乙写的一句。" in _text(page)
    writer.sees("断网时写的第二句。")
    writer.press("恢复")
    assert "甲写的第一句。断网时写的第二句。" in _text(page)
    with other.page.expect_response("**/drafts"):
        other.page.locator(".ProseMirror").press("Control+End")
        other.page.keyboard.insert_text("乙的又一句。")
    writer.press("保存")
    assert "断网时写的第二句。" in _text(page)
    other.press("保存")
    other.sees("乙写的一句。乙的又一句。")  # somebody else was first: what was typed stands on the page that says so
    other.press("回到原页面")
    assert "断网时写的第二句。" in _text(other.page)
    other.press("恢复")
    assert "乙写的一句。乙的又一句。" in _text(other.page)
    writer.wrong = [said for said in writer.wrong if "ERR_INTERNET_DISCONNECTED" not in said]
    writer.leave()
    other.leave()
    db.session.rollback()
    assert [one.text.splitlines()[-1] for one in db.session.scalars(
        select(Manuscript).where(Manuscript.code == code)).one().versions][1:] == [
        "活动持续到月底。乙写的一句。", "活动持续到月底。甲写的第一句。断网时写的第二句。"]
