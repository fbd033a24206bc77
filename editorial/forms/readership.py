"""The form of a publication's readers at a time."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from editorial.actions.readership import Figures
from editorial.forms.base import Form, line, local_time, needed

_l: Any = lazy_gettext
MOST = 2_000_000_000


def _figure(label: Any) -> IntegerField:
    return IntegerField(label, [Optional(), NumberRange(0, MOST, _l(
        "A whole number from %(min)s to %(max)s, please."))])


class ReadersForm(Form):
    """What was read off."""

    read_at = local_time(_l("When it was read off"), needed())
    reads = _figure(_l("Reads"))
    likes = _figure(_l("Likes"))
    comments = _figure(_l("Comments"))
    source = line(_l("Source of the figures"), 100, needed(), description=_l(
        "For example the back office of the channel. A later entry for the same time takes the place of an earlier one "
        "in the drawing; both stay in the list."))

    @property
    def figures(self) -> Figures:
        """The figures; None where none was given."""
        return Figures(self.reads.data, self.likes.data, self.comments.data)
