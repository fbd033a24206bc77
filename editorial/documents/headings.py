"""Which lines are titles and headings by their words: of official documents (GB/T 9704), and in a newspaper's text."""

import re

LONGEST_TITLE = 120
_LONGEST_HEADING = 60
_LONGEST_SUBHEAD = 30
_LONG = 40
_ENDS = re.compile(r"[。；;，,：:？?！!…]$")
_SENTENCE = re.compile(r"[。；;，,：:]$")
_NO_TITLE = re.compile(
    r"目\s*[录次]|目錄|摘\s*要|前\s*言|附件.{0,3}|[^。]*[〔\[［（(]\s*(?:20|19)\d\d\s*年?\s*[〕\]］）)]\s*第?\s*\d+\s*号"
    r"|[^。]{2,20}文件|\d{4}\s*年\s*\d.*日|[（(][^（）()]*[）)]|.*[：:]|[\d\W_]*"
    r"|(?:标题|题目|主题|作者|记者|通讯员|来源|时间|日期|地点|单位|部门|联系人|联系|电话|邮箱|字数|编辑|责编|审核|签发"
    r"|审签|投稿|供稿|报送|说明|备注|注|编者按|文|图|图文|摄影)[^：:]{0,8}[：:].*"
)
_SAID = re.compile(r"。|[；，,]$|^[一二三四五六七八九十]{1,3}、|^[（(][一二三四五六七八九十]{1,3}[）)]|^\d{1,2}[.．、]")
_FIRST = re.compile(r"[一二三四五六七八九十]{1,3}[、．]")
_SECOND = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")
_CHAPTER = re.compile(r"第[一二三四五六七八九十百\d]{1,4}([编章节])\s")


def may_be_heading(text: str) -> bool:
    """Is it short enough, and no sentence?"""
    return 0 < len(text) <= _LONGEST_HEADING and not _SENTENCE.search(text)


def numbered_level(text: str, is_black: bool, is_script: bool, is_centred: bool = False) -> int | None:
    """The level that a number gives to a line in 黑体 or bold (`is_black`), or in 楷体 or bold (`is_script`)."""
    chapter = _CHAPTER.match(text)
    if chapter and (is_black or is_centred):
        return 3 if chapter[1] == "节" else 2
    if _FIRST.match(text) and is_black:
        return 2
    return 3 if _SECOND.match(text) and is_script else None


def is_subhead(text: str, under: str) -> bool:
    """Is it a short line over a long paragraph, as newspapers part their texts with it where it is bold?"""
    is_short = 2 <= len(text) <= _LONGEST_SUBHEAD and not _ENDS.search(text)
    return is_short and len(under) >= _LONG and may_be_title(text)


def is_no_title(text: str) -> bool:
    """Is it a document's number, a date, a name in brackets, a label with what it says?"""
    return bool(_NO_TITLE.fullmatch(text))


def may_be_title(text: str) -> bool:
    """May it be a title by its words: short, neither a sentence nor numbered, and none of those?"""
    return len(text) <= LONGEST_TITLE and not _SAID.search(text) and not is_no_title(text)
