"""Annotations: written on a passage, answered, settled, taken up again. Nothing here moves a manuscript.

A page's revision is not asked for: a remark is about a version, which never changes, and must not make anybody else's
open page stale.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from editorial import access, audit, clock, outbox
from editorial.actions import steps
from editorial.db import db
from editorial.documents import Text, passage
from editorial.errors import Conflict, Invalid, Refused
from editorial.models import Manuscript
from editorial.parties import AUTHOR, SIGNER_DUE, Actor, Party
from editorial.tables.remarks import Annotation, Answer
from editorial.terms import RemarkAction

LONGEST = 2000
"""Characters of an annotation and of an answer."""


@dataclass(frozen=True)
class Note:
    """What is to be annotated, and for whom: `quote` the words of a paragraph (none: all of it), `near` about where
    they begin, `audience` ``author`` or ``office``."""

    version: int
    paragraph: int
    body: str
    audience: str
    quote: str = ""
    near: int = 0


def annotate(actor: Actor, manuscript: Manuscript, note: Note) -> Annotation:
    """Write an annotation on a version that `actor` reads. Raises Invalid, and what `access.permitted` raises."""
    party = _party(actor, RemarkAction.ANNOTATE, manuscript)
    version = access.version_for(actor, manuscript, note.version)
    if note.audience not in audiences(party):
        raise Invalid({"audience": "no-audience"})
    place = passage(Text(version.title, version.byline, version.html), note.paragraph, note.quote, note.near)
    if place is None:
        raise Invalid({"paragraph": "no-passage"})
    made = Annotation(
        manuscript_id=manuscript.id, version_id=version.id, paragraph=place.paragraph, start_at=place.start,
        end_at=place.end, quote=place.quote, body=_words(note.body), audience=note.audience, by_id=actor.id,
        written_at=clock.now(), **_station(party, manuscript))
    db.session.add(made)
    _record(actor, RemarkAction.ANNOTATE, party, manuscript, made,
            manuscript.author_ids if note.audience == "author" else frozenset())
    return made


def answer(actor: Actor, manuscript: Manuscript, annotation_id: int, body: str) -> Answer:
    """Answer an annotation that exists for `actor`. Raises Invisible, Invalid, and what `access.permitted` raises."""
    annotation, party = _found(actor, RemarkAction.ANSWER, manuscript, annotation_id)
    made = Answer(annotation=annotation, body=_words(body), by_id=actor.id, written_at=clock.now(),
                  **({} if party == AUTHOR else _station(party, manuscript)))
    db.session.add(made)
    told = {annotation.by_id, *(one.by_id for one in annotation.answers)}
    _record(actor, RemarkAction.ANSWER, party, manuscript, annotation,
            told | (manuscript.author_ids if annotation.audience == "author" else frozenset()))
    return made


def answer_all(actor: Actor, manuscript: Manuscript, answers: Iterable[tuple[int, str]]) -> list[Answer]:
    """Answer several annotations, by their ids: what came in a Word file."""
    return [answer(actor, manuscript, annotation_id, body[:LONGEST]) for annotation_id, body in answers]


def settle(actor: Actor, manuscript: Manuscript, annotation_id: int) -> None:
    """Put down that an annotation is dealt with. Raises Conflict where it is already."""
    annotation, party = _found(actor, RemarkAction.SETTLE, manuscript, annotation_id)
    if annotation.settled_at is not None:
        raise Conflict("settled")
    annotation.settled_at, annotation.settled_by_id = clock.now(), actor.id
    _record(actor, RemarkAction.SETTLE, party, manuscript, annotation)


def take_up(actor: Actor, manuscript: Manuscript, annotation_id: int) -> None:
    """Open a settled annotation again. Raises Conflict where it is open."""
    annotation, party = _found(actor, RemarkAction.TAKE_UP, manuscript, annotation_id)
    if annotation.settled_at is None:
        raise Conflict("not-settled")
    annotation.settled_at = annotation.settled_by_id = None
    _record(actor, RemarkAction.TAKE_UP, party, manuscript, annotation)


def audiences(party: Party) -> tuple[str, ...]:
    """For whom somebody of `party` may write: a unit's signer for the author; an office also for itself."""
    return ("author",) if party == SIGNER_DUE else ("author", "office")


def _found(
    actor: Actor, action: RemarkAction, manuscript: Manuscript, annotation_id: int
) -> tuple[Annotation, Party]:
    """The annotation, and by which party `actor` does this. A unit and an office each see to their own alone."""
    annotation = access.annotation_for(db.session(), actor, manuscript, annotation_id)
    party = _party(actor, action, manuscript)
    if party != AUTHOR and (party == SIGNER_DUE) is not (annotation.unit_id is not None):
        raise Refused("not-yours")
    return annotation, party


def _party(actor: Actor, action: RemarkAction, manuscript: Manuscript) -> Party:
    row = access.permitted(actor, action, manuscript)
    return next(party for party in row.parties if party.includes(actor, manuscript))


def _station(party: Party, manuscript: Manuscript) -> dict[str, int | None]:
    """The columns that say for which unit, or for which office and stage, somebody writes."""
    if party == SIGNER_DUE:
        return {"unit_id": manuscript.signoff_unit_id}
    return {"office_id": manuscript.office_id, "stage_id": manuscript.stage_id if party.scope == "stage_id" else None}


def _words(body: str) -> str:
    body = body.strip()
    if not body:
        raise Invalid({"body": "missing"})
    if len(body) > LONGEST:
        raise Invalid({"body": "too-long"})
    return body


def _record(
    actor: Actor, action: RemarkAction, party: Party, manuscript: Manuscript, annotation: Annotation,
    told: Set[int] = frozenset(),
) -> None:
    """One event, without the words: they stand with the annotation, for whom it is meant."""
    db.session.flush()
    version = annotation.version
    event = audit.record(
        db.session(), action.value, actor, role=party.name, place=steps.place_of(party, manuscript),
        manuscript=manuscript, digest=version.digest, before=manuscript.state.value, after=manuscript.state.value,
        subject=f"annotation:{annotation.id}", data={"version": version.number, "audience": annotation.audience})
    outbox.post(db.session(), event, told, steps.hold_until(manuscript, clock.now()), once=True)
