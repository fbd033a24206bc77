"""Loading the demonstration: the city first, as it was some weeks ago, then everybody's work day by day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from editorial import clock
from editorial.db import db
from editorial.demo import city
from editorial.models import Person


def is_empty() -> bool:
    """True where nobody has an account yet."""
    return db.session.scalar(select(Person.id).limit(1)) is None


def load(progress: Callable[[int], None]) -> int:
    """Load the demonstration into an empty database, without committing; calls `progress` with the acts done so far.

    Gives how many acts there were.
    """
    with clock.at(clock.now() - timedelta(weeks=10)):
        city.build()
    progress(0)
    return 0
