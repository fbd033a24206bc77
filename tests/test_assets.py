"""The scripts and styles: built, light enough, strict enough, readable, and of one mind with the server."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string
from PIL import Image
from playwright.sync_api import FilePayload, Page, Request, Route, expect
from wtforms import Form, MultipleFileField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from editorial import documents, headers
from editorial.config import ACCENTS
from tests.client import DATA
from tests.conftest import make_app

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / "editorial" / "static" / "dist"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MOST_BYTES = 150_000
"""Of script and style, gzipped, that a person who opens every kind of page loads once."""

# --- The build --------------------------------------------------------------------------------------------------


def manifest() -> dict[str, str]:
    """Plain name to built name."""
    names: dict[str, str] = json.loads((BUILT / "manifest.json").read_text())
    return names


def test_every_script_and_style_is_built_with_its_map_under_a_name_of_its_content() -> None:
    for plain, name in manifest().items():
        stem, ending = plain.rsplit(".", 1)
        assert re.fullmatch(rf"{stem}\.[0-9A-Z]{{8}}\.{ending}", name)
        assert (BUILT / name).stat().st_size > 0
        assert ending == "svg" or (BUILT / f"{name}.map").exists()
    assert {"app.js", "editor.js", "app.css"} <= set(manifest())


def test_all_scripts_and_styles_together_keep_to_the_budget() -> None:
    sizes = {name: len(gzip.compress((BUILT / name).read_bytes())) for name in manifest().values()}
    assert sum(sizes.values()) <= MOST_BYTES, sizes


def test_the_lock_file_names_no_place_that_packages_come_from() -> None:
    lock = (ROOT / "package-lock.json").read_text()
    assert not re.search(r'"resolved"|https?://(?!(?:opencollective|github)\.com)', lock)


# --- The templates ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_holds_no_script_and_no_style_of_its_own(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.S)
    for script in re.findall(r"<script\b[^>]*>", text):
        assert " src=" in script or any(f'type="{kind}"' in script for kind in DATA), script
    assert not re.search(r"\|\s*safe\b|\bMarkup\b", text)
    markup = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.S)
    of_a_page = () if path.parent.name == "mail" else (r"\sstyle\s*=",)  # mail programs take style from tags alone
    for forbidden in (r"<style\b", *of_a_page, r"\son[a-z]+\s*=", r"javascript:"):
        assert not re.search(forbidden, markup), forbidden


def test_every_template_compiles(tmp_path: Path) -> None:
    environment = make_app("sqlite://", tmp_path).jinja_env
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)


# --- The colours ------------------------------------------------------------------------------------------------

GROUNDS = ("ground", "sheet", "well")
READ = [(ink, ground, 4.5) for ink in ("ink", "soft", "accent", "brick") for ground in GROUNDS] + [
    (tone, f"{tone}-wash", 4.5) for tone in ("grey", "amber", "blue", "orange", "green", "deep", "brick")] + [
    ("ink", "amber-wash", 4.5), ("accent", "accent-wash", 4.5), ("on-accent", "accent-fill", 4.5)] + [
    (mark, ground, 3.0) for mark in ("edge", "focus") for ground in ("ground", "sheet")]
"""What stands on what, and the contrast that WCAG 2.2 asks: 4.5 of text, 3 of the edges of controls."""


def palettes() -> Iterator[tuple[str, dict[str, str]]]:
    """Every palette that a page can have: light and dark, each with each accent."""
    light, dark = (ROOT / "assets/css/colours.css").read_text().split("@media (prefers-color-scheme: dark)")
    blocks = [dict(re.findall(r":root(?:\[data-accent='(\w+)'\])? \{(.*?)\}", half, re.S)) for half in (light, dark)]

    def colours(block: str) -> dict[str, str]:
        return dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", block))

    for accent in blocks[0]:
        by_day = colours(blocks[0][""]) | colours(blocks[0][accent])
        yield f"light {accent}", by_day
        yield f"dark {accent}", by_day | colours(blocks[1][""]) | colours(blocks[1][accent])


def test_every_accent_of_the_setting_has_a_palette_and_comes_to_the_page(tmp_path: Path) -> None:
    assert {name.partition(" ")[2] or "earth" for name, _palette in palettes()} == set(ACCENTS)
    app = make_app(f"sqlite:///{tmp_path / 'empty.db'}", tmp_path, site_accent="pine")
    assert ' data-accent="pine"' in app.test_client().get("/login").text


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [int(colour[at:at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_everything_can_be_read_by_day_and_by_night_with_every_accent() -> None:
    faint = []
    for name, palette in palettes():
        for ink, ground, least in READ:
            dark, bright = sorted((luminance(palette[ink]), luminance(palette[ground])))
            contrast = (bright + 0.05) / (dark + 0.05)
            if contrast < least:
                faint.append(f"{name}: {ink} on {ground} {contrast:.2f}")
    assert faint == []


# --- The forms and the editor, in a browser -----------------------------------------------------------------------

PAGE = """{% extends "base.html" %}{% import "macros/forms.html" as forms %}
{% block title %}Write{% endblock %}
{% block content %}
  {% call forms.frame('/send', form, autosave='/drafts', revision=3, upload=true) %}
    {{ forms.field(form.title) }}{{ forms.field(form.note) }}{{ forms.body(form.body, '/paste') }}
    {{ forms.field(form.photos, multiple=true) }}
    {% call forms.foot(autosave=true) %}{{ forms.button('Send') }}{% endcall %}
  {% endcall %}
{% endblock %}
{% block scripts %}{{ forms.editor_script() }}{% endblock %}"""


class WritingForm(Form):
    """A small form with everything that scripts add to."""

    title = StringField("Title", validators=[InputRequired()])
    note = TextAreaField("Note", validators=[Length(max=10)])
    body = TextAreaField("Text")
    photos = MultipleFileField("Photos")


class Desk:
    """A page with that form in a browser, under the policy of ours; what it sends is noted and answered by the test."""

    def __init__(self, page: Page, app: Flask) -> None:
        self.page, self.app = page, app
        self.sent: dict[str, list[Request]] = {"/drafts": [], "/paste": [], "/send": []}
        self.answers: dict[str, dict[str, Any]] = {"/drafts": {"json": {"saved": True}}}
        self.html, self.wrong = "", list[str]()
        page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.route("http://desk.example/**", self._answer)

    def open(self, body: str = "", **data: str) -> None:
        """Open the form with this in it."""
        self.html = self._rendered(body, data)
        self.page.goto("http://desk.example/write")
        expect(self.page.locator(".editor")).to_be_visible()

    def _rendered(self, body: str, data: dict[str, str]) -> str:
        with self.app.test_request_context("/write"):
            return render_template_string(PAGE, form=WritingForm(data={"title": "", "body": body, **data}))

    def _answer(self, route: Route) -> None:
        path = route.request.url.removeprefix("http://desk.example")
        if path.startswith("/static/"):
            route.fulfill(path=BUILT / path.removeprefix("/static/"))
        elif path in self.sent:
            self.sent[path].append(route.request)
            route.fulfill(**self.answers.get(path, {"status": 204}))
        else:
            route.fulfill(body=self.html, content_type="text/html", headers={"Content-Security-Policy": headers.POLICY})

    @property
    def body(self) -> str:
        """The text as the form would send it."""
        text: str = self.page.evaluate("new FormData(document.querySelector('[data-autosave]')).get('body')")
        return text

    def told(self, path: str) -> Any:
        """What was sent to `path` last."""
        return json.loads(self.sent[path][-1].post_data or "null")

    def touch(self) -> None:
        """Type a letter and take it away again, so that the editor writes the text anew."""
        self.page.locator(".editor .text").focus()
        self.page.keyboard.type("x")
        self.page.keyboard.press("Backspace")

    def paste(self, html: str, text: str, pictures: int = 0) -> None:
        """Paste what another program put on the clipboard."""
        self.page.locator(".editor .text").evaluate(
            "(editor, [html, text, pictures]) => { const data = new DataTransfer(); data.setData('text/html', html); "
            "data.setData('text/plain', text); for (let n = 0; n < pictures; n += 1) "
            "data.items.add(new File(['x'], `${n}.png`, {type: 'image/png'})); editor.dispatchEvent(new "
            "ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }",
            [html, text, pictures])


@pytest.fixture
def desk(page: Page, tmp_path: Path) -> Desk:
    """The form in a browser, with a clock that the test moves."""
    page.clock.install()
    return Desk(page, make_app("sqlite://", tmp_path))


PICTURE = "pictures/" + "0123456789abcdef" * 4
EVERYTHING = documents.clean(f"""
    <h2>标题</h2><h3>小标题</h3><h4>更小</h4><p>正文<strong>重</strong><em>斜</em><u>线</u><s>删</s>H<sub>2</sub>O
    <mark>记</mark><br>新行<ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby><a href="https://weather.example/">气象</a>
    <sup id="fnref1"><a href="#fn1">1</a></sup><img src="{PICTURE}" alt="图"></p><hr><ul><li>一</li></ul>
    <ol start="3"><li>三<ul><li>内</li></ul></li></ol><blockquote><p>引</p></blockquote>
    <table><thead><tr><th colspan="2">头</th><th rowspan="2">右</th></tr>
   <tr><th>一</th><th>二</th></tr></thead>
    <tbody><tr><td rowspan="2">甲</td><td>乙</td><td>戊</td></tr>
    <tr><td>丙</td><td>己</td></tr><tr><td colspan="3">丁</td></tr></tbody></table>
    <figure><img src="{PICTURE}" alt="图"><figcaption>说明</figcaption></figure><ol><li id="fn1">注</li></ol>""")


def carried(html: str) -> set[tuple[str, str]]:
    """The elements of a text, and the attributes on them."""
    found = set()
    for name, rest in re.findall(r"<([a-z0-9]+)((?:\s[^>]*)?)>", html):
        found |= {(name, "")} | {(name, attribute) for attribute in re.findall(r'\s([a-z]+)="', rest)}
    return found


ALL = {(name, attribute) for name, attributes in documents.ALLOWED.items() for attribute in ("", *attributes)}


def test_the_sample_has_all_that_a_text_may_have() -> None:
    assert carried(EVERYTHING) == ALL


def test_the_editor_keeps_all_that_a_text_may_have_and_writes_what_the_server_would(desk: Desk) -> None:
    desk.open(EVERYTHING)
    assert desk.body == EVERYTHING, "a text that nobody changed must stay as it is"
    desk.touch()
    assert carried(desk.body) == ALL
    assert documents.plain_text(desk.body) == documents.plain_text(EVERYTHING)
    assert documents.clean(desk.body) == desk.body
    assert desk.wrong == []


def test_the_editor_lets_in_nothing_that_the_server_would_not(desk: Desk) -> None:
    desk.open("""<p>前</p><script>document.title = 'mine'</script><p>中<a href="javascript:alert(1)">链</a>
        <img src="https://evil.example/x.png"><iframe src="https://evil.example/"></iframe>
        <font color="red">红</font></p><svg><text>画</text></svg><form action="/x"><input name="a"></form><p>后</p>""")
    desk.touch()
    assert carried(desk.body) == {("p", "")}
    assert documents.clean(desk.body) == desk.body
    assert desk.page.title().startswith("Write")


def test_plain_text_of_somebody_without_scripts_becomes_paragraphs(desk: Desk) -> None:
    desk.open("第一段\n\n第二段，3 < 4")
    desk.touch()
    assert desk.body == "<p>第一段</p><p>第二段，3 &lt; 4</p>"


@pytest.mark.parametrize("text", [
    "", "武汉今天下雨。", "气温3.5℃，COVID-19 isn’t over, it's", "a@b.example 50% 1,832 字……", "𠮷野家 ½ é"])
def test_the_editor_counts_as_the_server_does(desk: Desk, text: str) -> None:
    desk.open(f"<p>{text}</p>" if text else "")
    assert desk.page.locator(".editor-foot").inner_text().split()[0] == str(documents.count_characters(text))


def test_what_is_pasted_comes_in_as_the_server_cleaned_it(desk: Desk) -> None:
    desk.answers["/paste"] = {"json": {"html": "<h2>标题</h2><p>净文</p>", "warnings": ["A picture was left out."]}}
    desk.open("<p>前</p>")
    desk.page.locator(".editor .text").focus()
    desk.page.keyboard.press("End")
    desk.paste('<h1 style="color:red" onclick="x()">标题</h1><p>净文</p>', "标题 净文")
    expect(desk.page.locator(".editor-foot")).to_contain_text("A picture was left out.")
    assert desk.told("/paste")["html"].startswith("<h1")
    assert desk.sent["/paste"][0].headers["x-csrftoken"]
    assert desk.body == "<p>前</p><h2>标题</h2><p>净文</p>"
    assert desk.wrong == []


def test_a_pasted_picture_waits_among_the_files_or_is_said_to_be_left_out(desk: Desk) -> None:
    desk.answers["/paste"] = {"json": {"html": "<p>表</p>"}}
    desk.open("<p>前</p>")
    foot, files = desk.page.locator(".editor-foot"), "document.querySelector('[name=photos]').files.length"
    desk.paste("", "", pictures=2)
    desk.paste('<img src="https://pages.example/a.png">', "", pictures=1)
    expect(foot).to_contain_text("3 张图片待上传")
    assert desk.page.evaluate(files) == 3
    desk.paste("<table><tr><td>表</td></tr></table>", "表", pictures=1)
    expect(foot).not_to_contain_text("待上传")
    assert desk.page.evaluate(files) == 3 and len(desk.sent["/paste"]) == 1, "a program's picture of text is not meant"
    desk.page.evaluate("document.querySelector('[name=photos]').remove()")
    desk.paste("", "", pictures=1)
    expect(foot).to_contain_text("没有放进来")
    assert desk.body == "<p>表前</p>" and desk.wrong == []


def test_a_photograph_is_sent_upright_small_and_without_its_place(desk: Desk) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "CANARY"
    photo = BytesIO()
    Image.effect_noise((2400, 1800), 90).convert("RGB").save(photo, "JPEG", quality=92, exif=exif)
    small = b"GIF89a-as-it-is"
    desk.open()
    desk.answers["/send"] = {"body": "<main>done</main>", "content_type": "text/html"}
    desk.page.locator("[name=photos]").set_input_files([
        FilePayload(name="江滩.jpg", mimeType="image/jpeg", buffer=photo.getvalue()),
        FilePayload(name="b.gif", mimeType="image/gif", buffer=small)])
    desk.page.get_by_role("button", name="Send").click()
    expect(desk.page.locator("main")).to_have_text("done")
    sent = desk.sent["/send"][0].post_data_buffer or b""
    assert small in sent and b"CANARY" not in sent
    with Image.open(BytesIO(sent[sent.index(b"\xff\xd8\xff"):])) as received:
        assert received.size == (1600, 2133)


def test_where_the_server_cannot_clean_the_plain_text_comes_in(desk: Desk) -> None:
    desk.answers["/paste"] = {"status": 503, "body": ""}
    desk.open()
    desk.paste("<b>一</b><p>二</p>", "一\n二")
    expect(desk.page.locator(".editor .text")).to_contain_text("二")
    assert desk.body == "<p>一</p><p>二</p>"


def test_a_form_saves_by_itself_and_says_when(desk: Desk) -> None:
    desk.open("<p>旧</p>", title="旧题")
    desk.page.get_by_label("Title").fill("新题")
    assert desk.sent["/drafts"] == []
    desk.page.clock.run_for(3_000)
    expect(desk.page.locator("[data-save-status]")).to_have_text(re.compile(r"\d\d:\d\d$"))
    told = desk.told("/drafts")
    assert told["fields"] == {"title": "新题", "note": "", "body": "<p>旧</p>"}
    assert (told["form"], told["revision"]) == ("/write", 3)
    assert re.fullmatch(r"[0-9a-f]{16}", told["tab"])
    assert desk.page.evaluate("[localStorage.length, ...Object.keys(sessionStorage)]") == [0, "tab"]


def test_after_a_failure_it_is_tried_again_until_it_is_saved(desk: Desk) -> None:
    desk.answers["/drafts"] = {"status": 503, "body": ""}
    desk.open()
    desk.page.get_by_label("Title").fill("新题")
    desk.page.clock.run_for(3_000)
    expect(desk.page.locator("[data-save-status]")).to_have_class(re.compile("trouble"))
    desk.answers["/drafts"] = {"json": {"saved": True}}
    desk.page.clock.run_for(5_000)
    expect(desk.page.locator("[data-save-status]")).not_to_have_class(re.compile("trouble"))
    assert len(desk.sent["/drafts"]) == 2


def test_whoever_logs_in_again_in_another_tab_goes_on_with_the_new_token(desk: Desk) -> None:
    desk.answers["/drafts"] = {"status": 401, "json": {"error": "log-in"}}
    desk.open()
    desk.html = '<details class="menu"><input name="csrf_token" value="new"></details>'
    desk.page.get_by_label("Title").fill("新题")
    desk.page.clock.run_for(3_000)
    expect(desk.page.locator("form[data-autosave] [name=csrf_token]")).to_have_value("new")
    desk.answers["/drafts"] = {"json": {"saved": True}}
    desk.page.clock.run_for(5_000)
    expect(desk.page.locator("[data-save-status]")).not_to_have_class(re.compile("trouble"))
    assert desk.sent["/drafts"][-1].headers["x-csrftoken"] == "new"


def test_a_double_click_sends_once(desk: Desk) -> None:
    desk.open()
    desk.page.get_by_role("button", name="Send").dblclick()
    expect(desk.page.get_by_role("button", name="Send")).to_have_attribute("aria-disabled", "true")
    assert len(desk.sent["/send"]) == 1


def test_a_text_that_is_too_long_is_counted_not_cut(desk: Desk) -> None:
    desk.open()
    desk.page.get_by_label("Note").fill("一二三四五六七八九十十一")
    expect(desk.page.locator(".counter")).to_contain_text("2")
    assert desk.page.get_by_label("Note").input_value() == "一二三四五六七八九十十一"


def test_words_that_are_still_being_composed_are_left_alone(desk: Desk) -> None:
    desk.open("<p>今天</p>")
    desk.page.locator(".editor .text").focus()
    desk.page.keyboard.press("End")
    keyboard = desk.page.context.new_cdp_session(desk.page)
    for letters in ("w", "wu", "wuhan"):
        keyboard.send("Input.imeSetComposition", {"text": letters, "selectionStart": len(letters),
                                                  "selectionEnd": len(letters)})
        desk.page.clock.run_for(1_000)
    keyboard.send("Input.insertText", {"text": "武汉"})
    expect(desk.page.locator(".editor .text")).to_have_text("今天武汉")
    assert desk.body == "<p>今天武汉</p>"
