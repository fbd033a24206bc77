"""What a file suggests as title, byline and captions, and headings that are headings by look only.

Chinese official documents (GB/T 9704) set the title in 小标宋 at 二号, headings of the first level in 黑体 with 一、
and of the second in 楷体 with （一）, without styles; newspaper manuscripts often set nothing at all.
"""

import re
from dataclasses import replace
from html import unescape
from itertools import pairwise

from editorial.documents.content import BYLINE_STYLE, Picture
from editorial.documents.headings import (
    LONGEST_TITLE,
    is_no_title,
    is_subhead,
    may_be_heading,
    may_be_title,
    numbered_level,
)
from editorial.documents.lines import Block, Look

_TAGS = re.compile(r"<rp>.*?</rp>|<rt>.*?</rt>|<sup[^>]*><a.*?</sup>|<[^>]*>")
_IMAGE = re.compile(r'<img src="pictures/([0-9a-f]{64})"')
_LONGEST_FIRST_LINE = 40
_LONGEST_CAPTION = 200
_TITLE_SIZE = 32  # half-points: 三号
_TITLE_WITHIN = 5
_SUBTITLE = ("—", "–", "-", "─")
_BYLINE_WITHIN = 8
_HAN = r"[\u4e00-\u9fff]"
_NAME = rf"(?!系|为|是|单位|简介|报道)(?:{_HAN}{{2,4}}(?:·{_HAN}{{1,8}})*|{_HAN} {_HAN})(?<!摄)(?<!摄影)(?<!供图)"
_ROLE = r"(?:本报|本台)?(?:全媒体|融媒体|见习|实习|特约)?(?:记者|通讯员|评论员|作者|署名|撰稿人?|供稿人?)"
_SHARE = r"(?:图文|文图|文字|文|图|摄影|图片)"
_NAMES = rf"{_NAME}(?:[、，,\s]+{_NAME})*"
_CREDITED = rf"{_ROLE}[：:\s]*{_NAMES}(?:[、，,；;\s]+{_ROLE}[：:\s]*{_NAMES})*"
_BYLINE = re.compile(
    rf"(?:{_CREDITED}|{_SHARE}\s*[/／丨｜|：:]\s*{_NAMES}(?:[，,；;\s]+{_SHARE}\s*[/／丨｜|：:]\s*{_NAMES})*)"
    r"(?:\s*[（(][^（）()，。！？]{2,30}[）)])?"  # where they work
)
_REPORTED = re.compile(rf"本[报台网]讯\s*({_CREDITED})\s*报道")
_BRACKETS = re.compile(r"[（(]([^（）()]{3,60})[）)]")
_CAPTION = re.compile(
    r"(?:图\s*[\d一二三四五六七八九十]+|图片(?:说明)?[：:]|图[为：:]|[上下左右]图|▲|△|↑|Fig(?:ure|\.)\s*\d).*|.*(?:摄|摄影|供图)[）)]?",
    re.S,
)
_CREDIT = re.compile(
    rf"[\s。，,（(]*(?:图|摄影|图片)?[/／：:]?\s*((?:{_ROLE}[：:\s]*)?{_NAME})\s*[/／]?(?:摄影|摄|供图)[）)]?$"
)


def plain(block: Block) -> str:
    """The text of a paragraph."""
    return " ".join(unescape(_TAGS.sub("", block.text)).split())


def mark_headings(blocks: list[Block]) -> None:
    """Gives a level to paragraphs of the body that look like headings of an official document."""
    seen = 0
    for block in blocks:
        if block.finished or block.line.is_empty():
            continue
        seen += 1
        if block.level is None and block.look is not None and (block.label is None or block.label.kind == "text"):
            _raise(block, _level_by_look(block, seen))


def mark_subheads(blocks: list[Block]) -> None:
    """Gives a level to the lines that part a newspaper's text; none of them is its title."""
    shown = [block for block in blocks if block.finished or not block.line.is_empty()]
    between = [one for one, under in pairwise(shown[1:]) if _stands_between(one, under)]
    level = 3 if any(block.level == 2 for block in shown) else 2
    for block in between if len(between) > 1 else ():  # one bold line may be anything
        _raise(block, level)


def _raise(block: Block, level: int | None) -> None:
    """Makes a heading of a paragraph; a heading is bold by itself."""
    block.level = level
    if level is not None:
        block.line.unbold()


def _stands_between(block: Block, under: Block) -> bool:
    if block.level is not None or block.label is not None or not _is_black(block.look) or _is_black(under.look):
        return False
    return not under.finished and under.level is None and is_subhead(plain(block), plain(under))


def _is_black(look: Look | None) -> bool:
    fonts = "".join(look.fonts) if look else ""
    return look is not None and (look.bold or "黑体" in fonts or "SimHei" in fonts)


def _level_by_look(block: Block, seen: int) -> int | None:
    text, look = plain(block), block.look
    if look is None or not may_be_heading(text):
        return None
    fonts = "".join(look.fonts)
    is_black = _is_black(look)
    is_large = look.size >= _TITLE_SIZE or (seen == 1 and is_black)
    if seen <= _TITLE_WITHIN and ("小标宋" in fonts or (look.centred and is_large)):
        if is_no_title(text) or _byline_in(text):
            return None
        return 2 if text.startswith(_SUBTITLE) else 1
    is_script = "楷体" in fonts or "KaiTi" in fonts or look.bold
    return numbered_level(text, is_black, is_script, look.centred)


def suggested_title(blocks: list[Block]) -> str:
    """The title among the first paragraphs: by style, by look, or a first line that is no sentence; or nothing.

    A title that is set on two lines is one.
    """
    paragraphs = [block for block in blocks if not block.finished and plain(block)][: _TITLE_WITHIN + 1]
    able = [block for block in paragraphs[:_TITLE_WITHIN] if may_be_title(plain(block))]
    by_style = [block for block in able if "title" in block.style.lower() or block.style == "标题"]
    headings = [block for block in able if block.level == 1]
    headings = headings or [block for block in able if block.level is not None]
    if not (by_style or headings):
        return _first_line(paragraphs)
    found = (by_style or headings)[0]
    title = plain(found)
    after = paragraphs[paragraphs.index(found) + 1 :][:1]
    for block in after:
        same = block.look is not None and block.look == found.look and block.style == found.style
        if same and block.level == found.level and not plain(block).startswith(_SUBTITLE):
            title += plain(block)
    return title if len(title) <= LONGEST_TITLE else plain(found)


def _first_line(paragraphs: list[Block]) -> str:
    """The first line, where it is short, no sentence, and what follows is text or says who wrote it."""
    if len(paragraphs) < 2 or paragraphs[0].label is not None:
        return ""
    first, second = plain(paragraphs[0]), plain(paragraphs[1])
    is_title = len(first) <= _LONGEST_FIRST_LINE and may_be_title(first) and not _byline_in(first)
    return first if is_title and (len(second) > _LONGEST_FIRST_LINE or _byline_in(second)) else ""


def suggested_byline(blocks: list[Block]) -> str:
    """Names after 记者, 通讯员, 文/ and the like, in brackets or on an own line, near the beginning or the end."""
    paragraphs = [block for block in blocks if not block.finished and not block.line.is_empty()]
    first = paragraphs[:_BYLINE_WITHIN]
    own = next((plain(block) for block in first if block.style == BYLINE_STYLE), "")
    return own or next(filter(None, (_byline_in(plain(block)) for block in first + paragraphs[-2:])), "")


def _byline_in(text: str) -> str:
    reported = _REPORTED.match(text)
    if reported:
        return reported[1]
    for part in [*_BRACKETS.findall(text[:200]), *_BRACKETS.findall(text[-80:]), text if len(text) < 60 else ""]:
        found = _BYLINE.fullmatch(part.strip())
        if found:
            return found[0]
    return ""


def suggest_captions(blocks: list[Block], pictures: dict[str, Picture]) -> None:
    """Gives pictures the line under them as caption, and the photographer that it names as credit."""
    for block, under in pairwise(blocks):
        found = _IMAGE.findall(block.text) if not block.finished else []
        if not found or plain(block) or under.finished:
            continue
        text = plain(under)
        is_caption = "caption" in under.style.lower() or under.style == "题注" or _CAPTION.fullmatch(text)
        picture = pictures.get(found[-1])
        if picture is None or not text or len(text) > _LONGEST_CAPTION or not is_caption:
            continue
        credit = _CREDIT.search(text)
        caption = text[: credit.start()] if credit else text
        pictures[found[-1]] = replace(picture, caption=caption, credit=credit[1] if credit else "")
