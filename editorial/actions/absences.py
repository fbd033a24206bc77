"""To be away, and who stands in meanwhile. Rights follow from the rows of `tables.absences` by themselves."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from editorial import audit, clock, outbox, succession
from editorial.db import db
from editorial.errors import Invalid, Invisible
from editorial.models import Event, Membership, Person
from editorial.parties import Actor
from editorial.tables.absences import Absence, colleagues, holds
from editorial.terms import Role

LONGEST = timedelta(days=366)


def name(actor: Actor, person: Person, from_on: date, until_on: date, deputy_id: int | None) -> Absence:
    """`person` is away for these days, and `deputy_id` stands in for them. They, and the chief editor, are told.

    Raises Invalid for days that can't be meant or that overlap with another absence, and for a deputy who has no role
    beside theirs or is away as well.
    """
    succession.demand_keeper(actor, person)
    wrong: dict[str, str] = {}
    if from_on < clock.today() or until_on < from_on or until_on - from_on > LONGEST:
        wrong["until_on"] = "bad-span"
    elif _overlaps(person.id, from_on, until_on):
        wrong["until_on"] = "away-already"
    if deputy_id is not None:
        if deputy_id not in {id_ for id_, _name in db.session.execute(colleagues(person.id))}:
            wrong["deputy"] = "no-deputy"
        elif not wrong and _overlaps(deputy_id, from_on, until_on):
            wrong["deputy"] = "deputy-away"
    if wrong:
        raise Invalid(wrong)
    absence = Absence(person_id=person.id, deputy_id=deputy_id, from_on=from_on, until_on=until_on,
                      named_by_id=actor.id, named_at=clock.now())
    db.session.add(absence)
    db.session.flush()
    _tell(_record("absence-named", actor, absence), absence)
    return absence


def end(actor: Actor, person: Person, absence_id: int) -> None:
    """They are back earlier, or don't go. Raises Invisible for one that is over."""
    succession.demand_keeper(actor, person)
    absence = db.session.get(Absence, absence_id)
    if absence is None or absence.person_id != person.id or absence.ended_at or absence.until_on < clock.today():
        raise Invisible
    absence.ended_at = clock.now()
    _tell(_record("absence-ended", actor, absence), absence)


def begin_due() -> None:
    """Put into the record which absences have begun: from then on a desk may be empty."""
    for absence in db.session.scalars(select(Absence).where(holds(), Absence.began_at.is_(None))).all():
        absence.began_at = clock.now()
        _record("absence-began", None, absence)


def away() -> set[int]:
    """Everybody who is away today."""
    return set(db.session.scalars(select(Absence.person_id).where(holds())))


def _overlaps(person_id: int, from_on: date, until_on: date) -> bool:
    return db.session.scalar(select(Absence.id).where(
        Absence.person_id == person_id, Absence.ended_at.is_(None), Absence.from_on <= until_on,
        Absence.until_on >= from_on).limit(1)) is not None


def _record(kind: str, actor: Actor | None, absence: Absence) -> Event:
    return audit.record(
        db.session(), kind, actor, subject=f"person:{absence.person_id}",
        data={"name": absence.person.name, "from": absence.from_on.isoformat(), "until": absence.until_on.isoformat(),
              "deputy": absence.deputy.name if absence.deputy else ""})


def _tell(event: Event, absence: Absence) -> None:
    """Whoever stands in, whoever is away, and the chief editors of their offices hear of it, but not who said it."""
    offices = [held.office_id for held in absence.person.memberships if held.office_id]
    chiefs = db.session.scalars(select(Membership.person_id).join(Person).where(
        Membership.role == Role.CHIEF_EDITOR, Membership.office_id.in_(offices), Person.is_active))
    outbox.post(db.session(), event, {absence.person_id, absence.deputy_id or absence.person_id, *chiefs}, kind="due")
