"""Plain text files."""

import re

from editorial.documents.tokens import written
from editorial.errors import UnreadableDocument

_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def read_text(data: bytes) -> str:
    """A text file's lines as HTML paragraphs; UTF-8, UTF-16 with a mark, or GB18030.

    Raises `UnreadableDocument` (not-docx) where it is not text.
    """
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(text):
            return as_paragraphs(text)
    raise UnreadableDocument("not-docx", detail="not text in a known encoding")


def as_paragraphs(text: str) -> str:
    """Lines as HTML paragraphs; empty ones are none."""
    return "".join(f"<p>{written(line.strip())}</p>" for line in text.splitlines() if line.strip())
