"""To declare an interest in a manuscript."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import RadioField

from editorial.forms.base import Form, line

_l: Any = lazy_gettext


class InterestForm(Form):
    """What the interest is in, and a word about it."""

    about = RadioField(_l("What connects me with it"))
    note = line(_l("A word about it"), 300, description=_l("It stands in the record; authors don't see it."))

    @property
    def kind(self) -> str:
        """The kind of interest."""
        return str(self.about.data).partition(":")[0]

    @property
    def author_id(self) -> int | None:
        """The author whom it is about, where it is about one."""
        number = str(self.about.data).partition(":")[2]
        return int(number) if number else None
