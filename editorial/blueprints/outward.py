"""What leaves the house: a cleared text as a package for a channel."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from editorial import documents, web
from editorial.actions import exports
from editorial.queries import outward

bp = Blueprint("outward", __name__)


@bp.get("/manuscripts/<code>/outward")
def outward_page(code: str) -> ResponseReturnValue:
    """For which channels a cleared text can be taken."""
    return render_template("outward/outward.html", page=outward.page(web.actor(), code))


@bp.get("/manuscripts/<code>/channels/<int:channel_id>/package.zip")
def package(code: str, channel_id: int) -> ResponseReturnValue:
    """The cleared version in all forms, for one channel."""
    found, piece = outward.manuscript(web.actor(), web.store(), code, channel_id)
    made = _made(piece)
    exports.record(web.actor(), found, piece.digest, {
        "file": "package", "version": piece.version, "channel": piece.channel, "sha256": made.sha256})
    return _handed_out(made)


@bp.get("/commentary/<int:number>/package.zip")
def commentary(number: int) -> ResponseReturnValue:
    """An approved commentary in all forms, under its signature line."""
    found, piece = outward.assignment(web.actor(), number)
    made = _made(piece)
    exports.record_commentary(web.actor(), found, piece.digest, {
        "file": "package", "version": piece.version, "sha256": made.sha256})
    return _handed_out(made)


def _made(piece: documents.Outgoing) -> documents.Package:
    """The package; nobody waits while it is made."""
    exports.demand_room(web.actor())
    web.pause_transaction()
    return documents.bundle(piece)


def _handed_out(made: documents.Package) -> Response:
    return web.attachment(made.data, "application/zip", made.name)
