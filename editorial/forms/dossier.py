"""The form by which a chief editor takes a dossier."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

from editorial.forms.base import Form, needed, words

_l: Any = lazy_gettext


class DossierForm(Form):
    """Why the dossier is taken: it holds the files as they were brought."""

    reason = words(_l("What do you need the dossier for?"), 500, needed(),
                   description=_l("It goes into the record, with your name."))
