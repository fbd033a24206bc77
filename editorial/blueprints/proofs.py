"""Proof of what was published: a page for each publication, where its text is compared with the cleared one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from editorial import clock, web
from editorial.actions import notices, scratch, uploads
from editorial.actions import proofs as actions
from editorial.errors import Invalid
from editorial.forms.base import aware
from editorial.forms.proofs import MendedForm, NoticeForm, ProofForm, SettleForm
from editorial.queries import proofs as queries

bp = Blueprint("proofs", __name__)

_l: Any = lazy_gettext

SAID = {
    "same": _l("The published text is the cleared one, character by character."),
    "marks": _l("The published text is the cleared one, but for punctuation, spaces or where paragraphs part."),
    "differs": _l("The published text differs. Say of each difference whether it may stand."),
    None: _l("Kept. It is no proof of the words: paste the published text as well."),
}


@bp.get("/manuscripts/<code>/publications/<int:publication_id>/proof")
def publication(code: str, publication_id: int) -> ResponseReturnValue:
    """What was found published there, and the form for one more proof."""
    proof = request.args.get("proof", "")
    return _page(code, publication_id, int(proof) if proof.isdecimal() and len(proof) < 10 else None)


def _page(code: str, publication_id: int, proof_id: int | None = None, **forms: Any) -> str:
    page = queries.page(web.actor(), code, publication_id, proof_id)
    form = ProofForm(formdata=None, data={"headline": page.publication.headline})
    forms = {"form": form, "settling": SettleForm(formdata=None), "telling": NoticeForm(formdata=None),
             "mending": MendedForm(formdata=None)} | forms
    return render_template("proofs/proof.html", page=page, sides=request.args.get("view") == "sides", **forms)


@bp.post("/manuscripts/<code>/publications/<int:publication_id>/proof")
def prove(code: str, publication_id: int) -> ResponseReturnValue:
    """Compare what was found with what is cleared, and keep both."""
    form = ProofForm()
    manuscript, place = queries.place(web.actor(), code, publication_id)
    try:
        if not form.validate():
            raise Invalid({})
        found = _received(form)
        manuscript, place = queries.place(web.actor(), code, publication_id)
        proof = actions.prove(web.actor(), manuscript, place, found)
    except Invalid as error:
        web.invalid(form, error)
        web.keep_typed(web.actor().id)
        return _page(code, publication_id, form=form), 400
    scratch.saved(web.actor().id, request.path, "refused")
    flash(str(SAID[proof.outcome]), "done" if proof.outcome in ("same", "marks") else "warning")
    return redirect(url_for(".publication", code=code, publication_id=publication_id))


def _received(form: ProofForm) -> actions.Found:
    page, exhibit = form.files()
    if not page and not exhibit:
        return form.found
    size = sum(len(data) for _name, data in filter(None, (page, exhibit)))
    uploads.demand_room(web.actor(), size, web.settings().upload_daily_mib << 20)
    web.pause_transaction()
    return actions.receive(web.store(), form.found, page, exhibit, web.settings().virus_scanner)


@bp.post("/manuscripts/<code>/proofs/<int:proof_id>/differences")
def settle(code: str, proof_id: int) -> ResponseReturnValue:
    """Say of some differences that they may stand, or ask for a correction of them."""
    form = SettleForm()
    manuscript, proof = queries.proof_of(web.actor(), code, proof_id)
    publication_id = proof.publication_id
    try:
        if not form.validate():
            raise Invalid({})
        actions.settle(web.actor(), manuscript, proof, form.chosen, form.outcome.data or "", form.reason.data or "")
    except Invalid as error:
        web.invalid(form, error)
        return _page(code, publication_id, proof_id, settling=form), 400
    flash(_("Kept with its reason.") if form.outcome.data == "accepted" else _("The chief editor has your request."))
    return redirect(url_for(".publication", code=code, publication_id=publication_id, proof=proof_id))


@bp.post("/manuscripts/<code>/proofs/<int:proof_id>/notice")
def notice(code: str, proof_id: int) -> ResponseReturnValue:
    """Tell readers that the channel erred and the cleared text is right."""
    form = NoticeForm()
    manuscript, proof = queries.proof_of(web.actor(), code, proof_id)
    publication_id = proof.publication_id
    try:
        if not form.validate():
            raise Invalid({})
        notices.tell(web.actor(), manuscript, proof, form.wrong.data or "", form.note.data or "")
    except Invalid as error:
        web.invalid(form, error)
        return _page(code, publication_id, proof_id, telling=form), 400
    flash(_("Readers see the notice beside the piece."))
    return redirect(url_for(".publication", code=code, publication_id=publication_id, proof=proof_id))


@bp.post("/manuscripts/<code>/proofs/<int:proof_id>/corrected")
def corrected(code: str, proof_id: int) -> ResponseReturnValue:
    """Record where and when the channel put it right."""
    form = MendedForm()
    manuscript, proof = queries.proof_of(web.actor(), code, proof_id)
    publication_id = proof.publication_id
    try:
        if not form.validate():
            raise Invalid({})
        assert form.mended_at.data is not None
        notices.put_right(web.actor(), manuscript, proof, aware(form.mended_at.data, clock.zone()),
                          form.address.data or "", form.place.data or "")
    except Invalid as error:
        web.invalid(form, error)
        return _page(code, publication_id, proof_id, mending=form), 400
    flash(_("Kept: readers see where the channel put it right."))
    return redirect(url_for(".publication", code=code, publication_id=publication_id, proof=proof_id))


@bp.get("/manuscripts/<code>/proofs/<int:proof_id>/<any(page, exhibit):part>")
def file(code: str, proof_id: int, part: str) -> Response:
    """A file of a proof, to keep; it is never shown within a page."""
    found, name = queries.file(web.actor(), code, proof_id, part)
    return web.attachment(web.store().read(found.sha256), found.media_type, name)
