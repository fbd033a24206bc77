"""HTML to tokens, in one pass over the text and in time linear in it, whatever the text is.

Follows the tokenisation of the HTML standard as far as it matters for text: comments, doctypes and the
content of scripts and styles give no token; an unfinished tag at the end is dropped; what is no tag is text.
It need not be exact to be safe: nothing from people is shown before `clean` has parsed and written it anew.
"""

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import NamedTuple


class Token(NamedTuple):
    """``kind`` is ``text``, ``start`` or ``end``; ``value`` the decoded text, or the name in lower case."""

    kind: str
    value: str
    attributes: dict[str, str]


_TAG = re.compile(r"</?([a-zA-Z][^\s/>\x00]*)")
_VALUE = r"""\s*+=\s*+(?:"([^"]*)"|'([^']*)'|(?!["'])([^\s>]*))"""
_ATTRIBUTE = re.compile(rf"[\s/]*+(?:(>)|([^\s/>][^\s/>=]*+)(?:{_VALUE})?)")
_COMMENT_END = re.compile(r"--!?>")
_SILENT = {"script", "style", "iframe", "noembed", "noframes", "noscript", "title", "xml"}
_VERBATIM = {"xmp", "textarea"}
_END = {name: re.compile(rf"</{name}[\s/>]", re.I) for name in _SILENT | _VERBATIM}
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")


def text(value: str) -> str:
    """Text without control characters and halves of surrogate pairs; line ends become ``\\n``."""
    return _NOT_TEXT.sub("", value.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", " "))


def written(value: str) -> str:
    """Text as it stands in HTML."""
    return escape(value, quote=False)


def tag(name: str, attributes: dict[str, str]) -> str:
    """A start tag."""
    return "<" + name + "".join(f' {key}="{escape(value)}"' for key, value in attributes.items()) + ">"


def tokens(html: str) -> Iterator[Token]:
    """The tokens of any HTML. Names are in lower case; of a repeated attribute the first counts."""
    at, size = 0, len(html)
    no_end: set[str] = set()
    while at < size:
        start = html.find("<", at)
        if start < 0:
            start = size
        if start > at:
            yield Token("text", text(unescape(html[at:start])), {})
            at = start
            continue
        found = _TAG.match(html, at)
        if found is None:
            if html.startswith(("<!", "<?", "</"), at) and at + 2 < size:
                at = _after_markup(html, at)
            else:
                yield Token("text", "<", {})
                at += 1
            continue
        name, closing = found[1].lower(), html[at + 1] == "/"
        attributes, at = _attributes(html, found.end())
        if at > size:
            return
        yield Token("end" if closing else "start", name, attributes)
        if not closing and name in _END and name not in no_end:
            end = _END[name].search(html, at)
            if end is None and name == "xml":
                no_end.add(name)
                continue
            until = end.start() if end else size
            if name in _VERBATIM and until > at:
                raw = html[at:until]
                yield Token("text", text(unescape(raw) if name == "textarea" else raw), {})
            at = until


def _after_markup(html: str, at: int) -> int:
    """Where a comment, doctype or other markup that begins at `at` ends."""
    if html.startswith("<!--", at):
        for short in ("<!-->", "<!--->"):
            if html.startswith(short, at):
                return at + len(short)
        end = _COMMENT_END.search(html, at + 4)
        return end.end() if end else len(html)
    found = html.find(">", at)
    return found + 1 if found >= 0 else len(html)


def _attributes(html: str, at: int) -> tuple[dict[str, str], int]:
    """Attributes of the tag whose name ends at `at`, and where the tag ends (beyond the text: never)."""
    got: dict[str, str] = {}
    while found := _ATTRIBUTE.match(html, at):
        at = found.end()
        if found[1]:
            return got, at
        value = next((part for part in found.groups()[2:] if part is not None), "")
        got.setdefault(found[2].lower(), unescape(value))
    return got, len(html) + 1
