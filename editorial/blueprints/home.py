"""The home page: what waits for me, what is late, what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from editorial import i18n, web
from editorial.blueprints import tour
from editorial.queries import home as queries
from editorial.queries import lists
from editorial.queries.overview import EVER
from editorial.terms import Duty, Role, State

bp = Blueprint("home", __name__)

PAGES: Mapping[Duty, tuple[str, str]] = {
    Duty.REVISE: ("manuscripts.mine", "returned"),
    Duty.SIGN: ("signoff.to_sign", ""),
    Duty.CLAIM: ("desk.desk", ""),
    Duty.READ: ("desk.desk", ""),
    Duty.PUBLISH: ("publishing.publishing", ""),
    Duty.CONFIRM: ("office.offices", ""),
    Duty.HEAR: ("office.offices", ""),
    Duty.CORRECT: ("office.offices", ""),
    Duty.ANSWER: ("commentary.mine", ""),
    Duty.WRITE: ("commentary.mine", ""),
    Duty.APPROVE: ("commissions.commissions", "filed"),
    Duty.PLACE: ("commissions.commissions", "approved"),
}
"""The page on which each duty is done, and the state that it shows."""


@bp.get("/")
def home() -> ResponseReturnValue:
    """What waits for this person, and what they wrote last."""
    actor = web.actor()
    found = queries.home(actor)
    urls = {section.duty: _page(section.duty) for section in found.sections}
    tiles = [{"label": i18n.label(section.duty), "count": section.count, "late": section.late,
              "url": urls[section.duty]} for section in found.sections]
    tiles += [] if found.sections else [_look(what, count) for what, count in queries.looks(actor).items()]
    rows = {section.duty: [replace(row, url=_address(section.duty, row)) for row in section.rows]
            for section in found.sections}
    toured = web.current_user.person.toured
    return render_template("home/home.html", home=found, urls=urls, tiles=tiles, rows=rows, roles=set(actor.grants),
                           Role=Role, tour=tour.offered(actor.roles, toured), is_first=toured is None)


def _look(what: State | str, count: int) -> dict[str, Any]:
    """A tile of what somebody looks after: manuscripts in a state, or accounts of a kind."""
    if isinstance(what, State):
        return {"label": i18n.label(what), "count": count,
                "url": url_for("overview.submitted", period=EVER, state=what.value)}
    words = {"asked": _("asked for a new password"), "new": _("without a password yet")}
    return {"label": words[what], "count": count, "url": url_for("admin.people", only=what)}


def _page(duty: Duty) -> str:
    endpoint, more = PAGES[duty]
    return url_for(endpoint, state=more or None)


def _address(duty: Duty, row: lists.Row | queries.Task) -> str:
    """Where the work is done: on the text, the assignment, or the manuscript's page."""
    if duty is Duty.REVISE:
        return url_for("writing.edit", code=row.code)
    if isinstance(row, queries.Task):
        return url_for("commentary.assignment", number=row.id)
    return url_for("manuscripts.manuscript", code=row.code)
