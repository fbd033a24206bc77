"""Everything submitted, for the coordinator: by unit, office and state, by story, with the list behind each sum."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from flask import Flask

from editorial import clock
from editorial.actions import manuscripts, reviewing
from editorial.actions.texts import Text
from editorial.queries import lists
from editorial.terms import State
from tests import cast
from tests.client import Visitor
from tests.pages import made, queries, then

PAGE = "/overview"


def numbers(visitor: Visitor) -> dict[str, int]:
    """The numbers of the open page, by the addresses that they open."""
    return {bar.xpath(".//a/@href")[0]: int("".join(bar.xpath(".//*[@class='bar-number']//text()")).replace(",", ""))
            for bar in visitor.find("//div[@class='bar']")}


def named(visitor: Visitor, section: str) -> dict[str, int]:
    """The same by their words, of one kind: ``by-unit``, ``by-office``, ``by-state``."""
    return {"".join(bar.xpath(".//*[@class='bar-label']//text()")).strip():
            int("".join(bar.xpath(".//*[@class='bar-number']//text()")))
            for bar in visitor.find(f"//section[@aria-labelledby='{section}']//div[@class='bar']")}


def walk(visitor: Visitor, address: str = PAGE) -> Iterator[str]:
    """The codes in the list, over all its pages."""
    while address:
        visitor.get(address)
        yield from visitor.find("//main//span[@class='code']/text()")
        address = next(iter(visitor.find("//a[@rel='next']/@href")), "")


def on(*when: int) -> datetime:
    """A time in UTC."""
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type, misc]


def a_city_at_work() -> None:
    """Submissions of several units, to one office and to both, in every state, in time and late."""
    for state in State:
        made(partial(cast.reach, state))
    made(lambda: cast.signed(offices=("n", "t")))
    made(lambda: cast.submitted("cor_b1", offices=("n", "t")))
    made(lambda: cast.submitted("cor_further"))
    made(lambda: cast.signed("cor_free", offices=("t",)))
    with clock.at(on(2026, 3, 2, 1)):
        both = made(lambda: cast.signed(offices=("n", "t")))
        then(lambda one: reviewing.claim(cast.actor("pol_n"), one, None), both)
        then(lambda one: reviewing.return_(cast.actor("pol_n"), one, None, "请补充。"), both)


def test_the_overview_is_for_coordinators(app: Flask) -> None:
    Visitor(app, "coord").get(PAGE)
    for key in ("cor_a1", "sig_a", "pol_n", "chief_n", "pub_n", "com_d", "adm"):
        Visitor(app, key).get(PAGE, 404)


def test_it_has_everything_submitted_and_no_draft(app: Flask) -> None:
    codes = {state: made(partial(cast.reach, state)) for state in State}
    recalled = made(cast.submitted)
    then(lambda one: manuscripts.recall(cast.actor("cor_a1"), one, None), recalled)
    seen = set(walk(Visitor(app, "coord")))
    assert seen == set(codes.values()) - {codes[State.DRAFT]}


def test_a_returned_manuscript_shows_the_title_that_was_submitted(app: Flask) -> None:
    code = made(lambda: cast.reach(State.RETURNED))
    text = Text("还没送出的新题", "通讯员", "<p>还没送出的新文。</p>")
    then(lambda one: manuscripts.save(cast.actor("cor_a1"), one, None, text), code)
    visitor = Visitor(app, "coord")
    visitor.get(PAGE)
    assert code in visitor.text and text.title not in visitor.text


FILTERS = ("", "state=in_review", "office=station", "late=1", "period=2026-Q1", "period=all")


def test_every_sum_opens_exactly_what_it_counted(app: Flask) -> None:
    with clock.at(on(2026, 11, 25, 2)):
        a_city_at_work()
        visitor, opened = Visitor(app, "coord"), set()
        for filters in FILTERS:
            visitor.get(f"{PAGE}?period=2026&{filters}" if "period" not in filters else f"{PAGE}?{filters}")
            counted = numbers(visitor)
            assert counted, filters
            for address, number in counted.items():
                if (address, number) not in opened:
                    codes = list(walk(visitor, address))
                    assert len(codes) == len(set(codes)) == number, address
                    opened.add((address, number))


def test_units_count_what_is_below_them_and_lead_down_the_tree(app: Flask) -> None:
    made(cast.submitted)
    made(lambda: cast.submitted("cor_further"))
    made(lambda: cast.submitted("cor_b1"))
    visitor = Visitor(app, "coord")
    visitor.get(PAGE)
    assert named(visitor, "by-unit") == {"江岸区": 2, "洪山区": 1}
    visitor.get(next(address for address in numbers(visitor) if numbers(visitor)[address] == 2))
    assert named(visitor, "by-unit") == {"百步亭支部": 1, "花桥支部": 1}
    assert len(visitor.find("//main//span[@class='code']")) == 2
    visitor.get(PAGE + "?unit=99999", 404)


def test_what_a_unit_sent_itself_is_told_from_what_came_from_below(app: Flask) -> None:
    from editorial.actions import people
    from editorial.db import db
    from editorial.terms import Role
    people.give_role(None, cast.person("cor_a1"), Role.CORRESPONDENT, unit_id=cast.unit("district").id)
    genre = cast.draft().genre_id
    own = manuscripts.create(cast.actor("cor_a1"), cast.unit("district").id, cast.TEXT, manuscripts.Particulars(
        genre, [cast.office("n").id], is_original=True))
    manuscripts.submit(cast.actor("cor_a1"), own, None)
    code, district = own.code, own.unit_id
    db.session.commit()
    made(cast.submitted)
    visitor = Visitor(app, "coord")
    visitor.get(f"{PAGE}?unit={district}")
    assert sorted(named(visitor, "by-unit").values()) == [1, 1]
    assert list(walk(visitor, f"{PAGE}?unit={district}&only=1")) == [code]


def test_a_story_at_two_offices_counts_once(app: Flask) -> None:
    code = made(lambda: cast.signed(offices=("n", "t")))
    then(lambda one: cast.passed(one, "pol_n", "con_n", "qua_n"), code)
    visitor = Visitor(app, "coord")
    assert list(walk(visitor)) == [code]
    assert named(visitor, "by-unit") == {"江岸区": 1}
    assert named(visitor, "by-office") == {cast.OFFICES["n"][1]: 1, cast.OFFICES["t"][1]: 1}
    assert list(named(visitor, "by-state").values()) == [1, 1]
    station = f"{PAGE}?office=station"
    assert len(list(walk(visitor, station))) == 1 and code not in walk(visitor, station)


def test_a_shared_story_goes_by_its_first_submission(app: Flask) -> None:
    with clock.at(on(2026, 2, 1, 1)):
        code = made(cast.accepted)
    with clock.at(on(2026, 11, 1, 1)):
        then(lambda one: manuscripts.share(cast.actor("chief_n"), one, None, cast.office("t").id), code)
        visitor = Visitor(app, "coord")
        assert list(walk(visitor, f"{PAGE}?period=2026-Q1")) == [code]
        assert list(walk(visitor, f"{PAGE}?period=2026-Q4")) == []


def test_a_period_goes_by_local_days(app: Flask) -> None:
    with clock.at(on(2025, 12, 31, 15, 59)):
        before = made(cast.submitted)
    with clock.at(on(2025, 12, 31, 16, 0)):
        after = made(cast.submitted)
    with clock.at(on(2026, 4, 1, 1)):
        visitor = Visitor(app, "coord")
        assert list(walk(visitor, f"{PAGE}?period=2025-Q4")) == [before]
        assert list(walk(visitor, f"{PAGE}?period=2026-Q1")) == [after]
        assert list(walk(visitor)) == [after]
        visitor.get(f"{PAGE}?period=2025")
        years = visitor.find("//main//nav[1]//a/text()")
        assert [year.strip() for year in years] == ["全部", "2026", "2025"]
        assert list(walk(visitor, f"{PAGE}?period=all")) == [after, before]


def test_what_a_filter_can_not_mean_is_left_out(app: Flask) -> None:
    code = made(cast.submitted)
    visitor = Visitor(app, "coord")
    for filters in ("period=2026-Q5x", "period=9", "unit=-1", "unit=²", "state=draft", "state=x", "late=yes", "after=x",
                    "only=1"):
        expected = [] if filters == "only=1" else [code]
        assert list(walk(visitor, f"{PAGE}?{filters}")) == expected, filters


def test_lists_page_by_key_and_sums_stand_on_the_first_page(app: Flask) -> None:
    codes = {made(cast.submitted) for _ in range(lists.PAGE + 2)}
    visitor = Visitor(app, "coord")
    found = list(walk(visitor))
    assert set(found) == codes and len(found) == len(codes)
    assert numbers(visitor) == {}


def test_the_page_takes_as_many_queries_whatever_is_in_it(app: Flask) -> None:
    visitor = Visitor(app, "coord")

    def count() -> int:
        with queries(app) as statements:
            visitor.get(PAGE)
        return len(statements)

    a_city_at_work()
    before = count()
    a_city_at_work()
    assert count() == before
