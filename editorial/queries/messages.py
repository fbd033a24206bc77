"""The inbox: what somebody was told and may still know, in the words of the history. Layer 3.

What its reader may no longer see is not told: not in the list, not in the count, not by mail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, bindparam, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from editorial import access, clock, i18n
from editorial.db import UtcDateTime, db
from editorial.errors import Invisible
from editorial.models import (
    Assignment,
    Commission,
    Event,
    Manuscript,
    Ruleset,
    RulesetStep,
    Story,
    StoryAuthor,
    Version,
)
from editorial.parties import COMMENTARY_AUTHOR, COMMISSIONER, Actor
from editorial.queries import calls
from editorial.queries.history import SENTENCES, Teller, tells
from editorial.queries.lists import KEPT, PAGE, Order, pack, paged, unpack
from editorial.queries.manuscripts import takes_dossier
from editorial.queries.reader import reader_of
from editorial.queries.told import OF_ASSIGNMENTS
from editorial.tables.calls import Call
from editorial.tables.messages import OutboxMessage
from editorial.terms import AssignmentState, Duty, Role
from editorial.workflow import ASSIGNMENT_TABLE, TABLE, judge, sights

COUNTED = 100
NEWEST: Order = ((OutboxMessage.id, True),)
VIEWS = ("open", "unread", "settled")


@dataclass(frozen=True)
class Notice:
    """A message as its reader reads it: what happened, to what, and what it asks of them now."""

    id: int
    kind: str
    event: str
    at: datetime
    text: str
    title: str = ""
    code: str = ""
    reason: str = ""
    duty: Duty | None = None
    due_at: datetime | None = None
    endpoint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    is_read: bool = False
    is_settled: bool = False


@dataclass(frozen=True)
class Inbox:
    """One page of somebody's messages, the newest first."""

    view: str
    rows: Sequence[Notice]
    next: str | None


# --- What is asked -----------------------------------------------------------------------------------------------


def _is_there(roles: frozenset[Role]) -> ColumnElement[bool]:
    """What a message is about exists for whoever asks, who has these roles; or it is about no text."""
    assignment = or_(
        access.party_clause(roles, COMMISSIONER, Assignment), access.party_clause(roles, COMMENTARY_AUTHOR, Assignment),
        Assignment.state == AssignmentState.PUBLISHED,
        and_(OutboxMessage.kind == "escalation", true() if Role.COORDINATOR in roles else false()))
    return or_(
        and_(OutboxMessage.manuscript_id.is_(None), OutboxMessage.assignment_id.is_(None),
             OutboxMessage.call_id.is_(None)),
        OutboxMessage.call_id.in_(select(Call.id).where(access.calls_clause(roles))),
        and_(Manuscript.id.is_not(None), access.visible_to(roles)), and_(Assignment.id.is_not(None), assignment))


def _told(roles: frozenset[Role], *columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .outerjoin(Manuscript, Manuscript.id == OutboxMessage.manuscript_id)
        .outerjoin(Assignment, Assignment.id == OutboxMessage.assignment_id)
        .where(OutboxMessage.person_id == access.ME, OutboxMessage.cancelled_at.is_(None),
               OutboxMessage.not_before <= bindparam("now", type_=UtcDateTime), _is_there(roles)))


@lru_cache(KEPT)
def _unread(roles: frozenset[Role]) -> Select[int]:
    """How many are unread, up to `COUNTED`: read from an index of the unread ones alone."""
    found = _told(roles, OutboxMessage.id).where(OutboxMessage.read_at.is_(None)).limit(COUNTED)
    return select(func.count()).select_from(found.subquery())


@lru_cache(KEPT)
def _listed(roles: frozenset[Role], view: str, further: bool) -> Select[*tuple[Any, ...]]:
    shown = {"open": OutboxMessage.settled_at.is_(None), "unread": OutboxMessage.read_at.is_(None),
             "settled": OutboxMessage.settled_at.is_not(None)}[view]
    query = _told(roles, OutboxMessage).where(shown).options(joinedload(OutboxMessage.event))
    return paged(query, NEWEST, further).limit(PAGE + 1)


def unread(actor: Actor) -> int:
    """How many messages wait unread for `actor`, up to `COUNTED`: one query."""
    return db.session.scalar(_unread(actor.roles), access.values(actor) | {"now": clock.now()}) or 0


def inbox(actor: Actor, view: str = "open", after: str | None = None) -> Inbox:
    """One page of the messages of `actor`: those not settled, those unread, or those settled."""
    view = view if view in VIEWS else "open"
    key = unpack(after, NEWEST)
    found = db.session.scalars(_listed(actor.roles, view, bool(key)),
                               access.values(actor) | {"now": clock.now()} | key).all()
    shown = found[:PAGE]
    return Inbox(view, notices(actor, shown), pack([shown[-1].id]) if len(found) > PAGE else None)


def message(actor: Actor, message_id: int) -> OutboxMessage:
    """The message of `actor` with this id; raises Invisible for another's, and for one that is held or cancelled."""
    found = db.session.get(OutboxMessage, message_id)
    if found is None or found.person_id != actor.id or found.cancelled_at or found.not_before > clock.now():
        raise Invisible
    return found


# --- In words ----------------------------------------------------------------------------------------------------


def notices(actor: Actor, messages: Sequence[OutboxMessage]) -> list[Notice]:
    """These messages as `actor` may know them now, in a fixed number of queries; the others are left out."""
    texts = _manuscripts({m.manuscript_id for m in messages if m.manuscript_id})
    shares = _assignments({m.assignment_id for m in messages if m.assignment_id})
    asked = calls.visible(actor, {m.call_id for m in messages if m.call_id})
    told = []
    for one in messages:
        if one.manuscript_id:
            notice = _of_manuscript(actor, one, texts[one.manuscript_id])
        elif one.assignment_id:
            notice = _of_assignment(actor, one, shares[one.assignment_id])
        elif one.call_id:
            notice = _of_call(one, asked[one.call_id]) if one.call_id in asked else None
        else:
            notice = _of_the_house(one)
        told += [notice] if notice else []
    return told


def _manuscripts(ids: set[int]) -> dict[int, Manuscript]:
    if not ids:
        return {}
    story = selectinload(Manuscript.story)
    return {found.id: found for found in db.session.scalars(select(Manuscript).where(Manuscript.id.in_(ids)).options(
        story.selectinload(Story.authors).joinedload(StoryAuthor.person),
        story.selectinload(Story.manuscripts).selectinload(Manuscript.decisions),
        selectinload(Manuscript.versions).load_only(
            Version.manuscript_id, Version.number, Version.digest, Version.entered_at, Version.submitted_at),
        joinedload(Manuscript.office), joinedload(Manuscript.stage), joinedload(Manuscript.unit),
        selectinload(Manuscript.ruleset).selectinload(Ruleset.steps).joinedload(RulesetStep.stage),
        selectinload(Manuscript.appeal), selectinload(Manuscript.corrections),
        selectinload(Manuscript.correction_requests)))}


def _assignments(ids: set[int]) -> dict[int, Assignment]:
    if not ids:
        return {}
    return {found.id: found for found in db.session.scalars(select(Assignment).where(Assignment.id.in_(ids)).options(
        joinedload(Assignment.commission).joinedload(Commission.department)))}


BESIDE: Mapping[str, Callable[[], str]] = {
    "annotate": lambda: _("There is a new remark on it."),
    "answer": lambda: _("A remark on it was answered."),
    "delivery-failed": lambda: _("A delivery of it failed and will not be tried again by itself."),
}
"""What happens beside a text and in no history."""

OF_DOSSIERS: Mapping[str, Callable[[], str]] = {
    "export-ready": lambda: _("Its dossier, which you asked for, is ready. It is kept for a day."),
    "export-failed": lambda: _("Its dossier, which you asked for, could not be made. The page says why."),
}
"""What whoever asked for a dossier hears of it, while they may have it."""


def _of_manuscript(actor: Actor, one: OutboxMessage, found: Manuscript) -> Notice | None:
    if not sights(actor, found):
        return None
    reader, event = reader_of(actor, found), one.event
    teller, reason = Teller(reader, found), ""
    endpoint = "manuscripts.manuscript"
    if event.kind in OF_DOSSIERS:
        if not takes_dossier(reader, found):
            return None
        text, endpoint = OF_DOSSIERS[event.kind](), "dossier.dossier_page"
    elif event.kind in BESIDE:
        text = BESIDE[event.kind]()
    elif event.kind in SENTENCES and (
            one.kind == "reminder" or tells(reader, event, teller.decisions, teller.entered)):
        entry = teller.entry(event)
        text, reason = entry.text, entry.reason
    else:
        return None
    row = next((row for row in TABLE if row.duty and judge(actor, row, found) is None), None)
    return _notice(one, text, title=found.title, code=found.code, reason=reason, duty=row.duty if row else None,
                   due_at=found.due_at if row else None, endpoint=endpoint, values={"code": found.code})


def _of_assignment(actor: Actor, one: OutboxMessage, found: Assignment) -> Notice | None:
    if one.event.kind not in OF_ASSIGNMENTS:
        return None
    text = OF_ASSIGNMENTS[one.event.kind](one.event)
    if not (COMMISSIONER.includes(actor, found) or COMMENTARY_AUTHOR.includes(actor, found)
            or found.state is AssignmentState.PUBLISHED):
        # Whoever looks after a department that is late hears which, and no more of its commission.
        return _notice(one, text, title=found.commission.department.name) if (
            one.kind == "escalation" and Role.COORDINATOR in actor.grants) else None
    row = next((row for row in ASSIGNMENT_TABLE if row.duty and judge(actor, row, found) is None), None)
    return _notice(one, text, title=found.commission.topic, code=found.commission.code, reason=one.event.reason,
                   duty=row.duty if row else None, due_at=found.due_at if row else None,
                   endpoint="commentary.assignment", values={"number": found.id})


def _away(event: Event) -> str:
    said = {"name": event.data["name"], "start": event.data["from"], "end": event.data["until"]}
    if deputy := event.data["deputy"]:
        return _("%(name)s is away from %(start)s to %(end)s; %(deputy)s stands in.", deputy=deputy, **said)
    return _("%(name)s is away from %(start)s to %(end)s; nobody stands in.", **said)


def _back(event: Event) -> str:
    return _("%(name)s is not away any more; nobody stands in from now on.", name=event.data["name"])


def _of_call(one: OutboxMessage, found: Call) -> Notice:
    event, last = one.event, one.event.data.get("last_day")
    day = i18n.day(datetime.combine(date.fromisoformat(last), time(), clock.zone()), clock.zone()) if last else ""
    who = i18n.title_of(found.office) if found.office else _("The city’s work office")
    text = {
        "call-issued": _("%(office)s asks for manuscripts, by %(day)s.", office=who, day=day),
        "call-extended": _("Manuscripts are asked for until %(day)s now.", day=day),
        "call-closed": _("Enough manuscripts have come: no more are asked for."),
        "call-cancelled": _("This call for manuscripts is called off."),
        "call-reminder": _("The last day is past. Look at what came.") if event.data.get("step") == "at" else _(
            "Nothing has come from your unit yet. The last day is %(day)s.", day=day),
    }[event.kind]
    return _notice(one, text, title=found.topic, code=found.code, reason=event.reason, endpoint="calls.call",
                   values={"code": found.code})


def _of_the_house(one: OutboxMessage) -> Notice | None:
    words: Mapping[str, tuple[Callable[[Event], str], str]] = {
        "absence-named": (_away, "home.home"), "absence-ended": (_back, "home.home"),
        "reset-asked": (lambda e: _("Somebody asked for a new password for your account."), "account.settings"),
        "reset-link": (lambda e: _("%(name)s made a link by which a new password can be set for your account. "
                                   "If you did not ask for it, ask why.", name=e.actor_name), "account.settings"),
        "invite-asked": (lambda e: _("You were invited. The letter has the link by which you set a password."),
                         "account.settings"),
        "mail-bounced": (lambda e: _("A letter to %(name)s came back: %(reason)s. Ask for another address.",
                                     name=e.data.get("name", ""), reason=e.reason), "admin.person"),
        "mail-failed": (lambda e: _("A letter could not be sent to %(name)s for good: %(reason)s",
                                    name=e.data.get("name", ""), reason=e.reason), "admin.jobs"),
        "chat-failed": (lambda e: _("The group chat “%(name)s” takes no messages: %(reason)s",
                                    name=e.data.get("chat", ""), reason=e.reason), "home.home"),
    }
    if one.event.kind not in words:
        return None
    text, endpoint = words[one.event.kind]
    about = {"person_id": int(one.event.subject.removeprefix("person:"))} if endpoint == "admin.person" else {}
    return _notice(one, text(one.event), endpoint=endpoint, values=about)


def _notice(one: OutboxMessage, text: str, **more: Any) -> Notice:
    return Notice(one.id, one.kind, one.event.kind, one.event.at, text, **more, is_read=one.read_at is not None,
                  is_settled=one.settled_at is not None)
