"""Files that take long to read: how far they are, and where they lead."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from editorial import web
from editorial.actions import arrivals as act
from editorial.queries import arrivals as ask

bp = Blueprint("arrivals", __name__)


@bp.get("/arrivals/<int:arrival_id>")
def arrival(arrival_id: int) -> ResponseReturnValue:
    """The page to wait at; once the file is read, the form that it was brought to, with what was typed there."""
    found = ask.progress(act.mine(web.actor().id, arrival_id))
    if found.arrival.delivery is None:
        return render_template("writing/arrival.html", page=found, form=_form(found))
    return redirect(_form(found, arrived=str(arrival_id)))


@bp.get("/arrivals/<int:arrival_id>/read")
def is_read(arrival_id: int) -> ResponseReturnValue:
    """Whether it is worth while to look at the page again: for its script."""
    return {"over": act.mine(web.actor().id, arrival_id).read_at is not None}


@bp.post("/arrivals/<int:arrival_id>/discard")
def discard(arrival_id: int) -> ResponseReturnValue:
    """Throw the file away; what was typed beside it stays."""
    found = ask.progress(act.mine(web.actor().id, arrival_id))
    act.taken(web.actor().id, arrival_id)
    return redirect(_form(found))


def _form(found: ask.Progress, **more: str) -> str:
    """The address of the form, with what was typed there."""
    given = {**({"restore": str(found.restore)} if found.restore else {}), **more}
    return found.arrival.form + ("?" + "&".join(f"{name}={value}" for name, value in given.items()) if given else "")
