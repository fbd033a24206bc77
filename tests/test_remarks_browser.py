"""Annotations and differences at a real browser: a selection becomes a remark on its very words; keys step and open."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from editorial.actions import reviewing
from editorial.actions.texts import Text
from editorial.db import db
from editorial.models import Manuscript
from tests import cast
from tests.browser import DESKTOP, PHONE
from tests.pages import claimed, made
from tests.servers import on_one_database
from tests.test_browser import address, at_browser

__all__ = ["address"]

HTML = ("<p>汉口江滩的芦苇又白了。</p><table><tr><td>日期</td><td>芦苇画展</td></tr></table>"
        "<p>芦苇<strong>很白</strong>很软。</p>")
SELECT = """words => {
  const walker = document.createTreeWalker(document.querySelector('.zone-text .text'), NodeFilter.SHOW_TEXT);
  const [first, last] = words;
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.data.includes(first)) range.setStart(node, node.data.indexOf(first));
    if (node.data.includes(last)) range.setEnd(node, node.data.indexOf(last) + last.length);
  }
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""


def edited() -> Manuscript:
    manuscript = claimed("pol_n", text=Text("江滩芦苇节", "本报讯", HTML, []))
    reviewing.edit(cast.actor("pol_n"), manuscript, None,
                   Text("江滩芦苇节开幕", "本报讯", HTML.replace("又白了", "黄了").replace("画展", "影展")))
    return manuscript


@on_one_database
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_selection_becomes_a_remark_on_its_very_words(
    app: Flask, browser: Browser, address: str, size: dict[str, int]
) -> None:
    code = made(lambda: claimed("pol_n", text=Text("江滩芦苇节", "本报讯", HTML, [])))
    with at_browser(browser, address, "pol_n", size) as reader:
        page = reader.go(f"/manuscripts/{code}")
        page.evaluate(SELECT, ["芦苇", "很白"])
        page.get_by_role("button", name="批注这里").click()
        expect(page.locator("#remark-quote")).to_have_value("芦苇很白")
        expect(page.locator("#remark-paragraph")).to_have_value("3")
        page.locator("#remark-body").fill("怎么个白法？")
        page.get_by_label("给作者看").check()
        reader.press("写下批注")
        assert page.locator("mark.passage").all_inner_texts() == ["芦苇", "很白"]
        page.locator("mark.passage").first.click()
        expect(page.locator(".remark:focus")).to_contain_text("怎么个白法？")
        page.evaluate(SELECT, ["江滩", "江滩"])
        page.keyboard.press("r")
        expect(page.locator("#remark-quote")).to_have_value("江滩")
        expect(page.locator("#remark-body")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator("#remark-body")).to_be_hidden()
        reader.check("remarks")


@on_one_database
def test_keys_step_from_change_to_change_in_one_column_and_in_two(app: Flask, browser: Browser, address: str) -> None:
    code = made(edited)
    with at_browser(browser, address, "chief_n", PHONE) as reader:
        for view in ("", "?view=sides"):
            page = reader.go(f"/manuscripts/{code}/compare/1..2{view}")
            for key, number in (("n", 1), ("n", 2), ("p", 1), ("p", 3)):
                page.keyboard.press(key)
                expect(page.locator("[data-change-status]")).to_have_text(f"第 {number} 处改动，共 3 处")
                expect(page.locator("[data-changed]").nth(number - 1)).to_be_focused()
            page.keyboard.press("?")
            expect(page.locator("#keys")).to_contain_text("给选中的文字写批注")
            page.keyboard.press("Escape")
            reader.check(f"difference{view.replace('?view=', '-')}")
        page.locator("#change-3 a").first.click()
        assert page.url.endswith("#change-1")
    db.session.rollback()


@on_one_database
def test_on_a_phone_a_wide_table_scrolls_in_a_frame_of_its_own_that_takes_the_focus_and_lines_are_not_spread_apart(
        app: Flask, browser: Browser, address: str) -> None:
    row = "<tr>" + "<td>江滩公园</td>" * 14 + "</tr>"
    code = made(lambda: claimed("pol_n", text=Text(
        "江滩芦苇节", "本报讯", f"<p>汉口江滩的芦苇又白了。</p><table>{row * 2}</table><table>{row}</table>", [])))
    with at_browser(browser, address, "pol_n", PHONE) as reader:
        page = reader.go(f"/manuscripts/{code}")
        table = page.get_by_role("region", name="表格 1", exact=True)
        table.focus()
        expect(table).to_be_focused()
        assert table.evaluate("frame => frame.scrollWidth > frame.clientWidth")
        expect(page.get_by_role("region", name="表格 2", exact=True)).to_be_attached()
        expect(page.locator(".text p").first).to_have_css("text-align", "start")
        reader.check()
