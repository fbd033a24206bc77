"""An office at a glance, what is where, since when and with whom, and the list behind each of its numbers.

Only what is open is counted, through the index of the desk; what is closed pages by key and is never counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Integer, Select, and_, bindparam, func, or_, select, text
from sqlalchemy.orm import selectinload

from editorial import access, clock, i18n
from editorial.db import UtcDateTime, db
from editorial.errors import Invisible
from editorial.models import (
    HANDED_OVER,
    Appeal,
    Correction,
    CorrectionRequest,
    Event,
    Manuscript,
    Membership,
    Office,
    Person,
    Ruleset,
    RulesetStep,
    Stage,
)
from editorial.parties import STAFF, Actor
from editorial.queries import in_row, lists
from editorial.queries.wanted import DAYS
from editorial.tables.absences import Absence, holds
from editorial.tables.proposals import Proposal
from editorial.terms import Action, Role, State, Verdict
from editorial.workflow import TABLE, rows

READ = frozenset[State]().union(*(row.sources for row in rows(TABLE, Action.PASS)))
"""The states in which a stage reads: in review, and published while a correction is under review."""
LATER = (State.RETURNED, State.ACCEPTED)
"""Where else an office has open manuscripts: with their authors, and with the publishers."""
SHELVES = (*LATER, State.PUBLISHED, State.REJECTED, State.RETRACTED)
"""The lists by state, besides what is under review."""
ASKED = ("proposal", "appeal", "correction", "transfer")
"""What a chief editor is asked to look at: what readers propose, open appeals, corrections asked for, what another
office handed over."""
DESK, HELD = "desk", "held"


@dataclass(frozen=True)
class Wanted:
    """Which of an office's manuscripts a list shows: a stage's slug, who has it (a person's id, ``desk`` for nobody,
    ``held`` for anybody), late ones alone, a state of SHELVES in place of what is under review, one of ASKED, and those
    alone that have waited `since` so many days (DAYS)."""

    stage: str = ""
    holder: str = ""
    late: bool = False
    state: State | None = None
    asked: str = ""
    since: int = 0

    @classmethod
    def of(cls, asked_for: Mapping[str, str]) -> Wanted:
        """What an address asks for; what it can't mean is left out."""
        holder, state, asked = asked_for.get("holder", ""), asked_for.get("state", ""), asked_for.get("asked", "")
        return cls(
            asked_for.get("stage", ""), holder if holder in (DESK, HELD) or _is_id(holder) else "",
            asked_for.get("late") == "1", next((known for known in SHELVES if known == state), None),
            asked if asked in ASKED else "", next((days for days in DAYS if str(days) == asked_for.get("since")), 0))

    @property
    def shape(self) -> Wanted:
        """The same of whichever stage and person: what a list of this kind asks, which `_values` fills in."""
        return replace(self, stage=self.stage and "one",
                       holder=self.holder if self.holder in ("", DESK, HELD) else "one", since=min(self.since, 1))

    def but(self, **changes: Any) -> dict[str, str]:
        """The parameters of an address that shows the same with `changes`; what is not set is left out."""
        other = replace(self, **changes)
        return {name: value for name, value in (
            ("stage", other.stage), ("holder", other.holder), ("late", "1" if other.late else ""),
            ("state", other.state.value if other.state else ""), ("asked", other.asked),
            ("since", str(other.since or ""))) if value}


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 10


@dataclass(frozen=True)
class StageLoad:
    """What waits at one stage: on the desk, with readers, late of both; and since when the oldest waits."""

    stage: Stage
    desk: int
    reading: int
    late: int
    oldest: datetime | None
    waited: Mapping[int, int]
    """How many have waited for at least so many days, by DAYS."""


@dataclass(frozen=True)
class PersonLoad:
    """How much one person has, and how much of it is late."""

    id: int
    name: str
    held: int
    late: int


@dataclass(frozen=True)
class Entry(lists.Row):
    """A row of an office's list: who may be given it, and whether it may be put back."""

    readers: Sequence[tuple[int, str]] = ()
    may_release: bool = False


@dataclass(frozen=True)
class EntryPage:
    """One page of an office's list, its key and that of the next one, and what one can filter by."""

    office: Office
    wanted: Wanted
    rows: Sequence[Entry]
    after: str | None
    next: str | None
    reviewers: Sequence[tuple[int, str]] = ()
    shelves: Sequence[State] = SHELVES

    @property
    def may_move(self) -> bool:
        """Whether its reader may give somebody one of these, or put one back."""
        return any(row.readers or row.may_release for row in self.rows)


@dataclass(frozen=True)
class Glance:
    """An office at a glance."""

    office: Office
    stages: Sequence[StageLoad]
    people: Sequence[PersonLoad]
    later: Sequence[tuple[State, int]]
    closed: Sequence[State] = SHELVES[len(LATER):]
    asked: Mapping[str, EntryPage] = field(default_factory=dict)

    @property
    def under_review(self) -> int:
        """How many are under review."""
        return sum(load.desk + load.reading for load in self.stages)

    @property
    def late(self) -> int:
        """How many of them are late."""
        return sum(load.late for load in self.stages)


# --- Which office -------------------------------------------------------------------------------------------------


def offices(actor: Actor) -> list[Office]:
    """The offices of whose staff `actor` is; raises Invisible where there is none."""
    found = list(db.session.scalars(
        select(Office).where(Office.id.in_(actor.grants.get(Role.STAFF, frozenset()))).order_by(Office.id)))
    if not found:
        raise Invisible
    return found


def office(actor: Actor, slug: str) -> Office:
    """The office under this slug; raises Invisible for all but its staff."""
    found = db.session.scalar(select(Office).where(Office.slug == slug).options(selectinload(Office.stages)))
    if found is None or not actor.holds(Role.STAFF, found.id):
        raise Invisible
    return found


# --- What is where ------------------------------------------------------------------------------------------------


def glance(actor: Actor, slug: str) -> Glance:
    """The office at a glance; raises Invisible for all but its staff."""
    here = office(actor, slug)
    stages, held = _loads(here)
    asked = {kind: _page(here, Wanted(asked=kind), None, 5) for kind in ASKED}
    notes = _notes(here, [row.id for page in asked.values() for row in page.rows])
    return Glance(here, stages, _people(here, held), _later(here), asked={
        kind: _entries(here, Wanted(asked=kind), page, notes) for kind, page in asked.items()})


HERE = bindparam("here", type_=Integer)
STAGES = bindparam("stages", expanding=True, type_=Integer)
NOW = bindparam("now", type_=UtcDateTime)
"""The office that is asked about, its stages and the time: what the statements below leave open."""


def _values(here: Office, wanted: Wanted = Wanted()) -> dict[str, Any]:
    """What statements about an office leave open, and of lists of it what their shape does."""
    return {
        "here": here.id, "stages": [stage.id for stage in here.stages], "now": clock.now(),
        "stage": [stage.id for stage in here.stages if stage.slug == wanted.stage],
        "holder": int(wanted.holder) if wanted.shape.holder == "one" else None,
        **{f"waited{days or ''}": clock.now() - timedelta(days=days or wanted.since) for days in (0, *DAYS)}}


UNDER_REVIEW = and_(Manuscript.office_id == HERE, Manuscript.state.in_(sorted(READ)), Manuscript.stage_id.in_(STAGES))
"""What a stage of the office is to read. The stages are named, so that the index of the desk finds it."""

_LOADS: Select[*tuple[Any, ...]] = (
    select(Manuscript.stage_id, Manuscript.assignee_id, func.count(Manuscript.id),
           func.count(Manuscript.id).filter(Manuscript.due_at < NOW), func.min(Manuscript.waiting_since),
           *(func.count(Manuscript.id).filter(Manuscript.waiting_since < bindparam(f"waited{days}", type_=UtcDateTime))
             for days in DAYS))
    .where(UNDER_REVIEW).group_by(Manuscript.stage_id, Manuscript.assignee_id))


def _loads(here: Office) -> tuple[list[StageLoad], dict[int, tuple[int, int]]]:
    """What waits at each stage, in the order of the newest rules; and by person how much, and how much late."""
    found = db.session.execute(_LOADS, _values(here)).all()
    held: dict[int, tuple[int, int]] = {}
    for _stage, person_id, many, many_late, *_ages in found:
        if person_id is not None:
            before = held.get(person_id, (0, 0))
            held[person_id] = (before[0] + many, before[1] + many_late)
    return [
        StageLoad(
            stage,
            sum(many for at, person_id, many, *_more in found if at == stage.id and person_id is None),
            sum(many for at, person_id, many, *_more in found if at == stage.id and person_id is not None),
            sum(many_late for at, _person, _many, many_late, *_more in found if at == stage.id),
            min((since for at, _person, _many, _late, since, *_more in found if at == stage.id), default=None),
            {days: sum(row[5 + n] for row in found if row[0] == stage.id) for n, days in enumerate(DAYS)})
        for stage in _in_order(here)
    ], held


_NEWEST = select(func.max(Ruleset.number)).where(Ruleset.office_id == HERE).scalar_subquery()
_PLACES = select(RulesetStep.stage_id, RulesetStep.position).join(Ruleset).where(
    Ruleset.office_id == HERE, Ruleset.number == _NEWEST)


def _in_order(here: Office) -> list[Stage]:
    places = lists.pairs(_PLACES, here=here.id)
    return sorted(here.stages, key=lambda stage: (places.get(stage.id, len(places) + 1), stage.id))


_REVIEWS = and_(Person.is_active, Person.id.in_(select(Membership.person_id).where(
    Membership.role == Role.STAGE_REVIEWER, Membership.office_id == HERE)))
_REVIEWERS = select(Person.id, Person.name).where(_REVIEWS).order_by(Person.id)
_AWAY = select(Absence.person_id, func.max(Absence.until_on)).where(
    Absence.person_id.in_(lists.IDS), holds()).group_by(Absence.person_id)
_PEOPLE = select(Person.id, Person.name).where(or_(_REVIEWS, Person.id.in_(lists.IDS)))


def _people(here: Office, held: Mapping[int, tuple[int, int]]) -> list[PersonLoad]:
    """The office's reviewers, and whoever else has something, those with most first."""
    names = lists.pairs(_PEOPLE, here=here.id, ids=list(held))
    away = lists.pairs(_AWAY, ids=list(names))
    return sorted((PersonLoad(id_, in_row.named(name, away.get(id_)), *held.get(id_, (0, 0)))
                   for id_, name in names.items()),
                  key=lambda load: (-load.held, load.id))


_LATER = select(Manuscript.state, func.count(Manuscript.id)).where(
    Manuscript.office_id == HERE, Manuscript.state.in_(LATER), access.seen_by(STAFF)).group_by(Manuscript.state)


def _later(here: Office) -> list[tuple[State, int]]:
    counts = lists.pairs(_LATER, here=here.id)
    return [(state, counts.get(state, 0)) for state in LATER]


# --- The lists ----------------------------------------------------------------------------------------------------


def listed(actor: Actor, slug: str, wanted: Wanted, after: str | None = None) -> EntryPage:
    """One page of what is wanted of an office's manuscripts, with what `actor` may do in each row.

    Raises Invisible for all but the office's staff.
    """
    here = office(actor, slug)
    page = _page(here, wanted, after, lists.PAGE)
    ids = [row.id for row in page.rows]
    readers, releasable = in_row.readers_of(actor, ids), in_row.releasable(actor, ids)
    found = _entries(here, wanted, page, _notes(here, ids))
    return replace(
        found, after=after, reviewers=list(lists.pairs(_REVIEWERS, here=here.id).items()),
        rows=[replace(row, readers=readers.get(row.id, ()), may_release=row.id in releasable) for row in found.rows])


def _page(here: Office, wanted: Wanted, after: str | None, limit: int) -> lists.Page:
    return _listing(wanted.shape, limit).read(_values(here, wanted), after)


def _entries(here: Office, wanted: Wanted, page: lists.Page, notes: Mapping[int, str]) -> EntryPage:
    return EntryPage(here, wanted, [Entry(**{**vars(row), "note": notes.get(row.id, "")}) for row in page.rows], None,
                     page.next)


@lru_cache(maxsize=lists.KEPT)
def _listing(shape: Wanted, limit: int) -> lists.Listing:
    clauses = [Manuscript.office_id == HERE]
    if shape.asked:
        clauses.append(_ASKED[shape.asked])
    elif shape.state:
        clauses += [Manuscript.state == shape.state, access.seen_by(STAFF)]
    else:
        clauses.append(UNDER_REVIEW)
    if shape.stage:
        clauses.append(Manuscript.stage_id.in_(bindparam("stage", expanding=True, type_=Integer)))
    if shape.holder:
        clauses.append(Manuscript.assignee_id.is_(None) if shape.holder == DESK
                       else Manuscript.assignee_id.is_not(None) if shape.holder == HELD
                       else Manuscript.assignee_id == bindparam("holder", type_=Integer))
    if shape.since:
        clauses.append(Manuscript.waiting_since < bindparam("waited", type_=UtcDateTime))
    if shape.late:
        clauses.append(Manuscript.due_at < NOW)
    return lists.Listing(and_(*clauses), lists.BY_CHANGE if shape.state else lists.BY_URGENCY, limit)


_ASKED = {
    "proposal": and_(UNDER_REVIEW, Manuscript.proposal_id.is_not(None)),
    "appeal": and_(Manuscript.state == State.REJECTED, access.GUARDS["appeal_open"]),
    "correction": and_(Manuscript.state == State.PUBLISHED, access.GUARDS["correction_requested"]),
    "transfer": and_(UNDER_REVIEW, Manuscript.id.in_(
        select(Event.manuscript_id).where(text(HANDED_OVER), Event.office_id == HERE))),
}
"""What waits for the chief editor under each heading of ASKED."""

_PROPOSED = {Verdict.PASS: Action.PROPOSE_PASS, Verdict.RETURN: Action.PROPOSE_RETURN,
             Verdict.REJECT: Action.PROPOSE_REJECT}
_PROPOSALS = select(Proposal.manuscript_id, Proposal.verdict, Proposal.reason).where(
    Proposal.answered_at.is_(None), Proposal.manuscript_id.in_(lists.IDS))
_HANDED_OVER = select(Event.manuscript_id, Event.reason, Event.data).where(
    text(HANDED_OVER), Event.office_id == HERE, Event.manuscript_id.in_(lists.IDS)).order_by(Event.seq)
_NOTES = (
    select(CorrectionRequest.manuscript_id, CorrectionRequest.reason).where(
        CorrectionRequest.answered_at.is_(None), CorrectionRequest.manuscript_id.in_(lists.IDS)),
    select(Correction.manuscript_id, Correction.note).where(
        Correction.outcome.is_(None), Correction.manuscript_id.in_(lists.IDS)),
    select(Appeal.manuscript_id, Appeal.grounds).where(Appeal.heard_at.is_(None), Appeal.manuscript_id.in_(lists.IDS)),
)


def _notes(here: Office, ids: Sequence[int]) -> dict[int, str]:
    """What else one should know of these: the correction's note, the grounds of an appeal, what was asked."""
    handed = db.session.execute(_HANDED_OVER, {"here": here.id, "ids": ids}).all()
    called = _now_called({data.get("from", "") for _id, _reason, data in handed})
    notes = {id_: _("From %(office)s: %(reason)s", office=called[data.get("from", "")], reason=reason)
             for id_, reason, data in handed}
    notes |= {id_: f"{i18n.label(_PROPOSED[verdict])}{_(': ')}{reason}" if reason else i18n.label(_PROPOSED[verdict])
              for id_, verdict, reason in db.session.execute(_PROPOSALS, {"ids": ids})}
    for query in _NOTES:
        notes |= lists.pairs(query, ids=ids)
    return notes


def _now_called(names: Set[str]) -> dict[str, str]:
    """Offices' names as they were then; on an English page the English ones of the offices that have them now."""
    named = {name: name for name in names}
    if names and not i18n.is_chinese():
        named |= {office.name: i18n.title_of(office) for office in db.session.scalars(
            select(Office).where(Office.name.in_(names)))}
    return named
