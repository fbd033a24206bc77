"""The Word reader in the shape that the corpus's `measure_converter.py` asks for.

    python measure_converter.py --with bench.documents:convert --with mammoth --with pandoc
"""

from editorial.documents import read_document


def convert(data: bytes) -> tuple[str, str, list[str]]:
    """A Word file's HTML, text and warnings. An empty text makes the measurement take its own from the HTML."""
    document = read_document(data, "measured.docx")
    return document.html, document.text, [warning.kind for warning in document.warnings]


def convert_body(data: bytes) -> tuple[str, str, list[str]]:
    """The same without headers and footers, which the measurement's reference texts leave out."""
    html, _, warnings = convert(data)
    body, _, margins = html.rpartition("<hr><blockquote>")
    return (body if margins.endswith("</blockquote>") else html), "", warnings
