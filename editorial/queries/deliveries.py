"""Deliveries as a publisher sees them: of a manuscript by channel, and all of their offices, paged by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import joinedload

from editorial import access
from editorial.db import db
from editorial.errors import Invisible
from editorial.models import Channel, Manuscript
from editorial.parties import Actor
from editorial.queries import outward
from editorial.queries.lists import PAGE, Order, pack, paged, unpack
from editorial.tables.delivery import Delivery
from editorial.tables.jobs import Job
from editorial.targets import Target
from editorial.terms import OutwardAction, Role
from editorial.workflow import OUTWARD_TABLE, available

STATES = ("failed", "waiting", "delivered")
COUNTED = 100
NEWEST: Order = ((Delivery.id, True),)


@dataclass(frozen=True)
class Sent:
    """A delivery; where it waits, when it is tried next, and how it went the last time."""

    delivery: Delivery
    next_at: datetime | None
    error: str


@dataclass(frozen=True)
class Way:
    """A target of a channel, and the last deliveries of one manuscript there, the newest first."""

    name: str
    kind: str
    sent: Sequence[Sent]


@dataclass(frozen=True)
class Outgoing:
    """A manuscript's page of packages and deliveries; `ways` by the id of their channel."""

    page: outward.Page
    ways: Mapping[int, Sequence[Way]]
    may_deliver: bool


@dataclass(frozen=True)
class DeliveriesPage:
    """One page of the deliveries in a state, and how many there are in each, counted up to `COUNTED`."""

    state: str
    counts: Mapping[str, int]
    rows: Sequence[Sent]
    next: str | None
    targets: Sequence[Target]
    """Those of the operator's file that belong to channels of the publisher's offices."""
    channels: Mapping[int, Channel]


def of_manuscript(actor: Actor, code: str, targets: Sequence[Target]) -> Outgoing:
    """How a manuscript leaves the house; raises as `outward.page`."""
    page = outward.page(actor, code)
    sent = [_sent(row) for row in db.session.execute(
        _deliveries().where(Delivery.manuscript_id == page.manuscript.id).order_by(Delivery.id.desc()).limit(PAGE))]
    ways = {place.channel.id: [
        Way(target.name, target.kind, [one for one in sent if one.delivery.target == target.name
                                       and one.delivery.channel_id == target.channel])
        for target in targets if target.channel == place.channel.id] for place in page.places}
    may = any(row.action is OutwardAction.DELIVER for row in available(actor, page.manuscript, OUTWARD_TABLE))
    return Outgoing(page, ways, may)


def page(actor: Actor, targets: Sequence[Target], state: str, after: str | None = None) -> DeliveriesPage:
    """One page of the deliveries of the offices for which `actor` publishes; of those that need somebody where `state`
    names none. Raises Invisible for all but publishers."""
    offices = actor.grants.get(Role.PUBLISHER)
    if not offices:
        raise Invisible
    found_channels = db.session.scalars(select(Channel).where(Channel.office_id.in_(sorted(offices))))
    channels = {one.id: one for one in found_channels}
    mine = Delivery.channel_id.in_(sorted(channels))
    counts = {name: db.session.scalar(select(func.count()).select_from(
        select(Delivery.id).where(mine, Delivery.state == name).limit(COUNTED).subquery())) or 0 for name in STATES}
    chosen = state if state in STATES else next((name for name in STATES if counts[name]), "delivered")
    key = unpack(after, NEWEST)
    found = db.session.execute(
        paged(_deliveries().where(mine, Delivery.state == chosen), NEWEST, bool(key)).limit(PAGE + 1), key).all()
    rows = [_sent(row) for row in found[:PAGE]]
    return DeliveriesPage(chosen, counts, rows, pack([rows[-1].delivery.id]) if len(found) > PAGE else None,
                          [one for one in targets if one.channel in channels], channels)


def delivery(actor: Actor, delivery_id: int) -> Delivery:
    """A delivery of a manuscript that `actor` sees; raises Invisible."""
    found = db.session.get(Delivery, delivery_id)
    if found is None:
        raise Invisible
    access.manuscript_for(db.session(), actor, found.manuscript.code)
    return found


def _deliveries() -> Select[*tuple[Delivery, datetime | None, str | None]]:
    return select(Delivery, Job.run_at, Job.error).outerjoin(Job, Job.id == Delivery.job_id).options(
        joinedload(Delivery.manuscript).load_only(Manuscript.code, Manuscript.title, Manuscript.state),
        joinedload(Delivery.channel), joinedload(Delivery.asked_by), joinedload(Delivery.version))


def _sent(row: Row[*tuple[Delivery, datetime | None, str | None]]) -> Sent:
    found, next_at, error = row
    waits = found.state == "waiting"
    return Sent(found, next_at if waits else None, (error or "") if waits else found.error)
