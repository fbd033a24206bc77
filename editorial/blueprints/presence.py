"""A page tells that it is open, and hears who else has it open."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from editorial import web
from editorial.actions import presence as actions
from editorial.queries import presence

bp = Blueprint("presence", __name__)


@bp.post("/manuscripts/<code>/here")
def here(code: str) -> ResponseReturnValue:
    """I have this open."""
    found, side = presence.manuscript(web.actor(), code)
    if side:
        actions.be_here(web.actor(), found, side)
    return {"others": presence.others(web.actor(), found, side)}
