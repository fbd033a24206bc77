"""Interests that somebody declared: manuscripts that they are not offered and don't decide on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, Select, String, or_, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship
from sqlalchemy.sql.elements import SQLCoreOperations

from editorial.db import Model, link, moment, row_id
from editorial.models import Manuscript, Person, Story, StoryAuthor, Unit


class Interest(Model):
    """What somebody declared: that they know an author, are their kin, belong to a unit, or have to do with a story.

    It is ended, never deleted: what was decided meanwhile is judged by it.
    """

    __tablename__ = "interests"
    __table_args__ = (
        CheckConstraint("kind IN ('author', 'kin', 'unit', 'other')", name="kind"),
        CheckConstraint("(kind IN ('author', 'kin')) = (author_id IS NOT NULL) AND (kind = 'unit') = (unit_id IS NOT"
                        " NULL) AND (kind = 'other') = (story_id IS NOT NULL)", name="about"),
    )

    id: Mapped[int] = row_id()
    person_id: Mapped[int] = link("people.id", index=True)
    kind: Mapped[str] = mapped_column(String(10))
    author_id: Mapped[int | None] = link("people.id")
    unit_id: Mapped[int | None] = link("units.id")
    story_id: Mapped[int | None] = link("stories.id")
    note: Mapped[str] = mapped_column(String(300), default="")
    declared_at: Mapped[datetime] = moment()
    ended_at: Mapped[datetime | None] = moment()

    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
    unit: Mapped[Unit | None] = relationship()
    story: Mapped[Story | None] = relationship()

    @property
    def about(self) -> tuple[str, int]:
        """What it is about, as `Manuscript.concerns` names it."""
        return next((what, id_) for what, id_ in (
            ("person", self.author_id), ("unit", self.unit_id), ("story", self.story_id)) if id_)


def concerned(who: int | SQLCoreOperations[int]) -> ColumnElement[bool]:
    """True where `who` declared an interest that touches the manuscript: its authors, its unit or one above, its story.

    The same in Python is that `Actor.interests` and `Manuscript.concerns` have something in common.
    """
    above, own = aliased(Unit), aliased(Unit)
    units = select(above.id).join(own, own.path.startswith(above.path)).where(
        own.id == Manuscript.unit_id).correlate(Manuscript)
    authors = select(StoryAuthor.person_id).where(StoryAuthor.story_id == Manuscript.story_id).correlate(
        Manuscript)
    return select(Interest.id).where(
        Interest.person_id == who, Interest.ended_at.is_(None),
        or_(Interest.author_id.in_(authors), Interest.unit_id.in_(units), Interest.story_id == Manuscript.story_id),
    ).exists()


def declared_about(manuscript: Manuscript) -> Select[int]:
    """Asks who declared an interest that touches this manuscript."""
    return select(Interest.person_id).where(Interest.ended_at.is_(None), or_(
        Interest.author_id.in_(sorted(manuscript.author_ids)), Interest.unit_id.in_(manuscript.unit.lineage),
        Interest.story_id == manuscript.story_id))
