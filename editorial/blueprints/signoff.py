"""To sign: what a signer answers for next, and what they signed lately."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from editorial import web
from editorial.blueprints.desk import bench
from editorial.queries import decided, knowing
from editorial.queries import desk as queries
from editorial.queries.wanted import Wanted
from editorial.terms import Duty

bp = Blueprint("signoff", __name__)


@bp.get("/signoff")
def to_sign() -> ResponseReturnValue:
    """What waits for this person's signature, the most urgent first."""
    who, wanted = web.actor(), Wanted.of(request.args)
    page = queries.worklist(who, Duty.SIGN, wanted, request.args.get("after"))
    return render_template(
        "signoff/to_sign.html", page=page, opened=knowing.with_present_text_opened(who, [row.id for row in page.rows]),
        signed=decided.signed_lately(who), **bench("signoff", Duty.SIGN))
