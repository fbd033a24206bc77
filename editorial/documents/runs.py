"""What stands inside a paragraph: runs, links, fields, insertions and deletions, notes, formulas, ruby."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from editorial.documents.allowed import link
from editorial.documents.formulas import read_formula
from editorial.documents.lines import Line, start_tags
from editorial.documents.ooxml import MC, Element, M, R, W, is_on, value, words_of
from editorial.documents.remarks import COMMENT_MARKS, mark_passage
from editorial.documents.shapes import chosen, read_shape
from editorial.documents.state import Field, State
from editorial.documents.styles import RunLook
from editorial.documents.symbols import in_font, symbol
from editorial.documents.tokens import written

_NOTHING = frozenset(
    W + name
    for name in (
        "pPr", "rPr", "sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr", "proofErr", "permStart", "permEnd", "sectPr",
        "bookmarkStart", "bookmarkEnd", "annotationRef",
        "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "lastRenderedPageBreak",
        "footnoteRef", "endnoteRef", "separator", "continuationSeparator", "softHyphen", "delText", "delInstrText",
        "fldData", "pgNum", "tblPr", "tblGrid",
    )
)  # fmt: skip
_TEXT_OF = {W + "noBreakHyphen": "\u2011", W + "ptab": " ", W + "tab": " "}
_DANGEROUS = frozenset({
    "DDE", "DDEAUTO", "INCLUDETEXT", "INCLUDEPICTURE", "INCLUDE", "IMPORT", "LINK", "RD", "DATABASE", "AUTOTEXT",
    "AUTOTEXTLIST", "ASK", "FILLIN", "MACROBUTTON", "GOTOBUTTON", "HTMLCONTROL", "CONTROL", "EMBED",
})
_QUOTED = re.compile(r'"([^"]*)"|(\S+)')
_PHONETIC = re.compile(r"\\s\s*\\up\s*[\d.]*\s*\(([^()]*)\)\s*[,，;]\s*([^()]*)\)", re.I)


def read_inline(state: State, parent: Iterable[Element], line: Line, href: str | None, in_heading: bool) -> None:
    """Adds what the children of a paragraph, or of an element inside one, show."""
    for child in parent:
        name = child.tag
        if name == W + "r":
            _read_run(state, child, line, href, in_heading)
        elif name in COMMENT_MARKS:
            mark_passage(state, child)
        elif name in _NOTHING or not isinstance(name, str):
            continue
        elif name in (W + "del", W + "moveFrom"):
            state.change("removed" if name == W + "del" else "moved-away", child, words_of(child))
            _note_deleted_fields(state, child)
        elif name in (W + "ins", W + "moveTo"):
            state.change("added" if name == W + "ins" else "moved-here", child, words_of(child))
            read_inline(state, child, line, href, in_heading)
        elif name == W + "hyperlink":
            read_inline(state, child, line, _link_of(state, child.get(R + "id")) or href, in_heading)
        elif name == W + "fldSimple":
            made = _field_link(state, child.get(W + "instr") or "")
            read_inline(state, child, line, made or href, in_heading)
        elif name in (W + "p", W + "tbl", W + "altChunk"):
            line.after += state.read_blocks(state, [child])
        elif name == MC + "AlternateContent":
            read_inline(state, chosen(state, child), line, href, in_heading)
        elif name in (M + "oMath", M + "oMathPara"):
            line.add(read_formula(child))
        else:
            read_inline(state, child, line, href, in_heading)


def _read_run(state: State, run: Element, line: Line, href: str | None, in_heading: bool) -> None:
    paragraph_style = value(state.paragraph, "pPr/pStyle")
    look = RunLook(state.styles, run.find(W + "rPr"), paragraph_style)
    hidden = look.is_hidden(state.on_colour > 0) or state.hidden_frame
    tags = look.tags(in_heading)
    _read_run_children(state, run, line, _Format(tags, href, hidden, in_heading, look))


@dataclass
class _Format:
    """How the text of a run is written."""

    tags: tuple[str, ...]
    href: str | None
    hidden: bool
    in_heading: bool
    look: RunLook


def _read_run_children(state: State, run: Iterable[Element], line: Line, form: _Format) -> None:
    for child in run:
        name = child.tag
        if name == W + "t":
            _add_text(state, line, in_font(form.look.latin_font(), child.text or ""), form)
        elif name in _NOTHING or not isinstance(name, str):
            continue
        elif name in _TEXT_OF:
            _add_text(state, line, _TEXT_OF[name], form)
        elif name in (W + "br", W + "cr"):
            if child.get(W + "type") in (None, "textWrapping") and _is_shown(state):
                line.add("<br>", start_tags(form.tags, None, False))
        elif name == W + "sym":
            _add_text(state, line, symbol(child.get(W + "font") or "", child.get(W + "char") or ""), form)
        elif name == W + "fldChar":
            _read_field_mark(state, child, line, form)
        elif name == W + "instrText":
            if state.fields:
                state.fields[-1].code += child.text or ""
        elif name in (W + "footnoteReference", W + "endnoteReference"):
            _add_note(state, line, name[len(W) : -len("Reference")], child.get(W + "id") or "")
        elif name in COMMENT_MARKS:
            mark_passage(state, child)
        elif name == W + "ruby":
            _add_ruby(state, child, line, form)
        elif name in (W + "drawing", W + "pict", W + "object"):
            read_shape(state, child, line)
        elif name == MC + "AlternateContent":
            _read_run_children(state, chosen(state, child), line, form)
        else:
            _read_run_children(state, child, line, form)


def _is_shown(state: State) -> bool:
    """Is the text here outside the code of any field?"""
    return all(field.has_result for field in state.fields)


def _add_text(state: State, line: Line, text: str, form: _Format) -> None:
    if not text or not _is_shown(state):
        return
    hidden = form.hidden and bool(text.strip())
    if hidden:
        state.warn("hidden-text", text[:50])
    href = next((field.href for field in reversed(state.fields) if field.href), None) or form.href
    line.add_text(text, start_tags(form.tags, href, hidden))
    if text.strip():
        state.looks.append(form.look)
    if state.listening:
        state.hear(text)


def _read_field_mark(state: State, mark: Element, line: Line, form: _Format) -> None:
    kind = mark.get(W + "fldCharType")
    if mark in state.unpaired:
        return
    if kind == "begin":
        state.fields.append(Field(check=_form_field(mark)))
    elif kind == "separate" and state.fields:
        field = state.fields[-1]
        field.href = _field_link(state, field.code)
        field.has_result = True
    elif kind == "end" and state.fields:
        field = state.fields.pop()
        if not field.has_result:
            _add_text(state, line, _without_result(state, field, line), form)


def _form_field(mark: Element) -> str:
    """What a form field shows without a result: a box, or the entry that is chosen."""
    box = mark.find(f"{W}ffData/{W}checkBox")
    if box is not None:
        state = box.find(W + "checked")
        return "☒" if is_on(state if state is not None else box.find(W + "default")) else "☐"
    choices = mark.find(f"{W}ffData/{W}ddList")
    if choices is not None:
        entries = [entry.get(W + "val") or "" for entry in choices.findall(W + "listEntry")]
        picked = value(choices, "result") or value(choices, "default") or "0"
        return entries[int(picked)] if picked.isdigit() and int(picked) < len(entries) else ""
    return ""


def _without_result(state: State, field: Field, line: Line) -> str:
    """What a field without a result shows."""
    words = field.code.split(maxsplit=2)
    kind = words[0].upper() if words else ""
    if kind == "EQ" and (phonetic := _PHONETIC.search(field.code)):
        reading, base = phonetic[1], phonetic[2]
        line.add(_ruby(written(base), written(reading)))
        return ""
    if kind == "SYMBOL" and len(words) > 1:
        font = re.search(r'\\f\s*"?([^"\\]+)', field.code)
        code = int(words[1], 0) if re.fullmatch(r"0[xX][0-9a-fA-F]{1,5}|[1-9]\d{0,5}", words[1]) else 0
        return symbol(font[1].strip() if font else "", f"{code:04X}") if code else ""
    _field_link(state, field.code)
    if kind in ("MACROBUTTON", "GOTOBUTTON") and len(words) > 2:
        return words[2].strip()
    return field.check


def _field_link(state: State, code: str) -> str | None:
    """The address of a HYPERLINK field; warns of fields that would fetch or run something, and of contents."""
    words = code.split(maxsplit=1)
    kind = words[0].upper() if words else ""
    if kind in _DANGEROUS:
        state.warn("fields-dropped")
    if kind == "TOC":
        state.warn("contents")
    if kind != "HYPERLINK" or len(words) < 2 or words[1].lstrip().startswith("\\"):
        return None
    found = _QUOTED.match(words[1].strip())
    address = (found[1] or found[2] or "") if found else ""
    return _checked(state, address)


def _link_of(state: State, key: str | None) -> str | None:
    relation = state.file.relationships(state.part).get(key or "")
    return _checked(state, relation.target) if relation and relation.external else None


def _checked(state: State, address: str) -> str | None:
    if not address or address.startswith("#"):
        return None
    good = link(address)
    if good is None:
        state.warn("links-dropped")
    return good


def unpaired_marks(root: Element) -> set[Element]:
    """Marks of fields that begin without an end, or end without a beginning: they would swallow the text after them."""
    begun: list[Element] = []
    unpaired: set[Element] = set()
    for mark in root.iter(W + "fldChar"):
        kind = mark.get(W + "fldCharType")
        if kind == "begin":
            begun.append(mark)
        elif kind == "end":
            if begun:
                begun.pop()
            else:
                unpaired.add(mark)
    return unpaired | set(begun)


def _note_deleted_fields(state: State, deleted: Element) -> None:
    """Keeps the count of open fields right where a field's marks are deleted with their text."""
    for mark in deleted.iter(W + "fldChar"):
        if mark.get(W + "fldCharType") == "begin":
            state.fields.append(Field(has_result=True))
        elif mark.get(W + "fldCharType") == "end" and state.fields:
            state.fields.pop()


def _add_note(state: State, line: Line, kind: str, key: str) -> None:
    known = (kind, key) in state.notes
    count = state.notes.setdefault((kind, key), len(state.notes) + 1)
    own_id = "" if known else f' id="fnref{count}"'
    line.add(f'<sup{own_id}><a href="#fn{count}">[{count}]</a></sup>')


def _add_ruby(state: State, ruby: Element, line: Line, form: _Format) -> None:
    parts = []
    for name in ("rubyBase", "rt"):
        part = Line()
        found = ruby.find(W + name)
        if found is not None:
            read_inline(state, found, part, None, form.in_heading)
        parts.append(re.sub(r"<[^>]*>", "", part.html()))
    line.add(_ruby(*parts), start_tags(form.tags, form.href, False))


def _ruby(base: str, reading: str) -> str:
    return f"<ruby>{base}<rp>(</rp><rt>{reading}</rt><rp>)</rp></ruby>"
