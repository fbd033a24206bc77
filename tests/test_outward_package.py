"""Packages: every form carries text and signature line and is valid; the same input gives the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from lxml import etree

from editorial.documents import Line, Notice, Outgoing, Shot, bundle, clean, plain_text
from tests.word_pictures import jpeg

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PICTURE = jpeg()
SHA = hashlib.sha256(PICTURE).hexdigest()
HTML = clean(
    '<h2>一、开幕</h2><p>昨天，江滩<strong>芦苇节</strong>开幕 &amp; 市民散步。'
    '<sup id="fnref1"><a href="#fn1">1</a></sup></p>'
    f'<p><img src="pictures/{SHA}" alt="芦苇"></p><table><tr><td>日</td><td>人</td></tr></table>'
    f'<ol><li id="fn1">据江滩管理处。</li></ol>')
PIECE = Outgoing(
    "urn:uuid:5b3c3b0e-5d0f-5f4e-8f5e-0d6f4f6a0c11", "2026-000123", 3, "a" * 64, "江滩芦苇节开幕", HTML,
    plain_text(HTML), 30, (Line("署名", "本报讯 通讯员何晓晴", "byline"), Line("单位", "百步亭支部")), AT, AT,
    "长江日报编辑部", "长江网", "消息",
    shots={SHA: Shot(PICTURE, "image/jpeg", 40, 30, "市民在江边", "何晓晴 摄")})
SIGNED = replace(PIECE, signature=(Line("署名", "宣一", "person"), Line("单位", "网信办"), Line("组织单位", "宣传部")))
CORRECTION = Notice("correction", AT, "更正", "首段日期应为十月。")
RETRACTION = Notice("retraction", AT, "已撤回", "活动时间有误。")


def opened(piece: Outgoing) -> dict[str, bytes]:
    """The members of a package; its name is its digest."""
    made = bundle(piece)
    assert made.name == f"{piece.code}-{hashlib.sha256(made.data).hexdigest()}.zip"
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def texts(members: Mapping[str, bytes]) -> dict[str, str]:
    """What each form says, read as its receiver reads it."""
    said = json.loads(members["ninjs.json"])
    page = html5lib.parse(members["text.html"].decode(), treebuilder="lxml", namespaceHTMLElements=False)
    news: Any = etree.fromstring(members["newsml-g2.xml"])
    return {
        "docx": word_text(members["text.docx"]),
        "html": words(page.getroot().find("body")),
        "txt": members["text.txt"].decode(),
        "ninjs by": said["by"],
        "ninjs text": said["bodies"][0]["value"],
        "ninjs markup": words(etree.fromstring(f"<div>{said['bodies'][1]['value']}</div>")),
        "newsml by": words(news.find(".//{*}contentMeta/{*}by")),
        "newsml text": words(news.find(".//{*}inlineXML")),
    }


def words(element: Any, *tags: str) -> str:
    """The text within an element."""
    return "".join(element.itertext(*tags))


def word_text(data: bytes) -> str:
    """The words of a Word file and of its notes."""
    assert docx.Document(io.BytesIO(data)).paragraphs
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [etree.fromstring(archive.read(name)) for name in ("word/document.xml", "word/footnotes.xml")
                 if name in archive.namelist()]
    return "\n".join(words(one, "{*}t") for part in parts for one in part.iter("{*}p"))


def flat(words: str) -> str:
    """Words without white space, which each form sets as it does."""
    return "".join(words.split())


def schema() -> Draft202012Validator | None:
    """The published schema of ninjs 3.1, where the corpus has it."""
    folder = os.environ.get("EDITORIAL_CORPUS", "")
    found = Path(folder, "corpus/ninjs/newsinjson/specification/ninjs-schema_3.1.json")
    return Draft202012Validator(json.loads(found.read_text())) if folder and found.exists() else None


def test_a_package_holds_every_form_and_a_manifest_of_their_digests() -> None:
    members = opened(PIECE)
    manifest = json.loads(members["manifest.json"])
    assert {one["name"]: one["sha256"] for one in manifest["files"]} == {
        name: hashlib.sha256(data).hexdigest() for name, data in members.items() if name != "manifest.json"}
    assert set(members) == {"text.docx", "text.html", "text.txt", "ninjs.json", "newsml-g2.xml", "manifest.json",
                            f"pictures/{SHA}.jpeg"}
    picture = next(one for one in manifest["files"] if one["name"].startswith("pictures/"))
    assert (picture["caption"], picture["credit"]) == ("市民在江边", "何晓晴 摄")
    assert (manifest["channel"], manifest["text_sha256"], manifest["status"]) == ("长江网", "a" * 64, "usable")
    assert bundle(PIECE) == bundle(replace(PIECE))
    assert bundle(PIECE).sha256 != bundle(replace(PIECE, channel="长江日报")).sha256
    for form, said in texts(members).items():
        if not form.endswith("by"):
            for said_once in ("昨天，江滩芦苇节开幕&市民散步", "据江滩管理处。", "市民在江边", "何晓晴摄"):
                assert said_once in flat(said), (form, said_once)
            assert flat(said).index("署名：") < flat(said).index("一、开幕"), form


@pytest.mark.parametrize("piece", [PIECE, SIGNED, replace(PIECE, notices=(CORRECTION,)), replace(
    SIGNED, notices=(CORRECTION, RETRACTION)), replace(PIECE, embargo=AT, urgent=True, shots={}, genre="")])
def test_ninjs_is_valid(piece: Outgoing) -> None:
    said = json.loads(opened(piece)["ninjs.json"])
    assert said["uri"].startswith("urn:uuid:") and said["standard"]["version"] == "3.1"
    assert said["headlines"][0]["value"] and said["bodies"] and said["pubStatus"] in ("usable", "withheld", "canceled")
    assert not {name for name in said if name not in KNOWN}
    published = schema()
    if published:
        published.validate(said)
        with pytest.raises(Exception, match="unlisted"):
            published.validate({**said, "unlisted": 1})


KNOWN = {"uri", "standard", "type", "representationType", "version", "firstCreated", "versionCreated", "contentCreated",
         "pubStatus", "urgency", "language", "title", "headlines", "by", "people", "organisations", "infoSources",
         "bodies", "altIds", "associations", "embargoedUntil", "genres", "edNote"}
"""Properties of ninjs 3.1 that we use: what is checked where the published schema isn't at hand."""


def test_what_was_corrected_says_so_and_what_was_retracted_goes_out_without_its_text() -> None:
    corrected, gone = replace(PIECE, notices=(CORRECTION,)), replace(PIECE, notices=(CORRECTION, RETRACTION))
    for form, said in texts(opened(corrected)).items():
        if not form.endswith("by"):
            assert "首段日期应为十月。" in said and "江滩芦苇节开幕&" in flat(said), form
    members = opened(gone)
    for form, said in texts(members).items():
        if not form.endswith("by"):
            assert "活动时间有误。" in said and "市民散步" not in said and "署名：" in said, form
    assert json.loads(members["ninjs.json"])["pubStatus"] == "canceled"
    news: Any = etree.fromstring(members["newsml-g2.xml"])
    assert news.find(".//{*}pubStatus").get("qcode") == "stat:canceled"
    assert not [name for name in members if name.startswith("pictures/")]
    held = json.loads(opened(replace(PIECE, embargo=AT))["ninjs.json"])
    assert (held["pubStatus"], held["embargoedUntil"]) == ("usable", "2026-11-23T01:00:00Z")


def test_newsml_has_its_parts_in_the_order_of_the_standard() -> None:
    """Its schema is not at hand: what is held is that it is well-formed, and the order that the standard prescribes."""
    piece = replace(SIGNED, notices=(CORRECTION,), embargo=AT)
    news = etree.fromstring(opened(piece)["newsml-g2.xml"])
    assert etree.QName(news) == "{http://iptc.org/std/nar/2006-10-01/}newsItem"
    parts = {etree.QName(part).localname: [etree.QName(one).localname for one in part] for part in news}
    assert list(parts) == ["catalogRef", "itemMeta", "contentMeta", "contentSet"]
    order = ["itemClass", "provider", "versionCreated", "firstCreated", "embargoed", "pubStatus", "title", "edNote",
             "signal", "link"]
    assert parts["itemMeta"] == order
    assert parts["contentMeta"] == ["urgency", "contentCreated", "contentModified", "creator", "contributor",
                                    "contributor", "altId", "language", "genre", "headline", "by"]


NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(name=NAMES, unit=NAMES, asker=NAMES, html=st.sampled_from([HTML, "", "<p>文</p>"]),
       notices=st.sampled_from([(), (CORRECTION,), (RETRACTION,)]))
@settings(max_examples=25, deadline=None)
def test_no_form_loses_the_signature_line_whatever_the_names_are(
    name: str, unit: str, asker: str, html: str, notices: tuple[Notice, ...]
) -> None:
    lines = (Line("署名", name, "person"), Line("单位", unit), Line("组织单位", asker))
    try:
        piece = replace(SIGNED, signature=lines, html=html, notices=notices)
    except ValueError:  # nothing of a name can be seen: then nothing goes out at all
        assert not all(map(seen, (name, unit, asker)))
        return
    for form, said in texts(opened(piece)).items():
        for line in piece.signature:
            assert flat(str(line)) in flat(said), form
    assert [flat(line.words) for line in piece.signature] == [*map(seen, (name, unit, asker))]


def seen(name: str) -> str:
    """What can be written of a name in XML and in HTML: all but control characters and what is no character."""
    return flat("".join(one for one in name if one.isspace() or not (
        one < " " or "\x7f" <= one <= "\x9f" or "\ufdd0" <= one <= "\ufdef" or one in "\ufffe\uffff")))
