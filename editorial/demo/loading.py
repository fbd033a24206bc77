"""Loading the demonstration: the city first, as it was some months ago, then everybody's work day by day."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from editorial import clock
from editorial.db import db
from editorial.demo import calls, city
from editorial.demo.acts import Telling
from editorial.demo.commentary import ASKED, told
from editorial.demo.diary import MINUTES, Diary
from editorial.demo.lives import LIVES, Life
from editorial.demo.pieces import pieces
from editorial.demo.plan import plan
from editorial.models import Person

Going = Iterator[datetime]
"""Something under way: gives the moment of its next act, and acts when it is asked to go on."""


def is_empty() -> bool:
    """True where nobody has an account yet."""
    return db.session.scalar(select(Person.id).limit(1)) is None


def load(progress: Callable[[int], None]) -> int:
    """Load the demonstration into an empty database, without committing; calls `progress` with the acts done so far.

    Gives how many acts there were. Everything happened in the working days before today, but that something is planned.
    """
    now = clock.now()
    with clock.at(now - timedelta(weeks=14)):
        city.build()
        city.keep_lists()
    diary = Diary(now)
    going = [_live(life, diary) for life in LIVES] + [told(asked, diary) for asked in ASKED]
    going += [calls.said(asked, diary) for asked in calls.ASKED]
    acts, last = _in_order(going, progress)
    with clock.at(last):
        plan(clock.day_of(now))
    return acts


def _in_order(lives: list[Going], progress: Callable[[int], None]) -> tuple[int, datetime]:
    """Let everything go on, always that whose moment comes next, with the clock at that moment; gives how many acts
    there were, and when the last one was."""
    waiting = [(next(life), number, life) for number, life in enumerate(lives)]
    heapq.heapify(waiting)
    acts = 0
    while waiting:
        moment, number, life = waiting[0]
        with clock.at(moment):
            upcoming = next(life, None)
        acts += 1
        progress(acts)
        if upcoming is None:
            heapq.heappop(waiting)
        else:
            heapq.heapreplace(waiting, (upcoming, number, life))
    return acts, moment


def _live(life: Life, diary: Diary) -> Going:
    chance = random.Random(life.key)
    telling = Telling(pieces()[life.key], life.author, life.offices, urgent=life.urgent, co_author=life.co_author)
    day = life.until + life.days
    minute = chance.randrange(0, 150)
    for step in ("write", *life.steps):
        name, *words = (step,) if isinstance(step, str) else step
        if name.startswith("+"):
            day, minute = day - int(name[1:]), chance.randrange(0, 150)
            continue
        yield diary.moment(day, minute)
        telling.place = 1 if name.startswith("2:") else 0
        getattr(telling, name.removeprefix("2:"))(*words)
        minute += chance.randrange(8, 60)
        if minute >= MINUTES:
            day, minute = day - 1, chance.randrange(0, 60)
