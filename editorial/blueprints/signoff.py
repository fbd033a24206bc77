"""To sign: what a signer answers for next, and what they signed lately."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from editorial import web
from editorial.queries import decided, lists
from editorial.workflow import Duty

bp = Blueprint("signoff", __name__)


@bp.get("/signoff")
def to_sign() -> ResponseReturnValue:
    """What waits for this person's signature, the most urgent first."""
    who = web.actor()
    return render_template(
        "signoff/to_sign.html", page=lists.worklist(who, Duty.SIGN, request.args.get("after")),
        waiting=lists.waiting(who, Duty.SIGN), signed=decided.signed_lately(who))
