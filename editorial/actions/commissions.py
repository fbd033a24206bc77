"""Signed commentary: a department commissions it, named people write it, and it is followed to its publication.

The signature line of a text is taken from the accounts and departments as they are when it is saved or filed. No
argument of any function here could give another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from editorial import audit, clock, documents, outbox, signature
from editorial.actions import absences, likeness, steps
from editorial.actions.manuscripts import next_code
from editorial.actions.publishing import leads_somewhere, wrong_time
from editorial.db import db
from editorial.errors import Conflict, Invalid, Refused
from editorial.models import Assignment, CommentaryVersion, Commission, Event, Manuscript, Membership, Person, Unit
from editorial.parties import COMMENTATOR, COMMISSIONER, Actor
from editorial.terms import AssignmentAction, AssignmentState, Duty, Role, State
from editorial.workflow import ASSIGNMENT_TABLE, Refusal, permit, rows, waiting_on


@dataclass(frozen=True)
class Brief:
    """What is asked: the topic, what the piece is about, what is worth asking, and until when. `due_at` is aware.

    `length` is in characters, about; `wished` is how many commentaries are, each by another person.
    """

    topic: str
    brief: str
    due_at: datetime
    questions: str = ""
    length: int | None = None
    wished: int = 1


@dataclass(frozen=True)
class Words:
    """What a commentator typed: a title, and HTML as it came (it is cleaned here). Who signs it is not asked."""

    title: str
    html: str


@dataclass(frozen=True)
class Appearance:
    """Where and when a commentary came out. `published_at` is aware; `knowing` says that it is meant although the piece
    was retracted."""

    channel: str
    published_at: datetime
    address: str
    knowing: bool = False


# --- Commissions ------------------------------------------------------------------------------------------------


def commission(actor: Actor, manuscript: Manuscript, department_id: int, brief: Brief,
               commentators: Iterable[int]) -> Commission:
    """Ask named commentators of the department for commentary on a published piece.

    Raises Refused where the actor does not commission for this department, Conflict where the piece is not (or no
    longer) published, Invalid for what is missing.
    """
    now = clock.now()
    department = db.session.get(Unit, department_id)
    if department is None or not actor.holds(Role.COMMISSIONER, department_id) or not (
            department.commissions and department.is_active):
        raise Refused("not-yours")
    wrong = {name: "missing" for name in ("topic", "brief") if not getattr(brief, name).strip()}
    if brief.due_at <= now:
        wrong["due_at"] = "past-time"
    if not 1 <= brief.wished <= max(1, len(people(Role.COMMENTATOR, department_id))):
        wrong["wished"] = "more-than-people"
    if wrong:
        raise Invalid(wrong)
    year = now.astimezone(clock.zone()).year
    made = Commission(
        code=next_code(f"commission:{year}", f"P{year}-"), manuscript=manuscript, department=department,
        commissioner_id=actor.id, topic=brief.topic, brief=brief.brief, questions=brief.questions,
        length=brief.length, wished=brief.wished, due_at=brief.due_at, created_at=now)
    db.session.add(made)
    db.session.flush()
    offer(actor, made, commentators)
    return made


def offer(actor: Actor, made: Commission, commentators: Iterable[int]) -> list[Assignment]:
    """Offer a commission to commentators of its department, each by a message; once to a person."""
    if not actor.holds(Role.COMMISSIONER, made.department_id):
        raise Refused("not-yours")
    _demand_published(made.manuscript)
    wanted = set(commentators)
    if not wanted:
        raise Invalid({"commentators": "no-person"})
    if not wanted <= people(Role.COMMENTATOR, made.department_id):
        raise Invalid({"commentators": "not-commentator"})
    if wanted & {assignment.commentator_id for assignment in made.assignments}:
        raise Invalid({"commentators": "already-offered"})
    return [_offer(actor, made, person_id) for person_id in sorted(wanted)]


def _offer(actor: Actor, made: Commission, person_id: int) -> Assignment:
    now = clock.now()
    answer = steps.due(now, steps.days_for(made.manuscript, Duty.ANSWER))
    assignment = Assignment(
        commission=made, department_id=made.department_id, commentator=db.session.get_one(Person, person_id),
        due_at=min(answer, made.due_at) if made.due_at > now else answer, waiting_since=now, created_at=now)
    db.session.add(assignment)
    db.session.flush()
    event = audit.record(
        db.session(), "commission", actor, role=COMMISSIONER.name, place=made.department.name, assignment=assignment,
        subject=f"commission:{made.code}", after=assignment.state.value,
        data={"topic": made.topic, "to": assignment.commentator.name})
    outbox.post(db.session(), event, [person_id])
    return assignment


def _demand_published(manuscript: Manuscript) -> None:
    if manuscript.state is not State.PUBLISHED:
        raise Conflict("not-published")


def people(role: Role, department_id: int) -> set[int]:
    """The people with open accounts who have `role` at the department."""
    return steps.with_stand_ins(Membership.role == role, Membership.unit_id == department_id)


def commissioners_due(made: Commission) -> set[int]:
    """Whom the department's side of a commission waits for: whoever made it, else all who commission for it now."""
    present = people(Role.COMMISSIONER, made.department_id)
    alone = made.commissioner_id in present and made.commissioner_id not in absences.away()
    return {made.commissioner_id} if alone else present


# --- Assignments ------------------------------------------------------------------------------------------------


@dataclass
class Step:
    """An action on an assignment under way: who does what, by which row, and where it was before."""

    actor: Actor
    action: AssignmentAction
    assignment: Assignment
    before: AssignmentState
    role: str
    now: datetime
    sake: str = ""  # the name of whoever is away and stood in for


def begin(actor: Actor, action: AssignmentAction, assignment: Assignment, revision: int | None) -> Step:
    """Check that `actor` may do `action` now, on the page with `revision` (None where no page is involved).

    Raises Refused for whoever could not do it in any state, Conflict for a page that is out of date or a state in
    which it can't be done (now).
    """
    parties = [party for row in rows(ASSIGNMENT_TABLE, action) for party in row.parties]
    if not any(party.includes(actor, assignment) for party in parties):
        raise Refused("not-yours")
    if revision is not None and revision != assignment.revision:
        raise Conflict("commentary-stale")
    row = permit(actor, ASSIGNMENT_TABLE, action, assignment)
    if isinstance(row, Refusal):
        reason = "commentary-moved" if row.reason == "wrong-state" else row.reason
        raise (Refused if row.kind == "party" else Conflict)(reason)
    party = next(party for party in row.parties if party.includes(actor, assignment))
    return Step(actor, action, assignment, assignment.state, party.name, clock.now(),
                steps.sake_of(actor, party, assignment))


def _move(step: Step, state: AssignmentState) -> None:
    """Put it into `state`, and say by when whoever is due there acts."""
    assignment = step.assignment
    assignment.state, assignment.waiting_since = state, step.now
    duty = next((row.duty for row in waiting_on(assignment, ASSIGNMENT_TABLE)), None)
    if duty is Duty.WRITE:
        # Who accepts late, or gets it back late, still has as long as for an answer.
        least = steps.due(step.now, steps.days_for(assignment.commission.manuscript, Duty.ANSWER))
        assignment.due_at = max(assignment.commission.due_at, least)
    elif duty is not None:
        assignment.due_at = steps.due(step.now, steps.days_for(assignment.commission.manuscript, duty))


def _finish(step: Step, tell: Iterable[int] = (), *, reason: str = "", data: dict[str, Any] | None = None) -> Event:
    """Record the event, and post its message to `tell`."""
    assignment = step.assignment
    event = audit.record(
        db.session(), f"assignment-{step.action.value}", step.actor, role=step.role,
        place=assignment.department.name, assignment=assignment,
        digest=assignment.version.digest if assignment.version else "", before=step.before.value,
        after=assignment.state.value, reason=reason, data={**({"for": step.sake} if step.sake else {}), **(data or {})})
    outbox.post(db.session(), event, tell)
    return event


def accept(actor: Actor, assignment: Assignment, revision: int | None) -> None:
    """Say yes to an offer."""
    step = begin(actor, AssignmentAction.ACCEPT, assignment, revision)
    _move(step, AssignmentState.ACCEPTED)
    _finish(step, commissioners_due(assignment.commission))


def decline(actor: Actor, assignment: Assignment, revision: int | None) -> None:
    """Say no to an offer, or give back what was accepted; no reason is asked."""
    step = begin(actor, AssignmentAction.DECLINE, assignment, revision)
    _move(step, AssignmentState.DECLINED)
    _finish(step, commissioners_due(assignment.commission))


def save(actor: Actor, assignment: Assignment, revision: int | None, words: Words) -> CommentaryVersion | None:
    """Save what is written so far; gives the new version, or None where text and signature are the same."""
    step = begin(actor, AssignmentAction.SAVE, assignment, revision)
    before = assignment.version
    version = _write(step, words.title, documents.clean(words.html))
    if version is before:
        return None
    _finish(step, data={"version": version.number})
    return version


def file(actor: Actor, assignment: Assignment, revision: int | None, words: Words,
         stands: bool = False) -> CommentaryVersion:
    """Hand it in, signed with the names that account and department have now.

    Raises Invalid where it is empty, or where it is what was returned, unless its author says that it `stands` so.
    """
    step = begin(actor, AssignmentAction.FILE, assignment, revision)
    html = documents.clean(words.html)
    lacking = {"title": (words.title, "no-title"), "body": (documents.plain_text(html), "no-text")}
    if wrong := {name: reason for name, (text, reason) in lacking.items() if not text.strip()}:
        raise Invalid(wrong)
    unchanged = step.before is AssignmentState.RETURNED and _same_words(assignment, words.title, html)
    if unchanged and not stands:
        raise Invalid({"stands": "unchanged"})
    version = _write(step, words.title, html)
    version.filed_at = version.filed_at or step.now
    _move(step, AssignmentState.FILED)
    _finish(step, commissioners_due(assignment.commission),
            data={"version": version.number, **({"unchanged": True} if unchanged else {})})
    _tell_likeness(assignment, likeness.look(assignment, version, step.now))
    return version


def _tell_likeness(filed: Assignment, others: Sequence[Assignment]) -> None:
    """Tell both authors that their texts are near-equal, and the other's department; its own hears of the filing."""
    told = commissioners_due(filed.commission)
    for about in [*others, filed] if others else []:
        event = audit.record(db.session(), "likeness", None, place=about.department.name, assignment=about)
        outbox.post(db.session(), event, {about.commentator_id} | commissioners_due(about.commission) - told)


def _same_words(assignment: Assignment, title: str, html: str) -> bool:
    """Whether these are the words of the text that was filed last, under whatever name."""
    filed = next((version for version in reversed(assignment.versions) if version.filed_at), None)
    return filed is not None and documents.digest(title, "", html) == documents.digest(filed.title, "", filed.html)


def withdraw(actor: Actor, assignment: Assignment, revision: int | None) -> None:
    """Take back what was filed, any time before it comes out: it is its author's alone again. No reason is asked."""
    step = begin(actor, AssignmentAction.WITHDRAW, assignment, revision)
    _move(step, AssignmentState.WITHDRAWN)
    _finish(step, commissioners_due(assignment.commission))


def _write(step: Step, title: str, html: str) -> CommentaryVersion:
    """The version that has this clean text and the signature line of today: the current one, or a new one."""
    assignment = step.assignment
    current = assignment.version
    signed = signature.today(assignment)
    digest = documents.digest(title, signed.digested, html)
    if current is not None and current.digest == digest and signature.of(current) == signed:
        return current
    text = documents.plain_text(html)
    version = CommentaryVersion(
        assignment_id=assignment.id, number=current.number + 1 if current else 1, title=title, html=html,
        text=text, characters=documents.count_characters(text), digest=digest, author_id=step.actor.id,
        signed_name=signed.name, signed_department=signed.department, commissioned_by=signed.commissioned_by,
        created_at=step.now)
    db.session.add(version)
    db.session.flush()
    assignment.version, assignment.version_id = version, version.id
    db.session.flush()
    db.session.expire(assignment, ["versions"])
    return version


def return_(actor: Actor, assignment: Assignment, revision: int | None, reason: str) -> None:
    """Send it back to its author with the reason: the only way to have its words changed."""
    step = begin(actor, AssignmentAction.RETURN, assignment, revision)
    assignment.reason = _reason(reason)
    _move(step, AssignmentState.RETURNED)
    _finish(step, [assignment.commentator_id], reason=reason)


def approve(actor: Actor, assignment: Assignment, revision: int | None) -> None:
    """Take it as it was filed. Nobody approves their own."""
    step = begin(actor, AssignmentAction.APPROVE, assignment, revision)
    _move(step, AssignmentState.APPROVED)
    _finish(step, [assignment.commentator_id, *commissioners_due(assignment.commission)])


def publish(actor: Actor, assignment: Assignment, revision: int | None, appearance: Appearance) -> None:
    """Record that it came out: channel, time and address.

    Where the piece was retracted that is done only `knowing` it: what is out is to be on record, by nobody's oversight.
    """
    step = begin(actor, AssignmentAction.PUBLISH, assignment, revision)
    if not appearance.channel.strip():
        raise Invalid({"channel": "missing"})
    retracted = assignment.commission.manuscript.state is State.RETRACTED
    if retracted and not appearance.knowing:
        raise Invalid({"knowing": "piece-retracted"})
    assert assignment.version is not None and assignment.version.filed_at is not None
    wrong = wrong_time(appearance.published_at, assignment.version.filed_at, step.now)
    if not leads_somewhere(appearance.address):
        wrong["address"] = "no-address"
    if wrong:
        raise Invalid(wrong)
    assignment.channel, assignment.address = appearance.channel, appearance.address
    assignment.published_at = appearance.published_at
    _move(step, AssignmentState.PUBLISHED)
    _finish(step, [assignment.commentator_id], data={
        "channel": appearance.channel, "address": appearance.address, **({"retracted": True} if retracted else {})})


def expire(actor: Actor, assignment: Assignment, revision: int | None) -> None:
    """Close an assignment that was not answered or not written in time."""
    step = begin(actor, AssignmentAction.EXPIRE, assignment, revision)
    _move(step, AssignmentState.EXPIRED)
    _finish(step, [assignment.commentator_id])


def cancel(actor: Actor, assignment: Assignment, revision: int | None, reason: str) -> None:
    """Call an assignment off, with the reason."""
    step = begin(actor, AssignmentAction.CANCEL, assignment, revision)
    assignment.reason = _reason(reason)
    _move(step, AssignmentState.CANCELLED)
    _finish(step, [assignment.commentator_id], reason=reason)


def call_off(actor: Actor, person: Person) -> None:
    """End what a commentator was asked for and has not filed, as their account is closed; the department hears."""
    asked = {state for row in ASSIGNMENT_TABLE if COMMENTATOR in row.parties for state in row.sources}
    for assignment in db.session.scalars(select(Assignment).where(
            Assignment.commentator_id == person.id, Assignment.state.in_(sorted(asked))).order_by(Assignment.id)).all():
        step = Step(actor, AssignmentAction.CANCEL, assignment, assignment.state, "administrator", clock.now())
        assignment.reason = "评论员的账号已停用。"
        _move(step, AssignmentState.CANCELLED)
        _finish(step, commissioners_due(assignment.commission), reason=assignment.reason)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid({"reason": "no-reason"})
    return reason
