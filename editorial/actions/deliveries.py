"""Delivery of cleared texts to the house's own systems: asked for here, carried by a job (`editorial.jobs.deliveries`).

Where to is named by the operator alone. Once a target has had a text, its corrections, embargoes and retraction follow.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from editorial import access, audit, clock, outbox
from editorial.actions import jobs, steps
from editorial.db import db
from editorial.errors import Conflict
from editorial.models import Channel, Event, Manuscript, Version
from editorial.parties import PUBLISHER, Actor
from editorial.tables.delivery import Delivery
from editorial.terms import OutwardAction


def deliver(actor: Actor, manuscript: Manuscript, channel: Channel, targets: Iterable[str]) -> list[Delivery]:
    """Ask that what is cleared goes to these targets of a channel; one for which it waits already is asked once.

    Raises Refused, and Conflict where nothing is cleared.
    """
    access.permitted(actor, OutwardAction.DELIVER, manuscript)
    return _ask(actor, manuscript, dict.fromkeys(targets, channel.id))


def follow(manuscript: Manuscript) -> list[Delivery]:
    """What readers get of a text has changed, or when they may: whoever had it before gets it anew."""
    had = db.session.execute(select(Delivery.target, Delivery.channel_id).where(
        Delivery.manuscript_id == manuscript.id, Delivery.state == "delivered").order_by(Delivery.id)).all()
    return _ask(None, manuscript, {row.target: row.channel_id for row in had})


def _ask(actor: Actor | None, manuscript: Manuscript, channels: dict[str, int]) -> list[Delivery]:
    waiting = set(db.session.scalars(select(Delivery.target).where(
        Delivery.manuscript_id == manuscript.id, Delivery.state == "waiting").with_for_update()))
    asked = []
    for target, channel_id in channels.items():
        if target in waiting:
            continue
        delivery = Delivery(manuscript_id=manuscript.id, channel_id=channel_id, target=target, asked_at=clock.now(),
                            asked_by_id=actor.id if actor else None)
        db.session.add(delivery)
        db.session.flush()
        _send(delivery)
        _record("deliver", actor, delivery, manuscript)
        asked.append(delivery)
    return asked


def again(actor: Actor, delivery: Delivery) -> None:
    """Try one that waits for its next time, or was given up, now. Raises Refused, and Conflict where it is neither."""
    access.permitted(actor, OutwardAction.DELIVER, delivery.manuscript)
    other = db.session.scalar(select(Delivery.id).where(
        Delivery.manuscript_id == delivery.manuscript_id, Delivery.target == delivery.target,
        Delivery.state == "waiting", Delivery.id != delivery.id))
    if delivery.state == "delivered" or other is not None:
        raise Conflict("job-moved")
    delivery.state, delivery.error = "waiting", ""
    db.session.flush()
    _send(delivery)
    _record("deliver", actor, delivery, delivery.manuscript)


def _send(delivery: Delivery) -> None:
    """A job that carries it, not before what cleared it can't be undone any more.

    An earlier job that still waits finds that it is no longer its own.
    """
    decision = delivery.manuscript.last_decision
    delivery.job_id = jobs.ask("deliver", {"delivery": delivery.id}, decision.hold_until if decision else None).id
    db.session.flush()


def done(delivery: Delivery, version: Version, package: tuple[str, str, int], receipt: str) -> None:
    """It has gone: of which version, under which name, SHA-256 and size, and what the other side said."""
    delivery.name, delivery.sha256, delivery.size = package
    delivery.version_id, delivery.receipt, delivery.error = version.id, receipt[:500], ""
    delivery.state, delivery.delivered_at = "delivered", clock.now()
    db.session.flush()
    _record("delivered", None, delivery, delivery.manuscript, version.digest)


def give_up(delivery: Delivery, reason: str) -> None:
    """It will not be tried again by itself."""
    delivery.state, delivery.error = "failed", reason[:500]
    db.session.flush()
    event = _record("delivery-failed", None, delivery, delivery.manuscript)
    outbox.post(db.session(), event, steps.members(PUBLISHER, delivery.manuscript), kind="due")


def _record(kind: str, actor: Actor | None, delivery: Delivery, manuscript: Manuscript, digest: str = "") -> Event:
    more = {"sha256": delivery.sha256, "receipt": delivery.receipt} if kind == "delivered" else (
        {"error": delivery.error} if delivery.error else {})
    office = manuscript.office
    return audit.record(
        db.session(), kind, actor, role=PUBLISHER.name if actor else "", place=office.name if office else "",
        manuscript=manuscript, digest=digest, before=manuscript.state.value, after=manuscript.state.value,
        data={"target": delivery.target, "delivery": delivery.id, **more})
