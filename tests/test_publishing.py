"""What a publisher has before them: what is cleared, what is being corrected, what came out lately on each channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from editorial import clock
from editorial.actions import publishing
from editorial.actions.publishing import Placement
from editorial.actions.texts import Text
from editorial.db import db
from editorial.errors import Invalid
from editorial.models import Channel, Manuscript
from editorial.terms import ChannelKind, State
from tests import cast
from tests.client import Visitor
from tests.pages import made, queries, then

PAGE = "/publishing"


def at_channel(title: str, manuscript: Manuscript, hours: int = 1) -> None:
    """It came out on the channel with this title so many hours ago."""
    channel = db.session.scalars(select(Channel).where(
        Channel.office_id == manuscript.office_id, Channel.title == title)).one()
    publishing.publish(cast.actor("pub_n"), manuscript, None, Placement(
        channel.id, clock.now() - timedelta(hours=hours), f"https://news.example/{title}/{manuscript.code}"))


def correct(manuscript: Manuscript) -> None:
    """A correction is put forward."""
    text = Text("改题", "通讯员", "<p>改文。</p>")
    publishing.correct(cast.actor("chief_n"), manuscript, None, text, "日期已更正。")


def codes(visitor: Visitor, under: str) -> list[str]:
    """The codes of the rows under a heading, in their order; under no heading, of the list on top."""
    rows = (f"//section[h2[contains(., '{under}')]]" if under else "//main") + "/ol[@class='rows']"
    return visitor.find(f"{rows}//span[@class='code']/text()")


def test_publishing_is_for_publishers(app: Flask) -> None:
    Visitor(app, "pub_n").get(PAGE)
    for key in ("chief_n", "pol_n", "cor_a1", "coord", "adm"):
        Visitor(app, key).get(PAGE, 404)


def test_what_is_cleared_waits_the_longest_first_and_goes_once_it_is_out(app: Flask) -> None:
    with clock.at(clock.now() - timedelta(days=3)):
        older = made(lambda: cast.accepted(urgent=False))
    newer = made(lambda: cast.accepted(urgent=True))
    made(lambda: cast.passed(cast.signed(), "pol_n", "con_n"))
    visitor = Visitor(app, "pub_n")
    visitor.get(PAGE)
    assert codes(visitor, "") == [older, newer]
    then(lambda one: at_channel("主渠道", one), older)
    visitor.get(PAGE)
    assert codes(visitor, "") == [newer]
    assert codes(visitor, "主渠道") == [older]


def test_print_and_air_are_recorded_by_their_place_without_an_address(app: Flask) -> None:
    manuscript = cast.accepted()
    main = db.session.scalars(select(Channel.id).where(Channel.office_id == manuscript.office_id).limit(1)).one()
    there = Placement(main, clock.now(), "https://news.example/1")
    channel = db.session.get_one(Channel, there.channel_id)
    for kind, reason in ((ChannelKind.PAPER, "no-page"), (ChannelKind.PROGRAMME, "no-programme")):
        channel.kind = kind
        with pytest.raises(Invalid, match=reason):
            publishing.publish(cast.actor("pub_n"), manuscript, None, replace(there, address=""))
        half = replace(there, address="news.example", place="A3")
        with pytest.raises(Invalid, match="no-address"):
            publishing.publish(cast.actor("pub_n"), manuscript, None, half)
    out = replace(there, address="", place="A3", headline="芦苇荡里过周末")
    made = publishing.publish(cast.actor("pub_n"), manuscript, None, out)
    assert (made.address, made.place, made.headline) == ("", "A3", "芦苇荡里过周末")
    with pytest.raises(Invalid, match="place=duplicate-publication"):
        publishing.publish(cast.actor("pub_n"), manuscript, None, out)
    publishing.publish(cast.actor("pub_n"), manuscript, None, replace(out, place="A4"))


def test_another_office_s_pieces_are_not_there(app: Flask) -> None:
    made(cast.accepted)
    made(cast.published)
    visitor = Visitor(app, "pub_t")
    visitor.get(PAGE)
    assert visitor.find("//span[@class='code']") == []


def test_each_channel_shows_its_last_pieces_the_newest_first(app: Flask) -> None:
    with_two = made(cast.accepted)
    then(lambda one: at_channel("主渠道", one, 9), with_two)
    then(lambda one: at_channel("网站", one, 1), with_two)
    others = [made(cast.accepted) for _ in range(6)]
    for hours, code in enumerate(others, 2):
        then(partial(at_channel, "主渠道", hours=hours), code)
    visitor = Visitor(app, "pub_n")
    visitor.get(PAGE)
    assert codes(visitor, "主渠道") == others[:5]
    assert codes(visitor, "网站") == [with_two]


def test_corrections_under_review_are_listed_until_they_are_decided(app: Flask) -> None:
    code = made(cast.published)
    then(correct, code)
    visitor = Visitor(app, "pub_n")
    visitor.get(PAGE)
    under_review = visitor.find("//section[@aria-labelledby='correcting']")
    chief = Visitor(app, "chief_n")
    chief.get("/offices/changjiang/list")
    assert code in chief.text and "更正审稿中" in chief.text
    assert code in "".join(under_review[0].itertext()) and "日期已更正。" in "".join(under_review[0].itertext())
    then(lambda one: cast.passed(one, "pol_n", "con_n", "qua_n"), code)
    visitor.get(PAGE)
    assert not visitor.find("//section[@aria-labelledby='correcting']")
    assert "日期已更正。" in visitor.text and "改题" in visitor.text


def test_a_retraction_is_marked_with_its_reason(app: Flask) -> None:
    made(lambda: cast.reach(State.RETRACTED))
    visitor = Visitor(app, "pub_n")
    visitor.get(PAGE)
    assert "活动时间有误。" in visitor.text


def test_the_page_takes_as_many_queries_whatever_is_in_it(app: Flask) -> None:
    visitor = Visitor(app, "pub_n")

    def busy() -> None:
        made(cast.accepted)
        made(cast.published)
        then(correct, made(cast.published))
        made(lambda: cast.reach(State.RETRACTED))

    def count() -> int:
        with queries(app) as statements:
            visitor.get(PAGE)
        return len(statements)

    busy()
    before = count()
    busy()
    busy()
    assert count() == before
