"""What authors do: write, save, submit, recall, resubmit, withdraw, share, appeal, ask for a correction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from editorial import audit, clock, outbox
from editorial.actions import steps
from editorial.actions.texts import PictureLine, Text, copy_version, make_version
from editorial.actions.uploads import Brought, attach, files_of
from editorial.db import db
from editorial.errors import Conflict, Invalid, Refused
from editorial.models import (
    Appeal,
    CorrectionRequest,
    Counter,
    Decision,
    Manuscript,
    Office,
    Story,
    StoryAuthor,
    Unit,
    Version,
)
from editorial.parties import Actor
from editorial.terms import Action, Duty, Role, State, Verdict


@dataclass(frozen=True)
class Particulars:
    """What a draft says of itself besides its text."""

    genre_id: int | None = None
    offices: Sequence[int] = ()
    urgent: bool = False
    is_original: bool = False


def create(actor: Actor, unit_id: int, text: Text, particulars: Particulars,
           co_authors: Sequence[int] = (), files: Sequence[Brought] = (), origin: str = "") -> Manuscript:
    """A new draft of `actor` for the unit, with the files brought; raises Refused where they don't write for it.

    `origin` is the code of the manuscript whose text it begins with, if of any.
    """
    if not actor.holds(Role.CORRESPONDENT, unit_id):
        raise Refused("not-yours")
    now = clock.now()
    story = Story(unit_id=unit_id, created_by_id=actor.id, created_at=now)
    story.authors = [StoryAuthor(person_id=person_id, position=place)
                     for place, person_id in enumerate(dict.fromkeys([actor.id, *co_authors]), 1)]
    db.session.add(story)
    db.session.flush()
    manuscript = _new_manuscript(story, now.astimezone(clock.zone()).year)
    _describe(manuscript, particulars)
    audit.record(db.session(), "create", actor, role="author", place=manuscript.unit.name, manuscript=manuscript,
                 after=State.DRAFT.value, data={"origin": origin} if origin else None)
    attach(actor, manuscript, files)
    make_version(manuscript, text, actor.id, "author")
    return manuscript


def _new_manuscript(story: Story, year: int, **fields: object) -> Manuscript:
    now = clock.now()
    manuscript = Manuscript(code=next_code(f"manuscript:{year}", f"{year}-"), story=story, unit_id=story.unit_id,
                            state=State.DRAFT, round=1, waiting_since=now, created_at=now, updated_at=now, **fields)
    db.session.add(manuscript)
    db.session.flush()
    return manuscript


def next_code(counter: str, prefix: str) -> str:
    """The next code under a counter, such as 2026-000123: no number twice, also with many at once."""
    if db.session.get(Counter, counter) is None:
        _begin_counting(counter)
    row = db.session.get_one(Counter, counter, with_for_update=True, populate_existing=True)
    row.value += 1
    db.session.flush()
    return f"{prefix}{row.value:06d}"


def _begin_counting(counter: str) -> None:
    """The first of a year begins its counter; somebody else may be the first at the same moment."""
    try:
        with db.session.begin_nested():
            db.session.add(Counter(name=counter, value=0))
    except IntegrityError:
        pass


def _describe(manuscript: Manuscript, particulars: Particulars) -> None:
    manuscript.genre_id = particulars.genre_id
    manuscript.wanted_offices = list(particulars.offices)
    manuscript.urgent = particulars.urgent
    manuscript.is_original = particulars.is_original


def save(actor: Actor, manuscript: Manuscript, revision: int | None, text: Text,
         particulars: Particulars | None = None, files: Sequence[Brought] = ()) -> Version | None:
    """Save a draft or a returned manuscript; gives the new version, or None where the text is the same.

    `files` were brought with it and are stored already.
    Genre, offices and urgency can be changed while it is a draft.
    """
    step = steps.begin(actor, Action.SAVE, manuscript, revision)
    if particulars and manuscript.state is State.DRAFT:
        _describe(manuscript, particulars)
    attach(actor, manuscript, files)
    version = make_version(manuscript, text, actor.id, "author")
    if version is None:
        manuscript.updated_at = step.now
        db.session.flush()
    else:
        steps.finish(step, data={"version": version.number}, tell=False)
    return version


def missing(manuscript: Manuscript) -> dict[str, str]:
    """What stands between a draft and its submission: fields with their reason keys; empty where nothing does."""
    version = manuscript.version
    lacks = {
        "title": (not version or not version.title.strip(), "no-title"),
        "body": (not version or not (version.text.strip() or version.pictures), "no-text"),
        "byline": (not version or not version.byline.strip(), "no-byline"),
        "genre": (manuscript.genre_id is None, "no-genre"),
        "offices": (manuscript.office_id is None and not manuscript.wanted_offices, "no-office"),
        "is_original": (not manuscript.is_original, "no-originality"),
        "pictures": (bool(version) and any(not p["caption"].strip() or not p["credit"].strip()
                                           for p in version.pictures), "no-caption"),  # type: ignore[union-attr]
    }
    return {name: reason for name, (is_missing, reason) in lacks.items() if is_missing}


def demand_complete(manuscript: Manuscript) -> None:
    """Raise Invalid with what is missing."""
    if lacking := missing(manuscript):
        raise Invalid(lacking)


def submit(actor: Actor, manuscript: Manuscript, revision: int | None) -> list[Manuscript]:
    """Submit a draft to the offices it names, each as a manuscript of its own; gives them all.

    Raises Invalid with what is missing.
    """
    step = steps.begin(actor, Action.SUBMIT, manuscript, revision)
    demand_complete(manuscript)
    elsewhere = {sister.office_id for sister in manuscript.story.manuscripts if sister is not manuscript}
    offices = list(db.session.scalars(select(Office).where(
        Office.id.in_(set(manuscript.wanted_offices) - elsewhere), Office.is_active).order_by(Office.id)))
    if not offices:
        raise Invalid({"offices": "no-office"})
    version = manuscript.version
    assert version is not None
    manuscript.chain = chain_of(manuscript.unit)
    manuscript.submitted_at = manuscript.submitted_at or step.now
    version.submitted_at = version.submitted_at or step.now
    _send_to(manuscript, offices[0], step)
    steps.finish(step, data={"office": offices[0].name, "version": version.number})
    return [manuscript] + [_second(step, manuscript, office, version) for office in offices[1:]]


def chain_of(unit: Unit) -> list[int]:
    """The units that must sign a text of `unit`, in order: itself, then the one above that it names (分级负责)."""
    if not unit.signs:
        return []
    return [unit.id] + ([unit.further_unit_id] if unit.further_unit_id in unit.lineage[:-1] else [])


def _send_to(manuscript: Manuscript, office: Office, step: steps.Step) -> None:
    manuscript.office, manuscript.office_id = office, office.id
    manuscript.ruleset = steps.ruleset_for(office)
    steps.settle(manuscript, step.now)


def _second(step: steps.Step, first: Manuscript, office: Office, version: Version) -> Manuscript:
    """Another manuscript of the story, with the same text, at `office`; what the unit signed stays signed."""
    with db.session.no_autoflush:
        second = _new_manuscript(first.story, step.now.astimezone(clock.zone()).year, genre_id=first.genre_id,
                                 urgent=first.urgent, is_original=True, chain=list(first.chain),
                                 submitted_at=first.submitted_at)
    copy_version(second, version)
    audit.record(db.session(), "create", step.actor, role=step.role, place=step.place, manuscript=second,
                 after=State.DRAFT.value, data={"from": first.code})
    other = steps.Step(step.actor, step.action, step.row, second, State.DRAFT, step.role, step.place, step.now)
    _send_to(second, office, other)
    db.session.expire(first.story, ["manuscripts"])
    steps.finish(other, data={"office": office.name, "version": 1, "from": first.code})
    return second


def recall(actor: Actor, manuscript: Manuscript, revision: int | None) -> None:
    """Take it back from the signer, to the draft that it was; what an office has read goes on under its rules."""
    step = steps.begin(actor, Action.RECALL, manuscript, revision)
    manuscript.wanted_offices = [manuscript.office_id] if manuscript.office_id else []
    steps.leave(manuscript, State.RETURNED if manuscript.entered_at else State.DRAFT, step.now)
    steps.finish(step)


def resubmit(actor: Actor, manuscript: Manuscript, revision: int | None, summary: str) -> None:
    """Send a returned manuscript back: to the signer where its text changed, else where it was returned from.

    `summary` says in a sentence what was changed. Raises Invalid with what is missing.
    """
    step = steps.begin(actor, Action.RESUBMIT, manuscript, revision)
    lacking = missing(manuscript) | ({} if summary.strip() else {"summary": "no-summary"})
    if lacking:
        raise Invalid(lacking)
    version = manuscript.version
    assert version is not None
    version.submitted_at = version.submitted_at or step.now
    manuscript.round += 1
    steps.settle(manuscript, step.now)
    steps.finish(step, data={"summary": summary, "version": version.number})


def withdraw(actor: Actor, manuscript: Manuscript, revision: int | None, reason: str) -> None:
    """Withdraw before publication; the reason is asked for once it was submitted."""
    step = steps.begin(actor, Action.WITHDRAW, manuscript, revision)
    if step.row.needs and not reason.strip():
        raise Invalid({"reason": "no-reason"})
    told = steps.people_due(manuscript)
    steps.leave(manuscript, State.WITHDRAWN, step.now)
    event = steps.finish(step, reason=reason, tell=False)
    outbox.post(db.session(), event, manuscript.author_ids | told)


def share(actor: Actor, manuscript: Manuscript, revision: int | None, office_id: int) -> Manuscript:
    """Send the story to another office as well, as a second manuscript: the last text that the unit signed.

    Raises Conflict where that office has it, or where the text was corrected: the unit did not sign the correction.
    """
    step = steps.begin(actor, Action.SHARE, manuscript, revision)
    if any(correction.outcome == "effective" for correction in manuscript.corrections):
        raise Conflict("corrected")
    office = steps.office_named(office_id)
    if office.id in {sister.office_id for sister in manuscript.story.manuscripts}:
        raise Conflict("already-shared")
    version = manuscript.author_version
    assert version is not None
    second = _second(step, manuscript, office, version)
    steps.finish(step, data={"office": office.name, "code": second.code})
    return second


def begin_anew(actor: Actor, manuscript: Manuscript, revision: int | None) -> Manuscript:
    """A new draft with the text, the pictures and the authors of one that is closed; gives it.

    Whoever wrote the text with `actor` is an author of the new draft too: they may not decide on it (rule 3).
    """
    step = steps.begin(actor, Action.BEGIN_ANEW, manuscript, revision)
    version = manuscript.version
    assert version is not None
    text = Text(version.title, version.byline, version.html, [PictureLine(**line) for line in version.pictures],
                version.original_sha256)
    offices = [manuscript.office_id] if manuscript.office_id else manuscript.wanted_offices
    others = [author.person_id for author in manuscript.story.authors]
    draft = create(actor, manuscript.unit_id, text, Particulars(manuscript.genre_id, offices), others,
                   files_of(manuscript, version), origin=manuscript.code)
    steps.finish(step, data={"code": draft.code}, tell=False)
    return draft


def appeal(actor: Actor, manuscript: Manuscript, revision: int | None, grounds: str) -> Appeal:
    """Ask the chief editor to look at a rejection, once, within 30 days."""
    step = steps.begin(actor, Action.APPEAL, manuscript, revision)
    if not grounds.strip():
        raise Invalid({"grounds": "no-grounds"})
    rejection = db.session.scalars(select(Decision).where(
        Decision.manuscript_id == manuscript.id, Decision.verdict == Verdict.REJECT,
        Decision.undone_at.is_(None)).order_by(Decision.id.desc()).limit(1)).one()
    made = Appeal(manuscript_id=manuscript.id, decision_id=rejection.id, grounds=grounds, made_by_id=actor.id,
                  made_at=step.now)
    db.session.add(made)
    db.session.flush()
    db.session.expire(manuscript, ["appeal"])
    steps.start_clock(manuscript, Duty.HEAR, None, step.now)
    steps.finish(step, reason=grounds)
    return made


def request_correction(actor: Actor, manuscript: Manuscript, revision: int | None, reason: str) -> None:
    """Ask the chief editor for a correction of what is published; one request waits at a time."""
    step = steps.begin(actor, Action.REQUEST_CORRECTION, manuscript, revision)
    if not reason.strip():
        raise Invalid({"reason": "no-reason"})
    db.session.add(CorrectionRequest(manuscript_id=manuscript.id, reason=reason, made_by_id=actor.id, made_at=step.now))
    db.session.flush()
    db.session.expire(manuscript, ["correction_requests"])
    steps.start_clock(manuscript, Duty.CORRECT, None, step.now)
    steps.finish(step, reason=reason)
