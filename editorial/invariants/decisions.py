"""Decisions: four eyes, one text, one place, in order."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import String, and_, case, cast, func, literal, not_, or_, select
from sqlalchemy.orm import Session, aliased

from editorial.invariants.saying import say
from editorial.models import (
    Appeal,
    Decision,
    Event,
    Manuscript,
    Person,
    RulesetStep,
    Stage,
    StoryAuthor,
    Unit,
    Version,
)
from editorial.terms import Action, Verdict


def nobody_decides_their_own(session: Session) -> Iterator[str]:
    """Rule 3: whoever wrote a story signs and decides nothing about it."""
    yield from say(
        session,
        select(Person.name, Decision.id, Manuscript.code)
        .join(Decision, Decision.person_id == Person.id).join(Manuscript, Manuscript.id == Decision.manuscript_id)
        .join(StoryAuthor, and_(StoryAuthor.story_id == Manuscript.story_id, StoryAuthor.person_id == Person.id)),
        "{0} took decision {1} on manuscript {2}, which is their own")
    yield from say(
        session,
        select(Person.name, Manuscript.code)
        .join(Manuscript, Manuscript.assignee_id == Person.id)
        .join(StoryAuthor, and_(StoryAuthor.story_id == Manuscript.story_id, StoryAuthor.person_id == Person.id)),
        "{0} is to read manuscript {1}, which is their own")


def nobody_reads_twice(session: Session) -> Iterator[str]:
    """Rule 3: nobody passes two stations of a manuscript; a signature counts for each of its story."""
    first, second = aliased(Decision), aliased(Decision)
    live = [and_(decision.verdict == Verdict.PASS, decision.undone_at.is_(None)) for decision in (first, second)]
    elsewhere = or_(func.coalesce(first.unit_id, 0) != func.coalesce(second.unit_id, 0),
                    func.coalesce(first.stage_id, 0) != func.coalesce(second.stage_id, 0))
    same = or_(first.unit_id.is_not(None), second.unit_id.is_not(None), first.manuscript_id == second.manuscript_id)
    yield from say(
        session,
        select(Person.name, Manuscript.code, first.id, second.id)
        .join(first, first.person_id == Person.id)
        .join(second, and_(second.story_id == first.story_id, second.person_id == first.person_id,
                           second.id > first.id))
        .join(Manuscript, Manuscript.id == second.manuscript_id).where(*live, elsewhere, same),
        "{0} passed manuscript {1} at two stations (decisions {2} and {3})")


def a_decision_names_its_text(session: Session) -> Iterator[str]:
    """A decision's digest, manuscript and story are those of its version."""
    yield from say(
        session,
        select(Decision.id, Manuscript.code)
        .join(Version, Version.id == Decision.version_id).join(Manuscript, Manuscript.id == Decision.manuscript_id)
        .where(or_(Version.digest != Decision.digest, Version.manuscript_id != Decision.manuscript_id,
                   Manuscript.story_id != Decision.story_id)),
        "decision {0} on manuscript {1} names another text than its version")


def a_decision_has_its_place(session: Session) -> Iterator[str]:
    """A decision is at one station, in a round that has begun; a signature is of the author's unit or of one above."""
    yield from say(
        session,
        select(Decision.id, Manuscript.code, Decision.round, Manuscript.round)
        .join(Manuscript, Manuscript.id == Decision.manuscript_id)
        .where(or_(Decision.round < 1, Decision.round > Manuscript.round)),
        "decision {0} on manuscript {1} is of round {2} of {3}")
    own, signing = aliased(Unit), aliased(Unit)
    yield from say(
        session,
        select(Decision.id, Manuscript.code, signing.name)
        .join(Manuscript, Manuscript.id == Decision.manuscript_id).join(own, own.id == Manuscript.unit_id)
        .join(signing, signing.id == Decision.unit_id).where(not_(own.path.startswith(signing.path))),
        "decision {0} on manuscript {1} is of {2}, which is not above its unit")
    stations = case((Decision.unit_id.is_not(None), 1), else_=0) + case((Decision.stage_id.is_not(None), 1), else_=0)
    yield from say(
        session,
        select(Decision.id, literal("station")).where(stations != 1)
        .union_all(select(Decision.id, literal("reason")).where(
            Decision.verdict != Verdict.PASS, func.trim(Decision.reason) == "")),
        "decision {0} lacks its {1}")


def stages_decide_in_order(session: Session) -> Iterator[str]:
    """A stage passes a text only after every stage before it has passed the same text."""
    step, earlier, before = aliased(RulesetStep), aliased(RulesetStep), aliased(Decision)
    stage = aliased(Stage)
    yield from say(
        session,
        select(Decision.id, Manuscript.code, stage.title)
        .join(Manuscript, Manuscript.id == Decision.manuscript_id)
        .join(step, and_(step.ruleset_id == Manuscript.ruleset_id, step.stage_id == Decision.stage_id))
        .join(earlier, and_(earlier.ruleset_id == step.ruleset_id, earlier.position < step.position))
        .join(stage, stage.id == earlier.stage_id)
        .where(Decision.verdict == Verdict.PASS, Decision.undone_at.is_(None), not_(
            select(before.id).where(
                before.manuscript_id == Decision.manuscript_id, before.stage_id == earlier.stage_id,
                before.digest == Decision.digest, before.verdict == Verdict.PASS, before.undone_at.is_(None),
                before.id < Decision.id).exists())),
        "decision {0} on manuscript {1} was taken before {2} had passed the text")


def confirmed_where_the_rules_say(session: Session) -> Iterator[str]:
    """A stage's decision has a chief editor's confirmation exactly where the manuscript's rules ask for one, by
    somebody who neither wrote nor read it."""
    yield from say(
        session,
        select(Decision.id, Manuscript.code)
        .join(Manuscript, Manuscript.id == Decision.manuscript_id)
        .join(RulesetStep, and_(RulesetStep.ruleset_id == Manuscript.ruleset_id,
                                RulesetStep.stage_id == Decision.stage_id))
        .where(RulesetStep.proposes != Decision.confirmed_by_id.is_not(None)),
        "decision {0} on manuscript {1} was confirmed otherwise than its rules say")
    other = aliased(Decision)
    wrote = select(StoryAuthor.story_id).where(
        StoryAuthor.story_id == Decision.story_id, StoryAuthor.person_id == Decision.confirmed_by_id).exists()
    read = select(other.id).where(
        other.manuscript_id == Decision.manuscript_id, other.person_id == Decision.confirmed_by_id,
        other.verdict == Verdict.PASS, other.undone_at.is_(None), Decision.verdict == Verdict.PASS,
        Decision.undone_at.is_(None)).exists()
    yield from say(
        session,
        select(Decision.id, Manuscript.code).join(Manuscript, Manuscript.id == Decision.manuscript_id)
        .where(Decision.confirmed_by_id.is_not(None), or_(wrote, read, Decision.confirmed_by_id == Decision.person_id)),
        "decision {0} on manuscript {1} was confirmed by somebody who wrote or read it")


def appeals_are_heard_by_others(session: Session) -> Iterator[str]:
    """An appeal is about a rejection of its manuscript, and is heard by somebody who neither wrote nor rejected it."""
    rejection = aliased(Decision)
    rejecter = select(rejection.id).where(
        rejection.manuscript_id == Appeal.manuscript_id, rejection.verdict == Verdict.REJECT,
        rejection.undone_at.is_(None),
        or_(rejection.person_id == Appeal.heard_by_id, rejection.confirmed_by_id == Appeal.heard_by_id)).exists()
    author = select(StoryAuthor.story_id).where(
        StoryAuthor.story_id == Manuscript.story_id, StoryAuthor.person_id == Appeal.heard_by_id).exists()
    yield from say(
        session,
        select(Manuscript.code).join(Appeal, Appeal.manuscript_id == Manuscript.id)
        .join(Decision, Decision.id == Appeal.decision_id)
        .where(or_(Decision.manuscript_id != Manuscript.id, Decision.verdict != Verdict.REJECT, rejecter, author)),
        "manuscript {0}: its appeal was heard by somebody who took part, or is about no rejection of it")


def the_record_tells_of_each(session: Session) -> Iterator[str]:
    """Each decision is told by an event of its manuscript: who took or confirmed it, on which text, and what."""
    kind = case((and_(Decision.unit_id.is_not(None), Decision.verdict == Verdict.PASS), Action.SIGN_OFF.value),
                else_=cast(Decision.verdict, String))
    told = select(Event.seq).where(
        Event.manuscript_id == Decision.manuscript_id, Event.kind == kind,
        Event.actor_id == func.coalesce(Decision.confirmed_by_id, Decision.person_id),
        Event.digest == Decision.digest, Event.data["decision_id"].as_integer() == Decision.id).exists()
    yield from say(
        session,
        select(Decision.id, Manuscript.code)
        .join(Manuscript, Manuscript.id == Decision.manuscript_id).where(not_(told)),
        "the record does not tell of decision {0} on manuscript {1}")
