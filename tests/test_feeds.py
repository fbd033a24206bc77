"""Feeds of what is out: valid Atom, signed, in pages, with corrections and retractions; for private addresses alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import etree

from editorial import clock
from editorial.actions import mailing, people, publishing
from editorial.actions.publishing import Placement
from editorial.actions.texts import Text
from editorial.db import db
from editorial.models import Manuscript
from editorial.queries import lists
from editorial.terms import AssignmentState
from tests import cast
from tests.client import Visitor
from tests.pages import queries

RULES = etree.RelaxNG(etree.parse(Path(__file__).parent / "data" / "atom.rng"))


def read(app: Flask, address: str) -> Any:
    """A page of a feed, which must be valid, under its own address and with an id for each entry."""
    db.session.commit()
    answer = app.test_client().get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml"), answer.text
    page: Any = etree.fromstring(answer.data)
    RULES.assertValid(page)
    ids = page.xpath("//*[local-name()='id']/text()")
    assert len(ids) == len(set(ids)) and link(page, "self").endswith(address)
    for entry in page.findall("{*}entry"):
        content = words(entry.find("{*}content"))
        assert content.startswith("署名：") and "单位：" in content
    return page


def words(element: Any) -> str:
    """All text within an element."""
    return "".join(element.itertext())


def link(element: Any, rel: str) -> str:
    """Where a link leads; nothing where there is none."""
    found = element.xpath(f"./*[local-name()='link'][@rel='{rel}']/@href")
    return str(found[0]) if found else ""


def titles(page: Any) -> list[str]:
    """The titles of a page's entries."""
    return [entry.findtext("{*}title") for entry in page.findall("{*}entry")]


def ids(pages: Iterable[Any]) -> set[str]:
    """The names of all entries."""
    return {entry.findtext("{*}id") for page in pages for entry in page.findall("{*}entry")}


def walk(app: Flask, address: str) -> Iterator[Any]:
    """All pages from an address on."""
    while address:
        page = read(app, address)
        yield page
        address = link(page, "next").removeprefix("http://localhost")


def out(title: str, office: str = "n", channel: int = 0) -> Manuscript:
    """A piece that came out."""
    text = Text(title, "本报讯 通讯员何晓晴", "<p>芦苇。</p>")
    readers = (f"{one}_{office}" for one in ("pol", "con", "qua"))
    found = cast.passed(cast.signed(offices=(office,), text=text), *readers)
    placed(found, office, channel)
    return found


def placed(found: Manuscript, office: str, channel: int) -> None:
    """It came out on one of the office's channels, just now."""
    assert found.office is not None and found.accepted_at is not None
    there = found.office.channels[channel]
    publishing.publish(cast.actor(f"pub_{office}"), found, None, Placement(
        there.id, clock.now(), f"https://news.example/{found.code}/{there.id}"))


def test_a_feed_shows_the_latest_change_first_and_marks_what_was_corrected_or_retracted(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    address = f"/published/{mailing.make_address(cast.actor('cor_b1'), 'published')}.atom"
    assert titles(read(app, address)) == []
    first, second, third = out("甲"), out("乙 & <丙>"), out("丁", "t")
    cast.accepted(text=Text("未刊发", "本报讯 通讯员何晓晴", "<p>芦苇。</p>"))
    before = ids(walk(app, address))
    assert [title for page in walk(app, address) for title in titles(page)] == ["丁", "乙 & <丙>", "甲"]
    text = Text("甲", "本报讯 通讯员何晓晴", "<p>十月的芦苇。</p>")
    publishing.correct(cast.actor("chief_n"), first, None, text, "日期有误。")
    assert [title for page in walk(app, address) for title in titles(page)] == ["丁", "乙 & <丙>", "甲"], "not yet"
    cast.passed(first, "pol_n", "con_n", "qua_n")
    publishing.retract(cast.actor("chief_n"), second, None, "活动取消。")
    with queries(app) as asked:
        pages, counts = [], []
        for page in walk(app, address):
            pages.append(page)
            counts.append(len(asked))
            asked.clear()
    assert [titles(page) for page in pages] == [["【已撤回】乙 & <丙>", "甲"], ["丁"]]
    assert counts[0] == counts[1] <= 8, "each page takes the same queries"
    gone, corrected = pages[0].findall("{*}entry")
    assert "活动取消。" in words(gone) and "芦苇" not in words(gone)
    assert "日期有误。" in words(corrected) and "十月的芦苇" in words(corrected)
    assert corrected.xpath("./*[local-name()='category'][@term='corrected']")
    assert ids(pages) == before and len(before) == 3, "an entry keeps its name"
    assert corrected.findtext("{*}updated") >= corrected.findtext("{*}published")
    assert link(corrected, "related") == f"https://news.example/{first.code}/{first.publications[0].channel_id}"
    placed(third, "t", 1)
    of_office = [titles(page) for page in walk(app, f"{address}?office=changjiang")]
    assert of_office == [["【已撤回】乙 & <丙>", "甲"]]
    channels = [one.id for one in cast.office("t").channels]
    assert titles(read(app, f"{address}?office=station&channel={channels[1]}")) == ["丁"]
    assert titles(read(app, f"{address}?office=changjiang&channel={cast.office('n').channels[1].id}")) == []
    client = app.test_client()
    for wrong in (f"{address}?office=nowhere", f"{address}?office=changjiang&channel={channels[1]}",
                  f"{address}?channel=1", address.replace(".atom", "x.atom")):
        assert client.get(wrong).status_code == 404, wrong


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_commentary_has_a_feed_of_its_own_with_its_signature_line(app: Flask) -> None:
    token = mailing.make_address(cast.actor("cor_b1"), "published")
    cast.assignment_in(AssignmentState.PUBLISHED)
    cast.assignment_in(AssignmentState.APPROVED)
    person = cast.person("ctr_d1")
    people.change_person(None, person, None, login=person.login, name="宣新名", email="", phone="")
    page = read(app, f"/published/{token}/commentary.atom")
    entry, = page.findall("{*}entry")
    assert "署名：宣一 · 单位：宣传部 · 组织单位：宣传部" in words(entry.find("{*}content"))
    assert [words(one) for one in (*entry.findall("{*}author"), *entry.findall("{*}contributor"))] == [
        "宣一", "单位：宣传部", "组织单位：宣传部"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_addresses_are_made_on_the_page_shown_once_and_end_with_the_account(app: Flask) -> None:
    out("甲")
    visitor = Visitor(app, "cor_b1")
    visitor.get("/account/mail")
    visitor.send(visitor.form_to("/account/published"))
    shown = [one.get("value") for one in visitor.find("//input[starts-with(@id, 'feed-')]")]
    assert len(shown) == 8 and len({one.split("/published/")[1][:43] for one in shown}) == 1
    visitor.get("/account/mail")
    assert not visitor.find("//input[starts-with(@id, 'feed-')]")
    for address in shown:
        read(app, address.removeprefix("http://localhost"))
    calendar = mailing.make_address(cast.actor("cor_b1"), "calendar")
    db.session.commit()
    client = app.test_client()
    assert client.get(f"/published/{calendar}.atom").status_code == 404
    assert client.get(f"/calendar/{calendar}.ics").status_code == 200
    people.deactivate(None, cast.person("cor_b1"))
    db.session.commit()
    assert {client.get(one.removeprefix("http://localhost")).status_code for one in shown} == {404}
