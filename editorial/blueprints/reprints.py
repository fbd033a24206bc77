"""What came of a published piece: what readers saw and when, and who else brought it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from editorial import clock, web
from editorial.actions import reprints as actions
from editorial.errors import Invalid
from editorial.forms.reprints import ReprintForm
from editorial.queries import reprints as queries

bp = Blueprint("reprints", __name__)


@bp.get("/manuscripts/<code>/reprints")
def manuscript(code: str) -> ResponseReturnValue:
    """What readers saw, reprints, and for publishers the form for one more."""
    now = clock.now().astimezone(web.zone()).replace(tzinfo=None, second=0, microsecond=0)
    return _page(code, ReprintForm(formdata=None, data={"reprinted_at": now}))


def _page(code: str, form: ReprintForm) -> str:
    return render_template("proofs/reprints.html", page=queries.page(web.actor(), code), form=form)


@bp.post("/manuscripts/<code>/reprints")
def record(code: str) -> ResponseReturnValue:
    """Put down a reprint."""
    form, page = ReprintForm(), queries.page(web.actor(), code)
    try:
        if not form.validate():
            raise Invalid({})
        actions.record(web.actor(), page.manuscript, form.found(web.zone()))
    except Invalid as error:
        web.invalid(form, error)
        return _page(code, form), 400
    flash(_("Recorded."))
    return redirect(url_for(".manuscript", code=code))
