"""The same text sent twice: whoever sends it is told before, may send it all the same, and loses nothing."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import func, select

from editorial.actions import manuscripts, publishing, reviewing
from editorial.db import db
from editorial.models import Manuscript
from editorial.queries.twins import twins
from editorial.terms import State
from tests import cast
from tests.client import Visitor
from tests.pages import made, queries

TYPED = {"title": "江滩芦苇节开幕", "body": "昨天，江滩芦苇节开幕。\n活动持续到月底。", "is_original": "y"}
WARNED = "//fieldset[.//input[@name='again']]"


def _states() -> list[str]:
    db.session.rollback()
    found = [state.value for state in db.session.scalars(select(Manuscript.state).order_by(Manuscript.id))]
    db.session.rollback()
    return found


def _submit_new(author: Visitor, status: int = 200, **more: Any) -> Any:
    author.get("/manuscripts/new")
    form = author.form_with("title", "body")
    fields = {"genre": form.xpath(".//select[@name='genre']/option[@value!='']")[0].get("value"),
              "offices": form.xpath(".//input[@name='offices']")[0].get("value"), **TYPED, **more}
    author.send(form, fields, status, button="submit")
    return form, fields


def test_the_back_button_after_a_first_submission_makes_no_second_manuscript(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    form, fields = _submit_new(author)
    first = author.url
    author.send(form, fields, button="submit")  # the page as the browser kept it: the same one-time key
    assert (author.url, _states()) == (first, ["awaiting_signoff"])
    _submit_new(author, 400)  # the page opened anew
    link, = author.find(f"{WARNED}//a")
    assert link.get("href") == first and _states() == ["awaiting_signoff"]
    again = author.form_with("title", "body")
    assert author.fields(again)["body"].splitlines() == TYPED["body"].splitlines()
    author.send(again, {"again": "y"}, button="submit")
    assert _states() == ["awaiting_signoff", "awaiting_signoff"]


def test_a_draft_and_a_returned_text_warn_on_the_manuscript_s_page_too(app: Flask) -> None:
    first = made(cast.published)
    second, returned = made(cast.draft), made(lambda: cast.reach(State.RETURNED))
    author = Visitor(app, "cor_a1")
    for code, action, typed in ((second, "submit", {}), (returned, "resubmit", {"summary": "核对了来源"})):
        author.get(f"/manuscripts/{code}")
        author.send(author.form_to(f"/{action}"), typed, 400)
        assert f"/manuscripts/{first}" in [link.get("href") for link in author.find(f"{WARNED}//a")]
        assert set(typed.values()) <= {(area.text or "").strip() for area in author.find("//textarea")}
        author.send(author.form_to(f"/{action}"), {"again": "y"})
    assert _states() == ["published", "awaiting_signoff", "in_review"]


def test_only_what_is_under_way_or_out_at_the_same_office_counts(app: Flask) -> None:
    for state in (State.DRAFT, State.WITHDRAWN, State.REJECTED, State.RETRACTED):
        cast.reach(state)
    cast.submitted(offices="t")
    sent = cast.submitted()
    assert list(twins(cast.actor("cor_a1"), sent)) == []
    cast.submitted()
    author = cast.actor("cor_a1")
    with queries(app) as asked:
        assert [twin.state for twin in twins(author, sent)] == [State.AWAITING_SIGNOFF]
    assert len(asked) == 2


def test_what_one_may_not_see_is_not_named(app: Flask) -> None:
    """Rule 7: a colleague's manuscript shows once it is published; the signer, who sees both, would be told."""
    theirs = cast.signed("cor_a2")
    mine = cast.submitted("cor_a1")
    assert list(twins(cast.actor("cor_a1"), mine)) == []
    assert [twin.code for twin in twins(cast.actor("sig_a"), mine)] == [theirs.code]
    cast.passed(theirs, "pol_n", "con_n", "qua_n")
    publishing.publish(cast.actor("pub_n"), theirs, None, publishing.Placement(
        cast.office("n").channels[0].id, theirs.created_at, "https://news.example/1"))
    assert [twin.code for twin in twins(cast.actor("cor_a1"), mine)] == [theirs.code]


def test_the_same_story_at_two_offices_is_no_twin(app: Flask) -> None:
    both = cast.signed(offices=("n", "t"))
    assert db.session.scalar(select(func.count(Manuscript.id))) == 2
    assert list(twins(cast.actor("cor_a1"), both)) == []
    reviewing.claim(cast.actor("pol_n"), both, None)
    reviewing.return_(cast.actor("pol_n"), both, None, "补充来源")
    manuscripts.resubmit(cast.actor("cor_a1"), both, None, "已核对")
    assert list(twins(cast.actor("cor_a1"), both)) == []


TOLD = "//section[@aria-labelledby='twins']//a/@href"


def test_whoever_signs_or_reads_it_is_told_of_the_others_that_they_may_see(app: Flask) -> None:
    """Rule 7: what one may not see is not there; its author is asked when they send it, and not told here."""
    ours, theirs = cast.submitted("cor_a1"), cast.signed("cor_b1", signer="sig_b")
    at_the_other = cast.signed("cor_free", offices=("t",))
    mine = cast.signed("cor_a2")
    codes = {one: f"/manuscripts/{one.code}" for one in (ours, theirs, at_the_other, mine)}
    db.session.commit()
    for who, where, told in (("sig_a", ours, [mine]), ("sig_a", mine, [ours]), ("sig_district", ours, [mine]),
                             ("pol_n", mine, [theirs]), ("con_n", theirs, [mine]), ("pol_t", at_the_other, []),
                             ("cor_a2", mine, []), ("sig_b", theirs, [])):
        reader = Visitor(app, who)
        reader.get(codes[where])
        assert reader.find(TOLD) == [codes[one] for one in told], (who, codes[where])
