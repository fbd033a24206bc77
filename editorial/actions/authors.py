"""Who writes a story: colleagues who join it, and who takes over what somebody leaves. Authors are only ever added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from editorial import audit, clock, outbox, succession
from editorial.actions import commissions, people, steps
from editorial.actions.organisation import demand_administrator
from editorial.db import db
from editorial.errors import Invalid
from editorial.models import Manuscript, Person, Story, StoryAuthor, Unit
from editorial.parties import Actor
from editorial.terms import Action


def add_author(actor: Actor, manuscript: Manuscript, revision: int | None, person_id: int) -> None:
    """Let a colleague of the unit write with its authors; raises Invalid for whoever may not.

    Nobody is taken from a story again: who wrote a text may not decide on it (rule 3).
    """
    step = steps.begin(actor, Action.ADD_AUTHOR, manuscript, revision)
    joining = db.session.scalar(select(Person).where(Person.id == person_id, succession.may_join(manuscript.story)))
    if joining is None:
        raise Invalid({"colleague": "no-colleague"})
    _join(manuscript.story, person_id)
    steps.finish(step, data={"name": joining.name})


def _join(story: Story, person_id: int) -> None:
    last = db.session.scalar(select(func.max(StoryAuthor.position)).where(StoryAuthor.story_id == story.id)) or 0
    db.session.add(StoryAuthor(story_id=story.id, person_id=person_id, position=last + 1))
    db.session.flush()
    db.session.expire(story, ["authors"])


def close_account(actor: Actor, person: Person, revision: int | None, heirs: Iterable[tuple[int, int]] = (),
                  agreed: bool = False) -> None:
    """Close an account, its open manuscripts handed over: `heirs` are pairs of a unit and who takes over there.

    Commentary that the person was asked for is called off: it is theirs, and nobody writes it in their name.
    Raises Invalid where something would be left with nobody, or with an heir who is the only one to sign for its unit
    and may not sign what they write (rule 3), unless that is `agreed`.
    """
    demand_administrator(actor)
    for unit_id, heir_id in heirs:
        unit = db.session.get(Unit, unit_id)
        if not agreed and unit and succession.signs_alone(db.session(), unit, heir_id, person.id):
            raise Invalid({"agreed": "heir-signs-alone"})
        _take_over(actor, person, unit_id, heir_id)
    alone = db.session.scalar(select(Manuscript.id).where(succession.written_alone_by(person.id)).limit(1))
    if not agreed and (alone or succession.sole_duties(db.session(), person)):
        raise Invalid({"agreed": "left-alone"})
    commissions.call_off(actor, person)
    people.deactivate(actor, person, revision)


def _take_over(actor: Actor, person: Person, unit_id: int, heir_id: int) -> None:
    """Make `heir_id` an author of what `person` alone writes for the unit, but for what they have decided on."""
    heir = db.session.get(Person, heir_id)
    for story in _stories_left(person, unit_id):
        if heir is None or not db.session.scalar(select(Person.id).where(
                Person.id == heir_id, Person.id != person.id, succession.may_join(story))):
            continue
        _join(story, heir_id)
        people.put_back(actor, Manuscript.story_id == story.id, Manuscript.assignee_id == heir_id)
        for manuscript in story.manuscripts:
            if manuscript.state in succession.UNDER_WAY:
                manuscript.updated_at = clock.now()
                db.session.flush()
                event = audit.record(
                    db.session(), Action.ADD_AUTHOR.value, actor, role="administrator", place=manuscript.unit.name,
                    manuscript=manuscript, before=manuscript.state.value, after=manuscript.state.value,
                    data={"name": heir.name, "revision": manuscript.revision})
                outbox.post(db.session(), event, [heir_id])


def _stories_left(person: Person, unit_id: int) -> Sequence[Story]:
    return db.session.scalars(select(Story).where(Story.id.in_(select(Manuscript.story_id).where(
        Manuscript.unit_id == unit_id, succession.written_alone_by(person.id)))).order_by(Story.id)).all()
