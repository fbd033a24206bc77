"""Everything that was submitted, for the coordinator."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from editorial import web
from editorial.queries import overview as queries

bp = Blueprint("overview", __name__)


@bp.get("/overview")
def submitted() -> ResponseReturnValue:
    """What was submitted in a period, by unit, office and state, and how many stories that is."""
    wanted = queries.Wanted.of(request.args, web.zone())
    found = queries.overview(web.actor(), wanted, request.args.get("after"), web.zone())
    return render_template("overview/submitted.html", overview=found)
