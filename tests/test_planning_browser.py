"""The plan in a real browser: a line is dragged to another day, and moved by a key; what is not planned, dragged."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, expect

from editorial import clock
from editorial.actions import planning
from editorial.actions.planning import Slot
from tests import cast
from tests.browser import DESKTOP, Person, server
from tests.pages import made, then
from tests.servers import on_one_database


@on_one_database
def test_a_line_is_dragged_and_moved_by_a_key(
        browser: Browser, app: Flask, database_url: str, tmp_path: Path) -> None:
    first = clock.today() - timedelta(days=clock.today().weekday()) + timedelta(days=14)
    planned = made(cast.accepted)
    then(lambda one: planning.plan(cast.actor("pub_n"), one, Slot(cast.office("n").channels[0].id, first)), planned)
    waiting = made(cast.accepted)

    with server(database_url, tmp_path) as address:
        publisher = Person(browser, address, "pub_n", DESKTOP)
        page = publisher.go(f"/planning?view=week&day={first}")

        def day(number: int) -> str:
            return f".plan-day[data-day='{first + timedelta(days=number)}']"

        with page.expect_navigation():
            page.locator("[data-slot]").drag_to(page.locator(day(4)))
        expect(page.locator(f"{day(4)} [data-slot]")).to_have_count(1)
        for key, number in (("[", 3), ("]", 4)):
            page.locator("[data-slot] a").focus()
            with page.expect_navigation():
                page.keyboard.press(key)
            expect(page.locator(f"{day(number)} [data-slot]")).to_have_count(1)
        publisher.check("plan-week")
        with page.expect_navigation():
            page.locator(".row").drag_to(page.locator(day(6)))
        expect(page).to_have_url(f"{address}/manuscripts/{waiting}/plan?day={first + timedelta(days=6)}")
        expect(page.locator("[name=day]")).to_have_value(str(first + timedelta(days=6)))
        publisher.check("plan-one")
        publisher.go(f"/planning?view=day&day={first + timedelta(days=4)}")
        publisher.turn(page.get_by_role("button", name="推后一天"))
        publisher.sees("已改期")
        publisher.leave()
