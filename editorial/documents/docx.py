"""A Word file as HTML. Runs in the child process."""

from typing import Any

from editorial.documents.content import Picture
from editorial.documents.parts import WordFile
from editorial.documents.tokens import written

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_docx(data: bytes) -> tuple[dict[str, Any], list[Picture]]:
    file = WordFile(data)
    root = file.xml(file.main)
    html = "".join(
        "<p>" + "".join(written(t.text or "") for t in p.iter(W + "t")) + "</p>" for p in root.iter(W + "p")
    )
    return {"html": html, "title": "", "byline": "", "warnings": []}, []
