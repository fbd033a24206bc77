"""The dossier 稿件档案 that a chief editor takes away: what the office knows of a manuscript."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from editorial import web
from editorial.actions import handouts as act
from editorial.errors import Invalid
from editorial.forms.dossier import DossierForm
from editorial.queries import archive, handouts

bp = Blueprint("dossier", __name__)


@bp.get("/manuscripts/<code>/dossier")
def dossier_page(code: str) -> ResponseReturnValue:
    """What the dossier holds, what it proves, the form to ask for it, and those that are made or kept."""
    return _page(archive.for_chief(web.actor(), code), DossierForm())


@bp.post("/manuscripts/<code>/dossier")
def take(code: str) -> ResponseReturnValue:
    """Ask for the dossier, with the reason for the record; a job makes it."""
    form, manuscript = DossierForm(), archive.for_chief(web.actor(), code)
    try:
        if form.validate():
            asked = act.ask(web.actor(), "dossier", manuscript, form.reason.data or "")
            return redirect(url_for("handouts.handout", handout_id=asked.id))
    except Invalid as error:
        web.invalid(form, error)
    return _page(manuscript, form), 400


def _page(manuscript: Any, form: DossierForm) -> str:
    return render_template("dossier/take.html", manuscript=manuscript, form=form,
                           asked=handouts.of_manuscript(web.actor(), "dossier", manuscript))
