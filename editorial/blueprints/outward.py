"""What leaves the house: a cleared text as a package for a channel, and its delivery to the house's own systems."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from editorial import documents, web
from editorial.actions import deliveries as act
from editorial.actions import exports
from editorial.queries import deliveries, outward

bp = Blueprint("outward", __name__)


@bp.get("/manuscripts/<code>/outward")
def outward_page(code: str) -> ResponseReturnValue:
    """For which channels a cleared text can be taken, and where it is delivered."""
    found = deliveries.of_manuscript(web.actor(), code, web.settings().deliveries)
    return render_template("outward/outward.html", page=found.page, ways=found.ways, may_deliver=found.may_deliver)


@bp.post("/manuscripts/<code>/channels/<int:channel_id>/deliver")
def deliver(code: str, channel_id: int) -> ResponseReturnValue:
    """Ask for the delivery to all targets of a channel."""
    found, channel = outward.place(web.actor(), code, channel_id)
    targets = [one.name for one in web.settings().deliveries if one.channel == channel.id]
    asked = act.deliver(web.actor(), found, channel, targets)
    flash(ngettext("%(num)d delivery asked for.", "%(num)d deliveries asked for.", len(asked)))
    return redirect(url_for(".outward_page", code=code, _anchor=f"channel-{channel_id}"))


@bp.get("/publishing/deliveries")
def all_deliveries() -> ResponseReturnValue:
    """What was delivered to the house's systems, what waits, and what failed."""
    asked = request.args
    return render_template("outward/deliveries.html", page=deliveries.page(
        web.actor(), web.settings().deliveries, asked.get("state", ""), asked.get("after")))


@bp.post("/publishing/deliveries/<int:delivery_id>/again")
def again(delivery_id: int) -> ResponseReturnValue:
    """Try one now."""
    act.again(web.actor(), deliveries.delivery(web.actor(), delivery_id))
    flash(_("It will be tried again in a moment."))
    return redirect(url_for(".all_deliveries"))


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
