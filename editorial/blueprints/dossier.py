"""The dossier 稿件档案 that a chief editor takes away: what the office knows of a manuscript."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from editorial import web
from editorial.actions import exports
from editorial.dossier import gather, packing
from editorial.errors import Invalid
from editorial.forms.dossier import DossierForm
from editorial.queries import archive

bp = Blueprint("dossier", __name__)


@bp.get("/manuscripts/<code>/dossier")
def dossier_page(code: str) -> ResponseReturnValue:
    """What the dossier holds, what it proves, and the form to take it."""
    manuscript = archive.for_chief(web.actor(), code)
    return render_template("dossier/take.html", manuscript=manuscript, form=DossierForm())


@bp.post("/manuscripts/<code>/dossier")
def take(code: str) -> ResponseReturnValue:
    """The dossier, with the reason in the record; nobody waits while it is made."""
    form, manuscript = DossierForm(), archive.for_chief(web.actor(), code)
    try:
        if form.validate():
            exports.demand_room(web.actor())
            gathered = gather.for_chief(web.actor(), manuscript)
            web.pause_transaction()
            file, packed = packing.temporary(gathered, web.store(), web.settings().site_name)
            exports.record_dossier(manuscript, packed.seal, gathered.extent, web.actor(), form.reason.data or "")
            return web.attachment(file, "application/zip", f"{code}.zip")
    except Invalid as error:
        web.invalid(form, error)
    return render_template("dossier/take.html", manuscript=manuscript, form=form), 400

