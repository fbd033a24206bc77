"""Word files that a commentator brings: read, stored, and shown before their words go into the form."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import force_locale

from editorial import audit, clock, documents, i18n, signature
from editorial.actions import commissions, uploads
from editorial.actions.commissions import Words
from editorial.actions.texts import without_picture
from editorial.actions.uploads import Brought
from editorial.db import db
from editorial.documents import Document
from editorial.models import Assignment
from editorial.parties import COMMENTATOR, Actor
from editorial.tables.commentary import CommentaryFile
from editorial.terms import AssignmentAction


def bring(actor: Actor, assignment: Assignment, revision: int | None, typed: Words, read: Document,
          file: Brought) -> tuple[Words, CommentaryFile]:
    """The words of a file, which its author has not confirmed, and its row. What was typed is saved, so that it is not
    lost. Raises as `save` does.

    A commentary has words alone, and is signed by its account: pictures and the file's byline are left out, and that is
    told in its warnings.
    """
    commissions.begin(actor, AssignmentAction.SAVE, assignment, revision)
    if typed.title.strip() or documents.plain_text(documents.clean(typed.html)).strip():
        commissions.save(actor, assignment, revision, typed)
    words, left_out = _words(assignment, read, file)
    file = replace(file, warnings=(*file.warnings, *(
        {"kind": kind, "place": "", "detail": detail, "count": "1"} for kind, detail in left_out)))
    uploads.put_down(file)
    row = CommentaryFile(assignment_id=assignment.id, sha256=file.sha256, shown_name=file.shown_name,
                         warnings=list(file.warnings), brought_at=clock.now())
    db.session.add(row)
    db.session.flush()
    audit.record(db.session(), "upload", actor, role=COMMENTATOR.name, place=assignment.department.name,
                 assignment=assignment, before=assignment.state.value, after=assignment.state.value,
                 data={"name": file.shown_name, "sha256": [file.sha256], "pictures": 0, "bytes": file.size})
    return words, row


def _words(assignment: Assignment, read: Document, file: Brought) -> tuple[Words, list[tuple[str, str]]]:
    html, left_out = documents.clean(read.html), []
    title, byline = read.title[:uploads.LONGEST_LINE], read.byline[:uploads.LONGEST_LINE]
    for picture in read.pictures:
        html = without_picture(html, picture.sha256)
    if read.pictures:
        left_out.append(("pictures-left-out", ""))
    html = documents.without_title(html, title)
    lines = _lines(assignment)
    for line in lines:
        html = documents.without_title(html, line)
    if byline and byline not in lines:
        html = documents.without_title(html, byline)
        left_out.append(("byline-left-out", byline))
    return Words(title or file.shown_name.rpartition(".")[0][:uploads.LONGEST_LINE], html), left_out


def _lines(assignment: Assignment) -> list[str]:
    """The signature lines that stand in files which were handed out, in each language."""
    signed = {signature.today(assignment), *(signature.of(version) for version in assignment.versions)}
    lines = []
    for locale in i18n.LOCALES:
        with force_locale(locale):
            lines += [one.line for one in signed]
    return lines
