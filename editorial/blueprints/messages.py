"""The inbox: what one was told; to open what it is about, and to put it away."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from editorial import web
from editorial.actions import inbox as act
from editorial.queries import calendar_feed, feeds
from editorial.queries import messages as ask

bp = Blueprint("messages", __name__)


@bp.get("/messages")
def inbox() -> ResponseReturnValue:
    """One's messages, the newest first: all that are open, the unread, or those put away."""
    page = ask.inbox(web.actor(), request.args.get("show", ""), request.args.get("after"))
    return render_template("messages/inbox.html", page=page, after=request.args.get("after"))


@bp.post("/messages/<int:message_id>/open")
def open_message(message_id: int) -> ResponseReturnValue:
    """Open what a message is about; it counts as read."""
    found = ask.message(web.actor(), message_id)
    act.read(found)
    told = ask.notices(web.actor(), [found])
    if not told or not told[0].endpoint:
        flash(_("What this message was about is no longer yours to see."), "warning")
        return redirect(url_for("messages.inbox"))
    return redirect(url_for(told[0].endpoint, **told[0].values))


@bp.post("/messages/<int:message_id>/settle")
def settle(message_id: int) -> ResponseReturnValue:
    """Put one message away."""
    act.settle(web.actor(), [ask.message(web.actor(), message_id).id])
    return redirect(url_for("messages.inbox"))


@bp.post("/messages/settle-read")
def settle_read() -> ResponseReturnValue:
    """Put away all that were read."""
    done = act.settle_read(web.actor())
    flash(ngettext("%(num)d message put away.", "%(num)d messages put away.", done))
    return redirect(url_for("messages.inbox"))


@bp.get("/calendar/<token>.ics")
def feed(token: str) -> ResponseReturnValue:
    """What waits for whoever has this private address, at its time, as a calendar; in their language."""
    person = feeds.owner(web.token_hash(token), "calendar")
    with force_locale(person.locale):
        entries = calendar_feed.entries(person)
        text = calendar_feed.written(entries, web.settings().site_name, lambda entry: web.address_of(
            entry.endpoint, **entry.values))
    return text, 200, {"Content-Type": "text/calendar; charset=utf-8"}
