"""The desk of a stage reviewer: what is theirs to read, what can be claimed, what they decided lately."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from editorial import web
from editorial.queries import decided, lists
from editorial.workflow import Duty

bp = Blueprint("desk", __name__)


@bp.get("/desk")
def desk() -> ResponseReturnValue:
    """What is mine to read and what can be claimed, the most urgent first."""
    who, seen = web.actor(), request.args
    return render_template(
        "desk/desk.html", mine=lists.worklist(who, Duty.READ, seen.get("mine")),
        free=lists.worklist(who, Duty.CLAIM, seen.get("after")), reading=lists.waiting(who, Duty.READ),
        claimable=lists.waiting(who, Duty.CLAIM), read=decided.read_lately(who))
