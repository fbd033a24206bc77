"""The forms of annotations: on a passage, for whom; and their answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired

from editorial.actions.remarks import LONGEST, Note, audiences
from editorial.forms.base import Form, line, needed, options, words
from editorial.parties import Party
from editorial.reasons import REASONS

_l: Any = lazy_gettext

AUDIENCES = {"author": _l("Shown to the author"), "office": _l("Internal to the office")}


def _count(value: Any) -> int:
    """A number as it was sent; -1 for what is none."""
    return int(value) if str(value).isdecimal() and len(str(value)) < 10 else -1


class RemarkForm(Form):
    """An annotation. Which paragraph and which words, scripts fill in from what is selected."""

    version = HiddenField()
    near = HiddenField()
    paragraph = SelectField(_l("Which paragraph?"), coerce=_count, validate_choice=False)
    quote = line(_l("The words it is about"), LONGEST,
                 description=_l("Copied from that paragraph. Left empty, it is about the whole paragraph."))
    body = words(_l("Remark"), LONGEST, needed())
    audience = RadioField(_l("Who is to read it?"), [InputRequired(REASONS["no-audience"])],
                          validate_choice=False)

    def offer(self, party: Party, paragraphs: Sequence[tuple[int, str]]) -> None:
        """The paragraphs and audiences that there are; where there is one audience only, that is chosen."""
        self.paragraph.choices = options(paragraphs)
        self.audience.choices = options((key, AUDIENCES[key]) for key in audiences(party))
        if len(self.audience.choices) == 1:
            self.audience.data = audiences(party)[0]
        for field in self:
            field.id = field.label.field_id = f"remark-{field.name}"

    @property
    def note(self) -> Note:
        """What it says."""
        return Note(_count(self.version.data), _count(self.paragraph.data), self.body.data or "",
                    self.audience.data or "", self.quote.data or "", max(_count(self.near.data), 0))


class AnswerForm(Form):
    """An answer to an annotation."""

    body = words(_l("Answer"), LONGEST, needed())
