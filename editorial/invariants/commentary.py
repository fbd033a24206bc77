"""Commentary is signed work: by its author, for its department, and never without somebody who is due."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, literal, not_, or_, select
from sqlalchemy.orm import Session

from editorial.invariants.saying import say
from editorial.models import Assignment, CommentaryVersion, Commission, Event, Manuscript, Membership, Person
from editorial.tables.imported import assignment_rests
from editorial.terms import AssignmentState, Role, State


def state_is_what_happened(session: Session) -> Iterator[str]:
    """The state of an assignment is the last one that the record names."""
    last = select(Event.assignment_id, func.max(Event.seq).label("seq")).where(
        Event.assignment_id.is_not(None), Event.after != "").group_by(Event.assignment_id).subquery()
    yield from say(
        session,
        select(Assignment.id, Assignment.state, func.coalesce(Event.after, "nothing"))
        .outerjoin(last, last.c.assignment_id == Assignment.id).outerjoin(Event, Event.seq == last.c.seq)
        .where(or_(Event.after.is_(None), Event.after != Assignment.state)),
        "assignment {0} is {1}, its record ends with {2}")


def signed_by_its_author(session: Session) -> Iterator[str]:
    """Every commentary is its assignment's commentator's, and its signature line is complete."""
    nameless = or_(*(func.trim(column) == "" for column in (
        CommentaryVersion.signed_name, CommentaryVersion.signed_department, CommentaryVersion.commissioned_by)))
    yield from say(
        session,
        select(CommentaryVersion.id, Assignment.id)
        .join(Assignment, Assignment.id == CommentaryVersion.assignment_id)
        .where(or_(CommentaryVersion.author_id != Assignment.commentator_id, nameless)),
        "commentary {0} of assignment {1} is not signed by its author")
    yield from say(
        session,
        select(Assignment.id).join(CommentaryVersion, CommentaryVersion.id == Assignment.version_id)
        .where(CommentaryVersion.assignment_id != Assignment.id),
        "assignment {0} shows the text of another one")


def belongs_to_its_department(session: Session) -> Iterator[str]:
    """An assignment is of its commission's department."""
    yield from say(
        session,
        select(Assignment.id, Commission.code).join(Commission, Commission.id == Assignment.commission_id)
        .where(Assignment.department_id != Commission.department_id),
        "assignment {0} is of another department than its commission {1}")


def nobody_approves_their_own(session: Session) -> Iterator[str]:
    """No commentator approves or returns their own commentary."""
    yield from say(
        session,
        select(Event.seq, Assignment.id).join(Assignment, Assignment.id == Event.assignment_id)
        .where(Event.kind.in_(("assignment-approve", "assignment-return")),
               Event.actor_id == Assignment.commentator_id),
        "event {0}: the author of assignment {1} judged their own commentary")


def about_what_was_published(session: Session) -> Iterator[str]:
    """A commission is about a piece that came out."""
    yield from say(
        session,
        select(Commission.code, Manuscript.code).join(Manuscript, Manuscript.id == Commission.manuscript_id)
        .where(Manuscript.state.not_in((State.PUBLISHED, State.RETRACTED))),
        "commission {0} is about manuscript {1}, which is not out")


def somebody_can_act(session: Session) -> Iterator[str]:
    """Rule 9: an open assignment waits for somebody with an open account."""
    commentator = select(Person.id).where(Person.id == Assignment.commentator_id, Person.is_active).exists()
    commissioner = select(Membership.id).join(Person, Person.id == Membership.person_id).where(
        Person.is_active, Membership.role == Role.COMMISSIONER,
        Membership.unit_id == Assignment.department_id).exists()
    theirs = (AssignmentState.OFFERED, AssignmentState.ACCEPTED, AssignmentState.RETURNED)
    for states, somebody, what in ((theirs, commentator, "write"),
                                   ((AssignmentState.FILED, AssignmentState.APPROVED), commissioner, "judge")):
        yield from say(
            session,
            select(literal(what), Assignment.id).where(
                Assignment.state.in_(states), not_(somebody), not_(assignment_rests())),
            "nobody can {0} assignment {1}")
