"""Days on which somebody is away, and who stands in for them: 代签, 代审.

A stand-in has the roles of whoever is away for these days, at the places where they have a role of their own. Rights
are looked up anew with each request, so they begin and end with the day, and no job has to take them back.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Mapped, aliased, relationship
from sqlalchemy.sql.elements import SQLCoreOperations

from editorial import clock
from editorial.db import Model, index_of_some, link, moment, row_id
from editorial.models import Membership, Person, Unit
from editorial.terms import Role

LENT = (Role.SIGNER, Role.STAGE_REVIEWER, Role.CHIEF_EDITOR, Role.PUBLISHER, Role.COMMISSIONER)
"""The roles in which somebody may be stood in for. What people write is their own, and the city's keys are not lent."""


class Absence(Model):
    """From one day to another somebody is away; `deputy` stands in for them, where one is named.

    It is ended early, never deleted: what was done meanwhile was done for somebody.
    """

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="span"),
        CheckConstraint("deputy_id IS NULL OR deputy_id <> person_id", name="deputy"),
        index_of_some("person", "ended_at IS NULL", "absences", "person_id", "until_on"),
        index_of_some("deputy", "deputy_id IS NOT NULL AND ended_at IS NULL", "absences", "deputy_id", "until_on"),
    )

    id: Mapped[int] = row_id()
    person_id: Mapped[int] = link("people.id")
    deputy_id: Mapped[int | None] = link("people.id")
    from_on: Mapped[date]
    until_on: Mapped[date]
    named_by_id: Mapped[int | None] = link("people.id")
    named_at: Mapped[datetime] = moment()
    began_at: Mapped[datetime | None] = moment()  # when it was seen that the days have begun
    ended_at: Mapped[datetime | None] = moment()

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    deputy: Mapped[Person | None] = relationship(foreign_keys=[deputy_id])


def today() -> ColumnElement[date]:
    """The day on which the statement is executed."""
    return sa.bindparam("today", callable_=clock.today, type_=sa.Date, unique=True)


def holds() -> ColumnElement[bool]:
    """The absence holds today."""
    return and_(Absence.ended_at.is_(None), Absence.from_on <= today(), Absence.until_on >= today())


def away_until(person: SQLCoreOperations[int]) -> ScalarSelect[date]:
    """Until when the person of this column is away; nothing where they are there."""
    return select(func.max(Absence.until_on)).where(Absence.person_id == person, holds()).scalar_subquery()


def lent_to(deputy: SQLCoreOperations[int] | int) -> Select[int]:
    """The memberships, of others who are away today, in which `deputy` stands in for them.

    That is where the deputy has a role of their own: at the same office, or in the same unit or one above it.
    """
    own = aliased(Membership)
    return (
        select(Membership.id).join(Absence, Absence.person_id == Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Absence.deputy_id == deputy, holds(), Person.is_active, Membership.role.in_(LENT),
               select(own.id).where(own.person_id == deputy, beside(own)).exists()))


def beside(own: type[Membership]) -> ColumnElement[bool]:
    """The membership `own` is at the office of `Membership`, or in its unit or one above."""
    place, above = aliased(Unit), aliased(Unit)
    return or_(own.office_id == Membership.office_id,
               select(place.id).join(above, place.path.startswith(above.path)).where(
                   place.id == Membership.unit_id, above.id == own.unit_id).exists())


def stand_ins(*where: ColumnElement[bool]) -> Select[int | None, int | None]:
    """Who stands in today for people with memberships for which `where` holds: each with the unit that it is for."""
    return _stand_ins().where(*where)


@cache  # each act asks it; to put it together takes ten times as long as the database
def _stand_ins() -> Select[int | None, int | None]:
    own, deputy = aliased(Membership), aliased(Person)
    return (
        select(Absence.deputy_id, Membership.unit_id).join(Membership, Membership.person_id == Absence.person_id)
        .join(Person, Person.id == Membership.person_id).join(deputy, deputy.id == Absence.deputy_id)
        .where(holds(), Person.is_active, deputy.is_active, Membership.role.in_(LENT),
               select(own.id).where(own.person_id == Absence.deputy_id, beside(own)).exists()))


def colleagues(person_id: int) -> Select[int, str]:
    """Asks who could stand in for this person: whoever has a role beside one of theirs that can be lent."""
    own = aliased(Membership)
    return select(Person.id, Person.name).where(
        Person.is_active, Person.id != person_id,
        select(own.id).join(Membership, beside(own)).where(
            own.person_id == Person.id, Membership.person_id == person_id, Membership.role.in_(LENT))
        .correlate(Person).exists()).order_by(Person.name, Person.id)
