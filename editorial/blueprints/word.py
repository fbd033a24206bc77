"""Word files: versions, differences and the review sheet to take away; a revised file that came back."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from editorial import documents, web
from editorial.actions import exports, remarks
from editorial.queries import manuscripts, revisions, word

bp = Blueprint("word", __name__)

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/manuscripts/<code>/versions/<int:number>.docx")
def version(code: str, number: int) -> ResponseReturnValue:
    """One version, set as an article or as an official document, with ?remarks=1 with the annotations as comments."""
    page = request.args.get("style", "")
    page = page if page in documents.PAGES else "article"
    return handed_out(word.version(web.actor(), web.store(), code, number, page, web.zone(),
                                     request.args.get("remarks") == "1"))


@bp.get("/manuscripts/<code>/compare/<int:first>..<int:second>.docx")
def difference(code: str, first: int, second: int) -> ResponseReturnValue:
    """What changed between two versions, as tracked changes."""
    return handed_out(word.difference(web.actor(), web.store(), code, first, second, web.zone()))


@bp.get("/manuscripts/<code>/sheet.docx")
def sheet(code: str) -> ResponseReturnValue:
    """The review sheet 三审单."""
    found = manuscripts.sheet(web.actor(), code)
    html = documents.clean(render_template("manuscripts/sheet_word.html", sheet=found))
    return handed_out(word.sheet(found, html))


@bp.get("/manuscripts/<code>/revision/<int:scratch_id>")
def revision(code: str, scratch_id: int) -> ResponseReturnValue:
    """What was understood of a revised file, before it goes into the text."""
    return render_template("writing/revision.html", page=revisions.page(web.actor(), code, scratch_id))


@bp.post("/manuscripts/<code>/revision/<int:scratch_id>/answers")
def answer(code: str, scratch_id: int) -> ResponseReturnValue:
    """Send what a revised file answers to the annotations, as its author was shown it."""
    page = revisions.page(web.actor(), code, scratch_id)
    sent = remarks.answer_all(web.actor(), page.manuscript, [(thread.id, body) for thread, body in page.answers])
    flash(ngettext("%(num)d answer sent.", "%(num)d answers sent.", len(sent)))
    return redirect(url_for(".revision", code=code, scratch_id=scratch_id))


def handed_out(export: word.Export) -> Response:
    """The file, with the event that says who took it; nobody waits while it is made."""
    exports.demand_room(web.actor())
    web.pause_transaction()
    made = export.build()
    exports.record(web.actor(), export.subject, export.digest, export.data)
    return web.attachment(made, DOCX, export.name)
