"""What somebody sets up for their own work at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext
from wtforms import SelectField

from editorial.forms.base import Form, line, needed, options

_l: Any = lazy_gettext


class ViewForm(Form):
    """A name for what the page shows, and for whom it is."""

    name = line(_l("Name of this view"), 40, needed())
    office = SelectField(_l("For whom"), coerce=int, choices=[])

    def offer(self, offices: Sequence[tuple[int, str]]) -> None:
        """Offer to share it with one of `offices`."""
        self.office.choices = options([(0, _l("For me alone")), *offices])
