"""Lists of manuscripts: what waits, what is mine, what was sent; rows in one query, pages by key.

To make a large statement costs more than to ask it. So what a list asks is made once, as a `Listing`, and kept by the
set of roles that it is for: it names nobody (see `access`).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from editorial import access, i18n
from editorial.db import UtcDateTime, db
from editorial.models import Decision, Manuscript, Office, Person, Stage, StoryAuthor, Unit
from editorial.parties import Actor
from editorial.queries.apart import is_rewritten_elsewhere
from editorial.terms import Duty, Role, State, Verdict

PAGE = 25
KEPT = 128
"""How many statements of a kind a process keeps: more than there are sets of roles that people have together."""
FAR = datetime(9999, 1, 1, tzinfo=UTC)
IDS = bindparam("ids", expanding=True, type_=Integer)
"""The manuscripts that a statement is asked about: those of the page."""


@dataclass(frozen=True)
class Row:
    """A manuscript as a list shows it."""

    id: int
    code: str
    title: str
    state: State
    unit: Any
    authors: str
    office: Any
    stage: Any
    due_unit: Any
    assignee: str | None
    due_at: datetime | None
    urgent: bool
    waiting_since: datetime
    updated_at: datetime
    published_at: datetime | None
    revision: int
    confirms: bool
    """Whether its stage has passed an earlier text and confirms a change."""
    rewritten: bool = False
    """Whether it waits here with the text as it was sent, while its authors have the story back from another office."""
    proposed: bool = False
    """Whether what its reader proposed waits for the chief editor."""
    note: str = ""
    """What else one should know of it, in a line."""
    holder: str = ""
    """Who has it, in words, for those who may not see names; else `assignee` and `due_unit` say it."""
    url: str = ""
    """Where it is worked on, where that is not its own page."""


@dataclass(frozen=True)
class Page:
    """One page of a list, and the key of the next one (None at the end)."""

    rows: Sequence[Row]
    next: str | None


@dataclass(frozen=True)
class _Name:
    """The two names of an office, a stage or a unit; shown, the one in the language of whoever looks."""

    name: str
    name_en: str

    def __str__(self) -> str:
        return i18n.title_of(self)


def names(first: str | None, second: str | None) -> _Name | None:
    """Both names of something, None where there is nothing."""
    return _Name(first, second or "") if first is not None else None


Order = tuple[tuple[InstrumentedAttribute[Any] | ColumnElement[Any], bool], ...]
"""Columns with True for descending; the last one is unique."""

BY_URGENCY: Order = ((Manuscript.urgent, True), (func.coalesce(Manuscript.due_at, FAR), False), (Manuscript.id, False))
BY_CHANGE: Order = ((Manuscript.updated_at, True), (Manuscript.id, True))
BY_PUBLICATION: Order = ((Manuscript.published_at, True), (Manuscript.id, True))


CONFIRMS = and_(Manuscript.stage_id.is_not(None), select(Decision.id).where(
    Decision.manuscript_id == Manuscript.id, Decision.stage_id == Manuscript.stage_id,
    Decision.verdict == Verdict.PASS, Decision.undone_at.is_(None), Decision.round >= Manuscript.first_round).exists())
"""Its stage has passed it already and has it again: so it was another text."""


@dataclass(frozen=True)
class Listing:
    """The manuscripts for which a condition holds, in an order, `limit` on a page: a question that is made once.

    What its condition leaves open is given when a page is read.
    """

    where: ColumnElement[bool]
    order: Order
    limit: int = PAGE

    @cached_property
    def first(self) -> Select[*tuple[Any, ...]]:
        """What asks for the first page."""
        return paged(self._query, self.order, False)

    @cached_property
    def further(self) -> Select[*tuple[Any, ...]]:
        """What asks for a page after a key."""
        return paged(self._query, self.order, True)

    @property
    def _query(self) -> Select[*tuple[Any, ...]]:
        due_unit, assignee = aliased(Unit), aliased(Person)
        return (
            select(Manuscript.id, Manuscript.code, Manuscript.title, Manuscript.state, Manuscript.story_id,
                   Unit.name.label("unit"), Unit.name_en.label("unit_en"), Office.name, Office.name_en,
                   Stage.title.label("stage"),
                   Stage.title_en.label("stage_en"), due_unit.name.label("due_unit"),
                   due_unit.name_en.label("due_unit_en"), assignee.name.label("assignee"),
                   Manuscript.due_at, Manuscript.urgent, Manuscript.waiting_since, Manuscript.updated_at,
                   Manuscript.published_at, Manuscript.revision, CONFIRMS.label("confirms"),
                   is_rewritten_elsewhere().label("rewritten"),
                   Manuscript.proposal_id,
                   *(column.label(f"key{n}") for n, (column, _) in enumerate(self.order)))
            # An outer join though there is always a unit: SQLite must not begin with the units and read all that they
            # sent.
            .outerjoin(Unit, Unit.id == Manuscript.unit_id)
            .outerjoin(Office, Office.id == Manuscript.office_id)
            .outerjoin(Stage, Stage.id == Manuscript.stage_id)
            .outerjoin(due_unit, due_unit.id == Manuscript.signoff_unit_id)
            .outerjoin(assignee, assignee.id == Manuscript.assignee_id)
            .where(self.where).limit(self.limit + 1)
        )

    def read(self, values: Mapping[str, Any], after: str | None = None) -> Page:
        """The page after the key `after`: two queries whatever there is."""
        key = unpack(after, self.order)
        found = db.session.execute(self.further if key else self.first, {**values, **key}).all()
        shown = found[:self.limit]
        authors = _authors([row.story_id for row in shown])
        return Page(
            [Row(row.id, row.code, row.title, row.state, names(row.unit, row.unit_en),
                 authors.get(row.story_id, ""), names(row.name, row.name_en), names(row.stage, row.stage_en),
                 names(row.due_unit, row.due_unit_en), row.assignee, row.due_at,
                 row.urgent, row.waiting_since, row.updated_at, row.published_at, row.revision, row.confirms,
                 row.rewritten, row.proposal_id is not None)
             for row in shown],
            pack([getattr(shown[-1], f"key{n}") for n in range(len(self.order))]) if len(found) > self.limit else None,
        )


def paged(query: Select[*tuple[Any, ...]], order: Order, further: bool) -> Select[*tuple[Any, ...]]:
    """`query` in this order; where it goes on `further`, from after the key that `unpack` gives for its execution."""
    query = query.order_by(*(column.desc() if down else column.asc() for column, down in order))
    if not further:
        return query
    last = [bindparam(f"after{n}", type_=column.type) for n, (column, _) in enumerate(order)]
    if len({down for _, down in order}) == 1:  # as one comparison, so that an index is entered at the key
        here, there = tuple_(*(column for column, _ in order)), tuple_(*last)
        return query.where(here < there if order[0][1] else here > there)
    steps = []
    for place, (column, down) in enumerate(order):
        same = [order[n][0] == last[n] for n in range(place)]
        steps.append(and_(*same, column < last[place] if down else column > last[place]))
    return query.where(or_(*steps))


def pack(values: Sequence[Any]) -> str:
    """The key of a place in a list, for an address."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def unpack(key: str | None, order: Order) -> dict[str, Any]:
    """The values of a key, for a query that is `paged` in this order.

    Nothing where there is none or it was tampered with: then the list begins at its beginning.
    """
    if not key:
        return {}
    try:
        packed = json.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        return {f"after{n}": _value(column, value)
                for n, ((column, _), value) in enumerate(zip(order, packed, strict=True))}
    except (ValueError, TypeError, OverflowError):
        return {}


def _value(column: InstrumentedAttribute[Any] | ColumnElement[Any], packed: Any) -> Any:
    """A value that the database compares with `column`; raises ValueError or TypeError for any other."""
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(packed).astimezone(UTC)
    if type(packed) is not column.type.python_type or (type(packed) is int and abs(packed) >= 2**63):
        raise ValueError(packed)
    return packed


_AUTHORS = (
    select(StoryAuthor.story_id, Person.name).join(Person, Person.id == StoryAuthor.person_id)
    .where(StoryAuthor.story_id.in_(bindparam("stories", expanding=True, type_=Integer)))
    .order_by(StoryAuthor.story_id, StoryAuthor.position))


def _authors(story_ids: Sequence[int]) -> dict[int, str]:
    if not story_ids:
        return {}
    names: dict[int, list[str]] = {}
    for story_id, name in db.session.execute(_AUTHORS, {"stories": story_ids}):
        names.setdefault(story_id, []).append(name)
    return {story_id: "、".join(people) for story_id, people in names.items()}


@lru_cache(maxsize=KEPT)
def _waiting(roles: Set[Role], duty: Duty, most: int) -> Select[int]:
    counted = select(Manuscript.id).where(access.duty_clause(roles, duty)).limit(most).subquery()
    return select(func.count()).select_from(counted)


def waiting(actor: Actor, duty: Duty, most: int = 100) -> int:
    """How many wait in this list, counted up to `most`: a count costs no more than what people read from it."""
    return db.session.scalar(_waiting(actor.roles, duty, most), access.values(actor)) or 0


def pairs(query: Select[Any, Any], **values: Any) -> dict[Any, Any]:
    """The rows of a query of two columns, the second by the first."""
    return {row[0]: row[1] for row in db.session.execute(query, values)}
