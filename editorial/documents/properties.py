"""Warnings about a Word file as a whole: changes, links to outside, embedded objects, data about people."""

import re

from editorial.documents.parts import WordFile
from editorial.documents.state import State
from editorial.errors import UnreadableDocument

_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
_EMBEDDED = frozenset({"oleObject", "package", "control", "aFChunk", "activeXControlBinary"})
_PERSONAL = frozenset({"creator", "lastModifiedBy", "Manager", "Company", "lpwstr"})


def warn_of_file(state: State, html: str) -> None:
    """Notes what is to be said about the file from which `html` was made."""
    for relation in state.file.external():
        state.warn("external-dropped", relation.kind)
    kinds = {one.kind for one in state.file.all_relationships()}
    if kinds & _EMBEDDED and not state.has_warned("embedded"):
        state.warn("embedded")
    if _INVISIBLE.search(html):
        state.warn("invisible-characters")
    metadata = _metadata(state.file)
    if metadata:
        state.warn("metadata-stripped", " ".join(metadata))


def _metadata(file: WordFile) -> list[str]:
    """Which kinds of data about people the file carries, but its comments, which are counted and kept."""
    found = []
    if any(one.kind == "people" for one in file.relationships(file.main).values()):
        found.append("people")
    for kind in ("core-properties", "extended-properties", "custom-properties"):
        for part in file.related("", kind):
            try:
                names = [e.text for e in file.xml(part).iter() if str(e.tag).rsplit("}", 1)[-1] in _PERSONAL]
            except UnreadableDocument:
                continue
            if any((name or "").strip() for name in names):
                found.append(kind)
    return found
