"""What somebody decided lately, and what of it they can still undo. Layer 3."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from editorial import access, clock
from editorial.db import db
from editorial.models import Decision, Manuscript, Stage, Unit
from editorial.parties import Actor
from editorial.queries import lists
from editorial.terms import Action, Role, State, Verdict
from editorial.workflow import TABLE, rows

LATELY = 10
"""How many are shown: what is further back stands in each manuscript's history."""


@dataclass(frozen=True)
class Decided:
    """A decision as its taker's list shows it, with the names that a list's row has."""

    code: str
    title: str
    state: State
    unit: Any
    stage: Any
    """Where the manuscript is now."""
    at: Any
    """The stage at which it was decided; None for a unit's decision."""
    verdict: Verdict
    decided_at: datetime
    revision: int
    undo_until: datetime | None
    """Until when it can be undone; None where it no longer can."""

    @property
    def is_signature(self) -> bool:
        """A unit's pass."""
        return self.at is None and self.verdict is Verdict.PASS


def signed_lately(actor: Actor) -> list[Decided]:
    """What `actor` decided for a unit, the last first."""
    return _lately(actor, "unit_id")


def read_lately(actor: Actor) -> list[Decided]:
    """What `actor` decided at a stage, the last first."""
    return _lately(actor, "stage_id")


@lru_cache(maxsize=lists.KEPT)
def _decisions(roles: Set[Role], station: str) -> Select[*tuple[Any, ...]]:
    """The decisions that stand, for stations of one kind, on manuscripts that whoever asks still sees."""
    now_at = aliased(Stage, name="now_at")
    return (
        select(Manuscript.code, Manuscript.title, Manuscript.state, Unit.name.label("unit"),
               Unit.name_en.label("unit_en"), Stage, now_at, Manuscript.revision, Manuscript.last_decision_id,
               Decision.id, Decision.verdict, Decision.decided_at, Decision.hold_until, Decision.confirmed_by_id)
        .join(Decision, Decision.manuscript_id == Manuscript.id)
        .join(Unit, Unit.id == Manuscript.unit_id)
        .outerjoin(Stage, Stage.id == Decision.stage_id)
        .outerjoin(now_at, now_at.id == Manuscript.stage_id)
        .where(Decision.person_id == access.ME, Decision.undone_at.is_(None), getattr(Decision, station).is_not(None),
               access.visible_to(roles))
        .order_by(Decision.decided_at.desc(), Decision.id.desc()).limit(LATELY))


def _lately(actor: Actor, station: str) -> list[Decided]:
    """One query: what `actor` decided for stations of one kind."""
    now, undo = clock.now(), next(rows(TABLE, Action.UNDO))
    found = db.session.execute(_decisions(actor.roles, station), access.values(actor)).all()
    return [
        Decided(row.code, row.title, row.state, lists.names(row.unit, row.unit_en), row.now_at, row.Stage,
                row.verdict, row.decided_at, row.revision,
                row.hold_until if row.last_decision_id == row.id and now < row.hold_until
                and row.state in undo.sources and row.confirmed_by_id in (None, actor.id) else None)
        for row in found
    ]
