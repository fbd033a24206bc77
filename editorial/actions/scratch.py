"""What somebody typed and has not saved: kept by person, form and tab, offered again, gone once it is saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select

from editorial import clock
from editorial.db import db
from editorial.errors import Invalid, Invisible
from editorial.models import Scratch

MOST_CHARACTERS = 2_000_000
"""Of all fields of one form together: more is no text that somebody typed."""

MOST_KEPT = 200
"""Scratches of one person; beyond that the oldest go."""


def keep(person_id: int, form: str, tab: str, revision: int, fields: Mapping[str, Any]) -> Scratch:
    """Keep what stands in a form, by tab: the last wins within a tab, and two tabs never meet.

    `fields` maps a field's name to its text or texts. Raises Invalid where it is too long to have been typed.
    """
    texts = {str(name)[:80]: _texts(value) for name, value in fields.items()}
    if sum(len(text) for text in _flat(texts.values())) > MOST_CHARACTERS or len(texts) > 500:
        raise Invalid({"body": "too-long"})
    scratch = db.session.scalar(select(Scratch).where(
        Scratch.person_id == person_id, Scratch.form == form[:80], Scratch.tab == tab[:40]))
    if scratch is None:
        _make_room(person_id)
        scratch = Scratch(person_id=person_id, form=form[:80], tab=tab[:40])
        db.session.add(scratch)
    scratch.revision, scratch.fields, scratch.saved_at = revision, texts, clock.now()
    db.session.flush()
    return scratch


def _texts(value: Any) -> str | list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else str(value)


def _flat(values: Iterable[str | list[str]]) -> Iterable[str]:
    for value in values:
        yield from value if isinstance(value, list) else [value]


def _make_room(person_id: int) -> None:
    held = db.session.scalar(select(func.count()).select_from(Scratch).where(Scratch.person_id == person_id)) or 0
    if held >= MOST_KEPT:
        oldest = select(Scratch.id).where(Scratch.person_id == person_id).order_by(Scratch.saved_at).limit(
            held - MOST_KEPT + 1)
        ids = list(db.session.scalars(oldest))
        db.session.execute(delete(Scratch).where(Scratch.id.in_(ids)))


def offered(person_id: int, form: str) -> Sequence[Scratch]:
    """What this person has not saved in this form, the latest first."""
    return db.session.scalars(select(Scratch).where(
        Scratch.person_id == person_id, Scratch.form == form[:80]).order_by(Scratch.saved_at.desc())).all()


def discard(person_id: int, scratch_id: int) -> str:
    """Throw one away; gives the address of its form. Raises Invisible for anybody else's."""
    scratch = db.session.scalar(select(Scratch).where(Scratch.id == scratch_id, Scratch.person_id == person_id))
    if scratch is None:
        raise Invisible
    db.session.delete(scratch)
    db.session.flush()
    return scratch.form


def saved(person_id: int, form: str, tab: str, restored: int | None = None) -> None:
    """What stood in this tab is saved now, and with it what was brought back into it: neither is offered again."""
    mine = (Scratch.person_id == person_id, Scratch.form == form[:80])
    db.session.execute(delete(Scratch).where(*mine, Scratch.tab == tab[:40]))
    if restored is not None:
        db.session.execute(delete(Scratch).where(*mine, Scratch.id == restored))
