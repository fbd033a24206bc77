"""The name under which an uploaded file is shown."""

import re
import unicodedata

_LONGEST = 200
_SEPARATORS = re.compile(r"[/\\]")


def shown_name(filename: str) -> str:
    """An upload's name as it may be shown and sent in headers: no folders, no control, invisible or turning characters.

    Chinese stays. At most 200 characters, of which the ending is kept; ``file`` where nothing is left of the name.
    """
    base = _SEPARATORS.split(unicodedata.normalize("NFC", filename))[-1]
    visible = (one for one in base if unicodedata.category(one)[0] != "C")
    kept = "".join(" " if unicodedata.category(one)[0] == "Z" else one for one in visible)
    name = " ".join(kept.translate({ord(mark): "_" for mark in '<>:"|?*;'}).split()).strip(" .") or "file"
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    if dot and len(ending) > 10:
        stem, dot, ending = name, "", ""
    return stem[: _LONGEST - len(dot + ending)] + dot + ending
