"""Drawings: pictures, text boxes, diagrams, and what stands in for embedded objects."""

import hashlib
from dataclasses import replace

from editorial.documents.content import Drawing, Picture
from editorial.documents.formats import drawing
from editorial.documents.lines import Block, Line
from editorial.documents.metafiles import sole_bitmap
from editorial.documents.ooxml import CHART, DIAGRAM, MC, WP, A, Element, O, R, V, W, shown_text
from editorial.documents.pictures import MOST_PIXELS_A_FILE, UnusablePicture, rebuilt
from editorial.documents.state import State
from editorial.documents.tokens import tag, written

_UNDERSTOOD = ("http://schemas.microsoft.com/office/", "http://schemas.openxmlformats.org/")
_SKIPPED = frozenset({W + "binData", A + "extLst", V + "fill", V + "stroke", V + "shadow"})


def read_shape(state: State, element: Element, line: Line, alt: str = "", called: str = "") -> None:
    """Adds what a drawing, a VML picture or an object shows: pictures to the line, text to the blocks after it."""
    name = element.tag
    if not isinstance(name, str) or name in _SKIPPED:
        return
    if name == W + "drawing":
        described = element.find(f".//{WP}docPr")
        if described is not None:
            alt, called = described.get("descr") or alt, described.get("name") or called
    if name == MC + "AlternateContent":
        for child in chosen(state, element):
            read_shape(state, child, line, alt, called)
    elif name == A + "blip":
        _add_picture(state, element.get(R + "embed"), line, alt, called, linked=element.get(R + "link") is not None)
    elif name == V + "imagedata":
        key = element.get(R + "id") or element.get(O + "relid") or element.get(R + "pict")
        _add_picture(state, key, line, element.get(O + "title") or alt, called)
    elif name == W + "txbxContent":
        state.on_colour += 1
        line.after += state.read_blocks(state, element)
        state.on_colour -= 1
    elif name == V + "textpath":
        _add_paragraphs(line, [element.get("string") or ""])
    elif name == DIAGRAM + "relIds":
        _add_paragraphs(line, _diagram_text(state, element.get(R + "dm")))
    elif name == CHART + "chart":
        state.warn("chart-dropped", called)
    elif name == A + "p":
        _add_paragraphs(line, ["".join(t.text or "" for t in element.iter(A + "t"))])
    elif name in (O + "OLEObject", W + "control"):
        state.warn("embedded", element.get("ProgID") or element.get(W + "name") or "")
    else:
        for child in element:
            read_shape(state, child, line, alt, called)


def chosen(state: State, alternatives: Element) -> list[Element]:
    """The children of the branch that Word shows: the first choice whose namespace it knows, else the fallback.

    Warns where the other branch, which older programs show, has another text.
    """
    choices = alternatives.findall(MC + "Choice")
    fallback = alternatives.find(MC + "Fallback")
    choice = next((one for one in choices if _is_understood(one)), None)
    if choice is None:
        return list(fallback) if fallback is not None else []
    if fallback is not None:
        said, other = _squeezed(choice), _squeezed(fallback)
        if said != other and (said or not _shows(choice)) and other:
            state.warn("alternate-content")
        if not said and not _shows(choice):
            return list(fallback)
    return list(choice)


def _is_understood(choice: Element) -> bool:
    spaces = [choice.nsmap.get(prefix) or "" for prefix in (choice.get("Requires") or "").split()]
    return all(space.startswith(_UNDERSTOOD) for space in spaces)


def _shows(choice: Element) -> bool:
    return any(next(choice.iter(name), None) is not None for name in (A + "blip", DIAGRAM + "relIds", W + "object"))


def _squeezed(element: Element) -> str:
    return "".join(shown_text(element).split())


def _add_paragraphs(line: Line, texts: list[str]) -> None:
    line.after += [Block(finished=f"<p>{written(text)}</p>") for text in texts if text.strip()]


def _diagram_text(state: State, key: str | None) -> list[str]:
    """The words of a SmartArt diagram, in the order of its data."""
    relation = state.file.relationships(state.part).get(key or "")
    if relation is None or relation.external or relation.target not in state.file:
        return []
    data = state.file.xml(relation.target)
    return ["".join(t.text or "" for t in paragraph.iter(A + "t")) for paragraph in data.iter(A + "p")]


def _add_picture(state: State, key: str | None, line: Line, alt: str, called: str, linked: bool = False) -> None:
    relation = state.file.relationships(state.part).get(key or "")
    if relation is None or relation.external or relation.target not in state.file:
        if relation is None and not linked:
            state.warn("image-dropped", called)
        return
    picture = _picture(state, relation.target, called)
    if isinstance(picture, Drawing):
        line.add(tag("img", {"src": f"pictures/{picture.sha256}", "alt": alt}))
    elif picture is not None:
        line.add(tag("img", {"src": f"pictures/{picture.sha256}", "alt": alt or picture.alt}))
        if alt and not picture.alt:
            state.pictures[picture.sha256] = replace(picture, alt=alt)


def _picture(state: State, part: str, called: str) -> Picture | Drawing | None:
    """The picture in a part, written anew once; None, with a warning, where it cannot be shown."""
    if part not in state.by_part:
        state.by_part[part] = _read_picture(state, part)
    found = state.by_part[part]
    if found is None:
        state.warn("image-dropped", called)
    elif isinstance(found, Drawing):
        state.note_drawing(found, called)
    return found


def _read_picture(state: State, part: str) -> Picture | Drawing | None:
    content = state.file.package.read(part)
    kind = drawing(content)
    bitmap = sole_bitmap(kind[1]) if kind else None
    if kind is not None and bitmap is None:
        digest = hashlib.sha256(kind[1]).hexdigest()
        return state.drawings.setdefault(digest, Drawing(digest, *kind))
    try:
        if state.pixels > MOST_PIXELS_A_FILE:
            raise UnusablePicture("too many pictures")
        picture, pixels = rebuilt(bitmap or content)
    except UnusablePicture:
        return None
    state.pixels += pixels
    if picture.width * picture.height != pixels or picture.media_type not in state.file.type_of(part):
        state.warn("image-rebuilt")
    picture = replace(picture, source=hashlib.sha256(content).hexdigest())
    return state.pictures.setdefault(picture.sha256, picture)
