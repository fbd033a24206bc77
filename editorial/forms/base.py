"""What every form shares: clean text, our words for what is wrong, errors of the domain beside their fields."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, Field, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from editorial import i18n


def tidy(text: str | None) -> str | None:
    """Trim, NFC, one kind of line end; what people can't see stays out except line ends and tabs."""
    if text is None:
        return None
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return text.strip().strip("\u3000\u200b").strip()


def no_controls(_form: Any, field: Field) -> None:
    """A validator: no control characters, in one line no line ends."""
    allowed = "\n\t" if isinstance(field, TextAreaField) else ""
    if any(unicodedata.category(c) == "Cc" and c not in allowed for c in field.data or ""):
        raise ValidationError(gettext("This contains characters that can't be used."))


def needed() -> InputRequired:
    """A validator: something must be there."""
    return InputRequired(_l("Please fill this in."))  # type: ignore[arg-type]


def length(most: int, least: int = 0) -> Length:
    """A validator: between `least` and `most` characters."""
    both, upper = _l("Between %(min)d and %(max)d characters, please."), _l("At most %(max)d characters, please.")
    words = both if least else upper
    return Length(least, most, words)  # type: ignore[arg-type]


def line(label: Any, most: int, *validators: Any, **options: Any) -> StringField:
    """A field of one line."""
    return StringField(label, [*(validators or (Optional(),)), length(most), no_controls], filters=[tidy], **options)


def words(label: Any, most: int, *validators: Any, **options: Any) -> TextAreaField:
    """A field of several lines."""
    return TextAreaField(label, [*(validators or (Optional(),)), length(most), no_controls], filters=[tidy], **options)


def of_our_time(_form: Any, field: Field) -> None:
    """A validator: a year that can be meant, so that it exists in every zone."""
    if field.data is not None and not 1900 <= field.data.year <= 2200:
        raise ValidationError(gettext("Give a year between 1900 and 2200."))


def local_time(label: Any, *validators: Any, **options: Any) -> DateTimeLocalField:
    """A date and time in the installation's zone; see `aware`."""
    return DateTimeLocalField(label, [*(validators or (Optional(),)), of_our_time],
                              format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **options)


def aware(moment: datetime, zone: ZoneInfo) -> datetime:
    """A time that was typed in `zone`, in UTC."""
    return moment.replace(tzinfo=zone).astimezone(UTC)


class Form(FlaskForm):
    """A form of ours: with CSRF, and the errors of the domain beside its fields."""

    if TYPE_CHECKING:  # Flask-WTF gives no types for these
        def __init__(self, *arguments: Any, **options: Any) -> None: ...
        def is_submitted(self) -> bool: ...
        def validate_on_submit(self, extra_validators: Any = ...) -> bool: ...

    def attach(self, fields: dict[str, str]) -> None:
        """Put reason keys beside their fields; those without a field stand above the form (`form_errors`)."""
        for name, reason in fields.items():
            sentence = i18n.reason_text(reason)
            field = self._fields.get(name)
            if field is None:
                self.form_errors = [*self.form_errors, sentence]
            else:
                field.errors = [*field.errors, sentence]


class PageForm(Form):
    """A form on a page that shows one state of an object: it carries the page's revision."""

    revision = HiddenField()

    @property
    def seen(self) -> int | None:
        """The revision of the page from which this was sent."""
        return int(self.revision.data or "") if (self.revision.data or "").isdecimal() else -1


def whole(text: str | None) -> int | None:
    """The whole number that stands in a hidden field; None where there is none, or none that can be meant."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 9 else None


class FrontForm(Form):
    """A page tells for how many seconds it was in front, and which version it shows."""

    version = HiddenField()
    front = HiddenField()


def options(pairs: Iterable[tuple[Any, Any]]) -> list[Any]:
    """Options of a select or radio field, from pairs of value and words."""
    return [SelectChoice(value, words) for value, words in pairs]


def choices(things: Sequence[Any]) -> list[Any]:
    """Options of a select field, from rows with an id and a name or title."""
    return options((thing.id, i18n.title_of(thing)) for thing in things)


__all__ = ["Form", "FrontForm", "PageForm", "aware", "choices", "length", "line", "local_time", "needed",
           "no_controls", "options", "tidy", "whole", "words"]
