"""Automatic numbering: which list a paragraph belongs to, and the label that Word shows before it."""

import re
from dataclasses import dataclass

from editorial.documents.ooxml import Element, W, is_on, number, value
from editorial.documents.styles import Styles

_PLACE = re.compile(r"%([1-9])")
_PLAIN = re.compile(r"%\d[.)、．]?")
_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_DEEPEST = 8


@dataclass(frozen=True)
class Label:
    """What numbering puts before a paragraph.

    `kind` is ``ul`` (a bullet), ``ol`` (a plain number, which a list shows by itself), ``label`` (an item whose label
    a list does not show by itself: a), (1), 1.1) or ``text`` (the number is part of the text: 一、 or 第一条).
    """

    kind: str
    text: str
    number: int
    level: int
    list_id: str


class Numbering:
    """The lists of a file, with the counters as far as it has been read."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract: dict[str, Element] = {}
        self._lists: dict[str, Element] = {}
        self._counters: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()
        for element in root if root is not None else ():
            if element.tag == W + "abstractNum":
                self._abstract[element.get(W + "abstractNumId", "")] = element
            elif element.tag == W + "num":
                self._lists[element.get(W + "numId", "")] = element

    def label(self, pPr: Element | None) -> Label | None:
        """The label of the next paragraph, which counts by being asked for; None where it has none."""
        found = self._list_of(pPr)
        if found is None:
            return None
        list_id, level = found
        definition = self._lists.get(list_id)
        if definition is None:
            return Label("ul", "", 0, level, list_id)
        levels = self._levels(definition)
        counters = self._counters.setdefault(value(definition, "abstractNumId") or list_id, [None] * (_DEEPEST + 1))
        self._advance(definition, list_id, levels, counters, level)
        this = levels.get(level)
        kind = value(this, "numFmt") or "decimal"
        pattern = (value(this, "lvlText") or "") if this is not None else f"%{level + 1}."
        if kind == "bullet":
            return Label("ul", "", 0, level, list_id)
        if kind == "none" and not pattern.strip():
            return None
        legal = is_on(this.find(W + "isLgl")) if this is not None else False

        def counted(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            form = value(levels.get(at), "numFmt") or "decimal"
            return formatted(counters[at] or 0, "decimal" if legal and at < level else form)

        text = _PLACE.sub(counted, pattern)
        if kind == "decimal" and _PLAIN.fullmatch(pattern.strip()):
            return Label("ol", text, counters[level] or 0, level, list_id)
        is_text = kind not in _LATIN or any(ord(character) > 0x2FFF for character in pattern)
        return Label("text" if is_text else "label", text, counters[level] or 0, level, list_id)

    def _list_of(self, pPr: Element | None) -> tuple[str, int] | None:
        own = self._styles.paragraph_property(pPr, "numPr")
        if own is None:
            return None
        list_id, level = value(own, "numId"), value(own, "ilvl")
        if list_id is None or level is None:
            for style in self._styles.chain(value(pPr, "pStyle")):
                list_id = list_id or value(style, "pPr/numPr/numId")
                level = level or value(style, "pPr/numPr/ilvl")
        if list_id is None or list_id == "0":
            return None
        return list_id, min(max(number(level, 0), 0), _DEEPEST)

    def _levels(self, definition: Element) -> dict[int, Element]:
        """The levels of a list, its own ones before those that it shares."""
        abstract = self._abstract.get(value(definition, "abstractNumId") or "")
        if abstract is not None and (link := value(abstract, "numStyleLink")):
            linked = next((a for a in self._abstract.values() if value(a, "styleLink") == link), None)
            abstract = abstract if linked is None else linked
        levels: dict[int, Element] = {}
        own = [one.find(W + "lvl") for one in definition.findall(W + "lvlOverride")]
        shared = abstract.findall(W + "lvl") if abstract is not None else []
        for level in [*own, *shared]:
            if level is not None:
                levels.setdefault(number(level.get(W + "ilvl"), 0), level)
        return levels

    def _advance(
        self, definition: Element, list_id: str, levels: dict[int, Element], counters: list[int | None], level: int
    ) -> None:
        for one in definition.findall(W + "lvlOverride"):
            at, start = number(one.get(W + "ilvl"), 0), value(one, "startOverride")
            if at == level and start is not None and (list_id, at) not in self._begun:
                counters[level] = number(start, 1) - 1
        self._begun.add((list_id, level))
        for at in range(level + 1):
            if counters[at] is None:
                counters[at] = number(value(levels.get(at), "start"), 1) - (at == level)
        counters[level] = (counters[level] or 0) + 1
        for at in range(level + 1, _DEEPEST + 1):
            if value(levels.get(at), "lvlRestart") != "0":
                counters[at] = None


_LATIN = frozenset(
    {"decimal", "decimalZero", "lowerLetter", "upperLetter", "lowerRoman", "upperRoman", "none", "ordinal",
     "cardinalText", "ordinalText", "hex", "chicago"}
)  # fmt: skip


def formatted(count: int, form: str) -> str:
    """A number in one of Word's number formats; in digits for those that are not known here."""
    if count < 1 or count > 9999:
        return str(count)
    if form == "none":
        return ""
    if form == "decimalZero":
        return f"{count:02}"
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(97 + (count - 1) % 26) * min((count - 1) // 26 + 1, 20)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman"):
        roman = ""
        for size, sign in _ROMAN:
            roman += sign * (count // size)
            count %= size
        return roman.upper() if form == "upperRoman" else roman
    if form in ("ideographTraditional", "ideographZodiac"):
        signs = _STEMS if form == "ideographTraditional" else _BRANCHES
        return signs[(count - 1) % len(signs)]
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and count <= 20:
        return chr(0x2460 + count - 1)
    if form == "decimalEnclosedParen" and count <= 20:
        return chr(0x2474 + count - 1)
    if form == "decimalEnclosedFullstop" and count <= 20:
        return chr(0x2488 + count - 1)
    if form.startswith("decimalFullWidth"):
        return "".join(chr(0xFF10 + int(digit)) for digit in str(count))
    if form in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital", "koreanDigital"):
        return "".join(_DIGITS[int(digit)] for digit in str(count))
    if form in ("chineseLegalSimplified", "japaneseLegal", "ideographLegalTraditional"):
        return _chinese(count, _FORMAL, "拾佰仟")
    if "ounting" in form:
        return _chinese(count, "零" + _DIGITS[1:], "十百千")
    return str(count)


def _chinese(count: int, digits: str, units: str) -> str:
    digits_of = [int(digit) for digit in str(count)]
    text = ""
    for place, digit in enumerate(digits_of):
        power = len(digits_of) - place - 1
        if digit:
            text += digits[digit] + (units[power - 1] if power else "")
        elif text and not text.endswith(digits[0]) and any(digits_of[place:]):
            text += digits[0]
    return text[1:] if units[0] == "十" and 10 <= count < 20 else text
