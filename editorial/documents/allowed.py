"""What a stored text may consist of: one allow-list for the cleaner, the Word reader and the editor."""

import re
from collections.abc import Mapping

ALLOWED: Mapping[str, tuple[str, ...]] = {
    "p": (), "br": (), "hr": (),
    "h2": (), "h3": (), "h4": (),
    "strong": (), "em": (), "u": (), "s": (), "sub": (), "sup": ("id",), "mark": (),
    "a": ("href", "rel"),
    "ul": (), "ol": ("start",), "li": ("id",), "blockquote": (),
    "table": (), "thead": (), "tbody": (), "tr": (),
    "th": ("colspan", "rowspan"), "td": ("colspan", "rowspan"),
    "figure": (), "figcaption": (), "img": ("src", "alt"),
    "ruby": (), "rt": (), "rp": (),
}
"""Element to the attributes that it may carry. ``id`` is ``fnN`` (a note) or ``fnrefN`` (its call) only."""

SCHEMES = frozenset({"http", "https", "mailto"})
"""Schemes of a link."""

REL = "noopener noreferrer"
"""``rel`` of every link that leaves the page."""

RENAMED: Mapping[str, str] = {
    "h1": "h2", "h5": "h4", "h6": "h4", "b": "strong", "i": "em", "del": "s", "strike": "s", "tfoot": "tbody",
}
"""Elements that mean the same as an allowed one."""

VOID = frozenset({"br", "hr", "img"})
INLINE = frozenset({"strong", "em", "u", "s", "sub", "sup", "mark", "a", "ruby", "rt", "rp"})
BLOCK = frozenset(ALLOWED) - INLINE - VOID

PICTURE = re.compile(r"pictures/[0-9a-f]{64}")
"""The only address of a picture: its SHA-256. The page that shows the text rewrites it."""

NOTE_ID = re.compile(r"fn(?:ref)?[1-9][0-9]{0,3}")
MOST_COLUMNS = 500
MOST_ROWS = 10_000

_HOST = r"[^\s/?#\\@<>\"'`]+"
_LINK = re.compile(rf"https?://(?:{_HOST}@)?{_HOST}(?:[/?#][^\s<>\"`\\]*)?|mailto:[^\s<>\"'`\\]+", re.I)
_DROPPED_IN_LINKS = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def link(address: str) -> str | None:
    """An address as it may stand in ``href``; None for other schemes, ``//host`` and relative addresses."""
    tidy = _DROPPED_IN_LINKS.sub("", address).strip().replace(" ", "%20")
    return tidy if _LINK.fullmatch(tidy) else None


def attributes(element: str, given: Mapping[str, str]) -> dict[str, str] | None:
    """The attributes that an allowed element keeps, in their one form; None where the element must not stand.

    Values come decoded. Note ids and the fragments that point to them are let through here by form only;
    `clean` drops those without a partner.
    """
    if element == "a":
        target = given.get("href", "").strip()
        if target.startswith("#"):
            return {"href": target} if NOTE_ID.fullmatch(target[1:]) else None
        address = link(target)
        return {"href": address, "rel": REL} if address else None
    if element == "img":
        source = given.get("src", "")
        return {"src": source, "alt": _one_line(given.get("alt", ""))} if PICTURE.fullmatch(source) else None
    if element in ("sup", "li"):
        return {"id": given["id"]} if NOTE_ID.fullmatch(given.get("id", "")) else {}
    if element == "ol":
        start = _number(given.get("start", ""), 0, 99_999)
        return {} if start in (None, 1) else {"start": str(start)}
    if element in ("td", "th"):
        kept = {}
        for name, most in (("colspan", MOST_COLUMNS), ("rowspan", MOST_ROWS)):
            span = _number(given.get(name, ""), 2, most)
            if span:
                kept[name] = str(span)
        return kept
    return {}


def _number(value: str, least: int, most: int) -> int | None:
    value = value.strip()
    if not (value.isascii() and value.isdigit() and len(value) < 12) or int(value) < least:
        return None
    return min(int(value), most)


def _one_line(value: str) -> str:
    return " ".join(value.split())
