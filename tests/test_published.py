"""What came of it: everybody with an account sees what is out, what was corrected or retracted, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from flask import Flask
from sqlalchemy import select

from editorial import clock
from editorial.actions import publishing
from editorial.actions.publishing import Placement
from editorial.actions.texts import Text
from editorial.db import db
from editorial.models import Channel
from editorial.queries import lists
from editorial.terms import AssignmentState, State
from tests import cast
from tests.client import Visitor
from tests.pages import made, queries, then

PAGE = "/published"
CORRECTED = Text("更正后的题", "通讯员", "<p>更正后的文。</p>")


def walk(visitor: Visitor, address: str = PAGE) -> Iterator[str]:
    """The codes in the list, over all its pages."""
    while address:
        visitor.get(address)
        yield from visitor.find("//main//span[@class='code']/text()")
        address = next(iter(visitor.find("//a[@rel='next']/@href")), "")


def by_station() -> str:
    """A piece that came out at the station."""
    def build() -> object:
        manuscript = cast.passed(cast.signed(offices=("t",)), "pol_t", "con_t", "qua_t")
        channel = db.session.scalars(select(Channel).where(Channel.office_id == cast.office("t").id)).first()
        assert channel is not None
        publishing.publish(cast.actor("pub_t"), manuscript, None, Placement(
            channel.id, clock.now() - timedelta(hours=2), "https://tv.example/1", "晚间新闻 19:05"))
        return manuscript
    return made(build)  # type: ignore[arg-type]


def test_everybody_sees_what_is_out_and_what_was_retracted_and_nothing_else(app: Flask) -> None:
    codes = {state: made(partial(cast.reach, state)) for state in State}
    for who in ("cor_b1", "sig_b", "pol_t", "com_d", "ctr_d1", "coord", "adm", "nobody"):
        visitor = Visitor(app, who)
        assert set(walk(visitor)) == {codes[State.PUBLISHED], codes[State.RETRACTED]}, who
        visitor.get(visitor.find("//a[@class='row-title']/@href")[0])


def test_the_newest_stands_first_and_lists_page_by_key(app: Flask) -> None:
    made_codes = [made(cast.published) for _ in range(lists.PAGE + 2)]
    assert list(walk(Visitor(app, "nobody"))) == made_codes[::-1]


def test_offices_and_their_channels_are_links(app: Flask) -> None:
    paper, station = made(cast.published), by_station()
    visitor = Visitor(app, "nobody")
    assert list(walk(visitor)) == [paper, station]
    visitor.get(PAGE)
    visitor.get(visitor.find(f"//main//nav//a[contains(., '{cast.OFFICES['t'][1]}')]/@href")[0])
    assert visitor.find("//main//span[@class='code']/text()") == [station]
    main, site = visitor.find("//main//nav[2]//a/@href")[1:]
    assert list(walk(visitor, main)) == [station]
    assert list(walk(visitor, site)) == []
    assert list(walk(visitor, f"{PAGE}?office=nowhere&channel=x&after=x")) == [paper, station]


def test_a_piece_says_where_it_is_out(app: Flask) -> None:
    by_station()
    visitor = Visitor(app, "nobody")
    visitor.get(PAGE)
    link, = visitor.find("//main//a[@href='https://tv.example/1']")
    assert (link.get("title"), "noreferrer" in link.get("rel")) == ("晚间新闻 19:05", True)


def test_a_correction_shows_with_its_note_once_it_holds(app: Flask) -> None:
    code = made(cast.published)
    then(lambda one: publishing.correct(cast.actor("chief_n"), one, None, CORRECTED, "日期已更正。"), code)
    visitor = Visitor(app, "nobody")
    visitor.get(PAGE)
    assert "日期已更正。" not in visitor.text and CORRECTED.title not in visitor.text
    assert cast.CAST["pol_n"][0] not in visitor.text
    then(lambda one: cast.passed(one, "pol_n", "con_n", "qua_n"), code)
    visitor.get(PAGE)
    assert "日期已更正。" in visitor.text and CORRECTED.title in visitor.text


def test_a_retraction_shows_with_its_public_reason_and_leads_nowhere_outside(app: Flask) -> None:
    code = made(lambda: cast.reach(State.RETRACTED))
    visitor = Visitor(app, "nobody")
    visitor.get(PAGE)
    assert code in visitor.text and "活动时间有误。" in visitor.text
    assert not visitor.find("//main//a[starts-with(@href, 'https://news.example')]")


def test_published_commentaries_are_counted_and_no_others(app: Flask) -> None:
    visitor = Visitor(app, "nobody")
    cast.assignment_in(AssignmentState.FILED)
    db.session.commit()
    visitor.get(PAGE)
    assert " 1 " not in _counts(visitor)
    cast.assignment_in(AssignmentState.PUBLISHED)
    db.session.commit()
    visitor.get(PAGE)
    assert _counts(visitor).count(" 1 ") == 1


def _counts(visitor: Visitor) -> str:
    """What stands behind the codes of the rows."""
    words = visitor.find("//main//span[@class='code']/following-sibling::span/text()")
    return "".join(f" {word} " for text in words for word in text.split())


def test_the_page_takes_as_many_queries_whatever_is_in_it(app: Flask) -> None:
    visitor = Visitor(app, "nobody")

    def count() -> int:
        with queries(app) as statements:
            visitor.get(f"{PAGE}?office=changjiang")
        return len(statements)

    made(cast.published)
    before = count()
    for _ in range(3):
        made(cast.published)
    made(lambda: cast.reach(State.RETRACTED))
    assert count() == before
