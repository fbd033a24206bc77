"""What publishers have before them: what is cleared, what is being corrected, what came out; rows of a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from editorial import web
from editorial.actions import scratch
from editorial.forms import pasted
from editorial.queries import publishing as queries

bp = Blueprint("publishing", __name__)


@bp.get("/publishing")
def publishing() -> ResponseReturnValue:
    """What to publish next, and what came out lately. A publication is recorded on the manuscript's page."""
    after = request.args.get("after")
    return render_template("publishing/publishing.html", bench=queries.bench(web.actor(), after), after=after)


@bp.get("/publishing/rows")
def rows() -> ResponseReturnValue:
    """The field for rows of a spreadsheet, with what could not be recorded the last time."""
    queries.demand_publisher(web.actor())
    kept = next((one for one in scratch.offered(web.actor().id, request.path) if one.tab == "refused"), None)
    return _rows(pasted.RowsForm(formdata=None, data={"rows": kept.fields.get("rows", "") if kept else ""}))


def _rows(form: pasted.RowsForm, lines: Sequence[pasted.Line] = ()) -> str:
    return render_template("publishing/rows.html", form=form, lines=lines, most=pasted.MOST)


@bp.post("/publishing/rows")
def record_rows() -> ResponseReturnValue:
    """Show what would come of each row; once these very rows were looked at, record those that can be."""
    queries.demand_publisher(web.actor())
    form = pasted.RowsForm()
    if not form.validate():
        return _rows(form), 400
    if not form.is_looked_at:
        lines = pasted.tried(web.actor(), form.lines, web.zone())
        form.looked_at.data = form.digest
        return _rows(form, lines)
    came = pasted.record_each(web.actor(), form.lines, web.zone())
    left = [line.text for line in came if line.reason]
    scratch.saved(web.actor().id, request.path, "refused")
    if left:
        scratch.keep(web.actor().id, request.path, "refused", 0, {"rows": "\n".join(left)})
        flash(ngettext("%(num)d row could not be recorded. It stands below.",
                       "%(num)d rows could not be recorded. They stand below.", len(left)), "warning")
    if len(came) > len(left):
        flash(ngettext("%(num)d publication is recorded.", "%(num)d publications are recorded.", len(came) - len(left)))
    return redirect(url_for(".rows"))
