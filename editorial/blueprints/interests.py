"""Conflicts of interest: to declare one from a manuscript, to look at one's own, to end one."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from editorial import web
from editorial.actions import interests as actions
from editorial.forms.interests import InterestForm
from editorial.queries import interests, manuscripts

bp = Blueprint("interests", __name__)


@bp.get("/interests")
def mine() -> ResponseReturnValue:
    """What I declared."""
    return render_template("interests/mine.html", declared=interests.declared(web.actor()))


@bp.route("/manuscripts/<code>/interest", methods=["GET", "POST"])
def declare(code: str) -> ResponseReturnValue:
    """Declare an interest in what a manuscript is about."""
    found, form = manuscripts.manuscript(web.actor(), code), InterestForm()
    form.about.choices = interests.abouts(found)
    if not form.validate_on_submit():
        return render_template("interests/declare.html", found=found, form=form), 400 if form.is_submitted() else 200
    actions.declare(web.actor(), found, form.kind, form.author_id, form.note.data or "")
    flash(_("It is put down. Such manuscripts are not offered to you any more."))
    return redirect(url_for(".mine"))


@bp.post("/interests/<int:interest_id>/end")
def end(interest_id: int) -> ResponseReturnValue:
    """Say that one is no more."""
    actions.end(web.actor(), interest_id)
    flash(_("It is ended. The record keeps that it was declared."))
    return redirect(url_for(".mine"))
