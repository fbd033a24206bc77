"""An office's plan by channel and day, beside what came out; what is cleared and not planned; one manuscript's plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, and_, bindparam, not_, select

from editorial import access, clock
from editorial.db import db
from editorial.errors import Invisible
from editorial.models import Channel, Manuscript, Office, Publication
from editorial.parties import STAFF, Actor
from editorial.queries import lists, manuscripts, plans
from editorial.queries.clashes import Came, Meant, clashes
from editorial.queries.publishing import BY_CLEARANCE
from editorial.tables.planning import Embargo, Planned
from editorial.terms import Duty, PlanAction, Role, State
from editorial.workflow import PLAN_TABLE, Refusal, permit

SHOWN = {"month": 3, "week": 8, "day": 50}
"""How many titles of a day each view shows; the rest is counted, and the day's own view pages through all."""
OPEN = and_(Planned.outcome.is_(None), access.seen_by(STAFF))


@dataclass(frozen=True)
class Entry:
    """A line of the plan: what is meant (`slot`), or what came out (`address` where it is on the web)."""

    slot: int | None
    revision: int
    manuscript_id: int
    code: str
    title: str
    state: State
    channel: Channel
    day: date
    at: time | None
    place: str
    note: str
    clashes: Sequence[str]
    until: datetime | None
    address: str


@dataclass(frozen=True)
class Day:
    """One day: what the view shows of it, how much is meant and came out, how much of it has something against it."""

    date: date
    entries: Sequence[Entry]
    meant: int
    came: int
    clashing: int

    @property
    def more(self) -> int:
        """How much of it is not shown here."""
        return self.meant + self.came - len(self.entries)


@dataclass(frozen=True)
class Calendar:
    """A view of an office's plan around `day`. `next` is the key of a day's next page; `unplanned` for publishers."""

    office: Office
    offices: Sequence[Office]
    view: str
    day: date
    days: Sequence[Day]
    channels: Sequence[Channel]
    channel: Channel | None
    next: str | None
    unplanned: lists.Page | None

    @property
    def may_plan(self) -> bool:
        """Whether the reader plans here."""
        return self.unplanned is not None

    def shifted(self, step: int) -> date:
        """The day around which the view before (-1) or after (1) is."""
        if self.view == "month":
            return (self.days[0].date - timedelta(days=1)).replace(day=1) if step < 0 else (
                self.days[-1].date + timedelta(days=1))
        return self.day + step * timedelta(days=7 if self.view == "week" else 1)


def calendar(actor: Actor, office: str = "", view: str = "", day: date | None = None, channel: str = "",
             after: str | None = None, waiting_after: str | None = None) -> Calendar:
    """The plan of an office for its staff; without a slug of the first one where `actor` publishes or works.

    Raises Invisible where they work at none.
    """
    places = actor.grants.get(Role.STAFF, frozenset())
    offices = list(db.session.scalars(select(Office).where(Office.id.in_(sorted(places))).order_by(Office.id)))
    publishes = actor.grants.get(Role.PUBLISHER, frozenset())
    here = next((one for one in offices if one.slug == office), None) if office else (
        next((one for one in offices if one.id in publishes), offices[0] if offices else None))
    if here is None:
        raise Invisible
    channels = list(db.session.scalars(select(Channel).where(Channel.office_id == here.id).order_by(Channel.id)))
    there = next((one for one in channels if str(one.id) == channel), None)
    view, day = view if view in SHOWN else "week", day or clock.today()
    dates = _dates(view, day)
    meant, came = _read([there] if there else channels, dates[0], dates[-1])
    days, next_ = _days(view, dates, meant, came, {one.id: one for one in channels}, after)
    return Calendar(here, offices, view, day, days, channels, there, next_,
                    _unplanned(actor.roles).read({**access.values(actor), "here": here.id}, waiting_after)
                    if here.id in publishes else None)


def _dates(view: str, day: date) -> Sequence[date]:
    """The days of a view around `day`."""
    if view == "day":
        return [day]
    if view == "week":
        first = day - timedelta(days=day.weekday())
        return [first + timedelta(days=n) for n in range(7)]
    first = day.replace(day=1)
    return [one for n in range(31) if (one := first + timedelta(days=n)).month == first.month]


def _read(channels: Iterable[Channel], first: date, last: date) -> tuple[list[Meant], list[Came]]:
    """What is meant for these days and what came out, in two queries of bare rows: a month may have thousands."""
    ids = [one.id for one in channels]
    asked = access.GUARDS["correction_requested"]
    meant: Any = db.session.execute(
        select(Planned.id, Planned.revision, Planned.manuscript_id, Planned.channel_id, Planned.day, Planned.at,
               Planned.place, Planned.note, Manuscript.state,
               and_(Manuscript.state == State.PUBLISHED, Manuscript.stage_id.is_not(None)), asked, Embargo.until)
        .select_from(Planned).join(Manuscript, Manuscript.id == Planned.manuscript_id)
        .join(Channel, and_(Channel.id == Planned.channel_id, Channel.office_id == Manuscript.office_id))
        .outerjoin(Embargo, and_(Embargo.manuscript_id == Manuscript.id, Embargo.lifted_at.is_(None)))
        .where(Planned.channel_id.in_(ids), Planned.day.between(first, last), OPEN))
    came = db.session.execute(
        select(Publication.id, Publication.manuscript_id, Publication.channel_id, Publication.published_at,
               Publication.place, Publication.address)
        .where(Publication.channel_id.in_(ids), Publication.published_at.between(*clock.bounds(first, last))))
    return [Meant(*row) for row in meant], [Came(*row) for row in came]


Place = tuple[str, int, time, int, int]


def _place(one: Meant | Came) -> Place:
    """Where it stands in the order: by day, channel, time (none last), what is meant before what came."""
    return one.day.isoformat(), one.channel_id, one.at or time.max, int(isinstance(one, Came)), one.id


def _days(view: str, dates: Sequence[date], meant: Sequence[Meant], came: Sequence[Came],
          channels: Mapping[int, Channel], after: str | None) -> tuple[list[Day], str | None]:
    against = clashes(meant, came, {id_: one.daily for id_, one in channels.items()}, clock.today())
    of_day: dict[date, list[Meant | Came]] = defaultdict(list)
    places: list[Meant | Came] = [*meant, *came]
    for one in sorted(places, key=_place):
        of_day[one.day].append(one)
    shown, next_ = {}, None
    for day in dates:
        all_ = of_day[day]
        if view == "day":
            all_ = [one for one in all_ if not after or _key(one) > after]
            next_ = _key(all_[SHOWN[view] - 1]) if len(all_) > SHOWN[view] else None
        if view == "month":
            all_ = sorted(all_, key=lambda one: not (isinstance(one, Meant) and against[one.id]))
        shown[day] = sorted(all_[:SHOWN[view]], key=_place)
    titles = {id_: more for id_, *more in db.session.execute(
        select(Manuscript.id, Manuscript.code, Manuscript.title, Manuscript.state).where(
            Manuscript.id.in_({one.manuscript_id for few in shown.values() for one in few})))}
    return [Day(
        day, [_entry(one, titles[one.manuscript_id], channels, against) for one in shown[day]],
        sum(isinstance(one, Meant) for one in of_day[day]), sum(isinstance(one, Came) for one in of_day[day]),
        sum(isinstance(one, Meant) and bool(against[one.id]) for one in of_day[day])) for day in dates], next_


def _key(one: Meant | Came) -> str:
    """Its place in a day, for an address; sorts as `_place` does."""
    _day, channel, at, kind, id_ = _place(one)
    return f"{channel:010}-{at:%H%M%S}-{kind}-{id_:012}"


def _entry(one: Meant | Came, manuscript: Sequence[object], channels: Mapping[int, Channel],
           against: Mapping[int, Sequence[str]]) -> Entry:
    code, title, state = manuscript
    shared = {"manuscript_id": one.manuscript_id, "code": code, "title": title, "state": state,
              "channel": channels[one.channel_id], "day": one.day, "at": one.at, "place": one.place}
    if isinstance(one, Came):
        return Entry(**shared, slot=None, revision=0, note="", clashes=(), until=None,  # type: ignore[arg-type]
                     address=one.address)
    return Entry(**shared, slot=one.id, revision=one.revision, note=one.note,  # type: ignore[arg-type]
                 clashes=against[one.id], until=one.until, address="")


@lru_cache(maxsize=lists.KEPT)
def _unplanned(roles: Set[Role]) -> lists.Listing:
    planned = select(Planned.id).where(Planned.manuscript_id == Manuscript.id, Planned.outcome.is_(None)).exists()
    return lists.Listing(and_(access.duty_clause(roles, Duty.PUBLISH), not_(planned),
                              Manuscript.office_id == bindparam("here", type_=Integer)), BY_CLEARANCE, 20)


def today(actor: Actor) -> Sequence[Entry]:
    """What is meant for today, and what of before is still open, at the offices for which `actor` publishes."""
    channels = db.session.scalars(select(Channel).where(
        Channel.office_id.in_(sorted(actor.grants.get(Role.PUBLISHER, ())))).order_by(Channel.id)).all()
    day = clock.today()
    meant, came = _read(channels, day - timedelta(days=7), day)
    days, _next = _days("day", sorted({one.day for one in meant}), meant,
                        came, {one.id: one for one in channels}, None)
    return [entry for one in days for entry in one.entries if entry.slot]


# --- One manuscript -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """The page on which a manuscript is planned."""

    manuscript: Manuscript
    plan: plans.OfManuscript
    channels: Sequence[tuple[int, str]]
    may_plan: bool
    may_embargo: bool
    slot: Planned | None
    may_move: bool
    may_take_off: bool


def page(actor: Actor, code: str, slot_id: int | None = None) -> Page:
    """A manuscript to plan, or one of its open places to change, for the staff of its office; raises Invisible."""
    found = manuscripts.manuscript(actor, code)
    if not STAFF.includes(actor, found):
        raise Invisible
    plan = plans.of_manuscript(found)
    slot = next((one for one in plan.slots if one.id == slot_id), None)
    if slot_id and slot is None:
        raise Invisible
    return Page(found, plan, manuscripts.channels(found), _may(actor, PlanAction.PLAN, found),
                _may(actor, PlanAction.EMBARGO, found), slot, _may(actor, PlanAction.REPLAN, found),
                _may(actor, PlanAction.TAKE_OFF, found))


def slot_of(actor: Actor, slot_id: int) -> Planned:
    """A place in the plan, open or ended, of a manuscript that `actor` sees as its office's staff; raises Invisible."""
    slot = db.session.get(Planned, slot_id)
    if slot is None or not STAFF.includes(actor, slot.manuscript):
        raise Invisible
    manuscripts.manuscript(actor, slot.manuscript.code)
    return slot


def _may(actor: Actor, action: PlanAction, found: Manuscript) -> bool:
    return not isinstance(permit(actor, PLAN_TABLE, action, found), Refusal)
