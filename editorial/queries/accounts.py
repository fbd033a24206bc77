"""What people ask about accounts that are their own, and whom one can be in the demonstration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from editorial.db import db
from editorial.models import Membership, Person
from editorial.tables.logins import WebSession
from editorial.terms import Role


@dataclass(frozen=True)
class CastMember:
    """Somebody of the demonstration: the first of their roles, and where."""

    login: str
    name: str
    role: Role
    places: list[Membership]


def memberships(person_id: int) -> Sequence[Membership]:
    """A person's roles with their places."""
    return db.session.scalars(_with_places().where(Membership.person_id == person_id).order_by(Membership.id)).all()


def _with_places() -> Select[Membership]:
    return select(Membership).options(
        selectinload(Membership.unit), selectinload(Membership.office), selectinload(Membership.stage))


def one_can_be(each: int = 2) -> list[CastMember]:
    """For each role, at each office and stage, the first people who have it: the demonstration's log-in page."""
    found: dict[tuple[int, int, int], dict[int, CastMember]] = {}
    order = {role: place for place, role in enumerate(Role)}
    query = _with_places().join(Person).where(Person.is_active).options(selectinload(Membership.person)).order_by(
        Membership.id)
    for membership in db.session.scalars(query.limit(1000)):
        person = membership.person
        people = found.setdefault((order[membership.role], membership.office_id or 0, membership.stage_id or 0), {})
        if person.id in people:
            people[person.id].places.append(membership)
        elif len(people) < (1 if membership.office_id else each):
            people[person.id] = CastMember(person.login, person.name, membership.role, [membership])
    return [member for _key, people in sorted(found.items()) for member in people.values()]


def sessions(person_id: int, seen_since: datetime, begun_since: datetime) -> Sequence[WebSession]:
    """A person's log-ins that still hold, the last used first."""
    return db.session.scalars(select(WebSession).where(
        WebSession.person_id == person_id, WebSession.seen_at >= seen_since, WebSession.created_at >= begun_since,
    ).order_by(WebSession.seen_at.desc(), WebSession.id.desc())).all()
