"""What is cleared, what is out, and what became of it: for publishers, and for everybody with an account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, func, select, union_all

from editorial import access
from editorial.db import db
from editorial.errors import Invisible
from editorial.models import (
    Assignment,
    Channel,
    Commission,
    Correction,
    Manuscript,
    Office,
    Publication,
)
from editorial.parties import ANYONE, Actor
from editorial.queries import lists, notices, proved
from editorial.tables.publication import ChannelNotice
from editorial.terms import AssignmentState, Duty, Role, State

BY_CLEARANCE: lists.Order = ((Manuscript.accepted_at, False), (Manuscript.id, False))
LATELY = 5
BY_PROOF = {"counts": proved.counted, "without": proved.unproved}


@dataclass(frozen=True)
class Mark:
    """What was said publicly of a published piece: a ``correction`` that holds, a ``channel`` that erred (with what is
    known of it), or its ``retraction``, with the words."""

    kind: str
    at: datetime
    words: str
    notice: ChannelNotice | None = None


@dataclass(frozen=True)
class Placed:
    """Where and when a piece came out."""

    channel: Channel
    published_at: datetime
    address: str
    place: str
    proof: str
    """How it is proved: a mark of `proved.marks`."""
    counts: bool


@dataclass(frozen=True)
class Piece(lists.Row):
    """A published piece in a list: where it is out, what was said of it since, how many commentaries answer it."""

    placed: Sequence[Placed] = ()
    marks: Sequence[Mark] = ()
    commentaries: int = 0


@dataclass(frozen=True)
class Out:
    """One page of what is published, and what one can filter by."""

    rows: Sequence[Piece]
    next: str | None
    offices: Sequence[Office]
    office: Office | None
    channels: Sequence[Channel]
    channel: Channel | None
    proof: str


# --- For everybody ------------------------------------------------------------------------------------------------


def published(office: str = "", channel: str = "", after: str | None = None, proof: str = "") -> Out:
    """What is or was published, the newest first; of an office by its slug, of one of its channels by its id.

    `proof` leaves what ``counts``, or what is out somewhere ``without`` proof.
    """
    offices = list(db.session.scalars(select(Office).order_by(Office.id)))
    here = next((one for one in offices if one.slug == office), None)
    channels = list(db.session.scalars(select(Channel).where(Channel.office_id == here.id).order_by(Channel.id))
                    ) if here else []
    there = next((one for one in channels if str(one.id) == channel), None)
    where = [access.seen_by(ANYONE), Manuscript.published_at.is_not(None)]
    if here:
        where.append(Manuscript.office_id == here.id)
    if there:
        where.append(select(Publication.id).where(
            Publication.manuscript_id == Manuscript.id, Publication.channel_id == there.id).exists())
    if proof in BY_PROOF:
        where.append(BY_PROOF[proof]())
    page = lists.Listing(and_(*where), lists.BY_PUBLICATION).read({}, after)
    return Out(_pieces(page.rows), page.next, offices, here, channels, there, proof if proof in BY_PROOF else "")


def _pieces(rows: Sequence[lists.Row]) -> list[Piece]:
    ids = [row.id for row in rows]
    placed, marks, commentaries = _placed(ids), marks_of(ids), commentaries_of(ids)
    return [Piece(**vars(row), placed=placed.get(row.id, ()), marks=marks.get(row.id, ()),
                  commentaries=commentaries.get(row.id, 0)) for row in rows]


def _placed(ids: Sequence[int]) -> Mapping[int, list[Placed]]:
    found = db.session.execute(
        select(Publication, Channel, Office.counts_unproved).select_from(Publication).join(Channel).join(Office)
        .where(Publication.manuscript_id.in_(ids))
        .order_by(Publication.published_at, Publication.id)).all()
    marks = proved.marks([one.id for one, *_more in found])
    placed: dict[int, list[Placed]] = {}
    for one, channel, counts in found:
        placed.setdefault(one.manuscript_id, []).append(Placed(
            channel, one.published_at, one.address, one.place, marks[one.id],
            counts or marks[one.id] in proved.SETTLED))
    return placed


def marks_of(ids: Sequence[int]) -> Mapping[int, list[Mark]]:
    """Corrections that hold and what was said of channels, in their order, and the retraction after them."""
    marks: dict[int, list[Mark]] = {}
    for id_, at, note in db.session.execute(
            select(Correction.manuscript_id, Correction.closed_at, Correction.note)
            .where(Correction.manuscript_id.in_(ids), Correction.outcome == "effective").order_by(Correction.id)):
        marks.setdefault(id_, []).append(Mark("correction", _closed(at), note))
    for id_, told in notices.of(ids).items():
        marks.setdefault(id_, []).extend(Mark("channel", one.made_at, one.note, one) for one in told)
        marks[id_].sort(key=lambda mark: mark.at)
    for id_, at, reason in db.session.execute(
            select(Manuscript.id, Manuscript.closed_at, Manuscript.public_reason)
            .where(Manuscript.id.in_(ids), Manuscript.state == State.RETRACTED)):
        marks.setdefault(id_, []).append(Mark("retraction", _closed(at), reason))
    return marks


def _closed(at: datetime | None) -> datetime:
    """The time at which it was closed; a correction that holds, and what is retracted, always is."""
    assert at is not None
    return at


def said_of(found: Manuscript) -> list[Mark]:
    """What was said of a piece besides its retraction, whose reason stands in place of the text."""
    return [mark for mark in marks_of([found.id]).get(found.id, ()) if mark.kind != "retraction"]


def commentaries_of(ids: Sequence[int]) -> Mapping[int, int]:
    return lists.pairs(
        select(Commission.manuscript_id, func.count(Assignment.id)).join(Assignment)
        .where(Commission.manuscript_id.in_(ids), Assignment.state == AssignmentState.PUBLISHED)
        .group_by(Commission.manuscript_id))


# --- For publishers -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lately:
    """What came out last on one channel, each with the time there."""

    channel: Channel
    office: Office
    pieces: Sequence[tuple[datetime, Piece]]


@dataclass(frozen=True)
class Bench:
    """What a publisher has before them."""

    cleared: lists.Page
    correcting: Sequence[lists.Row]
    """With the note that readers will see."""
    mending: Sequence[lists.Row]
    """With a channel that erred, of which no correction of its own is recorded; with the note that readers see."""
    lately: Sequence[Lately]


def bench(actor: Actor, after: str | None = None) -> Bench:
    """What is cleared and not out, the longest waiting first; corrections under review; what came out, by channel.

    Raises Invisible for all but publishers.
    """
    offices = demand_publisher(actor)
    cleared = _cleared(actor.roles).read(access.values(actor), after)
    return Bench(cleared, _correcting(offices), _mending(offices), _lately(offices))


def demand_publisher(actor: Actor) -> frozenset[int]:
    """The offices for which `actor` publishes; raises Invisible for all but publishers."""
    offices = actor.grants.get(Role.PUBLISHER)
    if not offices:
        raise Invisible
    return offices


@lru_cache(maxsize=lists.KEPT)
def _cleared(roles: Set[Role]) -> lists.Listing:
    return lists.Listing(access.duty_clause(roles, Duty.PUBLISH), BY_CLEARANCE)


def _correcting(offices: frozenset[int]) -> list[lists.Row]:
    open_ = select(Correction.manuscript_id).where(Correction.outcome.is_(None))
    where = and_(Manuscript.id.in_(open_), Manuscript.office_id.in_(sorted(offices)))
    rows = lists.Listing(where, lists.BY_URGENCY, 100).read({}).rows
    notes = lists.pairs(select(Correction.manuscript_id, Correction.note).where(
        Correction.outcome.is_(None), Correction.manuscript_id.in_([row.id for row in rows])))
    return [replace(row, note=notes.get(row.id, "")) for row in rows]


def _mending(offices: frozenset[int]) -> list[lists.Row]:
    wanted = select(ChannelNotice.manuscript_id).where(ChannelNotice.mended_at.is_(None))
    where = and_(Manuscript.id.in_(wanted), Manuscript.state == State.PUBLISHED,
                 Manuscript.office_id.in_(sorted(offices)))
    rows = lists.Listing(where, lists.BY_PUBLICATION, 100).read({}).rows
    notes = lists.pairs(select(ChannelNotice.manuscript_id, ChannelNotice.note).where(
        ChannelNotice.mended_at.is_(None), ChannelNotice.manuscript_id.in_([row.id for row in rows])))
    return [replace(row, note=notes.get(row.id, "")) for row in rows]


def _lately(offices: frozenset[int]) -> list[Lately]:
    channels = db.session.execute(
        select(Channel, Office).join(Office).where(Channel.office_id.in_(sorted(offices)), Channel.is_active)
        .order_by(Channel.office_id, Channel.id)).all()
    if not channels:
        return []
    newest = union_all(*(select(_newest(channel.id).subquery()) for channel, _office in channels))
    found = db.session.execute(newest).all()
    ids = {row.manuscript_id for row in found}
    rows = lists.Listing(Manuscript.id.in_(ids), lists.BY_PUBLICATION, len(found) + 1).read({}).rows
    pieces = {piece.id: piece for piece in _pieces(rows)}
    return [Lately(channel, office, [(row.published_at, pieces[row.manuscript_id])
                                     for row in found if row.channel_id == channel.id])
            for channel, office in channels]


def _newest(channel_id: int) -> Any:
    """The last publications on one channel: a query of its own, so that each walks its index and stops."""
    return (select(Publication.channel_id, Publication.manuscript_id, Publication.published_at)
            .where(Publication.channel_id == channel_id)
            .order_by(Publication.published_at.desc(), Publication.id.desc()).limit(LATELY))
