"""Who may join a story's authors, who keeps somebody's absences, and what would be left with nobody. Layer 2."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, not_, or_, select
from sqlalchemy.orm import Session

from editorial.errors import Invisible
from editorial.models import Appeal, Decision, Manuscript, Membership, Person, Story, StoryAuthor, Unit
from editorial.parties import Actor
from editorial.terms import Role, State

UNDER_WAY = (State.DRAFT, State.AWAITING_SIGNOFF, State.IN_REVIEW, State.RETURNED, State.ACCEPTED)
"""Where a manuscript still needs somebody who writes it."""


def may_join(story: Story) -> ColumnElement[bool]:
    """The people who may become authors of `story`: active correspondents of its unit who decided nothing about it."""
    decided = select(Decision.id).where(Decision.story_id == story.id, Decision.undone_at.is_(None), or_(
        Decision.person_id == Person.id, Decision.confirmed_by_id == Person.id)).exists()
    heard = select(Appeal.id).join(Manuscript, Manuscript.id == Appeal.manuscript_id).where(
        Manuscript.story_id == story.id, Appeal.heard_by_id == Person.id).exists()
    wrote = select(StoryAuthor.story_id).where(
        StoryAuthor.story_id == story.id, StoryAuthor.person_id == Person.id).exists()
    writes = select(Membership.id).where(Membership.person_id == Person.id, Membership.role == Role.CORRESPONDENT,
                                         Membership.unit_id == story.unit_id).exists()
    return and_(Person.is_active, writes, not_(decided), not_(heard), not_(wrote))


def written_alone_by(person_id: int) -> ColumnElement[bool]:
    """The open manuscripts of which this person is the only author with an open account."""
    others = select(StoryAuthor.person_id).join(Person, Person.id == StoryAuthor.person_id).where(
        StoryAuthor.story_id == Manuscript.story_id, StoryAuthor.person_id != person_id, Person.is_active).exists()
    mine = Manuscript.story_id.in_(select(StoryAuthor.story_id).where(StoryAuthor.person_id == person_id))
    return and_(Manuscript.state.in_(UNDER_WAY), mine, not_(others))


def sole_duties(session: Session, person: Person) -> list[Membership]:
    """The roles that nobody else with an open account has at their place: for a signer, there or at a unit above."""
    sole = []
    for held in person.memberships:
        if held.role in (Role.CORRESPONDENT, Role.COMMENTATOR, Role.COORDINATOR, Role.ADMINISTRATOR):
            continue
        unit = (Membership.unit_id.in_(held.unit.lineage) if held.unit and held.role is Role.SIGNER
                else Membership.unit_id.is_not_distinct_from(held.unit_id))
        if not session.scalar(select(Membership.id).join(Person).where(
                Membership.role == held.role, unit, Membership.office_id.is_not_distinct_from(held.office_id),
                Membership.stage_id.is_not_distinct_from(held.stage_id), Person.is_active,
                Person.id != person.id).limit(1)):
            sole.append(held)
    return sole


def signs_alone(session: Session, unit: Unit, person_id: int, leaving_id: int) -> bool:
    """Whether `unit` signs, and without `leaving_id` nobody but `person_id` does, there or at a unit above."""
    return unit.signs and set(session.scalars(select(Membership.person_id).join(Person).where(
        Membership.role == Role.SIGNER, Membership.unit_id.in_(unit.lineage), Person.is_active,
        Person.id != leaving_id))) == {person_id}


def demand_keeper(actor: Actor, person: Person) -> None:
    """Raises Invisible for whoever does not keep the absences of `person`: they themselves, an administrator, the chief
    editor of their office."""
    chief_of = actor.grants.get(Role.CHIEF_EDITOR, frozenset())
    if not (actor.id == person.id or Role.ADMINISTRATOR in actor.grants
            or any(held.office_id in chief_of for held in person.memberships)):
        raise Invisible
