"""Word files and pasted HTML in, clean HTML and plain text out; comparison of texts.

Knows no database and no web framework. Files are opened by a child process with limits (`reading`).
"""

from editorial.documents.allowed import ALLOWED
from editorial.documents.clean import clean
from editorial.documents.compare import Text, compare
from editorial.documents.content import Change, Document, Picture, Remark, Warning
from editorial.documents.formats import media_type
from editorial.documents.hints import Hint, applied, hints
from editorial.documents.likeness import Common, common, prints
from editorial.documents.names import shown_name
from editorial.documents.outward import Entry, Feed, Line, Notice, Outgoing, Package, atom, bundle, linked
from editorial.documents.passages import Followed, Passage, TooLarge, follow, marked, paragraphs, passage
from editorial.documents.paste import clean_pasted
from editorial.documents.proof import Difference, Proven, proven
from editorial.documents.reading import LARGEST_FILE, TakesLong, read_document, read_picture, read_published
from editorial.documents.rows import Comparison, Piece, Row, cells, foldable
from editorial.documents.scanner import demand_harmless
from editorial.documents.text import (
    count_characters,
    count_words_only,
    digest,
    digested,
    normalise,
    plain_text,
    reading_minutes,
    without_caption,
    without_title,
)
from editorial.documents.word_out import PAGES, Attribution, Content, Properties, Shot, word, word_difference

__all__ = [
    "ALLOWED",
    "LARGEST_FILE",
    "PAGES",
    "Attribution",
    "Change",
    "Common",
    "Comparison",
    "Content",
    "Difference",
    "Document",
    "Entry",
    "Feed",
    "Followed",
    "Hint",
    "Line",
    "Notice",
    "Outgoing",
    "Package",
    "Passage",
    "Picture",
    "Piece",
    "Properties",
    "Proven",
    "Remark",
    "Row",
    "Shot",
    "TakesLong",
    "Text",
    "TooLarge",
    "Warning",
    "applied",
    "atom",
    "bundle",
    "cells",
    "clean",
    "clean_pasted",
    "common",
    "compare",
    "count_characters",
    "count_words_only",
    "demand_harmless",
    "digest",
    "digested",
    "foldable",
    "follow",
    "hints",
    "linked",
    "marked",
    "media_type",
    "normalise",
    "paragraphs",
    "passage",
    "plain_text",
    "prints",
    "proven",
    "read_document",
    "read_picture",
    "read_published",
    "reading_minutes",
    "shown_name",
    "without_caption",
    "without_title",
    "word",
    "word_difference",
]
