"""Units, offices, stages with their dated rules, genres and channels: what administrators keep."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from editorial import audit, calendar, clock
from editorial.db import db
from editorial.errors import Conflict, Invalid, Refused
from editorial.models import Channel, Genre, Manuscript, Membership, Office, Person, Ruleset, RulesetStep, Stage, Unit
from editorial.parties import Actor
from editorial.terms import ChannelKind, Role, State

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FAR_AHEAD = timedelta(days=366)
"""How far ahead a ruleset may begin: what lies further is a slip of the pen."""
OVER = (State.PUBLISHED, State.REJECTED, State.WITHDRAWN, State.RETRACTED)


def demand_administrator(actor: Actor | None) -> None:
    """Raises Refused for everybody but administrators; None is the command line."""
    if actor is not None and Role.ADMINISTRATOR not in actor.grants:
        raise Refused("not-yours")


def demand_fresh(row: Person | Unit | Office, revision: int | None) -> None:
    """Raises Conflict("stale-settings") where the page with `revision` is out of date; None is no page."""
    if revision is not None and revision != row.revision:
        raise Conflict("stale-settings")


def _demand_free(column: InstrumentedAttribute[str], text: str, own_id: int | None, *where: Any) -> None:
    """Raises Invalid where another row has this name, or one that looks the same."""
    owner: Any = column.class_
    taken = db.session.execute(select(owner.id, column).where(owner.id != (own_id or 0), *where))
    if any(_folded(other) == _folded(text) for _id, other in taken):
        raise Invalid({column.key: "name-taken"})


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What an event says of a change: for each field that differs, what it was and what it is."""
    return {name: [before[name], value] for name, value in after.items() if before[name] != value}


# --- Units ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitData:
    """What is kept of a unit; see models.Unit."""

    name: str
    kind: str
    parent_id: int | None = None
    signs: bool = True
    further_unit_id: int | None = None
    commissions: bool = False
    is_active: bool = True
    name_en: str = ""


def create_unit(actor: Actor | None, data: UnitData) -> Unit:
    """A new unit under its parent. Raises Invalid where the name is taken or the further signature is not above it."""
    demand_administrator(actor)
    _demand_free(Unit.name, data.name, None)
    parent = db.session.get(Unit, data.parent_id) if data.parent_id else None
    if data.parent_id and (parent is None or not parent.is_active):
        raise Invalid({"parent_id": "no-unit"})
    unit = Unit(name=data.name, name_en=data.name_en, kind=data.kind, parent_id=data.parent_id, path="")
    db.session.add(unit)
    db.session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    _apply(unit, data)
    audit.record(db.session(), "unit-created", actor, subject=f"unit:{unit.id}", data=asdict(data))
    return unit


def change_unit(actor: Actor | None, unit: Unit, data: UnitData, revision: int | None = None) -> None:
    """Change what is kept of a unit; its place in the tree stays. Manuscripts under way keep their signatures due.

    Raises Invalid where the name is taken, the further signature is not above it, or it is closed while it is in use.
    """
    demand_administrator(actor)
    demand_fresh(unit, revision)
    _demand_free(Unit.name, data.name, unit.id)
    before = _unit_data(unit)
    if unit.is_active and not data.is_active and _unit_in_use(unit):
        raise Invalid({"is_active": "unit-in-use"})
    if unit.commissions and not data.commissions and _holds(
            Membership.unit_id == unit.id, Membership.role.in_([Role.COMMISSIONER, Role.COMMENTATOR])):
        raise Invalid({"commissions": "has-commentators"})
    unit.name, unit.name_en, unit.kind = data.name, data.name_en, data.kind
    _apply(unit, data)
    audit.record(db.session(), "unit-changed", actor, subject=f"unit:{unit.id}",
                 data=_changes(before, _unit_data(unit)))


def _unit_data(unit: Unit) -> dict[str, Any]:
    return {"name": unit.name, "name_en": unit.name_en, "kind": unit.kind, "signs": unit.signs,
            "further_unit_id": unit.further_unit_id, "commissions": unit.commissions, "is_active": unit.is_active}


def _apply(unit: Unit, data: UnitData) -> None:
    further = db.session.get(Unit, data.further_unit_id) if data.further_unit_id else None
    if data.further_unit_id and (further is None or not further.is_active or further.id not in unit.lineage[:-1]):
        raise Invalid({"further_unit_id": "not-above"})
    if further and not data.signs:
        raise Invalid({"further_unit_id": "signs-first"})
    unit.signs, unit.further_unit_id = data.signs, data.further_unit_id
    unit.commissions, unit.is_active = data.commissions, data.is_active
    db.session.flush()


def _unit_in_use(unit: Unit) -> bool:
    """Whether somebody works for it, it has active units below, another asks for its signature, or its texts wait."""
    return _holds(Membership.unit_id == unit.id) or _some(Unit.id, Unit.is_active, (
        Unit.parent_id == unit.id) | (Unit.further_unit_id == unit.id)) or _some(
        Manuscript.id, (Manuscript.unit_id == unit.id) | (Manuscript.signoff_unit_id == unit.id),
        Manuscript.state.not_in(OVER))


def _holds(*where: Any) -> bool:
    """Whether a person with an open account holds such a role."""
    query = select(Membership.id).join(Person).where(Person.is_active, *where)
    return db.session.scalar(query.limit(1)) is not None


def _some(column: InstrumentedAttribute[int], *where: Any) -> bool:
    return db.session.scalar(select(column).where(*where).limit(1)) is not None


# --- Offices ----------------------------------------------------------------------------------------------------


def create_office(actor: Actor | None, slug: str, name: str, name_en: str, *, shows_reviewers: bool = False,
                  is_active: bool = True) -> Office:
    """A new editorial office, still without stages: give it a ruleset, and then let it be active."""
    demand_administrator(actor)
    if not SLUG.fullmatch(slug):
        raise Invalid({"slug": "bad-slug"})
    _demand_free(Office.slug, slug, None)
    _demand_free(Office.name, name, None)
    office = Office(slug=slug, name=name, name_en=name_en, shows_reviewers=shows_reviewers, is_active=is_active)
    db.session.add(office)
    db.session.flush()
    audit.record(db.session(), "office-changed", actor, subject=f"office:{office.id}",
                 data={"created": slug, **_office_data(office)})
    return office


def change_office(actor: Actor | None, office: Office, revision: int | None = None, *, name: str, name_en: str,
                  shows_reviewers: bool, undo_minutes: int, is_active: bool, counts_unproved: bool = True,
                  is_public: bool = False) -> None:
    """Change an office's name and settings.

    Raises Invalid where the name is taken, where it is opened without stages, or closed while it is in use.
    """
    demand_administrator(actor)
    demand_fresh(office, revision)
    _demand_free(Office.name, name, office.id)
    if is_active and not office.is_active and not _some(
            Ruleset.id, Ruleset.office_id == office.id, Ruleset.effective_on <= clock.today()):
        raise Invalid({"is_active": "office-without-stages"})
    if office.is_active and not is_active and (_holds(Membership.office_id == office.id) or _some(
            Manuscript.id, Manuscript.office_id == office.id, Manuscript.state.not_in(OVER))):
        raise Invalid({"is_active": "office-in-use"})
    before = _office_data(office)
    office.name, office.name_en, office.shows_reviewers = name, name_en, shows_reviewers
    office.undo_minutes, office.is_active, office.counts_unproved = undo_minutes, is_active, counts_unproved
    office.is_public = is_public
    db.session.flush()
    audit.record(db.session(), "office-changed", actor, subject=f"office:{office.id}",
                 data=_changes(before, _office_data(office)))


def _office_data(office: Office) -> dict[str, Any]:
    return {"name": office.name, "name_en": office.name_en, "shows_reviewers": office.shows_reviewers,
            "undo_minutes": office.undo_minutes, "is_active": office.is_active,
            "counts_unproved": office.counts_unproved, "is_public": office.is_public}


# --- Stages -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StepData:
    """One stage in a ruleset; `checklist` holds {"key", "text", "text_en"} lines. A new stage may have no slug yet."""

    slug: str
    title: str
    title_en: str
    purpose: str = ""
    purpose_en: str = ""
    days: int = 1
    checklist: Sequence[dict[str, str]] = field(default_factory=tuple)
    proposes: bool = False


def create_ruleset(actor: Actor | None, office: Office, effective_on: date, steps: Sequence[StepData],
                   note: str = "", times: calendar.Times = calendar.USUAL) -> Ruleset:
    """The office's stages and times as they hold from a day on; manuscripts under way keep theirs (rule 10).

    A stage keeps its identity by its slug, also where its title changes: lists show the title that holds on
    the day, a manuscript the one of its own rules. Raises Invalid without stages, where two are
    called the same, for times that nobody can keep, and, for a person, where the day is past or more than a year
    ahead, or nothing changes.
    """
    demand_administrator(actor)
    if not steps:
        raise Invalid({"steps": "no-stages"})
    if any(len({_folded(name) for name in names}) != len(steps) for names in (
            [step.title for step in steps], [step.slug or step.title for step in steps])):
        raise Invalid({"steps": "stage-twice"})
    if times.days.keys() != calendar.USUAL.days.keys() or not all(1 <= days <= 60 for days in times.days.values()):
        raise Invalid({"times": "bad-times"})
    if actor is not None:
        demand_day(effective_on)
        demand_change(office, effective_on, steps, times)
    number = (db.session.scalar(select(func.max(Ruleset.number)).where(Ruleset.office_id == office.id)) or 0) + 1
    ruleset = Ruleset(office_id=office.id, number=number, effective_on=effective_on, note=note,
                      days={duty.value: days for duty, days in times.days.items()}, urgent_days=times.urgent,
                      created_by_id=actor.id if actor else None, created_at=clock.now())
    for position, data in enumerate(steps, 1):
        ruleset.steps.append(RulesetStep(
            position=position, stage=_stage(office, data), title=data.title, title_en=data.title_en,
            purpose=data.purpose, purpose_en=data.purpose_en, checklist=list(data.checklist), days=data.days,
            proposes=data.proposes))
    db.session.add(ruleset)
    db.session.flush()
    db.session.expire(office, ["stages"])
    for step in ruleset.steps:
        db.session.expire(step.stage, ["title", "title_en"])
    audit.record(db.session(), "ruleset-created", actor, subject=f"office:{office.id}",
                 data={"number": number, "effective_on": effective_on.isoformat(),
                       "stages": [step.stage.slug for step in ruleset.steps], "days": ruleset.days,
                       "urgent_days": ruleset.urgent_days})
    return ruleset


def times_of(ruleset: Ruleset) -> calendar.Times:
    """The times that a ruleset gives for what is not a stage's."""
    return calendar.Times({duty: ruleset.days[duty.value] for duty in calendar.USUAL.days}, ruleset.urgent_days)


def demand_change(office: Office, effective_on: date, steps: Sequence[StepData], times: calendar.Times) -> None:
    """Raises Invalid where the rules that hold on that day say the same already."""
    held = db.session.scalar(select(Ruleset).where(
        Ruleset.office_id == office.id, Ruleset.effective_on <= effective_on).order_by(
        Ruleset.effective_on.desc(), Ruleset.number.desc()).limit(1))
    if held is not None and times_of(held) == times and [
        (step.stage.slug, step.title, step.title_en, step.purpose, step.purpose_en, step.days, list(step.checklist),
         step.proposes)
        for step in held.steps
    ] == [(data.slug, data.title, data.title_en, data.purpose, data.purpose_en, data.days, list(data.checklist),
           data.proposes) for data in steps]:
        raise Invalid({"steps": "no-change"})


def demand_day(effective_on: date) -> None:
    """Raises Invalid for a day from which no rules can be set to hold: past, or more than a year ahead."""
    if not clock.today() <= effective_on <= clock.today() + FAR_AHEAD:
        raise Invalid({"effective_on": "past-day"})


def _stage(office: Office, data: StepData) -> Stage:
    """The office's stage with this slug; or a new one."""
    slug = data.slug or _new_slug(office, data.title_en)
    stage = db.session.scalar(select(Stage).where(Stage.office_id == office.id, Stage.slug == slug))
    if stage is None:
        stage = Stage(office_id=office.id, slug=slug)
        db.session.add(stage)
        db.session.flush()
    return stage


def _new_slug(office: Office, title_en: str) -> str:
    taken = set(db.session.scalars(select(Stage.slug).where(Stage.office_id == office.id)))
    wanted = re.sub(r"[^a-z0-9]+", "-", title_en.lower()).strip("-")[:30] or "stage"
    return next(slug for slug in (wanted, *(f"{wanted}-{n}" for n in range(2, 1000))) if slug not in taken)


# --- Genres and channels ----------------------------------------------------------------------------------------


def create_genre(actor: Actor | None, slug: str, title: str, title_en: str) -> Genre:
    """A new genre."""
    demand_administrator(actor)
    if not SLUG.fullmatch(slug):
        raise Invalid({"slug": "bad-slug"})
    _demand_free(Genre.slug, slug, None)
    _demand_free(Genre.title, title, None)
    genre = Genre(slug=slug, title=title, title_en=title_en)
    db.session.add(genre)
    db.session.flush()
    audit.record(db.session(), "genre-changed", actor, subject=f"genre:{genre.id}",
                 data={"created": slug, "title": title})
    return genre


@dataclass(frozen=True)
class ChannelData:
    """What an administrator says of a channel. `daily`: how many pieces it has room for on a day, where known."""

    title: str
    title_en: str
    kind: ChannelKind = ChannelKind.SITE
    daily: int | None = None
    is_active: bool = True


def create_channel(actor: Actor | None, office: Office, data: ChannelData) -> Channel:
    """A new channel of an office."""
    demand_administrator(actor)
    _demand_free(Channel.title, data.title, None, Channel.office_id == office.id)
    channel = Channel(office_id=office.id, **vars(data))
    db.session.add(channel)
    db.session.flush()
    audit.record(db.session(), "channel-changed", actor, subject=f"channel:{channel.id}",
                 data={"created": office.slug, "title": data.title})
    return channel


def change_channel(actor: Actor | None, channel: Channel, data: ChannelData) -> None:
    """Change what a channel is, or whether it is still offered. What came out there keeps what was recorded."""
    demand_administrator(actor)
    _demand_free(Channel.title, data.title, channel.id, Channel.office_id == channel.office_id)
    _change(actor, channel, "channel", vars(data))


def change_genre(actor: Actor | None, genre: Genre, title: str, title_en: str, is_active: bool) -> None:
    """Change the title of a genre, or whether it is still offered."""
    demand_administrator(actor)
    _demand_free(Genre.title, title, genre.id)
    _change(actor, genre, "genre", {"title": title, "title_en": title_en, "is_active": is_active})


def _change(actor: Actor | None, thing: Genre | Channel, kind: str, new: dict[str, Any]) -> None:
    before = {name: getattr(thing, name) for name in new}
    for name, value in new.items():
        setattr(thing, name, value)
    db.session.flush()
    audit.record(db.session(), f"{kind}-changed", actor, subject=f"{kind}:{thing.id}", data=_changes(before, new))
