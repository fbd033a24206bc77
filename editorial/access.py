"""The only way from an address to a row. The Python check and the SQL filter come from the same Party.

Layer 2. `party_clause` translates a Party of `workflow` into SQL; everything else here is composed of it.

A clause is made for a set of roles and names nobody: who asks, and where they hold these roles, are parameters, which
`values` gives when the statement is executed. So a statement can be made once and asked for everybody with these roles.
"""

from __future__ import annotations

from collections.abc import Set
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    false,
    func,
    not_,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload, selectinload
from sqlalchemy.sql.elements import SQLCoreOperations

from editorial.errors import Conflict, Invisible, Refused
from editorial.models import (
    Appeal,
    Assignment,
    Commission,
    Correction,
    CorrectionRequest,
    Decision,
    Manuscript,
    Membership,
    RulesetStep,
    Story,
    StoryAuthor,
    Unit,
    Version,
)
from editorial.parties import AUTHOR, COORDINATOR, STAFF, UNIT_SIGNER, Actor, Guard, Party, Transition
from editorial.tables.absences import lent_to
from editorial.tables.calls import Call, asks
from editorial.tables.interests import Interest, concerned
from editorial.tables.remarks import Annotation, Answer
from editorial.terms import (
    AssignmentState,
    Duty,
    Reach,
    Role,
    State,
    Verdict,
)
from editorial.workflow import ASSIGNMENT_TABLE, SIGHTS, TABLE, TABLES, Refusal, duties, permit, sights

Subject = type[Manuscript] | type[Assignment]


ME = bindparam("me", type_=Integer)
"""Who asks."""

STANDS_FOR = bindparam("stands_for", expanding=True, type_=Integer)
"""For whom they stand in."""
HELD = Membership.id.in_(union_all(select(Membership.id).where(Membership.person_id == ME), lent_to(ME)))
"""The memberships of whoever asks: their own, and those of people who are away and for whom they stand in."""
_MEMBERSHIPS = select(Membership.role, Membership.unit_id, Membership.office_id, Membership.stage_id,
                      Membership.person_id).where(HELD)


def actor_for(session: Session, person_id: int, name: str = "") -> Actor:
    """The person as the table sees them. A signer's grant holds the unit and those below it."""
    grants: dict[Role, dict[int, set[int]]] = {}  # by role the places, and for whose sake each
    stands_for: set[int] = set()
    for role, unit_id, office_id, stage_id, whose in session.execute(_MEMBERSHIPS, {ME.key: person_id}):
        places = grants.setdefault(role, {})
        stands_for |= {whose} - {person_id}
        if place := stage_id or office_id or unit_id:
            places.setdefault(place, set()).add(whose)
        if office_id is not None:
            grants.setdefault(Role.STAFF, {}).setdefault(office_id, set()).add(person_id)
    if Role.SIGNER in grants:
        grants[Role.SIGNER] = places = {}
        for unit_id, whose in session.execute(_signed_for(), {ME.key: person_id}):
            places.setdefault(unit_id, set()).add(whose)
    declares = not grants.keys().isdisjoint(DECIDES)
    return Actor(
        person_id, name, {role: frozenset(places) for role, places in grants.items()},
        frozenset(i.about for i in session.scalars(_INTERESTS, {ME.key: person_id})) if declares else frozenset(),
        {(role, place): min(whose) for role, places in grants.items() for place, whose in places.items()
         if person_id not in whose}, frozenset(stands_for))


DECIDES = frozenset({Role.SIGNER, Role.STAGE_REVIEWER, Role.CHIEF_EDITOR})
"""Whose interests bar them from something."""
_INTERESTS = select(Interest).where(Interest.person_id == ME, Interest.ended_at.is_(None))


_BELOW = aliased(Unit)


@cache
def _units_below() -> Select[int]:
    """The ids of the units for which whoever asks signs: their own and all below."""
    return _signed_for().with_only_columns(_BELOW.id)


@cache
def _signed_for() -> Select[int, int]:
    """The same, each with the person whose membership says so."""
    root = aliased(Unit)
    return (
        select(_BELOW.id, Membership.person_id)
        .join(root, _BELOW.path.startswith(root.path))
        .join(Membership, Membership.unit_id == root.id)
        .where(HELD, Membership.role == Role.SIGNER)
    )


# --- From parties to SQL ----------------------------------------------------------------------------------------

def _places(role: Role) -> BindParameter[int]:
    """Where whoever asks holds `role`."""
    return bindparam(f"{role}_places", expanding=True, type_=Integer)


def values(actor: Actor) -> dict[str, Any]:
    """Of `actor` all that clauses made for `actor.roles` leave open."""
    return {ME.key: actor.id, STANDS_FOR.key: sorted(actor.stands_for)} | {
        _places(role).key: sorted(places) for role, places in actor.grants.items()}

GUARDS: dict[str, ColumnElement[bool]] = {
    "appeal_open": Manuscript.id.in_(select(Appeal.manuscript_id).where(Appeal.heard_at.is_(None))),
    "correction_requested": Manuscript.id.in_(
        select(CorrectionRequest.manuscript_id).where(CorrectionRequest.answered_at.is_(None))),
    "proposes": select(RulesetStep.stage_id).where(
        RulesetStep.ruleset_id == Manuscript.ruleset_id, RulesetStep.stage_id == Manuscript.stage_id,
        RulesetStep.proposes).correlate(Manuscript).exists(),
}
"""The guards that are no column, in SQL: the same attributes as on the model."""


def _people(person: str, who: int | SQLCoreOperations[int], subject: Subject) -> ColumnElement[bool]:
    """True where the subject's attribute `person` names `who`: a column, or one of the five sets."""
    if person == "author_ids":
        return Manuscript.story_id.in_(select(StoryAuthor.story_id).where(StoryAuthor.person_id == who))
    if person == "elsewhere_ids":
        here = and_(  # 0 is no station's id: an equation with nothing in it is neither true nor false in SQL
            func.coalesce(Decision.stage_id, 0) == func.coalesce(Manuscript.stage_id, 0),
            func.coalesce(Decision.unit_id, 0) == func.coalesce(Manuscript.signoff_unit_id, 0),
        )
        return (
            select(Decision.id)
            .where(
                Decision.person_id == who,
                Decision.story_id == Manuscript.story_id,
                or_(Decision.unit_id.is_not(None), Decision.manuscript_id == Manuscript.id),
                Decision.verdict == Verdict.PASS,
                Decision.undone_at.is_(None),
                not_(here),
            )
            .exists()
        )
    if person == "corrector_ids":
        return select(Correction.id).where(Correction.manuscript_id == Manuscript.id, Correction.outcome.is_(None),
                                           Correction.made_by_id == who).exists()
    if person == "rejecter_ids":
        return (
            select(Decision.id)
            .where(or_(Decision.person_id == who, Decision.confirmed_by_id == who),
                   Decision.manuscript_id == Manuscript.id,
                   Decision.verdict == Verdict.REJECT, Decision.undone_at.is_(None))
            .exists()
        )
    if person == "confirmer_ids":
        return select(Decision.id).where(
            Decision.manuscript_id == Manuscript.id, Decision.confirmed_by_id == who, Decision.verdict == Verdict.PASS,
            Decision.undone_at.is_(None)).exists()
    column: InstrumentedAttribute[int] = getattr(subject, person)
    return column == who


def party_clause(roles: Set[Role], party: Party, subject: Subject = Manuscript) -> ColumnElement[bool]:
    """The SQL of `party.includes(actor, subject)` for an actor with these roles."""
    clauses: list[ColumnElement[bool]] = []
    if party.role and party.role not in roles:
        return false()
    if party.role and party.scope:
        column: SQLCoreOperations[int] = getattr(subject, party.scope)
        clauses.append(column.in_(_units_below() if party.role is Role.SIGNER else _places(party.role)))
    if party.stands_in:
        clauses.append(getattr(subject, party.person).in_(STANDS_FOR))
    elif party.person:
        clauses.append(_people(party.person, ME, subject))
    if party.concerned:
        clauses.append(concerned(ME))
    return and_(*clauses) if clauses else true()


def barred(row: Transition, person: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """True where four eyes bar the person of this column from `row` for a manuscript: for lists of many people."""
    return or_(false(), *(concerned(person) if bar.party.concerned else _people(bar.party.person, person, Manuscript)
                          for bar in row.bars))


def guard_clause(guard: Guard, subject: Subject = Manuscript) -> ColumnElement[bool]:
    """The SQL of `guard.met(subject)`: what a column holds, or what stands in GUARDS."""
    if guard.attribute in GUARDS:
        return not_(GUARDS[guard.attribute]) if guard.unset else GUARDS[guard.attribute]
    column: InstrumentedAttribute[Any] = getattr(subject, guard.attribute)
    return column.is_(None) if guard.unset else column.is_not(None)


def row_clause(roles: Set[Role], row: Transition, subject: Subject = Manuscript) -> ColumnElement[bool]:
    """The SQL of `judge(actor, row, subject) is None` for an actor with these roles."""
    return and_(
        subject.state.in_(sorted(row.sources)),
        or_(*(party_clause(roles, party, subject) for party in row.parties)),
        *(not_(party_clause(roles, bar.party, subject)) for bar in row.bars),
        *(guard_clause(guard, subject) for guard in row.guards),
    )


def duty_clause(roles: Set[Role], duty: Duty) -> ColumnElement[bool]:
    """What waits in the list `duty` for an actor with these roles."""
    subject: Subject = Manuscript if duties(TABLE, duty) else Assignment
    rows = duties(TABLE, duty) or duties(ASSIGNMENT_TABLE, duty)
    return or_(*(row_clause(roles, row, subject) for row in rows))


def seen_by(party: Party, subject: Any = Manuscript) -> ColumnElement[bool]:
    """In which states, and since when, a party sees what is its own: its Sight, without who and where.

    `subject` is Manuscript or an alias of it.
    """
    sight = next(sight for sight in SIGHTS if sight.party == party)
    return and_(subject.state.in_(sorted(sight.states)),
                *([getattr(subject, sight.since).is_not(None)] if sight.since else []))


def visible_to(roles: Set[Role]) -> ColumnElement[bool]:
    """The manuscripts that exist for an actor with these roles: rule 7, need to know."""
    return or_(*(and_(party_clause(roles, sight.party), seen_by(sight.party)) for sight in SIGHTS
                 if sight.party.role is None or sight.party.role in roles))


# --- From an address to a row -----------------------------------------------------------------------------------


BY_CODE = select(Manuscript).where(Manuscript.code == bindparam("code")).options(joinedload(Manuscript.story).options(
    selectinload(Story.authors).joinedload(StoryAuthor.person),
    selectinload(Story.manuscripts).selectinload(Manuscript.decisions)))


def manuscript_for(session: Session, actor: Actor, code: str,
                   query: Select[Manuscript] = BY_CODE) -> Manuscript:
    """The manuscript under `code`; raises Invisible where it does not exist for `actor`.

    `query` is BY_CODE with more of what it loads at once.
    """
    manuscript = session.scalar(query, {"code": code})
    if manuscript is None or not sights(actor, manuscript):
        raise Invisible
    return manuscript


def permitted(actor: Actor, action: StrEnum, subject: Any) -> Transition:
    """The row by which `actor` may do `action`, of one of TABLES, now. Raises Refused (403) or Conflict (409)."""
    answer = permit(actor, TABLES[type(action)], action, subject)
    if isinstance(answer, Refusal):
        raise (Refused if answer.kind == "party" else Conflict)(answer.reason)
    return answer


def reach(actor: Actor, manuscript: Manuscript) -> set[Reach]:
    """By which reaches `actor` reads it."""
    return {sight.reach for sight in sights(actor, manuscript)}


def reads(actor: Actor, manuscript: Manuscript, version: Version) -> bool:
    """Whether `actor` may read this version of a manuscript that they see."""
    allowed = reach(actor, manuscript)
    out = version.id in {publication.version_id for publication in manuscript.publications} or version.id in {
        correction.version_id for correction in manuscript.corrections if correction.outcome == "effective"}
    return (
        Reach.ALL in allowed
        or (Reach.SUBMITTED in allowed and version.submitted_at is not None)
        or (Reach.OFFICE in allowed and version.entered_at is not None)
        or (Reach.PUBLISHED in allowed and out and manuscript.state is State.PUBLISHED)
    )


def versions_for(actor: Actor, manuscript: Manuscript) -> list[Version]:
    """The versions that `actor` may read, in order; the last one is what the manuscript's page shows."""
    return [version for version in manuscript.versions if reads(actor, manuscript, version)]


def version_for(actor: Actor, manuscript: Manuscript, number: int) -> Version:
    """The version with this number; raises Invisible where `actor` may not read it."""
    for version in versions_for(actor, manuscript):
        if version.number == number:
            return version
    raise Invisible


def annotations_for(session: Session, actor: Actor, manuscript: Manuscript) -> list[Annotation]:
    """The annotations that exist for `actor`, on versions that they read, with their answers, in order.

    What is internal to an office exists for its staff alone, and for none of them who also stands on the author's side.
    An office sees no other office's, nor what a unit told its author; the coordinator what authors are told.
    """
    parties = {sight.party for sight in sights(actor, manuscript)}
    if not parties & {AUTHOR, UNIT_SIGNER, STAFF, COORDINATOR}:
        return []
    found = session.scalars(select(Annotation).where(Annotation.manuscript_id == manuscript.id).order_by(Annotation.id)
                            .options(joinedload(Annotation.by), joinedload(Annotation.settled_by),
                                     selectinload(Annotation.answers).joinedload(Answer.by))).all()
    readable = {version.id for version in versions_for(actor, manuscript)} if found else set()
    author_side = bool(parties & {AUTHOR, UNIT_SIGNER})
    own_office = manuscript.office_id if STAFF in parties else None
    told = author_side or COORDINATOR in parties
    return [one for one in found if one.version_id in readable and (
        (one.office_id is not None and one.office_id == own_office and not (one.audience == "office" and author_side))
        or (one.audience == "author" and told))]


def annotation_for(session: Session, actor: Actor, manuscript: Manuscript, annotation_id: int) -> Annotation:
    """The annotation with this id; raises Invisible where it does not exist for `actor`."""
    for one in annotations_for(session, actor, manuscript):
        if one.id == annotation_id:
            return one
    raise Invisible


def commissions_clause(actor: Actor) -> ColumnElement[bool]:
    """The commissions that exist for `actor`: of the departments for which they commission, and their own offers."""
    mine = select(Assignment.commission_id).where(Assignment.commentator_id == actor.id)
    return or_(
        Commission.department_id.in_(sorted(actor.grants.get(Role.COMMISSIONER, ()))), Commission.id.in_(mine))


def commission_for(session: Session, actor: Actor, code: str) -> Commission:
    """The commission under `code`; raises Invisible."""
    commission = session.scalar(select(Commission).where(Commission.code == code, commissions_clause(actor)))
    if commission is None:
        raise Invisible
    return commission


def assignments_clause(actor: Actor) -> ColumnElement[bool]:
    """The assignments that exist for `actor`: their own, their department's, and what is published."""
    return or_(
        Assignment.commentator_id == actor.id,
        Assignment.department_id.in_(sorted(actor.grants.get(Role.COMMISSIONER, ()))),
        Assignment.state == AssignmentState.PUBLISHED,
    )


def assignment_for(session: Session, actor: Actor, assignment_id: int) -> Assignment:
    """The assignment with this id; raises Invisible."""
    assignment = session.scalar(select(Assignment).where(Assignment.id == assignment_id, assignments_clause(actor)))
    if assignment is None:
        raise Invisible
    return assignment


def asked_clause(role: Role) -> ColumnElement[bool]:
    """The calls for manuscripts that ask a unit for which whoever asks has `role`."""
    unit = aliased(Unit)
    held = unit.id.in_(_units_below() if role is Role.SIGNER else _places(role))
    return select(unit.id).where(held, unit.is_active, asks(unit)).correlate(Call).exists()


def calls_clause(roles: Set[Role]) -> ColumnElement[bool]:
    """The calls that exist for an actor with these roles: those that ask their units, their office's, all for the
    coordinator."""
    if Role.COORDINATOR in roles:
        return true()
    return or_(
        Call.office_id.in_(_places(Role.STAFF)) if Role.STAFF in roles else false(),
        *(asked_clause(role) for role in (Role.CORRESPONDENT, Role.SIGNER) if role in roles))


def call_for(session: Session, actor: Actor, code: str) -> Call:
    """The call for manuscripts under `code`; raises Invisible."""
    call = session.scalar(select(Call).where(Call.code == code, calls_clause(actor.roles)), values(actor))
    if call is None:
        raise Invisible
    return call
