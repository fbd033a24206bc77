"""A manuscript's page and what is done there; its versions, their difference, its pictures, and the review sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from editorial import clock, headers, i18n, web
from editorial.actions import manuscripts as actions
from editorial.actions import scratch
from editorial.errors import Invalid
from editorial.forms import acting
from editorial.forms.remarks import AnswerForm, RemarkForm
from editorial.queries import desk, manuscripts, presence, writing
from editorial.terms import Action, Need, Role, State

bp = Blueprint("manuscripts", __name__)


@bp.get("/manuscripts")
def mine() -> ResponseReturnValue:
    """What this person wrote, alone or with others: where each is, who has it, and why."""
    state = next((one for one in State if one.value == request.args.get("state")), None)
    page = writing.mine(web.actor(), state, request.args.get("after"))
    states = [(_("All"), None), *((i18n.label(one), one.value) for one in State)]
    filters = [{"label": _("State"), "options": [
        {"label": label, "url": url_for(".mine", state=value), "active": value == (state and state.value)}
        for label, value in states]}]
    return render_template(
        "manuscripts/mine.html", page=page, state=state, filters=filters,
        may_write=Role.CORRESPONDENT in web.actor().grants,
        next_url=url_for(".mine", state=state and state.value, after=page.next) if page.next else None,
        first_url=url_for(".mine", state=state and state.value) if request.args.get("after") else None)


@bp.get("/manuscripts/<code>")
def manuscript(code: str) -> ResponseReturnValue:
    """The manuscript's page; what was typed in a form that was refused stands in it again."""
    page = manuscripts.page(web.actor(), code, request.args.get("text") == "whole")
    kept = next((one for one in scratch.offered(web.actor().id, request.path) if one.tab == "refused"), None)
    if page.newly_opened:
        web.note_reading(page.manuscript.id, *page.newly_opened)
    return _page(page, kept)


def _page(page: manuscripts.Page, kept: Any = None, twins: Sequence[Any] = (), remark: RemarkForm | None = None,
          answers: Mapping[int, AnswerForm] | None = None, **more: Any) -> str:
    now = clock.now().astimezone(web.zone()).replace(tzinfo=None, second=0, microsecond=0)
    lacks = actions.missing(page.manuscript) if page.asks(Need.COMPLETE) else {}
    typed = kept.fields if kept else {}
    offers = acting.offers(page.rows, page.options, typed=typed,
                           begin={"published_at": now, **(page.plan.begin if page.plan else {})},
                           ready=not lacks and not page.is_unrevised, **more)
    remark = remark or (RemarkForm(formdata=MultiDict(typed)) if "paragraph" in typed else None)
    homeless = kept if not remark and typed.get("act") not in {offer.action for offer in offers} else None
    return render_template("manuscripts/manuscript.html", page=page, offers=offers, lacks=lacks, kept=homeless,
                           words=acting.words_of(typed), twins=twins, remark=_remark_form(page, remark),
                           answers=answers or {}, answer=AnswerForm(formdata=None),
                           present=presence.shown(web.actor(), page.manuscript, page.reader),
                           way=desk.way(web.actor(), page.manuscript, page.rows, session.get("wanted", {})))


def again(code: str, **forms: Any) -> str:
    """The page once more, with a form about a remark that was refused: `remark`, or `answers` by the remark's id."""
    return _page(manuscripts.page(web.actor(), code, whole=True), **forms)


def _remark_form(page: manuscripts.Page, refused: RemarkForm | None) -> RemarkForm | None:
    """The form for one more remark, where this person may write one."""
    if page.remarks is None or page.remarks.party is None:
        return None
    form = refused or RemarkForm(formdata=None, version=page.remarks.version)
    form.offer(page.remarks.party, page.remarks.choices)
    return form


@bp.post("/manuscripts/<code>/<action>")
def act(code: str, action: str) -> ResponseReturnValue:
    """Do what the table allows: one way for every action that needs no text."""
    address = url_for(".manuscript", code=code)
    subject, row = manuscripts.for_action(web.actor(), code, action, acting.ActionForm().seen)
    form = acting.form_for(row, manuscripts.options(web.actor(), subject, set(row.needs)))
    try:
        made: Any = acting.do(web.actor(), row, subject, form, web.zone())
    except Invalid as error:
        web.invalid(form, error)
        return _page(manuscripts.page(web.actor(), code), twins=error.found, posted=form), 400
    scratch.saved(web.actor().id, address, "refused")
    flash(str(acting.DONE[row.action]))
    if row.action is Action.BEGIN_ANEW:
        return redirect(url_for("writing.edit", code=made.code))
    return redirect(address if manuscripts.sees(web.actor(), subject) else url_for("home.home"))


@bp.get("/manuscripts/<code>/versions/<int:number>")
def version(code: str, number: int) -> ResponseReturnValue:
    """One version, as it was."""
    return render_template("manuscripts/version.html", page=manuscripts.version_page(web.actor(), code, number))


@bp.get("/manuscripts/<code>/compare/<int:first>..<int:second>")
def compare(code: str, first: int, second: int) -> ResponseReturnValue:
    """What changed between two versions, in one column or in two."""
    page = manuscripts.comparison_page(web.actor(), code, first, second)
    return render_template("manuscripts/compare.html", page=page, sides=request.args.get("view") == "sides")


@bp.get("/manuscripts/<code>/pictures/<sha256>")
def picture(code: str, sha256: str) -> ResponseReturnValue:
    """A picture of a version that this person may read; with ?small=1 its thumbnail."""
    file = manuscripts.picture(web.actor(), code, sha256)
    name = f"{code}-{sha256[:8]}.{file.media_type.partition('/')[2]}"
    kept = (file.thumbnail_sha256 if request.args.get("small") == "1" else None) or sha256
    answer = send_file(BytesIO(web.store().read(kept)), file.media_type, as_attachment=True, download_name=name)
    answer.headers["Content-Security-Policy"] = f"{headers.POLICY}; sandbox"
    return answer


@bp.get("/manuscripts/<code>/sheet")
def sheet(code: str) -> ResponseReturnValue:
    """The review sheet 三审单, to print."""
    return render_template("manuscripts/sheet.html", sheet=manuscripts.sheet(web.actor(), code))
