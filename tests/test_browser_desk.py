"""The desk in a real browser, by keyboard: tick and claim, go from one to the next, begin a reason, see a colleague."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, expect

from editorial.actions import desk
from editorial.db import db
from tests import cast
from tests.browser import DESKTOP, PHONE, Person, server
from tests.pages import made
from tests.servers import on_one_database


@on_one_database
def test_a_reader_works_by_keyboard_and_sees_who_else_is_there(
        browser: Browser, app: Flask, database_url: str, tmp_path: Path) -> None:
    urgent, first, _second = made(partial(cast.signed, urgent=True)), made(cast.signed), made(cast.signed)
    desk.keep_reasons(cast.actor("chief_n"), cast.office("n"), 0, ["来源不明"])
    db.session.commit()
    with server(database_url, tmp_path) as address:
        reader, chief = Person(browser, address, "pol_n", PHONE), Person(browser, address, "chief_n", DESKTOP)
        page = reader.go("/desk")
        for key in "jxjx":
            page.keyboard.press(key)
        expect(page.locator("[name=picked]:checked")).to_have_count(2)
        with page.expect_navigation():
            page.locator("#of-free button[value=claim]").press("Enter")
        reader.sees("2 篇已办，0 篇未办")
        reader.check("outcome")
        reader.go("/desk")
        page.keyboard.press("j")
        with page.expect_navigation():
            page.keyboard.press("o")
        for key, code in (("j", first), ("k", urgent)):
            page.wait_for_load_state()
            with page.expect_navigation():
                page.keyboard.press(key)
            expect(page).to_have_url(f"{address}/manuscripts/{code}")
        chief.go(f"/manuscripts/{urgent}")
        expect(chief.page.locator(".presence")).to_contain_text("郑直")
        form = page.locator("form[action$='/return']")
        page.locator("#act-return summary").press("Enter")
        form.locator("[name=opening]").select_option("来源不明")
        expect(form.locator("[name=reason]")).to_have_value("来源不明")
        page.locator("h1").click()
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_contain_text("勾选")
        page.keyboard.press("Escape")
        reader.check("desk-reading")
        reader.turn(form.get_by_role("button", name="退修并通知作者"))
        reader.sees("退修")
        reader.leave()
        chief.leave()
