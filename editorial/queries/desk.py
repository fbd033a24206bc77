"""The desk: what waits for somebody, as they want to see it; what comes before and after; the one to take next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload

from editorial import access, i18n
from editorial.db import db
from editorial.models import Genre, Manuscript, Office, Stage, Unit
from editorial.parties import Actor, Transition
from editorial.queries import lists
from editorial.queries.wanted import ALL, BACK, LATE, Wanted
from editorial.tables.calls import Call, CallAnswer
from editorial.tables.desk import SavedView
from editorial.terms import Duty, Role

READING = (Duty.READ, Duty.SIGN, Duty.CLAIM)
"""The lists of manuscripts that are read one after another."""
FIRST = {Duty.READ: Role.STAGE_REVIEWER, Duty.SIGN: Role.SIGNER}
"""The lists that go on by themselves where a manuscript is done with, and who has such a one."""

MOST = 50
"""So many rows are told of at once after something was done to several."""
COUNTED = 100
"""Up to so many are counted: a count costs no more than what people read from it."""
BACKWARDS: lists.Order = tuple((column, not down) for column, down in lists.BY_URGENCY)


@dataclass(frozen=True)
class Neighbour:
    """A manuscript to go to."""

    code: str
    title: str


@dataclass(frozen=True)
class Way:
    """The way on from a manuscript: what stands before and after it in the list `duty` in which it waits.

    Without a duty it waits in none; then `after` is the most urgent of what waits for its reader, and `may_take` says
    that something can be claimed.
    """

    duty: Duty | None = None
    before: Neighbour | None = None
    after: Neighbour | None = None
    may_take: bool = False
    filtered: bool = False
    """Whether only a part of the list is wanted."""


# --- The lists --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=lists.KEPT)
def _worklist(roles: Set[Role], duty: Duty, shape: Wanted) -> lists.Listing:
    return lists.Listing(and_(access.duty_clause(roles, duty), shape.clause), lists.BY_URGENCY)


@lru_cache(maxsize=lists.KEPT)
def _proposed(roles: Set[Role]) -> lists.Listing:
    return lists.Listing(and_(Manuscript.assignee_id == access.ME, Manuscript.proposal_id.is_not(None),
                              access.visible_to(roles)), lists.BY_URGENCY, MOST)


def proposed(actor: Actor) -> Sequence[lists.Row]:
    """What `actor` read and proposed and the chief editor is to confirm, the most urgent first."""
    return _proposed(actor.roles).read(access.values(actor)).rows


def any_proposes(rows: Sequence[lists.Row]) -> bool:
    """Whether at the stage of one of them the chief editor confirms what is decided."""
    proposes = access.GUARDS["proposes"]
    return db.session.scalar(select(Manuscript.id).where(
        Manuscript.id.in_([row.id for row in rows]), proposes).limit(1)) is not None


def worklist(actor: Actor, duty: Duty, wanted: Wanted = ALL, after: str | None = None) -> lists.Page:
    """What waits for `actor` in the list `duty`, as far as it is wanted, the most urgent first."""
    return _worklist(actor.roles, duty, wanted.shape).read({**access.values(actor), **wanted.values}, after)


@dataclass(frozen=True)
class Counts:
    """How many wait in a list, how many of them are late, and how many came back: each counted up to COUNTED."""

    all: int
    late: int
    back: int

    @property
    def more(self) -> bool:
        """Whether more wait than were counted."""
        return self.all >= COUNTED


@lru_cache(maxsize=lists.KEPT)
def _counts(roles: Set[Role], duty: Duty, shape: Wanted) -> Select[*tuple[Any, ...]]:
    counted = select(LATE.label("late"), BACK.label("back")).where(
        access.duty_clause(roles, duty), shape.clause).limit(COUNTED).subquery()
    return select(func.count(), *(func.sum(case((column, 1), else_=0)) for column in counted.c)).select_from(counted)


def counts(actor: Actor, duty: Duty, wanted: Wanted = ALL) -> Counts:
    """The numbers of the list `duty`, in one query."""
    row = db.session.execute(_counts(actor.roles, duty, wanted.shape), {**access.values(actor), **wanted.values}).one()
    return Counts(*(number or 0 for number in row))


@dataclass(frozen=True)
class Choices:
    """What one can filter by: pairs of id and name."""

    office: Sequence[tuple[int, str]]
    stage: Sequence[tuple[int, str]]
    genre: Sequence[tuple[int, str]]
    unit: Sequence[tuple[int, str]]
    call: Sequence[tuple[int, str]]


def choices(actor: Actor, *duties: Duty) -> Choices:
    """The offices and stages at which `actor` reads, the genres, and of what waits the units and the
    topics of the calls that it answers: four queries."""
    held = actor.grants.get(Role.STAGE_REVIEWER, frozenset()) if Duty.READ in duties else frozenset()
    stages = db.session.execute(select(Stage, Office).join(Office, Office.id == Stage.office_id).where(
        Stage.id.in_(sorted(held))).order_by(Stage.id)).all() if held else []
    offices = {office.id: i18n.title_of(office) for _stage, office in stages}
    units = db.session.execute(_units(actor.roles, duties), access.values(actor))
    return Choices(
        list(offices.items()),
        [(stage.id, f"{i18n.title_of(stage)} · {i18n.title_of(office)}" if len(offices) > 1 else i18n.title_of(stage))
         for stage, office in stages],
        [(genre.id, i18n.title_of(genre)) for genre in db.session.scalars(select(Genre).order_by(Genre.id))],
        [(row.id, row.name) for row in units],
        [(row.id, row.topic) for row in db.session.execute(_calls(actor.roles, duties), access.values(actor))])


@lru_cache(maxsize=lists.KEPT)
def _units(roles: Set[Role], duties: tuple[Duty, ...]) -> Select[int, str]:
    waits = select(Manuscript.unit_id).where(or_(*(access.duty_clause(roles, duty) for duty in duties))).limit(300)
    return select(Unit.id, Unit.name).where(Unit.id.in_(waits)).order_by(Unit.name)


@lru_cache(maxsize=lists.KEPT)
def _calls(roles: Set[Role], duties: tuple[Duty, ...]) -> Select[int, str]:
    waits = select(Manuscript.story_id).where(or_(*(access.duty_clause(roles, duty) for duty in duties))).limit(300)
    answered = select(CallAnswer.call_id).where(CallAnswer.story_id.in_(waits))
    return select(Call.id, Call.topic).where(Call.id.in_(answered)).order_by(Call.id)


# --- The way on -------------------------------------------------------------------------------------------------


def way(actor: Actor, found: Manuscript, open_rows: Iterable[Transition], kept: Mapping[str, Any]) -> Way:
    """The way on from `found`, where `actor` may do `open_rows`, through the lists as they wanted them last (`kept`,
    by duty): one query in a list, three where it is done with."""
    due = {row.duty for row in open_rows}
    duty = next((one for one in READING if one in due), None)
    seeking = {one: Wanted.of(kept.get(one, {})) for one in READING}
    values = access.values(actor)
    if duty is not None:
        place = {"after0": found.urgent, "after1": found.due_at or lists.FAR, "after2": found.id}
        values |= {**seeking[duty].values, **place}
        beside = {side: Neighbour(code, title) for side, code, title in db.session.execute(
            _beside(actor.roles, duty, seeking[duty].shape), values)}
        return Way(duty, beside.get(0), beside.get(1), filtered=seeking[duty] != ALL)
    firsts = (_one(_first(actor.roles, one, seeking[one].shape), {**values, **seeking[one].values})
              for one, role in FIRST.items() if role in actor.grants)
    return Way(after=next(filter(None, firsts), None),
               may_take=Role.STAGE_REVIEWER in actor.grants and bool(lists.waiting(actor, Duty.CLAIM, 1)))


def _one(query: Select[str, str], values: dict[str, Any]) -> Neighbour | None:
    row = db.session.execute(query, values).first()
    return Neighbour(*row) if row else None


@lru_cache(maxsize=lists.KEPT)
def _beside(roles: Set[Role], duty: Duty, shape: Wanted) -> CompoundSelect[*tuple[Any, ...]]:
    """What stands before a place and what stands after it, in one query."""
    sides = [lists.paged(_named(roles, duty, shape), order, True).subquery()
             for order in (BACKWARDS, lists.BY_URGENCY)]
    return union_all(*(select(literal(n).label("side"), side.c.code, side.c.title) for n, side in enumerate(sides)))


@lru_cache(maxsize=lists.KEPT)
def _first(roles: Set[Role], duty: Duty, shape: Wanted) -> Select[*tuple[Any, ...]]:
    return lists.paged(_named(roles, duty, shape), lists.BY_URGENCY, False)


def _named(roles: Set[Role], duty: Duty, shape: Wanted) -> Select[*tuple[Any, ...]]:
    return select(Manuscript.code, Manuscript.title).where(access.duty_clause(roles, duty), shape.clause).limit(1)


@lru_cache(maxsize=lists.KEPT)
def _to_take(roles: Set[Role], shape: Wanted) -> Select[*tuple[Any, ...]]:
    query = select(Manuscript).where(access.duty_clause(roles, Duty.CLAIM), shape.clause).limit(1)
    return lists.paged(query, lists.BY_URGENCY, False).with_for_update(skip_locked=True)


def next_to_take(actor: Actor, wanted: Wanted) -> Manuscript | None:
    """The most urgent manuscript that `actor` can claim, as far as it is wanted; None where there is none.

    Nobody else gets the same before this transaction ends: what somebody has under way is passed over (on SQLite
    whoever comes second waits).
    """
    found: Manuscript | None = db.session.scalar(
        _to_take(actor.roles, wanted.shape), {**access.values(actor), **wanted.values})
    return found


# --- What was done to several -----------------------------------------------------------------------------------


@lru_cache(maxsize=lists.KEPT)
def _named_by_code(roles: Set[Role]) -> lists.Listing:
    codes = bindparam("codes", expanding=True, type_=String)
    return lists.Listing(and_(Manuscript.code.in_(codes), access.visible_to(roles)), lists.BY_URGENCY, MOST)


def by_code(actor: Actor, codes: Sequence[str]) -> dict[str, lists.Row]:
    """The rows of these manuscripts, by code, as far as they exist for `actor`."""
    page = _named_by_code(actor.roles).read({**access.values(actor), "codes": list(codes)})
    return {row.code: row for row in page.rows}


# --- The pages --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bench:
    """What a page of what waits shows beside its lists: what is wanted of them, their numbers, what one can choose
    (None where there is little to choose from), the views that were saved, and with whom one may share one."""

    wanted: Wanted
    numbers: Mapping[Duty, Counts]
    choices: Choices | None
    views: Sequence[SavedView]
    offices: Sequence[tuple[int, str]]

    @property
    def all(self) -> Counts:
        """The numbers of all lists together."""
        each = self.numbers.values()
        return Counts(sum(one.all for one in each), sum(one.late for one in each), sum(one.back for one in each))


def bench(actor: Actor, page: str, wanted: Wanted, *duties: Duty) -> Bench:
    """What stands beside the lists `duties` on `page`: a fixed number of queries, a few less where little waits."""
    numbers = {duty: counts(actor, duty, replace(wanted, only="")) for duty in duties}
    many = wanted != ALL or sum(one.all for one in numbers.values()) > FEW
    return Bench(wanted, numbers, choices(actor, *duties) if many else None, views(actor, page),
                 offices_of(actor) if wanted != ALL else [])


def offices_of(actor: Actor) -> list[tuple[int, str]]:
    """The offices of whose staff `actor` is."""
    found = db.session.scalars(_OFFICES, {"staff_of": sorted(actor.grants.get(Role.STAFF, frozenset()))})
    return [(office.id, i18n.title_of(office)) for office in found]


FEW = 8
"""So many manuscripts are seen at once: nobody filters them."""
_OFFICES = select(Office).where(Office.id.in_(bindparam("staff_of", expanding=True, type_=Integer))).order_by(Office.id)
_VIEWS = (
    select(SavedView).where(SavedView.page == bindparam("page"), or_(
        SavedView.person_id == access.ME,
        SavedView.office_id.in_(bindparam("staff_of", expanding=True, type_=Integer))))
    .options(joinedload(SavedView.person)).order_by(SavedView.name, SavedView.id).limit(60))


def views(actor: Actor, page: str) -> Sequence[SavedView]:
    """The views of `page` that `actor` saved, and those that are shared with an office of theirs."""
    return db.session.scalars(_VIEWS, {
        "page": page, access.ME.key: actor.id,
        "staff_of": sorted(actor.grants.get(Role.STAFF, frozenset()))}).all()
