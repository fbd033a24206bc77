"""Making versions: a new one only where the text differs, immutable from then on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from editorial import clock, documents
from editorial.db import db
from editorial.models import Manuscript, Upload, Version
from editorial.parties import STAFF
from editorial.terms import State
from editorial.workflow import SIGHTS

LONGEST_TEXT = 1_000_000
"""Characters of a text with its markup: a hundred times a long piece."""

AT_OFFICE = next(sight.states for sight in SIGHTS if sight.party == STAFF)
"""Where an office sees what has entered it."""
PICTURE = re.compile(r'<img src="pictures/([0-9a-f]{64})"')


@dataclass(frozen=True)
class PictureLine:
    """A picture of a text: its digest, and what stands under it."""

    sha256: str
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True)
class Text:
    """What somebody typed or brought: title, byline, HTML as it came (it is cleaned here), pictures, the original."""

    title: str
    byline: str = ""
    html: str = ""
    pictures: Sequence[PictureLine] = field(default_factory=tuple)
    original_sha256: str | None = None


def make_version(manuscript: Manuscript, text: Text, made_by_id: int, origin: str, note: str = "") -> Version | None:
    """A new version of `manuscript` with `text`; None where the text is the same as in its current version.

    `origin` is ``author``, ``editor`` or ``correction``. The pictures kept are those that the text still shows; one
    that was not brought to this story is none of it, whatever the text says.
    """
    html = documents.clean(text.html)
    current = manuscript.version
    known = known_pictures(manuscript) | {line["sha256"] for line in (current.pictures if current else ())}
    for sha256 in set(PICTURE.findall(html)) - known:
        html = without_picture(html, sha256)
    lines = {line["sha256"]: PictureLine(**line) for line in (current.pictures if current else ())}
    lines |= {line.sha256: line for line in text.pictures}
    shown = [lines.get(sha256, PictureLine(sha256)) for sha256 in dict.fromkeys(PICTURE.findall(html))]
    pictures = [{"sha256": line.sha256, "caption": line.caption, "credit": line.credit} for line in shown]
    digest = digest_of(text.title, text.byline, html, pictures, text.original_sha256)
    if current is not None and current.digest == digest:
        return None
    plain = documents.plain_text(html)
    version = Version(
        manuscript_id=manuscript.id, number=_last_number(manuscript) + 1, title=text.title,
        byline=text.byline, html=html, text=plain, characters=documents.count_characters(plain), pictures=pictures,
        digest=digest, origin=origin, made_by_id=made_by_id, note=note, original_sha256=text.original_sha256,
        created_at=clock.now(),
    )
    _add(manuscript, version)
    return version


def known_pictures(manuscript: Manuscript) -> set[str]:
    """The digests of the pictures that were brought to this manuscript, or to its story at another office."""
    return set(db.session.scalars(select(Upload.sha256).join(Manuscript, Manuscript.id == Upload.manuscript_id).where(
        Manuscript.story_id == manuscript.story_id, Upload.kind == "picture")))


def without_picture(html: str, sha256: str) -> str:
    """Clean HTML without this picture, and without the frame that it leaves empty."""
    html = re.sub(rf'<img src="pictures/{sha256}"[^>]*>', "", html)
    return re.sub(r"<figure>\s*(?:<figcaption>[^<]*</figcaption>)?\s*</figure>", "", html)


def _last_number(manuscript: Manuscript) -> int:
    """The highest number given out: the current version's, or after a refused correction a higher one."""
    return db.session.scalar(select(func.max(Version.number)).where(Version.manuscript_id == manuscript.id)) or 0


def copy_version(manuscript: Manuscript, source: Version) -> Version:
    """The first version of another manuscript of the same story: the same text under the same digest."""
    version = Version(
        manuscript_id=manuscript.id, number=1, title=source.title, byline=source.byline, html=source.html,
        text=source.text, characters=source.characters, pictures=source.pictures, digest=source.digest,
        origin="author", made_by_id=source.made_by_id, original_sha256=source.original_sha256,
        created_at=clock.now(), submitted_at=source.submitted_at,
    )
    _add(manuscript, version)
    return version


def _add(manuscript: Manuscript, version: Version) -> None:
    db.session.add(version)
    db.session.flush()
    manuscript.version, manuscript.version_id = version, version.id
    if version.origin == "author":
        manuscript.author_version, manuscript.author_version_id = version, version.id
    retitle(manuscript)
    db.session.flush()
    db.session.expire(manuscript, ["versions"])


def retitle(manuscript: Manuscript) -> None:
    """Give it the title under which lists show it: of the last version that whoever sees it now may read.

    That is the cleared one; else, where the office sees it, the last that entered; else the last that was submitted.
    A draft, which its authors alone see, goes under its own.
    """
    shown = manuscript.cleared_version or manuscript.version
    title = shown.title if shown else ""
    if manuscript.cleared_version is None and manuscript.state is not State.DRAFT:
        entered = manuscript.entered_at is not None and manuscript.state in AT_OFFICE
        since = Version.entered_at if entered else Version.submitted_at
        if shown is not None and getattr(shown, since.key) is not None:
            manuscript.title = shown.title  # no version is newer than the present one, unless a correction was dropped
            return
        title = db.session.scalar(select(Version.title).where(
            Version.manuscript_id == manuscript.id, since.is_not(None)).order_by(Version.number.desc()).limit(1)
        ) or title
    manuscript.title = title


def digested_of(title: str, byline: str, html: str, pictures: Sequence[dict[str, str]], original: str | None) -> bytes:
    """The bytes whose SHA-256 is the digest that decisions name."""
    return documents.digested(
        title, byline, html, [(p["sha256"], p["caption"], p["credit"]) for p in pictures],
        [original] if original else [],
    )


def digest_of(title: str, byline: str, html: str, pictures: Sequence[dict[str, str]], original: str | None) -> str:
    """The digest that decisions name: of the normalised text, the pictures with their captions, and the files."""
    return hashlib.sha256(digested_of(title, byline, html, pictures, original)).hexdigest()
