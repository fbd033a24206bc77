"""The desk of a stage reviewer: what is theirs to read, what can be claimed, what they decided lately."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from editorial import web
from editorial.actions import reviewing
from editorial.forms import acting, several
from editorial.queries import decided, lists
from editorial.queries import desk as queries
from editorial.workflow import Duty

bp = Blueprint("desk", __name__)


@bp.get("/desk")
def desk() -> ResponseReturnValue:
    """What is mine to read and what can be claimed, the most urgent first."""
    who, seen = web.actor(), request.args
    return render_template(
        "desk/desk.html", mine=lists.worklist(who, Duty.READ, seen.get("mine")),
        free=lists.worklist(who, Duty.CLAIM, seen.get("after")), reading=lists.waiting(who, Duty.READ),
        claimable=lists.waiting(who, Duty.CLAIM), read=decided.read_lately(who))


@bp.post("/desk/next")
def take_next() -> ResponseReturnValue:
    """Claim the most urgent one, and open it."""
    subject = queries.next_to_take(web.actor())
    if subject is None:
        flash(_("Nothing is left to claim."))
        return redirect(url_for(".desk"))
    reviewing.claim(web.actor(), subject, subject.revision)
    flash(_("It is yours to read now."))
    return redirect(url_for("manuscripts.manuscript", code=subject.code))


@bp.post("/desk/several")
def several_at_once() -> ResponseReturnValue:
    """Do one thing to all that were ticked; what came of each stands on the page that comes next."""
    form = several.SeveralForm()
    back = web.safe_next(request.form.get("form_page"))
    if not form.picked.data:
        flash(_("Nothing is ticked."), "error")
        return redirect(back)
    if not form.validate():
        rows = queries.by_code(web.actor(), form.codes)
        return render_template("desk/several.html", form=form, rows=rows, back=back), 400
    session["several"] = {"act": form.action, "back": back, "came": several.do_each(web.actor(), form, web.zone())}
    return redirect(url_for(".outcome"))


@bp.get("/desk/several")
def outcome() -> ResponseReturnValue:
    """What came of the last act on several: for each what happened, or why not."""
    said = session.get("several", {"act": "", "back": url_for(".desk"), "came": []})
    rows = queries.by_code(web.actor(), [code for code, _reason in said["came"]])
    return render_template("desk/outcome.html", came=said["came"], rows=rows, back=said["back"],
                           done=next((words for act, words in acting.DONE.items() if act == said["act"]), ""))
