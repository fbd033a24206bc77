"""What goes into a dossier: the one list. A table that names a manuscript stands here, or among those left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Table, TypeDecorator, and_, or_, select
from sqlalchemy.types import TypeEngine

from editorial.db import Model
from editorial.models import (
    Appeal,
    Assignment,
    Channel,
    CommentaryVersion,
    Commission,
    Correction,
    CorrectionRequest,
    Decision,
    Event,
    File,
    Genre,
    Manuscript,
    Office,
    Person,
    Publication,
    Ruleset,
    RulesetStep,
    Stage,
    Story,
    StoryAuthor,
    Unit,
    Upload,
    Version,
)
from editorial.tables.delivery import Delivery
from editorial.tables.messages import Chaser, OutboxMessage
from editorial.tables.planning import Embargo, Planned
from editorial.tables.proposals import Proposal
from editorial.tables.publication import (
    ChannelNotice,
    DifferenceAnswer,
    Proof,
    ProofDifference,
    ReadershipReading,
    Reprint,
)
from editorial.tables.remarks import Annotation, Answer, FileMarks
from editorial.terms import AssignmentState

Where = Callable[[Manuscript], ColumnElement[bool]]
Row = dict[str, Any]


@dataclass(frozen=True)
class Knowledge:
    """What an office's chief editor knows of a manuscript: the ids of rows, and the numbers of events."""

    versions: frozenset[int]
    decisions: frozenset[int]
    annotations: frozenset[int]
    commentary: frozenset[int]
    commissions: frozenset[int]
    assignments: frozenset[int]
    files: frozenset[str]
    events: frozenset[int]


Seen = Callable[[Knowledge, Row], bool]


@dataclass(frozen=True)
class Part:
    """A table of which rows go in. `where` says which; `without` names columns that stay out, and why.

    A row that another one names goes in by that (`where` None): people, places, rules, files. `office` says of which
    rows an office's chief editor has knowledge (rule 7): of none where it says nothing; and of what stands in the
    columns `hidden`, of no row.
    """

    model: type[Model]
    where: Where | None = None
    without: Mapping[str, str] = field(default_factory=dict)
    office: Seen | None = None
    hidden: tuple[str, ...] = ()

    @property
    def table(self) -> Table:
        """Its table."""
        table = self.model.__table__
        assert isinstance(table, Table)
        return table

    @property
    def columns(self) -> list[Any]:
        """The columns that go in."""
        return [column for column in self.table.c if column.name not in self.without]


def _publications(m: Manuscript) -> Select[int]:
    return select(Publication.id).where(Publication.manuscript_id == m.id)


def _proofs(m: Manuscript) -> Select[int]:
    return select(Proof.id).where(Proof.publication_id.in_(_publications(m)))


def _assignments(m: Manuscript) -> Select[int]:
    return select(Assignment.id).join(Commission, Commission.id == Assignment.commission_id).where(
        Commission.manuscript_id == m.id)


def kind_of(column: Column[Any]) -> TypeEngine[Any]:
    """The type of a column, a time's without what keeps it in UTC."""
    return column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type


def of_manuscript(model: Any) -> Where:
    """The rows of a table that name the manuscript."""
    return lambda m: model.manuscript_id == m.id


def every(_known: Knowledge, _row: Row) -> bool:
    """All of them: staff see this of a manuscript that is at their office."""
    return True


HERE = "how the house stands today is no part of what became of the text"
READ = "how somebody read is for them and the chief editor of their office alone"
ABOUT_READING = "when somebody read a message is nobody's business but theirs"


def all_but(model: type[Model], *kept: str) -> Mapping[str, str]:
    """The columns of people and places that stay out: whatever is added later, too, until it is named here."""
    return {column.name: HERE for column in model.__table__.c if column.name not in kept}


NAMED = (
    Part(Unit, without=all_but(Unit, "id", "parent_id", "name", "name_en", "kind", "path", "signs", "further_unit_id",
                               "commissions")),
    Part(Office, without=all_but(Office, "id", "slug", "name", "name_en", "shows_reviewers", "counts_unproved",
                                 "undo_minutes")),
    # No way into an account, and nothing personal but the name under which somebody acted.
    Part(Person, without=all_but(Person, "id", "name")),
    Part(Genre, without={"is_active": HERE}),
    Part(Ruleset, without={"created_by_id": "who set up the office's rules had no part in this text"}),
    Part(Stage),
    Part(RulesetStep),
    Part(Channel, without={"is_active": HERE}),
    Part(File, without={}),
    Part(FileMarks),
)
"""What the rows below name, in an order in which each may be written after those before it."""

OWN = (
    Part(Story, lambda m: Story.id == m.story_id, office=every),
    Part(StoryAuthor, lambda m: StoryAuthor.story_id == m.story_id, office=every),
    Part(Manuscript, lambda m: Manuscript.id == m.id, office=every),
    Part(Version, of_manuscript(Version), office=lambda known, row: row["id"] in known.versions),
    Part(Upload, of_manuscript(Upload), office=lambda known, row: row["sha256"] in known.files),
    Part(Decision, of_manuscript(Decision), office=lambda known, row: row["id"] in known.decisions),
    Part(Proposal, of_manuscript(Proposal), {"elapsed": READ, "seconds": READ}),
    Part(Appeal, of_manuscript(Appeal), office=lambda known, row: row["decision_id"] in known.decisions),
    Part(Publication, of_manuscript(Publication), office=every),
    Part(Delivery, lambda m: and_(Delivery.manuscript_id == m.id, Delivery.state != "waiting"), {"job_id": HERE},
         every),
    Part(Planned, of_manuscript(Planned), office=every),
    Part(Embargo, of_manuscript(Embargo), office=every),
    Part(Reprint, of_manuscript(Reprint), office=every),
    Part(Correction, of_manuscript(Correction), office=every),
    Part(CorrectionRequest, of_manuscript(CorrectionRequest), office=every),
    Part(Annotation, of_manuscript(Annotation), {"revision": HERE},
         lambda known, row: row["id"] in known.annotations),
    Part(Answer, lambda m: Answer.annotation_id.in_(select(Annotation.id).where(Annotation.manuscript_id == m.id)),
         office=lambda known, row: row["annotation_id"] in known.annotations),
    Part(Proof, lambda m: Proof.publication_id.in_(_publications(m)), office=every),
    Part(ProofDifference, lambda m: ProofDifference.proof_id.in_(_proofs(m)), office=every),
    Part(DifferenceAnswer, lambda m: DifferenceAnswer.difference_id.in_(
        select(ProofDifference.id).where(ProofDifference.proof_id.in_(_proofs(m)))), office=every),
    Part(ChannelNotice, of_manuscript(ChannelNotice), office=every),
    Part(ReadershipReading, lambda m: ReadershipReading.publication_id.in_(_publications(m)), office=every),
    Part(Commission, of_manuscript(Commission),
         office=lambda known, row: row["id"] in known.commissions,
         hidden=("brief",)),
    Part(Assignment, lambda m: Assignment.id.in_(_assignments(m)),
         office=lambda known, row: row["id"] in known.assignments, hidden=("reason",)),
    Part(CommentaryVersion, lambda m: and_(
        CommentaryVersion.filed_at.is_not(None),
        CommentaryVersion.assignment_id.in_(_assignments(m).where(Assignment.state != AssignmentState.WITHDRAWN))),
         office=lambda known, row: row["id"] in known.commentary),
    Part(Event, lambda m: or_(Event.manuscript_id == m.id, Event.assignment_id.in_(_assignments(m))),
         office=lambda known, row: row["seq"] in known.events),
    Part(OutboxMessage, lambda m: or_(
        OutboxMessage.manuscript_id == m.id, OutboxMessage.assignment_id.in_(_assignments(m))),
        {"read_at": ABOUT_READING, "settled_at": ABOUT_READING, "letter_id": "letters carry others' news as well"}),
    Part(Chaser, lambda m: or_(Chaser.manuscript_id == m.id, Chaser.assignment_id.in_(_assignments(m)))),
)
"""What belongs to one manuscript, in an order in which each may be written after those before it."""

PARTS = (*NAMED, *OWN)

LEFT_OUT: Mapping[str, str] = {
    "imported": "how a manuscript came to this installation",
    "call_answers": "the event call-answered says which call it answers",
    "commentary_files": "what a commentator brought is theirs alone",
    "commentary_prints": "made from a commentary's words, to find others like it",
    "decision_readings": READ,
    "handouts": "files made for somebody; the event export says who has one",
    "interests": "what somebody declared about themselves; whom it barred took no decision",
    "likenesses": "compares with the texts of others",
    "presences": "who has the page open just now; gone after a minute",
    "readings": "which version somebody opened last: nobody's business but theirs",
}
"""Tables that name something of a manuscript and stay out, each with the reason."""
