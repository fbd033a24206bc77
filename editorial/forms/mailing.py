"""How somebody wants to be told: for each kind of message one of the ways that are offered, and an hour."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField

from editorial.forms.base import Form, needed, options
from editorial.tables.messages import WAYS

WAY_WORDS = {"now": _l("By mail at once"), "digest": _l("By mail once a day"), "program": _l("In the program only")}


def _kind(name: str, label: Any, description: Any = "") -> RadioField:
    return RadioField(label, choices=options((way, WAY_WORDS[way]) for way in WAYS[name]), validators=[needed()],
                      description=description)


class MailForm(Form):
    """What comes by mail, and when. Every message stands in the program as well."""

    mine = _kind("mine", _l("What becomes of my manuscripts"))
    due = _kind("due", _l("What waits for me"))
    reminder = _kind("reminder", _l("Reminders of a time that nears or is past"),
                     _l("They come by mail in any case: no manuscript may go silent."))
    escalation = _kind("escalation", _l("What is late with those for whom I answer"),
                       _l("It comes by mail in any case: no manuscript may go silent."))
    commentary = _kind("commentary", _l("Commentary"))
    call = _kind("call", _l("Calls for manuscripts"))
    trouble = _kind("trouble", _l("Troubles of the program, for administrators"))
    hour = SelectField(_l("Hour of the daily letter"), coerce=int, validators=[needed()],  # type: ignore[arg-type]
                       description=_l(  # type: ignore[arg-type]
                           "For what comes once a day. Where nothing is to tell, no letter comes."),
                       choices=options((hour, f"{hour}:00") for hour in range(24)))

    @property
    def ways(self) -> dict[str, str]:
        """The way for each kind."""
        return {name: field.data for name, field in self._fields.items() if name in WAYS}
