"""Calls for manuscripts 征稿: to ask units for pieces on a topic, to answer, to give more time, to end it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Exists, Select, exists, select

from editorial import audit, calendar, clock, outbox
from editorial.actions import steps
from editorial.actions.chasing import plan
from editorial.actions.manuscripts import next_code
from editorial.db import db
from editorial.errors import Conflict, Invalid, Refused
from editorial.models import Event, Genre, Manuscript, Membership, Office, Person, Unit
from editorial.parties import AUTHOR, CHIEF, COORDINATOR, Actor
from editorial.tables.calls import Call, CallAnswer, CallUnit, asks
from editorial.tables.messages import Chaser
from editorial.terms import CallAction, CallState, Role, State
from editorial.workflow import CALL_TABLE, Refusal, permit, rows

LONGEST = timedelta(days=366)
"""So far ahead at most a call ends."""


@dataclass(frozen=True)
class Wish:
    """What is asked for: a topic and a brief, by the end of a local day; genre and length as they are wished."""

    topic: str
    brief: str
    last_day: date
    genre_id: int | None = None
    length: str = ""


def may_issue(actor: Actor, office_id: int | None) -> bool:
    """Whether `actor` may ask in the name of this office, or for None in the work office's."""
    return Role.COORDINATOR in actor.grants if office_id is None else actor.holds(Role.CHIEF_EDITOR, office_id)


def issue(actor: Actor, office_id: int | None, wish: Wish, units: Mapping[int, bool] | None) -> Call:
    """Ask `units` (each alone, or for True with everything below it; None is all), and tell their correspondents.

    Raises Refused where that is not for `actor`, Invalid for what is missing, also where nobody would be asked.
    """
    office = db.session.get(Office, office_id) if office_id is not None else None
    if not may_issue(actor, office_id) or (office and not office.is_active):
        raise Refused("not-yours")
    wrong = {name: "missing" for name in ("topic", "brief") if not getattr(wish, name).strip()}
    ends_at, now = _end_of(wish.last_day), clock.now()
    if not now < ends_at < now + LONGEST:
        wrong["last_day"] = "past-day"
    if wish.genre_id is not None and db.session.get(Genre, wish.genre_id) is None:
        wrong["genre"] = "no-choice"
    known = set(db.session.scalars(select(Unit.id).where(Unit.is_active, Unit.id.in_(units or ()))))
    if units is not None and (not units or known != set(units)):
        wrong["units"] = "no-unit"
    if wrong:
        raise Invalid(wrong)
    year = now.astimezone(clock.zone()).year
    call = Call(
        code=next_code(f"call:{year}", f"Z{year}-"), office_id=office_id, asked_by_id=actor.id, topic=wish.topic,
        brief=wish.brief, genre_id=wish.genre_id, length=wish.length, everyone=units is None, ends_at=ends_at,
        since=now, created_at=now)
    call.units = [CallUnit(unit_id=unit_id, below=below) for unit_id, below in sorted((units or {}).items())]
    db.session.add(call)
    db.session.flush()
    if not people_asked(call):
        raise Invalid({"units": "nobody-asked"})
    _tell(actor, call, "call-issued", "", {"topic": call.topic, "last_day": wish.last_day.isoformat()})
    return call


def _end_of(day: date) -> datetime:
    """The end of a day where the installation is."""
    return datetime.combine(day + timedelta(days=1), time(), clock.zone())


def correspondents(call: Call) -> Select[int]:
    """Asks for the correspondents with open accounts of the units that this call asks."""
    return (select(Membership.person_id).distinct().select_from(Call).join(Unit, asks(Unit))
            .join(Membership, Membership.unit_id == Unit.id).join(Person, Person.id == Membership.person_id)
            .where(Call.id == call.id, Unit.is_active, Membership.role == Role.CORRESPONDENT, Person.is_active))


def people_asked(call: Call) -> set[int]:
    """Whom it asks."""
    return set(db.session.scalars(correspondents(call)))


def _tell(actor: Actor, call: Call, kind: str, before: str, data: dict[str, str], reason: str = "") -> Event:
    """Record what was done, and tell those who are asked, once each."""
    party = CHIEF if call.office_id else COORDINATOR
    event = audit.record(
        db.session(), kind, actor, role=party.name, place=call.office.name if call.office else "",
        subject=f"call:{call.id}", before=before, after=call.state.value, reason=reason, data=data)
    outbox.post(db.session(), event, people_asked(call), kind="call", call_id=call.id)
    return event


# --- What becomes of it -------------------------------------------------------------------------------------------


def begin(actor: Actor, action: CallAction, call: Call, revision: int | None) -> str:
    """Check that `actor` may do `action` now, on the page with `revision`; gives the state it is in.

    Raises Refused for whoever does not keep this call, Conflict for a page that is out of date or a call that ended.
    """
    if not any(row.parties[0].includes(actor, call) and all(guard.met(call) for guard in row.guards)
               for row in rows(CALL_TABLE, action)):
        raise Refused("not-yours")
    if isinstance(permit(actor, CALL_TABLE, action, call), Refusal):
        raise Conflict("call-ended")
    if revision is not None and revision != call.revision:
        raise Conflict("call-stale")
    return call.state.value


def extend(actor: Actor, call: Call, revision: int | None, last_day: date) -> None:
    """Give time until the end of another day, later or earlier; reminders begin anew."""
    before = begin(actor, CallAction.EXTEND, call, revision)
    ends_at, now = _end_of(last_day), clock.now()
    if not now < ends_at < now + LONGEST or ends_at == call.ends_at:
        raise Invalid({"last_day": "past-day"})
    call.ends_at, call.since = ends_at, now
    _tell(actor, call, "call-extended", before, {"topic": call.topic, "last_day": last_day.isoformat()})


def close(actor: Actor, call: Call, revision: int | None) -> None:
    """Ask for no more: enough has come."""
    before = begin(actor, CallAction.CLOSE, call, revision)
    _end(call, CallState.CLOSED)
    _tell(actor, call, "call-closed", before, {"topic": call.topic})


def cancel(actor: Actor, call: Call, revision: int | None, reason: str) -> None:
    """Call it off, with the reason."""
    before = begin(actor, CallAction.CANCEL, call, revision)
    if not reason.strip():
        raise Invalid({"reason": "missing"})
    call.reason = reason
    _end(call, CallState.CANCELLED)
    _tell(actor, call, "call-cancelled", before, {"topic": call.topic}, reason)


def _end(call: Call, state: CallState) -> None:
    call.state, call.ended_at = state, clock.now()
    db.session.flush()


# --- To answer ------------------------------------------------------------------------------------------------------


def tie(actor: Actor, manuscript: Manuscript, call_id: int | None) -> None:
    """Say which call the story of a draft answers; None is none.

    Raises Refused for whoever does not write it, Conflict where it is no draft any more, Invalid for a call that asks
    another unit or takes nothing any more.
    """
    if not AUTHOR.includes(actor, manuscript):
        raise Refused("not-yours")
    tied = db.session.get(CallAnswer, manuscript.story_id)
    if (tied.call_id if tied else None) == call_id:
        return
    if manuscript.state is not State.DRAFT:
        raise Conflict("wrong-state")
    call = _open_to(manuscript.unit_id, call_id) if call_id is not None else None
    if call_id is not None and call is None:
        raise Invalid({"call": "call-over"})
    if tied:
        db.session.delete(tied)
        db.session.flush()
    if call:
        db.session.add(CallAnswer(story_id=manuscript.story_id, call_id=call.id, tied_by_id=actor.id,
                                  tied_at=clock.now()))
    audit.record(db.session(), "call-answered", actor, role=AUTHOR.name, place=manuscript.unit.name,
                 manuscript=manuscript, subject=f"call:{(call_id or tied.call_id) if tied else call_id}",
                 data={"tied": call is not None})


def _open_to(unit_id: int, call_id: int) -> Call | None:
    """The call, where it takes pieces and asks this unit."""
    call = db.session.scalar(select(Call).join(Unit, asks(Unit)).where(Call.id == call_id, Unit.id == unit_id))
    return call if call and call.takes else None


# --- Reminders ------------------------------------------------------------------------------------------------------


def remind() -> None:
    """A working day before a call ends, remind the correspondents of the units that sent nothing; when it has ended,
    tell those who keep it. Each once for each date that was set."""
    now, days = clock.now(), steps.days_set()
    soon = now + timedelta(days=14)  # the longest that a working day can be away, with room
    for call in db.session.scalars(select(Call).where(Call.state == CallState.OPEN, Call.ends_at <= soon,
                                                      ~_reminded("at")).order_by(Call.ends_at)).all():
        due = datetime.combine(call.last_day, calendar.CLOSE, clock.zone())
        before = plan(call.since, due, False, days).before
        if call.is_over:
            _remind(call, "at", _keepers(call))
        elif before and now >= before and not db.session.scalar(
                select(_reminded("before")).select_from(Call).where(Call.id == call.id)):
            _remind(call, "before", _silent(call))


def _reminded(step: str) -> Exists:
    return exists().where(Chaser.call_id == Call.id, Chaser.since == Call.since, Chaser.step == step)


def _remind(call: Call, step: str, people: set[int]) -> None:
    event = audit.record(db.session(), "call-reminder", None, subject=f"call:{call.id}", before=call.state.value,
                         after=call.state.value, data={"topic": call.topic, "step": step,
                                                       "last_day": call.last_day.isoformat()})
    db.session.add(Chaser(call_id=call.id, since=call.since, step=step, event_seq=event.seq, at=clock.now()))
    outbox.post(db.session(), event, people, kind="call", call_id=call.id)


def _silent(call: Call) -> set[int]:
    """The correspondents of the units that it asks and from which nothing was submitted."""
    sent = select(Manuscript.unit_id).join(CallAnswer, CallAnswer.story_id == Manuscript.story_id).where(
        CallAnswer.call_id == call.id, Manuscript.submitted_at.is_not(None))
    return set(db.session.scalars(correspondents(call).where(Unit.id.not_in(sent))))


def _keepers(call: Call) -> set[int]:
    """Those who keep it: the office's chief editors, or the coordinators."""
    keeps = (Membership.role == Role.COORDINATOR if call.office_id is None else
             (Membership.role == Role.CHIEF_EDITOR) & (Membership.office_id == call.office_id))
    return set(db.session.scalars(select(Membership.person_id).join(Person).where(keeps, Person.is_active)))
