"""What somebody sets up for their own work at the desk: views under a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from editorial import clock
from editorial.db import db
from editorial.errors import Conflict, Invisible
from editorial.tables.desk import SavedView
from editorial.workflow import Actor, Role

MOST_VIEWS = 20
"""Of one person."""


def save_view(actor: Actor, page: str, name: str, wanted: Mapping[str, Any], office_id: int | None) -> SavedView:
    """Keep a view of `page` under `name`, in place of an own one of the same name; shared with the office `office_id`.

    Raises Invisible where `actor` is none of its staff, Conflict("too-many-views").
    """
    if office_id is not None and not actor.holds(Role.STAFF, office_id):
        raise Invisible
    mine = select(SavedView).where(SavedView.person_id == actor.id)
    view = db.session.scalar(mine.where(SavedView.page == page, SavedView.name == name))
    if view is None:
        if (db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0) >= MOST_VIEWS:
            raise Conflict("too-many-views")
        view = SavedView(person_id=actor.id, page=page, name=name)
        db.session.add(view)
    view.office_id, view.wanted, view.created_at = office_id, dict(wanted), clock.now()
    db.session.flush()
    return view


def drop_view(actor: Actor, view_id: int) -> SavedView:
    """Take an own view away, or as its chief editor one that is shared with an office; raises Invisible for others."""
    view = db.session.get(SavedView, view_id)
    if view is None or not (view.person_id == actor.id or actor.holds(Role.CHIEF_EDITOR, view.office_id)):
        raise Invisible
    db.session.delete(view)
    db.session.flush()
    return view
