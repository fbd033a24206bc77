"""What the manuscript's page shows to its reader, and no more: text, difference, where it is, what can be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import defer, joinedload, selectinload

from editorial import access, clock, i18n, succession
from editorial.db import db
from editorial.documents import Comparison, Hint
from editorial.errors import Conflict, Invisible, Refused
from editorial.models import (
    Assignment,
    Channel,
    Commission,
    Decision,
    File,
    Manuscript,
    Office,
    Person,
    Publication,
    Ruleset,
    RulesetStep,
    Story,
    Upload,
    Version,
)
from editorial.parties import CHIEF, COORDINATOR, STAFF, Actor, Transition
from editorial.queries import calls, history, in_row, knowing, plans, proved, remarks, texts, waited, wordings
from editorial.queries.apart import Apart, apart
from editorial.queries.publishing import Mark, said_of
from editorial.queries.reader import Reader, reader_of
from editorial.queries.remarks import Remarks
from editorial.queries.route import Station, holder, route
from editorial.queries.told_publishing import PLANNED
from editorial.queries.twins import Twin, others_with_its_text
from editorial.tables.calls import Call
from editorial.tables.proposals import Proposal
from editorial.terms import Action, AssignmentState, Need, State, Verdict
from editorial.workflow import OUTWARD_TABLE, PLAN_TABLE, available, sights

OVERTAKEN_BY = frozenset({"clear", Action.PUBLISH.value, Action.UNDO.value, Action.RETRACT.value})
"""What makes an earlier reason old news."""
PICTURE_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


@dataclass(frozen=True)
class Options:
    """What the select fields and the checklist of a page's forms offer, as far as its actions need them."""

    people: Sequence[tuple[int, str]] = ()
    colleagues: Sequence[tuple[int, str]] = ()
    offices: Sequence[tuple[int, str]] = ()
    channels: Sequence[tuple[int, str]] = ()
    checklist: Sequence[dict[str, str]] = ()
    openings: Sequence[tuple[str, Sequence[str]]] = ()
    """What a reason may begin with, by whose words they are."""


@dataclass(frozen=True)
class Page:
    """A manuscript as one reader sees it. `version` is the text that they read, `basis` the one they knew before."""

    manuscript: Manuscript
    reader: Reader
    versions: list[Version]
    makers: dict[int, str]
    """Who made each version, by its id."""
    version: Version | None
    basis: Version | None
    comparison: Comparison | None
    stations: list[Station]
    holder: str
    entries: list[history.Entry]
    sisters: list[Manuscript]
    commentary: list[Assignment]
    step: RulesetStep | None
    rows: list[Transition]
    options: Options
    undo_until: datetime | None = None
    said: Sequence[Mark] = ()
    """Corrections that hold, and what readers were told of channels."""
    newly_opened: tuple[int, int | None, bool] | None = None
    """Where it is to be noted: the ids of the version that its reader opens, and of the one that they opened before,
    and whether they are to read it."""
    is_due: bool = False
    """Its text is its reader's to read now, for a stage or a unit: for how long goes with their decision."""
    measure: texts.Measure | None = None
    hints: Sequence[Hint] = ()
    """What may be wrong in the text's typography and language, for whoever may write remarks on it."""
    remarks: Remarks | None = None
    """The annotations beside the text, for whoever has to do with the manuscript."""
    twins: Sequence[Twin] = ()
    """Other stories' manuscripts with the same text, for whoever signs or reads it."""
    apart: Sequence[Apart] = ()
    """Where its story's texts at two offices are no longer the same, for whoever has to do with it."""
    plan: plans.OfManuscript | None = None
    """What it is meant for, for whoever has to do with it."""
    may_plan: bool = False
    """Whether this reader plans it, or sets an embargo, as it is now."""
    proposal: Proposal | None = None
    """What its stage's reader proposed and the chief editor is to confirm, for the office's staff."""
    proofs: Mapping[int, str] = field(default_factory=dict)
    """How each of its publications is proved, by its id: a mark of `proved.marks`."""
    call: Call | None = None
    """The call for manuscripts that it answers, for those inside who see it."""

    @property
    def sees_proofs(self) -> bool:
        """Whether the proofs themselves are for this reader."""
        return bool({STAFF.name, COORDINATOR.name} & self.reader.parties)

    @property
    def goes_out(self) -> bool:
        """Whether its reader may take the package of what was cleared."""
        return bool(available(self.reader.actor, self.manuscript, OUTWARD_TABLE))

    @property
    def waited(self) -> list[str]:
        """How long it has been with whom, for whoever has to do with it while its way goes on."""
        under_way = self.manuscript.state in waited.SIDES and self.reader.is_inside
        return waited.in_words(self.entries, clock.now()) if under_way else []

    @property
    def authors(self) -> list[str]:
        """The names of its authors."""
        return [author.person.name for author in self.manuscript.story.authors]

    def asks(self, need: Need) -> bool:
        """Whether something that can be done now asks for `need`."""
        return any(need in row.needs for row in self.rows)

    @property
    def is_unrevised(self) -> bool:
        """It was returned, and its text is still the one that was read: its author has to write first."""
        found = self.manuscript
        return found.state is State.RETURNED and found.version is not None and found.version.submitted_at is not None

    @property
    def is_correcting(self) -> bool:
        """A correction is under review, as those who have to do with it know."""
        found = self.manuscript
        return self.reader.is_inside and found.published_at is not None and found.stage_id is not None

    @property
    def takes_dossier(self) -> bool:
        """Whether the reader may take its dossier."""
        return takes_dossier(self.reader, self.manuscript)

    @property
    def word(self) -> history.Entry | None:
        """The last reason that somebody gave, where nothing has overtaken it."""
        for entry in self.entries:
            if entry.kind in OVERTAKEN_BY:
                return None
            if entry.reason and entry.kind not in PLANNED:
                return entry
        return None


# --- One manuscript -----------------------------------------------------------------------------------------------

_RULES = (
    joinedload(Manuscript.unit), joinedload(Manuscript.office), joinedload(Manuscript.version),
    joinedload(Manuscript.ruleset).selectinload(Ruleset.steps).joinedload(RulesetStep.stage),
)
"""What every act on a manuscript asks for."""
_TO_ACT = access.BY_CODE.options(*_RULES)
_PARTS = (
    *_RULES, joinedload(Manuscript.genre),
    joinedload(Manuscript.stage), joinedload(Manuscript.signoff_unit), joinedload(Manuscript.assignee),
    joinedload(Manuscript.appeal), joinedload(Manuscript.last_decision),
    selectinload(Manuscript.versions).options(defer(Version.html), defer(Version.text), joinedload(Version.made_by)),
    joinedload(Manuscript.story).selectinload(Story.manuscripts).selectinload(Manuscript.decisions).options(
        joinedload(Decision.person), joinedload(Decision.unit), joinedload(Decision.stage)),
    selectinload(Manuscript.publications).joinedload(Publication.channel),
    selectinload(Manuscript.corrections), selectinload(Manuscript.correction_requests),
)
"""What a manuscript's page needs of it, in a fixed number of queries."""
_WHOLE = access.BY_CODE.options(*_PARTS)


def manuscript(actor: Actor, code: str) -> Manuscript:
    """The manuscript under `code` with all that its page shows; raises Invisible."""
    return access.manuscript_for(db.session(), actor, code, _WHOLE)


def for_action(actor: Actor, code: str, action: str, seen: int | None) -> tuple[Manuscript, Transition]:
    """The manuscript, and the row by which `actor` may do `action` to it, on the page with the revision `seen`.

    Raises Invisible also for what is no action; Conflict("stale") for a page that is out of date; else what
    `access.permitted` raises.
    """
    found = access.manuscript_for(db.session(), actor, code, _TO_ACT)
    if action not in set(Action):
        raise Invisible
    if seen != found.revision:
        raise Conflict("stale")
    return found, access.permitted(actor, Action(action), found)


def takes_dossier(reader: Reader, found: Manuscript) -> bool:
    """Whether `reader` may take the office's dossier: as chief editor of the office that has it, once it is there."""
    return reader.is_staff and CHIEF.includes(reader.actor, found)


def sees(actor: Actor, found: Manuscript) -> bool:
    """Whether `actor` still sees it: what they did may have taken it out of their sight."""
    return bool(sights(actor, found))


def page(actor: Actor, code: str, whole: bool = False) -> Page:
    """What the manuscript's page shows to `actor`; with `whole` the text even where there is a difference."""
    found = manuscript(actor, code)
    reader = reader_of(actor, found)
    versions = access.versions_for(actor, found)
    version = knowing.shown(found, versions)
    beside = remarks.beside(reader, found, version) if reader.is_inside and version else None
    last = knowing.last_reading(actor, found) if reader.is_inside else None
    basis = knowing.known(actor, found, versions) or knowing.opened(last, actor, found, versions)
    open_rows = available(actor, found)
    needs = {need for row in open_rows for need in row.needs}
    is_due = version is found.version and any(row.duty in knowing.READING for row in open_rows)
    return Page(
        found, reader, versions, makers(reader, versions), version, basis,
        texts.difference(basis, version) if basis and version and not whole else None,
        route(reader, found, version) if reader.is_inside else [],
        holder(reader, found) if reader.is_inside else "", history.of_manuscript(reader, found),
        [sister for sister in found.story.manuscripts if sister is not found and sights(actor, sister)],
        published_commentary(found), step_of(found) if reader.is_staff else None,
        open_rows, options(actor, found, needs), undo_until(actor, found),
        said_of(found) if found.published_at else (),
        knowing.newly_opened(last, version, is_due) if version and reader.is_inside else None, is_due,
        texts.measure(version) if version else None,
        texts.hints_on(version.title, version.html) if version and beside and beside.party else (), beside,
        others_with_its_text(actor, found, version) if reader.decides and version else (),
        apart(reader, found), plans.of_manuscript(found) if reader.is_inside and found.entered_at else None,
        bool(available(actor, found, PLAN_TABLE)),
        db.session.get(Proposal, found.proposal_id) if found.proposal_id and reader.is_staff else None,
        proved.marks([one.id for one in found.publications]),
        calls.call_of(actor, found) if reader.is_inside else None,
    )


def makers(reader: Reader, versions: Sequence[Version]) -> dict[int, str]:
    """Who made each version, by its id: an author by name, an office's people where `reader` sees their names."""
    edited = [version for version in versions if version.origin != "author"]
    offices = history.offices_of_edits(edited[0].manuscript_id) if edited else {}
    return {version.id: _("the office") if version in edited and not reader.names_at(offices.get(version.number))
            else version.made_by.name for version in versions}


def step_of(found: Manuscript) -> RulesetStep | None:
    """What the rules say of the stage at which it is."""
    steps = found.ruleset.steps if found.ruleset else []
    return next((step for step in steps if step.stage_id == found.stage_id), None)


def undo_until(actor: Actor, found: Manuscript) -> datetime | None:
    """Until when `actor` can take back what led to the present state."""
    decision = found.last_decision
    return decision.hold_until if decision and found.undoable_by_id == actor.id else None


def published_commentary(found: Manuscript) -> list[Assignment]:
    """The published commentaries on it; none where it is not published."""
    if found.published_at is None:
        return []
    return list(db.session.scalars(
        select(Assignment).join(Commission).where(
            Commission.manuscript_id == found.id, Assignment.state == AssignmentState.PUBLISHED)
        .options(joinedload(Assignment.version)).order_by(Assignment.published_at, Assignment.id)))


# --- What can be chosen -------------------------------------------------------------------------------------------


def options(actor: Actor, found: Manuscript, needs: Set[Need]) -> Options:
    """What the fields for `needs` offer: readers with what they have in hand, offices without the story, channels."""
    step = step_of(found)
    return Options(
        in_row.readers_of(actor, [found.id]).get(found.id, ()) if Need.PERSON in needs else (),
        colleagues(found) if Need.COLLEAGUE in needs else (),
        other_offices(found) if Need.OFFICE in needs else (),
        channels(found) if Need.PUBLICATION in needs else (),
        step.checklist if step and Need.CHECKLIST in needs else (),
        wordings.openings(actor, found) if Need.REASON in needs else (),
    )


def colleagues(found: Manuscript) -> list[tuple[int, str]]:
    """Who may join its authors."""
    return [(id_, name) for id_, name in db.session.execute(
        select(Person.id, Person.name).where(succession.may_join(found.story)).order_by(Person.id))]


def other_offices(found: Manuscript) -> list[tuple[int, str]]:
    """The active offices that don't have the story."""
    taken = {sister.office_id for sister in found.story.manuscripts}
    return [(office.id, i18n.title_of(office)) for office in db.session.scalars(
        select(Office).where(Office.is_active).order_by(Office.id)) if office.id not in taken]


def channels(found: Manuscript) -> list[tuple[int, str]]:
    """Where its office publishes, each with what it is."""
    return [(channel.id, _("%(channel)s (%(kind)s)", channel=i18n.title_of(channel), kind=i18n.label(channel.kind)))
            for channel in db.session.scalars(
        select(Channel).where(Channel.office_id == found.office_id, Channel.is_active).order_by(Channel.id))]


# --- Versions and their parts -------------------------------------------------------------------------------------


def version_page(actor: Actor, code: str, number: int) -> Page:
    """The manuscript with one version that `actor` may read; raises Invisible."""
    found = manuscript(actor, code)
    return _of_versions(actor, found, access.version_for(actor, found, number), None)


def comparison_page(actor: Actor, code: str, first: int, second: int) -> Page:
    """The manuscript with what changed between two versions that `actor` may read; raises Invisible."""
    found = manuscript(actor, code)
    before, after = access.version_for(actor, found, first), access.version_for(actor, found, second)
    return _of_versions(actor, found, after, before)


def _of_versions(actor: Actor, found: Manuscript, version: Version, basis: Version | None) -> Page:
    reader, versions = reader_of(actor, found), access.versions_for(actor, found)
    return Page(
        found, reader, versions, makers(reader, versions), version, basis,
        texts.difference(basis, version) if basis else None, [], "", [], [], [], None, [], Options(),
        measure=texts.measure(version),
        remarks=remarks.beside(reader, found, version) if reader.is_inside and basis is None else None)


def picture(actor: Actor, code: str, sha256: str) -> File:
    """A picture of a version that `actor` may read, or brought by them or to their own story; raises Invisible."""
    found = access.manuscript_for(db.session(), actor, code)
    shown = {line["sha256"] for version in access.versions_for(actor, found) for line in version.pictures}
    brought = select(Upload.uploaded_by_id).join(Manuscript, Manuscript.id == Upload.manuscript_id).where(
        Manuscript.story_id == found.story_id, Upload.sha256 == sha256, Upload.kind == "picture")
    if sha256 not in shown:
        people = set(db.session.scalars(brought))
        if actor.id not in people and not (people and actor.id in found.author_ids):
            raise Invisible
    file = db.session.get(File, sha256)
    if file is None or file.media_type not in PICTURE_TYPES:
        raise Invisible
    return file


# --- The review sheet ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sheet:
    """The review sheet 三审单: the text, and every sign-off and decision on it, in order."""

    manuscript: Manuscript
    version: Version
    signatures: list[Decision]
    decisions: list[Decision]
    printed_at: datetime
    proofs: Mapping[int, str]
    """How each publication is proved, by its id."""

    @property
    def authors(self) -> list[str]:
        """The names of its authors."""
        return [author.person.name for author in self.manuscript.story.authors]

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each text, by its digest."""
        return {version.digest: version.number for version in self.manuscript.versions}


def sheet(actor: Actor, code: str) -> Sheet:
    """The review sheet, for the office's staff; raises Refused where somebody else sees the manuscript."""
    found = manuscript(actor, code)
    reader = reader_of(actor, found)
    if STAFF.name not in reader.parties:
        raise Refused("not-yours")
    entered = {version.digest for version in found.versions if version.entered_at is not None}
    signatures = [d for sister in found.story.manuscripts for d in sister.decisions if d.unit_id and d.digest in entered
                  and (d.verdict is Verdict.PASS or d.manuscript_id == found.id)]
    stages = {step.stage_id for step in found.ruleset.steps} if found.ruleset else set()
    version = knowing.shown(found, access.versions_for(actor, found))
    assert version is not None
    return Sheet(found, version, sorted(signatures, key=lambda d: d.id),
                 [d for d in found.decisions if d.stage_id in stages], clock.now(),
                 proved.marks([one.id for one in found.publications]))
