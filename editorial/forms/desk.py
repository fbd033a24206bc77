"""What somebody sets up for their own work at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext
from wtforms import SelectField, ValidationError

from editorial import i18n
from editorial.forms.base import Form, PageForm, line, needed, options, words

_l: Any = lazy_gettext


class ViewForm(Form):
    """A name for what the page shows, and for whom it is."""

    name = line(_l("Name of this view"), 40, needed())
    office = SelectField(_l("For whom"), coerce=int, choices=[])

    def offer(self, offices: Sequence[tuple[int, str]]) -> None:
        """Offer to share it with one of `offices`."""
        self.office.choices = options([(0, _l("For me alone")), *offices])


MOST_LINES, LONGEST = 40, 200


class LinesForm(PageForm):
    """A list of which each line is an entry."""

    lines = words(_l("One on each line"), MOST_LINES * (LONGEST + 1))

    @property
    def entries(self) -> list[str]:
        """The lines, without empty and double ones."""
        return list(dict.fromkeys(filter(None, (one.strip() for one in (self.lines.data or "").splitlines()))))

    def validate_lines(self, _field: Any) -> None:
        if len(self.entries) > MOST_LINES or any(len(one) > LONGEST for one in self.entries):
            raise ValidationError(i18n.reason_text("too-many-lines"))
