"""The forms of proof: what was found published, and what is said to its differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms import RadioField, SelectMultipleField

from editorial.actions.proofs import LONGEST, LONGEST_HEADLINE, Found
from editorial.actions.uploads import Named
from editorial.forms.base import Form, line, local_time, needed, options, words

_l: Any = lazy_gettext


class ProofForm(Form):
    """What was found published."""

    headline = line(_l("Headline as published"), LONGEST_HEADLINE, description=_l(
        "Left empty, it is looked for in the first lines of the text."))
    body = words(_l("The published text"), LONGEST, description=_l(
        "Copy it from the page as it is: headline, byline and text."))
    page = FileField(_l("Or a file of it"), description=_l(
        "The page as your browser saves it (.html), a Word file or a text file. "
        "The article is found without its menus."))
    exhibit = FileField(_l("Picture or PDF"), description=_l(
        "The printed page, or a picture of the screen: kept beside the text, and for itself no proof of its words."))

    @property
    def found(self) -> Found:
        """What was typed."""
        return Found(self.headline.data or "", self.body.data or "")

    def files(self) -> tuple[Named | None, Named | None]:
        """The page and the exhibit, where they were chosen."""
        return _chosen(self.page.data), _chosen(self.exhibit.data)


def _chosen(file: Any) -> Named | None:
    return (file.filename, file.stream.read()) if file is not None and file.filename else None


class NoticeForm(Form):
    """What a channel got wrong, and what readers are told."""

    wrong = words(_l("What was wrong there"), 2000, needed(), description=_l("For the house: readers don’t see it."))
    note = words(_l("Notice to readers"), 500, needed(), description=_l(
        "Everybody reads it beside the piece: say what was brought, and what it should have been. "
        "It can’t be changed afterwards."))


class MendedForm(Form):
    """Where and when the channel put it right."""

    mended_at = local_time(_l("When the channel corrected it"), needed())
    address = line(_l("Address"), 500, description=_l(
        "Of the channel’s own correction on the web: the full address, beginning with https://."))
    place = line(_l("Page or programme"), 100, description=_l(
        "In print the page of the correction, on air the programme and the minute."))


class SettleForm(Form):
    """What is said to some differences."""

    numbers = SelectMultipleField(_l("Differences"), coerce=str, validate_choice=False)
    outcome = RadioField(_l("What is to become of them?"), validate_choice=False, choices=options((
        ("accepted", _l("They may stand")), ("correction", _l("Ask the chief editor for a correction")))))
    reason = words(_l("Reason"), 2000, needed(), description=_l(
        "Kept with the proof. The chief editor reads it where a correction is asked for."))

    @property
    def chosen(self) -> Sequence[int]:
        """The numbers of the differences that were ticked."""
        return [int(one) for one in self.numbers.data or () if one.isdecimal() and len(one) < 6]
