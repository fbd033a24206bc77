"""What leaves the house: a cleared text as the pieces that `documents.bundle` writes, with all that goes with it.

The words around it are Chinese, as the text is, whoever takes it: the same piece has the same bytes for everybody.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from editorial import access, audit, clock, i18n, signature
from editorial.db import db
from editorial.documents import Line, Notice, Outgoing, Shot
from editorial.errors import Conflict, Invisible
from editorial.models import Assignment, Channel, Event, Manuscript, Publication
from editorial.parties import Actor
from editorial.queries import commentary, manuscripts, notices, word
from editorial.storage import LocalStore
from editorial.tables.delivery import Delivery
from editorial.tables.planning import Embargo
from editorial.tables.publication import ChannelNotice
from editorial.terms import CommentaryOutwardAction, OutwardAction, State
from editorial.workflow import OUTWARD_TABLE, rows


@dataclass(frozen=True)
class Place:
    """A channel of the office, and where the piece came out on it, the newest last."""

    channel: Channel
    publications: Sequence[Publication]


@dataclass(frozen=True)
class Page:
    """How a cleared text leaves the house: by which channels."""

    manuscript: Manuscript
    places: Sequence[Place]
    embargo: datetime | None


def page(actor: Actor, code: str) -> Page:
    """The channels for which `actor` may take a manuscript's package; raises as `manuscript`."""
    found = manuscripts.manuscript(actor, code)
    access.permitted(actor, OutwardAction.PACKAGE, found)
    channels = db.session.scalars(select(Channel).where(
        Channel.office_id == found.office_id, Channel.is_active).order_by(Channel.id))
    return Page(found, [Place(one, [out for out in found.publications if out.channel_id == one.id])
                        for one in channels], embargo_of(found))


def manuscript(actor: Actor, store: LocalStore, code: str, channel_id: int) -> tuple[Manuscript, Outgoing]:
    """A manuscript that `actor` may take away for a channel of its office, as it goes there.

    Raises Invisible, Refused, and Conflict where nothing of it is cleared.
    """
    found, channel = place(actor, code, channel_id)
    return found, for_channel(found, channel, store)


def place(actor: Actor, code: str, channel_id: int) -> tuple[Manuscript, Channel]:
    """A manuscript of which `actor` may take the package, and a channel of its office; raises as `manuscript`."""
    found = manuscripts.manuscript(actor, code)
    access.permitted(actor, OutwardAction.PACKAGE, found)
    channel = db.session.get(Channel, channel_id)
    if channel is None or channel.office_id != found.office_id:
        raise Invisible
    return found, channel


def to_deliver(delivery: Delivery, store: LocalStore) -> tuple[int, Outgoing]:
    """What goes out by a delivery now, and the id of its version. Raises Conflict where nothing is cleared any more, or
    it has moved to another office."""
    found, channel = delivery.manuscript, delivery.channel
    version_id = found.cleared_version_id
    if version_id is None or channel.office_id != found.office_id or not any(
            found.state in row.sources for row in rows(OUTWARD_TABLE, OutwardAction.DELIVER)):
        raise Conflict("wrong-state")
    return version_id, for_channel(found, channel, store)


def assignment(actor: Actor, number: int) -> tuple[Assignment, Outgoing]:
    """A commentary that `actor` may take away; raises as `manuscript`."""
    found = commentary.assignment(actor, number)
    access.permitted(actor, CommentaryOutwardAction.PACKAGE, found)
    return found, signed_piece(found, house())


@dataclass(frozen=True)
class House:
    """What tells this installation from all others, for good: the first event of its record."""

    hash: str
    begun_at: datetime

    def name(self, kind: str, key: str) -> str:
        """A name for a thing that stays the same whatever becomes of it, and wherever the installation moves."""
        return uuid.uuid5(uuid.UUID(self.hash[:32]), f"{kind}:{key}").urn


def house() -> House:
    """This installation. Without any event it has nothing that could go out."""
    begun = db.session.execute(select(Event.hash, Event.at).where(Event.seq == 1)).first()
    return House(*begun) if begun else House(audit.GENESIS, clock.now())


def shots(store: LocalStore, found: Manuscript) -> Mapping[str, Shot]:
    """The pictures of the cleared version, as they are stored."""
    return word.content(store, found.cleared_version).shots if found.cleared_version else {}


def for_channel(found: Manuscript, channel: Channel, store: LocalStore) -> Outgoing:
    """A manuscript as it goes to a channel: with its pictures, and under its embargo where it is not out there."""
    made = piece(found, house(), channel, shots(store, found), notices.of([found.id]).get(found.id, ()))
    until = None if made.published_at else embargo_of(found)
    if until is None:
        return made
    with force_locale(i18n.LOCALES[0]):
        words = _("Not to be published before %(time)s", time=f"{until.astimezone(clock.zone()):%Y-%m-%d %H:%M}")
        notice = Notice("embargo", until, _("Embargo"), words)
    return replace(made, embargo=until, notices=(notice, *made.notices))


def embargo_of(found: Manuscript) -> datetime | None:
    """Before when it is not to come out, where that is said."""
    return db.session.scalar(select(Embargo.until).where(
        Embargo.manuscript_id == found.id, Embargo.lifted_at.is_(None)))


def piece(
    found: Manuscript, home: House, channel: Channel | None = None, pictures: Mapping[str, Shot] | None = None,
    told: Sequence[ChannelNotice] = (),
) -> Outgoing:
    """The cleared version of a manuscript as it goes out, for a channel or for all: never another one.

    `told` is what readers were told of mistakes that are not in the text: it goes to the channel that made them.
    """
    version, office = found.cleared_version, found.office
    assert version is not None and office is not None
    placed = [one for one in found.publications if channel is None or one.channel_id == channel.id]
    with force_locale(i18n.LOCALES[0]):
        return Outgoing(
            home.name("manuscript", found.code), found.code, version.number, version.digest, version.title,
            version.html, version.text, version.characters,
            (Line(_("Byline"), version.byline, "byline"), Line(_("Unit"), i18n.title_of(found.unit))),
            found.created_at, version.created_at, i18n.title_of(office), i18n.title_of(channel) if channel else "",
            i18n.title_of(found.genre) if found.genre else "", found.urgent, pictures or {},
            _notices(found, [one for one in told if channel is None or one.publication.channel_id == channel.id]),
            published_at=placed[-1].published_at if placed else None, address=placed[-1].address if placed else "")


def _notices(found: Manuscript, told: Sequence[ChannelNotice]) -> tuple[Notice, ...]:
    """What was said publicly of a piece: its corrections that hold, what a channel got wrong, and its retraction."""
    said = [Notice("correction", one.closed_at, _("Correction"), one.note)
            for one in found.corrections if one.outcome == "effective" and one.closed_at]
    said += [Notice("correction", one.made_at, _("Correction: %(channel)s", channel=i18n.title_of(
        one.publication.channel)), one.note) for one in told]
    said.sort(key=lambda notice: notice.at)
    if found.state is State.RETRACTED and found.closed_at:
        said.append(Notice("retraction", found.closed_at, _("Retracted"), found.public_reason))
    return tuple(said)


def signed_piece(found: Assignment, home: House) -> Outgoing:
    """A commentary as it goes out: under the name of its author, their department and who commissioned it."""
    version, commission = found.version, found.commission
    assert version is not None
    signed = signature.of(version)
    with force_locale(i18n.LOCALES[0]):
        return Outgoing(
            home.name("commentary", str(found.id)), f"{commission.code}-{found.id}", version.number,
            version.digest, version.title, version.html, version.text, version.characters,
            (Line(_("Byline"), signed.name, "person"), Line(_("Unit"), signed.department),
             Line(_("Commissioned by"), signed.commissioned_by)),
            found.created_at, version.created_at, signed.commissioned_by, found.channel, _("Commentary"),
            published_at=found.published_at, address=found.address)
