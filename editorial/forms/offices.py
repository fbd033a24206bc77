"""What a chief editor sends from a row of the office's list."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import SelectField

from editorial.forms.base import PageForm, needed

_l: Any = lazy_gettext


class AssignForm(PageForm):
    """To whom a manuscript is given. Who may read it is for the action to say."""

    person = SelectField(_l("Person"), [needed()], coerce=int, choices=[], validate_choice=False)
