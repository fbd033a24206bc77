"""Is what was published what was cleared? Compared word by word, by the comparison that all texts go through.

What stands in no text of its own is left out on both sides: how paragraphs are set, pictures, bold. What stands under
the pictures may be in the published text or not.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from editorial.documents.compare import Text, compare
from editorial.documents.plaintext import as_paragraphs
from editorial.documents.rows import Comparison, Row
from editorial.documents.text import plain_text, without_title

SAME, MARKS, DIFFERS = "same", "marks", "differs"
"""Character by character; but for punctuation, spaces and where paragraphs part; in its words."""
_MEANT = frozenset("%‰°§")


@dataclass(frozen=True)
class Difference:
    """A place where what was published has other words: `kind` and `what` as of a row of the comparison."""

    kind: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Proven:
    """How far the two are the same, the comparison, and its rows that differ in their words, in order."""

    level: str
    comparison: Comparison
    differences: tuple[Difference, ...]

    @property
    def is_another(self) -> bool:
        """Nothing of the cleared text was found: another text was brought."""
        return self.level == DIFFERS and not any(
            row.kind in ("same", "changed", "moved") for row in self.comparison.rows if row.what == "p")


def proven(cleared: Text, headline: str, published: str, captions: Sequence[str] = ()) -> Proven:
    """Compare a published text, given as lines, with the cleared one.

    `headline` is as it was published, where that is known; else it is looked for in the first lines, as the byline is.
    `captions` is what may stand under pictures.
    """
    html = as_paragraphs(published)
    title, body = headline, without_title(html, headline) if headline else html
    if not headline and (body := without_title(html, cleared.title)) != html:
        title = cleared.title
    bare_body = without_title(body, cleared.byline)
    byline = cleared.byline if bare_body != body else ""
    known = {_bare(one) for one in captions} - {""}
    lines = [line for line in plain_text(bare_body).splitlines() if _bare(line) not in known]
    before = Text(cleared.title, cleared.byline, as_paragraphs(plain_text(cleared.html)))
    after = Text(title, byline, as_paragraphs("\n".join(lines)))
    found = compare(before, after)
    if not found.changes and not found.too_large:
        return Proven(SAME, found, ())
    if _bare(_said(before)) == _bare(_said(after)):
        return Proven(MARKS, found, ())
    return Proven(DIFFERS, found, tuple(_difference(row) for place, row in enumerate(found.rows)
                                        if _is_difference(row, place)))


def _said(text: Text) -> str:
    return f"{text.title}\n{text.byline}\n{plain_text(text.html)}"


def _words(row: Row) -> tuple[str, str]:
    return "".join(piece.text for piece in row.before), "".join(piece.text for piece in row.after)


def _is_difference(row: Row, place: int) -> bool:
    before, after = map(_bare, _words(row))
    if row.kind == "moved":  # told once, where it stood
        return row.partner is not None and bool(before)
    return row.kind != "same" and before != after


def _difference(row: Row) -> Difference:
    return Difference(row.kind, row.what, *_words(row))


def _bare(text: str) -> str:
    """A text without what may change in setting it. A mark between digits, and what is no punctuation, is meant."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(
        c for place, c in enumerate(text)
        if c in _MEANT or unicodedata.category(c)[0] not in "PZC" or re.fullmatch(r"\d\S\d", text[place - 1:place + 2])
        or (c == "-" and re.fullmatch(r"-\d", text[place:place + 2])))
