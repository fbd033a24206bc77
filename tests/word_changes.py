"""Tracked changes of a Word file accepted or rejected, as ECMA-376 part 1, 17.13.5 says; its text line by line."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Element = etree._Element


def settled(document: bytes, accept: bool) -> Element:
    """The body of a file's text with all changes accepted, or all rejected."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        body = etree.fromstring(archive.read("word/document.xml")).find(W + "body")
    assert body is not None
    kept, gone = ("ins", "del") if accept else ("del", "ins")
    for change in [*body.iter(W + "rPrChange", W + "pPrChange")]:
        _settle_properties(change, accept)
    for row in [*body.iter(W + "tr")]:
        if row.find(f"{W}trPr/{W}{gone}") is not None:
            _remove(row)
    for table in [*body.iter(W + "tbl")]:
        if table.find(W + "tr") is None:
            parent = table.getparent()
            assert parent is not None
            parent.set("table", "went")
            _remove(table)
    for run in [*body.iter(W + gone)]:
        if not _is_mark(run):
            _remove(run)
    for run in [*body.iter(W + kept)]:
        if not _is_mark(run):
            _unwrap(run)
    for text in body.iter(W + "delText"):
        text.tag = W + "t"
    for paragraph in [*body.iter(W + "p")]:
        if paragraph.find(f"{W}pPr/{W}rPr/{W}{gone}") is not None:
            _join(paragraph)
    for mark in [*body.iter(W + kept)]:
        _remove(mark)
    return body


def _is_mark(change: Element) -> bool:
    parent = change.getparent()
    return parent is not None and parent.tag in (W + "rPr", W + "trPr")


def _settle_properties(change: Element, accept: bool) -> None:
    """Accepted, the properties stay as they are; rejected, they are those before. A mark's own change stays with it."""
    properties = change.getparent()
    assert properties is not None
    properties.remove(change)
    if not accept:
        mark = properties.find(W + "rPr")
        for child in list(properties):
            properties.remove(child)
        properties.extend(list(change[0]))
        if properties.tag == W + "pPr" and mark is not None:
            properties.append(mark)


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: Element) -> None:
    parent = element.getparent()
    assert parent is not None
    place = parent.index(element)
    parent[place : place + 1] = list(element)


def _join(paragraph: Element) -> None:
    """Without its mark a paragraph is the beginning of the next one. Before a table an empty one goes; the last one of
    anything stays, empty: no difference in the text where a table came or went before it, else a wrong mark.
    """
    content = [child for child in paragraph if child.tag != W + "pPr"]
    after = paragraph.getnext()
    if after is not None and after.tag == W + "p":
        properties = after.find(W + "pPr")
        place = 0 if properties is None else 1
        after[place:place] = content
    else:
        assert not any(child.tag in (W + "r", W + "hyperlink") and len(child) for child in content), "lost"
    parent = paragraph.getparent()
    if (after is not None and after.tag != W + "sectPr") or (parent is not None and parent.get("table")):
        _remove(paragraph)


def lines(body: Element) -> list[str]:
    """The text: a line a paragraph with its style and number, with tables, pictures, notes and breaks in it."""
    out: list[str] = []
    for block in body:
        if block.tag == W + "p":
            out.append(_line(block))
        elif block.tag == W + "tbl":
            for row in block.iter(W + "tr"):
                out.append("|")
                for cell in row.findall(W + "tc"):
                    span, merge = cell.find(f"{W}tcPr/{W}gridSpan"), cell.find(f"{W}tcPr/{W}vMerge")
                    out.append(f"+{'' if span is None else span.get(W + 'val')}"
                               f"{'' if merge is None else merge.get(W + 'val', 'continue')}")
                    out += lines(cell)
    return out


def _line(paragraph: Element) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    numbered = paragraph.find(f"{W}pPr/{W}numPr/{W}ilvl")
    said = "" if style is None else style.get(W + "val", "")
    said += "" if numbered is None else f"#{numbered.get(W + 'val')}"
    return f"{said}:" + "".join(_runs(paragraph))


def _runs(parent: Element) -> list[str]:
    """What runs show, each form around it: bold and the like count as text does."""
    out: list[tuple[str, str]] = []
    for run in parent.iter(W + "r"):
        properties = run.find(W + "rPr")
        form = "" if properties is None else "".join(
            f"<{child.tag.removeprefix(W)}{child.get(W + 'val', '')}>" for child in properties)
        for child in run:
            shown = {W + "t": child.text or "", W + "br": "\n", W + "drawing": "[picture]",
                     W + "footnoteReference": "[note]"}.get(str(child.tag))
            if shown is not None:
                out.append((form, shown))
    written = ""
    last = ""
    for form, shown in out:
        written += (form if form != last else "") + shown
        last = form
    return [written]
