"""The texts of letters, as administrators write them."""

from __future__ import annotations

from sqlalchemy import func, select

from editorial import audit, clock
from editorial.actions.organisation import demand_administrator
from editorial.db import db
from editorial.errors import Conflict, Invalid
from editorial.parties import Actor
from editorial.tables.letter_texts import DIGEST, DIGEST_FIELDS, LetterText, fields


def check(kind: str, subject: str, body: str) -> None:
    """Raises Invalid where a field is none, or has no place in this kind of letter, or the link is missing."""
    wrong = {}
    for name, text in (("subject", subject), ("body", body)):
        named = fields(text)
        allowed = DIGEST_FIELDS if kind == DIGEST else frozenset(named.values()) - {"count"}
        if not text.strip():
            wrong[name] = "missing"
        elif any(key is None or key not in allowed for key in named.values()):
            wrong[name] = "unknown-field"
    if not wrong and "link" in fields(subject).values():
        wrong["subject"] = "unknown-field"
    if not wrong and kind != DIGEST and "link" not in fields(body).values():
        wrong["body"] = "no-link-field"
    if wrong:
        raise Invalid(wrong)


def write(actor: Actor, kind: str, locale: str, seen: int | None, subject: str, body: str) -> LetterText:
    """From now on letters of this kind and language have these words. `seen` is the number of the text that was open.

    Raises Invalid as `check` does, Conflict where somebody has changed it since.
    """
    check(kind, subject, body)
    return _add(actor, kind, locale, seen, subject, body, is_own=True)


def go_back(actor: Actor, kind: str, locale: str, seen: int | None) -> LetterText:
    """From now on letters of this kind and language have the built-in words again."""
    return _add(actor, kind, locale, seen, "", "", is_own=False)


def _add(actor: Actor, kind: str, locale: str, seen: int | None, subject: str, body: str, *,
         is_own: bool) -> LetterText:
    demand_administrator(actor)
    last = db.session.scalar(select(func.max(LetterText.number)).where(
        LetterText.kind == kind, LetterText.locale == locale)) or 0
    if seen != last:
        raise Conflict("list-changed")
    text = LetterText(kind=kind, locale=locale, number=last + 1, is_own=is_own, subject=subject, body=body,
                      made_by_id=actor.id, made_at=clock.now())
    db.session.add(text)
    db.session.flush()
    audit.record(db.session(), "letter-text-changed", actor, subject=f"letter:{kind}:{locale}",
                 data={"number": text.number, "own": is_own, "subject": subject, "body": body})
    return text
