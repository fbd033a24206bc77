"""What is read without log-in: what the offices that are public have published, and what was said of it since.

Nobody asks here, so nothing depends on who does. Only what readers read: the cleared version, its corrections that
hold, of a retracted piece the notice alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.orm import joinedload, selectinload

from editorial import access, clock, documents, i18n
from editorial.db import db
from editorial.errors import Invisible
from editorial.models import Assignment, Correction, File, Manuscript, Office, Publication, Unit, Version
from editorial.parties import ANYONE
from editorial.queries import commentary, lists, manuscripts, outward, publishing
from editorial.tables.planning import Embargo
from editorial.tables.publication import ChannelNotice
from editorial.terms import State

IN_A_SITEMAP = 10_000
"""Pieces in one part of the sitemap."""


@dataclass(frozen=True)
class Item:
    """A piece in the list; without a title where it was retracted."""

    code: str
    title: str
    office: str
    unit: str
    published_at: datetime
    marks: Sequence[publishing.Mark]
    commentaries: int


@dataclass(frozen=True)
class Items:
    """One page of the list, the newest first, and the key of the next one."""

    rows: Sequence[Item]
    next: str | None


@dataclass(frozen=True)
class Piece:
    """A piece as everybody reads it."""

    manuscript: Manuscript
    version: Version | None
    """None where it was retracted."""
    marks: Sequence[publishing.Mark]
    commentary: Sequence[Assignment]


def _open() -> ColumnElement[bool]:
    """What stands here. A piece that came out too early somewhere is no reason to break its embargo a second time."""
    embargoed = select(Embargo.id).where(
        Embargo.manuscript_id == Manuscript.id, Embargo.lifted_at.is_(None), Embargo.until > clock.now()).exists()
    return and_(access.seen_by(ANYONE), Manuscript.published_at.is_not(None), Office.is_public, not_(embargoed))


def demand_open() -> None:
    """Raise Invisible where no office is public: then there are no such pages."""
    if db.session.scalar(select(Office.id).where(Office.is_public).limit(1)) is None:
        raise Invisible


def items(after: str | None) -> Items:
    """What is out: four queries whatever there is. Raises Invisible where no office is public."""
    demand_open()
    query = (
        select(Manuscript.id, Manuscript.code, Manuscript.state, Manuscript.published_at, Version.title,
               Office.name, Office.name_en, Unit.name.label("unit"), Unit.name_en.label("unit_en"),
               *(column.label(f"key{n}") for n, (column, _) in enumerate(lists.BY_PUBLICATION)))
        .join(Office, Office.id == Manuscript.office_id).join(Unit, Unit.id == Manuscript.unit_id)
        .join(Version, Version.id == Manuscript.cleared_version_id).where(_open()))
    key = lists.unpack(after, lists.BY_PUBLICATION)
    found = db.session.execute(lists.paged(query, lists.BY_PUBLICATION, bool(key)).limit(lists.PAGE + 1), key).all()
    ids = [row.id for row in found[:lists.PAGE]]
    marks, answers = publishing.marks_of(ids), publishing.commentaries_of(ids)
    rows = [Item(row.code, row.title if row.state is State.PUBLISHED else "",
                 i18n.title_of(lists.names(row.name, row.name_en)), i18n.title_of(lists.names(row.unit, row.unit_en)),
                 row.published_at, marks.get(row.id, ()),
                 answers.get(row.id, 0) if row.state is State.PUBLISHED else 0) for row in found[:lists.PAGE]]
    last = found[lists.PAGE - 1] if len(found) > lists.PAGE else None
    return Items(rows, lists.pack([last.key0, last.key1]) if last else None)


def _found(code: str) -> Manuscript:
    found = db.session.scalar(
        select(Manuscript).join(Office, Office.id == Manuscript.office_id).where(Manuscript.code == code, _open())
        .options(joinedload(Manuscript.office), joinedload(Manuscript.unit),
                 selectinload(Manuscript.publications).joinedload(Publication.channel),
                 selectinload(Manuscript.corrections), selectinload(Manuscript.versions)))
    if found is None:
        raise Invisible
    return found


def piece(code: str) -> Piece:
    """The piece under `code`, with the signed commentary on it; of a retracted one the notice. Raises Invisible."""
    found = _found(code)
    version = commentary.published_text(found)
    return Piece(found, version, publishing.marks_of([found.id]).get(found.id, ()),
                 manuscripts.published_commentary(found) if version else ())


def described(shown: Piece, address: str) -> Mapping[str, Any] | None:
    """A piece for search engines, with the signature lines of its page; None of one that was retracted."""
    if shown.version is None:
        return None
    found, home = shown.manuscript, outward.house()
    piece = outward.piece(found, home, told=[mark.notice for mark in shown.marks if mark.notice])
    return documents.linked(replace(piece, published_at=found.published_at), address,
                            [outward.signed_piece(one, home) for one in shown.commentary])


def picture(code: str, sha256: str) -> File:
    """A picture of the text that everybody reads; raises Invisible."""
    version = commentary.published_text(_found(code))
    file = db.session.get(File, sha256) if version and sha256 in {one["sha256"] for one in version.pictures} else None
    if file is None or file.media_type not in manuscripts.PICTURE_TYPES:
        raise Invisible
    return file


def sitemaps() -> int:
    """How many parts the sitemap has; raises Invisible where no office is public."""
    demand_open()
    return (db.session.scalar(select(func.max(Manuscript.id))) or 0) // IN_A_SITEMAP + 1


def sitemap(number: int) -> list[tuple[str, datetime]]:
    """The codes of a part, each with the time when it came out or was corrected last; nothing that was retracted.

    Raises Invisible where there is no such part.
    """
    if number >= sitemaps():
        raise Invisible
    corrected = select(func.max(Correction.closed_at)).where(
        Correction.manuscript_id == Manuscript.id, Correction.outcome == "effective").scalar_subquery()
    told = select(func.max(ChannelNotice.made_at)).where(ChannelNotice.manuscript_id == Manuscript.id).scalar_subquery()
    found = db.session.execute(
        select(Manuscript.code, Manuscript.published_at, corrected, told)
        .join(Office, Office.id == Manuscript.office_id)
        .where(_open(), Manuscript.state == State.PUBLISHED,
               Manuscript.id.between(number * IN_A_SITEMAP, (number + 1) * IN_A_SITEMAP - 1)).order_by(Manuscript.id))
    return [(code, max(filter(None, times))) for code, *times in found]
