"""The life of a manuscript, and of an assignment, each as one table.

A row is one arrow of the diagram: from which states, by which action, to which states, by which party, who is barred,
under which guards, with which required fields. Buttons, permissions in Python and in SQL, required fields, what
waits for whom, the diagram in docs/ and the test matrix are derived from the rows.

Layer 0: knows no database and no Flask. Its words are in `terms.py`; who acts, is barred, and under which conditions
is in `parties.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from editorial.parties import (
    ANYONE,
    APPEAL_OPEN,
    ASSIGNED,
    AUTHOR,
    AUTHOR_OF_UNIT,
    CHIEF,
    COMMENTARY_AUTHOR,
    COMMENTATOR,
    COMMISSIONER,
    COORDINATOR,
    DECIDER,
    DECIDES,
    DIFFERS,
    ENTERED,
    HAS_NOTICE,
    HOLDER,
    MAY_APPEAL,
    NEVER_SUBMITTED,
    NO_NOTICE,
    NOT_CONCERNED,
    NOT_CONFIRMER,
    NOT_CORRECTING,
    NOT_CORRECTOR,
    NOT_FINDER,
    NOT_MENDED,
    NOT_OWN,
    NOT_OWN_COMMENTARY,
    NOT_PROPOSED,
    NOT_PROPOSER,
    NOT_REJECTER,
    NOT_REQUESTED,
    NOT_TWICE,
    OF_NO_OFFICE,
    OVERDUE,
    PROPOSED,
    PROPOSES,
    PUBLISHER,
    REQUESTED,
    REVIEWER,
    SIGNER_DUE,
    STAFF,
    STAND_IN,
    SUBMITTED_BEFORE,
    UNASSIGNED,
    UNDER_REVIEW,
    UNIT_SIGNER,
    Actor,
    Bar,
    Guard,
    Party,
    Transition,
)
from editorial.terms import (
    Action,
    AssignmentAction,
    AssignmentState,
    CallAction,
    CallState,
    CommentaryOutwardAction,
    Duty,
    Need,
    NoticeAction,
    OutwardAction,
    PlanAction,
    PublicationAction,
    Reach,
    RemarkAction,
    State,
)

S, A, N = State, Action, Need
_ALL = frozenset(State)


def _row(
    action: Any,
    sources: Iterable[Any],
    targets: Iterable[Any],
    *parties: Party,
    needs: tuple[Need, ...] = (),
    bars: tuple[Bar, ...] = (),
    guards: tuple[Guard, ...] = (),
    duty: Duty | None = None,
) -> Transition:
    return Transition(action, frozenset(sources), frozenset(targets), parties, needs, bars, guards, duty)


READING = (NOT_OWN, NOT_TWICE, NOT_CONFIRMER, NOT_CORRECTOR, NOT_CONCERNED)
CONFIRMING = (NOT_OWN, NOT_TWICE, NOT_CORRECTOR, NOT_PROPOSER, NOT_CONCERNED)
"""Who reads elsewhere may not confirm; who confirmed at one stage may at another, as each has its own reader."""

TABLE: tuple[Transition, ...] = (
    _row(A.SAVE, [S.DRAFT], [S.DRAFT], AUTHOR, needs=(N.TEXT,)),
    _row(A.SAVE, [S.RETURNED], [S.RETURNED], AUTHOR, needs=(N.TEXT,)),
    _row(A.ADD_AUTHOR, [S.DRAFT], [S.DRAFT], AUTHOR, needs=(N.COLLEAGUE,)),
    _row(A.ADD_AUTHOR, [S.RETURNED], [S.RETURNED], AUTHOR, needs=(N.COLLEAGUE,)),
    _row(A.SUBMIT, [S.DRAFT], [S.AWAITING_SIGNOFF, S.IN_REVIEW], AUTHOR, needs=(N.COMPLETE,)),
    _row(A.SIGN_OFF, [S.AWAITING_SIGNOFF], [S.AWAITING_SIGNOFF, S.IN_REVIEW], SIGNER_DUE,
         needs=(N.STATEMENT,), bars=READING, duty=Duty.SIGN),
    _row(A.RECALL, [S.AWAITING_SIGNOFF], [S.DRAFT, S.RETURNED], AUTHOR),
    _row(A.RETURN, [S.AWAITING_SIGNOFF], [S.RETURNED], SIGNER_DUE, needs=(N.REASON,), bars=READING),
    _row(A.RETURN, [S.IN_REVIEW], [S.RETURNED], HOLDER, needs=(N.REASON,), bars=READING, guards=(DECIDES,)),
    _row(A.REJECT, [S.AWAITING_SIGNOFF], [S.REJECTED], SIGNER_DUE, needs=(N.REASON,), bars=READING),
    _row(A.REJECT, [S.IN_REVIEW], [S.REJECTED], HOLDER, needs=(N.REASON,), bars=READING, guards=(DECIDES,)),
    _row(A.REJECT, [S.PUBLISHED], [S.PUBLISHED], HOLDER, needs=(N.REASON,), bars=READING,
         guards=(UNDER_REVIEW, DECIDES)),
    _row(A.RESUBMIT, [S.RETURNED], [S.AWAITING_SIGNOFF, S.IN_REVIEW], AUTHOR,
         needs=(N.COMPLETE, N.SUMMARY), duty=Duty.REVISE),
    _row(A.CLAIM, [S.IN_REVIEW], [S.IN_REVIEW], REVIEWER, bars=READING, guards=(UNASSIGNED,), duty=Duty.CLAIM),
    _row(A.CLAIM, [S.PUBLISHED], [S.PUBLISHED], REVIEWER, bars=READING,
         guards=(UNDER_REVIEW, UNASSIGNED), duty=Duty.CLAIM),
    _row(A.ASSIGN, [S.IN_REVIEW], [S.IN_REVIEW], CHIEF, needs=(N.PERSON,), guards=(NOT_PROPOSED,)),
    _row(A.ASSIGN, [S.PUBLISHED], [S.PUBLISHED], CHIEF, needs=(N.PERSON,), guards=(UNDER_REVIEW, NOT_PROPOSED)),
    _row(A.RELEASE, [S.IN_REVIEW], [S.IN_REVIEW], HOLDER, CHIEF, guards=(ASSIGNED,)),
    _row(A.RELEASE, [S.PUBLISHED], [S.PUBLISHED], HOLDER, CHIEF, guards=(UNDER_REVIEW, ASSIGNED)),
    _row(A.EDIT, [S.IN_REVIEW], [S.IN_REVIEW], HOLDER, needs=(N.TEXT,), bars=READING, guards=(NOT_PROPOSED,)),
    _row(A.PASS, [S.IN_REVIEW], [S.IN_REVIEW, S.ACCEPTED], HOLDER, needs=(N.CHECKLIST,), bars=READING,
         guards=(DECIDES,), duty=Duty.READ),
    _row(A.PASS, [S.PUBLISHED], [S.PUBLISHED], HOLDER, needs=(N.CHECKLIST,), bars=READING,
         guards=(UNDER_REVIEW, DECIDES), duty=Duty.READ),
    *(_row(A.CLAIM, [state], [state], STAND_IN, bars=READING, guards=(*guards, ASSIGNED, NOT_PROPOSED), duty=Duty.READ)
      for state, guards in ((S.IN_REVIEW, ()), (S.PUBLISHED, (UNDER_REVIEW,)))),
    _row(A.PROPOSE_PASS, [S.IN_REVIEW], [S.IN_REVIEW], HOLDER, needs=(N.CHECKLIST,), bars=READING,
         guards=(PROPOSES, NOT_PROPOSED), duty=Duty.READ),
    _row(A.PROPOSE_PASS, [S.PUBLISHED], [S.PUBLISHED], HOLDER, needs=(N.CHECKLIST,), bars=READING,
         guards=(UNDER_REVIEW, PROPOSES, NOT_PROPOSED), duty=Duty.READ),
    _row(A.PROPOSE_RETURN, [S.IN_REVIEW], [S.IN_REVIEW], HOLDER, needs=(N.REASON,), bars=READING,
         guards=(PROPOSES, NOT_PROPOSED)),
    _row(A.PROPOSE_REJECT, [S.IN_REVIEW], [S.IN_REVIEW], HOLDER, needs=(N.REASON,), bars=READING,
         guards=(PROPOSES, NOT_PROPOSED)),
    _row(A.PROPOSE_REJECT, [S.PUBLISHED], [S.PUBLISHED], HOLDER, needs=(N.REASON,), bars=READING,
         guards=(UNDER_REVIEW, PROPOSES, NOT_PROPOSED)),
    _row(A.CONFIRM, [S.IN_REVIEW], [S.IN_REVIEW, S.ACCEPTED, S.RETURNED, S.REJECTED], CHIEF, bars=CONFIRMING,
         guards=(PROPOSED,), duty=Duty.CONFIRM),
    _row(A.CONFIRM, [S.PUBLISHED], [S.PUBLISHED], CHIEF, bars=CONFIRMING, guards=(PROPOSED,), duty=Duty.CONFIRM),
    _row(A.SEND_BACK, [S.IN_REVIEW], [S.IN_REVIEW], CHIEF, needs=(N.REASON,), bars=CONFIRMING, guards=(PROPOSED,)),
    _row(A.SEND_BACK, [S.PUBLISHED], [S.PUBLISHED], CHIEF, needs=(N.REASON,), bars=CONFIRMING, guards=(PROPOSED,)),
    _row(A.APPEAL, [S.REJECTED], [S.REJECTED], AUTHOR, needs=(N.GROUNDS,), guards=(MAY_APPEAL,)),
    _row(A.REOPEN, [S.REJECTED], [S.IN_REVIEW], CHIEF, needs=(N.REASON,), bars=(NOT_OWN, NOT_REJECTER, NOT_CONCERNED),
         guards=(APPEAL_OPEN,), duty=Duty.HEAR),
    _row(A.UPHOLD, [S.REJECTED], [S.REJECTED], CHIEF, needs=(N.REASON,), bars=(NOT_OWN, NOT_REJECTER, NOT_CONCERNED),
         guards=(APPEAL_OPEN,)),
    _row(A.TRANSFER, [S.IN_REVIEW], [S.IN_REVIEW], CHIEF, needs=(N.OFFICE, N.REASON)),
    *(_row(A.SHARE, [state], [state], CHIEF, AUTHOR, needs=(N.OFFICE,))
      for state in (S.IN_REVIEW, S.ACCEPTED, S.PUBLISHED)),
    _row(A.UNDO, [S.RETURNED, S.REJECTED, S.IN_REVIEW, S.ACCEPTED, S.AWAITING_SIGNOFF],
         [S.AWAITING_SIGNOFF, S.IN_REVIEW], DECIDER),
    _row(A.UNDO, [S.PUBLISHED], [S.PUBLISHED], DECIDER, guards=(UNDER_REVIEW,)),
    _row(A.WITHDRAW, [S.DRAFT], [S.WITHDRAWN], AUTHOR, guards=(NEVER_SUBMITTED,)),
    _row(A.WITHDRAW, [S.DRAFT], [S.WITHDRAWN], AUTHOR, needs=(N.REASON,), guards=(SUBMITTED_BEFORE,)),
    _row(A.WITHDRAW, [S.AWAITING_SIGNOFF, S.IN_REVIEW, S.RETURNED, S.ACCEPTED], [S.WITHDRAWN], AUTHOR,
         needs=(N.REASON,)),
    _row(A.PUBLISH, [S.ACCEPTED], [S.PUBLISHED], PUBLISHER, needs=(N.PUBLICATION,), duty=Duty.PUBLISH),
    _row(A.PUBLISH, [S.PUBLISHED], [S.PUBLISHED], PUBLISHER, needs=(N.PUBLICATION,), guards=(NOT_CORRECTING,)),
    _row(A.BEGIN_ANEW, [S.REJECTED], [S.REJECTED], AUTHOR_OF_UNIT),
    _row(A.BEGIN_ANEW, [S.WITHDRAWN], [S.WITHDRAWN], AUTHOR_OF_UNIT),
    _row(A.BEGIN_ANEW, [S.RETRACTED], [S.RETRACTED], AUTHOR_OF_UNIT),
    _row(A.REQUEST_CORRECTION, [S.PUBLISHED], [S.PUBLISHED], AUTHOR, PUBLISHER, needs=(N.REASON,),
         guards=(NOT_CORRECTING, NOT_REQUESTED)),
    _row(A.CORRECT, [S.PUBLISHED], [S.PUBLISHED], CHIEF, needs=(N.TEXT, N.NOTE),
         guards=(NOT_CORRECTING, NOT_REQUESTED)),
    _row(A.CORRECT, [S.PUBLISHED], [S.PUBLISHED], CHIEF, needs=(N.TEXT, N.NOTE), guards=(REQUESTED,),
         duty=Duty.CORRECT),
    _row(A.DECLINE_CORRECTION, [S.PUBLISHED], [S.PUBLISHED], CHIEF, needs=(N.REASON,), bars=(NOT_OWN,),
         guards=(REQUESTED,)),
    _row(A.RETRACT, [S.PUBLISHED], [S.RETRACTED], CHIEF, needs=(N.PUBLIC_REASON,)),
)

T, B = AssignmentState, AssignmentAction

ASSIGNMENT_TABLE: tuple[Transition, ...] = (
    _row(B.ACCEPT, [T.OFFERED], [T.ACCEPTED], COMMENTATOR, duty=Duty.ANSWER),
    _row(B.DECLINE, [T.OFFERED, T.ACCEPTED], [T.DECLINED], COMMENTATOR),
    _row(B.SAVE, [T.ACCEPTED], [T.ACCEPTED], COMMENTATOR, needs=(N.TEXT,)),
    _row(B.SAVE, [T.RETURNED], [T.RETURNED], COMMENTATOR, needs=(N.TEXT,)),
    _row(B.FILE, [T.ACCEPTED, T.RETURNED], [T.FILED], COMMENTATOR, needs=(N.TEXT,), duty=Duty.WRITE),
    _row(B.WITHDRAW, [T.FILED, T.RETURNED, T.APPROVED], [T.WITHDRAWN], COMMENTARY_AUTHOR),
    _row(B.RETURN, [T.FILED], [T.RETURNED], COMMISSIONER, needs=(N.REASON,), bars=(NOT_OWN_COMMENTARY,)),
    _row(B.APPROVE, [T.FILED], [T.APPROVED], COMMISSIONER, bars=(NOT_OWN_COMMENTARY,), duty=Duty.APPROVE),
    _row(B.PUBLISH, [T.APPROVED], [T.PUBLISHED], COMMISSIONER, needs=(N.PUBLICATION,), duty=Duty.PLACE),
    _row(B.EXPIRE, [T.OFFERED, T.ACCEPTED, T.RETURNED], [T.EXPIRED], COMMISSIONER, guards=(OVERDUE,)),
    _row(B.CANCEL, [T.OFFERED, T.ACCEPTED, T.FILED, T.RETURNED, T.APPROVED], [T.CANCELLED], COMMISSIONER,
         needs=(N.REASON,)),
)

R = RemarkAction
_READS: tuple[tuple[State, Party, tuple[Bar, ...], tuple[Guard, ...]], ...] = (
    (S.AWAITING_SIGNOFF, SIGNER_DUE, READING, ()),
    (S.IN_REVIEW, HOLDER, READING, ()),
    (S.PUBLISHED, HOLDER, READING, (UNDER_REVIEW,)),
    (S.IN_REVIEW, CHIEF, (NOT_OWN, NOT_CONCERNED), ()),
    (S.ACCEPTED, CHIEF, (NOT_OWN, NOT_CONCERNED), ()),
    (S.PUBLISHED, CHIEF, (NOT_OWN, NOT_CONCERNED, NOT_CORRECTOR), (UNDER_REVIEW,)),
)
REMARK_TABLE: tuple[Transition, ...] = (
    *(_row(action, [state], [], party, bars=bars, guards=guards)
      for action in R for state, party, bars, guards in _READS),
    _row(R.ANSWER, _ALL - {S.REJECTED, S.WITHDRAWN, S.RETRACTED}, [], AUTHOR),
    _row(R.ANSWER, [S.RETURNED], [], CHIEF, bars=(NOT_OWN, NOT_CONCERNED), guards=(ENTERED,)),
)
"""Who takes part in the annotations on a manuscript: whoever reads it at their station now; its authors answer.

No row moves a manuscript. What somebody does not see they can't answer either: `access.annotations_for`.
"""

PUBLICATION_TABLE: tuple[Transition, ...] = (
    _row(PublicationAction.PROVE, [S.PUBLISHED], [], PUBLISHER),
    _row(PublicationAction.SETTLE_DIFFERENCES, [S.PUBLISHED], [], PUBLISHER, bars=(NOT_OWN,)),
    _row(PublicationAction.RECORD_READERS, [S.PUBLISHED], [], PUBLISHER),
    _row(PublicationAction.RECORD_REPRINT, [S.PUBLISHED], [], PUBLISHER),
)
"""Who says what became of a publication."""

NOTICE_TABLE: tuple[Transition, ...] = (
    _row(NoticeAction.CORRECT, [S.PUBLISHED], [], CHIEF, needs=(N.REASON, N.NOTE),
         bars=(NOT_OWN, NOT_FINDER, NOT_CONCERNED), guards=(DIFFERS, NO_NOTICE)),
    _row(NoticeAction.CORRECTED, [S.PUBLISHED], [], PUBLISHER, needs=(N.PUBLICATION,), guards=(HAS_NOTICE, NOT_MENDED)),
)
"""Who says publicly that a channel erred, of a proof that found differences, and who that it put this right.

No text changes, so no stage reads; four eyes are whoever found it and whoever says it.
"""

OUTWARD_TABLE: tuple[Transition, ...] = (
    _row(OutwardAction.PACKAGE, [S.ACCEPTED, S.PUBLISHED, S.RETRACTED], [], STAFF),
    _row(OutwardAction.DELIVER, [S.ACCEPTED, S.PUBLISHED, S.RETRACTED], [], PUBLISHER),
)
"""Who takes or sends out what was cleared, and of what was retracted the notice. No row moves a manuscript."""

COMMENTARY_OUTWARD_TABLE: tuple[Transition, ...] = (
    _row(CommentaryOutwardAction.PACKAGE, [T.APPROVED, T.PUBLISHED], [], COMMISSIONER),
)

CALL_TABLE: tuple[Transition, ...] = tuple(
    _row(action, [CallState.OPEN], [target], party, needs=needs, guards=guards)
    for action, target, needs in ((CallAction.EXTEND, CallState.OPEN, ()), (CallAction.CLOSE, CallState.CLOSED, ()),
                                  (CallAction.CANCEL, CallState.CANCELLED, (N.REASON,)))
    for party, guards in ((CHIEF, ()), (COORDINATOR, (OF_NO_OFFICE,))))
"""A call for manuscripts is kept by the chief editors of the office that asks; where none does, by coordinators."""

_AT_OFFICE = frozenset({S.IN_REVIEW, S.RETURNED, S.ACCEPTED, S.PUBLISHED, S.REJECTED, S.RETRACTED})

PLAN_TABLE: tuple[Transition, ...] = (
    _row(PlanAction.PLAN, [S.ACCEPTED, S.PUBLISHED], [], PUBLISHER),
    _row(PlanAction.REPLAN, [S.ACCEPTED, S.PUBLISHED], [], PUBLISHER),
    _row(PlanAction.TAKE_OFF, _AT_OFFICE, [], PUBLISHER),
    _row(PlanAction.EMBARGO, [S.IN_REVIEW, S.ACCEPTED, S.PUBLISHED], [], PUBLISHER, CHIEF, guards=(ENTERED,)),
)
"""Who plans what comes out when. What is not cleared any more can only be taken off."""

TABLES: Mapping[type[StrEnum], tuple[Transition, ...]] = {
    Action: TABLE, AssignmentAction: ASSIGNMENT_TABLE, RemarkAction: REMARK_TABLE, PublicationAction: PUBLICATION_TABLE,
    NoticeAction: NOTICE_TABLE, PlanAction: PLAN_TABLE,
    OutwardAction: OUTWARD_TABLE, CommentaryOutwardAction: COMMENTARY_OUTWARD_TABLE}


@dataclass(frozen=True)
class Sight:
    """Need to know: `party` sees a manuscript in `states`, once `since` is set, and reads versions up to `reach`."""

    party: Party
    states: frozenset[State]
    reach: Reach
    since: str = ""


SIGHTS: tuple[Sight, ...] = (
    Sight(AUTHOR, _ALL, Reach.ALL),
    Sight(STAFF, _AT_OFFICE, Reach.OFFICE, "entered_at"),
    Sight(UNIT_SIGNER, _ALL - {S.DRAFT, S.WITHDRAWN}, Reach.SUBMITTED, "submitted_at"),
    Sight(COORDINATOR, _ALL - {S.DRAFT}, Reach.SUBMITTED, "submitted_at"),
    Sight(ANYONE, frozenset({S.PUBLISHED, S.RETRACTED}), Reach.PUBLISHED),
)


@dataclass(frozen=True)
class Standing:
    """Where an open manuscript stands: its state, and the unit or the stage whose reading is due."""

    state: State
    unit_id: int | None = None
    stage_id: int | None = None


def standing(chain: Sequence[int], signed: Set[int], stages: Sequence[int], passed: Set[int]) -> Standing:
    """Rule 1 and rule 2 in one place: the first reading that is missing on the current text decides where it is.

    `chain` are the units whose signatures are due, in order; `signed` those that signed the author's last text;
    `stages` the office's stages in order; `passed` those that passed the current version.
    """
    for unit_id in chain:
        if unit_id not in signed:
            return Standing(State.AWAITING_SIGNOFF, unit_id=unit_id)
    for stage_id in stages:
        if stage_id not in passed:
            return Standing(State.IN_REVIEW, stage_id=stage_id)
    return Standing(State.ACCEPTED)


@dataclass(frozen=True)
class Refusal:
    """Why an action is not available. `kind` is ``party`` (403), or ``state`` (409)."""

    kind: str
    reason: str


def rows(table: tuple[Transition, ...], action: Any) -> Iterator[Transition]:
    """The rows of `action`."""
    return (row for row in table if row.action == action)


def judge(actor: Actor, row: Transition, subject: Any) -> Refusal | None:
    """None where `row` is open to `actor` for `subject`, else why not: state first, then party, bars, guards."""
    if subject.state not in row.sources:
        return Refusal("state", "wrong-state")
    if not any(party.includes(actor, subject) for party in row.parties):
        return Refusal("party", "not-yours")
    for bar in row.bars:
        if bar.party.includes(actor, subject):
            return Refusal("party", bar.reason)
    for guard in row.guards:
        if not guard.met(subject):
            return Refusal("state", guard.reason)
    return None


# The nearer a refusal came to a yes, the more it tells: a bar beats "not yours", which beats "wrong state".
_NEARNESS = {"wrong-state": 0, "not-yours": 1}


def permit(actor: Actor, table: tuple[Transition, ...], action: Any, subject: Any) -> Transition | Refusal:
    """The row by which `actor` may do `action` to `subject` now, or the refusal that came nearest."""
    refusals = []
    for row in rows(table, action):
        refusal = judge(actor, row, subject)
        if refusal is None:
            return row
        refusals.append(refusal)
    return max(refusals, key=lambda refusal: _NEARNESS.get(refusal.reason, 2))


def available(actor: Actor, subject: Any, table: tuple[Transition, ...] = TABLE) -> list[Transition]:
    """The rows open to `actor` for `subject` now, in the order of the table: what the page's buttons are."""
    return [row for row in table if judge(actor, row, subject) is None]


def duties(table: tuple[Transition, ...], duty: Duty) -> list[Transition]:
    """The rows whose subjects wait in the list `duty`."""
    return [row for row in table if row.duty == duty]


def waiting_on(subject: Any, table: tuple[Transition, ...] = TABLE) -> list[Transition]:
    """The rows by which somebody is due to move `subject` on: state and guards hold, whoever the person is."""
    return [
        row for row in table
        if row.duty and subject.state in row.sources and all(guard.met(subject) for guard in row.guards)
    ]


def sights(actor: Actor, manuscript: Any) -> list[Sight]:
    """Every way in which `actor` sees `manuscript`; empty where it does not exist for them."""
    return [
        sight for sight in SIGHTS
        if manuscript.state in sight.states
        and (not sight.since or getattr(manuscript, sight.since))
        and sight.party.includes(actor, manuscript)
    ]
