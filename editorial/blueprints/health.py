"""For machines: whether the house is open, for what watches over the server; and mail that came back."""

from __future__ import annotations

from hmac import compare_digest

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import UnsupportedMediaType

from editorial import web
from editorial.actions import bounces as act
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
    _demand(web.settings().metrics_token)
    lines = [f"# TYPE editorial_{name} gauge\neditorial_{name} {value}\n" for name, value in {
        **figures(), "store_writable": int(web.store().answers())}.items()]
    return "".join(lines), 200, {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}


@bp.post("/bounces")
def bounces() -> ResponseReturnValue:
    """A returned mail (message/rfc822), from what says the token of BOUNCE_TOKEN; handed over twice it counts once."""
    _demand(web.settings().bounce_token)
    if request.mimetype != "message/rfc822":
        raise UnsupportedMediaType
    request.max_content_length = act.MOST_BYTES
    act.slow_down()
    name = act.take(request.get_data())
    return ("taken\n" if name else "passed over\n"), 200, {"Content-Type": "text/plain; charset=utf-8"}


def _demand(token: str) -> None:
    """Raise Invisible for whoever does not say this token, and for everybody where there is none."""
    if not token or not compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
        raise Invisible
