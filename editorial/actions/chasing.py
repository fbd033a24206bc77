"""No manuscript goes silent: who has something is reminded, chased when it is late, and then the person above is told.

Who has it follows from the rows of `workflow` that it waits for, who stands above from units and offices. Each step of
one waiting happens once: `tables.messages.Chaser` says so, and the database holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from editorial import audit, calendar, clock, outbox
from editorial.actions import absences, commissions, steps
from editorial.db import db
from editorial.models import Assignment, Event, Manuscript, Membership, Story, StoryAuthor, Unit
from editorial.parties import COMMENTATOR, Transition
from editorial.tables.absences import Absence, holds
from editorial.tables.imported import assignment_rests, rests
from editorial.tables.messages import Chaser
from editorial.terms import Duty, Role, State
from editorial.workflow import ASSIGNMENT_TABLE, waiting_on

Subject = Manuscript | Assignment
AHEAD = timedelta(days=14)
"""The longest that a working day can be away, with room: what is due later needs no look yet."""
BATCH = 20
LOADED: dict[type[Any], tuple[Any, ...]] = {
    Manuscript: (
        selectinload(Manuscript.version), selectinload(Manuscript.unit), selectinload(Manuscript.corrections),
        selectinload(Manuscript.story).options(selectinload(Story.authors), selectinload(Story.manuscripts)
                                               .selectinload(Manuscript.decisions))),
    Assignment: ()}
"""What looking at one asks of each, asked once for a batch."""
GONE = ("role-taken", "person-deactivated", "office-changed", "unit-changed", "absence-began", "absence-ended")
"""The events after which a desk may be empty."""


@dataclass(frozen=True)
class Plan:
    """When each step of one waiting is due; a reminder is left out where there is no time for it."""

    before: datetime | None
    at: datetime | None
    after: datetime
    above: datetime

    def now_due(self, now: datetime) -> Iterator[str]:
        """The steps that should have happened by `now`: reminders only until the chaser, then chaser and escalation."""
        if now >= self.after:
            yield "after"
            if now >= self.above:
                yield "above"
        elif self.at and now >= self.at:
            yield "at"
        elif self.before and now >= self.before:
            yield "before"


def plan(since: datetime, due_at: datetime, urgent: bool, but: calendar.Days) -> Plan:
    """The steps of what waits `since` then and is due at `due_at`; what is urgent is chased at once when it is late."""
    def moved(days: int) -> datetime:
        return calendar.shifted(due_at, days, clock.zone(), but)

    if urgent:
        return Plan(None, None, due_at, moved(1))
    before = moved(-1)
    return Plan(before if before > since else None, due_at, moved(1), moved(2))


def chase(since_seq: int | None, breathe: Callable[[], None] = lambda: None) -> int:
    """Take every step that is due now; gives the number of the last event up to which was looked.

    What happened after `since_seq` is looked at for desks with nobody in them: those escalate at once. None is a
    house's first look: before it there is nothing to look at. Commits after each batch, and lets others go first with
    `breathe`: SQLite has no queue of writers, so whoever begins again at once keeps the others waiting.
    """
    absences.begin_due()
    head = db.session.scalar(select(func.max(Event.seq))) or 0
    but, absent = steps.days_set(), absences.away()
    kinds: tuple[type[Any], ...] = (Manuscript, Assignment)
    for kind in kinds:
        wanted = dict.fromkeys(_nearing(kind, but))
        wanted |= dict.fromkeys(_moved(since_seq, head) if kind is Manuscript else _left_shares(since_seq, head))
        left = list(wanted)
        while left:
            batch, left, desks = left[:BATCH], left[BATCH:], steps.Desks()
            for subject in db.session.scalars(select(kind).where(kind.id.in_(batch)).options(*LOADED[kind])).all():
                _look(subject, but, desks, absent)
            if left:
                db.session.commit()
                db.session.expunge_all()
                breathe()
    return head


def _taken(kind: type[Any], chaser: Any = Chaser) -> Any:
    """The chasers of a subject's present waiting; `chaser` is their table, or an alias of it."""
    column = chaser.manuscript_id if kind is Manuscript else chaser.assignment_id
    return and_(column == kind.id, chaser.since == kind.waiting_since)


def _nearing(kind: type[Any], but: calendar.Days) -> list[int]:
    """The ids of what has a step to take now, by its times alone."""
    now = clock.now()
    urgent: Any = Manuscript.urgent if kind is Manuscript else false()
    last = aliased(Chaser)
    resting = rests() if kind is Manuscript else assignment_rests()
    over = select(last.id).where(_taken(kind, last), last.step == "above").exists()
    found = db.session.execute(
        select(kind.id, kind.waiting_since, kind.due_at, urgent.label("urgent"), Chaser.step)
        .outerjoin(Chaser, _taken(kind))
        .where(kind.due_at.is_not(None), kind.due_at <= now + AHEAD, ~over, ~resting)
        .order_by(kind.due_at, kind.id)).all()
    steps_taken: dict[int, set[str]] = {}
    plans: dict[tuple[Any, ...], Plan] = {}
    for row in found:
        steps_taken.setdefault(row.id, set()).add(row.step)
    nearing = []
    for row in found:
        key = (row.waiting_since, row.due_at, row.urgent)
        if key not in plans:
            plans[key] = plan(row.waiting_since, row.due_at, bool(row.urgent), but)
        if set(plans[key].now_due(now)) - steps_taken[row.id]:
            nearing.append(row.id)
    return nearing


def _moved(since_seq: int | None, head: int) -> list[int]:
    """The ids of the open manuscripts that moved after this event, and of those at places that somebody left since."""
    waits = and_(Manuscript.due_at.is_not(None), ~rests())
    if since_seq is None or since_seq >= head:
        return []
    places: list[ColumnElement[bool]] = [Manuscript.id.in_(
        select(Event.manuscript_id).where(Event.seq > since_seq, Event.manuscript_id.is_not(None)))]
    for event in db.session.scalars(select(Event).where(Event.seq > since_seq, Event.kind.in_(GONE))):
        places += _left_by(event)
    return list(db.session.scalars(select(Manuscript.id).where(waits, or_(*places))))


def _left_shares(since_seq: int | None, head: int) -> list[int]:
    """The ids of the assignments for which somebody may be missing after this event: a commentator, a commissioner."""
    if since_seq is None or since_seq >= head:
        return []
    gone: set[int] = set()
    units: set[int] = set()
    for event in db.session.scalars(select(Event).where(Event.seq > since_seq, Event.kind.in_(GONE))):
        kind, _, number = event.subject.partition(":")
        units |= {event.data["unit"]} if event.data.get("unit") else set()
        gone |= {int(number)} if kind == "person" else set()
    stood_for = select(Absence.person_id).where(Absence.deputy_id.in_(gone), holds())
    departments = select(Membership.unit_id).where(Membership.role == Role.COMMISSIONER, or_(
        Membership.person_id.in_(gone), Membership.person_id.in_(stood_for)))
    return list(db.session.scalars(select(Assignment.id).where(
        Assignment.state.in_({state for row in ASSIGNMENT_TABLE if row.duty for state in row.sources}),
        ~assignment_rests(), or_(
            Assignment.commentator_id.in_(gone), Assignment.department_id.in_(units),
            Assignment.department_id.in_(departments)))))


def _left_by(event: Event) -> list[ColumnElement[bool]]:
    """The manuscripts for which somebody may be missing after `event`: of a person gone, or of a role taken."""
    kind, _, number = event.subject.partition(":")
    if kind == "office":
        return [Manuscript.office_id == int(number)]
    if kind == "unit" or event.data.get("unit"):
        unit = db.session.get_one(Unit, event.data.get("unit") or int(number))
        return [Manuscript.signoff_unit_id.in_(select(Unit.id).where(Unit.path.startswith(unit.path)))]
    if event.kind == "role-taken":
        return [Manuscript.stage_id == event.data["stage"] if event.data.get("stage")
                else Manuscript.office_id == event.data.get("office")]
    stood_for = select(Absence.person_id).where(Absence.deputy_id == int(number), holds())
    held = select(Membership).where(or_(
        Membership.person_id == int(number), Membership.person_id.in_(stood_for))).subquery()
    above = select(Unit.path).where(Unit.id.in_(select(held.c.unit_id)))
    paths = [Unit.path.startswith(path) for path in db.session.scalars(above)]
    return [Manuscript.stage_id.in_(select(held.c.stage_id)),
            and_(Manuscript.office_id.in_(select(held.c.office_id)), Manuscript.stage_id.is_(None)),
            Manuscript.signoff_unit_id.in_(select(Unit.id).where(or_(*paths))) if paths else Manuscript.id == 0,
            and_(Manuscript.state == State.RETURNED, Manuscript.story_id.in_(
                select(StoryAuthor.story_id).where(StoryAuthor.person_id == int(number))))]


# --- One subject -------------------------------------------------------------------------------------------------


def _look(subject: Subject, but: calendar.Days, desks: steps.Desks, absent: set[int]) -> None:
    """Take the steps that are due for `subject`: to those who have it, or where there is nobody at once above."""
    rows = waiting_on(subject) if isinstance(subject, Manuscript) else waiting_on(subject, ASSIGNMENT_TABLE)
    if not rows or subject.due_at is None:
        return
    people = _people(subject, rows, desks)
    urgent = isinstance(subject, Manuscript) and subject.urgent
    there = people - absent
    steps_due = plan(subject.waiting_since, subject.due_at, urgent, but).now_due(clock.now()) if there else ["above"]
    if due := list(steps_due):
        taken = set(db.session.scalars(select(Chaser.step).join(type(subject), _taken(type(subject))).where(
            type(subject).id == subject.id)))
        for step in due:
            if step not in taken:
                _take(subject, rows, step, people, absent)


def _take(subject: Subject, rows: list[Transition], step: str, people: set[int], absent: set[int]) -> None:
    kind = {"after": "chaser", "above": "escalation"}.get(step, "reminder")
    text, share = (subject, None) if isinstance(subject, Manuscript) else (None, subject)
    assert subject.due_at is not None
    event = audit.record(
        db.session(), kind, None, role=rows[0].parties[0].name, manuscript=text, assignment=share,
        digest=text.version.digest if text is not None and text.version else "",
        before=subject.state.value, after=subject.state.value,
        data={"step": step, "due_at": subject.due_at.isoformat(), **({} if people - absent else {"nobody": True})})
    db.session.add(Chaser(manuscript_id=text.id if text else None, assignment_id=share.id if share else None,
                          since=subject.waiting_since, step=step, event_seq=event.seq, at=clock.now()))
    told = above(subject, rows, people, absent) if step == "above" else people
    outbox.post(db.session(), event, told, kind="escalation" if step == "above" else "reminder")


def _people(subject: Subject, rows: Iterable[Transition], desks: steps.Desks) -> set[int]:
    """Who is due to move it on."""
    if isinstance(subject, Manuscript):
        return steps.people_due(subject, desks)
    if any(COMMENTATOR in row.parties for row in rows):
        return {subject.commentator_id} & commissions.people(Role.COMMENTATOR, subject.department_id)
    return commissions.commissioners_due(subject.commission)


def above(subject: Subject, rows: Iterable[Transition], but: set[int], absent: set[int]) -> set[int]:
    """The people above those who have it (`but`): the nearest level that has anybody else who is there.

    Where everybody above is away, it is the nearest level that has anybody.
    """
    levels = [level - but for level in _levels(subject, {row.duty for row in rows})]
    there = (level - absent for level in levels if level - absent)
    return next(there, next((level for level in levels if level), set()))


def _levels(subject: Subject, duties: set[Duty | None]) -> Iterator[set[int]]:
    """Who stands above, level by level: the unit for its authors, the units above for a signer, the chief editor for an
    office's staff, the department for its commentators; above all of them the coordinators."""
    if isinstance(subject, Assignment):
        yield commissions.people(Role.COMMISSIONER, subject.department_id)
    elif Duty.REVISE in duties:
        yield steps.signers_of(subject.unit_id)
    elif Duty.SIGN in duties and subject.signoff_unit is not None:
        for unit_id in reversed(subject.signoff_unit.lineage[:-1]):
            yield steps.signers_of(unit_id)
    asks_the_chief = duties & {Duty.CONFIRM, Duty.HEAR}  # nobody stands above themselves
    if isinstance(subject, Manuscript) and subject.entered_at and subject.office_id and not asks_the_chief:
        yield steps.with_stand_ins(Membership.role == Role.CHIEF_EDITOR, Membership.office_id == subject.office_id)
    yield steps.with_stand_ins(Membership.role == Role.COORDINATOR)
