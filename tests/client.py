"""A visitor at the test client: logs in through the form, sends forms as a browser would, and checks every page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any
from urllib.parse import urljoin, urlsplit

import html5lib
import lxml.html
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from editorial.db import db
from tests import cast

XHTML = "{http://www.w3.org/1999/xhtml}"
Element = Any
UNLABELLED = {"hidden", "submit", "button", "image"}


class Browser(FlaskClient):
    """Flask's client, but each request in an application context of its own, as at a server: the test's is another.

    What the test did before is committed, so that its own transaction is in nobody's way.
    """

    def run_wsgi_app(self, environ: Any, buffered: bool = False) -> Any:
        if has_app_context():
            db.session.commit()
        with self.application.app_context():
            return super().run_wsgi_app(environ, buffered)


class Visitor:
    """One person with a browser of their own. `get` and `post` check what comes back; see `check_page`."""

    def __init__(self, app: Flask, login: str | None = None, password: str = cast.PASSWORD) -> None:
        self.client = Browser(app, app.response_class, use_cookies=True)
        self._page: Element = None
        self._enters = False
        self.answer: TestResponse | None = None
        self.url = "/"
        if login:
            self.log_in(login, password)

    def log_in(self, login: str, password: str = cast.PASSWORD) -> TestResponse:
        """Log in through the form, which must send on; where to is opened once a test asks for the page."""
        self.get("/login")
        fields = {**self.fields(self.form_with("login")), "login": login, "password": password}
        answer = self.client.post("/login", data=fields)
        assert answer.status_code == 302, f"the log-in did not succeed\n{answer.text[:2000]}"
        self._enters = True
        return answer

    @property
    def page(self) -> Element:
        """The open page; right after the log-in the home page."""
        if self._enters:
            self.get("/")
        return self._page

    # --- Asking and sending -------------------------------------------------------------------------------------

    def get(self, url: str, status: int | None = 200, **options: Any) -> TestResponse:
        """Open a page, following redirects on our own host; it must answer with `status`."""
        return self._took(self.client.get(url, follow_redirects=True, **options), status)

    def post(self, url: str, data: dict[str, Any], status: int | None = None, **options: Any) -> TestResponse:
        """Send a form's fields to `url`, with a CSRF token of this session; follow the redirect."""
        data = {"csrf_token": self.token(), **data}
        return self._took(self.client.post(url, data=data, follow_redirects=True, **options), status)

    def send(self, form: Element, data: dict[str, Any] | None = None, status: int | None = 200,
             button: str | None = None, **options: Any) -> TestResponse:
        """Send a form of the open page with what it holds, changed by `data`; `button` is the pressed one's name."""
        fields = {**self.fields(form), **(data or {})}
        if button:
            fields[button] = fields.get(button, "1")
        url = urljoin(self.url, form.get("action") or self.url)
        if (form.get("method") or "get").lower() == "get":
            return self._took(self.client.get(url, query_string=fields, follow_redirects=True), status)
        return self._took(self.client.post(url, data=fields, follow_redirects=True, **options), status)

    def token(self) -> str:
        """A CSRF token of this session, from the log-out form or any other on a page."""
        if self.page is None or not self.find("//input[@name='csrf_token']"):
            self.get("/")
        return str(self.find("//input[@name='csrf_token']")[0].get("value"))

    def _took(self, answer: TestResponse, status: int | None) -> TestResponse:
        self.answer, self.url = answer, answer.request.path
        if status is not None:
            got = answer.status_code
            assert got == status, f"{answer.request.path}: {got}, not {status}\n{answer.text[:2000]}"
        assert answer.status_code != 500, answer.text[:2000]
        self._enters = False
        if answer.mimetype == "text/html":
            self._page = parse(answer.text)
            check_page(self._page, answer.request.path)
            check_reading(self._page, answer.text, answer.request.path)
        return answer

    # --- Looking at the page ------------------------------------------------------------------------------------

    def find(self, path: str) -> list[Element]:
        """The elements under an XPath of plain names."""
        return list(self.page.xpath(path)) if self.page is not None else []

    @property
    def text(self) -> str:
        """What the open page says, without its markup."""
        return " ".join(" ".join(self.page.itertext()).split())

    def forms(self) -> list[Element]:
        """All forms of the page."""
        return self.find("//form")

    def form_with(self, *names: str) -> Element:
        """The one form that has fields of all these names."""
        found = [form for form in self.forms()
                 if all(form.xpath(f".//*[@name='{name}']") for name in names)]
        assert found, f"no form with {names} on {self.url}"
        return found[0]

    def form_to(self, ending: str) -> Element:
        """The form whose address ends like this."""
        found = [form for form in self.forms() if urlsplit(form.get("action") or "").path.endswith(ending)]
        assert found, f"no form to …{ending} on {self.url}: {[form.get('action') for form in self.forms()]}"
        return found[0]

    def actions(self) -> set[str]:
        """The last parts of the addresses of the POST forms within <main>, but for remarks and the way on."""
        return {urlsplit(form.get("action") or "").path.rsplit("/", 1)[-1]
                for form in self.find("//main//form[translate(@method, 'POST', 'post')='post']"
                                      "[not(ancestor::*[@id='remarks'] or ancestor::nav)]")}

    @staticmethod
    def fields(form: Element) -> dict[str, Any]:
        """What a form would send as it stands, without its buttons."""
        values: dict[str, Any] = {}
        for field in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
            name, kind = field.get("name"), (field.get("type") or "text").lower()
            if field.get("disabled") is not None or kind in ("submit", "button", "file"):
                continue
            if field.tag == "select":
                chosen = [option.get("value", option.text) for option in field.xpath(".//option[@selected]")]
                if field.get("multiple") is None and not chosen:
                    chosen = [option.get("value", option.text) for option in field.xpath(".//option")[:1]]
                values[name] = chosen if field.get("multiple") is not None else (chosen[0] if chosen else "")
            elif kind in ("checkbox", "radio"):
                if field.get("checked") is not None:
                    value = field.get("value", "on")
                    several = kind == "checkbox" and name in values
                    values[name] = [*_list(values[name]), value] if several else value
            else:
                value = (field.text or "").removeprefix("\n") if field.tag == "textarea" else field.get("value", "")
                values[name] = [*_list(values[name]), value] if name in values else value
        return values


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def parse(html: str) -> Element:
    """The page as libxml2 reads it, a tenth of the work of a parser that follows the standard; see `check_reading`."""
    return lxml.html.document_fromstring(html)


_READ: set[tuple[str, str]] = set()


def check_reading(page: Element, html: str, url: str) -> None:
    """A browser, which follows the HTML standard, makes the same tree of it: nothing is open, crossed or misplaced.

    Tried once in a run for each set of elements within elements that pages are built of.
    """
    pairs = {(element.getparent().tag, element.tag) for element in page.iterdescendants(etree.Element)}
    if pairs <= _READ:
        return
    _READ.update(pairs)
    standard = html5lib.parse(html, treebuilder="lxml", namespaceHTMLElements=False).getroot()
    before: list[object] = []
    for ours, theirs in zip_longest(_elements(page), _elements(standard)):
        assert ours == theirs, f"{url}: where we read {ours} a browser reads {theirs}, after {before[-5:]}"
        before.append(ours)


def _elements(page: Element) -> Iterator[tuple[str, str | None]]:
    return ((etree.QName(element).localname, element.get("id")) for element in page.iter(etree.Element))


DATA = ("application/json", "application/ld+json")
"""The types of script elements that are data: no browser runs them."""


def check_page(page: Element, url: str) -> None:
    """What holds for every page: whoever opens one in a test holds it to this."""
    def wrong(what: str) -> str:
        return f"{url}: {what}"

    assert page.get("lang") in ("zh-Hans", "zh-CN", "zh-Hans-CN", "en"), wrong(f"language {page.get('lang')}")
    assert len(page.xpath("//h1")) == 1, wrong(f"{len(page.xpath('//h1'))} h1")
    assert "".join(page.xpath("//title/text()")).strip(), wrong("no title")
    assert len(page.xpath("//main")) == 1, wrong("not one main")
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids)), wrong(f"ids twice: {sorted({i for i in ids if ids.count(i) > 1})}")
    labelled = set(page.xpath("//label/@for"))
    for field in page.xpath("//input | //select | //textarea"):
        if (field.get("type") or "").lower() in UNLABELLED:
            continue
        named = field.get("id") in labelled or field.get("aria-label") or field.get("aria-labelledby")
        assert named or field.xpath("ancestor::label"), wrong(f"no label for {field.get('name')}")
    for button in page.xpath("//button"):
        assert "".join(button.itertext()).strip() or button.get("aria-label"), wrong("a button without words")
    for image in page.xpath("//img"):
        assert image.get("alt") is not None, wrong("a picture without alt")
    for form in page.xpath("//form"):
        if (form.get("method") or "get").lower() == "post":
            assert form.xpath(".//input[@name='csrf_token']"), wrong(f"no CSRF token: {form.get('action')}")
    for inner in page.xpath("//form//form | //a//a | //a//button | //button//a | //button//button | //label//label"):
        raise AssertionError(wrong(f"a {inner.tag} in what can't hold one"))
    for script in page.xpath("//script"):
        assert script.get("src") or script.get("type") in DATA, wrong("an inline script")
    inline = page.xpath("//style | //@style | //*[@onclick or @onload or @onsubmit]")
    assert not inline, wrong("inline style or handler")
    for described in page.xpath("//@aria-describedby | //@aria-labelledby | //@aria-controls"):
        for part in described.split():
            assert part in ids, wrong(f"refers to an id that is not there: {part}")
    for target in page.xpath("//a/@href"):
        assert not target.startswith(("javascript:", "http://localhost", "None")), wrong(f"link {target}")
        assert target, wrong("an empty link")
