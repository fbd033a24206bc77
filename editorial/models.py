"""The tables: columns, constraints, relationships, and pure properties. No queries, no rules, no mail.

Layer 1. What must never be broken stands in the database too: CHECK constraints and partial unique indexes here,
triggers (four eyes, append-only history) in the first migration, `migrations/versions/0001_house.py`.
The attribute names that parties and guards of `workflow` use are given here, to Python and to SQL alike.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from editorial import clock
from editorial.db import BigId, Model, Revised, enum_type, index_of_some, link, moment, row_id
from editorial.terms import AssignmentState, ChannelKind, Role, State, Verdict

HANDED_OVER = "kind = 'transfer'"
"""The events that an office's page lists: few among many, so an index holds them alone. Ask with these very words."""


# --- People and places ------------------------------------------------------------------------------------------


class Unit(Revised, Model):
    """A node in the tree of organisations. `path` lists the ids from the root to it, as ``/1/4/17/``."""

    __tablename__ = "units"
    __table_args__ = (
        CheckConstraint("kind IN ('city','district','department','enterprise','branch')", name="kind"),
        CheckConstraint("further_unit_id IS NULL OR further_unit_id <> id", name="further"),
    )

    id: Mapped[int] = row_id()
    parent_id: Mapped[int | None] = link("units.id", index=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    name_en: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[str] = mapped_column(String(20))
    path: Mapped[str] = mapped_column(String(200), index=True)
    signs: Mapped[bool] = mapped_column(default=True)  # whether its texts need its signature
    further_unit_id: Mapped[int | None] = link("units.id")  # the unit above that signs as well (分级负责)
    commissions: Mapped[bool] = mapped_column(default=False)  # a department that may commission commentary
    is_active: Mapped[bool] = mapped_column(default=True)

    parent: Mapped["Unit | None"] = relationship(remote_side=[id], foreign_keys=[parent_id])
    further_unit: Mapped["Unit | None"] = relationship(remote_side=[id], foreign_keys=[further_unit_id])

    @property
    def lineage(self) -> list[int]:
        """The ids from the root to this unit."""
        return [int(part) for part in self.path.strip("/").split("/")]


class Office(Revised, Model):
    """An editorial office."""

    __tablename__ = "offices"

    id: Mapped[int] = row_id()
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80))
    shows_reviewers: Mapped[bool] = mapped_column(default=False)  # whether authors see who decided
    counts_unproved: Mapped[bool] = mapped_column(default=True)  # whether a publication counts without proof
    is_public: Mapped[bool] = mapped_column(default=False)  # whether what it publishes is read without log-in
    undo_minutes: Mapped[int] = mapped_column(default=5)  # how long a decision can be undone, its messages held
    is_active: Mapped[bool] = mapped_column(default=True)

    stages: Mapped[list["Stage"]] = relationship(back_populates="office", order_by="Stage.id")
    channels: Mapped[list["Channel"]] = relationship(back_populates="office", order_by="Channel.id")


class Ruleset(Model):
    """An office's stages and times as they hold from a date (rule 10). A manuscript under way keeps the one it started
    under."""

    __tablename__ = "rulesets"
    __table_args__ = (UniqueConstraint("office_id", "number"),
                      CheckConstraint("urgent_days BETWEEN 0 AND 60", name="urgent_days"))

    id: Mapped[int] = row_id()
    office_id: Mapped[int] = link("offices.id")
    number: Mapped[int]
    effective_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")
    days: Mapped[dict[str, int]] = mapped_column(JSON)  # working days by duty; a stage's stand with its step
    urgent_days: Mapped[int] = mapped_column(default=0)  # the most that anything has which is urgent
    created_by_id: Mapped[int | None] = link("people.id")
    created_at: Mapped[datetime] = moment()

    steps: Mapped[list["RulesetStep"]] = relationship(order_by="RulesetStep.position", back_populates="ruleset")


class RulesetStep(Model):
    """A stage within a ruleset: its title and place, what it is for, what it asks, how many working days it has."""

    __tablename__ = "ruleset_steps"
    __table_args__ = (UniqueConstraint("ruleset_id", "stage_id"), CheckConstraint("days BETWEEN 1 AND 60", name="days"))

    ruleset_id: Mapped[int] = mapped_column(ForeignKey("rulesets.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = link("stages.id")
    title: Mapped[str] = mapped_column(String(40))
    title_en: Mapped[str] = mapped_column(String(60))
    purpose: Mapped[str] = mapped_column(String(200), default="")
    purpose_en: Mapped[str] = mapped_column(String(300), default="")
    checklist: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)  # lines of key, text, text_en
    days: Mapped[int] = mapped_column(default=1)
    proposes: Mapped[bool] = mapped_column(default=False)  # a chief editor confirms what is decided there

    ruleset: Mapped[Ruleset] = relationship(back_populates="steps")
    stage: Mapped["Stage"] = relationship()


def _as_it_holds(column: Any, stage_id: Any) -> Any:
    """What the ruleset that holds today says of a stage; of one that it leaves out, the last that had it."""
    today = sa.bindparam("today", callable_=clock.today, type_=sa.Date, unique=True)
    return column_property(
        sa.select(column).join(Ruleset, Ruleset.id == RulesetStep.ruleset_id).where(RulesetStep.stage_id == stage_id)
        .order_by(Ruleset.effective_on > today, Ruleset.effective_on.desc(), Ruleset.number.desc()).limit(1)
        .correlate_except(Ruleset, RulesetStep).scalar_subquery())


class Stage(Model):
    """One kind of reading at an office. All that may change of it stands in the office's rulesets (rule 10)."""

    __tablename__ = "stages"
    __table_args__ = (UniqueConstraint("office_id", "slug"),)

    id: Mapped[int] = row_id()
    office_id: Mapped[int] = link("offices.id")
    slug: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = _as_it_holds(RulesetStep.title, id)
    title_en: Mapped[str] = _as_it_holds(RulesetStep.title_en, id)
    office: Mapped[Office] = relationship(back_populates="stages")


class Genre(Model):
    """A kind of text: news, feature, picture story."""

    __tablename__ = "genres"

    id: Mapped[int] = row_id()
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(40))
    title_en: Mapped[str] = mapped_column(String(60))
    is_active: Mapped[bool] = mapped_column(default=True)


class Channel(Model):
    """Where an office publishes."""

    __tablename__ = "channels"
    __table_args__ = (CheckConstraint("daily IS NULL OR daily > 0", name="daily"),)

    id: Mapped[int] = row_id()
    office_id: Mapped[int] = link("offices.id", index=True)
    title: Mapped[str] = mapped_column(String(40))
    title_en: Mapped[str] = mapped_column(String(60))
    kind: Mapped[ChannelKind] = mapped_column(enum_type(ChannelKind))
    daily: Mapped[int | None]  # how many pieces it has room for on a day, where that is known
    is_active: Mapped[bool] = mapped_column(default=True)
    office: Mapped[Office] = relationship(back_populates="channels")


class Person(Revised, Model):
    """Somebody with an account. One person has one account and acts under their own name."""

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("locale IN ('zh_Hans_CN', 'en')", name="locale"),
        CheckConstraint("text_size IN (16, 18, 20)", name="text_size"),
    )

    id: Mapped[int] = row_id()
    login: Mapped[str] = mapped_column(String(60))
    login_key: Mapped[str] = mapped_column(String(60), unique=True)  # after NFKC and case folding
    name: Mapped[str] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(20), default="zh_Hans_CN")
    text_size: Mapped[int] = mapped_column(default=18)
    text_song: Mapped[bool] = mapped_column(default=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    reset_asked_at: Mapped[datetime | None] = moment()  # asked for a new password, and has no link yet
    created_at: Mapped[datetime] = moment()
    # of which roles they left the tour; None before the first
    toured: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))

    memberships: Mapped[list["Membership"]] = relationship(back_populates="person", order_by="Membership.id")


class Membership(Model):
    """A role that a person has, at the place that this role is about."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint(
            "(role IN ('correspondent','signer','commissioner','commentator')"
            " AND unit_id IS NOT NULL AND office_id IS NULL AND stage_id IS NULL)"
            " OR (role = 'stage_reviewer' AND unit_id IS NULL AND office_id IS NOT NULL AND stage_id IS NOT NULL)"
            " OR (role IN ('chief_editor','publisher')"
            " AND unit_id IS NULL AND office_id IS NOT NULL AND stage_id IS NULL)"
            " OR (role IN ('coordinator','administrator')"
            " AND unit_id IS NULL AND office_id IS NULL AND stage_id IS NULL)",
            name="place",
        ),
        Index("uq_memberships_place", "person_id", "role", text("coalesce(unit_id, 0)"),
              text("coalesce(office_id, 0)"), text("coalesce(stage_id, 0)"), unique=True),
    )

    id: Mapped[int] = row_id()
    person_id: Mapped[int] = link("people.id", index=True)
    role: Mapped[Role] = mapped_column(enum_type(Role), index=True)
    unit_id: Mapped[int | None] = link("units.id", index=True)
    office_id: Mapped[int | None] = link("offices.id", index=True)
    stage_id: Mapped[int | None] = link("stages.id", index=True)

    person: Mapped[Person] = relationship(back_populates="memberships")
    unit: Mapped[Unit | None] = relationship()
    office: Mapped[Office | None] = relationship()
    stage: Mapped[Stage | None] = relationship()


# --- Texts ------------------------------------------------------------------------------------------------------


class StoryAuthor(Model):
    """Who wrote a story. The first is the one who answers for it; the others see and revise it as well."""

    __tablename__ = "story_authors"

    story_id: Mapped[int] = mapped_column(ForeignKey("stories.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=1)
    person: Mapped[Person] = relationship()


class Story(Model):
    """What a unit sends, once; it has one manuscript for each office that it goes to."""

    __tablename__ = "stories"

    id: Mapped[int] = row_id()
    unit_id: Mapped[int] = link("units.id", index=True)
    created_by_id: Mapped[int] = link("people.id")
    created_at: Mapped[datetime] = moment()

    unit: Mapped[Unit] = relationship()
    authors: Mapped[list[StoryAuthor]] = relationship(order_by="StoryAuthor.position")
    manuscripts: Mapped[list["Manuscript"]] = relationship(back_populates="story", order_by="Manuscript.id")


class File(Model):
    """A file in the store, under its SHA-256, and for a wide picture another that is the same, small. Never changed."""

    __tablename__ = "files"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    thumbnail_sha256: Mapped[str | None] = link("files.sha256")
    created_at: Mapped[datetime] = moment()


class Upload(Model):
    """A file that a person brought to a manuscript: the original Word file, or a picture."""

    __tablename__ = "uploads"
    __table_args__ = (CheckConstraint("kind IN ('original', 'picture')", name="kind"),)

    id: Mapped[int] = row_id()
    manuscript_id: Mapped[int] = link("manuscripts.id", index=True)
    sha256: Mapped[str] = link("files.sha256", index=True)
    kind: Mapped[str] = mapped_column(String(10))
    shown_name: Mapped[str] = mapped_column(String(200))
    warnings: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    uploaded_by_id: Mapped[int] = link("people.id")
    uploaded_at: Mapped[datetime] = moment()
    file: Mapped[File] = relationship()


class Version(Model):
    """One immutable state of a manuscript's text. Only `submitted_at` and `entered_at` are set later, once."""

    __tablename__ = "versions"
    __table_args__ = (
        UniqueConstraint("manuscript_id", "number"),
        CheckConstraint("origin IN ('author', 'editor', 'correction')", name="origin"),
    )

    id: Mapped[int] = row_id()
    manuscript_id: Mapped[int] = link("manuscripts.id")
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    byline: Mapped[str] = mapped_column(String(200), default="")
    html: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    characters: Mapped[int] = mapped_column(default=0)
    pictures: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)  # in order: sha256, caption, credit
    digest: Mapped[str] = mapped_column(String(64), index=True)
    origin: Mapped[str] = mapped_column(String(12))
    made_by_id: Mapped[int] = link("people.id")
    note: Mapped[str] = mapped_column(String(500), default="")  # of a correction: the note that readers see
    original_sha256: Mapped[str | None] = link("files.sha256")
    created_at: Mapped[datetime] = moment()
    submitted_at: Mapped[datetime | None] = moment()  # when signers could first read it
    entered_at: Mapped[datetime | None] = moment()  # when the office could first read it
    made_by: Mapped[Person] = relationship()


class Decision(Model):
    """A reading that was done: by a unit's signer or at an office's stage, on one version, by one person.

    A unit's pass is its signature. Only `undone_at` is set later, once: the record keeps both.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint("(unit_id IS NULL) <> (stage_id IS NULL)", name="station"),
        CheckConstraint("verdict = 'pass' OR length(trim(reason)) > 0", name="reason"),
        index_of_some("open_stage", "undone_at IS NULL AND stage_id IS NOT NULL",
                      "decisions", "manuscript_id", "round", "stage_id", "version_id", unique=True),
        index_of_some("open_unit", "undone_at IS NULL AND unit_id IS NOT NULL",
                      "decisions", "manuscript_id", "round", "unit_id", "version_id", unique=True),
        Index("ix_decisions_story_digest", "story_id", "digest"),
        # What four eyes asks at each decision: without it SQLite reads all that the person ever decided.
        Index("ix_decisions_story_person", "story_id", "person_id"),
        Index("ix_decisions_person_at", "person_id", "decided_at"),
        Index("ix_decisions_stage_at", "stage_id", "decided_at"),
    )

    id: Mapped[int] = row_id()
    manuscript_id: Mapped[int] = link("manuscripts.id", index=True)
    story_id: Mapped[int] = link("stories.id")
    version_id: Mapped[int] = link("versions.id")
    digest: Mapped[str] = mapped_column(String(64))
    round: Mapped[int]
    unit_id: Mapped[int | None] = link("units.id")
    stage_id: Mapped[int | None] = link("stages.id")
    verdict: Mapped[Verdict] = mapped_column(enum_type(Verdict))
    person_id: Mapped[int] = link("people.id")
    confirmed_by_id: Mapped[int | None] = link("people.id")  # of a proposal: the chief editor by whom it holds
    reason: Mapped[str] = mapped_column(Text, default="")
    checklist: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    decided_at: Mapped[datetime] = moment()
    hold_until: Mapped[datetime] = moment()
    undone_at: Mapped[datetime | None] = moment()

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
    version: Mapped[Version] = relationship()
    unit: Mapped[Unit | None] = relationship()
    stage: Mapped[Stage | None] = relationship()


class Appeal(Model):
    """The author asks the chief editor to look at a rejection, once."""

    __tablename__ = "appeals"
    __table_args__ = (
        CheckConstraint("outcome IN ('reopened', 'upheld')", name="outcome"),
        index_of_some("open", "heard_at IS NULL", "appeals", "manuscript_id"),
    )

    id: Mapped[int] = row_id()
    manuscript_id: Mapped[int] = link("manuscripts.id", unique=True)
    decision_id: Mapped[int] = link("decisions.id")
    grounds: Mapped[str] = mapped_column(Text)
    made_by_id: Mapped[int] = link("people.id")
    made_at: Mapped[datetime] = moment()
    heard_by_id: Mapped[int | None] = link("people.id")
    heard_at: Mapped[datetime | None] = moment()
    outcome: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")


class Publication(Model):
    """A piece out on a channel, with its time and where it is there: the cleared version, by its digest."""

    __tablename__ = "publications"
    __table_args__ = (CheckConstraint("length(address) > 0 OR length(trim(place)) > 0", name="somewhere"),
                      index_of_some("address", "address <> ''", "publications", "manuscript_id", "channel_id",
                                    "address", unique=True),
                      index_of_some("place", "address = ''", "publications", "manuscript_id", "channel_id", "place",
                                    "published_at", unique=True),
                      Index("ix_publications_channel", "channel_id", "published_at", "id"))

    id: Mapped[int] = row_id()
    manuscript_id: Mapped[int] = link("manuscripts.id", index=True)
    version_id: Mapped[int] = link("versions.id")
    digest: Mapped[str] = mapped_column(String(64))
    channel_id: Mapped[int] = link("channels.id")
    published_at: Mapped[datetime] = moment(index=True)
    address: Mapped[str] = mapped_column(String(500))  # on the web; empty where the channel is print or on air
    place: Mapped[str] = mapped_column(String(100), default="")  # page of the paper, or programme and minute
    headline: Mapped[str] = mapped_column(String(200), default="")  # as printed, where it was noted
    recorded_by_id: Mapped[int] = link("people.id")
    recorded_at: Mapped[datetime] = moment()

    channel: Mapped[Channel] = relationship()
    version: Mapped[Version] = relationship()


class Correction(Model):
    """A change after publication, with the note that readers see. It holds once every stage passed its version."""

    __tablename__ = "corrections"
    __table_args__ = (
        CheckConstraint("outcome IN ('effective', 'refused')", name="outcome"),
        index_of_some("open", "outcome IS NULL", "corrections", "manuscript_id", unique=True),
    )

    id: Mapped[int] = row_id()
    manuscript_id: Mapped[int] = link("manuscripts.id", index=True)
    version_id: Mapped[int] = link("versions.id")
    note: Mapped[str] = mapped_column(Text)
    made_by_id: Mapped[int] = link("people.id")
    made_at: Mapped[datetime] = moment()
    outcome: Mapped[str | None] = mapped_column(String(10))
    closed_at: Mapped[datetime | None] = moment()


class CorrectionRequest(Model):
    """An author or a publisher asks the chief editor to correct what is out: one at a time, answered once."""

    __tablename__ = "correction_requests"
    __table_args__ = (
        CheckConstraint("outcome IN ('corrected', 'declined', 'retracted')", name="outcome"),
        CheckConstraint("(answered_at IS NULL) = (outcome IS NULL)", name="answered"),
        CheckConstraint("length(trim(reason)) > 0 AND (outcome <> 'declined' OR length(trim(answer)) > 0)",
                        name="reason"),
        index_of_some("open", "answered_at IS NULL", "correction_requests", "manuscript_id", unique=True),
    )

    id: Mapped[int] = row_id()
    manuscript_id: Mapped[int] = link("manuscripts.id", index=True)
    reason: Mapped[str] = mapped_column(Text)
    made_by_id: Mapped[int] = link("people.id")
    made_at: Mapped[datetime] = moment()
    answered_by_id: Mapped[int | None] = link("people.id")
    answered_at: Mapped[datetime | None] = moment()
    outcome: Mapped[str | None] = mapped_column(String(10))
    answer: Mapped[str] = mapped_column(Text, default="")


class Manuscript(Revised, Model):
    """A story at one office, under one code. State, stage and due unit are what `workflow.standing` says."""

    __tablename__ = "manuscripts"
    __table_args__ = (
        CheckConstraint("state = 'draft' OR state = 'withdrawn' OR office_id IS NOT NULL", name="office"),
        CheckConstraint("(state = 'awaiting_signoff') = (signoff_unit_id IS NOT NULL)", name="signoff"),
        CheckConstraint("state <> 'in_review' OR stage_id IS NOT NULL", name="stage"),
        CheckConstraint("stage_id IS NULL OR state IN ('in_review', 'published')", name="no_stage"),
        CheckConstraint("assignee_id IS NULL OR stage_id IS NOT NULL", name="assignee"),
        CheckConstraint("state NOT IN ('accepted', 'published', 'retracted') OR cleared_version_id IS NOT NULL",
                        name="cleared"),
        UniqueConstraint("story_id", "office_id"),
        Index("ix_manuscripts_desk", "office_id", "state", "stage_id", "urgent", "due_at", "id"),
        Index("ix_manuscripts_assignee", "assignee_id", "due_at", "id"),
        Index("ix_manuscripts_stage", "stage_id", "state", "assignee_id", "urgent", "due_at", "id"),
        Index("ix_manuscripts_signoff", "signoff_unit_id", "due_at", "id"),
        Index("ix_manuscripts_unit", "unit_id", "state", "updated_at", "id"),
        Index("ix_manuscripts_state", "state", "updated_at", "id"),
        Index("ix_manuscripts_published", "published_at", "id"),
        Index("ix_manuscripts_office_updated", "office_id", "updated_at", "id"),
        Index("ix_manuscripts_submitted", "submitted_at", "id"),
        Index("ix_manuscripts_unit_submitted", "unit_id", "submitted_at", "id"),
        index_of_some("due", "due_at IS NOT NULL", "manuscripts", "due_at", "id"),
    )

    id: Mapped[int] = row_id()
    code: Mapped[str] = mapped_column(String(20), unique=True)
    story_id: Mapped[int] = link("stories.id")
    unit_id: Mapped[int] = link("units.id")
    office_id: Mapped[int | None] = link("offices.id")
    wanted_offices: Mapped[list[int]] = mapped_column(JSON, default=list)  # of a draft: where it is to go
    genre_id: Mapped[int | None] = link("genres.id")
    urgent: Mapped[bool] = mapped_column(default=False)
    is_original: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(String(200), default="")  # of the version that its readers see, for lists

    state: Mapped[State] = mapped_column(enum_type(State), default=State.DRAFT)
    ruleset_id: Mapped[int | None] = link("rulesets.id")
    chain: Mapped[list[int]] = mapped_column(JSON, default=list)  # the units that must sign, as of its submission
    signoff_unit_id: Mapped[int | None] = link("units.id")
    stage_id: Mapped[int | None] = link("stages.id")
    assignee_id: Mapped[int | None] = link("people.id")
    round: Mapped[int] = mapped_column(default=1)
    first_round: Mapped[int] = mapped_column(default=1, server_default="1")  # since when passes of its stages count
    version_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id", use_alter=True))
    author_version_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id", use_alter=True))  # is signed
    cleared_version_id: Mapped[int | None] = mapped_column(ForeignKey("versions.id", use_alter=True))
    """The last version that every stage passed: the one that may be published."""
    last_decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id", use_alter=True))
    """The decision that led to the present state, where one did and nothing has happened since."""
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id", use_alter=True))
    """What its stage's reader proposed, while it waits for the chief editor (`tables.proposals`)."""
    public_reason: Mapped[str] = mapped_column(Text, default="")  # what readers are told about a retraction

    waiting_since: Mapped[datetime] = moment()
    due_at: Mapped[datetime | None] = moment()
    submitted_at: Mapped[datetime | None] = moment()
    entered_at: Mapped[datetime | None] = moment()
    accepted_at: Mapped[datetime | None] = moment()
    published_at: Mapped[datetime | None] = moment()
    closed_at: Mapped[datetime | None] = moment()
    created_at: Mapped[datetime] = moment()
    updated_at: Mapped[datetime] = moment()

    story: Mapped[Story] = relationship(back_populates="manuscripts")
    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    office: Mapped[Office | None] = relationship()
    genre: Mapped[Genre | None] = relationship()
    ruleset: Mapped[Ruleset | None] = relationship()
    signoff_unit: Mapped[Unit | None] = relationship(foreign_keys=[signoff_unit_id], viewonly=True)
    stage: Mapped[Stage | None] = relationship(viewonly=True)
    assignee: Mapped[Person | None] = relationship(viewonly=True)
    version: Mapped[Version | None] = relationship(foreign_keys=[version_id], viewonly=True)
    author_version: Mapped[Version | None] = relationship(foreign_keys=[author_version_id], viewonly=True)
    cleared_version: Mapped[Version | None] = relationship(foreign_keys=[cleared_version_id], viewonly=True)
    last_decision: Mapped[Decision | None] = relationship(foreign_keys=[last_decision_id], viewonly=True)
    versions: Mapped[list[Version]] = relationship(
        order_by=Version.number, foreign_keys=[Version.manuscript_id], viewonly=True)
    decisions: Mapped[list[Decision]] = relationship(
        order_by=Decision.id, foreign_keys=[Decision.manuscript_id], viewonly=True)
    appeal: Mapped[Appeal | None] = relationship(viewonly=True)
    publications: Mapped[list[Publication]] = relationship(order_by=Publication.published_at, viewonly=True)
    corrections: Mapped[list[Correction]] = relationship(order_by=Correction.id, viewonly=True)
    correction_requests: Mapped[list[CorrectionRequest]] = relationship(order_by=CorrectionRequest.id, viewonly=True)

    # What the parties of `workflow` ask for, in Python; `access.PEOPLE` says the same in SQL.

    @property
    def author_ids(self) -> frozenset[int]:
        return frozenset(author.person_id for author in self.story.authors)

    @property
    def concerns(self) -> frozenset[tuple[str, int]]:
        """What an interest in it may be declared about: its authors, its unit and those above, its story."""
        return frozenset({*(("person", id_) for id_ in self.author_ids), *(("unit", id_) for id_ in self.unit.lineage),
                          ("story", self.story_id)})

    @property
    def elsewhere_ids(self) -> frozenset[int]:
        """Who signed or passed it at another station than the present one, for this or another office's sake."""
        return frozenset(
            decision.person_id
            for manuscript in self.story.manuscripts
            for decision in manuscript.decisions
            if decision.verdict is Verdict.PASS and decision.undone_at is None
            and (decision.unit_id is not None or manuscript is self)
            and (decision.unit_id, decision.stage_id) != (self.signoff_unit_id, self.stage_id)
        )

    @property
    def rejecter_ids(self) -> frozenset[int]:
        return frozenset(id_ for d in self.decisions if d.verdict is Verdict.REJECT and d.undone_at is None
                         for id_ in (d.person_id, d.confirmed_by_id) if id_ is not None)

    @property
    def confirmer_ids(self) -> frozenset[int]:
        """Who as chief editor confirmed a pass of it: they read it at no stage."""
        return frozenset(d.confirmed_by_id for d in self.decisions
                         if d.confirmed_by_id is not None and d.verdict is Verdict.PASS and d.undone_at is None)

    @property
    def undoable_by_id(self) -> int | None:
        """Who may still undo what led to the present state: its decision's messages are held."""
        decision = self.last_decision
        if decision is None or clock.now() >= decision.hold_until:
            return None
        return decision.confirmed_by_id or decision.person_id

    def named(self, stage: Stage) -> RulesetStep | Stage:
        """A stage under the title that this manuscript's own rules give it, for `title_of` (rule 10)."""
        return next((s for s in self.ruleset.steps if s.stage_id == stage.id), stage) if self.ruleset else stage

    @property
    def proposes(self) -> bool:
        """Its own rules ask for the chief editor's confirmation at the stage at which it is."""
        steps = self.ruleset.steps if self.ruleset else []
        return any(step.proposes for step in steps if step.stage_id == self.stage_id)

    # What the guards of `workflow` ask for, in Python; `access.GUARDS` says in SQL those that lists ask for.

    @property
    def corrector_ids(self) -> frozenset[int]:
        """Who wrote the correction that is under review: they wrote this text."""
        return frozenset(c.made_by_id for c in self.corrections if c.outcome is None)

    @property
    def appeal_open(self) -> bool:
        return self.appeal is not None and self.appeal.heard_at is None

    @property
    def correction_requested(self) -> CorrectionRequest | None:
        """The author's request that the chief editor has not answered."""
        return next((request for request in self.correction_requests if request.answered_at is None), None)

    @property
    def may_appeal(self) -> bool:
        """A rejection by the office, not appealed yet, not older than 30 days."""
        rejections = [d for d in self.decisions if d.verdict is Verdict.REJECT and d.undone_at is None]
        return bool(rejections and rejections[-1].stage_id and self.appeal is None and self.closed_at
                    and (clock.now() - self.closed_at).days < 30)


# --- Commentary -------------------------------------------------------------------------------------------------


class Commission(Model):
    """A department asks for commentary on one published piece by a date: a topic and a brief, never an opinion."""

    __tablename__ = "commissions"

    id: Mapped[int] = row_id()
    code: Mapped[str] = mapped_column(String(20), unique=True)
    manuscript_id: Mapped[int] = link("manuscripts.id", index=True)
    department_id: Mapped[int] = link("units.id", index=True)
    commissioner_id: Mapped[int] = link("people.id")
    topic: Mapped[str] = mapped_column(String(200))
    brief: Mapped[str] = mapped_column(Text)
    questions: Mapped[str] = mapped_column(Text, default="")  # worth asking, a line each
    length: Mapped[int | None]  # in characters, about
    wished: Mapped[int] = mapped_column(default=1)  # how many commentaries, each by another person
    due_at: Mapped[datetime] = moment()
    created_at: Mapped[datetime] = moment()

    manuscript: Mapped[Manuscript] = relationship()
    department: Mapped[Unit] = relationship()
    commissioner: Mapped[Person] = relationship()
    assignments: Mapped[list["Assignment"]] = relationship(back_populates="commission", order_by="Assignment.id")


class CommentaryVersion(Model):
    """One immutable state of a commentary, with the signature line as it was at that time. Never without it."""

    __tablename__ = "commentary_versions"
    __table_args__ = (
        UniqueConstraint("assignment_id", "number"),
        CheckConstraint("length(trim(signed_name)) > 0 AND length(trim(signed_department)) > 0"
                        " AND length(trim(commissioned_by)) > 0", name="signed"),
    )

    id: Mapped[int] = row_id()
    assignment_id: Mapped[int] = link("assignments.id")
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    characters: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[int] = link("people.id")
    signed_name: Mapped[str] = mapped_column(String(40))
    signed_department: Mapped[str] = mapped_column(String(60))
    commissioned_by: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = moment()
    filed_at: Mapped[datetime | None] = moment()


class Assignment(Revised, Model):
    """One commentator's share of a commission."""

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("commission_id", "commentator_id"),
        CheckConstraint("state <> 'published' OR (length(address) > 0 AND published_at IS NOT NULL)", name="published"),
        CheckConstraint("state NOT IN ('filed', 'approved', 'published') OR version_id IS NOT NULL", name="filed"),
        Index("ix_assignments_commentator", "commentator_id", "state", "due_at", "id"),
        Index("ix_assignments_department", "department_id", "state", "due_at", "id"),
    )

    id: Mapped[int] = row_id()
    commission_id: Mapped[int] = link("commissions.id")
    department_id: Mapped[int] = link("units.id")
    commentator_id: Mapped[int] = link("people.id")
    state: Mapped[AssignmentState] = mapped_column(enum_type(AssignmentState), default=AssignmentState.OFFERED)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("commentary_versions.id", use_alter=True))
    due_at: Mapped[datetime] = moment()
    waiting_since: Mapped[datetime] = moment()
    reason: Mapped[str] = mapped_column(Text, default="")
    channel: Mapped[str] = mapped_column(String(60), default="")
    address: Mapped[str] = mapped_column(String(500), default="")
    published_at: Mapped[datetime | None] = moment()
    created_at: Mapped[datetime] = moment()

    commission: Mapped[Commission] = relationship(back_populates="assignments")
    department: Mapped[Unit] = relationship()
    commentator: Mapped[Person] = relationship()
    version: Mapped[CommentaryVersion | None] = relationship(foreign_keys=[version_id], viewonly=True)
    versions: Mapped[list[CommentaryVersion]] = relationship(
        order_by=CommentaryVersion.number, foreign_keys=[CommentaryVersion.assignment_id], viewonly=True)

    @property
    def is_overdue(self) -> bool:
        """The time by which somebody was to act is past: a guard of `workflow`."""
        return self.due_at < clock.now()


# --- The record, and what the program keeps for itself ----------------------------------------------------------


class Event(Model):
    """What happened. Only ever added; each row's hash covers the row and the hash before it."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_manuscript", "manuscript_id", "seq"),
        Index("ix_events_assignment", "assignment_id", "seq"),
        Index("ix_events_actor", "actor_id", "seq"),
        index_of_some("subject", "subject <> ''", "events", "subject", "seq"),
        index_of_some("office", HANDED_OVER, "events", "office_id", "seq"),
    )

    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = moment()
    kind: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[int | None] = link("people.id")
    actor_name: Mapped[str] = mapped_column(String(40), default="")
    role: Mapped[str] = mapped_column(String(40), default="")  # the party by which the actor acted
    place: Mapped[str] = mapped_column(String(60), default="")  # for which unit, office or stage, by its name then
    manuscript_id: Mapped[int | None] = link("manuscripts.id")
    assignment_id: Mapped[int | None] = link("assignments.id")
    office_id: Mapped[int | None] = link("offices.id")
    subject: Mapped[str] = mapped_column(String(100), default="")  # about what else it was, such as person:12
    digest: Mapped[str] = mapped_column(String(64), default="")
    before: Mapped[str] = mapped_column(String(40), default="")
    after: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    salt: Mapped[str] = mapped_column(String(32), default="")  # random: nobody guesses an event by its hash
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class ChainHead(Model):
    """The end of the event chain: one row, locked while an event is added."""

    __tablename__ = "chain_head"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = row_id()
    seq: Mapped[int] = mapped_column(BigId)
    hash: Mapped[str] = mapped_column(String(64))


class FormKey(Model):
    """A form's one-time key that was used, and where its sender was sent on to: sent twice, it acts once."""

    __tablename__ = "form_keys"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = link("people.id")
    location: Mapped[str] = mapped_column(String(500), default="")
    used_at: Mapped[datetime] = moment(index=True)


class Scratch(Model):
    """What somebody typed and has not saved yet, by person, form and tab. Offered again after a crash."""

    __tablename__ = "scratch"
    __table_args__ = (UniqueConstraint("person_id", "form", "tab"),)

    id: Mapped[int] = row_id()
    person_id: Mapped[int] = link("people.id")
    form: Mapped[str] = mapped_column(String(80))  # its address
    tab: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(default=0)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = moment(index=True)


class Counter(Model):
    """The last number given out under a name, such as ``manuscript:2026``."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int]
