"""Names of WordprocessingML and its neighbours (ECMA-376), and how to ask elements for their properties."""

from lxml import etree

Element = etree._Element

_OPEN = "{http://schemas.openxmlformats.org/"
W = _OPEN + "wordprocessingml/2006/main}"
R = _OPEN + "officeDocument/2006/relationships}"
M = _OPEN + "officeDocument/2006/math}"
A = _OPEN + "drawingml/2006/main}"
WP = _OPEN + "drawingml/2006/wordprocessingDrawing}"
PIC = _OPEN + "drawingml/2006/picture}"
DIAGRAM = _OPEN + "drawingml/2006/diagram}"
CHART = _OPEN + "drawingml/2006/chart}"
MC = _OPEN + "markup-compatibility/2006}"
V = "{urn:schemas-microsoft-com:vml}"
O = "{urn:schemas-microsoft-com:office:office}"  # noqa: E741 - its usual prefix

_OFF = frozenset({"0", "false", "off", "none"})


def is_on(element: Element | None) -> bool:
    """An on/off property: on where it is there and does not say otherwise."""
    return element is not None and element.get(W + "val", "1").lower() not in _OFF


def is_on_attribute(text: str | None) -> bool:
    """An on/off attribute."""
    return text in ("1", "true", "on")


def value(parent: Element | None, path: str, space: str = W) -> str | None:
    """The ``val`` of a descendant, by names without prefix: ``value(p, "pPr/pStyle")`` asks for ``w:val``."""
    if parent is None:
        return None
    found = parent.find("/".join(space + name for name in path.split("/")))
    return None if found is None else found.get(space + "val")


def number(text: str | None, otherwise: int) -> int:
    """A whole number as Word writes it, also where it carries a unit or a fraction."""
    try:
        return int(float((text or "").removesuffix("pt") or otherwise))
    except (ValueError, OverflowError):
        return otherwise


_BREAKS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "\u2011"}


def words_of(element: Element) -> str:
    """All text under an element, deleted or not, with its breaks."""
    return "".join(
        (found.text or "") if found.tag in (W + "t", W + "delText") else _BREAKS.get(found.tag, "")
        for found in element.iter(W + "t", W + "delText", *_BREAKS)
    )


def shown_text(element: Element) -> str:
    """All text runs under an element, without deleted ones."""
    return "".join(found.text or "" for found in element.iter(W + "t"))
