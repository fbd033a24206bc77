"""Units, offices, stages with their dated rules, genres and channels: what administrators keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select

from editorial import audit, clock
from editorial.db import db
from editorial.errors import Conflict, Invalid, Refused
from editorial.models import Channel, Genre, Office, Person, Ruleset, RulesetStep, Stage, Unit
from editorial.workflow import Actor, Role


def demand_administrator(actor: Actor | None) -> None:
    """Raises Refused for everybody but administrators; None is the command line."""
    if actor is not None and Role.ADMINISTRATOR not in actor.grants:
        raise Refused("not-yours")


def demand_fresh(row: Person | Unit | Office, revision: int | None) -> None:
    """Raises Conflict("stale-settings") where the page with `revision` is out of date; None is no page."""
    if revision is not None and revision != row.revision:
        raise Conflict("stale-settings")


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


def create_unit(actor: Actor | None, data: UnitData) -> Unit:
    """A new unit under its parent. Raises Invalid where the name is taken or the further signature is not above it."""
    demand_administrator(actor)
    _demand_name_free(data.name, None)
    unit = Unit(name=data.name, kind=data.kind, parent_id=data.parent_id, path="")
    db.session.add(unit)
    db.session.flush()
    parent = db.session.get(Unit, data.parent_id) if data.parent_id else None
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    _apply(unit, data)
    audit.record(db.session(), "unit-created", actor, subject=f"unit:{unit.id}", data={"name": unit.name})
    return unit


def change_unit(actor: Actor | None, unit: Unit, data: UnitData) -> None:
    """Change what is kept of a unit; its place in the tree stays. Manuscripts under way keep their signatures due."""
    demand_administrator(actor)
    _demand_name_free(data.name, unit.id)
    unit.name, unit.kind = data.name, data.kind
    _apply(unit, data)
    audit.record(db.session(), "unit-changed", actor, subject=f"unit:{unit.id}", data={"name": unit.name})


def _apply(unit: Unit, data: UnitData) -> None:
    if data.further_unit_id is not None and data.further_unit_id not in unit.lineage[:-1]:
        raise Invalid({"further_unit_id": "in-the-way"})
    unit.signs, unit.further_unit_id = data.signs, data.further_unit_id
    unit.commissions, unit.is_active = data.commissions, data.is_active
    db.session.flush()


def _demand_name_free(name: str, own_id: int | None) -> None:
    if db.session.scalar(select(Unit.id).where(Unit.name == name, Unit.id != (own_id or 0))):
        raise Invalid({"name": "login-taken"})


@dataclass(frozen=True)
class StepData:
    """One stage in a ruleset; `checklist` holds {"key", "text", "text_en"} lines."""

    slug: str
    title: str
    title_en: str
    purpose: str = ""
    purpose_en: str = ""
    days: int = 1
    checklist: Sequence[dict[str, str]] = field(default_factory=tuple)


def create_office(actor: Actor | None, slug: str, name: str, name_en: str, *, shows_reviewers: bool = False) -> Office:
    """A new editorial office, still without stages: give it a ruleset."""
    demand_administrator(actor)
    office = Office(slug=slug, name=name, name_en=name_en, shows_reviewers=shows_reviewers)
    db.session.add(office)
    db.session.flush()
    audit.record(db.session(), "office-changed", actor, subject=f"office:{office.id}", data={"name": name})
    return office


def change_office(actor: Actor | None, office: Office, *, name: str, name_en: str, shows_reviewers: bool,
                  undo_minutes: int, is_active: bool) -> None:
    """Change an office's name and settings."""
    demand_administrator(actor)
    office.name, office.name_en, office.shows_reviewers = name, name_en, shows_reviewers
    office.undo_minutes, office.is_active = undo_minutes, is_active
    db.session.flush()
    audit.record(db.session(), "office-changed", actor, subject=f"office:{office.id}", data={"name": name})


def create_ruleset(actor: Actor | None, office: Office, effective_on: date, steps: Sequence[StepData],
                   note: str = "") -> Ruleset:
    """The office's stages as they hold from a day on; manuscripts under way keep theirs (rule 10).

    A stage keeps its identity by its slug, also where its title changes.
    """
    demand_administrator(actor)
    if not steps or len({step.slug for step in steps}) != len(steps):
        raise Invalid({"steps": "missing"})
    number = (db.session.scalar(select(func.max(Ruleset.number)).where(Ruleset.office_id == office.id)) or 0) + 1
    ruleset = Ruleset(office_id=office.id, number=number, effective_on=effective_on, note=note,
                      created_by_id=actor.id if actor else None, created_at=clock.now())
    for position, data in enumerate(steps, 1):
        ruleset.steps.append(RulesetStep(
            position=position, stage=_stage(office, data), purpose=data.purpose, purpose_en=data.purpose_en,
            checklist=list(data.checklist), days=data.days))
    db.session.add(ruleset)
    db.session.flush()
    audit.record(db.session(), "ruleset-created", actor, subject=f"office:{office.id}",
                 data={"number": number, "effective_on": effective_on.isoformat(),
                       "stages": [step.slug for step in steps]})
    return ruleset


def _stage(office: Office, data: StepData) -> Stage:
    stage = db.session.scalar(select(Stage).where(Stage.office_id == office.id, Stage.slug == data.slug))
    if stage is None:
        stage = Stage(office_id=office.id, slug=data.slug)
        db.session.add(stage)
    stage.title, stage.title_en = data.title, data.title_en
    return stage


def create_genre(actor: Actor | None, slug: str, title: str, title_en: str) -> Genre:
    """A new genre."""
    demand_administrator(actor)
    genre = Genre(slug=slug, title=title, title_en=title_en)
    db.session.add(genre)
    db.session.flush()
    audit.record(db.session(), "genre-changed", actor, subject=f"genre:{genre.id}", data={"title": title})
    return genre


def create_channel(actor: Actor | None, office: Office, title: str, title_en: str) -> Channel:
    """A new channel of an office."""
    demand_administrator(actor)
    channel = Channel(office_id=office.id, title=title, title_en=title_en)
    db.session.add(channel)
    db.session.flush()
    audit.record(db.session(), "channel-changed", actor, subject=f"channel:{channel.id}", data={"title": title})
    return channel
