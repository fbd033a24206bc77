"""Everything that was submitted, for the coordinator: the list, and sums by unit, office and state that open it.

Goes by the day of submission in the installation's zone, and counts stories (rule 11): a story that is at two offices
is one row and one in each sum. Only what a coordinator sees is in it: no drafts, nothing recalled.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.orm import aliased

from editorial import access, clock, i18n
from editorial.db import db
from editorial.errors import Invisible
from editorial.models import Manuscript, Office, Unit
from editorial.parties import COORDINATOR, Actor
from editorial.queries import lists
from editorial.terms import State
from editorial.workflow import SIGHTS

BY_SUBMISSION: lists.Order = ((Manuscript.submitted_at, True), (Manuscript.id, True))
EVER = "all"
PERIOD = re.compile(rf"(20\d\d)(?:-Q([1-4]))?|{EVER}", re.ASCII)
STATES = tuple(state for sight in SIGHTS if sight.party == COORDINATOR for state in State if state in sight.states)


@dataclass(frozen=True)
class Wanted:
    """Which submissions: of a year (0 for all years) or a quarter of it (1 to 4; 0 for the whole year), of a unit and
    those below it or `only` its own, at an office (its slug), in a state, late ones alone."""

    year: int
    quarter: int = 0
    unit: int = 0
    only: bool = False
    office: str = ""
    state: State | None = None
    late: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, str], zone: ZoneInfo) -> Wanted:
        """What an address asks for; without a period, this year. What it can't mean is left out."""
        period, unit = PERIOD.fullmatch(asked.get("period", "")), asked.get("unit", "")
        return cls(
            int(period[1] or 0) if period else clock.now().astimezone(zone).year, int(period[2] or 0) if period else 0,
            int(unit) if unit.isascii() and unit.isdecimal() and len(unit) < 10 else 0, asked.get("only") == "1",
            asked.get("office", ""), next((state for state in STATES if state == asked.get("state")), None),
            asked.get("late") == "1")

    def but(self, **changes: Any) -> dict[str, str]:
        """The parameters of an address that shows the same with `changes`; what is not set is left out."""
        other = replace(self, **changes)
        return {name: value for name, value in (
            ("period", f"{other.year}-Q{other.quarter}" if other.quarter else str(other.year or EVER)),
            ("unit", str(other.unit or "")), ("only", "1" if other.only else ""), ("office", other.office),
            ("state", other.state.value if other.state else ""), ("late", "1" if other.late else "")) if value}

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """The first moment of the period by local days, and the first after it, of a year or a quarter."""
        first, months = (self.quarter * 3 - 2, 3) if self.quarter else (1, 12)
        end = (self.year + 1, 1) if first + months > 12 else (self.year, first + months)
        return datetime(self.year, first, 1, tzinfo=zone), datetime(*end, 1, tzinfo=zone)


@dataclass(frozen=True)
class Sum:
    """How many stories, and the change of the filters that shows exactly them."""

    label: Any
    number: int
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class Submission(lists.Row):
    """A story in the list: one of its manuscripts that fits, and where else it is."""

    elsewhere: Sequence[tuple[Any, State]] = ()
    submitted_at: datetime | None = None


@dataclass(frozen=True)
class Sums:
    """The sums over what is wanted: each leaves out the filter of its own kind, and its numbers set it."""

    units: Sequence[Sum]
    offices: Sequence[Sum]
    states: Sequence[Sum]
    total: int


@dataclass(frozen=True)
class Overview:
    """One page of the list, with the sums on its first page, and what one can filter by."""

    wanted: Wanted
    rows: Sequence[Submission]
    after: str | None
    next: str | None
    sums: Sums | None
    years: Sequence[int]
    lineage: Sequence[Unit]
    offices: Sequence[Office]
    states: Sequence[State] = STATES


def overview(actor: Actor, wanted: Wanted, after: str | None, zone: ZoneInfo) -> Overview:
    """What was submitted, the last first; raises Invisible for all but coordinators, and for a unit that is none."""
    if not COORDINATOR.includes(actor, None):
        raise Invisible
    roots = db.session.scalars(select(Unit).where(Unit.parent_id.is_(None)).limit(2)).all()
    city = roots[0] if len(roots) == 1 else None
    unit = db.session.get(Unit, wanted.unit) if wanted.unit else city
    if wanted.unit and unit is None:
        raise Invisible
    where = _Where(wanted, unit if unit is not city or wanted.only else None, zone)
    page = lists.Listing(and_(where(), _first_of_its_story(where)), BY_SUBMISSION).read({}, after)
    return Overview(
        wanted, _submissions(page.rows), after, page.next, None if after else _sums(where, unit), _years(zone),
        list(db.session.scalars(select(Unit).where(Unit.id.in_(unit.lineage)).order_by(Unit.path))) if unit else [],
        list(db.session.scalars(select(Office).order_by(Office.id))))


@dataclass(frozen=True)
class _Where:
    """The filters of a list as a condition on manuscripts, or on an alias of them; less those that are left out."""

    wanted: Wanted
    unit: Unit | None
    zone: ZoneInfo

    def __call__(self, *without: str, of: Any = Manuscript) -> ColumnElement[bool]:
        clauses = [access.seen_by(COORDINATOR, of), of.submitted_at.is_not(None)]
        if self.wanted.year:
            begin, end = self.wanted.bounds(self.zone)
            clauses += [of.submitted_at >= begin, of.submitted_at < end]
        if self.unit is not None and self.wanted.only:
            clauses.append(of.unit_id == self.unit.id)
        elif self.unit is not None:
            clauses.append(of.unit_id.in_(select(Unit.id).where(Unit.path.startswith(self.unit.path))))
        if self.wanted.office and "office" not in without:
            clauses.append(of.office_id.in_(select(Office.id).where(Office.slug == self.wanted.office)))
        if self.wanted.state and "state" not in without:
            clauses.append(of.state == self.wanted.state)
        if self.wanted.late:
            clauses.append(of.due_at < clock.now())
        return and_(*clauses)


def _first_of_its_story(where: _Where) -> ColumnElement[bool]:
    """No earlier manuscript of the story fits as well: so a story is one row."""
    earlier = aliased(Manuscript)
    return not_(select(earlier.id).where(
        earlier.story_id == Manuscript.story_id, earlier.id < Manuscript.id, where(of=earlier)).exists())


def _submissions(rows: Sequence[lists.Row]) -> list[Submission]:
    """The rows with the time of submission, and the other manuscripts of their stories that a coordinator sees."""
    ids = [row.id for row in rows]
    sister = aliased(Manuscript)
    times = lists.pairs(select(Manuscript.id, Manuscript.submitted_at).where(Manuscript.id.in_(ids)))
    elsewhere: dict[int, list[tuple[Any, State]]] = {}
    for id_, state, office in db.session.execute(
            select(Manuscript.id, sister.state, Office)
            .join(sister, and_(sister.story_id == Manuscript.story_id, sister.id != Manuscript.id))
            .join(Office, Office.id == sister.office_id)
            .where(Manuscript.id.in_(ids), access.seen_by(COORDINATOR, sister))
            .order_by(sister.id)):
        elsewhere.setdefault(id_, []).append((office, state))
    return [Submission(**vars(row), elsewhere=elsewhere.get(row.id, ()), submitted_at=times[row.id]) for row in rows]


def _years(zone: ZoneInfo) -> list[int]:
    """The years in which something was submitted, up to this one, the last first."""
    first = db.session.scalar(select(func.min(Manuscript.submitted_at)))
    now = clock.now().astimezone(zone).year
    return list(range(now, (first.astimezone(zone).year if first else now) - 1, -1))


# --- Sums -----------------------------------------------------------------------------------------------------------


def _sums(where: _Where, unit: Unit | None) -> Sums:
    stories = func.count(Manuscript.story_id.distinct())
    by_unit = lists.pairs(select(Manuscript.unit_id, stories).where(where()).group_by(Manuscript.unit_id))
    by_office = lists.pairs(  # a story has one manuscript at an office
        select(Manuscript.office_id, func.count()).where(where("office")).group_by(Manuscript.office_id))
    by_state = lists.pairs(select(Manuscript.state, stories).where(where("state")).group_by(Manuscript.state))
    offices = db.session.scalars(select(Office).where(Office.id.in_(list(by_office))).order_by(Office.id))
    return Sums(
        _by_branch(by_unit, unit),
        [Sum(office, by_office[office.id], {"office": office.slug}) for office in offices],
        [Sum(state, by_state[state], {"state": state}) for state in STATES if state in by_state],
        sum(by_unit.values()))


def _by_branch(by_unit: Mapping[int, int], unit: Unit | None) -> list[Sum]:
    """The sums of the units right below `unit` (or of the roots), each with all below it, those with most first; and
    after them what `unit` sent itself."""
    above = unit.path if unit else "/"
    numbers: dict[int, int] = {}
    own = 0
    for path, id_ in db.session.execute(select(Unit.path, Unit.id).where(Unit.id.in_(list(by_unit)))):
        if path == above:
            own = by_unit[id_]
        else:
            below = int(path.removeprefix(above).split("/")[0])
            numbers[below] = numbers.get(below, 0) + by_unit[id_]
    names = {below.id: i18n.title_of(below) for below in db.session.scalars(
        select(Unit).where(Unit.id.in_(list(numbers))))}
    return [
        Sum(names[id_], number, {"unit": id_, "only": False})
        for id_, number in sorted(numbers.items(), key=lambda one: (-one[1], one[0]))
    ] + ([Sum(i18n.title_of(unit), own, {"unit": unit.id, "only": True})] if unit and own else [])
