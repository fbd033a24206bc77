"""The writing page's form: text, pictures, files; for a draft also its particulars; what else its action asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf.file import FileField, MultipleFileField
from markupsafe import escape
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms import Form as PlainForm
from wtforms.validators import ValidationError

from editorial import i18n
from editorial.actions.manuscripts import Particulars
from editorial.actions.texts import LONGEST_TEXT, PictureLine, Text, without_picture
from editorial.documents import Remark
from editorial.errors import Invalid
from editorial.forms.base import Form, PageForm, choices, length, line, needed, options, words

_l: Any = lazy_gettext

MOST_PHOTOS = 20
"""Pictures that are brought at once."""

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BLOCK = r"(</(?:p|h[2-4]|ul|ol|li|table|tr|figure|blockquote)>|<hr>)"
_BLOCK_END = re.compile(_BLOCK + "(?=<)")
_LINE_END = re.compile(_BLOCK + r"\r?\n")


def as_html(typed: str) -> str:
    """What stood in the text field, as HTML: where no script ran it may be plain text, a paragraph a line."""
    if _TAG.search(typed):
        return _LINE_END.sub(r"\1", typed.rstrip())
    return "".join(f"<p>{escape(part.strip())}</p>" for part in typed.splitlines() if part.strip())


def as_typed(html: str) -> str:
    """Stored HTML as the text field holds it: a line a block, so that it can be read without scripts too."""
    return _BLOCK_END.sub(r"\1\n", html)


def _number(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


def _id(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


class PictureFields(PlainForm):
    """What stands under a picture, and whether it is to leave the text or to come into it."""

    sha256 = HiddenField()
    caption = line(_l("Caption"), 200)
    credit = line(_l("Credit"), 80)
    remove = BooleanField(_l("Take it out of the text"))
    place = BooleanField(_l("Put it at the end of the text"))


class TextForm(PageForm):
    """A text: what an editor at their stage changes."""

    title = line(_l("Title"), 200)
    byline = line(_l("Byline"), 200, description=_l("As it is to stand in print: who writes, and for whom."))
    body = TextAreaField(_l("Text"), [length(LONGEST_TEXT)])
    pictures = FieldList(FormField(PictureFields), _l("Pictures"))
    photos = MultipleFileField(_l("Add pictures"), description=_l(
        "JPEG, PNG, GIF or WebP, several at once, 20 MiB together. "
        "They come to the end of the text; each needs a caption and a credit."))
    tab = HiddenField(validators=[length(40)])
    restored = HiddenField(validators=[length(20)])
    arrived = HiddenField(validators=[length(20)])

    def attach(self, fields: dict[str, str]) -> None:
        """As for every form; where a picture lacks its words, also beside the field that is empty."""
        super().attach(fields)
        shown = self.text().html if "pictures" in fields else ""
        for picture in self.pictures:
            if picture.sha256.data and f"pictures/{picture.sha256.data}" in shown:
                for field in (picture.caption, picture.credit):
                    field.errors = [] if field.data else [i18n.reason_text("missing")]

    def text(self, original_sha256: str | None = None) -> Text:
        """The text as typed; `original_sha256` is the file from which it once came."""
        html = as_html(self.body.data or "")
        lines = []
        for picture in self.pictures:
            sha256 = picture.sha256.data or ""
            if picture.remove.data and re.fullmatch("[0-9a-f]{64}", sha256):
                html = without_picture(html, sha256)
            elif picture.place.data and f"pictures/{sha256}" not in html:
                html += f'<figure><img src="pictures/{sha256}" alt=""></figure>'
            lines.append(PictureLine(sha256, picture.caption.data or "", picture.credit.data or ""))
        return Text(self.title.data or "", self.byline.data or "", html, lines, original_sha256)

    @property
    def restored_id(self) -> int | None:
        """The scratch that was brought back into this form."""
        return _id(self.restored.data)

    @property
    def arrived_id(self) -> int | None:
        """The files, read by now, that saving puts into the text."""
        return _id(self.arrived.data)

    @property
    def remark(self) -> str:
        """The sentence that the action asks for besides the text: what was changed, or the note that readers see."""
        return ""

    @property
    def brought(self) -> str:
        """The digest of the file from which its text came, where that is not the one of the version before."""
        return ""

    def validate_photos(self, field: MultipleFileField) -> None:
        """Not more at once than one can look through."""
        if len(_chosen(field.data)) > MOST_PHOTOS:
            raise ValidationError(_l("At most %(num)d pictures at once, please.", num=MOST_PHOTOS))

    def files(self) -> tuple[tuple[str, bytes] | None, list[tuple[str, bytes]]]:
        """The document and the pictures that were chosen, with their names."""
        return None, _chosen(self.photos.data)

    def holding(self, text: Text) -> dict[str, str]:
        """What stands in this form once `text` has been put into it."""
        fields = {"title": text.title, "byline": text.byline, "body": as_typed(text.html)}
        for number, shot in enumerate(text.pictures):
            fields |= {f"pictures-{number}-{name}": value for name, value in asdict(shot).items()}
        return fields

    def particulars(self) -> Particulars | None:
        """What a draft says of itself besides its text."""
        return None

    def refused(self, error: Invalid) -> None:
        """Say which of several files it was that could not be used."""
        for name in ("document", "photos"):
            if name in error.fields and error.detail and name in self._fields:
                field = self._fields[name]
                field.errors = [f"{error.detail}: {message}" for message in field.errors]


class CorrectionForm(TextForm):
    """The chief editor's correction of what is published."""

    note = words(_l("Note to the readers"), 2000, needed(),
                 description=_l("What was wrong and what is right. Readers see it."))

    @property
    def remark(self) -> str:
        return self.note.data or ""

    def holding(self, text: Text) -> dict[str, str]:
        return super().holding(text) | {"note": self.remark}


class AuthorForm(TextForm):
    """What authors bring besides the text and its pictures: a Word file."""

    document = FileField(_l("Word file"), description=_l(
        "A .docx from Word or WPS; .doc, .wps, .rtf and .odt are tried too. Its title, text and pictures take "
        "the place of what stands below; what stood there stays as an earlier version."))
    again = BooleanField(_l("Send it all the same"))

    def files(self) -> tuple[tuple[str, bytes] | None, list[tuple[str, bytes]]]:
        document = _chosen([self.document.data])
        return document[0] if document else None, super().files()[1]


def _chosen(files: Sequence[Any] | None) -> list[tuple[str, bytes]]:
    found = []
    for file in files or ():
        if file is not None and file.filename:
            file.stream.seek(0)
            found.append((file.filename, file.stream.read()))
    return found


class ReturnedForm(AuthorForm):
    """A returned manuscript, to revise and to resubmit."""

    document = FileField(_l("Your revised Word file"), description=_l(
        "A .docx from Word or WPS. Before it goes into the text below, you see what changed against the version that "
        "was returned, whether or not the changes were tracked."))
    original = HiddenField(validators=[length(64)])
    summary = words(_l("What did you change?"), 500, description=_l(
        "A sentence for whoever reads it again. Needed to resubmit, not to save."))

    @property
    def remark(self) -> str:
        return self.summary.data or ""

    @property
    def brought(self) -> str:
        return self.original.data or ""

    def holding_file(self, text: Text, remarks: Sequence[Remark]) -> dict[str, str]:
        """What stands in this form once `text` has been put into it, with the remarks that its file brought."""
        return self.holding(text) | {"original": text.original_sha256 or "", "summary": self.remark,
                                     "remarks": json.dumps([asdict(remark) for remark in remarks])}


class DraftForm(AuthorForm):
    """A draft: its text and its particulars."""

    genre = SelectField(_l("Genre"), coerce=_number)
    offices = SelectMultipleField(_l("To which office?"), coerce=_number, description=_l(
        "One or both. Each reads it for itself, under a code of its own."))
    urgent = BooleanField(_l("Urgent"), description=_l("Shorter deadlines. For what is news today or tomorrow only."))
    is_original = BooleanField(_l("The text is original, true to the facts, and not sent elsewhere."))
    call = SelectField(_l("In answer to"), coerce=_number, description=_l(
        "A call for manuscripts, where this answers one. Whoever asked then sees it there, once it was sent."))
    calls: Sequence[Any] = ()

    def particulars(self) -> Particulars | None:
        return Particulars(self.genre.data, [one for one in self.offices.data or () if one is not None],
                           bool(self.urgent.data), bool(self.is_original.data))

    @property
    def asked_for(self) -> Any:
        """The call that is chosen."""
        return next((one for one in self.calls if one.id == self.call.data), None)

    def offer(self, genres: Sequence[Any], offices: Sequence[Any], calls: Sequence[Any]) -> None:
        """The choices that there are."""
        self.calls = calls
        self.call.choices = options([("", _l("No call")), *((one.id, one.topic) for one in calls)])
        self.genre.choices = [*options([("", _l("Choose …"))]), *choices(genres)]
        self.offices.choices = choices(offices)


class NewForm(DraftForm):
    """A new draft: for which unit, and with whom."""

    unit = SelectField(_l("For which unit?"), coerce=_number)
    co_authors = SelectMultipleField(_l("Written together with"), coerce=_number, description=_l(
        "Correspondents of the same unit. They see and revise it as you do."))
    colleagues: Sequence[tuple[int, str, int]] = ()

    def offer_people(self, units: Sequence[Any], colleagues: Sequence[tuple[int, str, int]]) -> None:
        """The units for which one writes, and who else does; where there is one unit only, that is chosen."""
        names = {unit.id: i18n.title_of(unit) for unit in units}
        self.colleagues = colleagues
        self.unit.choices = options(names.items())
        self.co_authors.choices = options(
            (person_id, name if len(names) == 1 else f"{name} · {names[unit_id]}")
            for person_id, name, unit_id in colleagues)
        if len(names) == 1:
            self.unit.data = units[0].id

    def validate_co_authors(self, field: SelectMultipleField) -> None:
        """Co-authors belong to the unit for which it is written."""
        allowed = {person_id for person_id, _, unit_id in self.colleagues if unit_id == self.unit.data}
        if set(field.data or ()) - allowed:
            raise ValidationError(_l("Co-authors have to be correspondents of the same unit."))


class OriginalForm(Form):
    """Why the chief editor needs the file as it was brought."""

    reason = words(_l("What do you need the original for?"), 500, needed(),
                   description=_l("It goes into the record, with your name."))


@dataclass(frozen=True)
class Kept:
    """A form as a browser sends it by itself while it is filled in."""

    page: str
    tab: str
    revision: int
    fields: Mapping[str, str | list[str]]

    @classmethod
    def read(cls, asked: Any) -> Kept:
        """What a request brings: JSON, or a form. Raises Invalid for another shape."""
        brought = asked.get_json(silent=True) if asked.is_json else {
            "form": asked.form.get("form_page"), "tab": asked.form.get("tab"), "revision": asked.form.get("revision"),
            "fields": {name: values if len(values) > 1 else values[0] for name, values in asked.form.lists()}}
        match brought:
            case {"form": str(page), "tab": str(tab), "fields": dict(fields), **more} if (
                    page.startswith("/") and tab and all(_is_text(value) for value in fields.values())):
                revision = str(more.get("revision") or 0)
                return cls(page, tab, int(revision) if revision.isascii() and revision.isdecimal() else 0, fields)
        raise Invalid({"form": "missing"})


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))
