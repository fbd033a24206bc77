"""Commissions and commentary, as their pages show them: each page in a fixed number of queries, lists paged by key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, select
from sqlalchemy.orm import joinedload

from editorial import access, clock, signature
from editorial.db import db
from editorial.documents import Comparison
from editorial.errors import Conflict, Invisible
from editorial.models import Assignment, CommentaryVersion, Commission, Manuscript, Membership, Person, Unit, Version
from editorial.parties import COMMENTARY_AUTHOR, COMMENTATOR, COMMISSIONER, Actor, Transition
from editorial.queries import commentary_texts, history
from editorial.queries.commentary_texts import Alike
from editorial.queries.lists import PAGE, Order, pack, paged, unpack
from editorial.terms import AssignmentAction, AssignmentState, Role, State
from editorial.workflow import ASSIGNMENT_TABLE, COMMENTARY_OUTWARD_TABLE, available

OPEN = frozenset(state for row in ASSIGNMENT_TABLE if row.duty for state in row.sources)
"""The states in which somebody is due to act."""
HELD = frozenset(
    state for row in ASSIGNMENT_TABLE if row.duty and COMMENTATOR in row.parties for state in row.sources)
"""Those in which it is the commentator."""
WITH_DEPARTMENT = OPEN - HELD
CLOSED = frozenset(AssignmentState) - OPEN - {AssignmentState.PUBLISHED}
WITH_REASON = frozenset({AssignmentState.RETURNED, AssignmentState.CANCELLED})

BY_DATE: Order = ((Assignment.due_at, False), (Assignment.id, False))
BY_CHANGE: Order = ((Assignment.waiting_since, True), (Assignment.id, True))
LATEST: Order = ((Commission.id, True),)

UNTOLD = frozenset({f"assignment-{AssignmentAction.SAVE.value}", "upload"})
"""The kinds of events that a page does not tell: that somebody is writing."""

READER = Actor(0)
"""Somebody with an account and no role: what they read is what everybody reads."""


@dataclass(frozen=True)
class Row:
    """An assignment as a list shows it; the names are those that lists of manuscripts have."""

    id: int
    code: str
    """The commission's."""
    title: str
    """The commission's topic."""
    state: AssignmentState
    authors: str
    unit: str
    due_at: datetime | None
    """By when somebody acts; None where nobody is due to."""
    note: str
    """Why it was returned or cancelled."""


@dataclass(frozen=True)
class CommissionRow:
    """A commission as a list shows it: how many of its assignments are in each state, and how many are late."""

    code: str
    topic: str
    piece: str
    department: str
    commissioner: str
    due_at: datetime
    wished: int
    counts: dict[AssignmentState, int]
    """In the order of the states."""
    late: int


@dataclass(frozen=True)
class Page:
    """One page of a list, and the key of the next one (None at the end)."""

    rows: Sequence[Any]
    next: str | None


@dataclass(frozen=True)
class Load:
    """How many assignments a commentator has in hand, and how many of them are late."""

    id: int
    name: str
    department: str
    held: int
    late: int


def _asked_by(actor: Actor) -> ColumnElement[bool]:
    """The assignments of the departments for which `actor` commissions."""
    return Assignment.department_id.in_(sorted(actor.grants.get(Role.COMMISSIONER, ())))


def is_late() -> ColumnElement[bool]:
    """Somebody is due to act, and the time for it is past."""
    return and_(Assignment.state.in_(sorted(OPEN)), Assignment.due_at < clock.now())


# --- Lists --------------------------------------------------------------------------------------------------------


def _rows(where: ColumnElement[bool], order: Order, after: str | None) -> Page:
    query = (
        select(Assignment.id, Commission.code, Commission.topic, Assignment.state, Person.name.label("commentator"),
               Unit.name.label("department"), Assignment.due_at, Assignment.reason,
               *(column.label(f"key{n}") for n, (column, _) in enumerate(order)))
        .join(Commission, Commission.id == Assignment.commission_id)
        .join(Person, Person.id == Assignment.commentator_id)
        .join(Unit, Unit.id == Assignment.department_id)
        .where(where)
    )
    key = unpack(after, order)
    found = db.session.execute(paged(query, order, bool(key)).limit(PAGE + 1), key).all()
    rows = [Row(row.id, row.code, row.topic, row.state, row.commentator, row.department,
                row.due_at if row.state in OPEN else None, row.reason if row.state in WITH_REASON else "")
            for row in found[:PAGE]]
    return Page(rows, pack([getattr(found[PAGE - 1], f"key{n}") for n in range(len(order))]) if len(found) > PAGE
                else None)


def assignments(actor: Actor, states: Set[AssignmentState], late: bool = False, commentator_id: int | None = None,
                after: str | None = None) -> Page:
    """The assignments of the departments for which `actor` commissions, in `states`: what is open by its date."""
    where = and_(
        _asked_by(actor), Assignment.state.in_(sorted(states)), *([is_late()] if late else []),
        *([Assignment.commentator_id == commentator_id] if commentator_id is not None else []))
    return _rows(where, BY_DATE if states <= OPEN else BY_CHANGE, after)


def mine(actor: Actor, states: Set[AssignmentState], after: str | None = None) -> Page:
    """The assignments of `actor` as a commentator, in `states`: what is open by its date."""
    where = and_(Assignment.commentator_id == actor.id, Assignment.state.in_(sorted(states)))
    return _rows(where, BY_DATE if states <= OPEN else BY_CHANGE, after)


def _counts(where: ColumnElement[bool]) -> tuple[dict[AssignmentState, int], int]:
    """How many assignments are in each state, and how many in all are late."""
    found = db.session.execute(select(
        Assignment.state, func.count(), func.sum(case((is_late(), 1), else_=0))).where(where).group_by(
        Assignment.state)).all()
    return {state: count for state, count, _ in found}, sum(late for _, _, late in found)


def counts(actor: Actor) -> tuple[dict[AssignmentState, int], int]:
    """How many assignments of the actor's departments are in each state, and how many are late."""
    return _counts(_asked_by(actor))


def my_counts(actor: Actor) -> dict[AssignmentState, int]:
    """How many of the actor's own assignments are in each state."""
    return _counts(Assignment.commentator_id == actor.id)[0]


def commissions(actor: Actor, after: str | None = None) -> Page:
    """The commissions of the departments for which `actor` commissions, the latest first."""
    query = (
        select(Commission.id, Commission.code, Commission.topic, Commission.due_at, Commission.wished,
               Manuscript.title.label("piece"), Unit.name.label("department"), Person.name.label("commissioner"))
        .join(Manuscript, Manuscript.id == Commission.manuscript_id)
        .join(Unit, Unit.id == Commission.department_id)
        .join(Person, Person.id == Commission.commissioner_id)
        .where(Commission.department_id.in_(sorted(actor.grants.get(Role.COMMISSIONER, ()))))
    )
    key = unpack(after, LATEST)
    found = db.session.execute(paged(query, LATEST, bool(key)).limit(PAGE + 1), key).all()
    by_state: dict[int, dict[AssignmentState, int]] = {row.id: {} for row in found}
    late = dict.fromkeys(by_state, 0)
    for commission_id, state, count, overdue in db.session.execute(
            select(Assignment.commission_id, Assignment.state, func.count(), func.sum(case((is_late(), 1), else_=0)))
            .where(Assignment.commission_id.in_(by_state)).group_by(Assignment.commission_id, Assignment.state)):
        by_state[commission_id][state] = count
        late[commission_id] += overdue
    rows = [CommissionRow(row.code, row.topic, row.piece, row.department, row.commissioner, row.due_at, row.wished,
                          dict(_in_order(by_state[row.id])), late[row.id]) for row in found[:PAGE]]
    return Page(rows, pack([found[PAGE - 1].id]) if len(found) > PAGE else None)


def _in_order(counts: dict[AssignmentState, int]) -> list[tuple[AssignmentState, int]]:
    return [(state, counts[state]) for state in AssignmentState if counts.get(state)]


def loads(actor: Actor) -> list[Load]:
    """The commentators of the departments for which `actor` commissions, with what each has in hand there."""
    found = db.session.execute(
        select(Person.id, Person.name, Unit.name.label("department"), func.count(Assignment.id),
               func.sum(case((is_late(), 1), else_=0)))
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .join(Unit, Unit.id == Membership.unit_id)
        .outerjoin(Assignment, and_(Assignment.commentator_id == Person.id, Assignment.department_id == Unit.id,
                                    Assignment.state.in_(sorted(HELD))))
        .where(_commentator_of(actor.grants.get(Role.COMMISSIONER, frozenset())))
        .group_by(Person.id, Person.name, Unit.id, Unit.name).order_by(Unit.id, Person.id))
    return [Load(*row) for row in found]


def _commentator_of(department_ids: Set[int]) -> ColumnElement[bool]:
    if not department_ids:
        return false()
    return and_(Membership.role == Role.COMMENTATOR, Membership.unit_id.in_(sorted(department_ids)), Person.is_active)


SHOWS: dict[str, frozenset[AssignmentState]] = {
    "held": HELD, "late": OPEN, **{state.value: frozenset({state}) for state in AssignmentState}}
"""What the commissioner's overview can be narrowed to: assignments in these states, for "late" only the late ones."""


@dataclass(frozen=True)
class Overview:
    """The commissioner's overview: the commissions, or the assignments to which it is narrowed; and the figures."""

    page: Page
    state: str
    """A key of SHOWS; empty where the page lists commissions."""
    commentator: Load | None
    counts: dict[AssignmentState, int]
    late: int
    loads: list[Load]


def overview(actor: Actor, state: str, commentator_id: int | None, after: str | None) -> Overview:
    """What the departments for which `actor` commissions have asked for; raises Invisible where there are none."""
    if Role.COMMISSIONER not in actor.grants:
        raise Invisible
    people = loads(actor)
    commentator = next((load for load in people if load.id == commentator_id), None)
    state = state if state in SHOWS else "held" if commentator else ""
    page = assignments(actor, SHOWS[state], state == "late", commentator.id if commentator else None, after) if (
        state) else commissions(actor, after)
    return Overview(page, state, commentator, *counts(actor), people)


MINE = {"waiting": HELD, "with-department": WITH_DEPARTMENT,
        "published": frozenset({AssignmentState.PUBLISHED}), "closed": CLOSED}
"""The parts of a commentator's own list."""


# --- One commission, one assignment ---------------------------------------------------------------------------------


def departments(actor: Actor) -> list[Unit]:
    """The departments for which `actor` may commission now."""
    return list(db.session.scalars(select(Unit).where(
        Unit.id.in_(sorted(actor.grants.get(Role.COMMISSIONER, ()))), Unit.commissions, Unit.is_active)
        .order_by(Unit.id)))


def commentators(department_id: int) -> list[Person]:
    """Whom a department may ask: its commentators with open accounts."""
    return list(db.session.scalars(select(Person).join(Membership).where(
        _commentator_of({department_id})).order_by(Person.id)))


def piece(actor: Actor, code: str) -> Manuscript:
    """The piece on which commentary is to be commissioned; raises Invisible, and Conflict where it was retracted."""
    found = access.manuscript_for(db.session(), actor, code)
    if found.state is not State.PUBLISHED:
        raise Conflict("not-published")
    return found


def published_text(manuscript: Manuscript) -> Version | None:
    """What everybody reads of the piece; None where it was retracted."""
    readable = access.versions_for(READER, manuscript)
    return readable[-1] if readable else None


@dataclass(frozen=True)
class CommissionPage:
    """A commission as `actor` sees it: with the assignments that exist for them."""

    commission: Commission
    assignments: list[Assignment]
    is_asker: bool
    """Whether they commission for its department."""
    people: list[Person]
    """Whom the department may ask now; for an asker only."""
    text: Version | None

    @property
    def counts(self) -> list[tuple[AssignmentState, int]]:
        """How many of them are in each state, in the order of the states."""
        return _in_order(Counter(assignment.state for assignment in self.assignments))

    @property
    def to_ask(self) -> list[Person]:
        """Whom it may ask and has not."""
        asked = {assignment.commentator_id for assignment in self.assignments}
        return [person for person in self.people if person.id not in asked]

    def has_left(self, assignment: Assignment) -> bool:
        """Whether an assignment's commentator can't write for the department any more."""
        return self.is_asker and assignment.commentator_id not in {person.id for person in self.people}


def commission(actor: Actor, code: str) -> CommissionPage:
    """The commission under `code`; raises Invisible."""
    found = access.commission_for(db.session(), actor, code)
    is_asker = actor.holds(Role.COMMISSIONER, found.department_id)
    seen = db.session.scalars(
        select(Assignment).where(Assignment.commission_id == found.id, access.assignments_clause(actor))
        .options(joinedload(Assignment.commentator), joinedload(Assignment.version)).order_by(Assignment.id))
    return CommissionPage(found, list(seen), is_asker, commentators(found.department_id) if is_asker else [],
                          published_text(found.manuscript))


def assignment(actor: Actor, assignment_id: int) -> Assignment:
    """The assignment with this id; raises Invisible."""
    return access.assignment_for(db.session(), actor, assignment_id)


@dataclass(frozen=True)
class AssignmentPage:
    """An assignment as `actor` sees it."""

    assignment: Assignment
    version: CommentaryVersion | None
    """The text that they read: the last of those that they may."""
    filed_before: CommentaryVersion | None
    """What was filed before it, where they may read that."""
    comparison: Comparison | None
    """What changed since then: for the department while it has it in hand."""
    alike: Sequence[Alike]
    text: Version | None
    """What everybody reads of the piece; None where it was retracted."""
    rows: list[Transition]
    is_author: bool
    is_asker: bool
    entries: list[history.Entry]
    goes_out: bool
    """Whether `actor` may take it away as a package."""

    @property
    def signed_today(self) -> signature.Signature:
        """How it is signed where it is saved or filed now."""
        return signature.today(self.assignment)


def assignment_page(actor: Actor, assignment_id: int, whole: bool = False) -> AssignmentPage:
    """Everything that an assignment's page shows to `actor`, with `whole` the text even where there is a difference;
    raises Invisible."""
    found = assignment(actor, assignment_id)
    is_author = COMMENTARY_AUTHOR.includes(actor, found)
    is_asker = COMMISSIONER.includes(actor, found)
    readable = commentary_texts.readable(actor, found)
    version = readable[-1] if readable else None
    before = commentary_texts.filed_before(found, version) if is_author or is_asker else None
    compared = is_asker and not whole and version and before and found.state is AssignmentState.FILED
    entries = [entry for entry in history.of_assignment(found) if entry.kind not in UNTOLD] if (
        is_author or is_asker) else []
    return AssignmentPage(
        found, version, before,
        commentary_texts.difference(before, version.title, version.html) if compared and version else None,
        commentary_texts.alike(actor, found), published_text(found.commission.manuscript),
        available(actor, found, ASSIGNMENT_TABLE), is_author, is_asker, entries,
        bool(available(actor, found, COMMENTARY_OUTWARD_TABLE)))
