"""What publishers have before them: what is cleared, what is being corrected, what came out."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from editorial import web
from editorial.queries import publishing as queries

bp = Blueprint("publishing", __name__)


@bp.get("/publishing")
def publishing() -> ResponseReturnValue:
    """What to publish next, and what came out lately. A publication is recorded on the manuscript's page."""
    after = request.args.get("after")
    return render_template("publishing/publishing.html", bench=queries.bench(web.actor(), after), after=after)
