"""What came of it: the pieces that are out, for everybody with an account."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from editorial.queries import publishing as queries

bp = Blueprint("published", __name__)


@bp.get("/published")
def published() -> ResponseReturnValue:
    """Pieces that are out, the newest first; of one office, of one of its channels, by their proof."""
    asked = request.args
    out = queries.published(asked.get("office", ""), asked.get("channel", ""), asked.get("after"),
                            asked.get("proof", ""))
    return render_template("published/published.html", out=out, after=asked.get("after"))
