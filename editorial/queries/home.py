"""The home page: what waits for somebody, by duty, what is late first; and what they wrote last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, case, func, not_, select
from sqlalchemy.orm import aliased

from editorial import access, clock
from editorial.db import UtcDateTime, db
from editorial.models import Assignment, Commission, Manuscript, Person
from editorial.parties import AUTHOR, Actor, Party
from editorial.queries import calls, lists, planning, writing
from editorial.terms import AssignmentState, Duty, Role, State
from editorial.workflow import ASSIGNMENT_TABLE, TABLE, duties

SHOWN = 5
"""Rows of each duty."""
COUNTED = 100
"""Up to so many are counted: a count costs no more than what people read from it."""

BY_DUE: lists.Order = ((func.coalesce(Manuscript.due_at, lists.FAR), False), (Manuscript.id, False))


@dataclass(frozen=True)
class Task:
    """An assignment as the home page shows it; the names are those that lists of manuscripts have."""

    id: int
    state: AssignmentState
    due_at: datetime | None
    code: str
    """The commission's."""
    title: str
    """The commission's topic."""
    authors: str
    url: str = ""


@dataclass(frozen=True)
class Section:
    """One list of what waits: how many, how many of them late, and the first of them."""

    duty: Duty
    count: int
    late: int
    rows: Sequence[lists.Row | Task]

    @property
    def more(self) -> bool:
        """Whether more wait than were counted."""
        return self.count >= COUNTED


@dataclass(frozen=True)
class Home:
    """What the home page shows."""

    sections: Sequence[Section]
    latest: Sequence[lists.Row] | None
    """What this person wrote last; None for whoever writes nothing."""
    planned: Sequence[planning.Entry] | None
    """What a publisher means to come out today, and of the days before what is not recorded; None for all others."""
    calls: Sequence[calls.Row] = ()
    """Calls for manuscripts that ask the units for which they write."""

    @property
    def waiting(self) -> int:
        return sum(section.count for section in self.sections)


def home(actor: Actor) -> Home:
    """The home page of `actor`: a number of queries that their roles decide, whatever there is."""
    sections = [_section(actor, duty) for duty in Duty if _concerns(actor, duty)]
    # In most offices no stage proposes: a chief editor there is shown no empty tile for it.
    sections = [section for section in sections if section.count or section.duty is not Duty.CONFIRM]
    writes = Role.CORRESPONDENT in actor.grants
    return Home(sections, writing.mine(actor, limit=SHOWN).rows if writes else None,
                planning.today(actor) if Role.PUBLISHER in actor.grants else None,
                calls.for_home(actor) if writes else ())


LOOKED_AT = {Role.COORDINATOR: (State.AWAITING_SIGNOFF, State.IN_REVIEW, State.ACCEPTED),
             Role.ADMINISTRATOR: ("asked", "new")}
"""What those look after whom nothing waits for: manuscripts in a state, accounts of a kind."""


def looks(actor: Actor) -> Mapping[State | str, int]:
    """How much there is of what `actor` looks after, each counted up to `COUNTED`: of manuscripts the stories, as in
    the list that it opens (rule 11). The later ones of a story are left out one by one: so counting can stop early."""
    earlier = aliased(Manuscript)
    accounts = {"asked": Person.reset_asked_at.is_not(None), "new": Person.password_hash.is_(None)}
    return {
        what: db.session.scalar(select(func.count()).select_from(
            (select(Manuscript.id).where(Manuscript.state == what, not_(select(earlier.id).where(
                earlier.story_id == Manuscript.story_id, earlier.id < Manuscript.id, earlier.state == what).exists()))
             if isinstance(what, State)
             else select(Person.id).where(Person.is_active, accounts[what])).limit(COUNTED).subquery())) or 0
        for role, kinds in LOOKED_AT.items() if role in actor.grants for what in kinds}


def _concerns(actor: Actor, duty: Duty) -> bool:
    """Whether somebody with these roles can have such a duty."""
    rows = duties(TABLE, duty) or duties(ASSIGNMENT_TABLE, duty)
    return any(_has(actor, party) for row in rows for party in row.parties)


def _has(actor: Actor, party: Party) -> bool:
    role = Role.CORRESPONDENT if party == AUTHOR else party.role
    return role in actor.grants


def _section(actor: Actor, duty: Duty) -> Section:
    roles, values = actor.roles, access.values(actor)
    rows: Sequence[lists.Row | Task]
    if duties(TABLE, duty):
        found = _manuscripts(roles, duty).read(values).rows
        rows = writing.for_authors(found) if duty is Duty.REVISE else found
    else:
        rows = [Task(*row) for row in db.session.execute(_assignments(roles, duty), values)]
    count, late = db.session.execute(_count(roles, duty, COUNTED), {**values, "now": clock.now()}).one()
    return Section(duty, count, late or 0, rows)


@lru_cache(maxsize=lists.KEPT)
def _count(roles: Set[Role], duty: Duty, most: int) -> Select[int, int]:
    """How many wait, up to `most`, and how many of those are late: the most late are counted first."""
    due_at = Manuscript.due_at if duties(TABLE, duty) else Assignment.due_at
    counted = select(due_at).where(access.duty_clause(roles, duty)).order_by(due_at).limit(most).subquery()
    late = counted.c[0] < bindparam("now", type_=UtcDateTime)
    return select(func.count(), func.sum(case((late, 1), else_=0))).select_from(counted)


@lru_cache(maxsize=lists.KEPT)
def _manuscripts(roles: Set[Role], duty: Duty) -> lists.Listing:
    return lists.Listing(access.duty_clause(roles, duty), BY_DUE, SHOWN)


@lru_cache(maxsize=lists.KEPT)
def _assignments(roles: Set[Role], duty: Duty) -> Select[*tuple[Any, ...]]:
    commentator = aliased(Person)
    return (
        select(Assignment.id, Assignment.state, Assignment.due_at, Commission.code, Commission.topic, commentator.name)
        .join(Commission, Commission.id == Assignment.commission_id)
        .join(commentator, commentator.id == Assignment.commentator_id)
        .where(access.duty_clause(roles, duty)).order_by(Assignment.due_at, Assignment.id).limit(SHOWN))
