"""Annotations: on words of their version, settled as the record says."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import String, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session, joinedload

from editorial.documents import Text, paragraphs
from editorial.invariants.saying import say
from editorial.models import Event
from editorial.tables.remarks import Annotation
from editorial.terms import RemarkAction


def settled_as_the_record_says(session: Session) -> Iterator[str]:
    """An annotation was written as an event, and is settled where the last thing that happened to it was that."""
    subject = literal("annotation:") + cast(Annotation.id, String)
    known = (RemarkAction.ANNOTATE.value, RemarkAction.SETTLE.value, RemarkAction.TAKE_UP.value)
    last = select(Event.subject, func.max(Event.seq).label("seq")).where(
        Event.subject.startswith("annotation:"), Event.kind.in_(known)).group_by(Event.subject).subquery()
    settled = case((Annotation.settled_at.is_not(None), "settled"), else_="open")
    told = func.coalesce(Event.kind, "nothing")
    yield from say(
        session,
        select(Annotation.id, settled, told)
        .outerjoin(last, last.c.subject == subject).outerjoin(Event, Event.seq == last.c.seq)
        .where(or_(Event.seq.is_(None),
                   (Event.kind == RemarkAction.SETTLE.value) != Annotation.settled_at.is_not(None))),
        "annotation {0} is {1}, its record ends with {2}")


def on_words_of_their_version(session: Session) -> Iterator[str]:
    """The words of an annotation stand in its version where it says."""
    query = select(Annotation).options(joinedload(Annotation.version)).order_by(Annotation.version_id)
    of, lines = 0, [""]
    for one in session.scalars(query.execution_options(yield_per=500)):
        if one.version_id != of:
            version = one.version
            of, lines = version.id, paragraphs(Text(version.title, version.byline, version.html))
        if one.paragraph >= len(lines) or lines[one.paragraph][one.start_at : one.end_at] != one.quote:
            yield f"annotation {one.id} does not stand on its words"
