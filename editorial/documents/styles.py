"""What the styles of a Word file say about paragraphs and runs."""

import re
from collections.abc import Iterator

from editorial.documents.content import BYLINE_STYLE
from editorial.documents.ooxml import Element, W, is_on, is_on_attribute, number, value

_HEADING = re.compile(r"heading|title|标题|標題", re.I)
_NOT_HEADING = re.compile(r"after title|title page|page title", re.I)
_LEVEL = re.compile(r"(\d)")
_BODY_LEVEL = 9
_TINY = 4  # half-points
_NEARLY_WHITE = 0xF8
_NARROW = 20  # twips


class Styles:
    """Styles by id; properties are looked for in the run, its style, the paragraph's style, and what those build on."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._default = ""
        self._runs: dict[str, dict[str, Element]] = {}
        self._paragraphs: dict[str, dict[str, Element]] = {}
        self._levels: dict[str, int | None] = {}
        for style in root.iter(W + "style") if root is not None else ():
            key = style.get(W + "styleId", "")
            self._styles.setdefault(key, style)
            if style.get(W + "type") == "paragraph" and is_on_attribute(style.get(W + "default")):
                self._default = self._default or key

    def name(self, key: str | None) -> str:
        """A style's name as the user sees it; the id where the style is not there."""
        style = self._styles.get(key or self._default)
        return (value(style, "name") if style is not None else key) or ""

    def are_ours(self) -> bool:
        """Is it a file that this program once handed out? Programs that save it again keep the names of its styles."""
        return any(value(style, "name") == BYLINE_STYLE for style in self._styles.values())

    def chain(self, key: str | None) -> Iterator[Element]:
        """A style (for None the default one) and those that it builds on."""
        seen: set[str] = set()
        at: str | None = key or self._default
        while at and at not in seen and at in self._styles:
            seen.add(at)
            yield self._styles[at]
            at = value(self._styles[at], "basedOn")

    def run_properties(self, key: str | None) -> dict[str, Element]:
        """The run properties of a style, by name."""
        return self._merged(self._runs, key, "rPr")

    def paragraph_property(self, pPr: Element | None, name: str) -> Element | None:
        """A property of a paragraph: its own, or its style's."""
        if pPr is not None and (own := pPr.find(W + name)) is not None:
            return own
        return self._merged(self._paragraphs, value(pPr, "pStyle"), "pPr").get(name)

    def _merged(self, known: dict[str, dict[str, Element]], key: str | None, kind: str) -> dict[str, Element]:
        """The properties of one kind that a style has by itself or by what it builds on, by name."""
        merged = known.get(key or "")
        if merged is None:
            merged = known[key or ""] = {}
            for style in self.chain(key):
                for child in style.iterfind(f"{W}{kind}/*"):
                    merged.setdefault(child.tag[len(W) :], child)
        return merged

    def heading_level(self, pPr: Element | None) -> int | None:
        """1 to 9 where a paragraph is a heading or title by style or outline level."""
        own = value(pPr, "outlineLvl")
        if own is not None:
            return number(own, _BODY_LEVEL) + 1 if number(own, _BODY_LEVEL) < _BODY_LEVEL else None
        key = value(pPr, "pStyle")
        if key is None:
            return None
        if key not in self._levels:
            self._levels[key] = self._level(key)
        return self._levels[key]

    def _level(self, key: str) -> int | None:
        for style in self.chain(key):
            name = value(style, "name") or ""
            if _HEADING.search(name) and not _NOT_HEADING.search(name):
                level = _LEVEL.search(name)
                return max(1, int(level[1])) if level else 2 if "sub" in name.lower() or "副" in name else 1
            outline = value(style, "pPr/outlineLvl")
            if outline is not None:
                return number(outline, _BODY_LEVEL) + 1 if number(outline, _BODY_LEVEL) < _BODY_LEVEL else None
        return None


class RunLook:
    """The look of one run in its paragraph."""

    def __init__(self, styles: Styles, rPr: Element | None, paragraph_style: str | None) -> None:
        self._own = {} if rPr is None else {child.tag[len(W) :]: child for child in rPr if isinstance(child.tag, str)}
        run_style = self._own.get("rStyle")
        key = run_style.get(W + "val") if run_style is not None else None
        self._character = styles.run_properties(key) if key else {}
        self._paragraph = styles.run_properties(paragraph_style)

    def get(self, name: str) -> Element | None:
        """A property, the run's own before its styles'."""
        for source in (self._own, self._character, self._paragraph):
            if name in source:
                return source[name]
        return None

    def is_plain(self) -> bool:
        """Does nothing at all give the run a look?"""
        return not (self._own or self._character or self._paragraph)

    def tags(self, in_heading: bool) -> tuple[str, ...]:
        """The elements that show this look, outermost first. A heading is bold by itself."""
        if self.is_plain():
            return ()
        found = []
        if is_on(self.get("b")) and not in_heading:
            found.append("strong")
        if is_on(self.get("i")):
            found.append("em")
        underline = self.get("u")
        if underline is not None and underline.get(W + "val", "none") != "none":
            found.append("u")
        if is_on(self.get("strike")) or is_on(self.get("dstrike")):
            found.append("s")
        align = self.get("vertAlign")
        if align is not None and align.get(W + "val") in ("superscript", "subscript"):
            found.append("sup" if align.get(W + "val") == "superscript" else "sub")
        return tuple(found)

    def is_hidden(self, on_colour: bool) -> bool:
        """Would a reader of the printed page not see it: hidden, too small or narrow to read, white on white?"""
        if self.is_plain():
            return False
        if is_on(self.get("vanish")):
            return True
        size, scale = self.get("sz"), self.get("w")
        if size is not None and number(size.get(W + "val"), 21) <= _TINY:
            return True
        if scale is not None and number((scale.get(W + "val") or "").removesuffix("%"), 100) <= 5:
            return True
        colour = self.get("color")
        return (
            colour is not None
            and not on_colour
            and _is_white(colour.get(W + "val"))
            and not is_coloured(self.get("shd"))
            and (self.get("highlight") is None or self._text("highlight") in ("none", "white"))
        )

    def size(self) -> int:
        """Half-points; 21 (五号) where nothing is said."""
        size = self.get("sz")
        return number(size.get(W + "val") if size is not None else None, 21)

    def font(self) -> str:
        """The font of Chinese characters."""
        fonts = self.get("rFonts")
        return "" if fonts is None else fonts.get(W + "eastAsia") or fonts.get(W + "ascii") or ""

    def latin_font(self) -> str:
        """The font of all other characters."""
        fonts = self.get("rFonts")
        return "" if fonts is None else fonts.get(W + "ascii") or ""

    def _text(self, name: str) -> str:
        found = self.get(name)
        return "" if found is None else found.get(W + "val", "")


def is_coloured(shading: Element | None) -> bool:
    """Does a shading give a background other than white?"""
    if shading is None:
        return False
    fill, pattern = shading.get(W + "fill", "auto"), shading.get(W + "val", "clear")
    has_fill = shading.get(W + "themeFill") is not None or not (fill == "auto" or _is_white(fill))
    return has_fill or pattern not in ("clear", "nil")


def is_drop_cap(pPr: Element | None) -> bool:
    """Is a paragraph the large first letter of the next one?"""
    frame = pPr.find(W + "framePr") if pPr is not None else None
    return frame is not None and frame.get(W + "dropCap", "none") != "none"


def is_invisible_frame(pPr: Element | None) -> bool:
    """Is a paragraph in a frame too narrow or too low to show it?"""
    frame = pPr.find(W + "framePr") if pPr is not None else None
    if frame is None:
        return False
    width, height = frame.get(W + "w"), frame.get(W + "h")
    exact = frame.get(W + "hRule") == "exact"
    return (width is not None and number(width, 0) <= _NARROW) or (exact and number(height, 0) <= _NARROW)


def _is_white(colour: str | None) -> bool:
    try:
        return len(colour or "") == 6 and all(byte >= _NEARLY_WHITE for byte in bytes.fromhex(colour or ""))
    except ValueError:
        return False
