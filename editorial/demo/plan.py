"""The demonstration's plan: what its publishers mean for the days to come, with an embargo and a clash to look at."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from editorial import clock
from editorial.actions import planning
from editorial.actions.planning import Slot
from editorial.db import db
from editorial.demo.acts import publisher_of
from editorial.demo.pieces import pieces
from editorial.models import Channel, Manuscript, Office

PLAN: tuple[tuple[str, str, int, int, time | None, str, str], ...] = (
    ("gonglu", "changjiang", 0, 0, None, "A3", "配桥面照片一张"),
    ("gonglu", "changjiang", 1, 1, time(9), "", ""),
    ("dengshan", "changjiang", 0, 1, None, "A5", ""),
    ("dengshan", "changjiang", 2, 2, time(7, 30), "", ""),
    ("wanjian", "changjiang", 1, 2, time(8), "", "加一段读者来信"),
    ("hanlu", "station", 0, 0, time(19, 5), "城市新闻", ""),
    ("yinyuehui", "station", 2, 3, time(8), "", ""),
)
"""Piece, office, which of its channels, how many days from today, time, page or programme, note."""
EMBARGOES = (("dengshan", 2, time(10), "主办方要求开幕以后再发。"),)


def plan(today: date) -> None:
    """Plan what PLAN says from `today` on, and set the embargoes."""
    for key, slug, number, days, at, place, note in PLAN:
        manuscript = _manuscript(key, slug)
        channel = db.session.scalars(select(Channel.id).where(
            Channel.office_id == manuscript.office_id).order_by(Channel.id)).all()[number]
        planning.plan(publisher_of(manuscript), manuscript, Slot(
            channel, today + timedelta(days=days), at, place, note))
    for key, days, until, reason in EMBARGOES:
        manuscript = _manuscript(key, "changjiang")
        planning.embargo(publisher_of(manuscript), manuscript, datetime.combine(
            today + timedelta(days=days), until, clock.zone()), reason)


def _manuscript(key: str, office: str) -> Manuscript:
    return db.session.scalars(select(Manuscript).join(Office, Office.id == Manuscript.office_id).where(
        Manuscript.title == pieces()[key].title, Office.slug == office)).one()
