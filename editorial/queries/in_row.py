"""What a chief editor can do in the rows of an office's lists: put back on the desk, and give to whom."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, not_, or_, select
from sqlalchemy.orm import aliased

from editorial import access, clock, i18n
from editorial.db import db
from editorial.models import Manuscript, Membership, Person
from editorial.parties import Actor
from editorial.queries import lists
from editorial.tables.absences import away_until
from editorial.terms import Action, Role
from editorial.workflow import TABLE, rows


def _open_to(roles: Set[Role], action: Action) -> ColumnElement[bool]:
    """The manuscripts to which an actor with these roles may do `action` now."""
    return or_(*(access.row_clause(roles, row) for row in rows(TABLE, action)))


@lru_cache(maxsize=lists.KEPT)
def _releases(roles: Set[Role]) -> Select[int]:
    return select(Manuscript.id).where(Manuscript.id.in_(lists.IDS), _open_to(roles, Action.RELEASE))


def releasable(actor: Actor, ids: Sequence[int]) -> set[int]:
    """Those of these that `actor` may put back on the desk."""
    return set(db.session.scalars(_releases(actor.roles), {**access.values(actor), "ids": ids}))


@lru_cache(maxsize=lists.KEPT)
def _assigns(roles: Set[Role]) -> Select[*tuple[Any, ...]]:
    others = aliased(Manuscript)
    held = select(func.count(others.id)).where(others.assignee_id == Person.id).scalar_subquery()
    away = away_until(Person.id)
    return (
        select(Manuscript.id, Person.id, Person.name, held, away)
        .join(Membership, Membership.stage_id == Manuscript.stage_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Manuscript.id.in_(lists.IDS), _open_to(roles, Action.ASSIGN), Membership.role == Role.STAGE_REVIEWER,
               Person.is_active, Person.id != func.coalesce(Manuscript.assignee_id, 0),
               not_(access.barred(next(rows(TABLE, Action.CLAIM)), Person.id)))
        .order_by(Manuscript.id, away.is_not(None), held, Person.id))


def readers_of(actor: Actor, ids: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    """For each of these that `actor` may assign: who may read it at its stage, those first who are there and have
    least."""
    readers: dict[int, list[tuple[int, str]]] = {}
    for id_, person_id, name, many, until in db.session.execute(
            _assigns(actor.roles), {**access.values(actor), "ids": ids}):
        readers.setdefault(id_, []).append(
            (person_id, _("%(name)s (has %(count)s)", name=named(name, until), count=many)))
    return readers


def named(name: str, until: date | None) -> str:
    """A name, and until when its person is away."""
    if until is None:
        return name
    day = i18n.day(datetime.combine(until, time(12), clock.zone()), clock.zone())
    return _("%(name)s, away until %(day)s", name=name, day=day)
