"""Readers of a publication: figures with their time and source, in a table and as a line; of no person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from editorial import clock
from editorial.actions import readership
from editorial.actions.readership import Figures
from editorial.db import db
from editorial.errors import Invalid, Refused
from editorial.models import Event, Manuscript
from editorial.queries.readership import line
from tests import cast
from tests.client import Visitor
from tests.pages import found, made

NOON = datetime(2026, 11, 30, 4, tzinfo=UTC)


def record(manuscript: Manuscript, figures: Figures, source: str = "后台", by: str = "pub_n", minutes: int = 0) -> None:
    """The publisher puts figures down, read off so many minutes ago."""
    readership.record(cast.actor(by), manuscript, manuscript.publications[0],
                      clock.now() - timedelta(minutes=minutes), figures, source)


def test_a_line_goes_up_from_nought_with_its_times_to_scale() -> None:
    drawn = line("reads", {NOON: 0, NOON + timedelta(hours=1): 50, NOON + timedelta(hours=4): 100,
                           NOON + timedelta(hours=5): None})
    assert drawn and drawn.points == "0,160 150,80 600,0" and drawn.highest == 100
    assert line("likes", {NOON: 3}) is None
    flat = line("likes", {NOON: 0, NOON + timedelta(days=1): 0})
    assert flat and flat.points == "0,160 600,160"


def test_figures_have_a_time_a_source_and_at_least_one_number_and_are_an_event(app: Flask) -> None:
    manuscript = cast.published()
    for figures, source, minutes in ((Figures(), "后台", 0), (Figures(5), " ", 0), (Figures(5), "后台", 60),
                                     (Figures(5), "后台", -5)):
        with pytest.raises(Invalid):
            record(manuscript, figures, source, minutes=minutes)
    for key in ("chief_n", "pub_t", "cor_a1"):
        with pytest.raises(Refused):
            record(manuscript, Figures(5), by=key)
    record(manuscript, Figures(5, None, 0))
    told = db.session.scalars(select(Event).where(Event.kind == "record-readers")).one()
    assert (told.data["reads"], told.data["likes"], told.data["comments"], told.data["source"]) == (5, None, 0, "后台")
    db.session.commit()
    with pytest.raises(DBAPIError, match="only added"):
        db.session.execute(text("UPDATE readership_readings SET reads = 9"))
    db.session.rollback()


def test_figures_are_typed_in_and_drawn_for_whoever_sees_the_piece(app: Flask) -> None:
    with clock.at(clock.now() - timedelta(hours=3)):
        code = made(cast.published)
    address = f"/manuscripts/{code}/publications/{found(code).publications[0].id}/readers"
    db.session.rollback()
    visitor = Visitor(app, "pub_n")
    visitor.get(address)
    form = {"reads": "120", "source": "客户端后台"}
    visitor.send(visitor.form_with("reads"), form | {"reads": "-1"}, 400)
    visitor.get(address)
    earlier = (clock.now() - timedelta(hours=1)).astimezone(clock.zone())
    visitor.send(visitor.form_with("reads"), form | {"read_at": f"{earlier:%Y-%m-%dT%H:%M}"})
    visitor.send(visitor.form_with("reads"), form | {"reads": "300", "likes": "4"})
    reader = Visitor(app, "cor_b1")
    reader.get(address)
    assert "300" in reader.text and "客户端后台" in reader.text
    assert len(reader.find("//*[local-name()='polyline']")) == 1
    assert not [form for form in reader.forms() if form.xpath(".//*[@name='reads']")]
    hidden = made(cast.accepted)
    reader.get(f"/manuscripts/{hidden}/publications/1/readers", 404)
