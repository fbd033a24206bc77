"""What Word shows of a file, read from the file's own XML by rules of its own: the reference that a reader is held to.

Text is compared by pairs of neighbouring letters and digits inside one paragraph, so that neither the place of a note
or text box, nor a non-breaking hyphen, nor the way in which a formula is set on one line counts as a difference.
"""

import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from lxml import etree
from lxml import html as markup

from bench import mutations

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_STRICT = b"http://purl.oclc.org/ooxml/"
_OPEN = b"http://schemas.openxmlformats.org/"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_BLIP = A + "blip"
_WORD_ART = "{urn:schemas-microsoft-com:vml}textpath"
_VML = "{urn:schemas-microsoft-com:vml}imagedata"
_GONE = frozenset({W + "del", W + "moveFrom", W + "rt", W + "pPr", W + "rPr", W + "instrText"})
_TEXT = frozenset({W + "t", M + "t"})
_SHOWN = frozenset({*_TEXT, _BLIP, _VML})
_BREAKS = frozenset({W + "br", W + "cr"})
_COUNTED = (W + "tbl", W + "p", _BLIP, _VML, W + "footnoteReference", W + "endnoteReference")
_BLOCK = frozenset({"p", "li", "td", "th", "br", "div", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})
_NOTE = re.compile(r"#.*(fn|note)", re.I)


def pairs(lines: Iterable[str]) -> Counter[str]:
    """The pairs of neighbouring letters and digits inside each line; width, case, spaces and marks do not count."""
    found = Counter[str]()
    for line in lines:
        kept = [one for one in unicodedata.normalize("NFKC", line).lower() if one.isalnum()]
        found.update(map("".join, pairwise(kept)))
    return found


def lines_of_html(html: str) -> list[str]:
    """The lines of a converter's HTML, without the marks that call notes."""
    if not html.strip():
        return []
    root = markup.document_fromstring(f"<div>{html}</div>", parser=markup.HTMLParser(huge_tree=True))
    return "".join(_words(root)).split("\n")


def _words(element: etree._Element) -> Iterator[str]:
    calls_note = element.tag == "a" and _NOTE.match(element.get("href") or "")
    if element.tag in ("rt", "style") or calls_note:
        return
    end = "\n" if element.tag in _BLOCK else ""
    yield end + (element.text or "")
    for child in element:
        yield from _words(child)
        yield child.tail or ""
    yield end


def lines_of_word(data: bytes) -> list[str]:
    """The paragraphs of the body and of the notes that it calls, tracked changes accepted, hidden text shown; the words
    of WordArt and of diagrams."""
    parts = mutations.members(data)
    if "word/document.xml" not in parts:
        return []
    body = _parsed(parts["word/document.xml"])
    stories: list[etree._Element] = [body]
    for kind in ("footnote", "endnote"):
        called = {one.get(W + "id") for story in list(stories) for one in story.iter(f"{W}{kind}Reference")}
        part = parts.get(f"word/{kind}s.xml")
        stories += [note for note in _parsed(part).iter(W + kind) if note.get(W + "id") in called] if part else []
    lines = [line for story in stories for line in _paragraphs(story)]
    lines += [word.get("string") or "" for word in body.iter(_WORD_ART)]
    for name in sorted(parts):
        if name.startswith("word/diagrams/data"):
            words = _parsed(parts[name]).iter(A + "p")
            lines += ["".join(one.text or "" for one in paragraph.iter(A + "t")) for paragraph in words]
    return lines


def _parsed(part: bytes) -> etree._Element:
    for name in (b"wordprocessingml/main", b"officeDocument/math"):
        part = part.replace(_STRICT + name, _OPEN + name.replace(b"/", b"/2006/"))
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))


def _paragraphs(story: etree._Element) -> Iterator[str]:
    begun: dict[etree._Element | None, str] = {}  # by container: a paragraph whose mark is deleted goes on in the next
    for paragraph in story.iter(W + "p"):
        if any(_is_gone(above) for above in paragraph.iterancestors()):
            continue
        said = begun.pop(paragraph.getparent(), "") + "".join(_text(paragraph))
        if paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            begun[paragraph.getparent()] = said
        else:
            yield from said.split("\n")
    yield from begun.values()


def _is_gone(element: etree._Element) -> bool:
    if element.tag == MC + "Fallback":
        choice = element.getprevious()
        return choice is not None and next(choice.iter(*_SHOWN), None) is not None
    row = element.tag == W + "tr" and element.find(f"{W}trPr/{W}del") is not None
    return row or element.tag in _GONE


def _text(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag in _TEXT:
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield "\n"
        elif child.tag != W + "p" and not _is_gone(child):
            yield from _text(child)


def structure_of_html(html: str) -> Counter[str]:
    """The same kinds as `structure` has, in a converter's HTML."""
    opened = Counter(re.findall(r"<(table|li|img|h[1-6])\b", html))
    notes = len(set(re.findall(r'<li[^>]* id="((?:fn|footnote|endnote)[^"]*)"', html)))
    headings = sum(opened[f"h{level}"] for level in range(1, 7))
    names = {"tables": opened["table"], "list items": opened["li"] - notes, "pictures": opened["img"]}
    return Counter(names | {"headings": headings, "notes": notes})


def structure(data: bytes) -> Counter[str]:
    """Tables with rows that are not deleted, headings with text, other numbered paragraphs, pictures and notes.

    By the file's own properties and the names of styles, not by the reader's rules. A picture is one that lies in the
    file and that no deleted run and no second drawing of the same place holds.
    """
    parts = mutations.members(data)
    found = Counter(dict.fromkeys(("tables", "headings", "list items", "pictures", "notes"), 0))
    if "word/document.xml" not in parts:
        return found
    body = _parsed(parts["word/document.xml"])
    names = _heading_styles(parts.get("word/styles.xml"))
    inside = _kept_inside(parts)
    notes = set()
    for element in body.iter(*_COUNTED):
        if any(_is_gone(above) for above in element.iterancestors()):
            continue
        if element.tag == W + "tbl":
            rows = element.findall(W + "tr")
            found["tables"] += any(row.find(f"{W}trPr/{W}del") is None for row in rows)
        elif element.tag == W + "p":
            found[_kind(element, names)] += 1
        elif element.tag in (_BLIP, _VML):
            found["pictures"] += (element.get(R + "embed") or element.get(R + "id")) in inside
        else:
            notes.add((element.tag, element.get(W + "id")))
    found["notes"] = len(notes)
    return found


def _kind(paragraph: etree._Element, headings: set[str | None]) -> str:
    says = any((text.text or "").strip() for text in paragraph.iter(W + "t"))
    style, number = (paragraph.find(f"{W}pPr/{W}{path}") for path in ("pStyle", f"numPr/{W}numId"))
    if not says or paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None:
        return ""
    in_outline = _is_level(paragraph.find(f"{W}pPr/{W}outlineLvl"))
    if in_outline or (style is not None and style.get(W + "val") in headings):
        return "headings"
    return "list items" if number is not None and number.get(W + "val") != "0" else ""


def _kept_inside(parts: dict[str, bytes]) -> set[str | None]:
    """The ids of the relations of the body to parts that are in the file."""
    listing = parts.get("word/_rels/document.xml.rels")
    relations = etree.fromstring(listing) if listing else ()
    return {
        one.get("Id")
        for one in relations
        if one.get("TargetMode") != "External"
        and posixpath.normpath(posixpath.join("/word", one.get("Target", ""))).lstrip("/") in parts
    }


def _heading_styles(styles: bytes | None) -> set[str | None]:
    """The ids of styles that are called heading or title, have a level in the outline, or build on such a one."""
    all_styles = _parsed(styles).findall(W + "style") if styles else []
    headings: set[str | None] = set()
    for _ in range(len(all_styles)):
        more = {style.get(W + "styleId") for style in all_styles if _is_heading(style, headings)} - headings
        if not more:
            break
        headings |= more
    return headings


def _is_heading(style: etree._Element, headings: set[str | None]) -> bool:
    name, base, level = (style.find(W + path) for path in ("name", "basedOn", f"pPr/{W}outlineLvl"))
    called = str(name.get(W + "val")).lower() if name is not None else ""
    by_base = base is not None and base.get(W + "val") in headings
    return called.startswith(("heading", "title")) or _is_level(level) or by_base


def _is_level(level: etree._Element | None) -> bool:
    return level is not None and level.get(W + "val") in set("012345678")
