"""The tour of the first visit, and of each role that comes later: somebody left it, or takes it again."""

from __future__ import annotations

from sqlalchemy import update

from editorial.db import db
from editorial.models import Person
from editorial.parties import Actor


def leave(actor: Actor, earlier: list[str] | None) -> None:
    """Show it no more for the roles that they have now, nor for those of which they left it `earlier`. It makes no page
    of the person out of date, and is nothing that happened to anybody else."""
    _set(actor, sorted({*(earlier or ()), *(role.value for role in actor.roles)}))


def again(actor: Actor) -> None:
    """Show it again, from its beginning."""
    _set(actor, None)


def _set(actor: Actor, toured: list[str] | None) -> None:
    db.session.execute(update(Person).where(Person.id == actor.id).values(toured=toured))
