"""Units: the tree, create, change."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from editorial import web
from editorial.actions import organisation as act
from editorial.blueprints.admin.house import bp
from editorial.errors import Invalid
from editorial.forms.admin import KINDS, UnitForm, unit_options
from editorial.queries import admin as ask
from editorial.queries.admin import Branch


@bp.get("/units")
def units() -> ResponseReturnValue:
    """The tree of units; or those with a text in their name."""
    q = request.args.get("q", "").strip()[:100]
    branches = ask.units_found(q) if q else ask.tree()
    return render_template("admin/units.html", branches=branches, q=q, kinds=KINDS)


def _above(form: UnitForm, unit_id: int | None, *, itself: bool) -> UnitForm:
    """Offer the units above as further signers: those above a unit, or, for a new one below it, also that one."""
    line = list(ask.lineage(ask.unit(unit_id))) if unit_id else []
    above = [Branch(unit, 0, 0, 0) for unit in (line if itself else line[:-1]) if unit.is_active]
    form.further_unit_id.choices = unit_options(above, none=_("none"))
    return form


@bp.route("/units/new", methods=["GET", "POST"])
def new_unit() -> ResponseReturnValue:
    """A new unit below another one, which the address names; without one it is a root."""
    parent_id = request.args.get("under", type=int)
    parent = ask.unit(parent_id) if parent_id else None
    form = _above(UnitForm(signs=True, is_active=True, kind="branch", further_unit_id=0), parent_id, itself=True)
    if form.validate_on_submit():
        try:
            unit = act.create_unit(web.actor(), form.data_of(parent_id))
            flash(_("The unit is made."))
            return redirect(url_for("admin.unit", unit_id=unit.id))
        except Invalid as error:
            web.invalid(form, error)
    return render_template("admin/unit_new.html", form=form, parent=parent), 400 if form.errors else 200


@bp.route("/units/<int:unit_id>", methods=["GET", "POST"])
def unit(unit_id: int) -> ResponseReturnValue:
    """One unit: what is kept of it, who works there, what was changed."""
    found = ask.unit(unit_id)
    form = _above(UnitForm() if request.method == "POST" else UnitForm.showing(found), unit_id, itself=False)
    if form.validate_on_submit():
        try:
            act.change_unit(web.actor(), found, form.data_of(found.parent_id), form.seen)
            flash(_("Saved."))
            return redirect(url_for("admin.unit", unit_id=unit_id))
        except Invalid as error:
            web.invalid(form, error)
    return render_template(
        "admin/unit.html", form=form, unit=found, lineage=ask.lineage(found), people=ask.people_of_unit(unit_id),
        can_sign=ask.signs_for(found), record=ask.record_of(f"unit:{unit_id}")), 400 if form.errors else 200
