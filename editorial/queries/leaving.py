"""What would be left with nobody where an account is closed, and who could take it over. Layer 3.

Counts alone: an administrator reads no manuscript by virtue of that role (rule 7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from editorial import succession
from editorial.db import db
from editorial.models import Assignment, Manuscript, Membership, Person, Unit
from editorial.parties import COMMENTATOR
from editorial.terms import Role, State
from editorial.workflow import ASSIGNMENT_TABLE


@dataclass(frozen=True)
class Heir:
    """Somebody who could take over what is open in a unit. `signs_alone`: nobody else could then sign it (rule 3)."""

    unit: Unit
    person: Person
    signs_alone: bool


@dataclass(frozen=True)
class Left:
    """What somebody leaves: open manuscripts that they alone write, by unit and state; duties that they alone have;
    how much commentary is called off; and who could take over, by unit."""

    manuscripts: Sequence[tuple[Unit, State, int]]
    duties: Sequence[Membership]
    assignments: int
    heirs: Sequence[Heir]

    @property
    def alone(self) -> bool:
        """Whether anything would be left with nobody."""
        return bool(self.manuscripts or self.duties)


def left_by(person: Person) -> Left:
    """What `person` would leave."""
    alone = succession.written_alone_by(person.id)
    counted = db.session.execute(select(Manuscript.unit_id, Manuscript.state, func.count(Manuscript.id)).where(alone)
                                 .group_by(Manuscript.unit_id, Manuscript.state)).all()
    units = {unit.id: unit for unit in db.session.scalars(
        select(Unit).where(Unit.id.in_({unit_id for unit_id, _state, _many in counted})))}
    heirs = db.session.execute(select(Membership.unit_id, Person).join(Person).where(
        Membership.role == Role.CORRESPONDENT, Membership.unit_id.in_(units), Person.is_active,
        Person.id != person.id).order_by(Membership.unit_id, Person.id)).all()
    order = list(State)
    asked = {state for row in ASSIGNMENT_TABLE if COMMENTATOR in row.parties for state in row.sources}
    assignments = db.session.scalar(select(func.count(Assignment.id)).where(
        Assignment.commentator_id == person.id, Assignment.state.in_(sorted(asked))))
    return Left(
        [(units[unit_id], state, many) for unit_id, state, many in sorted(
            counted, key=lambda row: (row[0], order.index(row[1])))],
        succession.sole_duties(db.session(), person), assignments or 0,
        [Heir(units[unit_id], heir, succession.signs_alone(db.session(), units[unit_id], heir.id, person.id))
         for unit_id, heir in heirs if unit_id is not None])
