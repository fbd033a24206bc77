"""What the correspondent's pages need: their manuscripts with the last reason, and all that a writing page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from editorial import access, i18n
from editorial.db import db
from editorial.errors import Refused
from editorial.models import (
    Decision,
    Event,
    File,
    Genre,
    Manuscript,
    Membership,
    Office,
    Person,
    Unit,
    Upload,
    Version,
)
from editorial.parties import AUTHOR, Actor
from editorial.queries import lists
from editorial.tables.remarks import FileMarks
from editorial.terms import Action, Role, State, Verdict
from editorial.workflow import TABLE, available

WRITING = (Action.SAVE, Action.EDIT, Action.CORRECT)
"""The actions that the writing page does."""
SENDING = (Action.SUBMIT, Action.RESUBMIT)
"""The actions that its second button does."""
TELLING = tuple(action.value for action in (Action.RETURN, Action.REJECT, Action.TRANSFER, Action.REOPEN,
                                            Action.UPHOLD, Action.DECLINE_CORRECTION, Action.WITHDRAW, Action.RETRACT))
"""The actions whose reason tells an author why their manuscript is where it is."""


def manuscript(actor: Actor, code: str) -> Manuscript:
    """The manuscript under `code`; raises Invisible where it does not exist for `actor`."""
    return access.manuscript_for(db.session(), actor, code)


def action_for(actor: Actor, manuscript: Manuscript) -> Action:
    """By which action `actor` changes the text now: save, edit or correct. Raises Refused or Conflict where by none."""
    fitting = [row.action for row in TABLE if row.action in WRITING and manuscript.state in row.sources]
    action = Action(fitting[0] if fitting else Action.SAVE)
    access.permitted(actor, action, manuscript)
    return action


def sending_for(actor: Actor, manuscript: Manuscript) -> Action | None:
    """By which action `actor` may send it on after saving, if by any."""
    return next((row.action for row in available(actor, manuscript) if row.action in SENDING), None)


# --- My manuscripts ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mine:
    """A page of somebody's own manuscripts: rows as the templates' `lists.rows` takes them, the next page's key."""

    rows: Sequence[lists.Row]
    next: str | None


def mine(actor: Actor, state: State | None = None, after: str | None = None, limit: int = lists.PAGE) -> Mine:
    """What `actor` wrote or co-wrote, in `state` or in any, the last changed first: four queries."""
    page = _mine(state, limit).read(access.values(actor), after)
    return Mine(for_authors(page.rows), page.next)


@lru_cache
def _mine(state: State | None, limit: int) -> lists.Listing:
    where = access.party_clause(frozenset(), AUTHOR)
    return lists.Listing(where if state is None else where & (Manuscript.state == state), lists.BY_CHANGE, limit)


def for_authors(rows: Sequence[lists.Row]) -> list[lists.Row]:
    """Rows as their authors may read them: under the present text's title, who has it by office or unit (rule 8), the
    last reason in a line."""
    reasons = _last_reasons(rows)
    titles = lists.pairs(_TITLES, ids=[row.id for row in rows])
    return [replace(row, title=titles.get(row.id, row.title), assignee=None, holder=_holder(row),
                    note=_one_line(reasons.get(row.id, ""))) for row in rows]


def _holder(row: lists.Row) -> str:
    office = i18n.title_of(row.office) if row.office else ""
    match row.state:
        case State.DRAFT | State.RETURNED:
            return _("with you")
        case State.AWAITING_SIGNOFF:
            return _("signer of %(unit)s", unit=row.due_unit)
        case State.ACCEPTED:
            return _("publisher of %(office)s", office=office)
        case State.REJECTED | State.PUBLISHED if row.due_at is not None and row.stage is None:
            return _("chief editor of %(office)s", office=office)  # who has an appeal or a request to answer
    return office


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"


_TITLES = select(Manuscript.id, Version.title).join(Version, Version.id == Manuscript.version_id).where(
    Manuscript.id.in_(lists.IDS))
_LAST_REASONS = select(Event.manuscript_id, Event.after, Event.reason).where(Event.seq.in_(
    select(func.max(Event.seq)).where(Event.manuscript_id.in_(lists.IDS), Event.kind.in_(TELLING), Event.reason != "")
    .group_by(Event.manuscript_id)))


def _last_reasons(rows: Sequence[lists.Row]) -> Mapping[int, str]:
    """For each row whose present state somebody gave a reason for, that reason."""
    now = {row.id: row.state.value for row in rows}
    found = db.session.execute(_LAST_REASONS, {"ids": list(now)})
    return {place: reason for place, after, reason in found if place is not None and now[place] == after}


# --- The writing page -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Desk:
    """What somebody can choose from who begins a text."""

    units: Sequence[Unit]
    colleagues: Sequence[tuple[int, str, int]]
    """Id, name and unit of the other correspondents of those units."""
    genres: Sequence[Genre]
    offices: Sequence[Office]


def desk_for(actor: Actor) -> Desk:
    """The choices of a correspondent who begins a text; raises Refused for whoever is none."""
    places = actor.grants.get(Role.CORRESPONDENT, frozenset())
    units = db.session.scalars(select(Unit).where(Unit.id.in_(places), Unit.is_active).order_by(Unit.id)).all()
    if not units:
        raise Refused("not-yours")
    colleagues = db.session.execute(
        select(Person.id, Person.name, Membership.unit_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.role == Role.CORRESPONDENT, Membership.unit_id.in_([unit.id for unit in units]),
               Person.is_active, Person.id != actor.id).order_by(Person.id))
    return Desk(units, [(row.id, row.name, row.unit_id) for row in colleagues], *choices())


def choices(genre_id: int | None = None) -> tuple[Sequence[Genre], Sequence[Office]]:
    """The genres and the offices that one can choose; also the genre that was chosen before it was closed."""
    genres = select(Genre).where(or_(Genre.is_active, Genre.id == genre_id)).order_by(Genre.id)
    offices = select(Office).where(Office.is_active).order_by(Office.id)
    return db.session.scalars(genres).all(), db.session.scalars(offices).all()


@dataclass(frozen=True)
class Shot:
    """A picture that was brought to a story: what it is, and what stands under it where the text shows it."""

    sha256: str
    shown_name: str
    size: int
    width: int | None
    height: int | None
    caption: str
    credit: str
    shown: bool


def pictures(actor: Actor, manuscript: Manuscript) -> list[Shot]:
    """The pictures of a story, those that its text shows first, in the order of the text; for authors also the others,
    for an editor those that they brought.

    What stood under a picture that has left the text is remembered from the last version that showed it.
    """
    version = manuscript.version
    under: dict[str, dict[str, str]] = {}
    for earlier in db.session.scalars(select(Version.pictures).where(
            Version.manuscript_id == manuscript.id).order_by(Version.number)):
        under |= {line["sha256"]: line for line in earlier}
    order = [line["sha256"] for line in version.pictures] if version else []
    found = db.session.execute(
        select(File.sha256, File.size, File.width, File.height, func.min(Upload.shown_name), func.min(Upload.id))
        .join(Upload, Upload.sha256 == File.sha256).join(Manuscript, Manuscript.id == Upload.manuscript_id)
        .where(Manuscript.story_id == manuscript.story_id, Upload.kind == "picture")
        .group_by(File.sha256, File.size, File.width, File.height).order_by(func.min(Upload.id))).all()
    nothing = {"caption": "", "credit": ""}
    shots = [Shot(sha256, name, size, width, height, under.get(sha256, nothing)["caption"],
                  under.get(sha256, nothing)["credit"], sha256 in order)
             for sha256, size, width, height, name, first in found]
    if not AUTHOR.includes(actor, manuscript):
        own = set(db.session.scalars(
            select(Upload.sha256).join(Manuscript, Manuscript.id == Upload.manuscript_id).where(
                Manuscript.story_id == manuscript.story_id, Upload.uploaded_by_id == actor.id)))
        shots = [shot for shot in shots if shot.shown or shot.sha256 in own]
    return sorted(shots, key=lambda shot: order.index(shot.sha256) if shot.shown else len(order))


@dataclass(frozen=True)
class Original:
    """A file from which a text was made."""

    id: int
    shown_name: str
    size: int
    uploaded_at: datetime
    warnings: Sequence[dict[str, str]]
    current: bool
    """Whether the present text goes back to this file."""
    remarks: int
    """How many comments it brought, which whoever reads the text sees."""


def originals(actor: Actor, manuscript: Manuscript) -> list[Original]:
    """The files that its authors brought, the latest first; none for whoever is no author."""
    if not AUTHOR.includes(actor, manuscript):
        return []
    now = manuscript.version.original_sha256 if manuscript.version else None
    found = db.session.execute(
        select(Upload, File.size, FileMarks.remarks).join(File, File.sha256 == Upload.sha256)
        .outerjoin(FileMarks, FileMarks.sha256 == Upload.sha256)
        .join(Manuscript, Manuscript.id == Upload.manuscript_id)
        .where(Manuscript.story_id == manuscript.story_id, Upload.kind == "original").order_by(Upload.id.desc()))
    return [Original(upload.id, upload.shown_name, size, upload.uploaded_at, upload.warnings, upload.sha256 == now,
                     len(remarks or ())) for upload, size, remarks in found]


def original_for(manuscript: Manuscript, chosen: str) -> str | None:
    """The file to which a text goes back: `chosen` where it was brought to this story, else the present text's."""
    brought = select(Upload.sha256).join(Manuscript, Manuscript.id == Upload.manuscript_id).where(
        Manuscript.story_id == manuscript.story_id, Upload.kind == "original", Upload.sha256 == chosen).limit(1)
    found = db.session.scalar(brought) if chosen else None
    return found or (manuscript.version.original_sha256 if manuscript.version else None)


@dataclass(frozen=True)
class Returned:
    """Why a manuscript came back, as its author may know it."""

    reason: str
    at: datetime
    unit: str | None
    office: Any
    stage: Any
    name: str | None
    """Who returned it, where the office shows its reviewers."""
    version: Version
    """The text that was returned."""
    known: int | None
    """The number of the last version of its authors, where the office changed the text since."""


def why_returned(manuscript: Manuscript) -> Returned | None:
    """The reason for which it was returned; None where it is not."""
    if manuscript.state is not State.RETURNED:
        return None
    decision = db.session.scalar(select(Decision).where(
        Decision.manuscript_id == manuscript.id, Decision.verdict == Verdict.RETURN,
        Decision.undone_at.is_(None)).order_by(Decision.id.desc()).limit(1))
    if decision is None:
        return None
    office = manuscript.office if decision.stage_id else None
    shows = office is not None and office.shows_reviewers
    version = db.session.scalars(select(Version).where(
        Version.manuscript_id == manuscript.id, Version.digest == decision.digest)
        .order_by(Version.number.desc()).limit(1)).one()
    known = None if version.origin == "author" else db.session.scalar(select(func.max(Version.number)).where(
        Version.manuscript_id == manuscript.id, Version.origin == "author", Version.number < version.number))
    return Returned(decision.reason, decision.decided_at, i18n.title_of(decision.unit) if decision.unit else None,
                    office, manuscript.named(decision.stage) if decision.stage else None,
                    decision.person.name if shows else None, version, known)


def co_authors(manuscript: Manuscript) -> list[str]:
    """The names of those who wrote it together, the first being who answers for it."""
    return [author.person.name for author in manuscript.story.authors]
