"""To be away: the days, and who stands in meanwhile."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from editorial import web
from editorial.actions import absences as act
from editorial.errors import Invalid
from editorial.forms.absences import AbsenceForm
from editorial.forms.base import options
from editorial.queries import absences as ask

bp = Blueprint("absences", __name__)


@bp.route("/people/<int:person_id>/away", methods=["GET", "POST"])
def absences(person_id: int) -> ResponseReturnValue:
    """When somebody is away, and who stands in; set more days."""
    found, form = ask.of_person(web.actor(), person_id), AbsenceForm()
    form.deputy.choices = options([(0, _("Nobody")), *found.colleagues])
    if form.validate_on_submit():
        try:
            act.name(web.actor(), found.person, *form.days, form.deputy.data or None)
            flash(_("It is set. Whoever stands in is told."))
            return redirect(url_for(".absences", person_id=person_id))
        except Invalid as error:
            web.invalid(form, error)
    return render_template("absences/absences.html", found=found, form=form), 400 if form.errors else 200


@bp.post("/people/<int:person_id>/away/<int:absence_id>/end")
def end(person_id: int, absence_id: int) -> ResponseReturnValue:
    """They are back, or don't go."""
    act.end(web.actor(), ask.of_person(web.actor(), person_id).person, absence_id)
    return redirect(url_for(".absences", person_id=person_id))
