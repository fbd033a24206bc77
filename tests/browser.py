"""A real server and a real browser: gunicorn as in production, Debian's Chromium, and what every page is held to."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests import cast
from tests.servers import AXE

ROOT = Path(__file__).resolve().parent.parent
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SHOTS = os.environ.get("SCREENSHOTS", "")
"""A folder for pictures of the pages that the browser tests pass, for looking at them."""


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(database_url: str, folder: Path, **more: str) -> Iterator[str]:
    """The application under gunicorn on this database; gives its address, and stops it at the end."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "SECRET_KEY": "browser-tests-0123456789-abcdefghijklmnop",
        "DATABASE_URL": database_url, "UPLOADS": str(folder / "uploads"), "PYTHONPATH": str(ROOT), **more}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "gunicorn.conf.py"), "--bind",
             f"127.0.0.1:{port}", "wsgi:app"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _await(f"http://127.0.0.1:{port}/healthz", process, folder / "server.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            raise RuntimeError(log.read_text()) from None


SHAPE = """() => JSON.stringify([innerWidth, document.documentElement.lang, ...new Set(
  [...document.querySelectorAll('*')].map((one) => [one.parentElement?.tagName, one.tagName, one.className,
    ...[...one.attributes].map((it) => it.name)].join(' ')))].sort())"""
"""Of what a page is built, but for its words."""
_FOUND_WELL: set[str] = set()
"""Pages like these axe has read in this run: it takes half a second for each."""


class Person:
    """Somebody at a browser: opens pages, presses what is written on buttons, and notes what goes wrong."""

    def __init__(self, browser: Browser, address: str, login: str, viewport: dict[str, int], language: str = "zh-CN"):
        self.login, self.viewport = login, viewport
        self.context = browser.new_context(base_url=address, viewport=viewport, locale=language,  # type: ignore[arg-type]
                                           has_touch=viewport is PHONE)
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.wrong.append(f"{self.page.url}: {error}"))
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.goto("/login")
        self.page.locator("[name=login]").fill(login)
        self.page.locator("[name=password]").fill(cast.PASSWORD)
        self.page.locator("[name=password]").press("Enter")
        self.page.wait_for_url("**/")

    def _console(self, message: ConsoleMessage) -> None:
        expected = re.search(r"status of (400|403|404|409|413)", message.text)
        if message.type in ("error", "warning") and not expected:
            self.wrong.append(f"{self.page.url}: {message.text}")

    def go(self, path: str) -> Page:
        """Open a page and hold it to what holds for all."""
        self.page.goto(path)
        self.check()
        return self.page

    def press(self, name: str, within: str = "main") -> None:
        """Press the button, or follow the link, on which `name` is written."""
        area = self.page.locator(within)
        button = area.get_by_role("button", name=name, exact=True).or_(area.get_by_role("link", name=name, exact=True))
        self.turn(button.first)

    def turn(self, control: Locator) -> None:
        """Click what leads to another page, and wait until that page stands.

        Otherwise what comes next might still read the page before, or close it before its form was sent.
        """
        with self.page.expect_navigation():
            control.click()

    def sees(self, text: str) -> None:
        """The page says this."""
        expect(self.page.locator("main")).to_contain_text(text)

    def check(self, name: str = "") -> None:
        """No error on the console, nothing wider than the screen, nothing that axe finds."""
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px wider than the screen"
        self.shoot(name)
        shape = self.page.evaluate(SHAPE)
        if shape in _FOUND_WELL:
            return
        self.page.evaluate(AXE.read_text())
        found: list[dict[str, Any]] = self.page.evaluate(
            "async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
        wrong = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]
        assert wrong == [], f"{self.page.url}: {wrong}"
        _FOUND_WELL.add(shape)

    def shoot(self, name: str = "") -> None:
        """A picture of the page, where SCREENSHOTS names a folder."""
        if SHOTS:
            path = re.sub(r"\W+", "-", name or self.page.url.split("/", 3)[3] or "home").strip("-")
            self.page.screenshot(path=Path(SHOTS) / f"{self.login}-{path}-{self.viewport['width']}.png", full_page=True)

    def leave(self) -> None:
        """Close the browser; nothing may have gone wrong meanwhile."""
        self.context.close()
        assert self.wrong == []
