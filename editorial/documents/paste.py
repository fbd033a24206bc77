"""What a clipboard holds, from Word, WPS and web pages, as clean HTML."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import takewhile

from editorial.documents.allowed import PICTURE, attributes
from editorial.documents.clean import clean
from editorial.documents.content import Warning
from editorial.documents.headings import is_subhead, may_be_heading, numbered_level
from editorial.documents.symbols import in_font
from editorial.documents.tokens import Token, tag, tokens, written

_FRAGMENT = ("<!--StartFragment-->", "<!--EndFragment-->")
_DECLARATION = re.compile(r"([a-z-]+)\s*:\s*([^;]*)", re.I)
_LIST = re.compile(r"\bl\d+\s+level(\d)", re.I)
_NUMBER = re.compile(r"\(?(\d{1,4})[.)、．]?\)?")
_BULLET = re.compile(r"[·•●○■□◆▪▫➢✓*–—-]|[A-Za-z\xa0-\xff]")  # a letter is a bullet of Wingdings
_NOTE = re.compile(r"#?_?(ftn|edn)(ref)?(\d{1,3})")
_CHINESE_NUMBER = re.compile(r"[（(]?[一二三四五六七八九十百]+[）)、．.]?")
_BLANK = "[ \\t\\n\\xa0\\u2002\\u2003\\u3000]"
_INDENT = re.compile(rf"((?:<(?:p|h[234]|li|br|figcaption|t[dh][^>]*)>)(?:<(?:strong|em|u|s|mark)>)*){_BLANK}+")
_EMPTY = re.compile(rf"<(p|h[234])>(?:<br>|{_BLANK}|</?(?:strong|em|u|s|mark)>)*</\1>")
_PARTED = re.compile(rf"<br>(?:{_BLANK}*<br>)+")
_SIMPLE = re.compile(r"<p>((?:[^<]|<br>)*)</p>")
_LAST_BREAK = re.compile(r"(?<!<br>)(?:<br>)+(?=</(?:p|li|t[dh])>)")
_BARE_CAPTION = re.compile(r"<figure><figcaption>((?:(?!</figcaption>).)*)</figcaption></figure>", re.S)
_INSIDE_TABLE = re.compile(r"\s*<(?:col|colgroup|thead|tbody|tr|td|th)\b", re.I)
_OTHER_BLOCK = "</?(?:p|li|t[dh]|ul|ol|table)>"
_ONLY_PARAGRAPH = re.compile(rf"(<(?:li|t[dh][^>]*)>)<p>((?:(?!{_OTHER_BLOCK}).)*)</p>(?=</(?:li|t[dh])>)", re.S)
_CONTAINER = re.compile(r"(</?(?:table|ul|ol|blockquote|figure)\b[^>]*>)")
_BOLD_LINE = re.compile(r"<p><strong>([^<>]+)</strong></p>")
_PARAGRAPH = re.compile(r"<p>(?!<strong>[^<>]*</strong></p>)((?:(?!</p>).)*)</p>", re.S)
_BLOCKS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li"})
_AFTER_A_LIST = frozenset({"table", "ul", "ol", "blockquote", "figure", "hr"})
_LOOKED_BACK = 50
_VOID = frozenset({"br", "hr", "img", "meta", "link", "input", "col", "wbr"})


def clean_pasted(html: str) -> tuple[str, tuple[Warning, ...]]:
    """Clipboard HTML as clean HTML, and what was left out of it.

    Word's list paragraphs become lists, styled spans elements; deletions that Word tracks, its comments, and pictures
    that are not ours are dropped with a warning; hidden text is shown, marked, with a warning. Indents made of spaces,
    empty paragraphs, and paragraphs that only fill a cell or an item are the page's business and go, as in a file; bold
    lines that are headings by their words become such.
    """
    start, end = (html.find(mark) for mark in _FRAGMENT)
    fragment = html[start + len(_FRAGMENT[0]) : end] if 0 <= start < end else html
    if _INSIDE_TABLE.match(fragment):  # spreadsheets mark what is inside of their table
        fragment = f"<table>{fragment}</table>"
    paste = _Paste()
    paste.read(tokens(fragment))
    cleaned = clean(_with_headings(_tidied(clean("".join(paste.out)))))
    if "<mark>" not in cleaned:  # WeChat hides empty paragraphs
        paste.warnings.pop("hidden-text", None)
    return cleaned, tuple(paste.warnings.values())


def _with_headings(html: str) -> str:
    """Bold lines that are headings by their words as such, outside of lists, tables and quotations."""
    pieces = _CONTAINER.split(html)
    deep = 0
    for place, piece in enumerate(pieces):
        if place % 2:
            deep += -1 if piece.startswith("</") else 1
        elif not deep:
            pieces[place] = _headed(piece)
    return "".join(pieces)


def _headed(html: str) -> str:
    def by_number(line: re.Match[str]) -> str:
        text = unescape(line[1])
        level = numbered_level(text, True, True) if may_be_heading(text) else None
        return f"<h{level + 1}>{line[1]}</h{level + 1}>" if level else line[0]

    html = _BOLD_LINE.sub(by_number, html)
    between = [
        line
        for line in _BOLD_LINE.finditer(html)
        if line.start() and (under := _PARAGRAPH.match(html, line.end())) and is_subhead(unescape(line[1]), under[1])
    ]
    name = "h4" if "<h3>" in html else "h3"
    for line in reversed(between) if len(between) > 1 else ():  # one bold line may be anything
        html = f"{html[: line.start()]}<{name}>{line[1]}</{name}>{html[line.end() :]}"
    return html


def _tidied(html: str) -> str:
    html = _BARE_CAPTION.sub(r"<p>\1</p>", html)
    html = _SIMPLE.sub(lambda paragraph: _PARTED.sub("</p><p>", paragraph[0]), html)
    html = _LAST_BREAK.sub("", _INDENT.sub(r"\1", html))
    html = _EMPTY.sub("", html)
    return _ONLY_PARAGRAPH.sub(r"\1\2", html)


def _style(given: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value.strip().lower() for name, value in _DECLARATION.findall(given.get("style", ""))}


class _Paste:
    """Rewrites a stream of tokens; `closers` holds, for each open element, the tags that end what it became;
    `fonts` the fonts of those that set one, with how many elements were open then."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.warnings: dict[str, Warning] = {}
        self.closers: list[tuple[str, str]] = []
        self.fonts: list[tuple[int, str]] = []
        self.lists: list[str] = []

    def read(self, stream: Iterator[Token]) -> None:
        for token in stream:
            self._take(token, stream)
        self._lists_to(0, "")

    def _take(self, token: Token, stream: Iterator[Token]) -> None:
        kind, name, given = token
        if kind == "text":
            self.out.append(written(in_font(self.fonts[-1][1], name) if self.fonts else name))
        elif kind == "start":
            self._start(name, given, stream)
        elif any(name == opened for opened, _ in self.closers[-_LOOKED_BACK:]):
            while True:
                opened, closer = self.closers.pop()
                self.out.append(closer)
                if opened == name:
                    break
            while self.fonts and self.fonts[-1][0] > len(self.closers):
                self.fonts.pop()

    def _start(self, name: str, given: dict[str, str], stream: Iterator[Token]) -> None:
        style, classes = _style(given), given.get("class", "").lower().split()
        if self._is_dropped(name, given, style, classes):
            if name not in _VOID:
                _skipped(name, stream)
            return
        item = _LIST.search(style.get("mso-list", ""))
        if item and name in _BLOCKS:
            self._start_item(name, int(item[1]), stream)
            return
        if name in _BLOCKS or name in _AFTER_A_LIST:
            self._lists_to(0, "")
        elements = list(_meant(name, given, style, classes))
        if "mso-hide" in style or style.get("display") == "none":
            self._warn("hidden-text")
            elements.append("<mark>")
        self.out += elements
        if name not in _VOID:
            names = re.findall(r"<([a-z0-9]+)", "".join(elements))
            self.closers.append((name, "".join(f"</{one}>" for one in reversed(names))))
            if font := style.get("font-family", given.get("face", "")):
                self.fonts.append((len(self.closers), font.split(",")[0].strip(" \"'")))

    def _is_dropped(self, name: str, given: dict[str, str], style: dict[str, str], classes: list[str]) -> bool:
        if name == "img":
            mine = PICTURE.fullmatch(given.get("src", ""))
            if not mine:
                self._warn("picture-not-pasted")
            return not mine
        if "msodel" in classes:
            self._warn("tracked-changes")
            return True
        if "comment" in style.get("mso-element", "") or {"msocommentreference", "msocomanchor"} & set(classes):
            self._warn("comments-stripped")
            return True
        address = given.get("href", "")
        if name == "a" and address and not address.startswith("#") and attributes("a", given) is None:
            self._warn("links-dropped")
        return False

    def _start_item(self, name: str, level: int, stream: Iterator[Token]) -> None:
        """A list paragraph of Word: its label stands in it as text, marked ``mso-list:Ignore``."""
        held: list[Token] = []
        label = ""
        for token in stream:
            if token.kind == "start" and _style(token.attributes).get("mso-list") == "ignore":
                label = "".join(one.value for one in _skipped(token.value, stream) if one.kind == "text").strip()
                break
            held.append(token)
            if token.kind == "end" and token.value == name:
                break
        number = _NUMBER.fullmatch(label)
        if number or _BULLET.fullmatch(label) or not label:
            self._lists_to(level, tag("ol", {"start": number[1]}) if number else "<ul>")
            self.closers.append((name, ""))
        else:  # the number carries meaning: 一、 or 第一条
            self._lists_to(0, "")
            self.out.append(f"<p>{written(label)}" + ("" if _CHINESE_NUMBER.fullmatch(label) else " "))
            self.closers.append((name, "</p>"))
        for token in held:
            self._take(token, stream)

    def _lists_to(self, level: int, start: str) -> None:
        """Closes and opens lists until `level` are open, the innermost as begun by `start`, with a new item in it."""
        kind = start[1:3]
        while len(self.lists) > level or (len(self.lists) == level and level and self.lists[-1] != kind):
            self.out.append(f"</li></{self.lists.pop()}>")
        if level and len(self.lists) == level:
            self.out.append("</li><li>")
        while len(self.lists) < level:
            last = len(self.lists) == level - 1
            self.out.append((start if last else "<ul>") + "<li>")
            self.lists.append(kind if last else "ul")

    def _warn(self, kind: str) -> None:
        known = self.warnings.get(kind)
        self.warnings[kind] = Warning(kind, count=known.count + 1 if known else 1)


def _meant(name: str, given: dict[str, str], style: dict[str, str], classes: list[str]) -> Iterator[str]:
    """The start tags that an element stands for, by its name, class and style."""
    note = _NOTE.fullmatch(given.get("href", "")) if name == "a" else None
    if note:
        number = note[3]
        yield f'<a href="#fnref{number}">' if note[2] else f'<sup id="fnref{number}"><a href="#fn{number}">'
        return
    if name == "div" and (note := _NOTE.fullmatch(given.get("id", ""))):
        yield f'<ol start="{note[3]}"><li id="fn{note[3]}">'
        return
    bold = style.get("font-weight", "")
    if name in ("p", "div") and "msotitle" in classes:
        yield "<h2>"
    elif not (name in ("b", "strong") and bold in ("normal", "400")):
        yield tag(name, given)
    if name in ("span", "font", "p", "td"):
        if bold in ("bold", "bolder", "600", "700", "800", "900"):
            yield "<strong>"
        if style.get("font-style") == "italic":
            yield "<em>"
        line = style.get("text-decoration", "") + style.get("text-decoration-line", "")
        if "underline" in line:
            yield "<u>"
        if "line-through" in line:
            yield "<s>"
        if style.get("vertical-align") in ("super", "sub") and name == "span":
            yield "<sup>" if style["vertical-align"] == "super" else "<sub>"


def _skipped(name: str, stream: Iterator[Token]) -> list[Token]:
    """Takes the rest of an element from the stream."""
    deep = 1

    def inside(token: Token) -> bool:
        nonlocal deep
        if token.value == name and token.kind != "text":
            deep += 1 if token.kind == "start" else -1
        return deep > 0

    return list(takewhile(inside, stream))
