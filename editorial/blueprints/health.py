"""Whether the house is open: for whoever watches over the server."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from editorial import web
from editorial.queries.health import database_answers, jobs_are_done

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def health() -> ResponseReturnValue:
    """200 where database and store answer and the jobs are done, else 503; it says nothing more, to nobody."""
    well = database_answers() and web.store().answers() and jobs_are_done()
    return ("well\n" if well else "unwell\n"), 200 if well else 503, {"Content-Type": "text/plain; charset=utf-8"}
