"""From one manuscript to the next without going back to the list, and the most urgent one for whoever asks."""

from __future__ import annotations

from functools import partial

from flask import Flask

from editorial.actions import reviewing
from tests import cast
from tests.client import Visitor
from tests.pages import found, made, queries, then


def _way(visitor: Visitor, code: str) -> tuple[str, str, bool]:
    """The codes before and after this one on its page, and whether one is offered to take."""
    visitor.get(f"/manuscripts/{code}")
    before, after = ((visitor.find(f"//nav[@class='way']/a[@rel='{rel}']/@href") or [""])[0].rpartition("/")[2]
                     for rel in ("prev", "next"))
    return before, after, bool(visitor.find("//nav[@class='way']//form"))


def _mine(*codes: str) -> None:
    for code in codes:
        then(lambda one: reviewing.claim(cast.actor("pol_n"), one, None), code)


def test_what_is_read_goes_on_by_urgency_in_both_directions(app: Flask) -> None:
    calm, later, urgent = made(cast.signed), made(cast.signed), made(partial(cast.signed, urgent=True))
    _mine(calm, later, urgent)
    free = made(cast.signed)
    visitor = Visitor(app, "pol_n")
    assert _way(visitor, urgent) == ("", calm, False)
    assert _way(visitor, calm) == (urgent, later, False)
    assert _way(visitor, later) == (calm, "", False)
    assert _way(visitor, free) == ("", "", False)


def test_what_is_to_be_claimed_and_signed_has_its_own_way(app: Flask) -> None:
    free, other = made(cast.signed), made(cast.signed)
    assert _way(Visitor(app, "pol_n"), free) == ("", other, False)
    unsigned, last = made(cast.submitted), made(cast.submitted)
    assert _way(Visitor(app, "sig_a"), last) == (unsigned, "", False)


def test_after_a_decision_the_most_urgent_of_what_is_mine_comes_next(app: Flask) -> None:
    done, mine = made(cast.signed), made(cast.signed)
    _mine(done, mine)
    then(lambda one: reviewing.pass_(cast.actor("pol_n"), one, None, cast.ANSWERS), done)
    visitor = Visitor(app, "pol_n")
    assert _way(visitor, done) == ("", mine, False)
    free = made(cast.signed)
    assert _way(visitor, done) == ("", mine, True)
    visitor.send(visitor.form_to("/desk/next"))
    assert visitor.url == f"/manuscripts/{free}"


def test_who_neither_reads_nor_signs_is_shown_no_way(app: Flask) -> None:
    code = made(cast.signed)
    made(cast.signed)
    for key in ("cor_a1", "chief_n", "coord", "con_n"):
        assert _way(Visitor(app, key), code) == ("", "", False), key


def test_the_next_one_is_the_most_urgent_that_may_be_read(app: Flask) -> None:
    calm, urgent = made(cast.signed), made(partial(cast.signed, urgent=True))
    elsewhere = made(partial(cast.signed, offices=("t",), urgent=True))
    visitor = Visitor(app, "pol_n")
    for code in (urgent, calm):
        visitor.get("/desk")
        visitor.send(visitor.form_to("/desk/next"))
        assert visitor.url == f"/manuscripts/{code}"
        assert found(code).assignee_id == cast.person("pol_n").id
    visitor.post("/desk/next", {})
    assert visitor.url == "/desk" and "没有可领取的" in visitor.text
    assert found(elsewhere).assignee_id is None


def test_the_way_costs_as_many_queries_however_much_waits(app: Flask) -> None:
    codes = [made(cast.signed)]
    visitor = Visitor(app, "pol_n")
    counts = []
    for more in (1, 5):
        codes += [made(cast.signed) for _ in range(more)]
        _mine(*codes)
        codes, first = [], codes[0]
        with queries(app) as sent:
            visitor.get(f"/manuscripts/{first}")
        counts.append(len(sent))
    assert counts[0] == counts[1]
