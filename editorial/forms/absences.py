"""From when to when somebody is away, and who stands in."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from wtforms import DateField, SelectField

from editorial.forms.base import Form, needed

_l: Any = lazy_gettext


class AbsenceForm(Form):
    """The first day, the last one, and a colleague."""

    from_on = DateField(_l("First day away"), [needed()])
    until_on = DateField(_l("Last day away"), [needed()])
    deputy = SelectField(_l("Who stands in"), coerce=int, description=_l(
        "On these days they have the roles of whoever is away, at the office or in the unit that both share. What they "
        "wrote, signed or passed themselves they still can’t decide on."))

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day, of a form that holds."""
        assert self.from_on.data is not None and self.until_on.data is not None
        return self.from_on.data, self.until_on.data
