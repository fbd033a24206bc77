"""A page tells that it is open and for how long it was in front, and hears who else has it open."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from editorial import web
from editorial.actions import presence as actions
from editorial.actions import readings
from editorial.forms.base import FrontForm, whole
from editorial.queries import presence

bp = Blueprint("presence", __name__)


@bp.post("/manuscripts/<code>/here")
def here(code: str) -> ResponseReturnValue:
    """I have this open."""
    found, side = presence.manuscript(web.actor(), code)
    if side:
        actions.be_here(web.actor(), found, side)
    return {"others": presence.others(web.actor(), found, side)}


@bp.post("/manuscripts/<code>/front")
def front(code: str) -> ResponseReturnValue:
    """I had this version in front of me for so many seconds."""
    form, (found, _side) = FrontForm(), presence.manuscript(web.actor(), code)
    readings.credit(web.actor(), found, whole(form.version.data), whole(form.front.data))
    return {}
