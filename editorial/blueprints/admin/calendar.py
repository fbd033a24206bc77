"""Working days: what is set otherwise than the calendar says, typed or from a file."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from editorial import web
from editorial.actions import calendar_days as act
from editorial.blueprints.admin.house import bp
from editorial.errors import Invalid, Invisible
from editorial.forms.calendar import DaysForm
from editorial.queries import calendar_days as ask


@bp.route("/calendar", methods=["GET", "POST"])
def calendar() -> ResponseReturnValue:
    """The days that are set; set more."""
    form = DaysForm()
    if form.validate_on_submit():
        try:
            act.set_days(web.actor(), act.read(form.text))
            flash(_("The days are set. What has its time already keeps it."))
            return redirect(url_for("admin.calendar"))
        except Invalid as error:
            web.invalid(form, error)
            form.name_lines(error.found)
    return render_template("admin/calendar.html", form=form, days=ask.days()), 400 if form.errors else 200


@bp.post("/calendar/<day>/unset")
def unset_day(day: str) -> ResponseReturnValue:
    """Leave a day to the calendar again."""
    try:
        act.unset(web.actor(), date.fromisoformat(day))
    except ValueError:
        raise Invisible from None
    return redirect(url_for("admin.calendar"))
