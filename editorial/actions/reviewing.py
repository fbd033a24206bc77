"""What signers, stage reviewers and chief editors decide: signatures, claims, edits, passes, returns, undo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from editorial import audit, outbox
from editorial.actions import deliveries, readings, steps
from editorial.actions.manuscripts import demand_complete
from editorial.actions.publishing import drop_correction, let_correction_hold
from editorial.actions.texts import Text, make_version
from editorial.db import db
from editorial.errors import Conflict, Invalid
from editorial.models import Decision, Event, Manuscript, Person, RulesetStep, Version
from editorial.parties import PUBLISHER, Actor
from editorial.tables.proposals import Proposal
from editorial.terms import Action, State, Verdict

VERDICTS = {Action.PASS: Verdict.PASS, Action.RETURN: Verdict.RETURN, Action.REJECT: Verdict.REJECT,
            Action.PROPOSE_PASS: Verdict.PASS, Action.PROPOSE_RETURN: Verdict.RETURN,
            Action.PROPOSE_REJECT: Verdict.REJECT}
"""What a stage's reader decides, or proposes where the chief editor confirms."""


def decide(step: steps.Step, verdict: Verdict, reason: str = "", checklist: Mapping[str, str] | None = None,
           proposal: Proposal | None = None) -> Decision:
    """Put down what was decided: on the current version, at the reading that is due, by this person; of a `proposal` by
    whoever made it, the person of this step confirming it."""
    manuscript = step.manuscript
    version = manuscript.version
    assert version is not None
    decision = Decision(
        manuscript_id=manuscript.id, story_id=manuscript.story_id, version_id=version.id, digest=version.digest,
        round=manuscript.round, unit_id=manuscript.signoff_unit_id, stage_id=manuscript.stage_id,
        verdict=verdict, person_id=proposal.person_id if proposal else step.actor.id,
        confirmed_by_id=step.actor.id if proposal else None, reason=reason, checklist=dict(checklist or {}),
        decided_at=step.now, hold_until=steps.hold_until(manuscript, step.now),
    )
    before = manuscript.decisions
    db.session.add(decision)
    db.session.flush()
    set_committed_value(manuscript, "decisions", [*before, decision])
    measured = (proposal.elapsed, proposal.seconds) if proposal else readings.measured(step.actor.id, manuscript)
    readings.keep(decision, manuscript, decision.person_id, *measured)
    return decision


def sign_off(actor: Actor, manuscript: Manuscript, revision: int | None, stated: bool) -> None:
    """Sign for the unit: "who reports is responsible". One signature counts for each office that has the same text."""
    step = steps.begin(actor, Action.SIGN_OFF, manuscript, revision)
    if not stated:
        raise Invalid({"stated": "no-statement"})
    decision = decide(step, Verdict.PASS)
    steps.settle(manuscript, step.now)
    steps.finish(step, decision=decision)
    for sister in _waiting_for_the_same(manuscript, decision):
        other = replace(step, manuscript=sister, before=sister.state)
        steps.settle(sister, step.now)
        steps.finish(other, decision=decision, data={"from": manuscript.code})


def _waiting_for_the_same(manuscript: Manuscript, decision: Decision) -> list[Manuscript]:
    return [
        sister for sister in manuscript.story.manuscripts
        if sister is not manuscript and sister.state is State.AWAITING_SIGNOFF
        and sister.signoff_unit_id == decision.unit_id
        and sister.author_version is not None and sister.author_version.digest == decision.digest
    ]


def claim(actor: Actor, manuscript: Manuscript, revision: int | None) -> None:
    """Take it from the desk, to read it oneself."""
    step = steps.begin(actor, Action.CLAIM, manuscript, revision)
    steps.hand(manuscript, actor.id)
    steps.finish(step, tell=False)


def assign(actor: Actor, manuscript: Manuscript, revision: int | None, person_id: int) -> None:
    """Give it to a reviewer who may read at this stage; raises Invalid where they may not."""
    step = steps.begin(actor, Action.ASSIGN, manuscript, revision)
    if not steps.may_read(manuscript, person_id):
        raise Invalid({"person": "not-eligible"})
    steps.hand(manuscript, person_id)
    person = db.session.get_one(Person, person_id)
    event = steps.finish(step, data={"to": person.name}, tell=False)
    outbox.post(db.session(), event, [person_id])


def release(actor: Actor, manuscript: Manuscript, revision: int | None) -> None:
    """Put it back on the desk."""
    step = steps.begin(actor, Action.RELEASE, manuscript, revision)
    steps.hand(manuscript, None)
    steps.finish(step, tell=False)


def edit(actor: Actor, manuscript: Manuscript, revision: int | None, text: Text) -> Version | None:
    """Change the text at one's stage, as a new version, which earlier stages confirm. None where it is the same.

    Raises Invalid where a part of the text is missing.
    """
    step = steps.begin(actor, Action.EDIT, manuscript, revision)
    version = make_version(manuscript, text, actor.id, "editor")
    if version is None:
        return None
    demand_complete(manuscript)
    version.submitted_at = version.entered_at = step.now
    steps.settle(manuscript, step.now)
    steps.finish(step, data={"version": version.number})
    return version


def ruleset_step(manuscript: Manuscript) -> RulesetStep | None:
    """What the rules say of the stage at which the manuscript is: purpose, checklist, days."""
    if manuscript.ruleset is None:
        return None
    return next((step for step in manuscript.ruleset.steps if step.stage_id == manuscript.stage_id), None)


def pass_(actor: Actor, manuscript: Manuscript, revision: int | None, checklist: Mapping[str, str],
          remark: str = "") -> None:
    """Pass it at its stage, the checklist answered; after the last stage it is accepted, or its correction holds."""
    step = steps.begin(actor, Action.PASS, manuscript, revision)
    carry_out(step, decide(step, Verdict.PASS, remark, answered(manuscript, checklist)))


def answered(manuscript: Manuscript, checklist: Mapping[str, str]) -> dict[str, str]:
    """The answers to what the stage asks; raises Invalid where one is missing."""
    rules = ruleset_step(manuscript)
    asked = [line["key"] for line in rules.checklist] if rules else []
    if any(not checklist.get(key, "").strip() for key in asked):
        raise Invalid({"checklist": "no-checklist"})
    return {key: checklist[key] for key in asked}


def carry_out(step: steps.Step, decision: Decision) -> None:
    """What follows from a decision: it goes on, back to its author, or is closed; a rejected correction is dropped, and
    what is published stays as it was."""
    manuscript, reason = step.manuscript, decision.reason
    if decision.verdict is Verdict.PASS:
        steps.settle(manuscript, step.now)
        steps.finish(step, decision=decision)
        if manuscript.stage_id is None:
            _clear(step)
    elif step.before is State.PUBLISHED:
        drop_correction(manuscript, step.now)
        steps.finish(step, reason=reason, digest=decision.digest,
                     data={"decision_id": decision.id, "version": decision.version.number})
    else:
        steps.leave(manuscript, State.RETURNED if decision.verdict is Verdict.RETURN else State.REJECTED, step.now)
        steps.finish(step, decision=decision, reason=reason)


def _clear(step: steps.Step) -> None:
    """Every stage has passed this version: say so in the record, and let an open correction hold.

    A correction that holds is told to the publishers, who have it on their channels.
    """
    manuscript = step.manuscript
    version = manuscript.version
    assert version is not None
    correction = let_correction_hold(manuscript, step.now)
    event = audit.record(
        db.session(), "clear", None, manuscript=manuscript, digest=version.digest, before=manuscript.state.value,
        after=manuscript.state.value, data={"version": version.number})
    if correction is not None:
        outbox.post(db.session(), event, steps.members(PUBLISHER, manuscript))
        deliveries.follow(manuscript)


def return_(actor: Actor, manuscript: Manuscript, revision: int | None, reason: str) -> None:
    """Send it back to its author to revise, with the reason."""
    step = steps.begin(actor, Action.RETURN, manuscript, revision)
    carry_out(step, decide(step, Verdict.RETURN, demand_reason(reason)))


def reject(actor: Actor, manuscript: Manuscript, revision: int | None, reason: str) -> None:
    """Reject it, with the reason; where it is a correction, the correction: what is published stays as it was."""
    step = steps.begin(actor, Action.REJECT, manuscript, revision)
    carry_out(step, decide(step, Verdict.REJECT, demand_reason(reason)))


def demand_reason(reason: str) -> str:
    """The reason; raises Invalid where there is none."""
    if not reason.strip():
        raise Invalid({"reason": "no-reason"})
    return reason


def undo(actor: Actor, manuscript: Manuscript, revision: int | None) -> None:
    """Take back one's own decision while its messages are held; the record keeps both."""
    step = steps.begin(actor, Action.UNDO, manuscript, revision)
    decision = manuscript.last_decision
    assert decision is not None
    touched = [sister for sister in manuscript.story.manuscripts if sister.last_decision_id == decision.id]
    if decision.unit_id and decision.verdict is Verdict.PASS:
        touched += _resting_on(decision, manuscript, touched)
    decision.undone_at = step.now
    db.session.flush()
    outbox.cancel(db.session(), _events_of(decision, touched))
    for sister in touched:
        other = replace(step, manuscript=sister, before=sister.state)
        db.session.expire(sister, ["decisions"])
        steps.settle(sister, step.now)
        if decision.stage_id is not None:
            reader = decision.person_id if steps.may_read(sister, decision.person_id) else None
            steps.hand(sister, reader)
            if decision.confirmed_by_id is not None and reader is not None:
                steps.propose_again(sister, step.now)
        steps.finish(other, data={"undone": decision.id}, tell=False)


def _resting_on(decision: Decision, manuscript: Manuscript, touched: list[Manuscript]) -> list[Manuscript]:
    """The other manuscripts that wait for a further signature of the same text; raises Conflict where one is read."""
    resting = [sister for sister in manuscript.story.manuscripts
               if sister not in touched and sister.state not in (State.DRAFT, State.WITHDRAWN)
               and sister.author_version is not None and sister.author_version.digest == decision.digest]
    if any(sister.state is not State.AWAITING_SIGNOFF for sister in resting):
        raise Conflict("hold-over")
    return resting


def _events_of(decision: Decision, manuscripts: list[Manuscript]) -> list[int]:
    events = db.session.scalars(select(Event).where(
        Event.manuscript_id.in_([m.id for m in manuscripts]), Event.at >= decision.decided_at))
    return [event.seq for event in events if event.data.get("decision_id") == decision.id]


def transfer(actor: Actor, manuscript: Manuscript, revision: int | None, office_id: int, reason: str) -> None:
    """Hand it to the other office, where it begins at the first stage; the sign-off stays good."""
    step = steps.begin(actor, Action.TRANSFER, manuscript, revision)
    demand_reason(reason)
    office = steps.office_named(office_id)
    if office.id in {sister.office_id for sister in manuscript.story.manuscripts}:
        raise Conflict("already-shared")
    left = manuscript.office.name if manuscript.office else ""
    manuscript.office, manuscript.office_id = office, office.id
    manuscript.ruleset = steps.ruleset_for(office)
    manuscript.round += 1
    manuscript.first_round = manuscript.round
    steps.settle(manuscript, step.now)
    steps.finish(step, reason=reason, data={"from": left, "office": office.name})
