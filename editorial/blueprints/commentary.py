"""The commentator's side, and the reading page of a commentary."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from editorial import clock, web
from editorial.actions import commentary_files, scratch, uploads
from editorial.blueprints.word import handed_out
from editorial.errors import Invalid, Invisible
from editorial.forms import commentary as forms
from editorial.queries import commentary
from editorial.queries import commentary_texts as texts
from editorial.terms import AssignmentAction

bp = Blueprint("commentary", __name__)

LARGEST_ID = 2**31 - 1


@bp.get("/commentary")
def mine() -> ResponseReturnValue:
    """The actor's own assignments: what waits for them, what is with the department, what came out."""
    part, after = request.args.get("state", "waiting"), request.args.get("after")
    part = part if part in commentary.MINE else "waiting"
    counts = commentary.my_counts(web.actor())
    words = {"waiting": _("Waiting for me"), "with-department": _("With the department"),
             "published": _("Commentary published"), "closed": _("No longer open")}
    filters = [{"label": _("Show"), "options": [
        {"label": words[name], "count": sum(counts.get(state, 0) for state in states), "active": name == part,
         "url": url_for(".mine", state=name if name != "waiting" else None)}
        for name, states in commentary.MINE.items()]}]
    page = commentary.mine(web.actor(), commentary.MINE[part], after)
    return render_template("commentary/mine.html", page=page, part=part, after=after, filters=filters)


@bp.get(f"/commentary/<int(max={LARGEST_ID}):number>")
def assignment(number: int) -> ResponseReturnValue:
    """An assignment: to answer, to write, to decide on; once it is published, to read."""
    return _page(number)


def _page(number: int, posted: forms.AssignmentForm | None = None) -> str:
    page = commentary.assignment_page(web.actor(), number, request.args.get("whole") == "1")
    kept = scratch.offered(web.actor().id, url_for(".assignment", number=number))
    offered = {row.action.value: _form(page, row.action, posted, kept) for row in page.rows}
    text = offered.get(AssignmentAction.FILE.value)
    unsaved = [one for one in kept if text and "body" in one.fields
               and one.tab != text.tab.data and one.id != text.restored_id]
    return render_template("commentary/assignment.html", page=page, assignment=page.assignment, offered=offered,
                           unsaved=unsaved, open_states=commentary.OPEN, held_states=commentary.HELD)


def _form(page: commentary.AssignmentPage, action: AssignmentAction, posted: forms.AssignmentForm | None,
          kept: Sequence[Any]) -> forms.AssignmentForm:
    """The form of an action: as it was sent just now, as it was brought back or refused earlier, or as it begins."""
    if posted is not None and posted.act.data == action.value:
        return posted
    if action is AssignmentAction.FILE:
        restored = next((one for one in kept if str(one.id) == request.args.get("restore")), None)
        form = forms.form_for(action, page.assignment, formdata=MultiDict(restored.fields) if restored else None,
                              data=forms.text_of(page.version))
        form.restored.data, form.tab.data = str(restored.id) if restored else "", secrets.token_urlsafe(12)
    else:
        now = clock.now().astimezone(web.zone()).replace(tzinfo=None, second=0, microsecond=0)
        refused = next((one for one in kept if one.tab == "refused" and one.fields.get("act") == action.value), None)
        form = forms.form_for(action, page.assignment, formdata=MultiDict(refused.fields) if refused else None,
                              data={"published_at": now})
    form.act.data = action.value
    return form


@bp.post(f"/commentary/<int(max={LARGEST_ID}):number>/<action>")
def act(number: int, action: str) -> ResponseReturnValue:
    """Do what the table of assignments allows."""
    if action not in set(AssignmentAction):
        raise Invisible
    doing, subject = AssignmentAction(action), commentary.assignment(web.actor(), number)
    form = forms.form_for(doing, subject)
    try:
        if form.brought:
            return _bring(subject, form)
        forms.do(web.actor(), doing, subject, form, web.zone())
    except Invalid as error:
        web.invalid(form, error)
        web.keep_typed(web.actor().id)
        return _page(number, form), 400
    address = url_for(".assignment", number=number)
    scratch.saved(web.actor().id, address, form.tab.data or "refused", form.restored_id)
    flash(str(forms.DONE[doing]))
    return redirect(address)


# --- Word files ---------------------------------------------------------------------------------------------------


def _bring(subject: Any, form: forms.AssignmentForm) -> ResponseReturnValue:
    """A Word file that came with the form: kept beside the text, and shown until its author confirms it."""
    forms.demand(web.actor(), AssignmentAction.SAVE, subject, form)
    assert form.brought
    uploads.demand_room(web.actor(), len(form.brought[1]), web.settings().upload_daily_mib << 20)
    web.pause_transaction()
    read, file = uploads.receive_words(web.store(), form.brought, web.settings().virus_scanner)
    subject = commentary.assignment(web.actor(), subject.id)
    words, row = commentary_files.bring(web.actor(), subject, form.seen, form.words(), read, file)
    address = url_for(".assignment", number=subject.id)
    scratch.saved(web.actor().id, address, form.tab.data or "refused", form.restored_id)
    kept = scratch.keep(web.actor().id, address, secrets.token_urlsafe(12), subject.revision,
                        forms.holding(words) | {"brought": str(row.id)})
    return redirect(url_for(".brought", number=subject.id, scratch_id=kept.id))


@bp.get("/commentary/<int:number>/brought/<int:scratch_id>")
def brought(number: int, scratch_id: int) -> ResponseReturnValue:
    """What was understood of a Word file, before it goes into the text."""
    return render_template("commentary/brought.html", page=texts.brought(web.actor(), number, scratch_id))


@bp.get("/commentary/<int:number>/files/<int:file_id>")
def original(number: int, file_id: int) -> ResponseReturnValue:
    """A Word file as its author brought it, for them alone."""
    found = texts.original(web.actor(), number, file_id)
    return web.attachment(web.store().read(found.sha256), found.file.media_type, found.shown_name)


@bp.get("/commentary/<int:number>/versions/<int:version>.docx")
def version(number: int, version: int) -> ResponseReturnValue:
    """A text as a Word file, signed."""
    return handed_out(texts.file_of(web.actor(), number, version))


@bp.get("/commentary/<int:number>/compare/<int:first>..<int:second>.docx")
def difference(number: int, first: int, second: int) -> ResponseReturnValue:
    """What changed between two texts, as tracked changes."""
    return handed_out(texts.difference_file(web.actor(), number, first, second))
