"""A saved web page: the words of its article, without the menus, lists of links and notices that stand around it.

The article is where the sentences are: the smallest part of the page that holds most of its running text.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from editorial.documents.allowed import BLOCK
from editorial.documents.tokens import tokens, written
from editorial.errors import UnreadableDocument

_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{2,20})""", re.I)
_BEGINS = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html)", re.I | re.S)
_TITLE = re.compile(r"<title[^>]*>([^<]{1,500})", re.I)
_SENTENCE = re.compile("[，。；：！？、,;:!?]|\\.\\s")
_SOURCE_LINE = re.compile(r"(?<=[^\x00-\x7f])\s*\n\s*(?=[^\x00-\x7f])")
"""Where a line of the file ends between Chinese characters: no space is meant."""
_IMPRINT = re.compile(r"(?:来源|责任编辑|责编|编辑|审核|校对|浏览|阅读)\s*[:：]"
                      r"|.*\d{4}\s*[-/年.]\s*\d{1,2}\s*[-/月.]\s*\d{1,2}.*")
_LONGEST_IMPRINT = 60
_ASIDE = frozenset({"nav", "footer", "aside", "form", "button", "select", "dialog", "svg", "template"})
_ASIDE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|footer|sidebar|comments?|share|related|recommend|copyright|(?:bread)?crumbs?)(?:$|[\s_-])",
    re.I)
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_CLOSES_ITSELF = frozenset({"p", "li", "tr", "td", "th", "dt", "dd", "option"})
_BETWEEN = BLOCK | {"div", "section", "article", "main", "header", "dl", "dt", "dd", "address", "h1", "h5", "h6"}
_CELLS = frozenset({"td", "th"})
_MOST_OF_IT = 0.75
_LOOKED_BACK = 100
_DEEPEST = 1_000


@dataclass(eq=False)
class _Node:
    """An element: what stands in it, and how much of that is running text."""

    name: str
    given: dict[str, str]
    inside: "list[_Node | str]" = field(default_factory=list)
    said: int = 0
    """Characters of running text: outside of links, with the marks of sentences."""


def is_page(data: bytes, filename: str) -> bool:
    """Is it a saved web page, by its beginning or else by its name?"""
    return bool(_BEGINS.match(data[:4096].removeprefix(codecs.BOM_UTF8))) or filename.lower().endswith(
        (".html", ".htm", ".xhtml"))


def read_page(data: bytes) -> tuple[str, str]:
    """The headline of a page's article and its paragraphs, as HTML that holds nothing else.

    Raises `UnreadableDocument`: no-article where there is no running text, too-complex where it is too deep.
    """
    html = _decoded(data)
    root = _tree(html)
    if not root.said:
        raise UnreadableDocument("no-article")
    lines = _without_imprint(list(_lines(_article(root), root.said)))
    return _headline(root, html), "".join(f"<p>{written(line)}</p>" for line in lines)


def _decoded(data: bytes) -> str:
    declared = _CHARSET.search(data[:4096])
    named = declared[1].decode("ascii").lower() if declared else ""
    wanted = "gb18030" if named in ("gb2312", "gbk", "gb18030") else "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        wanted = "utf-16"
    for encoding in (wanted, "utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def _tree(html: str) -> _Node:
    root = _Node("", {})
    stack = [root]
    links = 0
    for kind, value, given in tokens(html):
        if kind == "text":
            stack[-1].inside.append(value)
            if not links and _SENTENCE.search(value):
                stack[-1].said += len(value.strip())
        elif kind == "start":
            if value in _CLOSES_ITSELF and stack[-1].name == value:
                _close(stack)
            node = _Node(value, given)
            stack[-1].inside.append(node)
            if value not in _VOID:
                stack.append(node)
                links += value == "a"
            if len(stack) > _DEEPEST:
                raise UnreadableDocument("too-complex", detail="a page too deep")
        elif any(node.name == value for node in stack[-_LOOKED_BACK:]) and value:
            while True:
                closed = _close(stack)
                links -= closed == "a"
                if closed == value:
                    break
    while len(stack) > 1:
        _close(stack)
    return root


def _close(stack: list[_Node]) -> str:
    node = stack.pop()
    stack[-1].said += node.said
    return node.name


def _below(node: _Node) -> list[_Node]:
    return [one for one in node.inside if isinstance(one, _Node)]


def _article(root: _Node) -> _Node:
    """Down from the page, or from what it calls its article, to the part that still holds most of the text."""
    here = next((node for wanted in ("articleBody", "article", "main") for node in _all(root)
                 if wanted in (node.given.get("itemprop"), node.name) and node.said > root.said / 2), root)
    while True:
        aside = [node for node in _below(here) if _is_aside(node, root.said)]
        fullest = max((node for node in _below(here) if node not in aside), key=lambda node: node.said, default=None)
        most = _MOST_OF_IT * (here.said - sum(node.said for node in aside))
        if fullest is None or fullest.said < most or fullest.name in ("p", "ul", "ol", "a"):
            return here
        here = fullest


def _all(node: _Node) -> Iterator[_Node]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(_below(one))


def _is_aside(node: _Node, whole: int) -> bool:
    """Is it a menu or the like? What holds half of the text is none, whatever it is called."""
    if node.said > whole / 2:
        return False
    named = f"{node.given.get('class', '')} {node.given.get('id', '')}"
    return node.name in _ASIDE or node.given.get("role") in ("navigation", "complementary", "search") or bool(
        "hidden" in node.given or _ASIDE_CLASS.search(named))


def _without_imprint(lines: list[str]) -> list[str]:
    """Without the short lines before the first sentence and after the last one that say when, from where and by whom
    the page was put out."""
    told = [place for place, line in enumerate(lines) if "。" in line] or [0, len(lines)]
    return [line for place, line in enumerate(lines)
            if told[0] <= place <= told[-1] or len(line) > _LONGEST_IMPRINT or not _IMPRINT.match(line)]


def _lines(article: _Node, whole: int) -> Iterator[str]:
    """The text line by line; a row of a table is one. A line that is nothing but links is left out."""
    words: list[tuple[str, bool]] = []

    def line() -> Iterator[str]:
        said = " ".join(_SOURCE_LINE.sub("", "".join(text for text, _ in words)).split())
        if said and not all(linked for text, linked in words if text.strip()):
            yield said
        words.clear()

    def walk(node: _Node, linked: bool, in_row: bool) -> Iterator[str]:
        for one in node.inside:
            if isinstance(one, str):
                words.append((one, linked))
            elif not _is_aside(one, whole):
                parts = one.name in _BETWEEN or one.name == "br"
                if in_row:
                    words.append((" ", True) if parts else ("", True))
                elif parts:
                    yield from line()
                yield from walk(one, linked or one.name == "a", in_row or one.name == "tr")
                if parts and not in_row:
                    yield from line()

    yield from walk(article, False, False)
    yield from line()


def _headline(root: _Node, html: str) -> str:
    """What the page's one h1 says, else its title before the name of the site."""
    heads = [node for node in _all(root) if node.name == "h1"]
    said = [" ".join("".join(one for part in _all(node) for one in part.inside if isinstance(one, str)).split())
            for node in heads]
    if len(said) == 1 and said[0]:
        return said[0]
    found = _TITLE.search(html)
    return re.split(r"\s*[-_|—]\s*|\s*--\s*", found[1].strip())[0] if found else ""
