"""Texts and files: clean, as digested, and in the store.

Cleaning a text again costs milliseconds, so a house with many texts reads a share of them each day, and all of them in
turn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from editorial import clock, documents, signature
from editorial.actions.texts import digest_of
from editorial.models import Assignment, CommentaryVersion, File, Manuscript, Version
from editorial.storage import LocalStore

AT_ONCE = 20_000
"""How many texts one run reads at most."""
CHUNK = 500


def clean_and_as_digested(session: Session) -> Iterator[str]:
    """What is stored of a version is clean, and text, count and digest are made from it."""
    shares = _shares(session, func.count(Version.id))
    today, after = clock.now().toordinal() % shares, 0
    while found := session.execute(
        select(Version.id, Version.number, Version.title, Version.byline, Version.html, Version.text,
               Version.characters, Version.pictures, Version.original_sha256, Version.digest, Manuscript.code)
        .join(Manuscript, Manuscript.id == Version.manuscript_id)
        .where(Version.id > after, Version.id % shares == today).order_by(Version.id).limit(CHUNK)
    ).all():
        after = found[-1].id
        for row in found:
            name = f"version {row.number} of manuscript {row.code}"
            yield from _made_from(name, row.html, row.text, row.characters)
            if digest_of(row.title, row.byline, row.html, row.pictures, row.original_sha256) != row.digest:
                yield f"{name} is not what its digest says"


def commentary_clean_and_as_digested(session: Session) -> Iterator[str]:
    """The same of commentaries, whose digest covers the signature line."""
    shares = _shares(session, func.count(CommentaryVersion.id))
    today, after = clock.now().toordinal() % shares, 0
    while found := session.scalars(
        select(CommentaryVersion).join(Assignment, Assignment.id == CommentaryVersion.assignment_id)
        .where(CommentaryVersion.id > after, CommentaryVersion.id % shares == today)
        .order_by(CommentaryVersion.id).limit(CHUNK)
    ).all():
        after = found[-1].id
        for version in found:
            name = f"commentary {version.id} of assignment {version.assignment_id}"
            yield from _made_from(name, version.html, version.text, version.characters)
            if documents.digest(version.title, signature.of(version).digested, version.html) != version.digest:
                yield f"{name} is not what its digest says"


def _shares(session: Session, count: object) -> int:
    return -(-(session.scalar(select(count)) or 0) // AT_ONCE) or 1  # type: ignore[call-overload]


def _made_from(name: str, html: str, text: str, characters: int) -> Iterator[str]:
    is_clean, plain, count = _reading(html)
    if not is_clean:
        yield f"{name} is not clean"
    if (plain, count) != (text, characters):
        yield f"{name} has another text than its HTML"


@lru_cache(maxsize=2048)
def _reading(html: str) -> tuple[bool, str, int]:
    plain = documents.plain_text(html)
    return documents.clean(html) == html, plain, documents.count_characters(plain)


def pictures_are_kept(session: Session) -> Iterator[str]:
    """Every picture and original of a version has its row among the files."""
    known = set(session.scalars(select(File.sha256)))
    query = select(Version.number, Version.pictures, Version.html, Manuscript.code).join(
        Manuscript, Manuscript.id == Version.manuscript_id).where(Version.html.contains("pictures/"))
    for row in session.execute(query.execution_options(yield_per=CHUNK)):
        shown = {line["sha256"] for line in row.pictures}
        if row.html.count('src="pictures/') < len(shown) or shown - known or any(
                part[:64] not in shown for part in row.html.split('src="pictures/')[1:]):
            yield f"version {row.number} of manuscript {row.code} shows a picture that is not kept"


def files_are_in_the_store(session: Session, store: LocalStore) -> Iterator[str]:
    """Every file has its bytes in the store, with its size and digest."""
    for sha256, size in session.execute(select(File.sha256, File.size).order_by(File.sha256)):
        try:
            data = store.read(sha256)
        except FileNotFoundError:
            yield f"file {sha256} is not in the store"
            continue
        if len(data) != size or hashlib.sha256(data).hexdigest() != sha256:
            yield f"file {sha256} is damaged in the store"
