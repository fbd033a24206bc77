"""What is told of publications and of the plan, as sentences of a manuscript's history; see `history`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import ngettext

from editorial import clock, i18n
from editorial.models import Event
from editorial.terms import NoticeAction, PlanAction, PublicationAction


class Teller(Protocol):
    """Who tells: `history.Teller`."""

    def who(self, event: Event) -> str:
        """Whoever did it, as the reader may know them."""

    def channel(self, event: Event) -> str:
        """The channel that the event names."""


def published(teller: Teller, event: Event) -> str:
    """A publication was recorded, also one that came too early."""
    said = {"who": teller.who(event), "channel": teller.channel(event)}
    if "embargo" in event.data:
        return _("%(who)s recorded its publication on %(channel)s, before the embargo ended.", **said)
    return _("%(who)s recorded its publication on %(channel)s.", **said)


def _proof(teller: Teller, event: Event) -> str:
    """What was found published, in numbers; in which words it differs stands with the proof."""
    said = {"who": teller.who(event), "channel": teller.channel(event)}
    if event.data["outcome"] == "differs":
        return ngettext(
            "%(who)s brought proof from %(channel)s: %(num)d difference.",
            "%(who)s brought proof from %(channel)s: %(num)d differences.", event.data["differences"], **said)
    return {"same": _("%(who)s brought proof from %(channel)s: the same text.", **said),
            "marks": _("%(who)s brought proof from %(channel)s: the same words.", **said),
            "": _("%(who)s brought proof from %(channel)s: a picture or PDF.", **said)}[event.data["outcome"]]


def _settled(teller: Teller, event: Event) -> str:
    said = {"who": teller.who(event), "channel": teller.channel(event), "num": len(event.data["differences"])}
    if event.data["outcome"] == "accepted":
        return ngettext("%(who)s let %(num)d difference on %(channel)s stand.",
                        "%(who)s let %(num)d differences on %(channel)s stand.", **said)
    return ngettext("%(who)s did not let %(num)d difference on %(channel)s stand.",
                    "%(who)s did not let %(num)d differences on %(channel)s stand.", **said)


def _mended(teller: Teller, event: Event) -> str:
    where = event.data["address"] or event.data["place"]
    return _("%(who)s recorded that %(channel)s put it right on %(time)s: %(where)s.", who=teller.who(event),
             channel=teller.channel(event), where=where,
             time=i18n.when(datetime.fromisoformat(event.data["at"]), clock.zone()))


PROVED: Mapping[str, Callable[[Any, Event], str]] = {
    PublicationAction.PROVE.value: _proof,
    PublicationAction.SETTLE_DIFFERENCES.value: _settled,
    NoticeAction.CORRECT.value: lambda t, e: _(
        "%(who)s told readers of a mistake of %(channel)s; the cleared text was right.", who=t.who(e),
        channel=t.channel(e)),
    NoticeAction.CORRECTED.value: _mended,
}
"""The sentence of each kind of event of proofs, and of what channels got wrong."""


def _slot(teller: Teller, event: Event) -> dict[str, str]:
    day, at = event.data["day"], event.data.get("at")
    moment = datetime.combine(date.fromisoformat(day), time(), clock.zone())
    return {"who": teller.who(event), "channel": teller.channel(event),
            "day": f"{i18n.day(moment, clock.zone())} {at}" if at else i18n.day(moment, clock.zone())}


def _embargo(teller: Teller, event: Event) -> str:
    until = event.data["until"]
    if not until:
        return _("%(who)s lifted the embargo.", who=teller.who(event))
    return _("%(who)s set an embargo until %(time)s.", who=teller.who(event),
             time=i18n.when(datetime.fromisoformat(until), clock.zone()))


PLANNED: Mapping[str, Callable[[Any, Event], str]] = {
    PlanAction.PLAN.value: lambda t, e: _("%(who)s planned it for %(day)s on %(channel)s.", **_slot(t, e)),
    PlanAction.REPLAN.value: lambda t, e: _("%(who)s moved it in the plan to %(day)s on %(channel)s.", **_slot(t, e)),
    PlanAction.TAKE_OFF.value: lambda t, e: _("%(who)s took it off the plan of %(day)s on %(channel)s.", **_slot(t, e)),
    PlanAction.EMBARGO.value: _embargo,
}
"""The sentence of each kind of event of the plan."""
