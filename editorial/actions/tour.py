"""The tour of the first visit: somebody left it, or takes it again."""

from __future__ import annotations

from sqlalchemy import update

from editorial import clock
from editorial.db import db
from editorial.models import Person
from editorial.parties import Actor


def leave(actor: Actor) -> None:
    """Show it no more. It makes no page of the person out of date, and is nothing that happened to anybody else."""
    _set(actor, clock.now())


def again(actor: Actor) -> None:
    """Show it again, from its beginning."""
    _set(actor, None)


def _set(actor: Actor, moment: object) -> None:
    db.session.execute(update(Person).where(Person.id == actor.id).values(toured_at=moment))
