"""What is said of events for which the event alone is needed: of chasing, and of what became of an assignment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from flask_babel import gettext as _

from editorial import clock, i18n
from editorial.models import Event
from editorial.terms import AssignmentAction


def _due(event: Event) -> str:
    return i18n.dated(datetime.fromisoformat(event.data["due_at"]), clock.zone())


def _escalated(event: Event) -> str:
    if event.data.get("nobody"):
        return _("Due by %(time)s, and nobody is there who could act on it; the person above was told.",
                 time=_due(event))
    return _("Due by %(time)s and still not done after the chaser; the person above was told.", time=_due(event))


def _reminded(event: Event) -> str:
    return _("It is due soon.") if event.data.get("step") == "before" else _("It is due now.")


def _chased(event: Event) -> str:
    return _("Due by %(time)s and late; whoever has it was chased.", time=_due(event))


CHASING: Mapping[str, Callable[[Event], str]] = {"reminder": _reminded, "chaser": _chased, "escalation": _escalated}
"""What the program does by itself about what is late, in the same words for manuscripts and assignments."""

def _filed(event: Event) -> str:
    if event.data.get("unchanged"):
        return _("%(who)s filed the commentary again unchanged: it is meant so.", who=event.actor_name)
    return _("%(who)s filed the commentary.", who=event.actor_name)


def _published(event: Event) -> str:
    if event.data.get("retracted"):
        return _("%(who)s recorded its publication, knowing that the piece was retracted.", who=event.actor_name)
    return _("%(who)s recorded its publication.", who=event.actor_name)


OF_ASSIGNMENTS: Mapping[str, Callable[[Event], str]] = {
    **CHASING,
    "commission": lambda e: _("%(who)s commissioned it.", who=e.actor_name),
    f"assignment-{AssignmentAction.ACCEPT}": lambda e: _("%(who)s accepted.", who=e.actor_name),
    f"assignment-{AssignmentAction.DECLINE}": lambda e: _("%(who)s declined.", who=e.actor_name),
    f"assignment-{AssignmentAction.SAVE}": lambda e: _("%(who)s saved the text.", who=e.actor_name),
    f"assignment-{AssignmentAction.FILE}": _filed,
    f"assignment-{AssignmentAction.WITHDRAW}": lambda e: _("%(who)s withdrew the commentary.", who=e.actor_name),
    "upload": lambda e: _("%(who)s brought a file.", who=e.actor_name),
    "likeness": lambda e: _("Much of it stands word for word in a commentary by somebody else, too."),
    f"assignment-{AssignmentAction.RETURN}": lambda e: _("%(who)s returned it for changes.", who=e.actor_name),
    f"assignment-{AssignmentAction.APPROVE}": lambda e: _("%(who)s approved it.", who=e.actor_name),
    f"assignment-{AssignmentAction.PUBLISH}": _published,
    f"assignment-{AssignmentAction.EXPIRE}": lambda e: _("It was closed because its date had passed."),
    f"assignment-{AssignmentAction.CANCEL}": lambda e: _("%(who)s cancelled it.", who=e.actor_name),
}
"""The sentence of each kind of event of an assignment; whoever sees it sees who did what."""
