"""The home page: what waits for each role, what is late first, what came back; a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, update

from editorial import clock
from editorial.actions import manuscripts, people, reviewing
from editorial.db import db
from editorial.models import Manuscript
from editorial.queries import home as queries
from editorial.terms import Duty, State
from tests import cast
from tests.client import Visitor


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that the block sends to the database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def _sections(key: str) -> dict[Duty, queries.Section]:
    return {section.duty: section for section in queries.home(cast.actor(key)).sections}


WAITS = [
    ("cor_a1", State.RETURNED, Duty.REVISE), ("sig_a", State.AWAITING_SIGNOFF, Duty.SIGN),
    ("pol_n", State.IN_REVIEW, Duty.CLAIM), ("pub_n", State.ACCEPTED, Duty.PUBLISH)]


@pytest.mark.parametrize(("key", "state", "duty"), WAITS)
def test_what_waits_for_somebody_stands_on_their_home_page(app: Flask, key: str, state: State, duty: Duty) -> None:
    manuscript = cast.reach(state)
    visitor = Visitor(app, key)
    visitor.get("/")
    rows = visitor.find(f"//section[@id='{duty.value}']//ol[@data-rows]/li")
    assert len(rows) == 1 and manuscript.code in "".join(rows[0].itertext())
    assert "1" in "".join(visitor.find("//ul[@class='duties']//strong/text()") or visitor.find("//h2/span/text()"))
    for stranger in ("cor_b1", "sig_b", "pol_t", "pub_t", "coord", "adm"):
        assert not any(section.count for section in _sections(stranger).values())


def test_what_was_taken_waits_for_whoever_took_it(app: Flask) -> None:
    manuscript = cast.signed()
    reviewing.claim(cast.actor("pol_n"), manuscript, None)
    assert (_sections("pol_n")[Duty.READ].count, _sections("pol_n")[Duty.CLAIM].count) == (1, 0)
    assert _sections("pol_n2")[Duty.READ].count == 0
    visitor = Visitor(app, "pol_n")
    visitor.get("/")
    link = visitor.find("//section[@id='read']//a[@class='row-title']")[0]
    assert link.get("href") == f"/manuscripts/{manuscript.code}"


def test_an_open_appeal_waits_for_the_chief_editor(app: Flask) -> None:
    manuscript = cast.reach(State.REJECTED)
    manuscripts.appeal(cast.actor("cor_a1"), manuscript, None, "来源已经补上。")
    assert (_sections("chief_n")[Duty.HEAR].count, _sections("chief_t")[Duty.HEAR].count) == (1, 0)
    assert Duty.CONFIRM not in _sections("chief_n"), "no stage there proposes: an empty tile would only puzzle"
    Visitor(app, "chief_n").get("/")


def test_what_is_late_stands_first_and_is_counted(app: Flask) -> None:
    on_time, urgent, late = cast.submitted(), cast.submitted(urgent=True), cast.submitted()
    db.session.execute(update(Manuscript).where(Manuscript.id == late.id).values(
        due_at=clock.now() - timedelta(days=3)))
    section = _sections("sig_a")[Duty.SIGN]
    assert [row.code for row in section.rows] == [late.code, urgent.code, on_time.code]
    assert (section.count, section.late) == (3, 1)


def test_what_came_back_leads_to_the_text(app: Flask) -> None:
    manuscript = cast.reach(State.RETURNED)
    author = Visitor(app, "cor_a1")
    author.get("/")
    link = author.find("//section[@id='revise']//a[@class='row-title']")[0].get("href")
    assert link == f"/manuscripts/{manuscript.code}/edit"
    assert "来源不明，请补充。" in author.text
    author.get(link)


@pytest.mark.parametrize("key", ["cor_a1", "sig_a", "pol_n", "chief_n", "pub_n", "com_d", "ctr_d1", "coord", "adm"])
def test_an_empty_home_page_says_what_to_do(app: Flask, key: str) -> None:
    visitor = Visitor(app, key)
    visitor.get("/")
    assert visitor.find("//main//*[@class='empty']"), visitor.text
    assert not visitor.find("//ol[@data-rows]/li")


def test_whoever_looks_after_things_finds_how_many_there_are(app: Flask) -> None:
    with clock.at(clock.now() - timedelta(days=400)):
        cast.submitted()  # the list is of all years, as the tiles are
    cast.signed()
    people.create_person(None, "xinren", "新人")
    people.ask_for_reset(cast.person("cor_a1").id)
    db.session.commit()
    for key, numbers in (("coord", [1, 1, 0]), ("adm", [1, 1])):
        visitor = Visitor(app, key)
        visitor.get("/")
        assert [int(one.text) for one in visitor.find("//ul[@class='duties']//strong")] == numbers
        for link, number in zip(visitor.find("//ul[@class='duties']//a"), numbers, strict=True):
            listed = Visitor(app, key)
            listed.get(link.get("href"))
            assert key == "adm" or len(listed.find("//ol[@data-rows]/li")) == number


def test_a_story_that_is_at_two_offices_is_one_for_whoever_looks_after_all(app: Flask) -> None:
    """As in the list that the number opens."""
    cast.submitted()
    cast.submitted(offices=("n", "t"))
    db.session.commit()
    assert queries.looks(cast.actor("coord"))[State.AWAITING_SIGNOFF] == 2


def test_few_rows_are_shown_and_the_way_to_all(app: Flask) -> None:
    for _ in range(queries.SHOWN + 2):
        cast.submitted()
    signer = Visitor(app, "sig_a")
    signer.get("/")
    assert len(signer.find("//section[@id='sign']//ol[@data-rows]/li")) == queries.SHOWN
    assert signer.find("//section[@id='sign']//a[@href='/signoff']")
    assert _sections("sig_a")[Duty.SIGN].count == queries.SHOWN + 2


def test_counting_stops_where_nobody_reads_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "COUNTED", 3)
    for _ in range(4):
        cast.submitted()
    section = _sections("sig_a")[Duty.SIGN]
    assert (section.count, section.more) == (3, True)


def test_the_number_of_queries_does_not_follow_the_number_of_manuscripts(app: Flask) -> None:
    """Also of the list of one's own manuscripts, for an author."""
    visitors = {key: Visitor(app, key) for key in ("cor_a1", "sig_a", "pol_n", "chief_n", "pub_n", "com_d", "ctr_d1")}
    totals: dict[tuple[str, str], list[int]] = {}
    for more in (1, 6):
        for _ in range(more):
            for state in (State.AWAITING_SIGNOFF, State.IN_REVIEW, State.RETURNED, State.ACCEPTED):
                cast.reach(state)
            rejected = cast.reach(State.REJECTED)
            manuscripts.appeal(cast.actor("cor_a1"), rejected, None, "请再看。")
        for key, visitor in visitors.items():
            visitor.get("/")
            for address in ("/", "/manuscripts") if key == "cor_a1" else ("/",):
                with counted() as seen:
                    visitor.get(address)
                totals.setdefault((key, address), []).append(len(seen))
    assert all(few == many <= 20 for few, many in totals.values()), totals
