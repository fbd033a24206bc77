"""The desk of a stage reviewer: what is theirs to read, what can be claimed, what they decided lately."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from editorial import web
from editorial.actions import desk as actions
from editorial.actions import reviewing
from editorial.errors import Invalid
from editorial.forms import acting, several
from editorial.forms.desk import LinesForm, ViewForm
from editorial.queries import decided, wordings
from editorial.queries import desk as queries
from editorial.queries.wanted import Wanted
from editorial.terms import Duty

bp = Blueprint("desk", __name__)

PAGES = {"desk": "desk.desk", "signoff": "signoff.to_sign"}
"""The pages of what waits that have filters and saved views."""


def bench(page: str, *duties: Duty) -> dict[str, Any]:
    """What such a page gives its template beside its lists; the way on from a manuscript then keeps to the filters."""
    wanted = Wanted.of(request.args)
    session["wanted"] = {**session.get("wanted", {}), **dict.fromkeys(duties, wanted.but())}
    form = ViewForm(formdata=None)
    found = queries.bench(web.actor(), page, wanted, *duties)
    form.offer(found.offices)
    return {"bench": found, "view_form": form, "page_name": page, "endpoint": PAGES[page]}


@bp.get("/desk")
def desk() -> ResponseReturnValue:
    """What is mine to read and what can be claimed, the most urgent first."""
    who, seen, wanted = web.actor(), request.args, Wanted.of(request.args)
    mine = queries.worklist(who, Duty.READ, wanted, seen.get("mine"))
    return render_template(
        "desk/desk.html", mine=mine, proposes=queries.any_proposes(mine.rows),
        free=queries.worklist(who, Duty.CLAIM, wanted, seen.get("after")), read=decided.read_lately(who),
        openings=wordings.openings_at(who), proposed=queries.proposed(who),
        **bench("desk", Duty.READ, Duty.CLAIM))


@bp.post("/desk/next")
def take_next() -> ResponseReturnValue:
    """Claim the most urgent one of what is wanted, and open it."""
    subject = queries.next_to_take(web.actor(), Wanted.of(session.get("wanted", {}).get(Duty.CLAIM, {})))
    if subject is None:
        flash(_("Nothing is left to claim."))
        return redirect(url_for(".desk"))
    reviewing.claim(web.actor(), subject, subject.revision)
    flash(_("It is yours to read now."))
    return redirect(url_for("manuscripts.manuscript", code=subject.code))


# --- Views under a name -----------------------------------------------------------------------------------------


@bp.post("/desk/views/<any(desk, signoff):page>")
def save_view(page: str) -> ResponseReturnValue:
    """Keep what the page shows under a name."""
    wanted, form = Wanted.of(request.args).but(), ViewForm()
    form.offer(queries.offices_of(web.actor()))
    if not form.validate() or not form.name.data:
        raise Invalid({"name": "missing"})
    actions.save_view(web.actor(), page, form.name.data, wanted, form.office.data or None)
    flash(_("The view is saved as “%(name)s”.", name=form.name.data))
    return redirect(url_for(PAGES[page], **wanted))


@bp.post("/desk/views/<int:view_id>/drop")
def drop_view(view_id: int) -> ResponseReturnValue:
    """Take a view away."""
    view = actions.drop_view(web.actor(), view_id)
    flash(_("The view “%(name)s” is gone.", name=view.name))
    return redirect(url_for(PAGES[view.page]))


# --- Words that are used again ----------------------------------------------------------------------------------


@bp.get("/desk/phrases")
def phrases() -> ResponseReturnValue:
    """What one often writes in a reason."""
    revision, lines = wordings.phrases(web.actor())
    form = LinesForm(formdata=None, lines="\n".join(lines))
    return render_template("desk/phrases.html", form=form, revision=revision)


@bp.post("/desk/phrases")
def keep_phrases() -> ResponseReturnValue:
    """Keep the phrases as they stand in the form."""
    form = LinesForm()
    if not form.validate():
        return render_template("desk/phrases.html", form=form, revision=form.seen), 400
    actions.keep_phrases(web.actor(), form.seen, form.entries)
    flash(_("Your phrases are kept."))
    return redirect(url_for(".phrases"))


# --- Several at once --------------------------------------------------------------------------------------------


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
        return render_template("desk/several.html", form=form, rows=rows, back=back,
                               openings=wordings.openings_at(web.actor())), 400
    session["several"] = {"back": back, "came": several.do_each(web.actor(), form, web.zone())}
    return redirect(url_for(".outcome"))


@bp.get("/desk/several")
def outcome() -> ResponseReturnValue:
    """What came of the last act on several: for each what happened, or why not."""
    said = session.get("several", {"back": url_for(".desk"), "came": []})
    rows = queries.by_code(web.actor(), [code for code, *_what in said["came"]])
    return render_template("desk/outcome.html", came=said["came"], rows=rows, back=said["back"],
                           done={act.value: words for act, words in acting.DONE.items()})
