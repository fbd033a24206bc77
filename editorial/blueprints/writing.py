"""Writing: a new draft, its text, what came by file, what was typed and not saved."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from editorial import documents, file_words, i18n, web
from editorial.actions import arrivals, manuscripts, scratch, texts, uploads, writing
from editorial.actions.uploads import Delivery
from editorial.actions.writing import Sheet
from editorial.errors import Invalid, Invisible
from editorial.forms.writing import (
    AuthorForm,
    CorrectionForm,
    DraftForm,
    Kept,
    NewForm,
    OriginalForm,
    ReturnedForm,
    TextForm,
    as_html,
    as_typed,
)
from editorial.queries import calls, remarks, twins
from editorial.queries import writing as queries
from editorial.terms import Action

bp = Blueprint("writing", __name__)

LARGEST_ID = 2**31 - 1
MOST_PASTED = 5_000_000
"""Characters of pasted HTML: Word's with its pictures within; what is longer comes as plain text."""
MOST_TAGS = 100_000
"""Of pasted HTML: as many take seconds to clean."""

FORMS: dict[tuple[Action, Action | None], type[TextForm]] = {
    (Action.SAVE, Action.SUBMIT): DraftForm,
    (Action.SAVE, Action.RESUBMIT): ReturnedForm,
    (Action.EDIT, None): TextForm,
    (Action.CORRECT, None): CorrectionForm,
}
"""The form for an action and for the one that its second button does."""


@dataclass
class Sheets:
    """A writing page: its form, and on what."""

    form: TextForm
    action: Action
    sending: Action | None
    manuscript: Any = None
    twins: Sequence[Any] = ()


# --- A new draft, and a text that is there ----------------------------------------------------------------------


@bp.get("/manuscripts/new")
def new() -> ResponseReturnValue:
    """An empty page, or what was typed on one and not saved."""
    return _show(_new_page())


@bp.post("/manuscripts/new")
def create() -> ResponseReturnValue:
    """A draft of what was typed or brought; submitted where that was asked."""
    page = _new_page()
    form = page.form
    assert isinstance(form, NewForm)
    if "hint" in request.form:
        return _hinted(page)
    if form.validate():
        try:
            sheet = _sheet(form)
            made = writing.start(web.actor(), form.unit.data, sheet, form.co_authors.data or ())
            return _done(page, made, sheet, True)
        except arrivals.Later as later:
            return redirect(url_for("arrivals.arrival", arrival_id=later.arrival_id))
        except Invalid as error:
            _refuse(page, error)
    return _show(page), 400


@bp.get("/manuscripts/<code>/edit")
def edit(code: str) -> ResponseReturnValue:
    """The text to write on, with what is missing before it can be sent."""
    return _show(_edit_page(code))


@bp.post("/manuscripts/<code>/edit")
def save(code: str) -> ResponseReturnValue:
    """Save what was typed or brought, by whichever action is open here, and send it on where that was asked."""
    page = _edit_page(code)
    if "hint" in request.form:
        return _hinted(page)
    if page.form.validate():
        try:
            sheet = _sheet(page.form, page.manuscript)
            manuscript = queries.manuscript(web.actor(), code)
            if sheet.delivery.document and isinstance(page.form, ReturnedForm):
                return _came_back(page.form, manuscript, sheet)
            if sheet.delivery.files and page.action is not Action.SAVE:
                return _brought(page, manuscript, sheet)
            changed = writing.go_on(web.actor(), manuscript, page.form.seen, page.action, sheet)
            return _done(page, manuscript, sheet, changed)
        except arrivals.Later as later:
            return redirect(url_for("arrivals.arrival", arrival_id=later.arrival_id))
        except Invalid as error:
            _refuse(page, error)
    return _show(page), 400


def _new_page() -> Sheets:
    desk, asked = queries.desk_for(web.actor()), calls.to_answer(web.actor())
    answers = next((one for one in asked if one.code == request.args.get("call")), None)
    form = _form(NewForm, {"byline": _("Correspondent %(name)s", name=web.actor().name),
                           "call": answers and answers.id, "genre": answers and answers.genre_id})
    assert isinstance(form, NewForm)
    if "call" in request.args and not answers:
        flash(i18n.reason_text("call-over"), "warning")
    form.offer(desk.genres, desk.offices, asked)
    form.offer_people(desk.units, desk.colleagues)
    return Sheets(form, Action.SAVE, Action.SUBMIT)


def _edit_page(code: str) -> Sheets:
    actor = web.actor()
    manuscript = queries.manuscript(actor, code)
    action, sending = queries.action_for(actor, manuscript), queries.sending_for(actor, manuscript)
    version, tied = manuscript.version, calls.answered_by(manuscript.story_id)
    form = _form(FORMS[action, sending], {
        "title": version.title, "byline": version.byline, "body": as_typed(version.html),
        "pictures": [vars(shot) for shot in queries.pictures(actor, manuscript)],
        "genre": manuscript.genre_id, "offices": manuscript.wanted_offices, "urgent": manuscript.urgent,
        "is_original": manuscript.is_original, "call": tied} if version else {})
    if isinstance(form, DraftForm):
        form.offer(*queries.choices(manuscript.genre_id), calls.to_answer(actor, tied))
    return Sheets(form, action, sending, manuscript)


def _form(kind: type[TextForm], stored: dict[str, Any]) -> TextForm:
    """The form as sent, as it was brought back from what was not saved, or as it is stored."""
    if request.method == "POST":
        return kind()
    if restored := request.args.get("restore"):
        found = next((one for one in scratch.offered(web.actor().id, request.path) if str(one.id) == restored), None)
        if found is None:
            raise Invisible
        form = kind(formdata=MultiDict(found.fields))
        form.restored.data = restored
    else:
        form = kind(data=stored)
    form.tab.data = secrets.token_urlsafe(12)
    form.arrived.data = request.args.get("arrived", "")[:20]
    return form


def _sheet(form: TextForm, manuscript: Any = None) -> Sheet:
    """What the form brings. A text that came with it is to be read over before it is sent: not at once.

    Raises Later where its files take long: they and what was typed are kept, and a job reads them.
    """
    document, photos = form.files()
    original = queries.original_for(manuscript, form.brought) if manuscript else None
    delivery = Delivery()
    if document or photos:
        size = sum(len(data) for _name, data in [*([document] if document else []), *photos])
        uploads.demand_room(web.actor(), size, web.settings().upload_daily_mib << 20)
        known = texts.known_pictures(manuscript) if manuscript else frozenset()
        web.pause_transaction()
        try:
            delivery = uploads.receive(web.store(), document, photos, known, web.settings().virus_scanner, at_once=True)
        except documents.TakesLong:
            raise arrivals.Later(arrivals.bring(web.store(), _keep(form), document, photos, known)) from None
    elif form.arrived_id is not None:
        delivery = arrivals.delivery(web.actor().id, form.arrived_id, request.path)
    return Sheet(form.text(original), form.particulars(), delivery, "submit" in request.form and not delivery.files,
                 form.remark, form.call.data if isinstance(form, DraftForm) else None)


def _keep(form: TextForm) -> Any:
    """What was typed beside the files that are read later, to be offered again."""
    fields = {name: values if len(values) > 1 else values[0] for name, values in request.form.lists()
              if name not in web.NOT_TYPED}
    return scratch.keep(web.actor().id, request.path, form.tab.data or secrets.token_urlsafe(12),
                        form.seen or 0, fields)


def _settled(form: TextForm) -> None:
    """What stood in this form is saved, and its files are taken."""
    scratch.saved(web.actor().id, request.path, form.tab.data or "", form.restored_id)
    arrivals.taken(web.actor().id, form.arrived_id)


def _hinted(page: Sheets) -> str:
    """The form as it was typed, one hint applied to its text; nothing is saved."""
    form = page.form
    web.leave_unfinished()
    html = documents.clean(as_html(form.body.data or ""))
    form.title.data, html = documents.applied(form.title.data or "", html, request.form["hint"])
    form.body.data = as_typed(html)
    return _show(page)


def _refuse(page: Sheets, error: Invalid) -> None:
    """Say what is wrong beside the fields, and keep what was typed also where this page is left."""
    web.invalid(page.form, error)
    page.form.refused(error)
    page.twins = error.found
    web.keep_typed(web.actor().id)


def _done(page: Sheets, manuscript: Any, sheet: Sheet, changed: bool) -> ResponseReturnValue:
    """Where it leads: back to the text after saving, to the manuscript's page where it has left one's hands.

    Raises Invalid where the text was sent already, and its sender has not agreed to send it all the same.
    """
    if sheet.send and isinstance(page.form, AuthorForm):
        twins.demand_told(web.actor(), manuscript, bool(page.form.again.data))
    _settled(page.form)
    if page.action is Action.SAVE and not sheet.send:
        saved = _("Saved.") if changed else _("Saved. The text is the same as before.")
        flash(_recognised(sheet.delivery, manuscript.version.text) or saved)
        return redirect(url_for("writing.edit", code=manuscript.code))
    if sheet.send:
        flash(_("Submitted. You see here where it is and until when."))
    elif page.action is Action.CORRECT:
        flash(_("The correction is put forward. It holds once every stage has passed it."))
    else:
        flash(_("Saved as a new version. Where another stage has passed the text before, it confirms the change first.")
              if changed else _("The text is the same as before: nothing was changed."))
    return redirect(url_for("manuscripts.manuscript", code=manuscript.code))


def _brought(page: Sheets, manuscript: Any, sheet: Sheet) -> ResponseReturnValue:
    """Pictures that an editor brought: back to the text, which holds them and is not saved, for their captions."""
    text = writing.bring_pictures(web.actor(), manuscript, page.form.seen, page.action, sheet)
    _settled(page.form)
    kept = scratch.keep(web.actor().id, request.path, secrets.token_urlsafe(12), manuscript.revision,
                        page.form.holding(text))
    flash(_recognised(sheet.delivery, ""))
    return redirect(url_for("writing.edit", code=manuscript.code, restore=kept.id))


def _came_back(form: ReturnedForm, manuscript: Any, sheet: Sheet) -> ResponseReturnValue:
    """A revised file: kept beside the text, and shown against what was returned, until its author confirms it."""
    text = writing.bring_back(web.actor(), manuscript, form.seen, sheet)
    assert sheet.delivery.document
    _settled(form)
    kept = scratch.keep(web.actor().id, request.path, secrets.token_urlsafe(12), manuscript.revision,
                        form.holding_file(text, sheet.delivery.document.remarks))
    return redirect(url_for("word.revision", code=manuscript.code, scratch_id=kept.id))


def _recognised(delivery: Delivery, text: str) -> str:
    """What was found in the files: “did it arrive?” is never a question."""
    pictures = sum(file.kind == "picture" for file in delivery.files)
    shots = ngettext("%(num)d picture", "%(num)d pictures", pictures)
    if delivery.document is None:
        return _("%(pictures)s added at the end of the text. Give each a caption and a credit.",
                 pictures=shots) if pictures else ""
    read = delivery.document
    captions = sum(bool(picture.caption) for picture in read.pictures)
    found = [_("title")] if read.title else []
    found += [_("byline")] if read.byline else []
    found += [ngettext("%(num)d paragraph", "%(num)d paragraphs", len(text.splitlines())), shots]
    found += [ngettext("%(num)d caption", "%(num)d captions", captions)] if captions else []
    found += [ngettext("%(num)d comment", "%(num)d comments", len(read.remarks))] if read.remarks else []
    name = next(file.shown_name for file in delivery.files if file.kind == "original")
    return _("Read from %(name)s: %(found)s. Read it over before you submit it.", name=name, found=_(", ").join(found))


def _show(page: Sheets) -> str:
    actor, manuscript, form = web.actor(), page.manuscript, page.form
    shots = queries.pictures(actor, manuscript) if manuscript else []
    return render_template(
        "writing/write.html", form=form, action=page.action, sending=page.sending, manuscript=manuscript,
        revision=(form.revision.data if request.method == "POST" else manuscript.revision) if manuscript else None,
        shots={shot.sha256: shot for shot in shots},
        originals=queries.originals(actor, manuscript) if manuscript else [],
        returned=queries.why_returned(manuscript) if manuscript else None,
        authors=queries.co_authors(manuscript) if manuscript else [],
        lacking=manuscripts.missing(manuscript) if manuscript and page.sending and request.method == "GET" else {},
        remarks=remarks.while_writing(actor, manuscript) if manuscript else None,
        hints=documents.hints(form.title.data or "", documents.clean(as_html(form.body.data or ""))),
        brings=isinstance(form, AuthorForm), twins=page.twins, offered=_offered(form, manuscript),
        arrivals=arrivals.offered(actor.id, request.path),
        editor_pictures=[{"sha256": shot.sha256, "caption": shot.caption} for shot in shots],
        picture_base=url_for("manuscripts.picture", code=manuscript.code, sha256="0" * 64)[:-64] if shots else "")


def _offered(form: TextForm, manuscript: Any) -> list[dict[str, Any]]:
    """What was typed here and not saved, with its first words; `here` is what stands in the form already."""
    found = []
    for one in scratch.offered(web.actor().id, request.path):
        if one.tab != form.tab.data:
            body = documents.plain_text(documents.clean(as_html(str(one.fields.get("body", "")))))
            found.append({"id": one.id, "saved_at": one.saved_at, "title": one.fields.get("title", ""),
                          "text": body[:80], "here": one.id == form.restored_id,
                          "older": manuscript is not None and one.revision != manuscript.revision})
    return found


# --- What was typed and not saved -------------------------------------------------------------------------------


@bp.post("/drafts")
def drafts() -> ResponseReturnValue:
    """Keep what stands in a form that is being filled in."""
    kept = Kept.read(request)
    typed = {name: value for name, value in kept.fields.items() if name not in web.NOT_TYPED}
    scratch.keep(web.actor().id, kept.page, kept.tab, kept.revision, typed)
    return {"saved": True}


@bp.post(f"/drafts/<int(max={LARGEST_ID}):scratch_id>/discard")
def discard(scratch_id: int) -> ResponseReturnValue:
    """Throw away what was not saved."""
    return redirect(web.safe_next(scratch.discard(web.actor().id, scratch_id)))


@bp.post("/paste")
def paste() -> ResponseReturnValue:
    """What stood on the clipboard, as clean HTML, and what was left out of it."""
    brought = request.get_json(silent=True)
    html = brought.get("html") if isinstance(brought, dict) else None
    if not isinstance(html, str):
        raise Invalid({"html": "missing"})
    if len(html) > MOST_PASTED or html.count("<") > MOST_TAGS:
        raise Invalid({"html": "too-long"})
    cleaned, warnings = documents.clean_pasted(html)
    return {"html": cleaned, "warnings": [file_words.warning_text(asdict(warning)) for warning in warnings]}


# --- The file as it was brought ---------------------------------------------------------------------------------


@bp.get(f"/manuscripts/<code>/original/<int(max={LARGEST_ID}):upload_id>")
def original(code: str, upload_id: int) -> ResponseReturnValue:
    """The file for its author; for the chief editor the page that asks for the reason."""
    manuscript = queries.manuscript(web.actor(), code)
    upload, asked = uploads.original(web.actor(), manuscript, upload_id)
    if not asked:
        return _attachment(upload)
    return render_template("writing/original.html", form=OriginalForm(), manuscript=manuscript, upload=upload)


@bp.post(f"/manuscripts/<code>/original/<int(max={LARGEST_ID}):upload_id>")
def hand_out(code: str, upload_id: int) -> ResponseReturnValue:
    """The file for the chief editor, with the reason in the record."""
    manuscript = queries.manuscript(web.actor(), code)
    upload, _asked = uploads.original(web.actor(), manuscript, upload_id)
    form = OriginalForm()
    try:
        if form.validate():
            return _attachment(uploads.hand_out(web.actor(), manuscript, upload_id, form.reason.data or ""))
    except Invalid as error:
        web.invalid(form, error)
    return render_template("writing/original.html", form=form, manuscript=manuscript, upload=upload), 400


def _attachment(upload: Any) -> Response:
    return web.attachment(web.store().read(upload.sha256), upload.file.media_type, upload.shown_name)
