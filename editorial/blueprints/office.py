"""An editorial office: what is where and with whom, the lists behind the numbers, and giving manuscripts to people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from editorial import web
from editorial.actions import desk, reviewing
from editorial.errors import Invalid
from editorial.forms.base import PageForm
from editorial.forms.desk import LinesForm
from editorial.forms.offices import AssignForm
from editorial.queries import manuscripts, offices, wordings
from editorial.queries.offices import Wanted
from editorial.terms import Action

bp = Blueprint("office", __name__)


@bp.get("/offices", endpoint="offices")
def choose() -> ResponseReturnValue:
    """One's office, or a choice where one has several."""
    found = offices.offices(web.actor())
    if len(found) == 1:
        return redirect(url_for(".office", slug=found[0].slug))
    return render_template("office/choose.html", offices=found)


@bp.get("/offices/<slug>")
def office(slug: str) -> ResponseReturnValue:
    """The office at a glance."""
    return render_template("office/office.html", glance=offices.glance(web.actor(), slug))


@bp.get("/offices/<slug>/list", endpoint="list")
def listed(slug: str) -> ResponseReturnValue:
    """The manuscripts behind a number."""
    page = offices.listed(web.actor(), slug, Wanted.of(request.args), request.args.get("after"))
    return render_template("office/list.html", page=page, form=AssignForm())


def _back(slug: str) -> ResponseReturnValue:
    """To the list, as it was filtered, from which a row was sent."""
    kept: dict[str, Any] = Wanted.of(request.args).but()
    return redirect(url_for(".list", slug=slug, after=request.args.get("after"), **kept))


@bp.post("/offices/<slug>/list/<code>/assign")
def assign(slug: str, code: str) -> ResponseReturnValue:
    """Give a manuscript to a reviewer, from its row."""
    form = AssignForm()
    subject, _row = manuscripts.for_action(web.actor(), code, Action.ASSIGN, form.seen)
    try:
        reviewing.assign(web.actor(), subject, form.seen, form.person.data or 0)
        flash(_("Assigned to %(name)s.", name=subject.assignee.name if subject.assignee else ""))
    except Invalid as error:
        web.invalid(form, error)
        flash(str(form.person.errors[0]), "error")
    return _back(slug)


@bp.post("/offices/<slug>/list/<code>/release")
def release(slug: str, code: str) -> ResponseReturnValue:
    """Put a manuscript back on the desk, from its row."""
    form = PageForm()
    subject, _row = manuscripts.for_action(web.actor(), code, Action.RELEASE, form.seen)
    reviewing.release(web.actor(), subject, form.seen)
    flash(_("It is back on the desk."))
    return _back(slug)


@bp.get("/offices/<slug>/reasons")
def reasons(slug: str) -> ResponseReturnValue:
    """The office's reasons for returning and rejecting, for those who keep them."""
    office = wordings.office_that_keeps(web.actor(), slug)
    revision, lines = wordings.reasons(office)
    form = LinesForm(formdata=None, lines="\n".join(lines))
    return render_template("office/reasons.html", office=office, form=form, revision=revision)


@bp.post("/offices/<slug>/reasons")
def keep_reasons(slug: str) -> ResponseReturnValue:
    """Keep the reasons as they stand in the form."""
    office, form = wordings.office_that_keeps(web.actor(), slug), LinesForm()
    if not form.validate():
        return render_template("office/reasons.html", office=office, form=form, revision=form.seen), 400
    desk.keep_reasons(web.actor(), office, form.seen, form.entries)
    flash(_("The reasons are kept."))
    return redirect(url_for(".reasons", slug=slug))
