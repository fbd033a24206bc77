"""Real and hostile Word files from outside the repository: the folder that EDITORIAL_CORPUS names.

It holds ``badfiles/`` with a manifest of what each file must lead to, and ``corpus/`` with real documents. And damaged
ones: files of our own, and of that folder where there is one, with bytes or XML changed at random.
"""

from __future__ import annotations

import csv
import random
import re
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bench import mutations
from editorial.documents import clean, read_document
from editorial.documents.docx import read_docx
from editorial.errors import UnreadableDocument
from tests import corpus
from tests.data.word import docx, drawing, p, parts, zipped

REASONS = {
    "empty", "not-docx", "legacy-doc", "encrypted", "corrupt", "macros", "bomb", "too-many-parts", "bad-name",
    "duplicate", "dtd", "bad-structure", "polyglot", "too-complex", "size-lie", "embedded", "too-large",
}  # fmt: skip


Read = TypeVar("Read")


def outcome(reading: Callable[[], Read]) -> tuple[Read | None, str]:
    """What reading gives, or the reason why it refuses."""
    try:
        return reading(), ""
    except UnreadableDocument as refusal:
        return None, refusal.reason


def chinese_files() -> list[Any]:
    manifest = corpus.FOLDER / "corpus" / "manifest.csv"
    rows = list(csv.DictReader(manifest.open(encoding="utf8", newline=""))) if manifest.is_file() else []
    return [pytest.param(row, id=row["file"]) for row in rows if row["has_cjk"] == "1"][:24]


@corpus.needed
@pytest.mark.parametrize("case", corpus.bad_files(), ids=lambda case: case["file"])
def test_each_bad_file_comes_to_its_stated_end(case: dict[str, Any]) -> None:
    data = (corpus.BAD / case["file"]).read_bytes()
    also = case["also_ok"] or ""
    document, reason = outcome(lambda: read_document(data, case["upload_name"]))
    if document is None:
        expected = {f"reject:{case['reason']}"} if case["expected"] == "reject" else set()
        assert f"reject:{reason}" in expected | {also}
        return
    assert case["expected"] != "reject" or also.startswith("accept")
    for text in case["must_survive"]:
        assert text in document.text or any(text in warning.detail for warning in document.warnings)
    said = f"{document.html}{document.text}{document.title}{document.byline}{document.warnings}"
    for text in case["must_not_survive"]:
        assert text not in said
    if case["expected"] == "accept-sanitised" and not also.startswith("accept"):
        assert case["reason"] in {warning.kind for warning in document.warnings}
    assert clean(document.html) == document.html


def words(text: str) -> list[str]:
    return re.findall(r"[\u4e00-\u9fff]", text)


@corpus.needed
@pytest.mark.parametrize("row", chinese_files())
def test_real_chinese_files_keep_their_text(row: dict[str, str]) -> None:
    path = corpus.FOLDER / "corpus" / row["file"]
    document = read_document(path.read_bytes(), path.name)
    assert clean(document.html) == document.html
    office = corpus.FOLDER / "corpus" / "reference" / "text" / Path(row["file"]).relative_to("docx").with_suffix(".txt")
    if "tracked-changes" in {warning.kind for warning in document.warnings}:
        return  # the reference shows deletions
    expected, found = words(office.read_text("utf8", errors="replace")), words(document.text)
    lost = Counter(expected) - Counter(found)
    assert lost.total() <= len(expected) * 0.03 + 3
    assert document.html.count("<table>") >= min(int(row["tables"]), 1)


NUMBERING = (
    "<w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'><w:numFmt w:val='decimal'/><w:lvlText w:val='%1.'/></w:lvl>"
    "</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num>"
)
RICH = parts(
    p("标题", "<w:pStyle w:val='1'/>") + p("正文", run="<w:b/>") + p("列表", "<w:numPr><w:numId w:val='1'/></w:numPr>")
    + "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='2'/></w:tcPr>" + p("格") + "</w:tc></w:tr></w:tbl>"
    + "<w:p><w:r><w:footnoteReference w:id='2'/></w:r><w:ins><w:r><w:t>插</w:t></w:r></w:ins></w:p>" + drawing()
    + "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
      "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>1</w:t></w:r>"
      "<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>",
    {"rX": ("image", "media/a.png")},
    styles="<w:style w:type='paragraph' w:styleId='1'><w:name w:val='heading 1'/></w:style>",
    numbering=NUMBERING,
    footnotes="<w:footnote w:id='2'>" + p("注") + "</w:footnote>",
)  # fmt: skip

@pytest.mark.parametrize("seed", range(8))
def test_damaged_files_are_read_or_refused_and_never_break_the_reader(seed: int) -> None:
    source = random.Random(seed)
    ends = set()
    for number in range(60):
        data = mutations.by_xml(source, RICH) if number % 2 else mutations.by_bytes(source, zipped(RICH))
        read, reason = outcome(lambda: read_docx(data))  # noqa: B023 - called at once
        if read is None:
            assert reason in REASONS
        else:
            assert clean(clean(read[0]["html"])) == clean(read[0]["html"])
        ends.add(reason)
    assert {"", "corrupt"} <= ends


def test_a_damaged_file_leaves_the_next_one_alone() -> None:
    for data in (zipped(RICH)[:-200], zlib.compress(b"x"), docx("<w:p>")):
        with pytest.raises(UnreadableDocument):
            read_document(data, "a.docx")
    assert read_document(docx(p("武汉")), "a.docx").text == "武汉"
