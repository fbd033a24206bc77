"""Calls for manuscripts 征稿: those that concern somebody, one with what came, to ask, and to end it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from editorial import clock, i18n, web
from editorial.actions import calls as actions
from editorial.actions import scratch
from editorial.errors import Invalid
from editorial.forms.calls import DONE, CallForm, EndForm, do, form_for
from editorial.queries import calls as queries
from editorial.terms import CallAction

bp = Blueprint("calls", __name__)


@bp.get("/calls")
def calls() -> ResponseReturnValue:
    """The calls that can be answered, or those that ended."""
    past, after = request.args.get("show") == "past", request.args.get("after")
    filters = [{"label": _("Show"), "options": [
        {"label": label, "url": url_for(".calls", show=key or None), "active": past is bool(key)}
        for key, label in (("", _("Taking manuscripts")), ("past", _("Ended")))]}]
    return render_template("calls/calls.html", page=queries.calls(web.actor(), not past, after), past=past, after=after,
                           filters=filters, may_ask=queries.may_ask(web.actor()))


@bp.get("/calls/new")
def new() -> ResponseReturnValue:
    """An empty form, or what was typed in it and not sent."""
    restored = next((one for one in _kept() if str(one.id) == request.args.get("restore")), None)
    form = CallForm(formdata=MultiDict(restored.fields) if restored else None,
                    data={"last_day": clock.today() + timedelta(days=14)})
    form.restored.data, form.tab.data = str(restored.id) if restored else "", secrets.token_urlsafe(12)
    return _new(form)


@bp.post("/calls/new")
def create() -> ResponseReturnValue:
    """Ask, and tell the correspondents."""
    form = CallForm()
    form.offer(queries.desk_for(web.actor()))
    try:
        if not form.validate():
            raise Invalid({})
        made = actions.issue(web.actor(), form.office.data, form.wish, form.asked)
    except Invalid as error:
        web.invalid(form, error)
        web.keep_typed(web.actor().id)
        return _new(form), 400
    scratch.saved(web.actor().id, request.path, form.tab.data or "refused", form.restored_id)
    flash(_("Asked. The correspondents of these units have been told."))
    return redirect(url_for(".call", code=made.code))


def _kept() -> Any:
    return scratch.offered(web.actor().id, url_for(".new"))


def _new(form: CallForm) -> str:
    form.offer(queries.desk_for(web.actor()))
    unsaved = [one for one in _kept() if one.tab != form.tab.data and one.id != form.restored_id]
    return render_template("calls/new.html", form=form, unsaved=unsaved)


@bp.get("/calls/<code>")
def call(code: str) -> ResponseReturnValue:
    """A call: what is asked, what came, who is silent."""
    return _call(code)


def _call(code: str, refused: CallAction | None = None, form: EndForm | None = None) -> str:
    page = queries.call_page(web.actor(), code, request.args.get("after"))
    forms = {action: form_for(action, formdata=None, data={"last_day": page.call.last_day}) for action in page.may}
    return render_template("calls/call.html", page=page, call=page.call, after=request.args.get("after"),
                           ends={**forms, **({refused: form} if refused else {})}, labels=i18n.LABELS[CallAction])


@bp.post("/calls/<code>/<any(extend, close, cancel):action>")
def act(code: str, action: str) -> ResponseReturnValue:
    """Set another last day, ask for no more, or call it off."""
    wanted = CallAction(action)
    found, form = queries.call(web.actor(), code), form_for(wanted)
    try:
        do(web.actor(), wanted, found, form)
    except Invalid as error:
        web.invalid(form, error)
        return _call(code, wanted, form), 400
    flash(str(DONE[wanted]))
    return redirect(url_for(".call", code=code))
