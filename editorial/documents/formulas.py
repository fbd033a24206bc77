"""Formulas (OMML) in one line."""

from editorial.documents.ooxml import Element, M
from editorial.documents.tokens import written

_PROPERTIES = frozenset(
    M + name for name in ("fPr", "radPr", "dPr", "naryPr", "sSupPr", "sSubPr", "ctrlPr", "rPr", "oMathParaPr")
)


def read_formula(element: Element) -> str:
    """A formula as HTML: fractions with a slash, powers and indices raised and lowered, the rest in order."""
    name = element.tag
    if name == M + "t":
        return written(element.text or "")
    if name in _PROPERTIES or not isinstance(name, str):
        return ""
    if name == M + "f":
        return f"{_grouped(element, 'num')}/{_grouped(element, 'den')}"
    if name == M + "rad":
        return f"{_part(element, 'deg')}√{_grouped(element, 'e')}"
    if name == M + "d":
        inner = ", ".join(read_formula(part) for part in element.findall(M + "e"))
        return f"{_sign(element, 'dPr', 'begChr', '(')}{inner}{_sign(element, 'dPr', 'endChr', ')')}"
    if name == M + "nary":
        sign = _sign(element, "naryPr", "chr", "∫")
        return f"{sign}{_moved(element, 'sub')}{_moved(element, 'sup')}{_part(element, 'e')}"
    if name in (M + "sSup", M + "sSub", M + "sSubSup"):
        return f"{_part(element, 'e')}{_moved(element, 'sub')}{_moved(element, 'sup')}"
    return "".join(read_formula(child) for child in element)


def _part(element: Element, name: str) -> str:
    found = element.find(M + name)
    return "" if found is None else "".join(read_formula(child) for child in found)


def _grouped(element: Element, name: str) -> str:
    part = _part(element, name)
    return part if len(part) <= 1 or part.isalnum() else f"({part})"


def _moved(element: Element, name: str) -> str:
    part = _part(element, name)
    return f"<{name}>{part}</{name}>" if part else ""


def _sign(element: Element, properties: str, name: str, otherwise: str) -> str:
    found = element.find(f"{M}{properties}/{M}{name}")
    return otherwise if found is None else written(found.get(M + "val") or "")
