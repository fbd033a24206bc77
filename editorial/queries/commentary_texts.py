"""The texts of a commentary as somebody may read them: versions, what changed, as Word files, what its author brought,
and where its words stand in another's, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

from editorial import access, signature
from editorial.db import db
from editorial.documents import (
    Attribution,
    Comparison,
    Content,
    Properties,
    Text,
    clean,
    compare,
    shown_name,
    word,
    word_difference,
)
from editorial.errors import Invisible
from editorial.models import Assignment, CommentaryVersion, Scratch
from editorial.parties import COMMENTARY_AUTHOR, COMMISSIONER, Actor
from editorial.queries.word import LONGEST_NAME, Export
from editorial.tables.commentary import CommentaryFile, Likeness
from editorial.terms import AssignmentState


def readable(actor: Actor, found: Assignment) -> list[CommentaryVersion]:
    """The versions that `actor` may read: all for its author, what was filed for its department, unless its author took
    it back, and for everybody what came out."""
    if COMMENTARY_AUTHOR.includes(actor, found):
        return list(found.versions)
    if found.state is AssignmentState.WITHDRAWN:
        return []
    if COMMISSIONER.includes(actor, found):
        return [version for version in found.versions if version.filed_at]
    return [version for version in found.versions
            if found.state is AssignmentState.PUBLISHED and version.id == found.version_id]


def _readable(actor: Actor, assignment_id: int) -> tuple[Assignment, dict[int, CommentaryVersion]]:
    found = access.assignment_for(db.session(), actor, assignment_id)
    return found, {version.number: version for version in readable(actor, found)}


def difference(before: CommentaryVersion | None, title: str, html: str) -> Comparison:
    """What changed since a version; of a first text everything is new."""
    return compare(Text(before.title, "", before.html) if before else Text("", "", ""), Text(title, "", html))


def filed_before(found: Assignment, version: CommentaryVersion | None) -> CommentaryVersion | None:
    """What was filed before this version."""
    earlier = [one for one in found.versions if one.filed_at and version and one.number < version.number]
    return earlier[-1] if earlier else None


# --- Word files ---------------------------------------------------------------------------------------------------


def file_of(actor: Actor, assignment_id: int, number: int) -> Export:
    """A version as a Word file, with its signature line under the title; raises Invisible."""
    found, versions = _readable(actor, assignment_id)
    one = _one(versions, number)
    return _export(found, one, {"file": "commentary", "version": number}, _("commentary"), partial(
        word, _content(one), Properties(one.created_at, _subject(found, one))))


def difference_file(actor: Actor, assignment_id: int, first: int, second: int) -> Export:
    """What changed between two versions as tracked changes, which are its author's; raises Invisible."""
    found, versions = _readable(actor, assignment_id)
    before, after = _one(versions, first), _one(versions, second)
    by = Attribution(after.signed_name, after.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return _export(
        found, after, {"file": "difference", "versions": [first, second]}, _("commentary, changes"), partial(
            word_difference, _content(before), _content(after), Properties(after.created_at, _subject(found, after)),
            by))


def _one(versions: dict[int, CommentaryVersion], number: int) -> CommentaryVersion:
    if number not in versions:
        raise Invisible
    return versions[number]


def _content(one: CommentaryVersion) -> Content:
    return Content(one.title, signature.of(one).line, one.html)


def _subject(found: Assignment, one: CommentaryVersion) -> str:
    return f"{found.commission.code} v{one.number}"


def _export(found: Assignment, one: CommentaryVersion, data: dict[str, Any], what: str, build: Any) -> Export:
    title = shown_name(one.title)[:LONGEST_NAME].strip() if one.title.strip() else _("Untitled")
    return Export(shown_name(_("%(title)s (%(what)s).docx", title=title, what=what)), found, one.digest, data, build)


def original(actor: Actor, assignment_id: int, file_id: int) -> CommentaryFile:
    """A file as its author brought it, for them alone; raises Invisible."""
    found = db.session.scalar(select(CommentaryFile).join(CommentaryFile.assignment).where(
        CommentaryFile.id == file_id, Assignment.id == assignment_id, Assignment.commentator_id == actor.id))
    if found is None:
        raise Invisible
    return found


@dataclass(frozen=True)
class BroughtPage:
    """What a file says, kept for its author alone until they put it into the form."""

    assignment: Assignment
    scratch_id: int
    file: CommentaryFile
    before: CommentaryVersion | None
    title: str
    html: str
    comparison: Comparison

    @property
    def signed_today(self) -> signature.Signature:
        """How it is signed where it is saved or filed now."""
        return signature.today(self.assignment)


def brought(actor: Actor, assignment_id: int, scratch_id: int) -> BroughtPage:
    """What `actor` brought and has not confirmed; raises Invisible where there is nothing."""
    found = access.assignment_for(db.session(), actor, assignment_id)
    kept = db.session.scalar(select(Scratch).where(
        Scratch.id == scratch_id, Scratch.person_id == actor.id, Scratch.form == f"/commentary/{found.id}"))
    number = str(kept.fields.get("brought", "")) if kept else ""
    if kept is None or not number.isdecimal():
        raise Invisible
    file = original(actor, assignment_id, int(number))
    title, html = str(kept.fields["title"]), clean(str(kept.fields["body"]))
    return BroughtPage(found, kept.id, file, found.version, title, html, difference(found.version, title, html))


# --- Near-equal texts ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Alike:
    """A commentary under another name that is near-equal: how it is signed, and the passages as they stand here.

    Of the other text nobody learns more than stands in their own; `number` is its address where they read it anyway.
    """

    signed: signature.Signature
    passages: Sequence[str]
    number: int | None


def alike(actor: Actor, found: Assignment) -> list[Alike]:
    """For the author of an assignment and its department: the near-equal texts under other names. One query."""
    filed = [version for version in readable(actor, found) if version.filed_at]
    if not filed or not (COMMENTARY_AUTHOR.includes(actor, found) or COMMISSIONER.includes(actor, found)):
        return []
    mine, later = filed[-1].id, aliased(CommentaryVersion)
    last = select(func.max(later.id)).where(
        later.assignment_id == Assignment.id, later.filed_at.is_not(None)).correlate(Assignment).scalar_subquery()
    found_rows = db.session.execute(
        select(Likeness.passages, Likeness.version_id, CommentaryVersion, Assignment)
        .join(CommentaryVersion, CommentaryVersion.id == case(
            (Likeness.version_id == mine, Likeness.other_id), else_=Likeness.version_id))
        .join(Assignment, Assignment.id == CommentaryVersion.assignment_id)
        .where(or_(Likeness.version_id == mine, Likeness.other_id == mine), and_(
            CommentaryVersion.id == last, Assignment.state != AssignmentState.WITHDRAWN))
        .order_by(Likeness.id))
    return [Alike(signature.of(version), [passage[0 if first == mine else 1] for passage in passages],
                  other.id if _reads(actor, other) else None)
            for passages, first, version, other in found_rows]


def _reads(actor: Actor, other: Assignment) -> bool:
    return other.state is AssignmentState.PUBLISHED or COMMISSIONER.includes(actor, other)
