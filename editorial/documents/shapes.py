"""Drawings: pictures, text boxes, diagrams, and what stands in for embedded objects."""

import hashlib
from dataclasses import replace

from editorial.documents.content import Drawing, Picture
from editorial.documents.formats import drawing
from editorial.documents.lines import Block, Line
from editorial.documents.metafiles import sole_bitmap
from editorial.documents.ooxml import (
    CHART,
    DIAGRAM,
    MC,
    PIC,
    WP,
    A,
    Element,
    O,
    R,
    V,
    W,
    is_on_attribute,
    number,
    shown_text,
)
from editorial.documents.pictures import MOST_PIXELS_A_FILE, WHOLE, UnusablePicture, View, rebuilt
from editorial.documents.state import State
from editorial.documents.tokens import tag, written

_UNDERSTOOD = ("http://schemas.microsoft.com/office/", "http://schemas.openxmlformats.org/")
_ROUND = 360 * 60_000  # a full turn, in the unit of DrawingML
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
        linked = element.get(R + "link") is not None
        _add_picture(state, element.get(R + "embed"), line, alt, called, _view(element), linked)
    elif name == V + "imagedata":
        key = element.get(R + "id") or element.get(O + "relid") or element.get(R + "pict")
        view = View(_shares(element, "cropleft", "croptop", "cropright", "cropbottom"))
        _add_picture(state, key, line, element.get(O + "title") or alt, called, view)
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


def _view(blip: Element) -> View:
    """What is shown of a picture that is no shape's filling."""
    fill = blip.getparent()
    picture = fill.getparent() if fill is not None and fill.tag == PIC + "blipFill" else None
    if fill is None or picture is None:
        return WHOLE
    cut, form = fill.find(A + "srcRect"), picture.find(f"{PIC}spPr/{A}xfrm")
    cropped = WHOLE.cropped if cut is None else _shares(cut, "l", "t", "r", "b")
    if form is None:
        return View(cropped)
    mirrored, upside_down = is_on_attribute(form.get("flipH")), is_on_attribute(form.get("flipV"))
    return View(cropped, mirrored, upside_down, round(4 * (number(form.get("rot"), 0) % _ROUND) / _ROUND) % 4)


def _shares(element: Element, left: str, top: str, right: str, bottom: str) -> tuple[float, float, float, float]:
    """What four attributes cut off each side."""
    return _share(element.get(left)), _share(element.get(top)), _share(element.get(right)), _share(element.get(bottom))


def _share(text: str | None) -> float:
    """A part of a side: in hundred thousandths, in per cent (``12.5%``), or in 65536ths (``1234f``); none below 0."""
    unit = {"%": 100, "f": 65_536}.get((text or "")[-1:], 100_000 if "." not in (text or "") else 1)
    try:
        return min(max(float((text or "0").rstrip("%f")) / unit, 0), 1)
    except ValueError:
        return 0


def _add_picture(
    state: State, key: str | None, line: Line, alt: str, called: str, view: View, linked: bool = False
) -> None:
    relation = state.file.relationships(state.part).get(key or "")
    if relation is None or relation.external or relation.target not in state.file:
        if relation is None and not linked:
            state.warn("image-dropped", called)
        return
    picture = _picture(state, relation.target, called, view)
    if isinstance(picture, Drawing):
        line.add(tag("img", {"src": f"pictures/{picture.sha256}", "alt": alt}))
    elif picture is not None:
        line.add(tag("img", {"src": f"pictures/{picture.sha256}", "alt": alt or picture.alt}))
        if alt and not picture.alt:
            state.pictures[picture.sha256] = replace(picture, alt=alt)


def _picture(state: State, part: str, called: str, view: View) -> Picture | Drawing | None:
    """The picture in a part, written anew once; None, with a warning, where it cannot be shown."""
    if (part, view) not in state.by_part:
        state.by_part[part, view] = _read_picture(state, part, view)
    found = state.by_part[part, view]
    if found is None:
        state.warn("image-dropped", called)
    elif isinstance(found, Drawing):
        state.note_drawing(found, called)
    return found


def _read_picture(state: State, part: str, view: View) -> Picture | Drawing | None:
    content = state.file.package.read(part)
    kind = drawing(content)
    bitmap = sole_bitmap(kind[1]) if kind else None
    if kind is not None and bitmap is None:
        digest = hashlib.sha256(kind[1]).hexdigest()
        return state.drawings.setdefault(digest, Drawing(digest, *kind))
    try:
        if state.pixels > MOST_PIXELS_A_FILE:
            raise UnusablePicture("too many pictures")
        picture, pixels = rebuilt(bitmap or content, view=view)
    except UnusablePicture:
        return None
    state.pixels += pixels
    if picture.width * picture.height != pixels or picture.media_type not in state.file.type_of(part):
        state.warn("image-rebuilt")
    if view.is_whole:
        picture = replace(picture, source=hashlib.sha256(content).hexdigest())
    return state.pictures.setdefault(picture.sha256, picture)
