"""Days as lines of text, typed or in a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField

from editorial.forms.base import Form, words

SHOWN = 20
"""So many lines that are wrong are named."""


def _decoded(data: bytes) -> str:
    """The text of a file: UTF-8, or what a spreadsheet saves in China (GB18030)."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


class DaysForm(Form):
    """Lines such as `2027-02-06 上班 春节调休`, typed or in a text file."""

    days = words(_l("Days, a line each"), 20000, render_kw={"rows": 6}, description=_l(
        "For example: 2027-02-06 上班 春节调休, or 2027-02-17 放假. In English: work, off."))
    file = FileField(_l("Or a text file with such lines"))  # type: ignore[arg-type]

    @property
    def text(self) -> str:
        """What was typed, and what stands in the file."""
        given: Any = self.file.data
        data = given.stream.read(200_000) if given and given.filename else b""
        return "\n".join(part for part in (self.days.data, _decoded(data)) if part)

    def name_lines(self, wrong: Sequence[Any]) -> None:
        """Put the lines that are wrong, pairs of number and words, beside the field."""
        lines = (gettext("Line %(number)s: %(line)s", number=number, line=line) for number, line in wrong[:SHOWN])
        self.days.errors = [" ".join((*map(str, self.days.errors), *lines))]
