"""Carries packages to the house's own systems: what is cleared at that moment, to a target that the operator names.

A package arrives at least once, each time under the same name with the same bytes, and is recorded once.
"""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select

from editorial.actions import deliveries
from editorial.db import db
from editorial.documents import bundle
from editorial.errors import DomainError
from editorial.jobs import carriers
from editorial.jobs.errors import Hopeless
from editorial.models import Version
from editorial.queries import outward
from editorial.tables.delivery import Delivery
from editorial.tables.jobs import Job
from editorial.targets import Target


def send(job: Job) -> None:
    """Carry one package. Nothing is locked while the other side thinks. Raises Hopeless, and OSError on the way."""
    job_id, delivery = job.id, _delivery(job)
    if delivery.state != "waiting" or delivery.job_id != job_id:
        return
    target = _target(delivery)
    try:
        version_id, piece = outward.to_deliver(delivery, current_app.extensions["store"])
    except DomainError as error:
        raise Hopeless("not-cleared") from error
    db.session.commit()
    package = bundle(piece)
    known = db.session.scalar(select(Delivery.receipt).where(
        Delivery.target == target.name, Delivery.sha256 == package.sha256, Delivery.state == "delivered").limit(1))
    db.session.commit()
    receipt = known if known is not None else carriers.carry(target, package.name, package.data)
    delivery = _delivery(job)
    if delivery.state == "waiting" and delivery.job_id == job_id:
        deliveries.done(delivery, db.session.get_one(Version, version_id),
                        (package.name, package.sha256, len(package.data)), receipt)


def given_up(job: Job, reason: str) -> None:
    """A package will not be tried again by itself."""
    delivery = _delivery(job)
    if delivery.state == "waiting" and delivery.job_id == job.id:
        deliveries.give_up(delivery, reason)


def _delivery(job: Job) -> Delivery:
    return db.session.get_one(Delivery, job.payload["delivery"], with_for_update=True, populate_existing=True)


def _target(delivery: Delivery) -> Target:
    targets: tuple[Target, ...] = current_app.extensions["settings"].deliveries
    for target in targets:
        if target.name == delivery.target and target.channel == delivery.channel_id:
            return target
    raise Hopeless("no-target")
