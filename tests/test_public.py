"""The pages without log-in: off at first; only what was published, as it was cleared; no cookie, no script."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import event, func, select

from editorial import clock
from editorial.actions import commissions, organisation, planning, publishing
from editorial.actions.texts import Text
from editorial.db import db
from editorial.models import Manuscript, Office
from editorial.terms import AssignmentState, State
from tests import cast
from tests.client import Visitor


def _opened(*, public: bool = True) -> None:
    office = db.session.scalars(select(Office).where(Office.slug == cast.office("n").slug)).one()
    organisation.change_office(
        None, office, name=office.name, name_en=office.name_en, shows_reviewers=office.shows_reviewers,
        undo_minutes=office.undo_minutes, is_active=True, counts_unproved=office.counts_unproved, is_public=public)
    db.session.commit()


def _queries(visitor: Visitor, address: str) -> int:
    asked: list[object] = []

    def note(*arguments: object) -> None:
        asked.append(arguments[2])

    event.listen(db.engine, "before_cursor_execute", note)
    visitor.get(address)
    event.remove(db.engine, "before_cursor_execute", note)
    return len(asked)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_there_is_no_such_page_until_an_office_wants_it(app: Flask) -> None:
    code = cast.published().code
    db.session.commit()
    anybody = Visitor(app)
    for address in ("/public", f"/public/{code}", f"/public/{code}/pictures/{'0' * 64}", "/sitemap.xml",
                    "/sitemap-0.xml"):
        anybody.get(address, 404)
    assert anybody.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    _opened()
    anybody.get(f"/public/{code}")
    assert "Allow: /public" in anybody.get("/robots.txt").text
    _opened(public=False)
    anybody.get(f"/public/{code}", 404)


def test_only_what_is_published_is_read_and_as_it_was_cleared(app: Flask) -> None:
    commentary = cast.assignment_in(AssignmentState.PUBLISHED)
    number, piece = commentary.id, commentary.commission.manuscript
    commissions.offer(cast.actor("com_d"), commentary.commission, [cast.person("ctr_d2").id])
    other = commentary.commission.assignments[1]
    commissions.accept(cast.actor("ctr_d2"), other, None)
    commissions.file(cast.actor("ctr_d2"), other, None, commissions.Words("未发表的题", "<p>未发表的话。</p>"))
    code, cleared = piece.code, piece.cleared_version.text.split("\n")[0] if piece.cleared_version else ""
    hidden = [cast.reach(state).code for state in State if state not in (State.PUBLISHED, State.RETRACTED)]
    gone = cast.reach(State.RETRACTED)
    retracted, title, words = gone.code, gone.title, gone.versions[-1].text
    unread = Text("改过的题", "署名", "<p>改过还没通过的字。</p>")
    publishing.correct(cast.actor("chief_n"), piece, None, unread, "更正说明。")
    _opened()

    anybody = Visitor(app)
    answer = anybody.get(f"/public/{code}")
    assert cleared in anybody.text and "改过" not in anybody.text
    line = "".join(anybody.find("//p[@class='signature']")[0].itertext())
    assert all(part in line for part in ("宣一", "宣传部", "组织单位")) and "秋天的江滩" in anybody.text
    assert "未发表" not in anybody.text
    assert not anybody.find("//script[not(@type='application/ld+json')] | //form | //input")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=60" and "Vary" not in answer.headers
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert anybody.client.get(f"/public/{code}", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert anybody.find("//link[@rel='canonical']")[0].get("href").endswith(f"/public/{code}")

    assert re.fullmatch(r"\d{4}年\d+月\d+日 \d\d:\d\d", anybody.find("//time")[0].text), "true also when kept"

    english = anybody.find("//header//a[@hreflang='en']/@href")[0]
    anybody.get(english)
    assert anybody.page is not None and anybody.page.get("lang") == "en" and "Where it came out" in anybody.text
    for node in anybody.find("//main//*[not(ancestor-or-self::*[@lang='zh-Hans'])]/text()"):
        assert not re.search("更正|撤回|刊发|年.月|已发布", node), node
    anybody.get(anybody.find("//main//a[contains(@href, '/public?')]/@href")[0])
    assert anybody.page.get("lang") == "en" and anybody.find(f"//main//a[@href='{english}']"), "it goes on in English"
    anybody.get(anybody.find("//header//a[@hreflang='zh-Hans']/@href")[0])
    assert anybody.page.get("lang") == "zh-Hans"

    anybody.get("/public")
    assert code in anybody.text and retracted in anybody.text and title not in anybody.find(
        f"//a[contains(@href, '{retracted}')]")[0].text
    assert not [one for one in hidden if one in anybody.text]
    for one in hidden:
        anybody.get(f"/public/{one}", 404)
    anybody.get(f"/public/{retracted}")
    assert "活动时间有误。" in anybody.text and words not in anybody.text
    assert anybody.find("//meta[@name='robots'][@content='noindex']")

    reader = Visitor(app, "nobody")
    assert reader.get(f"/public/{code}").data == anybody.client.get(f"/public/{code}").data, "the same for everybody"
    maps = etree.fromstring(anybody.get("/sitemap.xml").data)
    assert (maps[0][0].text or "").endswith("/sitemap-0.xml")
    told = anybody.get("/sitemap-0.xml").text
    assert f"/public/{code}<" in told and retracted not in told and not [one for one in hidden if one in told]
    for address in ("/sitemap-1.xml", "/sitemap-2147483647.xml", "/public/x", f"/public/{code}/pictures/{'0' * 64}"):
        anybody.get(address, 404)

    publishing.retract(cast.actor("chief_n"), db.session.get_one(Manuscript, piece.id), None, "另有原因。")
    db.session.commit()
    anybody.get(f"/public/{code}")
    assert "另有原因。" in anybody.text and cleared not in anybody.text and "秋天的江滩" not in anybody.text
    assert number


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_search_engines_are_told_who_wrote_it_and_what_was_wrong_as_the_page_says_it(app: Flask) -> None:
    commentary = cast.assignment_in(AssignmentState.PUBLISHED)
    piece = commentary.commission.manuscript
    evil = replace(cast.TEXT, title="标题</script><script>alert(1)</script>&")
    publishing.correct(cast.actor("chief_n"), piece, None, evil, "更正</script><b>。")
    cast.passed(piece, "pol_n", "con_n", "qua_n")
    code = piece.code
    _opened()
    anybody = Visitor(app)
    answer = anybody.get(f"/public/{code}")
    assert answer.text.count("<script") == 1 and "alert(1)</script" not in answer.text.partition("</head>")[0]
    article, opinion = json.loads(anybody.find("//script/text()")[0])["@graph"]
    assert (article["@type"], article["headline"]) == ("NewsArticle", evil.title)
    assert [one["text"] for one in article["correction"]] == ["更正：更正</script><b>。"]
    assert article["creditText"] == f"署名：{evil.byline} · 单位：百步亭支部"
    assert article["author"] == {"@type": "Organization", "name": "百步亭支部"}
    assert article["dateModified"] > article["datePublished"] and article["url"].endswith(f"/public/{code}")
    line = "".join(anybody.find("//p[@class='signature']")[0].itertext())
    said = [opinion["author"][0]["name"], opinion["author"][0]["affiliation"]["name"],
            opinion["sourceOrganization"][0]["name"]]
    assert all(part in line and part in opinion["creditText"] for part in said) and said[0] == "宣一"
    publishing.retract(cast.actor("chief_n"), db.session.get_one(Manuscript, piece.id), None, "另有原因。")
    db.session.commit()
    anybody.get(f"/public/{code}")
    assert not anybody.find("//script")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_embargo_holds_here_also_where_it_was_broken(app: Flask) -> None:
    piece = cast.reach(State.ACCEPTED)
    until = clock.now() + timedelta(hours=2)
    planning.embargo(cast.actor("pub_n"), piece, until, "发布会之后。")
    publishing.publish(cast.actor("pub_n"), piece, None, publishing.Placement(
        cast.office("n").channels[0].id, clock.now(), "https://news.example/1", despite_embargo=True))
    code = piece.code
    _opened()
    anybody = Visitor(app)
    anybody.get(f"/public/{code}", 404)
    anybody.get("/public")
    assert code not in anybody.text and code not in anybody.get("/sitemap-0.xml").text
    with clock.at(until + timedelta(minutes=1)):
        anybody.get(f"/public/{code}")


def test_the_list_goes_on_by_key_and_takes_the_same_queries(app: Flask) -> None:
    cast.published()
    _opened()
    anybody = Visitor(app)
    few = _queries(anybody, "/public")
    for _ in range(31):
        cast.published()
    db.session.commit()
    assert _queries(anybody, "/public") == few <= 8
    seen = [link.get("href") for link in anybody.find("//main//a[contains(@href, '/public/')]")]
    anybody.get(anybody.find("//main//a[@rel='next']")[0].get("href"))
    seen += [link.get("href") for link in anybody.find("//main//a[contains(@href, '/public/')]")]
    assert len(seen) == len(set(seen)) == db.session.scalar(select(func.count(Manuscript.id)))
