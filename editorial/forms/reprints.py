"""The form of a reprint by somebody else."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext

from editorial.actions.reprints import Found
from editorial.forms.base import Form, aware, line, local_time, needed

_l: Any = lazy_gettext


class ReprintForm(Form):
    """Who brought it, when and where."""

    outlet = line(_l("Who brought it"), 60, needed(), description=_l("The paper, station, site or account."))
    reprinted_at = local_time(_l("When it came out there"), needed())
    address = line(_l("Address"), 500, description=_l("Of what is on the web."))
    place = line(_l("Page or programme"), 100)

    def found(self, zone: ZoneInfo) -> Found:
        """What was typed."""
        assert self.reprinted_at.data is not None
        return Found(self.outlet.data or "", aware(self.reprinted_at.data, zone), self.address.data or "",
                     self.place.data or "")
