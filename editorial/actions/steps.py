"""What every action on a manuscript shares: how it begins, how the manuscript is settled, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from editorial import access, audit, calendar, clock, outbox
from editorial.actions import readings
from editorial.actions.texts import retitle
from editorial.db import db
from editorial.errors import Conflict
from editorial.models import Decision, Event, Manuscript, Membership, Office, Person, Ruleset, RulesetStep, Unit
from editorial.parties import REVIEWER, Actor, Party, Transition
from editorial.tables import absences
from editorial.tables.interests import declared_about
from editorial.tables.jobs import CalendarDay
from editorial.tables.proposals import Proposal
from editorial.terms import Action, Duty, Role, State, Verdict
from editorial.workflow import TABLE, Standing, rows, standing, waiting_on

CLOSED = frozenset({State.REJECTED, State.WITHDRAWN, State.RETRACTED})


@dataclass
class Step:
    """An action under way: who does what to which manuscript, by which row, and where it was before."""

    actor: Actor
    action: Action
    row: Transition
    manuscript: Manuscript
    before: State
    role: str
    place: str
    now: datetime
    sake: str = ""  # the name of whoever is away and stood in for


def begin(actor: Actor, action: Action, manuscript: Manuscript, revision: int | None) -> Step:
    """Check that `actor` may do `action` now, on the page with `revision` (None where no page is involved).

    Raises Conflict("stale") for a page that is out of date, and what `access.permitted` raises.
    """
    if revision is not None and revision != manuscript.revision:
        raise Conflict("stale")
    hold(manuscript)
    row = access.permitted(actor, action, manuscript)
    party = next(party for party in row.parties if party.includes(actor, manuscript))
    return Step(actor, action, row, manuscript, manuscript.state, party.name, place_of(party, manuscript), clock.now(),
                sake_of(actor, party, manuscript))


def hold(manuscript: Manuscript) -> None:
    """Let nobody else act on it, or on its story at another office, until this transaction ends.

    Two acts that changed different rows first would wait for each other for ever. Raises Conflict("stale") where
    another one was first.
    """
    now = dict(db.session.execute(select(Manuscript.id, Manuscript.revision).where(
        Manuscript.story_id == manuscript.story_id).order_by(Manuscript.id).with_for_update(key_share=True)).all())
    if now[manuscript.id] != manuscript.revision:
        raise Conflict("stale")


def sake_of(actor: Actor, party: Party, subject: Any) -> str:
    """The name of the person for whose sake alone `actor` is of this party: they are away. Empty for whoever is."""
    whose = (getattr(subject, party.person) if party.stands_in else
             actor.lent.get((party.role, getattr(subject, party.scope))) if party.role and party.scope else None)
    return db.session.get_one(Person, whose).name if whose else ""


def place_of(party: Party, manuscript: Manuscript) -> str:
    """The name of the unit, stage or office for which somebody of `party` acts."""
    match party.scope:
        case "signoff_unit_id":
            return manuscript.signoff_unit.name if manuscript.signoff_unit else ""
        case "stage_id":
            return manuscript.named(manuscript.stage).title if manuscript.stage else ""
        case "office_id":
            return manuscript.office.name if manuscript.office else ""
    return manuscript.unit.name


def finish(
    step: Step,
    *,
    reason: str = "",
    data: dict[str, Any] | None = None,
    decision: Decision | None = None,
    tell: bool = True,
    digest: str = "",
    also: frozenset[int] = frozenset(),
) -> Event:
    """Stamp the manuscript, record the event, and post its messages to the authors, whoever is due next, and `also`."""
    manuscript = step.manuscript
    manuscript.updated_at = step.now
    if step.action not in (Action.CLAIM, Action.ASSIGN, Action.RELEASE, Action.BEGIN_ANEW, Action.ADD_AUTHOR):
        manuscript.last_decision, manuscript.last_decision_id = decision, decision.id if decision else None
    db.session.flush()
    event = audit.record(
        db.session(), step.action.value, step.actor, role=step.role, place=step.place,
        manuscript=manuscript, digest=digest or (manuscript.version.digest if manuscript.version else ""),
        before=step.before.value, after=manuscript.state.value, reason=reason,
        data={"revision": manuscript.revision, **({"decision_id": decision.id} if decision else {}),
              **({"for": step.sake} if step.sake else {}), **(data or {})},
    )
    if tell:
        outbox.post(db.session(), event, manuscript.author_ids | people_due(manuscript) | also,
                    decision.hold_until if decision else None)
    return event


Desks = dict[tuple[Role, str, int], set[int]]
"""Who is at a desk, by role, scope and place: what `members` has asked already, within one transaction."""


def people_due(manuscript: Manuscript, desks: Desks | None = None) -> set[int]:
    """The people who are due to move it on: by the rows of the table that it waits for, without those barred.

    `desks` is handed from manuscript to manuscript by whoever asks about many.
    """
    people: set[int] = set()
    desks = {} if desks is None else desks
    barred: dict[Party, set[int]] = {}
    for row in waiting_on(manuscript):
        due = set().union(*(members(party, manuscript, desks) for party in row.parties))
        for bar in row.bars if due else ():
            if bar.party not in barred:
                barred[bar.party] = members(bar.party, manuscript, desks)
            due -= barred[bar.party]
        people |= due
    return people


def members(party: Party, manuscript: Manuscript, desks: Desks | None = None) -> set[int]:
    """The people of a party of this manuscript whose accounts are open."""
    if party.concerned:
        return set(db.session.scalars(declared_about(manuscript)))
    if party.stands_in:
        found = absences.stand_ins(Membership.person_id == manuscript.assignee_id,
                                   Membership.stage_id == manuscript.stage_id, Membership.role == party.role)
        return {deputy_id for deputy_id, _unit in db.session.execute(found) if deputy_id}
    if party.person:
        named = getattr(manuscript, party.person)
        return set(named) if isinstance(named, frozenset) else {named} - {None}
    place = getattr(manuscript, party.scope)
    if place is None or party.role is None:
        return set()
    desks = {} if desks is None else desks
    desk = party.role, party.scope, place
    if desk not in desks:
        desks[desk] = signers_of(place) if party.role is Role.SIGNER else _members_at(*desk)
    return desks[desk]


def _members_at(role: Role, scope: str, place: int) -> set[int]:
    column = Membership.stage_id if scope == "stage_id" else Membership.office_id
    return with_stand_ins(Membership.role == role, column == place)


def with_stand_ins(*held: ColumnElement[bool]) -> set[int]:
    """The people with open accounts who have a membership for which `held` holds, and those who stand in for them."""
    own = db.session.scalars(select(Membership.person_id).join(Person).where(*held, Person.is_active))
    return set(own) | {
        deputy_id for deputy_id, _unit in db.session.execute(absences.stand_ins(*held)) if deputy_id}


def signers_of(unit_id: int) -> set[int]:
    """Who signs for a unit: its own signers, or where it has none, those of the nearest unit above that has."""
    unit = db.session.get_one(Unit, unit_id)
    signs = (Membership.role == Role.SIGNER, Membership.unit_id.in_(unit.lineage))
    rows = [*db.session.execute(select(Membership.person_id, Membership.unit_id).join(Person).where(
        *signs, Person.is_active)), *db.session.execute(absences.stand_ins(*signs))]
    for level in reversed(unit.lineage):
        if people := {person_id for person_id, place in rows if person_id and place == level}:
            return people
    return set()


def standing_of(manuscript: Manuscript) -> Standing:
    """Where the manuscript stands by what is signed and passed: `workflow.standing` on what the database holds.

    A correction is read anew by every stage, also where it goes back to a text that they passed in an earlier round.
    """
    author_version, version = manuscript.author_version, manuscript.version
    assert author_version is not None and version is not None
    passes = db.session.execute(select(
        Decision.unit_id, Decision.stage_id, Decision.manuscript_id, Decision.digest, Decision.round).where(
        Decision.story_id == manuscript.story_id, Decision.verdict == Verdict.PASS, Decision.undone_at.is_(None))).all()
    signed = {unit_id for unit_id, _stage, _of, digest, _round in passes
              if unit_id is not None and digest == author_version.digest}
    passed = {stage_id for _unit, stage_id, of, digest, round_ in passes
              if stage_id is not None and of == manuscript.id and digest == version.digest
              and round_ >= manuscript.first_round}
    steps = manuscript.ruleset.steps if manuscript.ruleset else []
    return standing(manuscript.chain, signed, [step.stage_id for step in steps], passed)


def settle(manuscript: Manuscript, now: datetime) -> None:
    """Put an open manuscript where it stands: state, due unit or stage, who has it, and by when.

    A published manuscript stays published; its stage says where its correction is, and none that it is cleared.
    """
    db.session.flush()
    with db.session.no_autoflush:
        _settle(manuscript, now)


def _settle(manuscript: Manuscript, now: datetime) -> None:
    at = standing_of(manuscript)
    was = (manuscript.state, manuscript.signoff_unit_id, manuscript.stage_id)
    published = manuscript.state is State.PUBLISHED
    step = _ruleset_step(manuscript, at.stage_id)
    stage = step.stage if step else None
    unit = db.session.get(Unit, at.unit_id) if at.unit_id else None
    manuscript.state = State.PUBLISHED if published else at.state
    manuscript.signoff_unit, manuscript.signoff_unit_id = unit, at.unit_id
    manuscript.stage, manuscript.stage_id = stage, at.stage_id
    manuscript.closed_at = None
    if at.state is State.IN_REVIEW:
        enter(manuscript, now)
    if at.state is State.ACCEPTED:
        manuscript.cleared_version, manuscript.cleared_version_id = manuscript.version, manuscript.version_id
        manuscript.accepted_at = manuscript.accepted_at or now
    elif not published:
        manuscript.cleared_version = manuscript.cleared_version_id = manuscript.accepted_at = None
    if was != (manuscript.state, at.unit_id, at.stage_id):
        manuscript.assignee_id = None
        hand(manuscript, _known_reader(manuscript))
        readings.forget(manuscript)
        duty = next((row.duty for row in waiting_on(manuscript)), None)
        start_clock(manuscript, duty, step, now)
    retitle(manuscript)


def enter(manuscript: Manuscript, now: datetime) -> None:
    """The office may read it from now on: the manuscript, and this version."""
    version = manuscript.version
    assert version is not None
    manuscript.entered_at = manuscript.entered_at or now
    version.submitted_at = version.submitted_at or now
    version.entered_at = version.entered_at or now


def start_clock(manuscript: Manuscript, duty: Duty | None, step: RulesetStep | None, now: datetime) -> None:
    """From now on somebody is due to act: by the days of the stage where it is at one, else by those of the duty."""
    manuscript.waiting_since = now
    days = step.days if step else days_for(manuscript, duty) if duty else None
    manuscript.due_at = None if days is None else due(now, pressed(manuscript, days))


def days_for(manuscript: Manuscript, duty: Duty) -> int:
    """The working days that the rules under which a manuscript started give for a duty."""
    assert manuscript.ruleset is not None, "it was submitted"
    return manuscript.ruleset.days[duty.value]


def pressed(manuscript: Manuscript, days: int) -> int:
    """So many working days, or fewer where it is urgent."""
    assert manuscript.ruleset is not None, "it was submitted"
    return min(days, manuscript.ruleset.urgent_days) if manuscript.urgent else days


def due(start: datetime, days: int) -> datetime:
    """The close of the `days`-th working day after `start`, by the calendar and what the house has set otherwise."""
    return calendar.due(start, days, clock.zone(), days_set())


def days_set() -> calendar.Days:
    """The days that administrators have set otherwise than the calendar."""
    return dict(db.session.execute(select(CalendarDay.day, CalendarDay.works)).all())


def hand(manuscript: Manuscript, person_id: int | None) -> None:
    """Give it to a person, or to the desk (None). What its reader proposed lapses, and the stage's days begin anew."""
    with db.session.no_autoflush:
        if manuscript.proposal_id is not None:
            answer(manuscript, "lapsed", None, clock.now())
            start_clock(manuscript, None, _ruleset_step(manuscript, manuscript.stage_id), clock.now())
        manuscript.assignee = db.session.get_one(Person, person_id) if person_id else None
    manuscript.assignee_id = person_id


def answer(manuscript: Manuscript, outcome: str, person_id: int | None, now: datetime, words: str = "") -> Proposal:
    """Close the open proposal; gives it."""
    proposal = db.session.get_one(Proposal, manuscript.proposal_id)
    proposal.outcome, proposal.answered_by_id, proposal.answered_at, proposal.answer = outcome, person_id, now, words
    manuscript.proposal_id = None
    return proposal


def put_forward(manuscript: Manuscript, proposal: Proposal, now: datetime) -> None:
    """Let a proposal wait for the chief editor."""
    db.session.add(proposal)
    db.session.flush()
    manuscript.proposal_id = proposal.id
    start_clock(manuscript, Duty.CONFIRM, None, now)


def propose_again(manuscript: Manuscript, now: datetime) -> None:
    """A confirmation was undone: what was proposed waits for the chief editor again, as it was."""
    was = db.session.scalars(select(Proposal).where(
        Proposal.manuscript_id == manuscript.id, Proposal.outcome == "confirmed").order_by(
        Proposal.id.desc()).limit(1)).one()
    put_forward(manuscript, Proposal(**{name: getattr(was, name) for name in (
        "manuscript_id", "version_id", "stage_id", "verdict", "person_id", "reason", "checklist", "elapsed", "seconds",
        "made_at")}), now)


def leave(manuscript: Manuscript, state: State, now: datetime) -> None:
    """Take it out of signing and reading: returned, rejected, withdrawn, recalled or retracted."""
    manuscript.state = state
    manuscript.signoff_unit = manuscript.stage = None
    manuscript.signoff_unit_id = manuscript.stage_id = None
    hand(manuscript, None)
    readings.forget(manuscript)
    manuscript.closed_at = now if state in CLOSED else None
    start_clock(manuscript, Duty.REVISE if state is State.RETURNED else None, None, now)
    retitle(manuscript)


def _ruleset_step(manuscript: Manuscript, stage_id: int | None) -> RulesetStep | None:
    if stage_id is None or manuscript.ruleset is None:
        return None
    return next(step for step in manuscript.ruleset.steps if step.stage_id == stage_id)


def _known_reader(manuscript: Manuscript) -> int | None:
    """Who read it at this stage before, or edited it there: a stage that confirms goes back to the same person."""
    if manuscript.stage_id is None:
        return None
    known = db.session.scalar(
        select(Decision.person_id).where(
            Decision.manuscript_id == manuscript.id, Decision.stage_id == manuscript.stage_id,
            Decision.undone_at.is_(None)).order_by(Decision.id.desc()).limit(1))
    version = manuscript.version
    if known is None and version is not None and version.origin == "editor":
        known = version.made_by_id
    return known if known is not None and may_read(manuscript, known) else None


def may_read(manuscript: Manuscript, person_id: int) -> bool:
    """Whether this person may read at the manuscript's stage: of the stage, active, and with four eyes kept."""
    person = db.session.get(Person, person_id)
    if person is None or not person.is_active:
        return False
    reader = access.actor_for(db.session(), person_id)
    return REVIEWER.includes(reader, manuscript) and not any(
        bar.party.includes(reader, manuscript) for bar in next(rows(TABLE, Action.CLAIM)).bars)


def hold_until(manuscript: Manuscript, now: datetime) -> datetime:
    """Until when a decision taken now can be undone and its messages wait."""
    office = manuscript.office
    return now + timedelta(minutes=office.undo_minutes if office else 5)


def office_named(office_id: int) -> Office:
    """The active office with this id; raises Conflict("already-shared") where there is none to send to."""
    office = db.session.get(Office, office_id)
    if office is None or not office.is_active:
        raise Conflict("already-shared")
    return office


def ruleset_for(office: Office) -> Ruleset:
    """The rules that hold at `office` today."""
    today = clock.now().astimezone(clock.zone()).date()
    ruleset = db.session.scalar(select(Ruleset).where(
        Ruleset.office_id == office.id, Ruleset.effective_on <= today).order_by(
        Ruleset.effective_on.desc(), Ruleset.number.desc()).limit(1))
    if ruleset is None:
        raise Conflict("no-office")
    return ruleset
