"""The department's side of commentary: what it has asked for, and asking for more."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from editorial import i18n, web
from editorial.actions import commissions as actions
from editorial.actions import scratch
from editorial.errors import Invalid, Invisible
from editorial.forms.commentary import CommissionForm, OfferForm, in_a_week
from editorial.queries import commentary
from editorial.terms import AssignmentState

bp = Blueprint("commissions", __name__)


@bp.get("/commissions")
def commissions() -> ResponseReturnValue:
    """What the actor's departments have asked for: by commission, or narrowed to assignments in a state."""
    state, after = request.args.get("state", ""), request.args.get("after")
    overview = commentary.overview(web.actor(), state, request.args.get("commentator", type=int), after)
    return render_template("commissions/overview.html", overview=overview, after=after, filters=[_filters(overview)])


def _filters(overview: commentary.Overview) -> dict[str, Any]:
    states: list[AssignmentState] = [state for state in AssignmentState if overview.counts.get(state)]
    lines = [("", _("By commission"), None),
             ("held", _("With the commentators"), sum(overview.counts.get(state, 0) for state in commentary.HELD)),
             ("late", _("Late"), overview.late),
             *((state.value, i18n.label(state), overview.counts[state]) for state in states)]
    person = overview.commentator.id if overview.commentator else None
    return {"label": _("Show"), "options": [
        {"label": label, "count": count, "url": url_for(".commissions", state=key or None),
         "active": key == overview.state and person is None} for key, label, count in lines]}


@bp.get("/commissions/new")
def new() -> ResponseReturnValue:
    """Commission commentary on the published piece that the address names."""
    return _new(*_place())


@bp.post("/commissions/new")
def create() -> ResponseReturnValue:
    """Commission it, and tell everybody who was asked."""
    piece, department = _place()
    form = CommissionForm()
    try:
        if not form.validate():
            raise Invalid({})
        made = actions.commission(web.actor(), piece, department.id, form.asked(web.zone()),
                                  form.commentators.data or [])
    except Invalid as error:
        web.invalid(form, error)
        web.keep_typed(web.actor().id)
        return _new(*_place(), form), 400
    scratch.saved(web.actor().id, _address(piece, department), form.tab.data or "refused", form.restored_id)
    flash(_("Commissioned. Everybody you asked has been told."))
    return redirect(url_for(".commission", code=made.code))


def _place() -> tuple[Any, Any]:
    """The piece, and the department for which it is: the one that the address names, or the actor's first."""
    departments = commentary.departments(web.actor())
    wanted = request.args.get("department")
    department = next((one for one in departments if wanted in (None, str(one.id))), None)
    if department is None:
        raise Invisible
    return commentary.piece(web.actor(), request.args.get("manuscript", "")), department


def _address(piece: Any, department: Any) -> str:
    return url_for(".new", manuscript=piece.code, department=department.id)


def _new_form(kept: Sequence[Any]) -> CommissionForm:
    """The form as it begins, or as it was brought back from what was not sent."""
    restored = next((one for one in kept if str(one.id) == request.args.get("restore")), None)
    form = CommissionForm(formdata=MultiDict(restored.fields) if restored else None,
                          data={"due_at": in_a_week(web.zone()), "wished": 1})
    form.restored.data, form.tab.data = str(restored.id) if restored else "", secrets.token_urlsafe(12)
    return form


def _new(piece: Any, department: Any, posted: CommissionForm | None = None) -> str:
    address = _address(piece, department)
    kept = scratch.offered(web.actor().id, address)
    form = posted or _new_form(kept)
    form.offer(commentary.commentators(department.id))
    unsaved = [one for one in kept if one.tab != form.tab.data and one.id != form.restored_id]
    return render_template("commissions/new.html", form=form, piece=piece, department=department, address=address,
                           departments=commentary.departments(web.actor()), unsaved=unsaved)


@bp.get("/commissions/<code>")
def commission(code: str) -> ResponseReturnValue:
    """A commission: what is asked, of whom, and where each of them is."""
    return _commission(code, OfferForm(formdata=None))


def _commission(code: str, form: OfferForm) -> str:
    page = commentary.commission(web.actor(), code)
    form.offer(page.to_ask)
    return render_template("commissions/commission.html", page=page, commission=page.commission, form=form,
                           open_states=commentary.OPEN)


@bp.post("/commissions/<code>/offer")
def offer(code: str) -> ResponseReturnValue:
    """Ask further commentators of the department."""
    form = OfferForm()
    try:
        actions.offer(web.actor(), commentary.commission(web.actor(), code).commission, form.commentators.data or [])
    except Invalid as error:
        web.invalid(form, error)
        return _commission(code, form), 400
    flash(_("Asked."))
    return redirect(url_for(".commission", code=code))
