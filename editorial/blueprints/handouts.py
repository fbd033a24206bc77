"""Files that a job makes for somebody: how far they are, and the way to have them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from editorial import web
from editorial.actions import handouts as act
from editorial.queries import handouts as ask

bp = Blueprint("handouts", __name__)


@bp.get("/handouts/<int:handout_id>")
def handout(handout_id: int) -> ResponseReturnValue:
    """The page to wait at, and then to take the file from."""
    return render_template("handouts/handout.html", page=ask.progress(web.actor(), handout_id))


@bp.get("/handouts/<int:handout_id>/state")
def state(handout_id: int) -> ResponseReturnValue:
    """Whether it is worth while to look at the page again, and how far it is: for its script."""
    found = ask.progress(web.actor(), handout_id)
    return {"over": found.is_over, "percent": found.percent}


@bp.get("/handouts/<int:handout_id>/file")
def file(handout_id: int) -> ResponseReturnValue:
    """The file, as often as it is asked for while it is kept; that it was made is in the record already."""
    found = ask.to_take(web.actor(), handout_id)
    answer = web.attachment(web.store().open_kept(found.file), "application/zip", f"{found.manuscript.code}.zip")
    answer.content_length = found.size
    web.pause_transaction()
    act.taken(ask.to_take(web.actor(), handout_id))
    return answer


@bp.post("/handouts/<int:handout_id>/again")
def again(handout_id: int) -> ResponseReturnValue:
    """Try to make it anew."""
    act.again(ask.mine(web.actor(), handout_id))
    return redirect(url_for(".handout", handout_id=handout_id))
