"""The publisher's plan: a manuscript on a channel and day, moved, taken off; and embargoes. It moves no manuscript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from editorial import access, audit, clock
from editorial.actions import deliveries, steps
from editorial.db import db
from editorial.errors import Conflict, Invalid
from editorial.models import Channel, Manuscript, Publication
from editorial.parties import Actor, Transition
from editorial.tables.planning import Embargo, Planned
from editorial.terms import Duty, PlanAction, State

FAR_AHEAD = timedelta(days=366)
"""How far ahead one plans: what lies further is a slip of the pen."""


@dataclass(frozen=True)
class Slot:
    """Where and when a manuscript is meant to come out; `at` where the time of day is known."""

    channel_id: int
    day: date
    at: time | None = None
    place: str = ""
    note: str = ""


def plan(actor: Actor, manuscript: Manuscript, slot: Slot) -> Planned:
    """Mean it for a day on a channel of its office. What stands against that is shown in the plan and refuses nothing.

    Raises Invalid for a day that is over or too far, or another office's channel; and what `access.permitted` raises.
    """
    row = access.permitted(actor, PlanAction.PLAN, manuscript)
    channel = _demand(manuscript, slot)
    planned = Planned(manuscript_id=manuscript.id, planned_by_id=actor.id, planned_at=clock.now(), **vars(slot))
    db.session.add(planned)
    _record(actor, row, manuscript, _told(slot, channel))
    return planned


def move(actor: Actor, planned: Planned, revision: int | None, slot: Slot) -> None:
    """Mean it for another day, channel, time or place; raises as `plan`, and Conflict where it has changed since."""
    manuscript = _open(planned, revision)
    row = access.permitted(actor, PlanAction.REPLAN, manuscript)
    channel = _demand(manuscript, slot)
    before = _told(slot_of(planned), planned.channel)
    for name, value in vars(slot).items():
        setattr(planned, name, value)
    planned.channel = channel
    _record(actor, row, manuscript, {**_told(slot, channel), "was": before})


def move_to(actor: Actor, planned: Planned, revision: int | None, day: date) -> None:
    """Mean it for another day, all else as it is; raises as `move`."""
    move(actor, planned, revision, replace(slot_of(planned), day=day))


def take_off(actor: Actor, planned: Planned, revision: int | None, reason: str) -> None:
    """Mean it no longer for that day; the reason, where one is given, stands in the record. Raises as `move`."""
    manuscript = _open(planned, revision)
    row = access.permitted(actor, PlanAction.TAKE_OFF, manuscript)
    planned.outcome, planned.ended_at = "taken_off", clock.now()
    _record(actor, row, manuscript, _told(slot_of(planned), planned.channel), reason)


def embargo(actor: Actor, manuscript: Manuscript, until: datetime | None, reason: str) -> None:
    """Say before when it is not to come out, and why; without a time the embargo that holds is lifted.

    Raises Invalid for a time that is over, and where a time stands without a reason; Conflict where there is nothing to
    lift.
    """
    row = access.permitted(actor, PlanAction.EMBARGO, manuscript)
    now, held = clock.now(), embargo_of(manuscript)
    if until and until <= now:
        raise Invalid({"until": "past-time"})
    if until and not reason.strip():
        raise Invalid({"reason": "no-embargo-reason"})
    if held is None and until is None:
        raise Conflict("no-embargo")
    if held:
        held.lifted_at = now
        db.session.flush()
    if until:
        db.session.add(Embargo(manuscript_id=manuscript.id, until=until, reason=reason, set_by_id=actor.id, set_at=now))
        _wait(manuscript, until)
    _record(actor, row, manuscript, {"until": until.isoformat() if until else ""}, reason)
    deliveries.follow(manuscript)


def _wait(manuscript: Manuscript, until: datetime) -> None:
    """Nobody is late with what they must not do yet: what is to be published has its days from the embargo's end on."""
    if manuscript.state is State.ACCEPTED and manuscript.due_at is not None:
        manuscript.due_at = max(manuscript.due_at, steps.due(
            until, steps.pressed(manuscript, steps.days_for(manuscript, Duty.PUBLISH))))


def embargo_of(manuscript: Manuscript) -> Embargo | None:
    """The embargo that holds for it, also where its time has come."""
    return db.session.scalar(select(Embargo).where(
        Embargo.manuscript_id == manuscript.id, Embargo.lifted_at.is_(None)))


def fulfil(publication: Publication) -> None:
    """What was recorded is what was meant: the plan of that channel whose day is nearest ends by it."""
    day = clock.day_of(publication.published_at)
    found = db.session.scalars(select(Planned).where(
        Planned.manuscript_id == publication.manuscript_id, Planned.channel_id == publication.channel_id,
        Planned.outcome.is_(None)).order_by(Planned.id)).all()
    if found:
        nearest = min(found, key=lambda one: abs(one.day - day))
        nearest.outcome, nearest.ended_at, nearest.publication_id = "published", clock.now(), publication.id


def slot_of(planned: Planned) -> Slot:
    """Where and when it is meant for now."""
    return Slot(planned.channel_id, planned.day, planned.at, planned.place, planned.note)


def _open(planned: Planned, revision: int | None) -> Manuscript:
    if revision is not None and revision != planned.revision:
        raise Conflict("plan-moved")
    if planned.outcome is not None:
        raise Conflict("plan-ended")
    return planned.manuscript


def _demand(manuscript: Manuscript, slot: Slot) -> Channel:
    channel = db.session.get(Channel, slot.channel_id)
    if channel is None or channel.office_id != manuscript.office_id or not channel.is_active:
        raise Invalid({"channel": "missing"})
    if not clock.today() <= slot.day <= clock.today() + FAR_AHEAD:
        raise Invalid({"day": "past-day"})
    return channel


def _told(slot: Slot, channel: Channel) -> dict[str, str]:
    """What the record keeps of a slot."""
    at = slot.at.strftime("%H:%M") if slot.at else ""
    return {"channel": channel.title, "day": slot.day.isoformat(), "at": at, "slot": slot.place, "note": slot.note}


def _record(actor: Actor, row: Transition, manuscript: Manuscript, data: Mapping[str, object],
            reason: str = "") -> None:
    party = next(party for party in row.parties if party.includes(actor, manuscript))
    db.session.flush()
    audit.record(
        db.session(), row.action.value, actor, role=party.name, place=steps.place_of(party, manuscript),
        manuscript=manuscript, digest=manuscript.version.digest if manuscript.version else "",
        before=manuscript.state.value, after=manuscript.state.value, reason=reason, data=dict(data))
