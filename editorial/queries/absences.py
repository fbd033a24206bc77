"""When somebody is away, and who could stand in. Layer 3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from editorial import clock, succession
from editorial.db import db
from editorial.errors import Invisible
from editorial.models import Person
from editorial.parties import Actor
from editorial.tables.absences import Absence, colleagues


@dataclass(frozen=True)
class Absences:
    """Somebody's absences that are not over, for whom they stand in, and who could stand in for them."""

    person: Person
    own: Sequence[Absence]
    for_others: Sequence[Absence]
    colleagues: Sequence[tuple[int, str]]


def of_person(actor: Actor, person_id: int) -> Absences:
    """The absences of this person; raises Invisible for whoever does not keep them."""
    person = db.session.get(Person, person_id)
    if person is None:
        raise Invisible
    succession.demand_keeper(actor, person)
    open_ones = select(Absence).where(Absence.ended_at.is_(None), Absence.until_on >= clock.today()).options(
        joinedload(Absence.person), joinedload(Absence.deputy)).order_by(Absence.from_on, Absence.id)
    return Absences(person, db.session.scalars(open_ones.where(Absence.person_id == person_id)).all(),
                    db.session.scalars(open_ones.where(Absence.deputy_id == person_id)).all(),
                    [(id_, name) for id_, name in db.session.execute(colleagues(person_id))])
