"""What readers were told of channels' own mistakes, where the cleared text was right."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from editorial.db import db
from editorial.models import Publication
from editorial.tables.publication import ChannelNotice


def of(manuscript_ids: Collection[int]) -> Mapping[int, list[ChannelNotice]]:
    """The notices of each manuscript in their order, with their channels, in one query."""
    found: dict[int, list[ChannelNotice]] = {}
    for one in db.session.scalars(
            select(ChannelNotice).where(ChannelNotice.manuscript_id.in_(manuscript_ids)).order_by(ChannelNotice.id)
            .options(joinedload(ChannelNotice.publication).joinedload(Publication.channel))):
        found.setdefault(one.manuscript_id, []).append(one)
    return found
