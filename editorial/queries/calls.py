"""Calls for manuscripts as their pages show them: what is asked, what came as far as one may see it, who is silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, func, not_, or_, select

from editorial import access, clock
from editorial.db import UtcDateTime, db
from editorial.errors import Refused
from editorial.models import Genre, Manuscript, Membership, Office, Person, Unit
from editorial.parties import Actor
from editorial.queries import lists
from editorial.tables.calls import Call, CallAnswer, asks
from editorial.terms import CallAction, CallState, Role, State
from editorial.workflow import CALL_TABLE, available

MOST_NAMES = 200
"""So many silent units are named."""
SHOWN = 5
"""Calls on the home page."""
_NOW = bindparam("now", type_=UtcDateTime)
TAKES = and_(Call.state == CallState.OPEN, Call.ends_at > _NOW)
"""A call can still be answered."""

SOONEST: lists.Order = ((Call.ends_at, False), (Call.id, False))
LATEST: lists.Order = ((Call.ends_at, True), (Call.id, True))


@dataclass(frozen=True)
class Row:
    """A call as lists show it."""

    code: str
    topic: str
    office: Any
    """Who asks; None is the city's work office."""
    last_day: date
    ends_at: datetime
    state: CallState
    is_over: bool
    came: int
    """How many stories answer it that the reader may see, their own drafts among them."""


@dataclass(frozen=True)
class Page:
    """One page of a list of calls, and the key of the next."""

    rows: Sequence[Row]
    next: str | None


def _columns() -> Select[*tuple[Any, ...]]:
    return select(Call, Office.name, Office.name_en, Call.ends_at.label("key0"), Call.id.label("key1")).outerjoin(
        Office, Office.id == Call.office_id)


@lru_cache(lists.KEPT)
def _listed(roles: Set[Role], takes: bool, further: bool) -> Select[*tuple[Any, ...]]:
    where = TAKES if takes else not_(TAKES)
    query = _columns().where(access.calls_clause(roles), where).limit(lists.PAGE + 1)
    return lists.paged(query, SOONEST if takes else LATEST, further)


def calls(actor: Actor, takes: bool, after: str | None = None) -> Page:
    """The calls that exist for `actor` and can still be answered, the first to end first; or the others, the last
    first: two queries."""
    key = lists.unpack(after, SOONEST if takes else LATEST)
    found = db.session.execute(_listed(actor.roles, takes, bool(key)),
                               {**access.values(actor), "now": clock.now(), **key}).all()
    rows = _rows(actor, found[:lists.PAGE])
    last = found[lists.PAGE - 1] if len(found) > lists.PAGE else None
    return Page(rows, lists.pack([last.key0, last.key1]) if last else None)


@lru_cache(lists.KEPT)
def _for_home(roles: Set[Role]) -> Select[*tuple[Any, ...]]:
    return lists.paged(_columns().where(access.asked_clause(Role.CORRESPONDENT), TAKES).limit(SHOWN), SOONEST, False)


def for_home(actor: Actor) -> Sequence[Row]:
    """The first calls that ask the units for which `actor` writes, and can still be answered: two queries."""
    found = db.session.execute(_for_home(actor.roles), {**access.values(actor), "now": clock.now()}).all()
    return _rows(actor, found)


def _rows(actor: Actor, found: Iterable[Any]) -> list[Row]:
    found = list(found)
    came = lists.pairs(_came(actor.roles), calls=[row.Call.id for row in found], **access.values(actor))
    return [Row(row.Call.code, row.Call.topic, lists.names(row.name, row.name_en), row.Call.last_day, row.Call.ends_at,
                row.Call.state, row.Call.is_over, came.get(row.Call.id, 0)) for row in found]


@lru_cache(lists.KEPT)
def _came(roles: Set[Role]) -> Select[int, int]:
    return (select(CallAnswer.call_id, func.count(CallAnswer.story_id.distinct()))
            .join(Manuscript, Manuscript.story_id == CallAnswer.story_id)
            .where(CallAnswer.call_id.in_(bindparam("calls", expanding=True, type_=Integer)), access.visible_to(roles))
            .group_by(CallAnswer.call_id))


# --- One call -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Silent:
    """Units that were asked and from which nothing came that the reader may see; `more` where not all are named."""

    units: Sequence[Unit]
    more: bool


@dataclass(frozen=True)
class CallPage:
    """A call as one reader sees it."""

    call: Call
    asked: Sequence[tuple[Unit, bool]]
    """The units that it asks, and whether with all below; none where it asks all."""
    came: int
    rows: Sequence[lists.Row]
    next: str | None
    silent: Silent | None
    """For those who keep it, and the coordinator."""
    may: Set[CallAction]
    writes: bool
    """Whether the reader can answer it now."""


def call(actor: Actor, code: str) -> Call:
    """The call under `code`; raises Invisible where it does not exist for `actor`."""
    return access.call_for(db.session(), actor, code)


def call_page(actor: Actor, code: str, after: str | None) -> CallPage:
    """Everything that a call's page shows to `actor`, in a fixed number of queries; raises Invisible."""
    found = call(actor, code)
    values = {**access.values(actor), "calls": [found.id]}
    page = _answers(actor.roles).read(values, after)
    watches = Role.COORDINATOR in actor.grants or actor.holds(Role.CHIEF_EDITOR, found.office_id)
    writes = Role.CORRESPONDENT in actor.grants and found.takes and db.session.scalar(
        _asks_me(), {**values, "call": found.id})
    return CallPage(
        found, [(one.unit, one.below) for one in found.units],
        lists.pairs(_came(actor.roles), **values).get(found.id, 0), [_without_names(row) for row in page.rows],
        page.next, _silent(actor, found) if watches else None,
        {row.action for row in available(actor, found, CALL_TABLE)}, bool(writes))


@lru_cache(lists.KEPT)
def _answers(roles: Set[Role]) -> lists.Listing:
    tied = select(CallAnswer.story_id).where(
        CallAnswer.call_id.in_(bindparam("calls", expanding=True, type_=Integer)))
    return lists.Listing(and_(Manuscript.story_id.in_(tied), access.visible_to(roles)), lists.BY_CHANGE)


def _without_names(row: lists.Row) -> lists.Row:
    """A row for readers of all kinds: who has it, by unit or office alone (rule 8)."""
    match row.state:
        case State.DRAFT | State.RETURNED:
            holder = row.authors
        case State.AWAITING_SIGNOFF:
            holder = row.due_unit
        case _:
            holder = row.office
    return replace(row, assignee=None, holder=holder)


@lru_cache(1)
def _asks_me() -> Select[bool]:
    return select(access.asked_clause(Role.CORRESPONDENT)).select_from(Call).where(Call.id == bindparam("call"))


def _silent(actor: Actor, found: Call) -> Silent:
    sent = select(Manuscript.unit_id).join(CallAnswer, CallAnswer.story_id == Manuscript.story_id).where(
        CallAnswer.call_id == found.id, access.visible_to(actor.roles))
    writes = select(Membership.id).join(Person, Person.id == Membership.person_id).where(
        Membership.unit_id == Unit.id, Membership.role == Role.CORRESPONDENT, Person.is_active).exists()
    units = db.session.scalars(
        select(Unit).join(Call, asks(Unit)).where(Call.id == found.id, Unit.is_active, writes, Unit.id.not_in(sent))
        .order_by(Unit.path).limit(MOST_NAMES + 1), access.values(actor)).all()
    return Silent(units[:MOST_NAMES], len(units) > MOST_NAMES)


# --- To ask, and to answer ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Desk:
    """What somebody can choose from who asks for manuscripts."""

    offices: Sequence[Office]
    city: bool
    """Whether they may ask for the city's work office."""
    genres: Sequence[Genre]
    units: Sequence[tuple[Unit, bool, bool]]
    """Those that write, or have such below, in the order of the tree: whether it writes, whether one below does."""


def desk_for(actor: Actor) -> Desk:
    """The choices of a chief editor or a coordinator; raises Refused for others."""
    offices = db.session.scalars(select(Office).where(
        Office.id.in_(sorted(actor.grants.get(Role.CHIEF_EDITOR, ()))), Office.is_active).order_by(Office.id)).all()
    city = Role.COORDINATOR in actor.grants
    if not (offices or city):
        raise Refused("not-yours")
    units = db.session.scalars(select(Unit).where(Unit.is_active).order_by(Unit.path)).all()
    writing = set(db.session.scalars(select(Membership.unit_id).join(Person).where(
        Membership.role == Role.CORRESPONDENT, Person.is_active)))
    above = {id_ for unit in units if unit.id in writing for id_ in unit.lineage[:-1]}
    in_order = sorted(units, key=lambda unit: unit.lineage)
    return Desk(offices, city,
                db.session.scalars(select(Genre).where(Genre.is_active).order_by(Genre.id)).all(),
                [(unit, unit.id in writing, unit.id in above) for unit in in_order
                 if unit.id in writing or unit.id in above])


def may_ask(actor: Actor) -> bool:
    """Whether `actor` may ask units for manuscripts."""
    return not actor.roles.isdisjoint({Role.CHIEF_EDITOR, Role.COORDINATOR})


@lru_cache(2)
def _to_answer(writes: bool) -> Select[*tuple[Any, ...]]:
    asked = [and_(access.asked_clause(Role.CORRESPONDENT), TAKES)] if writes else []
    return select(Call.id, Call.code, Call.topic, Call.genre_id).where(or_(
        Call.id == bindparam("tied"), *asked)).order_by(Call.ends_at, Call.id).limit(50)


@dataclass(frozen=True)
class Open:
    """A call that a draft may answer."""

    id: int
    code: str
    topic: str
    genre_id: int | None


def to_answer(actor: Actor, tied: int | None = None) -> list[Open]:
    """The calls that ask the units for which `actor` writes, and the one that a draft answers already: one query."""
    query = _to_answer(Role.CORRESPONDENT in actor.grants)
    values = {**access.values(actor), "now": clock.now(), "tied": tied or 0}
    return [Open(*row) for row in db.session.execute(query, values)]


def answered_by(story_id: int) -> int | None:
    """The id of the call that a story answers."""
    return db.session.scalar(select(CallAnswer.call_id).where(CallAnswer.story_id == story_id))


def call_of(actor: Actor, manuscript: Manuscript) -> Call | None:
    """The call that a manuscript answers, where it exists for `actor`: one query."""
    return db.session.scalar(
        select(Call).join(CallAnswer, CallAnswer.call_id == Call.id).where(
            CallAnswer.story_id == manuscript.story_id, access.calls_clause(actor.roles)), access.values(actor))


def visible(actor: Actor, ids: Set[int]) -> Mapping[int, Call]:
    """The calls of these ids that exist for `actor`."""
    if not ids:
        return {}
    return {one.id: one for one in db.session.scalars(
        select(Call).where(Call.id.in_(sorted(ids)), access.calls_clause(actor.roles)), access.values(actor))}


