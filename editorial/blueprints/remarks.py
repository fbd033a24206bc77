"""Annotations on a manuscript: written, answered, settled, taken up again. They are read on the manuscript's page."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from editorial import web
from editorial.actions import remarks as actions
from editorial.actions import scratch
from editorial.blueprints import manuscripts as pages
from editorial.errors import Invalid
from editorial.forms.remarks import AnswerForm, RemarkForm
from editorial.queries import manuscripts, remarks

bp = Blueprint("remarks", __name__)


@bp.post("/manuscripts/<code>/remarks")
def annotate(code: str) -> ResponseReturnValue:
    """Write one on a passage."""
    form = RemarkForm()
    try:
        if not form.validate():
            raise Invalid({})
        made = actions.annotate(web.actor(), manuscripts.manuscript(web.actor(), code), form.note)
    except Invalid as error:
        web.invalid(form, error)
        return pages.again(code, remark=form), 400
    scratch.saved(web.actor().id, url_for("manuscripts.manuscript", code=code), "refused")
    flash(_("The remark is written. The author sees it.") if made.audience == "author"
          else _("The remark is written. Only the office's staff see it."))
    return _back(code, made.id)


@bp.post("/manuscripts/<code>/remarks/<int:annotation_id>/answer")
def answer(code: str, annotation_id: int) -> ResponseReturnValue:
    """Answer one."""
    form, manuscript = AnswerForm(), remarks.manuscript_of(web.actor(), code, annotation_id)
    try:
        if not form.validate():
            raise Invalid({})
        actions.answer(web.actor(), manuscript, annotation_id, form.body.data or "")
    except Invalid as error:
        web.invalid(form, error)
        return pages.again(code, answers={annotation_id: form}), 400
    scratch.saved(web.actor().id, url_for("manuscripts.manuscript", code=code), "refused")
    flash(_("Answered."))
    return _back(code, annotation_id)


@bp.post("/manuscripts/<code>/remarks/<int:annotation_id>/settle")
def settle(code: str, annotation_id: int) -> ResponseReturnValue:
    """Put down that one is dealt with."""
    actions.settle(web.actor(), remarks.manuscript_of(web.actor(), code, annotation_id), annotation_id)
    flash(_("Settled."))
    return _back(code, annotation_id)


@bp.post("/manuscripts/<code>/remarks/<int:annotation_id>/take-up")
def take_up(code: str, annotation_id: int) -> ResponseReturnValue:
    """Open a settled one again."""
    actions.take_up(web.actor(), remarks.manuscript_of(web.actor(), code, annotation_id), annotation_id)
    flash(_("Open again."))
    return _back(code, annotation_id)


def _back(code: str, annotation_id: int) -> ResponseReturnValue:
    return redirect(url_for("manuscripts.manuscript", code=code, _anchor=f"remark-{annotation_id}"))
