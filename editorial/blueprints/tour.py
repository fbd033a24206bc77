"""The tour: a few words for each role on where its work is, at the first visit and when a role comes later.

One leaves it and takes it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from editorial import web
from editorial.actions import tour as actions
from editorial.terms import Role

bp = Blueprint("tour", __name__)


@dataclass(frozen=True)
class Stop:
    """A stop of the tour: words, and the page that they are about."""

    endpoint: str
    title: Any
    text: Any


STOPS: Mapping[Role, tuple[Stop, ...]] = {
    Role.CORRESPONDENT: (
        Stop("writing.new", _l("Write"), _l(
            "Type, paste, or bring a Word file. It saves by itself, and is yours alone until you submit it.")),
        Stop("manuscripts.mine", _l("My manuscripts"), _l(
            "Where each is, who has it and until when; why it came back, where it did.")),
        Stop("calls.calls", _l("Calls"), _l("What offices ask your unit for. To answer is up to you."))),
    Role.SIGNER: (
        Stop("signoff.to_sign", _l("To sign"), _l(
            "What your unit has written. Read it, then sign for it, or return it with a reason.")),),
    Role.STAGE_REVIEWER: (
        Stop("desk.desk", _l("Desk"), _l(
            "Take the most urgent one, or choose. Nobody else decides on what you have taken.")),
        Stop("desk.desk", _l("Decide"), _l(
            "On its page the text stands in the middle, checklist and decision beside it. Select words to remark on "
            "them. A decision can be undone for some minutes: its messages wait so long."))),
    Role.CHIEF_EDITOR: (
        Stop("office.offices", _l("Office"), _l(
            "Where it piles up, and who has how much; each number opens its list. Appeals and requests for "
            "corrections wait here.")),
        Stop("calls.calls", _l("Calls"), _l(
            "Ask units for pieces on a topic, and see what came and who is silent."))),
    Role.PUBLISHER: (
        Stop("publishing.publishing", _l("Publishing"), _l(
            "What every stage has passed. Record where and when it came out, and bring the proof.")),),
    Role.COMMISSIONER: (
        Stop("commissions.commissions", _l("Commissions"), _l(
            "Choose a published piece, and ask commentators by name: a topic, a brief, a day.")),),
    Role.COMMENTATOR: (
        Stop("commentary.mine", _l("My commentary"), _l(
            "What you are asked for. Accept it or decline it, with no reason; what you write stands under your "
            "name.")),),
    Role.COORDINATOR: (
        Stop("overview.submitted", _l("Everything submitted"), _l(
            "What was sent, where it is and what is late, by unit and office.")),
        Stop("calls.calls", _l("Calls"), _l(
            "Ask units for pieces on a topic, and see what came and who is silent."))),
    Role.ADMINISTRATOR: (
        Stop("admin.index", _l("Administration"), _l(
            "Accounts, units, offices and their rules. You read no unpublished manuscript by this role.")),),
}
LAST = Stop("messages.inbox", _l("Messages"), _l(
    "What happens to what concerns you, once each; there you also choose what comes by mail. On every page the key “?” "
    "lists the keys."))


def stops(roles: Set[Role]) -> list[Stop]:
    """The tour of somebody with these roles: a page stands in it once."""
    found: dict[tuple[str, str], Stop] = {}
    for role, of_role in STOPS.items():
        for stop in of_role if role in roles else ():
            found.setdefault((stop.endpoint, str(stop.title)), stop)
    return list(found.values())


def offered(roles: Set[Role], toured: list[str] | None) -> list[Stop]:
    """What is to be shown to somebody: all of it at first, then the part of a role that they had not before (`toured`
    are those of which they left the tour), once."""
    return [*stops(roles), LAST] if toured is None else stops({role for role in roles if role.value not in toured})


@bp.post("/tour/leave")
def leave() -> ResponseReturnValue:
    """Enough of it."""
    actions.leave(web.actor(), web.current_user.person.toured)
    return redirect(url_for("home.home"))


@bp.post("/tour/again")
def again() -> ResponseReturnValue:
    """Once more."""
    actions.again(web.actor())
    return redirect(url_for("home.home"))
