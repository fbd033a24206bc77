"""What a real browser shows in any language, and without scripts; the main job itself is in test_browser_hours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from editorial.actions import people
from editorial.actions.texts import Text
from editorial.terms import Role
from tests import cast
from tests.browser import DESKTOP, PHONE, Person, server
from tests.pages import made
from tests.servers import on_one_database

TITLE = "东湖绿道新添三处驿站"
BODY = "记者从东湖风景区获悉，绿道新添三处驿站，市民可以在此歇脚、饮水、充电。"


DESKS = {"chief_n", "con_n", "qua_n", "pub_n", "com_d", "coord"}
"""Who works at a desktop's screen; all the others at a phone's."""


@pytest.fixture
def address(app: Flask, database_url: str, tmp_path: Path) -> Iterator[str]:
    """A server with the cast in its database."""
    with server(database_url, tmp_path) as url:
        yield url


@contextmanager
def at_browser(
        browser: Browser, address: str, login: str, size: dict[str, int] | None = None) -> Iterator[Person]:
    """Somebody at their desk or phone, or at a screen of this `size`; whatever goes wrong there fails the test."""
    person = Person(browser, address, login, size or (DESKTOP if login in DESKS else PHONE))
    yield person
    person.leave()


@on_one_database
def test_commentary_on_a_published_piece_by_three_one_declining(
        app: Flask, browser: Browser, address: str) -> None:
    people.give_role(None, cast.person("nobody"), Role.COMMENTATOR, unit_id=cast.unit("dept_d").id)
    code = made(lambda: cast.published(text=Text(TITLE, "本报讯", f"<p>{BODY}</p>")))
    with at_browser(browser, address, "com_d") as commissioner:
        page = commissioner.go(f"/manuscripts/{code}")
        commissioner.press("组织评论")
        page.locator("[name=topic]").fill("绿道怎样更好用")
        page.locator("[name=brief]").fill("稿件讲绿道驿站。")
        page.locator("[name=questions]").fill("谁来维护？\n夜间照明怎么办？")
        page.locator("[name=wished]").fill("2")
        for name in ("宣一", "宣二", "闲人"):
            page.get_by_label(name).check()
        commissioner.check("commission")
        commissioner.turn(page.locator("main form[method=post] button").last)
        commissioner.sees("待接受")
        commission = page.url

    with at_browser(browser, address, "nobody") as commentator:
        page = commentator.go("/commentary")
        commentator.press("绿道怎样更好用")
        commentator.turn(page.locator("form[action$='/decline'] button").first)
        commentator.sees("已谢绝")
    for login, words in (("ctr_d1", "驿站建起来，维护要跟上。"), ("ctr_d2", "灯亮一盏，夜里就多走一程。")):
        with at_browser(browser, address, login) as commentator:
            page = commentator.go("/commentary")
            commentator.press("绿道怎样更好用")
            commentator.turn(page.locator("form[action$='/accept'] button").first)
            page.locator("[name=title]").fill("驿站要建，更要管")
            page.locator(".ProseMirror").click()
            page.keyboard.type(words)
            if login == "ctr_d1":
                commentator.check("writing")
            commentator.press("署名交稿")
            commentator.sees("已交稿")
            commentator.sees("宣传部")

    with at_browser(browser, address, "com_d") as commissioner:
        page = commissioner.go("/messages")
        commissioner.sees("绿道怎样更好用")
        commissioner.go("/account/mail")
        for number, words in enumerate(("维护要跟上", "多走一程")):
            commissioner.go(commission)
            commissioner.sees("宣一")
            commissioner.turn(page.locator("main a[href*='/commentary/']").nth(number))
            commissioner.sees(words)
            commissioner.turn(page.locator("form[action$='/approve'] button").first)
            page.locator("details:has(form[action$='/publish']) > summary").click()
            form = page.locator("form[action$='/publish']")
            form.locator("[name=channel]").fill("宣传部网站")
            form.locator("[name=address]").fill(f"https://news.example/comment/{number}")
            commissioner.turn(form.get_by_role("button"))
            commissioner.sees("已发表")
        commissioner.go(commission)
        commissioner.check("commission-published")

    with at_browser(browser, address, "cor_b1") as reader:
        reader.go("/published")
        reader.press(TITLE)
        reader.check("published-piece")
        reader.sees("宣一")
        reader.sees("宣二")
        reader.sees("宣传部")


@on_one_database
def test_english_is_complete_and_switched_in_the_profile(browser: Browser, address: str) -> None:
    with at_browser(browser, address, "pol_n", DESKTOP) as reader:
        reader.page.locator("header summary").last.click()
        reader.turn(reader.page.get_by_role("button", name="English"))
        reader.go("/desk")
        expect(reader.page.locator("html")).to_have_attribute("lang", "en")
        expect(reader.page.get_by_role("heading", level=1)).to_have_text("Desk")


@on_one_database
def test_pages_work_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/login")
    page.locator("[name=login]").fill("cor_a1")
    page.locator("[name=password]").fill(cast.PASSWORD)
    with page.expect_navigation():
        page.locator("[name=password]").press("Enter")
    page.goto("/manuscripts/new")
    page.locator("[name=title]").fill(TITLE)
    page.locator("textarea[name=body]").fill(f"<p>{BODY}</p>")
    page.locator("[name=genre]").select_option(label="消息")
    page.get_by_label("长江日报编辑部").check()
    page.locator("[name=is_original]").check()
    page.get_by_role("button", name="送审").first.click()
    expect(page.locator("main")).to_contain_text("待审签")
    context.close()
