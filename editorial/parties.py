"""Who a row of the workflow's tables lets act, whom it bars, and what must hold besides.

Layer 0: knows no database. Subjects are described by the names of their attributes; `models.py` gives those to
Python and, under the same names, to SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from editorial.terms import Duty, Need, Role


@dataclass(frozen=True)
class Actor:
    """A logged-in person as the table sees them: an id, and for each role the places it holds.

    `grants` maps a role to ids of units (for a signer also those below), offices or stages; a role for the whole city
    maps to the empty set.
    """

    id: int
    name: str = ""
    grants: Mapping[Role, frozenset[int]] = field(default_factory=dict)
    interests: frozenset[tuple[str, int]] = frozenset()  # what they declared, as the subject's `concerns` names it
    lent: Mapping[tuple[Role, int], int] = field(default_factory=dict)
    """The roles and places that they have for somebody's sake alone, who is away: whose."""
    stands_for: frozenset[int] = frozenset()  # all people for whom they stand in

    @property
    def roles(self) -> frozenset[Role]:
        """The roles, wherever they are held."""
        return frozenset(self.grants)

    def holds(self, role: Role, place: int | None) -> bool:
        """True where this person has `role` at the unit, office or stage with the id `place`."""
        return place is not None and place in self.grants.get(role, frozenset())


@dataclass(frozen=True)
class Party:
    """Who: a role at the place that the subject's attribute `scope` names, and the person that `person` names.

    Each of the three may be missing: a role without a scope is held for the whole city, a person without a role is
    named by the subject alone, and nothing at all is everybody with an account. `person` may name one id or a set.
    `concerned` are those who declared an interest in what the subject `concerns`; with `stands_in` it is not the
    person that is meant, but whoever stands in for them.
    """

    name: str
    role: Role | None = None
    scope: str = ""
    person: str = ""
    concerned: bool = False
    stands_in: bool = False

    def includes(self, actor: Actor, subject: Any) -> bool:
        """True where `actor` belongs to this party for `subject`."""
        if self.role and self.scope and not actor.holds(self.role, getattr(subject, self.scope)):
            return False
        if self.role and not self.scope and self.role not in actor.grants:
            return False
        if self.person:
            named = getattr(subject, self.person)
            if self.stands_in:
                return named in actor.stands_for
            return actor.id in named if isinstance(named, Set) else actor.id == named
        return not self.concerned or bool(actor.interests and actor.interests & subject.concerns)


AUTHOR = Party("author", person="author_ids")
AUTHOR_OF_UNIT = Party("author", Role.CORRESPONDENT, "unit_id", "author_ids")  # who may write for it still
SIGNER_DUE = Party("signer", Role.SIGNER, "signoff_unit_id")
UNIT_SIGNER = Party("unit_signer", Role.SIGNER, "unit_id")
REVIEWER = Party("reviewer", Role.STAGE_REVIEWER, "stage_id")
HOLDER = Party("holder", Role.STAGE_REVIEWER, "stage_id", "assignee_id")
STAND_IN = Party("reviewer", Role.STAGE_REVIEWER, "stage_id", "assignee_id", stands_in=True)
STAFF = Party("staff", Role.STAFF, "office_id")
CHIEF = Party("chief", Role.CHIEF_EDITOR, "office_id")
PUBLISHER = Party("publisher", Role.PUBLISHER, "office_id")
COORDINATOR = Party("coordinator", Role.COORDINATOR)
ANYONE = Party("anyone")
DECIDER = Party("decider", person="undoable_by_id")
READ_ELSEWHERE = Party("read_elsewhere", person="elsewhere_ids")
REJECTER = Party("rejecter", person="rejecter_ids")
CONFIRMER = Party("confirmer", person="confirmer_ids")
PROPOSER = Party("proposer", person="assignee_id")  # of the open proposal: whoever has it
CORRECTOR = Party("corrector", person="corrector_ids")
FINDER = Party("finder", person="recorded_by_id")  # of a proof: who brought it
CONCERNED = Party("concerned", concerned=True)

COMMISSIONER = Party("commissioner", Role.COMMISSIONER, "department_id")
COMMENTATOR = Party("commentator", Role.COMMENTATOR, "department_id", "commentator_id")
COMMENTARY_AUTHOR = Party("commentary_author", person="commentator_id")


@dataclass(frozen=True)
class Guard:
    """A condition beyond state and party: the subject's attribute is set (or is not, for `unset`); else the reason."""

    attribute: str
    reason: str
    unset: bool = False

    def met(self, subject: Any) -> bool:
        """True where the condition holds for `subject`."""
        return bool(getattr(subject, self.attribute)) is not self.unset


@dataclass(frozen=True)
class Bar:
    """Four eyes: a party that may not do this even where another party would allow it."""

    party: Party
    reason: str


@dataclass(frozen=True)
class Transition:
    """One arrow. An action may have several, for several states or parties.

    `targets` are all states that it can lead to; which one is decided by `standing`. `duty` names the list in which
    the subject waits for the parties of this row.
    """

    action: Any
    sources: frozenset[Any]
    targets: frozenset[Any]
    parties: tuple[Party, ...]
    needs: tuple[Need, ...] = ()
    bars: tuple[Bar, ...] = ()
    guards: tuple[Guard, ...] = ()
    duty: Duty | None = None


NOT_OWN = Bar(AUTHOR, "own-work")
NOT_TWICE = Bar(READ_ELSEWHERE, "read-elsewhere")
NOT_CONFIRMER = Bar(CONFIRMER, "read-elsewhere")
NOT_PROPOSER = Bar(PROPOSER, "own-proposal")
NOT_CORRECTOR = Bar(CORRECTOR, "own-work")
NOT_CONCERNED = Bar(CONCERNED, "interest")
NOT_REJECTER = Bar(REJECTER, "took-part")
NOT_FINDER = Bar(FINDER, "own-proof")
NOT_OWN_COMMENTARY = Bar(COMMENTARY_AUTHOR, "own-work")

UNASSIGNED = Guard("assignee_id", "already-assigned", unset=True)
ASSIGNED = Guard("assignee_id", "not-assigned")
UNDER_REVIEW = Guard("stage_id", "not-under-review")
DECIDES = Guard("proposes", "only-proposes", unset=True)
PROPOSES = Guard("proposes", "decides-itself")
PROPOSED = Guard("proposal_id", "no-proposal")
NOT_PROPOSED = Guard("proposal_id", "proposal-open", unset=True)
NOT_CORRECTING = Guard("stage_id", "correction-open", unset=True)
REQUESTED = Guard("correction_requested", "no-request")
NOT_REQUESTED = Guard("correction_requested", "request-open", unset=True)
NEVER_SUBMITTED = Guard("submitted_at", "no-reason", unset=True)
SUBMITTED_BEFORE = Guard("submitted_at", "wrong-state")
ENTERED = Guard("entered_at", "wrong-state")
MAY_APPEAL = Guard("may_appeal", "no-appeal")
APPEAL_OPEN = Guard("appeal_open", "no-open-appeal")
OVERDUE = Guard("is_overdue", "not-overdue")
DIFFERS = Guard("differs", "nothing-differs")
NO_NOTICE = Guard("notice", "notice-out", unset=True)
HAS_NOTICE = Guard("notice", "no-notice")
NOT_MENDED = Guard("is_mended", "mended-already", unset=True)
OF_NO_OFFICE = Guard("office_id", "not-yours", unset=True)
