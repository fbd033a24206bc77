"""Real reading: what decisions say of the readings that they rest on, as figures, each with the decisions behind it.

For whoever took them, and for the chief editors of the office at whose stages they were taken. Layer 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, func, not_, select, tuple_

from editorial import access, clock
from editorial.db import UtcDateTime, db
from editorial.errors import Invisible
from editorial.models import Decision, Manuscript, Office, Person, Stage, Unit
from editorial.parties import STAFF, Actor
from editorial.queries import lists
from editorial.tables.reading import DecisionReading
from editorial.terms import Role, State, Verdict

PERIODS = (7, 30, 90)
"""How many days one can look back."""
FASTEST = 1200
"""Characters a minute: three times as fast as one reads silently, so nobody has read a text that was passed sooner."""
TOGETHER = 600
"""All stages within so many seconds."""
SHORT = 6
"""A reason of fewer characters says little."""
REPEATED = 3
"""So often one person gave the very same reason."""

ME = access.ME
SINCE = bindparam("since", type_=UtcDateTime)
WHO = bindparam("who", type_=Integer)
STAGES = bindparam("stages", expanding=True, type_=Integer)
BY_TIME: lists.Order = ((Decision.decided_at, True), (Decision.id, True), (DecisionReading.person_id, True))


@dataclass(frozen=True)
class Wanted:
    """Which decisions: of the last `days`, those with a `pattern` (empty: all), of a person (0: of everybody)."""

    days: int = 30
    pattern: str = ""
    person: int = 0

    @classmethod
    def of(cls, asked_for: Mapping[str, str]) -> Wanted:
        """What an address asks for; what it can't mean is left out."""
        pattern, person = asked_for.get("pattern", ""), asked_for.get("person", "")
        return cls(next((days for days in PERIODS if str(days) == asked_for.get("days")), 30),
                   pattern if pattern in PATTERNS else "",
                   int(person) if person.isascii() and person.isdecimal() and len(person) < 10 else 0)

    def but(self, **changes: Any) -> dict[str, Any]:
        """The parameters of an address that shows the same with `changes`."""
        other = replace(self, **changes)
        return {name: value for name, value in vars(other).items() if value and (name, value) != ("days", 30)}


@dataclass(frozen=True)
class Figures:
    """How many decisions and confirmations there are, and of them how many with each pattern; whose they are one can
    choose from."""

    wanted: Wanted
    office: Office | None
    all: int
    each: Mapping[str, int]
    people: Sequence[tuple[int, str]]


@dataclass(frozen=True)
class Entry:
    """A decision in a list, under its manuscript, with the names that a list's row has."""

    code: str
    title: str
    state: State
    unit: Any
    stage: Any
    who: str
    verdict: Verdict
    decided_at: datetime
    note: str
    characters: int
    known: bool
    elapsed: int | None
    seconds: int | None
    whole_chain: int | None
    confirms: bool
    """It is the reading of whoever confirmed what a reader had proposed."""

    @property
    def is_signature(self) -> bool:
        """A unit's pass."""
        return self.stage is None and self.verdict is Verdict.PASS


@dataclass(frozen=True)
class EntryPage:
    """One page of such a list, and the key of the next one."""

    wanted: Wanted
    office: Office | None
    rows: Sequence[Entry]
    next: str | None


# --- Whose decisions ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shape:
    """What makes a statement another one: an office's decisions or one's own, of everybody or one person."""

    of_office: bool
    of_person: bool
    roles: Set[Role]

    @property
    def clause(self) -> ColumnElement[bool]:
        """The decisions that stand, on manuscripts that whoever asks still sees: every figure opens what it counts."""
        office = (Decision.stage_id.in_(STAGES), Manuscript.office_id == bindparam("here", type_=Integer),
                  access.seen_by(STAFF))
        whose = office if self.of_office else (DecisionReading.person_id == ME, access.visible_to(self.roles))
        return and_(Decision.decided_at >= SINCE, Decision.undone_at.is_(None), *whose,
                    *([DecisionReading.person_id == WHO] if self.of_person else []))


def chiefs_office(actor: Actor, slug: str) -> Office:
    """The office under this slug; raises Invisible for all but its chief editors."""
    office = db.session.scalar(select(Office).where(Office.slug == slug))
    if office is None or not actor.holds(Role.CHIEF_EDITOR, office.id):
        raise Invisible
    return office


def _asked(actor: Actor, office: Office | None, wanted: Wanted) -> tuple[_Shape, dict[str, Any]]:
    """The shape of what is asked, and what its statements leave open."""
    shape = _Shape(office is not None, office is not None and wanted.person > 0, actor.roles)
    return shape, {
        **access.values(actor), "since": clock.now() - timedelta(days=wanted.days), "who": wanted.person,
        "here": office.id if office else 0, "stages": [stage.id for stage in office.stages] if office else []}


# --- Patterns -----------------------------------------------------------------------------------------------------

_PASSED = Decision.verdict == Verdict.PASS
_OWN = DecisionReading.person_id == Decision.person_id
"""The reading of whoever decided, in their words; not of the chief editor who confirmed it."""
_AT_MOST = func.coalesce(DecisionReading.seconds, DecisionReading.elapsed)
"""So long it was in front, or where that was not measured, at the very most."""


def _repeated(shape: _Shape) -> ColumnElement[bool]:
    """The same person gave this very reason REPEATED times in the time that is looked at."""
    often = (_from(select(Decision.person_id, Decision.reason), shape).where(_OWN, not_(_PASSED))
             .group_by(Decision.person_id, Decision.reason).having(func.count(Decision.id) >= REPEATED))
    return and_(_OWN, not_(_PASSED), tuple_(Decision.person_id, Decision.reason).in_(often))


PATTERNS: Mapping[str, Any] = {
    "measured": lambda shape: DecisionReading.seconds.is_not(None),
    "unmeasured": lambda shape: and_(DecisionReading.seconds.is_(None), DecisionReading.elapsed.is_not(None)),
    "unopened": lambda shape: DecisionReading.elapsed.is_(None),
    "fast": lambda shape: and_(_PASSED, DecisionReading.known.is_(False),
                               DecisionReading.characters * 60 > _AT_MOST * FASTEST),
    "together": lambda shape: DecisionReading.whole_chain <= TOGETHER,
    "short": lambda shape: and_(_OWN, not_(_PASSED), func.length(func.trim(Decision.reason)) < SHORT),
    "repeated": _repeated,
}
"""What a figure counts, by its name in an address."""


def _from(query: Select[*tuple[Any, ...]], shape: _Shape) -> Select[*tuple[Any, ...]]:
    return (query.select_from(Decision).join(DecisionReading, DecisionReading.decision_id == Decision.id)
            .join(Manuscript, Manuscript.id == Decision.manuscript_id).where(shape.clause))


@lru_cache(maxsize=lists.KEPT)
def _counts(shape: _Shape) -> Select[*tuple[Any, ...]]:
    return _from(select(func.count(Decision.id), *(func.sum(case((pattern(shape), 1), else_=0))
                                                   for pattern in PATTERNS.values())), shape)


@lru_cache(maxsize=lists.KEPT)
def _people(shape: _Shape) -> Select[int, str]:
    took = _from(select(DecisionReading.person_id), shape)
    return select(Person.id, Person.name).where(Person.id.in_(took)).order_by(Person.id)


def figures(actor: Actor, office: Office | None, wanted: Wanted) -> Figures:
    """The figures of `actor`'s own decisions, or of those of an office of which they are chief editor."""
    shape, values = _asked(actor, office, wanted)
    total, *each = db.session.execute(_counts(shape), values).one()
    people = lists.pairs(_people(replace(shape, of_person=False)), **values) if office else {}
    return Figures(wanted, office, total, dict(zip(PATTERNS, (number or 0 for number in each), strict=True)),
                   list(people.items()))


@lru_cache(maxsize=lists.KEPT)
def _decisions(shape: _Shape, pattern: str, further: bool) -> Select[*tuple[Any, ...]]:
    query = _from(select(
        Decision.id, Manuscript.code, Manuscript.title, Manuscript.state, Unit.name.label("unit"),
        Unit.name_en.label("unit_en"), Stage, Person.name.label("who"), Decision.verdict, Decision.decided_at,
        Decision.reason, DecisionReading.characters, DecisionReading.known, DecisionReading.elapsed,
        DecisionReading.seconds, DecisionReading.whole_chain, DecisionReading.person_id,
        not_(_OWN).label("confirms")), shape)
    query = (query.join(Person, Person.id == DecisionReading.person_id).join(Unit, Unit.id == Manuscript.unit_id)
             .outerjoin(Stage, Stage.id == Decision.stage_id))
    if pattern:
        query = query.where(PATTERNS[pattern](shape))
    return lists.paged(query.limit(lists.PAGE + 1), BY_TIME, further)


def listed(actor: Actor, office: Office | None, wanted: Wanted, after: str | None) -> EntryPage:
    """The decisions that a figure counts, the last first: one query."""
    shape, values = _asked(actor, office, wanted)
    key = lists.unpack(after, BY_TIME)
    found = db.session.execute(_decisions(shape, wanted.pattern, bool(key)), {**values, **key}).all()
    shown = found[:lists.PAGE]
    last = shown[-1] if len(found) > lists.PAGE else None
    return EntryPage(wanted, office, [
        Entry(row.code, row.title, row.state, lists.names(row.unit, row.unit_en), row.Stage, row.who, row.verdict,
              row.decided_at, row.reason if row.verdict is not Verdict.PASS else "", row.characters, row.known,
              row.elapsed, row.seconds, row.whole_chain, row.confirms)
        for row in shown], lists.pack([last.decided_at, last.id, last.person_id]) if last else None)
