"""Manuscripts: their state is what happened, they are cleared by all stages, and none goes silent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import and_, false, func, literal, not_, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from editorial import access
from editorial.invariants.saying import say
from editorial.models import (
    Appeal,
    Assignment,
    Channel,
    Correction,
    CorrectionRequest,
    Decision,
    Event,
    Manuscript,
    Membership,
    Person,
    Publication,
    RulesetStep,
    Stage,
    StoryAuthor,
    Unit,
    Version,
)
from editorial.tables.imported import rests
from editorial.tables.proposals import Proposal
from editorial.tables.publication import Reprint
from editorial.terms import Action, Role, State, Verdict
from editorial.workflow import TABLE, Standing, rows, standing

CLEARED = (State.ACCEPTED, State.PUBLISHED, State.RETRACTED)
LIVE_PASS = and_(Decision.verdict == Verdict.PASS, Decision.undone_at.is_(None))
READING = and_(Manuscript.state.in_((State.IN_REVIEW, State.PUBLISHED)), Manuscript.stage_id.is_not(None))
CHUNK = 2000


def state_is_what_happened(session: Session) -> Iterator[str]:
    """The state is the last one that the record names."""
    last = select(Event.manuscript_id, func.max(Event.seq).label("seq")).where(
        Event.manuscript_id.is_not(None), Event.after != "").group_by(Event.manuscript_id).subquery()
    yield from say(
        session,
        select(Manuscript.code, Manuscript.state, func.coalesce(Event.after, "nothing"))
        .outerjoin(last, last.c.manuscript_id == Manuscript.id).outerjoin(Event, Event.seq == last.c.seq)
        .where(or_(Event.after.is_(None), Event.after != Manuscript.state)),
        "manuscript {0} is {1}, its record ends with {2}")


def each_step_begins_where_the_last_one_ended(session: Session) -> Iterator[str]:
    """Each event of a manuscript begins in the state in which the one before it ended."""
    steps = select(
        Event.seq, Event.manuscript_id, Event.before,
        func.lag(Event.after, 1, "").over(partition_by=Event.manuscript_id, order_by=Event.seq).label("ended"),
    ).where(Event.manuscript_id.is_not(None), Event.after != "").subquery()
    yield from say(
        session, select(steps.c.seq, steps.c.before, steps.c.ended).where(steps.c.before != steps.c.ended),
        "event {0} begins in {1}, the one before it ended in {2}")


def _not_passed(version: type[Version]) -> ColumnElement[bool]:
    """No live pass of the step's stage on the version's text."""
    return not_(select(Decision.id).where(
        Decision.manuscript_id == Manuscript.id, Decision.stage_id == RulesetStep.stage_id,
        Decision.digest == version.digest, LIVE_PASS).exists())


def cleared_means_passed_by_every_stage(session: Session) -> Iterator[str]:
    """Rule 1: what is accepted or out was passed by every stage, on the same text."""
    yield from say(
        session,
        select(Manuscript.code, Manuscript.state, Stage.title)
        .join(Version, Version.id == Manuscript.cleared_version_id)
        .join(RulesetStep, RulesetStep.ruleset_id == Manuscript.ruleset_id)
        .join(Stage, Stage.id == RulesetStep.stage_id)
        .where(Manuscript.state.in_(CLEARED), _not_passed(Version)),
        "manuscript {0} is {1} without a pass at {2}")
    yield from say(
        session,
        select(Manuscript.code, Manuscript.state).where(
            Manuscript.state.in_(CLEARED),
            or_(Manuscript.cleared_version_id.is_(None), Manuscript.ruleset_id.is_(None))),
        "manuscript {0} is {1} without a cleared text")


def what_is_published_was_cleared(session: Session) -> Iterator[str]:
    """A publication is of a text that every stage passed, on a channel of the manuscript's office."""
    yield from say(
        session,
        select(Manuscript.code, Channel.title, Stage.title)
        .join(Publication, Publication.manuscript_id == Manuscript.id).join(Channel)
        .join(Version, Version.id == Publication.version_id)
        .join(RulesetStep, RulesetStep.ruleset_id == Manuscript.ruleset_id)
        .join(Stage, Stage.id == RulesetStep.stage_id).where(_not_passed(Version)),
        "manuscript {0} came out on {1} without a pass at {2}")
    yield from say(
        session,
        select(Manuscript.code, Channel.title)
        .join(Publication, Publication.manuscript_id == Manuscript.id).join(Channel)
        .join(Version, Version.id == Publication.version_id)
        .where(or_(Version.digest != Publication.digest, Version.manuscript_id != Manuscript.id,
                   Channel.office_id != Manuscript.office_id)),
        "manuscript {0}: its publication on {1} names another text or office")
    first = select(Publication.manuscript_id, func.min(Publication.published_at).label("at")).group_by(
        Publication.manuscript_id).subquery()
    out = Manuscript.state.in_((State.PUBLISHED, State.RETRACTED))
    yield from say(
        session,
        select(Manuscript.code, Manuscript.state)
        .outerjoin(first, first.c.manuscript_id == Manuscript.id)
        .where(or_(and_(out, first.c.at.is_(None)), and_(not_(out), first.c.at.is_not(None)),
                   first.c.at != Manuscript.published_at)),
        "manuscript {0} is {1}, its publications say otherwise")


def addresses_lead_to_the_web(session: Session) -> Iterator[str]:
    """Where something came out is an address that a browser may follow, or none: http and https alone."""
    for address, where in ((Publication.address, "publication"), (Reprint.address, "reprint"),
                           (Assignment.address, "commentary")):
        model = address.class_
        yield from say(
            session,
            select(literal(where), model.id).where(
                address != "", not_(address.startswith("http://")), not_(address.startswith("https://"))),
            "{0} {1} has an address that is none of the web")


def stands_where_its_readings_say(session: Session) -> Iterator[str]:
    """State, due unit and stage are what `workflow.standing` says of signatures and passes."""
    stages = defaultdict(list)
    for step in session.scalars(select(RulesetStep).order_by(RulesetStep.ruleset_id, RulesetStep.position)):
        stages[step.ruleset_id].append(step.stage_id)
    written, current = aliased(Version), aliased(Version)
    after = 0
    while found := session.execute(
        select(Manuscript.id, Manuscript.code, Manuscript.story_id, Manuscript.state, Manuscript.chain,
               Manuscript.ruleset_id, Manuscript.signoff_unit_id, Manuscript.stage_id,
               written.digest.label("written"), current.digest.label("current"),
               select(Correction.id).where(Correction.manuscript_id == Manuscript.id, Correction.outcome.is_(None))
               .exists().label("correcting"))
        .outerjoin(written, written.id == Manuscript.author_version_id)
        .outerjoin(current, current.id == Manuscript.version_id)
        .where(Manuscript.id > after,
               Manuscript.state.in_((State.AWAITING_SIGNOFF, State.IN_REVIEW, State.ACCEPTED, State.PUBLISHED)))
        .order_by(Manuscript.id).limit(CHUNK)
    ).all():
        after = found[-1].id
        signed, passed = _signed_and_passed(session, {row.story_id for row in found})
        for row in found:
            at = standing(row.chain, signed[row.story_id, row.written], stages[row.ruleset_id or 0],
                          passed[row.id, row.current])
            if row.state is State.PUBLISHED:  # its stages read again only while a correction is open
                at = Standing(State.PUBLISHED, stage_id=at.stage_id if row.correcting else None)
            if (row.state, row.signoff_unit_id, row.stage_id) != (at.state, at.unit_id, at.stage_id):
                yield (f"manuscript {row.code} stands at {row.state.value}/{row.signoff_unit_id or row.stage_id}, "
                       f"its readings say {at.state.value}/{at.unit_id or at.stage_id}")


Readings = defaultdict[tuple[int, str], set[int]]


def _signed_and_passed(session: Session, stories: set[int]) -> tuple[Readings, Readings]:
    """The units that signed each text of these stories, and the stages whose pass of a manuscript's text counts."""
    signed, passed = Readings(set), Readings(set)
    for manuscript_id, story_id, digest, unit_id, stage_id in session.execute(
            select(Decision.manuscript_id, Decision.story_id, Decision.digest, Decision.unit_id, Decision.stage_id)
            .join(Manuscript, Manuscript.id == Decision.manuscript_id)
            .where(LIVE_PASS, Decision.story_id.in_(sorted(stories)),
                   or_(Decision.unit_id.is_not(None), Decision.round >= Manuscript.first_round))):
        if unit_id is not None:
            signed[story_id, digest].add(unit_id)
        elif stage_id is not None:
            passed[manuscript_id, digest].add(stage_id)
    return signed, passed


def its_versions_are_its_own(session: Session) -> Iterator[str]:
    """Current, author's and cleared version belong to the manuscript; its versions are numbered without a gap."""
    for column, what in ((Manuscript.version_id, "current"), (Manuscript.author_version_id, "author's"),
                         (Manuscript.cleared_version_id, "cleared")):
        author = Version.origin != "author" if what == "author's" else false()
        yield from say(
            session,
            select(Manuscript.code, literal(what)).join(Version, Version.id == column)
            .where(or_(Version.manuscript_id != Manuscript.id, author)),
            "manuscript {0}: its {1} version is not its own")
    yield from say(
        session,
        select(Manuscript.code).where(
            or_(Manuscript.version_id.is_(None), Manuscript.author_version_id.is_(None))),
        "manuscript {0} has no text")
    yield from say(
        session,
        select(Manuscript.code, func.count(Version.id), func.max(Version.number))
        .join(Version, Version.manuscript_id == Manuscript.id).group_by(Manuscript.id, Manuscript.code)
        .having(or_(func.count(Version.id) != func.max(Version.number), func.min(Version.number) != 1)),
        "manuscript {0} has {1} versions, numbered to {2}")


def one_open_correction(session: Session) -> Iterator[str]:
    """At most one correction is open, and it is what a published manuscript under review is read for."""
    count = func.count(Correction.id)
    yield from say(
        session,
        select(Manuscript.code, count).join(Correction, Correction.manuscript_id == Manuscript.id)
        .where(Correction.outcome.is_(None)).group_by(Manuscript.id, Manuscript.code).having(count > 1),
        "manuscript {0} has {1} open corrections")
    is_open = select(Correction.id).where(
        Correction.manuscript_id == Manuscript.id, Correction.outcome.is_(None)).exists()
    read = and_(Manuscript.state == State.PUBLISHED, Manuscript.stage_id.is_not(None))
    yield from say(
        session,
        select(Manuscript.code).where(or_(and_(read, not_(is_open)), and_(not_(read), is_open))),
        "manuscript {0}: its correction and its review do not belong together")


def a_request_waits_of_what_is_published(session: Session) -> Iterator[str]:
    """A request for a correction waits where a published piece has none under review; a declined one has its reason."""
    yield from say(
        session,
        select(Manuscript.code, Manuscript.state).where(
            REQUESTED, or_(Manuscript.state != State.PUBLISHED, Manuscript.stage_id.is_not(None))),
        "manuscript {0} is {1}, and a correction is still asked for")


REQUESTED = select(CorrectionRequest.id).where(
    CorrectionRequest.manuscript_id == Manuscript.id, CorrectionRequest.answered_at.is_(None)).exists()
APPEALED = select(Appeal.id).where(Appeal.manuscript_id == Manuscript.id, Appeal.heard_at.is_(None)).exists()


def no_manuscript_goes_silent(session: Session) -> Iterator[str]:
    """Rule 9: whatever waits for somebody has a time by which they act."""
    waits = or_(
        Manuscript.state.in_((State.AWAITING_SIGNOFF, State.IN_REVIEW, State.RETURNED, State.ACCEPTED)), READING,
        and_(Manuscript.state == State.REJECTED, APPEALED), and_(Manuscript.state == State.PUBLISHED, REQUESTED))
    yield from say(
        session, select(Manuscript.code, Manuscript.state).where(waits, Manuscript.due_at.is_(None)),
        "manuscript {0} is {1} without a time by which somebody acts")


def _somebody(action: Action, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    """There is an open account with a role for which `where` holds, of somebody whom nothing bars from `action`: four
    eyes, or an interest that they declared. Asked by id, since what bars somebody is asked of one manuscript."""
    able = select(Manuscript.id).join(Membership, and_(*where)).join(Person, Person.id == Membership.person_id).where(
        Person.is_active, not_(access.barred(next(rows(TABLE, action)), Person.id))).correlate(None)
    return Manuscript.id.in_(able)


def somebody_can_act(session: Session) -> Iterator[str]:
    """Rule 9: the desk or person that has it is somebody with an open account who may do it."""
    due, above = aliased(Unit), aliased(Unit)
    signers = _somebody(
        Action.SIGN_OFF, Membership.role == Role.SIGNER,
        select(due.id).join(above, due.path.startswith(above.path)).where(
            due.id == Manuscript.signoff_unit_id, above.id == Membership.unit_id).exists())
    reads_here = and_(Membership.role == Role.STAGE_REVIEWER, Membership.stage_id == Manuscript.stage_id)
    author = select(StoryAuthor.story_id).join(Person, Person.id == StoryAuthor.person_id).where(
        StoryAuthor.story_id == Manuscript.story_id, Person.is_active).exists()
    at_office = Membership.office_id == Manuscript.office_id
    chief = and_(Membership.role == Role.CHIEF_EDITOR, at_office)
    proposed = Manuscript.proposal_id.is_not(None)
    lacking = (
        (Manuscript.state == State.AWAITING_SIGNOFF, signers, "sign"),
        (and_(READING, Manuscript.assignee_id.is_(None)), _somebody(Action.CLAIM, reads_here), "read"),
        (and_(READING, Manuscript.assignee_id.is_not(None), not_(proposed)),
         _somebody(Action.PASS, reads_here, Membership.person_id == Manuscript.assignee_id), "read as assigned"),
        (proposed, _somebody(Action.CONFIRM, chief), "confirm what is proposed for"),
        (Manuscript.state == State.RETURNED, author, "revise"),
        (Manuscript.state == State.ACCEPTED, _somebody(Action.PUBLISH, Membership.role == Role.PUBLISHER, at_office),
         "publish"),
        (and_(Manuscript.state == State.REJECTED, APPEALED), _somebody(Action.REOPEN, chief), "hear the appeal about"),
        (REQUESTED, _somebody(Action.CORRECT, chief), "correct"),
    )
    for waiting, somebody, what in lacking:
        yield from say(session, select(literal(what), Manuscript.code).where(waiting, not_(somebody), not_(rests())),
                       "nobody can {0} manuscript {1}")


def what_is_proposed_waits(session: Session) -> Iterator[str]:
    """A proposal is open exactly where its manuscript waits for the chief editor, at its stage, on its present text."""
    waits = and_(Proposal.id == Manuscript.proposal_id, Proposal.manuscript_id == Manuscript.id,
                 Proposal.version_id == Manuscript.version_id, Proposal.stage_id == Manuscript.stage_id,
                 Proposal.person_id == Manuscript.assignee_id, Proposal.answered_at.is_(None))
    yield from say(
        session, select(Manuscript.code).where(Manuscript.proposal_id.is_not(None), not_(
            select(Proposal.id).where(waits).correlate(Manuscript).exists())),
        "manuscript {0} waits for the chief editor, and nothing is proposed")
    yield from say(
        session, select(Proposal.id, Manuscript.code).join(Manuscript, Manuscript.id == Proposal.manuscript_id).where(
            Proposal.answered_at.is_(None), func.coalesce(Manuscript.proposal_id, 0) != Proposal.id),
        "proposal {0} is open, and manuscript {1} does not wait for it")


def somebody_stands_above(session: Session) -> Iterator[str]:
    """Rule 9: where everybody below is late or gone, a coordinator with an open account is told."""
    waits = session.scalar(select(Manuscript.id).where(Manuscript.due_at.is_not(None), not_(rests())).limit(1))
    coordinator = select(Membership.id).join(Person, Person.id == Membership.person_id).where(
        Membership.role == Role.COORDINATOR, Person.is_active).limit(1)
    if waits is not None and session.scalar(coordinator) is None:
        yield "nobody stands above signers and chief editors: there is no coordinator"
