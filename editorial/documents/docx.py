"""A Word file as HTML: its body, then notes. Runs in the child process."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from html import unescape
from typing import Any

from editorial.documents.content import Picture
from editorial.documents.lines import Block, Line, Look, html_of
from editorial.documents.numbering import Numbering
from editorial.documents.ooxml import MC, Element, R, W, value, words_of
from editorial.documents.package import refuse
from editorial.documents.parts import WordFile
from editorial.documents.properties import warn_of_file
from editorial.documents.remarks import COMMENT_MARKS, mark_passage, read_remarks
from editorial.documents.runs import read_inline, unpaired_marks
from editorial.documents.shapes import chosen
from editorial.documents.state import State
from editorial.documents.styles import Styles, is_coloured, is_drop_cap, is_invisible_frame
from editorial.documents.tables import read_table
from editorial.documents.titles import (
    mark_headings,
    mark_subheads,
    suggest_captions,
    suggested_byline,
    suggested_title,
)

_PAGE_NUMBER = re.compile(r"[\s\d第页共/／—–\-－·.|]*|(?:page|of|[\s\d/|.–-])*", re.I)
_SKIPPED = frozenset(W + name for name in ("sectPr", "tcPr", "sdtPr", "sdtEndPr", "customXmlPr", "pPr", "rPr"))
_LOOKED_AT = 40


def read_docx(data: bytes) -> tuple[dict[str, Any], list[Picture]]:
    """The answer about a Word file: html, title, byline and warnings; and its pictures."""
    file = WordFile(data)
    styles = Styles(_part_of(file, "styles"))
    numbering = Numbering(_part_of(file, "numbering"), styles)
    state = State(file, styles, numbering, read_blocks, file.main)
    root = file.xml(file.main)
    body = root.find(W + "body")
    if body is None:
        refuse("bad-structure", "no body")
    state.unpaired = unpaired_marks(body)
    blocks = read_blocks(state, body)
    is_guessed = not styles.are_ours()  # what is bold in a file of ours is bold in the text as well, and no heading
    if is_guessed:
        mark_headings(blocks)
    title = suggested_title(blocks)
    if is_guessed:
        mark_subheads(blocks)
    suggest_captions(blocks, state.pictures)
    whole = html_of(blocks) + _notes(state)
    margins = _margins(state, root)
    if not _says_anything(whole):
        whole = margins
    warn_of_file(state, whole)
    answer = {
        "html": whole,
        "title": title,
        "byline": suggested_byline(blocks),
        "warnings": list(map(astuple, state.warnings())),
        "changes": list(map(astuple, state.changes)),
        "remarks": list(map(astuple, read_remarks(state))),
        "drawings": list(state.drawings.values()),
    }
    return answer, list(state.pictures.values())


def read_blocks(state: State, parent: Iterable[Element]) -> list[Block]:
    """The blocks that the children of a body, cell, note, text box or control are."""
    blocks: list[Block] = []
    carried: Line | None = None
    for child in _flattened(state, parent):
        if child.tag == W + "tbl":
            blocks.append(Block(finished=read_table(state, child)))
            _count(state, blocks[-1])
        elif child.tag == W + "p":
            block = _read_paragraph(state, child, carried)
            carried = None
            if (mark := child.find(f"{W}pPr/{W}rPr/{W}del")) is not None:
                state.change("removed", mark, "\n")
                carried = block.line
                continue
            if (mark := child.find(f"{W}pPr/{W}rPr/{W}ins")) is not None:
                state.change("added", mark, "\n")
            if is_drop_cap(child.find(W + "pPr")):
                carried = block.line
                continue
            blocks.append(block)
            _count(state, block)
            blocks += block.line.after
        else:
            loose = Line()
            read_inline(state, [child], loose, None, False)
            blocks.append(Block(loose))
            blocks += loose.after
    if carried is not None:
        blocks.append(Block(carried))
        blocks += carried.after
    return blocks


def _count(state: State, block: Block) -> None:
    """Goes on to the next paragraph of the body, where this one shows something."""
    if not state.story and state.paragraph is None and not state.in_table:
        state.number += bool(block.finished or block.label or not block.line.is_empty())
        if state.listening:
            state.hear("\n")


def _flattened(state: State, parent: Iterable[Element]) -> Iterator[Element]:
    """Paragraphs, tables and loose runs, without the controls and insertions around them."""
    for child in parent:
        name = child.tag
        if name in (W + "p", W + "tbl", W + "r", W + "hyperlink"):
            yield child
        elif name == MC + "AlternateContent":
            yield from _flattened(state, chosen(state, child))
        elif name == W + "altChunk":
            state.warn("embedded", "altChunk")
        elif name in COMMENT_MARKS:
            mark_passage(state, child)
        elif name in (W + "del", W + "moveFrom"):
            state.change("removed" if name == W + "del" else "moved-away", child, words_of(child))
        elif name not in _SKIPPED:
            if name in (W + "ins", W + "moveTo") and len(child):
                state.change("added" if name == W + "ins" else "moved-here", child, words_of(child))
            yield from _flattened(state, child)


def _read_paragraph(state: State, paragraph: Element, carried: Line | None) -> Block:
    outer, looks, hidden = state.paragraph, state.looks, state.hidden_frame
    state.paragraph, state.looks = paragraph, []
    properties = paragraph.find(W + "pPr")
    level = state.styles.heading_level(properties)
    label = state.numbering.label(properties)
    state.hidden_frame = is_invisible_frame(properties)
    coloured = is_coloured(state.styles.paragraph_property(properties, "shd"))
    line = carried or Line()
    state.on_colour += coloured
    read_inline(state, paragraph, line, None, level is not None)
    state.on_colour -= coloured
    look = None if level or state.in_table or state.story else _look(state, properties)
    block = Block(line, level, label, look, state.styles.name(value(properties, "pStyle")))
    state.paragraph, state.looks, state.hidden_frame = outer, looks, hidden
    return block


def _look(state: State, properties: Element | None) -> Look | None:
    if not 0 < len(state.looks) <= _LOOKED_AT or (properties is None and all(look.is_plain() for look in state.looks)):
        return None
    alignment = state.styles.paragraph_property(properties, "jc")
    return Look(
        centred=alignment is not None and alignment.get(W + "val") == "center",
        size=min(look.size() for look in state.looks),
        fonts=frozenset(look.font() for look in state.looks),
        bold=all("strong" in look.tags(False) for look in state.looks),
    )


def _notes(state: State) -> str:
    """Footnotes and endnotes, in the order in which they are called, as one list."""
    if not state.notes:
        return ""
    found: dict[tuple[str, str], tuple[str, Element]] = {}
    for kind in ("footnote", "endnote"):
        for part in state.file.related(state.file.main, kind + "s"):
            for note in state.file.xml(part).iter(W + kind):
                found.setdefault((kind, note.get(W + "id") or ""), (part, note))
    items = []
    read = 0
    while read < len(state.notes):  # a note may call a note
        key, count = list(state.notes.items())[read]
        read += 1
        html = ""
        if key in found:
            state.part, state.story, state.unpaired = found[key][0], key[0], unpaired_marks(found[key][1])
            html = html_of(read_blocks(state, found[key][1]))
        back = f' <a href="#fnref{count}">↩</a>'
        html = html.removesuffix("</p>") + back + "</p>" if html.endswith("</p>") else html + back
        if html.count("<p>") == 1 and html.startswith("<p>") and html.endswith("</p>"):
            html = html[len("<p>") : -len("</p>")]
        items.append(f'<li id="fn{count}">{html}</li>')
    return f"<hr><ol>{''.join(items)}</ol>"


def _margins(state: State, root: Element) -> str:
    """The text of headers and footers, each once, without bare page numbers; a warning says what they say.

    They are the page's, not the manuscript's, so they do not go into the text.
    """
    shown: dict[str, str] = {}
    state.is_muted = True
    for kind in ("header", "footer"):
        for reference in root.iter(f"{W}{kind}Reference"):
            relation = state.file.relationships(state.file.main).get(reference.get(R + "id") or "")
            if relation is None or relation.external or relation.target not in state.file:
                continue
            state.part, state.story = relation.target, kind
            margin = state.file.xml(relation.target)
            state.unpaired = unpaired_marks(margin)
            html = html_of(read_blocks(state, margin))
            words = " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())
            if "<img" in html or not _PAGE_NUMBER.fullmatch(words):
                shown.setdefault(words, html)
    state.is_muted, state.story, state.paragraph = False, "file", None
    for words in shown:
        state.warn("margin-text", words)
    return "".join(shown.values())


def _says_anything(html: str) -> bool:
    return "<img" in html or bool(re.sub(r"<[^>]*>", "", html).strip())


def _part_of(file: WordFile, kind: str) -> Element | None:
    name = next(file.related(file.main, kind), None)
    return file.xml(name) if name else None
