"""Near-equal commentaries under two names: looked for when one is filed, told to those whose texts they are.

Nothing is blocked and nobody is judged. A draft is never compared, nor what its author took back.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import aliased

from editorial import documents
from editorial.db import db
from editorial.models import Assignment, CommentaryVersion, Commission
from editorial.tables.commentary import CommentaryPrint, Likeness
from editorial.terms import AssignmentState

NEAR = 33
"""Hundredths of the shorter text that stand in the other one, too: less is told to nobody."""

LOOKED_AT = 5
"""How many texts are compared in full: those with the most in common."""


def look(assignment: Assignment, version: CommentaryVersion, now: datetime) -> list[Assignment]:
    """Compare what was filed just now with what stands filed under other names, and put down what is near-equal.

    Gives the other assignments of which that is new. What the pieces and the briefs say counts for nothing: commentary
    quotes it. Call it with the end of the record's chain locked, so that of two that are filed at once one finds the
    other.
    """
    quoted = _quoted(assignment.commission)
    numbers = documents.prints(version.text, quoted)
    db.session.execute(delete(CommentaryPrint).where(CommentaryPrint.version_id.in_(
        select(CommentaryVersion.id).where(CommentaryVersion.assignment_id == assignment.id))))
    db.session.add_all(CommentaryPrint(version_id=version.id, print=number) for number in numbers)
    db.session.flush()
    fresh = []
    for other, other_version in _candidates(assignment, numbers):
        found = documents.common(version.text, other_version.text, [*quoted, *_quoted(other.commission)])
        if found.share < NEAR:
            continue
        if not _known(assignment, other):
            fresh.append(other)
        db.session.add(Likeness(version_id=version.id, other_id=other_version.id, found_at=now,
                                passages=[list(passage) for passage in found.passages]))
        db.session.flush()
    return fresh


def _quoted(commission: Commission) -> list[str]:
    piece = commission.manuscript.cleared_version
    return [piece.text if piece else "", commission.topic, commission.brief, commission.questions]


def _candidates(assignment: Assignment, numbers: list[int]) -> list[tuple[Assignment, CommentaryVersion]]:
    """The texts of others with the most numbers in common."""
    shared = func.count()
    nearest = (
        select(CommentaryPrint.version_id, shared.label("shared"))
        .join(CommentaryVersion, CommentaryVersion.id == CommentaryPrint.version_id)
        .join(Assignment, Assignment.id == CommentaryVersion.assignment_id)
        .where(CommentaryPrint.print.in_(numbers), Assignment.commentator_id != assignment.commentator_id,
               Assignment.state != AssignmentState.WITHDRAWN)
        .group_by(CommentaryPrint.version_id).order_by(shared.desc(), CommentaryPrint.version_id).limit(LOOKED_AT)
        .subquery())
    found = db.session.execute(
        select(Assignment, CommentaryVersion).join(CommentaryVersion, CommentaryVersion.assignment_id == Assignment.id)
        .join(nearest, nearest.c.version_id == CommentaryVersion.id).order_by(CommentaryVersion.id))
    return [(other, version) for other, version in found]


def _known(one: Assignment, other: Assignment) -> bool:
    """Whether earlier texts of the two were near-equal already."""
    first, second = aliased(CommentaryVersion), aliased(CommentaryVersion)
    both = [one.id, other.id]
    return db.session.scalar(
        select(Likeness.id).join(first, first.id == Likeness.version_id).join(second, second.id == Likeness.other_id)
        .where(first.assignment_id.in_(both), second.assignment_id.in_(both)).limit(1)) is not None
