"""What came of a published piece: what its readers saw from when on, and who else brought it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from editorial import clock
from editorial.actions import publishing, reprints
from editorial.actions.reprints import Found
from editorial.actions.texts import Text
from editorial.errors import Conflict, Invalid, Refused
from editorial.queries.reprints import shown
from editorial.terms import State
from tests import cast
from tests.client import Visitor
from tests.pages import made


def test_a_reprint_has_who_when_and_where_and_is_recorded_once(app: Flask) -> None:
    manuscript, publisher = cast.published(), cast.actor("pub_n")
    there = Found("江城晚报", clock.now(), place="B2")
    for wrong, field in ((replace(there, outlet=" "), "outlet"), (replace(there, place=""), "address"),
                         (replace(there, address="news.example"), "address"),
                         (replace(there, reprinted_at=clock.now() + timedelta(hours=1)), "reprinted_at"),
                         (replace(there, reprinted_at=clock.now() - timedelta(days=9)), "reprinted_at")):
        with pytest.raises(Invalid, match=field):
            reprints.record(publisher, manuscript, wrong)
    before = manuscript.revision
    reprints.record(publisher, manuscript, there)
    reprints.record(publisher, manuscript, replace(there, address="https://paper.example/1"))
    with pytest.raises(Invalid, match="duplicate"):
        reprints.record(publisher, manuscript, there)
    assert (manuscript.state, manuscript.revision) == (State.PUBLISHED, before)
    with pytest.raises(Refused):
        reprints.record(cast.actor("chief_n"), manuscript, there)
    with pytest.raises(Conflict):
        reprints.record(publisher, cast.accepted(), there)


def test_what_readers_saw_and_when_stays_on_record(app: Flask) -> None:
    manuscript = cast.published()
    first = manuscript.publications[0]
    for note, holds in (("日期已更正。", True), ("不更正了。", False)):
        text = Text("江滩芦苇节开幕", "本报讯", f"<p>{note}</p>")
        publishing.correct(cast.actor("chief_n"), manuscript, None, text, note)
        if holds:
            cast.passed(manuscript, "pol_n", "con_n", "qua_n")
    publishing.retract(cast.actor("chief_n"), manuscript, None, "活动取消。")
    assert [(one.number, one.told) for one in shown(manuscript)] == [(1, ""), (2, "日期已更正。"), (0, "活动取消。")]
    assert shown(manuscript)[0].since == first.published_at


def test_everybody_reads_of_it_and_the_publisher_records(app: Flask) -> None:
    code = made(cast.published)
    publisher = Visitor(app, "pub_n")
    publisher.get(f"/manuscripts/{code}/reprints")
    publisher.send(publisher.form_with("outlet"), {"outlet": "江城晚报", "place": ""}, 400)
    publisher.send(publisher.form_with("outlet"), {"place": "B2"})
    reader = Visitor(app, "nobody")
    reader.get(f"/manuscripts/{code}/reprints")
    assert "江城晚报" in reader.text and not reader.find("//input[@name='outlet']")
    reader.get(f"/manuscripts/{made(cast.accepted)}/reprints", 404)
