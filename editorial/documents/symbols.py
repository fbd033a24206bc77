"""Characters of symbol fonts, which Word keeps in the private area of Unicode."""

_SYMBOL = dict(
    zip(
        range(0x61, 0x7B),
        "αβχδεφγηιϕκλμνοπθρστυϖωξψζ",
        strict=True,
    )
) | dict(zip(range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True))
_SYMBOL |= {
    0xA3: "≤", 0xB3: "≥", 0xB9: "≠", 0xBB: "≈", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB0: "°", 0xB7: "·", 0xD7: "⋅",
    0xA5: "∞", 0xAE: "→", 0xAC: "←", 0xAD: "↑", 0xAF: "↓", 0xAB: "↔", 0xDE: "⇒", 0xE5: "∑", 0xD6: "√", 0xD2: "®",
    0xD3: "©", 0xD4: "™", 0xE2: "®", 0xE3: "©", 0xE4: "™", 0xCE: "∈", 0xC7: "∩", 0xC8: "∪", 0xA2: "′", 0xB2: "″",
    0xF0: "•", 0xBC: "…",
}  # fmt: skip
_WINGDINGS = {
    0xFC: "✓", 0xFB: "✗", 0xFE: "☑", 0xFD: "☒", 0xA8: "☐", 0x6F: "□", 0x6E: "■", 0x6C: "●", 0xA7: "▪", 0x71: "❑",
    0x75: "◆", 0x76: "❖", 0xD8: "➢", 0xE0: "→", 0xDF: "←", 0xE1: "↑", 0xE2: "↓", 0x28: "☎", 0x2A: "✉", 0x4A: "☺",
    0x4C: "☹", 0xAB: "★", 0x52: "☀", 0x9F: "•", 0x6D: "❍", 0xA1: "○",
} | {0x81 + place: chr(0x2460 + place) for place in range(10)}  # fmt: skip
_WINGDINGS_2 = {
    0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐", 0x69: "⓪", 0x74: "⓿",
}  # fmt: skip
for _place in range(10):
    _WINGDINGS_2 |= {0x6A + _place: chr(0x2460 + _place), 0x75 + _place: chr(0x2776 + _place)}
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}
_OTHER = "□"


def in_font(font: str, text: str) -> str:
    """Text as a font shows it: of a symbol font every character but the East Asian ones, which it does not have."""
    if font.lower() not in _FONTS:
        return text
    return "".join(
        symbol(font, f"{ord(one):X}") if 0x20 < ord(one) <= 0xFF or 0xF020 <= ord(one) <= 0xF0FF else one
        for one in text
    )


def symbol(font: str, code: str) -> str:
    """The Unicode character of a symbol, by font name and hexadecimal code; a box where none is known."""
    try:
        place = int(code, 16)
    except ValueError:
        return ""
    if 0xF000 <= place <= 0xF0FF:
        place -= 0xF000
    table = _FONTS.get(font.lower())
    if table and place in table:
        return table[place]
    plain = chr(place) if 0x20 <= place < 0xD800 or 0xE000 <= place < 0x10FFFF else ""
    if table or font.lower().startswith(("wingdings", "webdings")):
        return plain if font.lower() == "symbol" and 0x20 <= place < 0x7F else _OTHER
    return plain
