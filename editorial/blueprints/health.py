"""Whether the house is open: for whoever watches over the server."""

from __future__ import annotations

from hmac import compare_digest

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from editorial import web
from editorial.errors import Invisible
from editorial.queries.health import database_answers, figures, jobs_are_done

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def health() -> ResponseReturnValue:
    """200 where database and store answer and the jobs are done, else 503; it says nothing more, to nobody."""
    well = database_answers() and web.store().answers() and jobs_are_done()
    return ("well\n" if well else "unwell\n"), 200 if well else 503, {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Figures for Prometheus, for whoever says the token of METRICS_TOKEN; for all others there is no such page."""
    token = web.settings().metrics_token
    if not token or not compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
        raise Invisible
    lines = [f"# TYPE editorial_{name} gauge\neditorial_{name} {value}\n" for name, value in {
        **figures(), "store_writable": int(web.store().answers())}.items()]
    return "".join(lines), 200, {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
