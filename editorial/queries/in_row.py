"""What a chief editor can do in the rows of an office's lists: put back on the desk, and give to whom."""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import lru_cache

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, not_, or_, select
from sqlalchemy.orm import aliased

from editorial import access
from editorial.db import db
from editorial.models import Manuscript, Membership, Person
from editorial.parties import Actor
from editorial.queries import lists
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
def _assigns(roles: Set[Role]) -> Select[int, int, str, int]:
    others = aliased(Manuscript)
    held = select(func.count(others.id)).where(others.assignee_id == Person.id).scalar_subquery()
    return (
        select(Manuscript.id, Person.id, Person.name, held)
        .join(Membership, Membership.stage_id == Manuscript.stage_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Manuscript.id.in_(lists.IDS), _open_to(roles, Action.ASSIGN), Membership.role == Role.STAGE_REVIEWER,
               Person.is_active, Person.id != func.coalesce(Manuscript.assignee_id, 0),
               not_(access.barred(next(rows(TABLE, Action.CLAIM)), Person.id)))
        .order_by(Manuscript.id, held, Person.id))


def readers_of(actor: Actor, ids: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    """For each of these that `actor` may assign: who may read it at its stage, those who have least first."""
    readers: dict[int, list[tuple[int, str]]] = {}
    for id_, person_id, name, many in db.session.execute(
            _assigns(actor.roles), {**access.values(actor), "ids": ids}):
        readers.setdefault(id_, []).append((person_id, _("%(name)s (has %(count)s)", name=name, count=many)))
    return readers
