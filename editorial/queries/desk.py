"""The desk: which manuscript comes before and after another in a list of what waits, and the one to take next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, String, and_, bindparam, select

from editorial import access
from editorial.db import db
from editorial.models import Manuscript
from editorial.queries import lists
from editorial.workflow import Actor, Duty, Role, Transition

READING = (Duty.READ, Duty.SIGN, Duty.CLAIM)
"""The lists of manuscripts that are read one after another."""
FIRST = {Duty.READ: Role.STAGE_REVIEWER, Duty.SIGN: Role.SIGNER}
"""The lists that go on by themselves where a manuscript is done with, and who has such a one."""

MOST = 50
"""So many rows are told of at once after something was done to several."""
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


def way(actor: Actor, found: Manuscript, open_rows: Iterable[Transition]) -> Way:
    """The way on from `found`, where `actor` may do `open_rows`: three queries at most."""
    due = {row.duty for row in open_rows}
    duty = next((one for one in READING if one in due), None)
    values = access.values(actor)
    if duty is not None:
        place = {"after0": found.urgent, "after1": found.due_at or lists.FAR, "after2": found.id}
        return Way(duty, _one(_beside(actor.roles, duty, True), {**values, **place}),
                   _one(_beside(actor.roles, duty, False), {**values, **place}))
    firsts = (_one(_first(actor.roles, one), values) for one, role in FIRST.items() if role in actor.grants)
    return Way(after=next(filter(None, firsts), None),
               may_take=Role.STAGE_REVIEWER in actor.grants and bool(lists.waiting(actor, Duty.CLAIM, 1)))


def _one(query: Select[str, str], values: dict[str, Any]) -> Neighbour | None:
    row = db.session.execute(query, values).first()
    return Neighbour(*row) if row else None


@lru_cache(maxsize=lists.KEPT)
def _beside(roles: Set[Role], duty: Duty, back: bool) -> Select[*tuple[Any, ...]]:
    return lists.paged(_named(roles, duty), BACKWARDS if back else lists.BY_URGENCY, True)


@lru_cache(maxsize=lists.KEPT)
def _first(roles: Set[Role], duty: Duty) -> Select[*tuple[Any, ...]]:
    return lists.paged(_named(roles, duty), lists.BY_URGENCY, False)


def _named(roles: Set[Role], duty: Duty) -> Select[*tuple[Any, ...]]:
    return select(Manuscript.code, Manuscript.title).where(access.duty_clause(roles, duty)).limit(1)


@lru_cache(maxsize=lists.KEPT)
def _to_take(roles: Set[Role]) -> Select[*tuple[Any, ...]]:
    query = select(Manuscript).where(access.duty_clause(roles, Duty.CLAIM)).limit(1)
    return lists.paged(query, lists.BY_URGENCY, False).with_for_update(skip_locked=True)


def next_to_take(actor: Actor) -> Manuscript | None:
    """The most urgent manuscript that `actor` can claim; None where there is none.

    Nobody else gets the same before this transaction ends: what somebody has under way is passed over (on SQLite
    whoever comes second waits).
    """
    found: Manuscript | None = db.session.scalar(_to_take(actor.roles), access.values(actor))
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
