"""The text with all that must stand around it, as HTML, XHTML and plain text."""

import re
from collections.abc import Mapping
from html import escape

from editorial.documents.allowed import VOID
from editorial.documents.outward.piece import Notice, Outgoing
from editorial.documents.text import plain_text
from editorial.documents.tokens import tokens, written
from editorial.documents.word_out import Shot

_PICTURE = re.compile(r'<img src="pictures/([0-9a-f]{64})"[^>]*>')


def whole(piece: Outgoing) -> str:
    """Clean HTML of what goes out: the signature line, notices, the text. Pictures by SHA-256."""
    return f"<p>{written(piece.signed)}</p>{unsigned(piece)}"


def unsigned(piece: Outgoing) -> str:
    """The same for a form that has a place of its own for the signature line."""
    return "".join(map(_notice, piece.notices)) + piece.html


def _notice(notice: Notice) -> str:
    return f"<p><strong>{written(notice.label)}</strong> {written(notice.words)}</p>"


def xhtml(html: str, piece: Outgoing, with_pictures: bool = True) -> str:
    """Clean HTML as well-formed XML, the pictures at their places in the package, with what stands under each.

    Without pictures only what stands under them is left.
    """
    out: list[str] = []
    for kind, value, attributes in tokens(html):
        if kind == "text":
            out.append(written(value))
        elif value == "img":
            shot = piece.shots.get(attributes.get("src", "").removeprefix("pictures/"))
            out.append(_picture(attributes, piece, with_pictures) + _under(shot, with_pictures))
        elif kind == "end":
            out.append(f"</{value}>")
        else:
            out.append(f"<{value}{_attributes(attributes)}{'/' if value in VOID else ''}>")
    return "".join(out)


def _picture(attributes: Mapping[str, str], piece: Outgoing, with_pictures: bool) -> str:
    sha256 = attributes.get("src", "").removeprefix("pictures/")
    if not with_pictures or sha256 not in piece.shots:
        return ""
    return f"<img{_attributes({**attributes, 'src': piece.file_of(sha256)})}/>"


def _under(shot: Shot | None, after: bool) -> str:
    line = shot.line if shot else ""
    return f"{'<br/>' if after else ''}<small>{written(line)}</small>" if line else ""


def _attributes(attributes: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())


def page(piece: Outgoing) -> str:
    """The text as a page of its own, with no style and no script; it is well-formed XML as well."""
    title = written(piece.title)
    return (
        '<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" lang="zh-Hans">\n'
        f'<head><meta charset="utf-8"/><title>{title}</title></head>\n'
        f"<body><article>\n<h1>{title}</h1>\n{xhtml(whole(piece), piece)}\n</article></body>\n</html>\n")


def lines(piece: Outgoing) -> str:
    """What goes out line by line; for each picture its file, and what stands under it."""

    def picture(found: re.Match[str]) -> str:
        shot = piece.shots.get(found[1])
        return f"<br>{written(f'[{piece.file_of(found[1])}] {shot.line}')}<br>" if shot else ""

    return plain_text(_PICTURE.sub(picture, whole(piece)))
