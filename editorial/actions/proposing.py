"""Where a stage proposes and the chief editor confirms: the reader's proposal, and what the chief editor says to it.

A proposal moves nothing. Confirmed it is the reader's decision, taken on their reading; four eyes hold for both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from editorial import outbox
from editorial.actions import readings, reviewing, steps
from editorial.db import db
from editorial.models import Manuscript, Person
from editorial.parties import Actor
from editorial.tables.proposals import Proposal
from editorial.terms import Action, Verdict

EFFECTS = {Verdict.PASS: Action.PASS, Verdict.RETURN: Action.RETURN, Verdict.REJECT: Action.REJECT}


def propose(actor: Actor, action: Action, manuscript: Manuscript, revision: int | None, words: str = "",
            checklist: Mapping[str, str] | None = None) -> None:
    """Put forward what `action` says: to pass it, with the checklist answered and perhaps a note (`words`), or to
    return or reject it, with the reason. Raises Invalid for what is missing."""
    step = steps.begin(actor, action, manuscript, revision)
    verdict = reviewing.VERDICTS[action]
    passes = verdict is Verdict.PASS
    elapsed, seconds = readings.measured(actor.id, manuscript)
    version = manuscript.version
    assert version is not None and manuscript.stage_id is not None
    steps.put_forward(manuscript, Proposal(
        manuscript_id=manuscript.id, version_id=version.id, stage_id=manuscript.stage_id, verdict=verdict,
        person_id=actor.id, reason=words if passes else reviewing.demand_reason(words),
        checklist=reviewing.answered(manuscript, checklist or {}) if passes else {},
        elapsed=elapsed, seconds=seconds, made_at=step.now), step.now)
    event = steps.finish(step, reason=words, tell=False)
    outbox.post(db.session(), event, steps.people_due(manuscript))


def confirm(actor: Actor, manuscript: Manuscript, revision: int | None) -> None:
    """Let what is proposed hold: from now on it is its reader's decision, and can be undone by whoever confirmed it."""
    step = steps.begin(actor, Action.CONFIRM, manuscript, revision)
    proposal = steps.answer(manuscript, "confirmed", actor.id, step.now)
    steps.finish(step, data={"to": db.session.get_one(Person, proposal.person_id).name}, tell=False)
    effect = replace(step, action=EFFECTS[proposal.verdict])
    decision = reviewing.decide(effect, proposal.verdict, proposal.reason, proposal.checklist, proposal)
    readings.keep(decision, manuscript, actor.id, *readings.measured(actor.id, manuscript))
    reviewing.carry_out(effect, decision)


def send_back(actor: Actor, manuscript: Manuscript, revision: int | None, reason: str) -> None:
    """Let its reader look again, with the reason; the stage's days begin anew."""
    step = steps.begin(actor, Action.SEND_BACK, manuscript, revision)
    proposal = steps.answer(manuscript, "sent_back", actor.id, step.now, reviewing.demand_reason(reason))
    steps.start_clock(manuscript, None, reviewing.ruleset_step(manuscript), step.now)
    event = steps.finish(step, reason=reason, tell=False)
    outbox.post(db.session(), event, [proposal.person_id])
