"""What somebody wants to see of what waits for them: filters that stand in the address, and in each query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, select, true

from editorial import clock
from editorial.db import UtcDateTime
from editorial.models import Decision, Manuscript
from editorial.tables.calls import CallAnswer
from editorial.terms import Verdict

DAYS = (1, 3, 7)
"""For how many days something waits at least."""
ONLY = ("late", "back")
"""What is late; what came back to its stage with changes, from its author or a later stage."""
IDS = ("office", "stage", "genre", "unit", "call", "since")
"""The filters that are numbers."""

NOW = bindparam("now", type_=UtcDateTime)

LATE = Manuscript.due_at < NOW
BACK = and_(Manuscript.stage_id.is_not(None), select(Decision.id).where(
    Decision.manuscript_id == Manuscript.id, Decision.stage_id == Manuscript.stage_id, Decision.undone_at.is_(None),
    Decision.verdict.in_([Verdict.PASS, Verdict.RETURN]), Decision.round >= Manuscript.first_round).exists())


@dataclass(frozen=True)
class Wanted:
    """Filters: the ids of an office, a stage, a genre, a unit and the call that is answered, urgent ones alone, those
    that wait for so many days, and one of ONLY. What is not set leaves everything in."""

    office: int = 0
    stage: int = 0
    genre: int = 0
    unit: int = 0
    call: int = 0
    urgent: int = 0
    since: int = 0
    only: str = ""

    @classmethod
    def of(cls, asked_for: Mapping[str, Any]) -> Wanted:
        """What an address asks for; what it can't mean is left out."""
        numbers = {name: _number(asked_for.get(name, "")) for name in IDS}
        only = asked_for.get("only", "")
        return cls(**numbers, urgent=int(asked_for.get("urgent") in (1, "1")), only=only if only in ONLY else "")

    def but(self, **changes: Any) -> dict[str, Any]:
        """The parameters of an address that shows the same with `changes`; what is not set is left out."""
        other = replace(self, **changes)
        return {field.name: value for field in fields(other) if (value := getattr(other, field.name))}

    @property
    def shape(self) -> Wanted:
        """The same of whichever office, stage and so on: what a list of this kind asks, which `values` fills in."""
        filled: dict[str, Any] = {name: 1 for name in IDS if getattr(self, name)}
        return replace(self, **filled)

    @property
    def clause(self) -> ColumnElement[bool]:
        """The condition of this shape."""
        columns = {"office": Manuscript.office_id, "stage": Manuscript.stage_id, "genre": Manuscript.genre_id,
                   "unit": Manuscript.unit_id}
        answers = select(CallAnswer.story_id).where(CallAnswer.call_id == bindparam("wanted_call", type_=Integer))
        asked = [column == bindparam(f"wanted_{name}", type_=Integer) for name, column in columns.items()
                 if getattr(self, name)]
        if self.call:
            asked.append(Manuscript.story_id.in_(answers))
        if self.urgent:
            asked.append(Manuscript.urgent.is_(True))
        if self.since:
            asked.append(Manuscript.waiting_since < bindparam("wanted_since", type_=UtcDateTime))
        if self.only:
            asked.append(LATE if self.only == "late" else BACK)
        return and_(true(), *asked)

    @property
    def values(self) -> dict[str, Any]:
        """What `clause` leaves open."""
        now = clock.now()
        return {"wanted_office": self.office, "wanted_stage": self.stage, "wanted_genre": self.genre,
                "wanted_unit": self.unit, "wanted_call": self.call,
                "wanted_since": now - timedelta(days=self.since), "now": now}


ALL = Wanted()
"""No filter."""


def _number(value: Any) -> int:
    """An id or a number of days from an address or a saved view; 0 for what can be none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
