"""What the program does by itself: waiting, running, failed, done; and to try again."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from editorial import web
from editorial.actions import jobs as act
from editorial.blueprints.admin.house import bp
from editorial.queries import jobs as ask


@bp.get("/jobs")
def jobs() -> ResponseReturnValue:
    """The jobs in one state, those that failed first."""
    return render_template("admin/jobs.html", page=ask.page(request.args.get("state", ""), request.args.get("after")),
                           done=ask.are_done(), asked_for=act.ASKED_FOR)


@bp.post("/jobs/<int:job_id>/again")
def try_job_again(job_id: int) -> ResponseReturnValue:
    """Do a job now that has failed, or waits for its next time."""
    act.try_again(web.actor(), ask.job(job_id))
    flash(_("It will be tried again in a moment."))
    return redirect(url_for("admin.jobs"))
