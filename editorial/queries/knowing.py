"""Which version somebody reads, and which one they know already, so that they are shown first what changed since."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, bindparam, select

from editorial.db import db
from editorial.models import Manuscript, Version
from editorial.parties import REVIEWER, Actor
from editorial.tables.reading import Reading
from editorial.terms import Duty, Verdict

READING = frozenset({Duty.SIGN, Duty.CLAIM, Duty.READ, Duty.CONFIRM})
"""What waits for somebody who reads it: to sign, to claim, to decide, to confirm."""


def last_reading(actor: Actor, found: Manuscript) -> Reading | None:
    """What `actor` opened of it last."""
    return db.session.get(Reading, (actor.id, found.id))


_PRESENT = select(Reading.manuscript_id).join(Manuscript, and_(
    Manuscript.id == Reading.manuscript_id, Manuscript.version_id == Reading.version_id)).where(
    Reading.person_id == bindparam("me"), Reading.manuscript_id.in_(bindparam("ids", expanding=True)))


def with_present_text_opened(actor: Actor, ids: Sequence[int]) -> set[int]:
    """Those of these manuscripts of which `actor` opened the present version."""
    return set(db.session.scalars(_PRESENT, {"me": actor.id, "ids": list(ids)}))


def newly_opened(last: Reading | None, version: Version, is_due: bool) -> tuple[int, int | None, bool] | None:
    """What is to be noted of somebody who opens `version`: it, the one that they opened before, and whether its reading
    is theirs to do (`is_due`)."""
    if last is not None and last.version_id == version.id and (last.opened_at is not None or not is_due):
        return None
    return version.id, last.version_id if last else None, is_due


def shown(found: Manuscript, versions: Sequence[Version]) -> Version | None:
    """Of the versions that somebody may read, the one that they read: the present one (after a refused correction it is
    not the last one made), or where they may not read that yet, the last before it."""
    return found.version if found.version in versions else versions[-1] if versions else None


def known(actor: Actor, found: Manuscript, versions: Sequence[Version]) -> Version | None:
    """The version that `actor` knows already, where what they read now is another one: whoever decided on an earlier
    version, the author whose text an editor changed, and who confirms at a stage that passed an earlier one, whoever
    read it there. What is published is read whole."""
    now = shown(found, versions)
    if now is None or len(versions) < 2 or now.made_by_id == actor.id:
        return None
    digests = {d.digest for sister in found.story.manuscripts for d in sister.decisions if d.person_id == actor.id}
    if actor.id in found.author_ids and now.origin != "author":
        digests |= {version.digest for version in versions if version.origin == "author"}
    if REVIEWER.includes(actor, found):
        digests |= {d.digest for d in found.decisions
                    if d.stage_id == found.stage_id and d.verdict is Verdict.PASS and d.undone_at is None}
    if now.digest in digests or now.id in {publication.version_id for publication in found.publications}:
        return None
    return next((version for version in reversed(versions) if version.digest in digests), None)


def opened(last: Reading | None, actor: Actor, found: Manuscript, versions: Sequence[Version]) -> Version | None:
    """The version that somebody opened before the one that they read now, where nothing that they did says more: what
    they wrote themselves, decided on, or what is published is read whole."""
    now = shown(found, versions)
    if last is None or now is None or now.made_by_id == actor.id:
        return None
    decided = {d.digest for sister in found.story.manuscripts for d in sister.decisions if d.person_id == actor.id}
    if now.digest in decided or now.id in {publication.version_id for publication in found.publications}:
        return None
    earlier = last.earlier_version_id if last.version_id == now.id else last.version_id
    return next((version for version in versions
                 if version.id == earlier and version.number < now.number and version.digest != now.digest), None)
