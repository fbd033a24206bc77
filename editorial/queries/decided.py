"""What somebody decided lately, and what of it they can still undo. Layer 3."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from editorial import access, clock
from editorial.db import db
from editorial.models import Decision, Manuscript, Stage, Unit
from editorial.workflow import TABLE, Action, Actor, State, Verdict, rows

LATELY = 10
"""How many are shown: what is further back stands in each manuscript's history."""


@dataclass(frozen=True)
class Decided:
    """A decision as its taker's list shows it, with the names that a list's row has."""

    code: str
    title: str
    state: State
    unit: str
    stage: Any
    verdict: Verdict
    decided_at: datetime
    revision: int
    undo_until: datetime | None
    """Until when it can be undone; None where it no longer can."""

    @property
    def is_signature(self) -> bool:
        """A unit's pass."""
        return self.stage is None and self.verdict is Verdict.PASS


def signed_lately(actor: Actor) -> list[Decided]:
    """What `actor` decided for a unit, the last first."""
    return _lately(actor, Decision.unit_id.is_not(None))


def read_lately(actor: Actor) -> list[Decided]:
    """What `actor` decided at a stage, the last first."""
    return _lately(actor, Decision.stage_id.is_not(None))


def _lately(actor: Actor, where: ColumnElement[bool]) -> list[Decided]:
    """One query: the decisions that stand, on manuscripts that `actor` still sees."""
    now, undo = clock.now(), next(rows(TABLE, Action.UNDO))
    found = db.session.execute(
        select(Manuscript.code, Manuscript.title, Manuscript.state, Unit.name.label("unit"), Stage,
               Manuscript.revision, Manuscript.last_decision_id, Decision.id, Decision.verdict, Decision.decided_at,
               Decision.hold_until)
        .join(Decision, Decision.manuscript_id == Manuscript.id)
        .join(Unit, Unit.id == Manuscript.unit_id)
        .outerjoin(Stage, Stage.id == Decision.stage_id)
        .where(Decision.person_id == actor.id, Decision.undone_at.is_(None), where, access.visible_to(actor))
        .order_by(Decision.decided_at.desc(), Decision.id.desc()).limit(LATELY)).all()
    return [
        Decided(row.code, row.title, row.state, row.unit, row.Stage, row.verdict, row.decided_at, row.revision,
                row.hold_until if row.last_decision_id == row.id and now < row.hold_until
                and row.state in undo.sources else None)
        for row in found
    ]
