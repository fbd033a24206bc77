"""The forms of calls for manuscripts: to ask, to set another last day, to call off; and what is done with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, RadioField, SelectField, SelectMultipleField, ValidationError

from editorial import i18n
from editorial.actions import calls
from editorial.actions.calls import Wish
from editorial.errors import Invalid
from editorial.forms.base import PageForm, choices, line, needed, options, words
from editorial.forms.commentary import KeptForm
from editorial.parties import Actor
from editorial.queries.calls import Desk
from editorial.tables.calls import Call
from editorial.terms import CallAction

_l: Any = lazy_gettext
INDENT = "\N{IDEOGRAPHIC SPACE}"


def _number(value: Any) -> int | None:
    return int(value) if str(value).isdecimal() and len(str(value)) < 10 else None


class CallForm(KeptForm):
    """A call: who asks, for what, whom, and until when."""

    office = SelectField(_l("Who asks"), coerce=_number)
    topic = line(_l("Topic"), 200, needed(), description=_l("What the manuscripts are to be about, in a line."))
    brief = words(_l("What is asked for"), 5000, needed(), description=_l(
        "What makes a good piece on it, whom to ask, what is known already."))
    last_day = DateField(_l("Last day"), [needed()], description=_l("Manuscripts are asked for until the end of it."))
    genre = SelectField(_l("Wished genre"), coerce=_number)
    length = line(_l("Wished length"), 60, description=_l("In words, such as: 800 characters, two pictures."))
    whom = RadioField(_l("Whom to ask"), default="chosen",
                      choices=options([("all", _l("All units")), ("chosen", _l("Those ticked below"))]))
    units = SelectMultipleField(_l("Units"))

    def offer(self, desk: Desk) -> None:
        """The choices that there are. A unit's value is its id, with a plus where everything below is meant."""
        names = [(office.id, i18n.title_of(office)) for office in desk.offices]
        self.office.choices = options([*names, *([("", _l("The city’s work office"))] if desk.city else [])])
        self.genre.choices = [*options([("", _l("Any"))]), *choices(desk.genres)]
        lines = []
        for unit, writes, below in desk.units:
            indent, name = INDENT * (len(unit.lineage) - 1), i18n.title_of(unit)
            if below:
                lines.append((f"{unit.id}+", indent + gettext("%(unit)s and all below", unit=name)))
            if writes:
                lines.append((str(unit.id), indent + (gettext("%(unit)s alone", unit=name) if below else name)))
        self.units.choices = options(lines)

    def validate_units(self, field: SelectMultipleField) -> None:
        """Somebody is chosen."""
        if self.whom.data == "chosen" and not field.data:
            raise ValidationError(_l("Tick at least one unit."))

    @property
    def asked(self) -> Mapping[int, bool] | None:
        """The units that are asked, and whether with all below; None is all."""
        if self.whom.data == "all":
            return None
        chosen = {int(value.rstrip("+")): False for value in self.units.data or ()}
        return chosen | {int(value[:-1]): True for value in self.units.data or () if value.endswith("+")}

    @property
    def wish(self) -> Wish:
        """What is asked for; the form is valid."""
        assert self.last_day.data is not None
        return Wish(self.topic.data or "", self.brief.data or "", self.last_day.data, self.genre.data,
                    self.length.data or "")


class EndForm(PageForm):
    """What becomes of a call; `form_for` leaves the fields of one action."""

    last_day = DateField(_l("Last day"), [needed()])
    reason = words(_l("Reason"), 2000, needed(), description=_l("Those who were asked read it."))


ASKS = {CallAction.EXTEND: "last_day", CallAction.CANCEL: "reason"}
"""The field that an action asks for."""

DONE: Mapping[CallAction, Any] = {
    CallAction.EXTEND: _l("The last day is set anew. Those who were asked are told."),
    CallAction.CLOSE: _l("No more are asked for. Those who were asked are told."),
    CallAction.CANCEL: _l("It is called off. Those who were asked are told why."),
}

DO: Mapping[CallAction, Callable[[Actor, Call, EndForm], None]] = {
    CallAction.EXTEND: lambda actor, call, form: calls.extend(actor, call, form.seen, form.last_day.data),  # type: ignore[arg-type]
    CallAction.CLOSE: lambda actor, call, form: calls.close(actor, call, form.seen),
    CallAction.CANCEL: lambda actor, call, form: calls.cancel(actor, call, form.seen, form.reason.data or ""),
}


def form_for(action: CallAction, **given: Any) -> EndForm:
    """The form of `action`."""
    form: Any = EndForm(**given)
    for name in {"last_day", "reason"} - {ASKS.get(action)}:
        del form[name]
    return form  # type: ignore[no-any-return]


def do(actor: Actor, action: CallAction, call: Call, form: EndForm) -> None:
    """Do `action`; who may not hears that before what is missing. Raises Invalid, and what the action raises."""
    calls.begin(actor, action, call, form.seen)
    if not form.validate():
        raise Invalid({})
    DO[action](actor, call, form)
