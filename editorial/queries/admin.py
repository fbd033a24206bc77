"""What administrators ask: who is there, the tree of units, offices with their rules, what was changed by whom.

Nothing here reads a manuscript: that role reads none (rule 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select, text
from sqlalchemy.orm import selectinload

from editorial import clock
from editorial.db import Model, db
from editorial.errors import Invisible
from editorial.models import Channel, Event, Genre, Manuscript, Membership, Office, Person, Ruleset, RulesetStep, Unit
from editorial.queries.lists import PAGE, Order, pack, paged, unpack
from editorial.tables.logins import OneTimeLink, WebSession
from editorial.terms import Role, State

PLACES = (selectinload(Membership.unit), selectinload(Membership.office), selectinload(Membership.stage))
OVER = (State.PUBLISHED, State.REJECTED, State.WITHDRAWN, State.RETRACTED)


@dataclass(frozen=True)
class PeoplePage:
    """One page of a list of people, and the key of the next one (None at the end)."""

    rows: Sequence[Person]
    next: str | None


Row = TypeVar("Row")


def _found(row: Row | None) -> Row:
    if row is None:
        raise Invisible
    return row


def _by_id(model: type[Row], row_id: int) -> Row:
    """The row with this id; raises Invisible, also for a number that no row can have."""
    return _found(db.session.get(model, row_id) if 0 < row_id < 2**31 else None)


def _like(text: str) -> str:
    """A pattern for LIKE with the escape character ``\\``: what was typed, wherever it stands."""
    return "%" + text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"


# --- People -----------------------------------------------------------------------------------------------------

BY_LOGIN: Order = ((Person.login_key, False),)


def people(q: str = "", only: str = "", after: str | None = None) -> PeoplePage:
    """People by their log-in names; `q` is part of a name or a log-in name.

    `only` is ``open``, ``closed``, ``new`` or ``asked``:
    ``new`` are open accounts whose owners have set no password yet, ``asked`` those for whom a new one is asked for.
    """
    where: list[ColumnElement[bool]] = []
    if q:
        pattern = _like(q.casefold())
        where.append(or_(Person.login_key.like(pattern, escape="\\"),
                         func.lower(Person.name).like(pattern, escape="\\")))
    if only:
        where.append(Person.is_active.is_(only != "closed"))
    if only == "new":
        where.append(Person.password_hash.is_(None))
    if only == "asked":
        where.append(Person.reset_asked_at.is_not(None))
    query = select(Person).where(*where).options(selectinload(Person.memberships).options(*PLACES))
    key = unpack(after, BY_LOGIN)
    found = db.session.scalars(paged(query, BY_LOGIN, bool(key)).limit(PAGE + 1), key).all()
    return PeoplePage(found[:PAGE], pack([found[PAGE - 1].login_key]) if len(found) > PAGE else None)


def person(person_id: int) -> Person:
    """The person with this id; raises Invisible."""
    return _found(db.session.scalar(select(Person).where(Person.id == person_id).options(
        selectinload(Person.memberships).options(*PLACES))))


def membership(person_id: int, membership_id: int) -> Membership:
    """A role of this person; raises Invisible."""
    return _found(db.session.scalar(select(Membership).where(
        Membership.id == membership_id, Membership.person_id == person_id)))


@dataclass(frozen=True)
class Standing:
    """How an account stands: how it is used, what it holds, the link that is open."""

    sessions: int
    held: int
    """How many manuscripts lie with this person; they go to the desk where the account is closed."""
    link: OneTimeLink | None


def standing(person_id: int, seen_since: datetime, begun_since: datetime) -> Standing:
    """How this person's account stands; the times say which sessions still hold."""
    sessions = select(func.count()).select_from(WebSession).where(
        WebSession.person_id == person_id, WebSession.seen_at >= seen_since, WebSession.created_at >= begun_since)
    held = select(func.count()).select_from(Manuscript).where(Manuscript.assignee_id == person_id)
    link = select(OneTimeLink).where(OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None),
                                     OneTimeLink.expires_at > clock.now()).order_by(OneTimeLink.id.desc()).limit(1)
    return Standing(db.session.scalar(sessions) or 0, db.session.scalar(held) or 0, db.session.scalar(link))


# --- Units ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Branch:
    """A unit in the tree: how deep it lies, how many people have a role there, and how many units lie below."""

    unit: Unit
    depth: int
    people: int
    below: int


def unit(unit_id: int) -> Unit:
    """The unit with this id; raises Invisible."""
    return _by_id(Unit, unit_id)


def lineage(below: Unit) -> Sequence[Unit]:
    """The units from the root to this one."""
    found = {row.id: row for row in db.session.scalars(select(Unit).where(Unit.id.in_(below.lineage)))}
    return [found[unit_id] for unit_id in below.lineage]


def tree(active_only: bool = False) -> list[Branch]:
    """All units, each below its parent, those of one parent by name."""
    units = db.session.scalars(select(Unit).order_by(Unit.name)).all()
    working: dict[int | None, int] = dict(db.session.execute(
        select(Membership.unit_id, func.count(Membership.person_id.distinct())).join(Person).where(
            Membership.unit_id.is_not(None), Person.is_active).group_by(Membership.unit_id)).all())
    children: dict[int | None, list[Unit]] = {}
    for one in units:
        if one.is_active or not active_only:
            children.setdefault(one.parent_id, []).append(one)

    def walk(parent_id: int | None, depth: int) -> Iterable[Branch]:
        for one in children.get(parent_id, []):
            yield Branch(one, depth, working.get(one.id, 0), len(children.get(one.id, [])))
            yield from walk(one.id, depth + 1)

    return list(walk(None, 0))


def units_found(q: str) -> list[Branch]:
    """The first units with `q` in their name."""
    wanted = q.casefold()
    return [branch for branch in tree() if wanted in f"{branch.unit.name} {branch.unit.name_en}".casefold()][:100]


def people_of_unit(unit_id: int) -> Sequence[Membership]:
    """Who works for a unit, by role."""
    return db.session.scalars(select(Membership).join(Person).where(
        Membership.unit_id == unit_id, Person.is_active).options(selectinload(Membership.person)).order_by(
        Membership.role, Person.login_key)).all()


def signs_for(below: Unit) -> bool:
    """Whether somebody can sign for this unit: a signer of its own, or of one above."""
    return db.session.scalar(select(Membership.id).join(Person).where(
        Membership.unit_id.in_(below.lineage), Membership.role == Role.SIGNER, Person.is_active).limit(1)) is not None


# --- Offices, their rules, genres -------------------------------------------------------------------------------


def offices() -> Sequence[Office]:
    """All offices with stages and channels."""
    return db.session.scalars(select(Office).order_by(Office.id).options(
        selectinload(Office.stages), selectinload(Office.channels))).all()


def office(office_id: int) -> Office:
    """The office with this id; raises Invisible."""
    return _found(db.session.scalar(select(Office).where(Office.id == office_id).options(
        selectinload(Office.stages), selectinload(Office.channels))))


def rulesets(office_id: int) -> Sequence[Ruleset]:
    """An office's rulesets, the one that holds last first."""
    return db.session.scalars(select(Ruleset).where(Ruleset.office_id == office_id).options(
        selectinload(Ruleset.steps).selectinload(RulesetStep.stage)).order_by(
        Ruleset.effective_on.desc(), Ruleset.number.desc())).all()


def ruleset_on(found: Sequence[Ruleset], day: date) -> Ruleset | None:
    """Of an office's rulesets, the last first, the one that holds on a day for what is submitted then."""
    return next((ruleset for ruleset in found if ruleset.effective_on <= day), None)


def under_way(office_id: int) -> int:
    """How many manuscripts are under way at an office: they keep their rules."""
    return db.session.scalar(select(func.count()).select_from(Manuscript).where(and_(
        Manuscript.office_id == office_id, Manuscript.ruleset_id.is_not(None), Manuscript.state.not_in(OVER)))) or 0


def genres() -> Sequence[Genre]:
    """All genres."""
    return db.session.scalars(select(Genre).order_by(Genre.id)).all()


def genre(genre_id: int) -> Genre:
    """The genre with this id; raises Invisible."""
    return _by_id(Genre, genre_id)


def channel(office_id: int, channel_id: int) -> Channel:
    """A channel of this office; raises Invisible."""
    return _found(db.session.scalar(select(Channel).where(Channel.id == channel_id, Channel.office_id == office_id)))


def people_at_office(office_id: int) -> Sequence[Membership]:
    """Who works at an office, by role."""
    return db.session.scalars(select(Membership).join(Person).where(
        Membership.office_id == office_id, Person.is_active).options(
        selectinload(Membership.person), *PLACES).order_by(Membership.role, Membership.stage_id,
                                                           Person.login_key)).all()


# --- What changes with new rules --------------------------------------------------------------------------------


@dataclass(frozen=True)
class StagePlan:
    """A stage as it is to hold, or as it holds: what `differences` compares."""

    slug: str
    title: str
    purpose: str
    days: int
    questions: Sequence[str]
    proposes: bool = False
    title_en: str = ""


@dataclass
class StageChange:
    """What becomes of one stage: ``new``, ``gone``, ``changed`` or ``same``, and in which respects."""

    title: str
    kind: str
    place: int
    was_place: int | None = None
    was_title: str | None = None
    was_purpose: str | None = None
    was_days: int | None = None
    proposes: bool | None = None
    """Whether the chief editor confirms from now on, where that changes."""
    days: int = 0
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    title_en: str = ""


def plan_of(ruleset: Ruleset | None) -> list[StagePlan]:
    """The stages of a ruleset, to compare."""
    return [StagePlan(step.stage.slug, step.title, step.purpose, step.days,
                      [line["text"] for line in step.checklist], step.proposes, step.title_en)
            for step in (ruleset.steps if ruleset else [])]


def differences(before: Sequence[StagePlan], after: Sequence[StagePlan]) -> list[StageChange]:
    """What changes from one plan to another: a line for each stage, in its new order, then those that go."""
    known = {plan.slug: (place, plan) for place, plan in enumerate(before, 1)}
    changes = []
    for place, plan in enumerate(after, 1):
        if plan.slug not in known:
            changes.append(StageChange(plan.title, "new", place, days=plan.days, added=list(plan.questions),
                                       proposes=plan.proposes or None, title_en=plan.title_en))
            continue
        was_place, was = known[plan.slug]
        change = StageChange(
            plan.title, "same", place, days=plan.days, title_en=plan.title_en,
            was_place=was_place if was_place != place else None,
            was_title=was.title if was.title != plan.title else None,
            was_purpose=was.purpose if was.purpose != plan.purpose else None,
            was_days=was.days if was.days != plan.days else None,
            proposes=plan.proposes if was.proposes != plan.proposes else None,
            added=[line for line in plan.questions if line not in was.questions],
            removed=[line for line in was.questions if line not in plan.questions])
        differs: list[Any] = [change.was_place, change.was_title, change.was_days, *change.added, *change.removed]
        if any(differs) or change.was_purpose is not None or change.proposes is not None:
            change.kind = "changed"
        changes.append(change)
    kept = {plan.slug for plan in after}
    return changes + [StageChange(plan.title, "gone", place, title_en=plan.title_en)
                      for slug, (place, plan) in known.items() if slug not in kept]


# --- The record -------------------------------------------------------------------------------------------------


def record_of(subject: str, most: int = 20) -> Sequence[Event]:
    """The last changes of a person, unit, office, genre or channel, such as ``person:12``."""
    return db.session.scalars(select(Event).where(text("subject <> ''"), Event.subject == subject, Event.kind.not_in(
        ["login", "logout", "login-failed"])).order_by(Event.seq.desc()).limit(most)).all()


@dataclass(frozen=True)
class Overview:
    """The house in numbers, for the first page of the administration."""

    people: int
    new: int
    closed: int
    units: int
    offices: int
    genres: int


def overview() -> Overview:
    """The house in numbers."""
    def count(model: type[Model], *where: ColumnElement[bool]) -> int:
        return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0

    opened = Person.is_active.is_(True)
    return Overview(count(Person, opened), count(Person, opened, Person.password_hash.is_(None)),
                    count(Person, Person.is_active.is_(False)), count(Unit, Unit.is_active.is_(True)),
                    count(Office, Office.is_active.is_(True)), count(Genre, Genre.is_active.is_(True)))
