"""The readers of a publication: its figures over time. They are the publication's, and nobody's score."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from editorial import clock, web
from editorial.actions import readership as actions
from editorial.errors import Invalid
from editorial.forms.base import aware
from editorial.forms.readership import ReadersForm
from editorial.queries import readership as queries

bp = Blueprint("readership", __name__)


@bp.get("/manuscripts/<code>/publications/<int:publication_id>/readers")
def publication(code: str, publication_id: int) -> ResponseReturnValue:
    """What was read off, as a line and as a table."""
    now = clock.now().astimezone(web.zone()).replace(tzinfo=None, second=0, microsecond=0)
    return _page(code, publication_id, ReadersForm(formdata=None, data={"read_at": now}))


def _page(code: str, publication_id: int, form: ReadersForm) -> str:
    return render_template("proofs/readers.html", page=queries.page(web.actor(), code, publication_id), form=form,
                           width=queries.WIDTH, height=queries.HEIGHT)


@bp.post("/manuscripts/<code>/publications/<int:publication_id>/readers")
def record(code: str, publication_id: int) -> ResponseReturnValue:
    """Put down what was read off."""
    form = ReadersForm()
    manuscript, place = queries.place(web.actor(), code, publication_id)
    try:
        if not form.validate() or form.read_at.data is None:
            raise Invalid({})
        actions.record(web.actor(), manuscript, place, aware(form.read_at.data, web.zone()), form.figures,
                       form.source.data or "")
    except Invalid as error:
        web.invalid(form, error)
        return _page(code, publication_id, form), 400
    flash(_("Recorded."))
    return redirect(url_for(".publication", code=code, publication_id=publication_id))
