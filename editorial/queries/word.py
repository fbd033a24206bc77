"""What is handed out as Word files: versions, what changed between two of them, and the review sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select

from editorial import access, clock
from editorial.db import db
from editorial.documents import Attribution, Content, Properties, Remark, Shot, shown_name, word, word_difference
from editorial.models import Assignment, File, Manuscript, Version
from editorial.parties import Actor
from editorial.queries import history, manuscripts, remarks
from editorial.queries.manuscripts import PICTURE_TYPES
from editorial.queries.reader import Reader, reader_of
from editorial.storage import LocalStore

LONGEST_NAME = 60


@dataclass(frozen=True)
class Export:
    """A file to hand out. `build` makes its bytes and needs no database; `data` says in the record what it was."""

    name: str
    subject: Manuscript | Assignment
    digest: str
    data: dict[str, Any]
    build: Callable[[], bytes]


def version(
    actor: Actor, store: LocalStore, code: str, number: int, page: str, zone: ZoneInfo, with_remarks: bool = False
) -> Export:
    """A version that `actor` may read, set as `page` says, with the annotations that they see as comments where they
    are wanted; raises Invisible."""
    found = manuscripts.manuscript(actor, code)
    one = access.version_for(actor, found, number)
    said = comments(reader_of(actor, found), found, one, zone) if with_remarks else []
    return Export(
        _name(one, _("%(code)s, version %(number)s", code=code, number=number)), found, one.digest,
        {"file": "version", "version": number, **({"remarks": len(said)} if said else {})},
        partial(word, content(store, one), Properties(one.created_at, f"{code} v{number}"), page, said))


def difference(actor: Actor, store: LocalStore, code: str, first: int, second: int, zone: ZoneInfo) -> Export:
    """What changed between two versions that `actor` may read, as tracked changes; raises Invisible.

    Whose they are is told as on the manuscript's page: an office's people by name only where `actor` sees their names.
    """
    found = manuscripts.manuscript(actor, code)
    before, after = access.version_for(actor, found, first), access.version_for(actor, found, second)
    between = [one for one in found.versions if before.number < one.number <= after.number] or [after]
    reader = reader_of(actor, found)
    by = Attribution(_(", ").join(dict.fromkeys(makers(reader, found, between))), _stamp(after.created_at, zone))
    said = comments(reader, found, after, zone)
    told = _("%(code)s, from version %(first)s to %(second)s", code=code, first=first, second=second)
    return Export(
        _name(after, told), found, after.digest,
        {"file": "difference", "versions": [first, second], **({"remarks": len(said)} if said else {})},
        partial(word_difference, content(store, before), content(store, after),
                Properties(after.created_at, f"{code} v{first}..v{second}"), by, said))


def comments(reader: Reader, found: Manuscript, one: Version, zone: ZoneInfo) -> list[Remark]:
    """The annotations beside a version as comments, each with its answers after it, by names that `reader` may know.

    What is no longer in the text stands at its beginning and says so. Of a row of a table Word's comment takes a cell.
    """
    said: list[Remark] = []
    for thread in remarks.beside(reader, found, one).threads:
        place = thread.place.passage if thread.place else None
        quote = max(place.quote.split("\t"), key=len) if place else ""
        words = (_("On “%(quote)s”, which is no longer in the text:", quote=thread.quote) if thread.sought else
                 _("On “%(quote)s”, not looked for in so large a text:", quote=thread.quote))
        lost = "" if place else f"{words}\n"
        asked = len(said)
        name = _("%(name)s, internal to the office", name=thread.said.who) if thread.internal else thread.said.who
        said.append(Remark(lost + thread.said.body, name, _stamp(thread.said.at, zone), quote,
                           place.paragraph if place else 0, settled=not thread.is_open))
        said += [Remark(answer.body, answer.who, _stamp(answer.at, zone), quote, place.paragraph if place else 0, asked)
                 for answer in thread.answers]
    return said


def _stamp(at: datetime, zone: ZoneInfo) -> str:
    """A time as Word keeps it: the writer's own, whatever its letter says."""
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%SZ")


def sheet(found: manuscripts.Sheet, html: str) -> Export:
    """The review sheet of a manuscript, which its reader was shown as `html`."""
    code = found.manuscript.code
    said = Content(_("Review sheet"), "", html)
    return Export(
        _name(found.version, _("%(code)s, review sheet", code=code)), found.manuscript, found.version.digest,
        {"file": "sheet", "version": found.version.number}, partial(word, said, Properties(clock.now(), code)))


def makers(reader: Reader, found: Manuscript, versions: Sequence[Version]) -> list[str]:
    """Who made each version, with what they are: an author, or a reader of an office as `reader` may know them."""
    editors = history.editors(reader, found)
    return [_("%(name)s (author)", name=one.made_by.name) if one.origin == "author"
            else editors.get(one.number, _("the office")) for one in versions]


def content(store: LocalStore, one: Version) -> Content:
    """A version's text with its pictures, as they are stored."""
    lines = {line["sha256"]: line for line in one.pictures}
    files = db.session.scalars(select(File).where(File.sha256.in_(lines), File.media_type.in_(PICTURE_TYPES)))
    shots = {
        file.sha256: Shot(store.read(file.sha256), file.media_type, file.width, file.height,
                          lines[file.sha256]["caption"], lines[file.sha256]["credit"])
        for file in files if file.width and file.height}
    return Content(one.title, one.byline, one.html, shots)


def _name(one: Version, told: str) -> str:
    title = shown_name(one.title)[:LONGEST_NAME].strip() if one.title.strip() else _("Untitled")
    return shown_name(_("%(title)s (%(what)s).docx", title=title, what=told))
