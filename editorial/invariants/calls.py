"""Calls for manuscripts: their state is what happened, and what answers them was tied by an author."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import String, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from editorial.invariants.saying import say
from editorial.models import Event, StoryAuthor
from editorial.tables.calls import Call, CallAnswer


def state_is_what_happened(session: Session) -> Iterator[str]:
    """The state of a call is the last one that the record names."""
    last = select(Event.subject, func.max(Event.seq).label("seq")).where(
        Event.subject.startswith("call:"), Event.after != "").group_by(Event.subject).subquery()
    yield from say(
        session,
        select(Call.code, Call.state, func.coalesce(Event.after, "nothing"))
        .outerjoin(last, last.c.subject == literal("call:") + cast(Call.id, String))
        .outerjoin(Event, Event.seq == last.c.seq).where(or_(Event.after.is_(None), Event.after != Call.state)),
        "call {0} is {1}, its record ends with {2}")


def answered_by_authors(session: Session) -> Iterator[str]:
    """Whoever tied a story to a call is one of its authors."""
    yield from say(
        session,
        select(CallAnswer.story_id, Call.code).join(Call, Call.id == CallAnswer.call_id)
        .outerjoin(StoryAuthor, (StoryAuthor.story_id == CallAnswer.story_id)
                   & (StoryAuthor.person_id == CallAnswer.tied_by_id)).where(StoryAuthor.person_id.is_(None)),
        "story {0} was tied to call {1} by somebody who did not write it")
