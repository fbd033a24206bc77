"""What is set up for work at the desk: views under a name, an office's reasons, one's own phrases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from editorial import audit, clock
from editorial.db import db
from editorial.errors import Conflict, Invisible
from editorial.models import Office
from editorial.parties import Actor
from editorial.tables.desk import OfficeReasons, Phrases, SavedView
from editorial.terms import Role

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


def keep_reasons(actor: Actor, office: Office, seen: int | None, lines: Sequence[str]) -> None:
    """Put these reasons in place of the office's list, which had the revision `seen` (0 where there was none yet).

    Its chief editors keep it, and administrators; raises Invisible for others, Conflict("list-changed") where somebody
    changed it meanwhile.
    """
    if not (actor.holds(Role.CHIEF_EDITOR, office.id) or Role.ADMINISTRATOR in actor.grants):
        raise Invisible
    kept = db.session.get(OfficeReasons, office.id)
    if (kept.revision if kept else 0) != seen:
        raise Conflict("list-changed")
    if kept is None:
        kept = OfficeReasons(office_id=office.id)
        db.session.add(kept)
    kept.lines = list(lines)
    audit.record(db.session(), "office-changed", actor, place=office.name, subject=f"office:{office.id}",
                 data={"reasons": list(lines)})


def keep_phrases(actor: Actor, seen: int | None, lines: Sequence[str]) -> None:
    """Put these phrases in place of one's own; raises Conflict("list-changed") where another tab did so meanwhile."""
    kept = db.session.get(Phrases, actor.id)
    if (kept.revision if kept else 0) != seen:
        raise Conflict("list-changed")
    if kept is None:
        kept = Phrases(person_id=actor.id)
        db.session.add(kept)
    kept.lines = list(lines)
    db.session.flush()
