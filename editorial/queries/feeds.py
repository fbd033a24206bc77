"""Feeds of what is out: pieces, of all offices, of one, of one of its channels; and signed commentary.

What readers see of a piece changes when it comes out, is corrected or retracted; the latest change comes first, so
that whoever looks at the first page now and then misses none. Each page takes the same queries, by key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, select, true, union_all
from sqlalchemy.orm import aliased, joinedload, selectinload

from editorial import access, i18n
from editorial.db import db
from editorial.documents import Entry, Feed, Shot
from editorial.errors import Invisible
from editorial.models import Assignment, Channel, Commission, Correction, Manuscript, Office, Person, Publication
from editorial.parties import ANYONE
from editorial.queries import lists, notices, outward
from editorial.tables.messages import PrivateAddress
from editorial.tables.publication import ChannelNotice
from editorial.terms import AssignmentState, State

LATEST: lists.Order = ((Assignment.published_at, True), (Assignment.id, True))

Addresses = Callable[..., str]
"""Gives the whole address of a page: the endpoint, and what stands in it."""


def owner(token_hash: str, kind: str) -> Person:
    """Whose private address of this kind has this hash; raises Invisible where it is void, or the account closed."""
    person = db.session.scalar(select(Person).join(PrivateAddress, PrivateAddress.person_id == Person.id).where(
        PrivateAddress.token_hash == token_hash, PrivateAddress.kind == kind, Person.is_active))
    if person is None:
        raise Invisible
    return person


def offered() -> list[tuple[str, str, Mapping[str, Any]]]:
    """The feeds that there are: what each holds, its endpoint, and what stands in its address."""
    found: list[tuple[str, str, Mapping[str, Any]]] = [(_("Everything published"), "published.feed", {})]
    for office in db.session.scalars(select(Office).order_by(Office.id).options(selectinload(Office.channels))):
        found.append((i18n.title_of(office), "published.feed", {"office": office.slug}))
        found += [(f"{i18n.title_of(office)} · {i18n.title_of(one)}", "published.feed",
                   {"office": office.slug, "channel": one.id}) for one in office.channels if one.is_active]
    return [*found, (_("Signed commentary"), "published.commentary_feed", {})]


def published(office: str, channel: str, after: str | None, site: str, address: Addresses) -> Feed:
    """A page of what is or was out; of an office by its slug, of one of its channels by its id; raises Invisible."""
    here = db.session.scalar(select(Office).where(Office.slug == office)) if office else None
    there = db.session.scalar(select(Channel).where(
        Channel.office_id == here.id, Channel.id == int(channel))) if here and channel.isdecimal() else None
    if (office and here is None) or (channel and there is None):
        raise Invisible
    at, changes = _changes(here, there, after)
    rows = db.session.execute(changes, at).all()
    ids = [row.id for row in rows[:lists.PAGE]]
    found, told = _manuscripts(ids), notices.of(ids)
    house = outward.house()
    entries = [_entry(found[row.id], house, there, row.at, address, told.get(row.id, ())) for row in rows[:lists.PAGE]]
    chosen = {"office": office or None, "channel": channel or None}
    with force_locale(i18n.LOCALES[0]):
        title = _(", ").join([_("Published pieces"), *(i18n.title_of(one) for one in (here, there) if one)])
    return _feed(f"published:{office}:{channel}", title, site, house, entries, after, _next(rows), lambda key: address(
        "published.feed", **chosen, after=key))


def commentary(after: str | None, site: str, address: Addresses) -> Feed:
    """A page of the signed commentary that is out."""
    query = select(Assignment).where(Assignment.state == AssignmentState.PUBLISHED).options(
        joinedload(Assignment.version), joinedload(Assignment.commission).joinedload(Commission.manuscript))
    key = lists.unpack(after, LATEST)
    found = db.session.scalars(lists.paged(query, LATEST, bool(key)).limit(lists.PAGE + 1), key).all()
    house = outward.house()
    entries = [
        Entry(outward.signed_piece(one, house), one.published_at, address("commentary.assignment", number=one.id),
              [(one.channel, one.address)])
        for one in found[:lists.PAGE] if one.published_at]
    last = found[lists.PAGE - 1] if len(found) > lists.PAGE else None
    with force_locale(i18n.LOCALES[0]):
        title = _("Signed commentary")
    return _feed("commentary", title, site, house, entries, after,
                 lists.pack([last.published_at, last.id]) if last else None,
                 lambda key: address("published.commentary_feed", after=key))


def _feed(name: str, title: str, site: str, house: outward.House, entries: Sequence[Entry], here: str | None,
          further: str | None, address: Callable[[str | None], str]) -> Feed:
    updated = max((entry.updated_at for entry in entries), default=house.begun_at)
    return Feed(house.name("feed", name), f"{site} · {title}", site, updated, entries, address(here), address(None),
                address(further) if further else "")


def _next(rows: Sequence[Any]) -> str | None:
    return lists.pack([rows[lists.PAGE - 1].at, rows[lists.PAGE - 1].id]) if len(rows) > lists.PAGE else None


def _changes(office: Office | None, channel: Channel | None, after: str | None) -> tuple[dict[str, Any], Select[Any]]:
    """What asks for the pieces of a page with the time of the last change that readers saw, and the values for it.

    Four lists, of which each walks to its end of the page and stops: what came out and nothing has been said of it
    since, what was corrected since, of which readers were told what a channel got wrong, what was retracted. Of a
    channel that is what it got wrong itself.
    """
    held, later, told, newer = aliased(Correction), aliased(Correction), aliased(ChannelNotice), aliased(ChannelNotice)
    where: list[ColumnElement[bool]] = [access.seen_by(ANYONE)]
    placed_at: Any = Manuscript.published_at
    if office:
        where.append(Manuscript.office_id == office.id)
    out = select(Manuscript.id)
    if channel:
        first, earlier = aliased(Publication), aliased(Publication)
        placed_at = first.published_at
        out = out.join(first, and_(first.manuscript_id == Manuscript.id, first.channel_id == channel.id))
        where.append(~select(earlier.id).where(
            earlier.manuscript_id == first.manuscript_id, earlier.channel_id == first.channel_id,
            (earlier.published_at < first.published_at)
            | ((earlier.published_at == first.published_at) & (earlier.id < first.id))).exists())
    is_out, since = Manuscript.state != State.RETRACTED, and_(
        held.manuscript_id == Manuscript.id, held.outcome == "effective", held.closed_at > placed_at)
    of_channel = [one.publication_id.in_(select(Publication.id).where(Publication.channel_id == channel.id))
                  if channel else true() for one in (told, newer)]
    told_since = and_(told.manuscript_id == Manuscript.id, told.made_at > placed_at, of_channel[0])
    newer_than = and_(newer.manuscript_id == Manuscript.id, of_channel[1])
    branches: list[tuple[Select[Any], Any]] = [
        (out.where(is_out, ~select(held.id).where(since).exists(), ~select(told.id).where(told_since).exists()),
         placed_at),
        (out.join(held, since).where(is_out, ~select(later.id).where(
            later.manuscript_id == Manuscript.id, later.outcome == "effective", later.id > held.id).exists(),
            ~select(newer.id).where(newer_than, newer.made_at > held.closed_at).exists()), held.closed_at),
        (out.join(told, told_since).where(is_out, ~select(newer.id).where(newer_than, newer.id > told.id).exists(),
            ~select(later.id).where(later.manuscript_id == Manuscript.id, later.outcome == "effective",
                                    later.closed_at >= told.made_at).exists()), told.made_at),
        (out.where(Manuscript.state == State.RETRACTED), Manuscript.closed_at)]
    key: Mapping[str, Any] = lists.unpack(after, ((Manuscript.published_at, True), (Manuscript.id, True)))
    several = union_all(*(
        select(lists.paged(branch.add_columns(at.label("at")).where(*where), ((at, True), (Manuscript.id, True)),
                           bool(key)).limit(lists.PAGE + 1).subquery()) for branch, at in branches)).subquery()
    return dict(key), select(several.c.id, several.c.at).order_by(several.c.at.desc(), several.c.id.desc()).limit(
        lists.PAGE + 1)


def _manuscripts(ids: Sequence[int]) -> Mapping[int, Manuscript]:
    return {one.id: one for one in db.session.scalars(select(Manuscript).where(Manuscript.id.in_(ids)).options(
        joinedload(Manuscript.unit), joinedload(Manuscript.office), joinedload(Manuscript.genre),
        joinedload(Manuscript.cleared_version), selectinload(Manuscript.corrections),
        selectinload(Manuscript.publications).joinedload(Publication.channel)))}


def _entry(found: Manuscript, house: outward.House, channel: Channel | None, at: datetime, address: Addresses,
           told: Sequence[ChannelNotice]) -> Entry:
    piece = outward.piece(found, house, channel, _captions(found), told)
    with force_locale(i18n.LOCALES[0]):
        out = [(i18n.title_of(one.channel), one.address) for one in found.publications if one.address]
        return Entry(piece, at, address("manuscripts.manuscript", code=found.code), out,
                     i18n.label(found.state) if piece.is_retracted else "")


def _captions(found: Manuscript) -> Mapping[str, Shot]:
    """What stands under the pictures, which themselves are no part of a feed."""
    version = found.cleared_version
    return {line["sha256"]: Shot(b"", "image/jpeg", 0, 0, line["caption"], line["credit"])
            for line in (version.pictures if version else ())}
