"""Words about the files that people bring: why one is refused, and what of it the text does not show as Word does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

REFUSALS: dict[str, Any] = {
    "file-lost": _l("A file that belongs to this is not in the store. Nothing was handed out; "
                    "tell your administrator."),
    "empty": _l("The file is empty."),
    "not-docx": _l("This is not a Word file (.docx). Save it from Word or WPS as .docx and choose it again."),
    "legacy-doc": _l("This file in an old format (.doc, .wps, .rtf or .odt) can't be read here. "
                     "Save it from Word or WPS as .docx and choose it again."),
    "converter-busy": _l("Too many files in old formats are being read just now. Try again in a minute, "
                         "or save it from Word or WPS as .docx and choose that."),
    "virus": _l("The virus scanner has found something in this file. Tell your administrator, and do not pass it on."),
    "encrypted": _l("The file is protected by a password. Save it without a password and choose it again."),
    "corrupt": _l("The file is damaged. Open it in Word or WPS, save it anew as .docx and choose that."),
    "macros": _l("The file contains macros. Save it as .docx without macros and choose it again."),
    "bomb": _l("The file expands to more than is allowed."),
    "too-many-parts": _l("The file has too many parts."),
    "bad-name": _l("The file contains parts with unsafe names."),
    "duplicate": _l("The file contains two parts with one name, so that it can be read in two ways."),
    "dtd": _l("The file contains XML declarations that are not allowed."),
    "bad-structure": _l("The file lacks a part that a Word file must have."),
    "polyglot": _l("The file has other data before or after the Word document."),
    "too-complex": _l("The file is too complex: too deep, too many cells or paragraphs, or it takes too long."),
    "size-lie": _l("The file states sizes that are not true."),
    "embedded": _l("The file contains embedded objects."),
    "too-large": _l("The file is too large: 20 MiB at most."),
    "no-article": _l("No article was found in this page. Paste its text instead."),
    "not-picture": _l("This is not a picture that can be used: choose a JPEG, PNG, GIF or WebP file."),
    "phone-picture": _l("This picture is in a phone's own format (HEIC), which can't be used here. Send it to yourself "
                        "as JPEG, or let the phone take JPEG pictures (iPhone: Settings, Camera, Formats, Most "
                        "Compatible), and choose it again."),
    "too-many-pixels": _l("The picture has more than 40 megapixels. Make it smaller and choose it again."),
}
WARNINGS: dict[str, Any] = {
    "external-dropped": _l("A link to data outside the file was left out."),
    "links-dropped": _l("A link with an unsafe address was left out; its words are kept."),
    "fields-dropped": _l("A field's code was left out; its result is kept."),
    "image-dropped": _l("A picture could not be used and was left out."),
    "picture-not-pasted": _l("A picture does not come along with text that is pasted. Copy and paste it by itself, "
                             "or save it and add it below."),
    "image-rebuilt": _l("A picture was made smaller or converted."),
    "embedded": _l("An embedded object was left out."),
    "hidden-text": _l("The file has hidden text. It is shown, marked."),
    "tracked-changes": _l("The file has tracked changes. They are shown as accepted."),
    "alternate-content": _l("The file shows different content in different programs; what Word shows is kept."),
    "margin-text": _l("The page has headers or footers. They are not part of the text."),
    "metadata-stripped": _l("Personal data in the file are not part of the text."),
    "comments-stripped": _l("Comments are not part of the text."),
    "chart-dropped": _l("A chart was left out. Paste it as a picture, or upload a picture of it."),
    "drawing-dropped": _l("A drawing in an old format (EMF, WMF) can't be shown here and was left out. "
                          "Paste it as a picture, or upload a picture of it."),
    "contents": _l("The file has a generated table of contents. It stands in the text; "
                   "delete it where it is not meant."),
    "pictures-left-out": _l("A commentary has words alone here: the file's pictures were left out."),
    "byline-left-out": _l("The file's byline is not taken over: a commentary is signed with the name of the account."),
    "invisible-characters": _l("The text has invisible characters."),
}

_SAID_IN_DETAIL = frozenset({"margin-text", "hidden-text", "image-dropped", "chart-dropped", "drawing-dropped",
                             "embedded"})


def warning_text(warning: Mapping[str, Any]) -> str:
    """The sentence of a document's warning (its fields by name), with how often and near which paragraphs."""
    said = [str(WARNINGS.get(warning["kind"], warning["kind"]))]
    if warning.get("detail") and warning["kind"] in _SAID_IN_DETAIL:
        said.append(gettext("“%(words)s”", words=warning["detail"]))
    count = int(warning.get("count", 1))
    places = gettext(", ").join(warning.get("place", "").split(",")) if warning.get("place") else ""
    if places and count > 1:
        said.append(gettext("(%(count)d places, near paragraph %(places)s)", count=count, places=places))
    elif places:
        said.append(gettext("(near paragraph %(places)s)", places=places))
    elif count > 1:
        said.append(gettext("(%(count)d places)", count=count))
    return (" " if said[0].isascii() else "").join(said)
