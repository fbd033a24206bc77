"""Formulas (OMML) in one line."""

from editorial.documents.ooxml import Element, M, value
from editorial.documents.tokens import written

_OVERLINE = "\u0305"
_PROPERTIES = frozenset(
    M + name for name in ("fPr", "radPr", "dPr", "naryPr", "sSupPr", "sSubPr", "ctrlPr", "rPr", "oMathParaPr",
                  "eqArrPr", "mPr", "funcPr", "limLowPr", "limUppPr", "barPr", "accPr", "sSubSupPr")
)


def read_formula(element: Element) -> str:
    """A formula as HTML: fractions with a slash, powers and indices raised and lowered, rows of a system on lines of
    their own, a matrix as ``[a, b; c, d]``, the rest in order.
    """
    name = element.tag
    if name == M + "t":
        return written((element.text or "").replace("&", ""))  # a mark by which equations are aligned
    if name in _PROPERTIES or not isinstance(name, str):
        return ""
    if name == M + "f":
        if value(element, "fPr/type", M) == "noBar":
            return f"{_part(element, 'num')} ¦ {_part(element, 'den')}"
        return f"{_grouped(element, 'num')}/{_grouped(element, 'den')}"
    if name == M + "eqArr":
        return "<br>".join(read_formula(row) for row in element.findall(M + "e"))
    if name == M + "m":
        rows = (", ".join(map(read_formula, row.findall(M + "e"))) for row in element.findall(M + "mr"))
        return f"[{'; '.join(rows)}]"
    if name == M + "func":
        called, of = _part(element, "fName"), _part(element, "e")
        return f"{called} {of}" if called[-1:].isalnum() or called.endswith(">") else called + of
    if name in (M + "limLow", M + "limUpp"):
        return f"{_part(element, 'e')}{_moved(element, 'lim', 'sub' if name == M + 'limLow' else 'sup')}"
    if name in (M + "bar", M + "acc"):
        sign = _OVERLINE if name == M + "bar" else _sign(element, "accPr", "chr", "\u0302")
        part = _part(element, "e")
        return part + sign if len(part) == 1 else f"({part}){sign}"
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


def _moved(element: Element, name: str, as_tag: str = "") -> str:
    part, shown = _part(element, name), as_tag or name
    return f"<{shown}>{part}</{shown}>" if part else ""


def _sign(element: Element, properties: str, name: str, otherwise: str) -> str:
    found = element.find(f"{M}{properties}/{M}{name}")
    return otherwise if found is None else written(found.get(M + "val") or "")
