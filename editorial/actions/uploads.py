"""Files that people bring: read in the child process, stored, and only then put down in rows."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from editorial import access, audit, clock, documents
from editorial.actions.texts import LONGEST_TEXT, PictureLine, Text, known_pictures
from editorial.db import db
from editorial.documents import Document
from editorial.errors import Invalid, Invisible, TooMany, UnreadableDocument
from editorial.models import Event, File, Manuscript, Upload, Version
from editorial.parties import AUTHOR, CHIEF, Actor
from editorial.storage import LocalStore
from editorial.tables.arrivals import Arrival
from editorial.tables.remarks import FileMarks
from editorial.terms import PublicationAction

LONGEST_LINE = 200
"""Characters of a title and of a byline."""

MOST_AN_HOUR = 100
"""How often somebody may bring files within an hour."""

BRINGING = ("upload", PublicationAction.PROVE.value)
"""The events with which files come."""

DAY = timedelta(hours=24)
MOST_AT_ONCE = 6 << 20
"""Bytes that are read while somebody waits: one picture from a phone that runs no script, a long text with some."""

Named = tuple[str, bytes]
"""A file as a form brings it: the name that its sender gave it, and its bytes."""


@dataclass(frozen=True)
class Brought:
    """A file that was read and stored: what its rows will say. `kind` is ``original`` or ``picture``; `remarks` and
    `changes` are what a document's file brought beside its text."""

    kind: str
    sha256: str
    media_type: str
    size: int
    shown_name: str
    width: int | None = None
    height: int | None = None
    warnings: tuple[dict[str, str], ...] = ()
    thumbnail: Brought | None = None
    remarks: tuple[dict[str, Any], ...] = ()
    changes: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Delivery:
    """Everything that one form brought: the document as it was read, if there was one, and the stored files."""

    document: Document | None = None
    files: tuple[Brought, ...] = ()

    @property
    def added(self) -> list[str]:
        """The digests of the pictures that came by themselves, not within the document."""
        inside = {picture.sha256 for picture in self.document.pictures} if self.document else set()
        return [file.sha256 for file in self.files if file.kind == "picture" and file.sha256 not in inside]


def demand_room(actor: Actor, size: int, a_day: int) -> None:
    """Raise TooMany where somebody brings files so often that it can't be writing any more, or more than `a_day` bytes
    within 24 hours, with the `size` bytes that come now.
    """
    earlier = db.session.scalar(select(Event.at).where(Event.actor_id == actor.id, Event.kind.in_(BRINGING))
                                .order_by(Event.seq.desc()).offset(MOST_AN_HOUR - 1).limit(1))
    if earlier is not None and (wait := earlier + timedelta(hours=1) - clock.now()) > timedelta(0):
        raise TooMany("too-many-files", int(wait.total_seconds()) + 1)
    since = clock.now() - DAY
    brought = [(at, int(data.get("bytes", 0))) for at, data in db.session.execute(select(Event.at, Event.data).where(
        Event.actor_id == actor.id, Event.kind.in_(BRINGING), Event.at > since).order_by(Event.seq))]
    brought += db.session.execute(select(Arrival.made_at, Arrival.size).where(
        Arrival.person_id == actor.id, Arrival.taken_at.is_(None), Arrival.made_at > since)).all()
    brought.sort()
    held = sum(many for _at, many in brought)
    over = held + size - a_day
    for at, many in brought:
        over -= many
        if over <= 0 < over + many:
            raise TooMany("too-much-today", int((at - since).total_seconds()) + 1, brought=held >> 20,
                          now=-(-size >> 20), most=a_day >> 20)


def receive(
    store: LocalStore, document: Named | None, pictures: Sequence[Named], known: Set[str] = frozenset(),
    scanner: Sequence[str] = (), at_once: bool = False,
) -> Delivery:
    """Read all of them, then store all of them: where one is refused, none is kept.

    `known` are the digests of the pictures that the story has: a document that was handed out brings them back as they
    were. `scanner` is the command of the virus scanner, where there is one. With `at_once` raises TakesLong, once they
    were scanned and before anything is stored, for what somebody should not wait for.
    Raises Invalid with the reason beside the field ``document`` or ``photos``; its `detail` is the file's shown name.
    Raises StoreUnavailable where the disk does not take them, or the virus scanner is away.
    """
    if document:
        demand_harmless(scanner, "document", *document)
    for photo in pictures:
        demand_harmless(scanner, "photos", *photo)
    if at_once and sum(len(data) for _name, data in (*pictures, *([document] if document else ()))) > MOST_AT_ONCE:
        raise documents.TakesLong
    read = _recognised(_read_document(document, at_once), known) if document else None
    found = [(name, _read_picture(name, data)) for name, data in pictures]
    files: list[Brought] = []
    if document and read:
        name = document[0]
        files.append(_stored(store, document, read))
        found += [(name, picture) for picture in read.pictures if picture.sha256 not in known]
    for name, picture in {picture.sha256: (name, picture) for name, picture in found}.values():
        small = picture.thumbnail
        thumbnail = Brought("picture", store.put(small), picture.media_type, len(small), "") if small else None
        files.append(Brought("picture", store.put(picture.data), picture.media_type, len(picture.data),
                             documents.shown_name(name), picture.width, picture.height, thumbnail=thumbnail))
    return Delivery(read, tuple(files))


def receive_words(store: LocalStore, document: Named, scanner: Sequence[str] = ()) -> tuple[Document, Brought]:
    """Read and store a document of which the words alone are wanted. Raises as `receive` does."""
    demand_harmless(scanner, "document", *document)
    read = _read_document(document)
    return read, _stored(store, document, read)


def _stored(store: LocalStore, document: Named, read: Document) -> Brought:
    name, data = document
    return Brought(
        "original", store.put(data), documents.media_type(data), len(data), documents.shown_name(name), warnings=tuple(
            {"kind": warning.kind, "place": warning.place, "detail": warning.detail, "count": str(warning.count)}
            for warning in read.warnings),
        remarks=tuple(map(asdict, read.remarks)), changes=tuple(map(asdict, read.changes)))


class RefusedFile(Invalid):
    """A file that can't be taken, beside its field; `detail` is its shown name."""

    def __init__(self, field: str, error: UnreadableDocument, name: str) -> None:
        super().__init__({field: error.reason})
        self.detail = documents.shown_name(name)


def demand_harmless(scanner: Sequence[str], field: str, name: str, data: bytes) -> None:
    try:
        documents.demand_harmless(scanner, data)
    except UnreadableDocument as error:
        raise RefusedFile(field, error, name) from error


def _read_document(document: Named, at_once: bool = False) -> Document:
    name, data = document
    try:
        read = documents.read_document(data, name, at_once)
        if len(read.html) > LONGEST_TEXT:
            raise UnreadableDocument("too-complex", f"{len(read.html)} characters")
        return read
    except UnreadableDocument as error:
        raise RefusedFile("document", error, name) from error


def _recognised(read: Document, known: Set[str]) -> Document:
    html = read.html
    for picture in read.pictures:
        if picture.source in known:
            html = html.replace(f'"pictures/{picture.sha256}"', f'"pictures/{picture.source}"')
    pictures = tuple(replace(one, sha256=one.source) if one.source in known else one for one in read.pictures)
    return replace(read, html=html, pictures=pictures)


def _read_picture(name: str, data: bytes) -> documents.Picture:
    try:
        return documents.read_picture(data)
    except UnreadableDocument as error:
        raise RefusedFile("photos", error, name) from error


def texts(delivery: Delivery, typed: Text) -> list[Text]:
    """The texts to save, in order, when `delivery` comes with what was typed.

    A document takes the place of the text; what was typed before is saved first, so that it is not lost. Its title,
    byline and captions are suggestions, which stand in their fields to be confirmed and no longer in the text. Pictures
    that came by themselves stand at the end of the text until somebody moves them.
    """
    html = "".join(f'<figure><img src="pictures/{sha256}" alt=""></figure>' for sha256 in delivery.added)
    lines = {line.sha256: line for line in typed.pictures}
    document = delivery.document
    said = {picture.sha256: (picture.caption[:LONGEST_LINE], picture.credit[:LONGEST_LINE])
            for picture in (document.pictures if document else ())}
    for sha256 in [*(file.sha256 for file in delivery.files if file.kind == "picture"), *said]:
        lines.setdefault(sha256, PictureLine(sha256, *said.get(sha256, ("", ""))))
    if document is None:
        return [replace(typed, html=typed.html + html, pictures=list(lines.values()))]
    original = next(file for file in delivery.files if file.kind == "original")
    title, byline = document.title[:LONGEST_LINE], document.byline[:LONGEST_LINE]
    body = documents.without_title(documents.without_title(document.html, title), byline)
    for sha256 in said:
        bare = documents.without_caption(body, sha256, lines[sha256].caption, lines[sha256].credit)
        if bare == body and said[sha256][0]:
            bare = documents.without_caption(body, sha256, *said[sha256])
            lines[sha256] = PictureLine(sha256, *said[sha256])
        body = bare
    name = original.shown_name.rpartition(".")[0][:LONGEST_LINE]
    brought = Text(title or typed.title or name, byline or typed.byline, body + html, list(lines.values()),
                   original.sha256)
    return [typed, brought] if documents.plain_text(documents.clean(typed.html)).strip() else [brought]


def attach(actor: Actor, manuscript: Manuscript, files: Sequence[Brought], role: str = AUTHOR.name,
           place: str = "") -> None:
    """Put down the rows of stored files and one event; a picture that the story has already gets no second row.

    `role` and `place` say as what the actor brings them; an author does for the unit.
    """
    known = known_pictures(manuscript)
    now = clock.now()
    fresh = [file for file in files if file.kind == "original" or file.sha256 not in known]
    for file in fresh:
        put_down(file)
        db.session.add(Upload(
            manuscript_id=manuscript.id, sha256=file.sha256, kind=file.kind, shown_name=file.shown_name,
            warnings=list(file.warnings), uploaded_by_id=actor.id, uploaded_at=now))
    db.session.flush()
    if fresh:
        names = [file.shown_name for file in fresh if file.kind == "original"]
        data: dict[str, Any] = {"name": names[0] if names else "", "sha256": [file.sha256 for file in fresh],
                                "pictures": sum(file.kind == "picture" for file in fresh),
                                "bytes": sum(file.size for file in fresh)}
        audit.record(db.session(), "upload", actor, role=role, place=place or manuscript.unit.name,
                     manuscript=manuscript, before=manuscript.state.value, after=manuscript.state.value, data=data)


def files_of(manuscript: Manuscript, version: Version) -> list[Brought]:
    """The files that a version shows or goes back to, as they were brought to its story."""
    wanted = {line["sha256"] for line in version.pictures} | {version.original_sha256}
    found = db.session.scalars(select(Upload).join(Manuscript, Manuscript.id == Upload.manuscript_id).where(
        Manuscript.story_id == manuscript.story_id, Upload.sha256.in_(wanted - {None})).order_by(Upload.id.desc()))
    return list({one.sha256: Brought(one.kind, one.sha256, one.file.media_type, one.file.size, one.shown_name,
                                     one.file.width, one.file.height, tuple(one.warnings)) for one in found}.values())


def put_down(file: Brought) -> None:
    """The row of the stored file; somebody else may bring the same bytes at the same moment."""
    if db.session.get(File, file.sha256) is not None:
        return
    if file.thumbnail:
        put_down(file.thumbnail)
    try:
        with db.session.begin_nested():
            db.session.add(File(sha256=file.sha256, media_type=file.media_type, size=file.size, width=file.width,
                                height=file.height, created_at=clock.now(),
                                thumbnail_sha256=file.thumbnail.sha256 if file.thumbnail else None))
            if file.remarks or file.changes:
                db.session.add(FileMarks(sha256=file.sha256, remarks=list(file.remarks), changes=list(file.changes)))
    except IntegrityError:
        pass


def original(actor: Actor, manuscript: Manuscript, upload_id: int) -> tuple[Upload, bool]:
    """The file as it was brought, and whether a reason is asked for; raises Invisible.

    Its authors have it; the chief editor may have what came to the office, with a reason. For everybody else there is
    the text that was made of it.
    """
    upload = db.session.scalar(select(Upload).join(Manuscript, Manuscript.id == Upload.manuscript_id).where(
        Upload.id == upload_id, Upload.kind == "original", Manuscript.story_id == manuscript.story_id))
    if upload is None:
        raise Invisible
    if AUTHOR.includes(actor, manuscript):
        return upload, False
    read = {version.original_sha256 for version in access.versions_for(actor, manuscript)}
    if CHIEF.includes(actor, manuscript) and upload.sha256 in read:
        return upload, True
    raise Invisible


def hand_out(actor: Actor, manuscript: Manuscript, upload_id: int, reason: str) -> Upload:
    """The original for the chief editor, the reason in the record. Raises Invisible, and Invalid without a reason."""
    upload, asked = original(actor, manuscript, upload_id)
    if asked and not reason.strip():
        raise Invalid({"reason": "no-reason"})
    audit.record(db.session(), "original", actor, role=CHIEF.name if asked else AUTHOR.name,
                 place=manuscript.office.name if asked and manuscript.office else manuscript.unit.name,
                 manuscript=manuscript, before=manuscript.state.value, after=manuscript.state.value, reason=reason,
                 data={"name": upload.shown_name, "sha256": upload.sha256})
    return upload
