"""The subject and the text of a kind of letter."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import SubmitField

from editorial.forms.base import PageForm, line, needed, words

_l: Any = lazy_gettext


class LetterTextForm(PageForm):
    """Both, and whether they are only to be looked at."""

    subject = line(_l("Subject"), 200, needed())
    body = words(_l("Text"), 4000, needed(), render_kw={"rows": 12})
    look = SubmitField(_l("Preview"))
