"""What came of it: the pieces that are out, for everybody with an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from editorial import web
from editorial.documents import Feed, atom
from editorial.queries import feeds
from editorial.queries import publishing as queries

bp = Blueprint("published", __name__)


@bp.get("/published/<token>.atom")
def feed(token: str) -> ResponseReturnValue:
    """What is out, for a feed reader with a private address; of one office, of one of its channels."""
    asked = request.args
    return _feed(token, lambda address: feeds.published(
        asked.get("office", ""), asked.get("channel", ""), asked.get("after"), web.settings().site_name, address))


@bp.get("/published/<token>/commentary.atom")
def commentary_feed(token: str) -> ResponseReturnValue:
    """The signed commentary that is out, for the same."""
    return _feed(token, lambda address: feeds.commentary(
        request.args.get("after"), web.settings().site_name, address))


def _feed(token: str, made: Callable[[feeds.Addresses], Feed]) -> ResponseReturnValue:
    feeds.owner(web.token_hash(token), "published")

    def address(endpoint: str, **values: Any) -> str:
        """That of a page, or of the feed itself, which holds the token."""
        return web.address_of(endpoint, **values, **({"token": token} if endpoint.startswith("published.") else {}))

    return atom(made(address)), 200, {"Content-Type": "application/atom+xml; charset=utf-8"}


@bp.get("/published")
def published() -> ResponseReturnValue:
    """Pieces that are out, the newest first; of one office, of one of its channels, by their proof."""
    asked = request.args
    out = queries.published(asked.get("office", ""), asked.get("channel", ""), asked.get("after"),
                            asked.get("proof", ""))
    return render_template("published/published.html", out=out, after=asked.get("after"))
