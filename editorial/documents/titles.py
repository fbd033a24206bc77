"""What a file suggests as title and byline, and headings that are headings by look only.

Chinese official documents (GB/T 9704) set the title in 小标宋 at 二号, headings of the first level in 黑体 with 一、
and of the second in 楷体 with （一）, without styles.
"""

import re
from html import unescape

from editorial.documents.lines import Block

_TAGS = re.compile(r"<rp>.*?</rp>|<rt>.*?</rt>|<sup[^>]*><a.*?</sup>|<[^>]*>")
_LONGEST_HEADING = 60
_LONGEST_TITLE = 120
_TITLE_SIZE = 32  # half-points: 三号
_TITLE_WITHIN = 5
_BYLINE_WITHIN = 8
_SENTENCE = re.compile(r"[。；;，,：:]$")
_FIRST = re.compile(r"[一二三四五六七八九十]{1,3}[、．]")
_SECOND = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")
_NAME = r"[\u4e00-\u9fff·]{2,8}"
_ROLE = r"(?:本报|本台)?(?:全媒体|见习|实习|特约)?(?:记者|通讯员|评论员|作者|撰稿)"
_BYLINE = re.compile(rf"{_ROLE}[：:\s]*{_NAME}(?:[、\s]+(?:{_ROLE}[：:\s]*)?{_NAME})*")
_BRACKETS = re.compile(r"[（(]([^（）()]{3,60})[）)]")


def plain(block: Block) -> str:
    """The text of a paragraph."""
    return " ".join(unescape(_TAGS.sub("", block.text)).split())


def mark_headings(blocks: list[Block]) -> None:
    """Gives a level to paragraphs of the body that look like headings."""
    seen = 0
    for block in blocks:
        if block.finished or block.line.is_empty():
            continue
        seen += 1
        if block.level is None and block.look is not None and (block.label is None or block.label.kind == "text"):
            block.level = _level_by_look(block, seen)


def _level_by_look(block: Block, seen: int) -> int | None:
    text, look = plain(block), block.look
    if not text or look is None or len(text) > _LONGEST_HEADING or _SENTENCE.search(text):
        return None
    fonts = "".join(look.fonts)
    if seen <= _TITLE_WITHIN and ("小标宋" in fonts or (look.centred and look.size >= _TITLE_SIZE)):
        return 1
    if _FIRST.match(text) and ("黑体" in fonts or "SimHei" in fonts or look.bold):
        return 2
    if _SECOND.match(text) and ("楷体" in fonts or "KaiTi" in fonts or look.bold):
        return 3
    return None


def suggested_title(blocks: list[Block]) -> str:
    """The first heading among the first paragraphs, or nothing."""
    paragraphs = [block for block in blocks if not block.finished and not block.line.is_empty()][:_TITLE_WITHIN]
    headings = [block for block in paragraphs if block.level is not None]
    titles = [block for block in headings if "title" in block.style.lower() or block.style == "标题"]
    text = plain((titles or headings)[0]) if headings else ""
    return text if len(text) <= _LONGEST_TITLE else ""


def suggested_byline(blocks: list[Block]) -> str:
    """Names after 记者, 通讯员 and the like, in brackets or on a line of their own, near the beginning or the end."""
    paragraphs = [block for block in blocks if not block.finished and not block.line.is_empty()]
    for text in map(plain, paragraphs[:_BYLINE_WITHIN] + paragraphs[-2:]):
        for part in [*_BRACKETS.findall(text[:200]), *_BRACKETS.findall(text[-80:]), text if len(text) < 60 else ""]:
            found = _BYLINE.fullmatch(part.strip())
            if found:
                return found[0]
    return ""
