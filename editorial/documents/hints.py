"""What may be wrong in a text's typography and language, with what it might be instead: hints, which decide nothing.

Few and right is better than many: each rule leaves out what is often meant. The marks follow GB/T 15834, numbers and
dates GB/T 15835. A hint that has a remedy names the characters to put in the place of others.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from editorial.documents.passages import Passage, replaced
from editorial.documents.text import normalise
from editorial.documents.units import units

MOST = 60
"""More hints than these are not read."""

_HAN = "\u3400-\u9fff〇"
_CLOSING = "”’》〉）】」』"
_AFTER = rf"(?<=[{_HAN}{_CLOSING}])"
_BEFORE = rf"(?=[{_HAN}“‘《（【「『]|$)"
_NUMERALS = "〇一二三四五六七八九"
_WIDE = str.maketrans({**{chr(c): chr(c - 0xFEE0) for c in range(0xFF10, 0xFF1A)},
                       **{chr(c): chr(c - 0xFEE0) for c in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}})
_FULL = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", ".": "。"}
_PAIRS = {"“": "”", "‘": "’", "《": "》", "（": "）", "【": "】", "「": "」", "『": "』"}
_CLOSERS = frozenset(_PAIRS.values())
_ITEM = re.compile(rf"(?:^|[^{_HAN}\w])[\d{_NUMERALS}十a-zA-Z①-⑳]{{1,3}}$")
_SPACED = re.compile(rf"(?<=[{_HAN}，。；：、！？])[ \u00a0\u3000]+(?=[{_HAN}“《（])")
_SHORTEST_SPACED = 40
_MOST_SPACES = 3


@dataclass(frozen=True)
class Edit:
    """Characters of the paragraph, and what stands there instead."""

    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Hint:
    """Something to look at. `kind` is a key of the interface, `paragraph` counts as `passages` do (0 is the title);
    `found` are the words, `before` and `after` some around them, `other` those of another place, where it is about two.
    Without `edits` there is nothing to apply.
    """

    kind: str
    paragraph: int
    start: int
    found: str
    before: str
    after: str
    edits: tuple[Edit, ...] = ()
    other: str = ""

    @property
    def key(self) -> str:
        """What tells it from the other hints of the same text."""
        return f"{self.kind}.{self.paragraph}.{self.start}"

    @property
    def better(self) -> str:
        """What it would be, applied."""
        words, at = [], self.start
        for edit in self.edits:
            words += [self.found[at - self.start : edit.start - self.start], edit.words]
            at = edit.end
        return "".join([*words, self.found[at - self.start :]])


def hints(title: str, html: str) -> list[Hint]:
    """What there is to look at in a text, in order; `html` is clean."""
    kinds = ["title", *(unit.what for unit in units(html))]
    lines = [normalise(title), *(unit.text if unit.what != "picture" else "" for unit in units(html))]
    found: list[Hint] = []
    for number, (what, line) in enumerate(zip(kinds, lines, strict=True)):
        found += _of_line(number, what, line)
    found += _unpaired(lines)
    found += _two_ways(lines)
    return sorted(found, key=lambda hint: (hint.paragraph, hint.start))[:MOST]


def applied(title: str, html: str, key: str) -> tuple[str, str]:
    """Title and HTML with one hint applied; as they are where there is no such hint, or nothing to apply."""
    hint = next((one for one in hints(title, html) if one.key == key), None)
    for edit in reversed(hint.edits if hint else ()):
        if hint and hint.paragraph == 0:
            line = normalise(title)
            title = line[: edit.start] + edit.words + line[edit.end :]
        elif hint:
            html = replaced(html, Passage(hint.paragraph, edit.start, edit.end, ""), edit.words)
    return title, html


def _of_line(number: int, what: str, line: str) -> Iterator[Hint]:
    for kind, start, end, edits in (*_marks(line), *_numbers(line), *_doubled(line)):
        yield _hint(kind, number, line, start, end, edits)
    if what in ("p", "li", "blockquote"):
        for start, end in _spaces(line):
            yield _hint("space", number, line, start, end, (Edit(start, end, ""),))


def _hint(
    kind: str, number: int, line: str, start: int, end: int, edits: tuple[Edit, ...] = (), other: str = ""
) -> Hint:
    around = line[max(0, start - 8) : start], line[end : end + 8]
    return Hint(kind, number, start, line[start:end], *around, edits, other)


Found = tuple[str, int, int, tuple[Edit, ...]]


def _marks(line: str) -> Iterator[Found]:
    for match in re.finditer(rf"{_AFTER}([,;:!?])(?![,;:!?]){_BEFORE}", line):
        yield "half-width", *match.span(), (Edit(*match.span(), _FULL[match[1]]),)
    for match in re.finditer(rf"{_AFTER}\.(?=$|[{_HAN}“‘《（])", line):
        yield "half-width", *match.span(), (Edit(*match.span(), "。"),)
    for match in re.finditer(rf"\(([^()（）\n\t]*[{_HAN}][^()（）\n\t]*)\)", line):
        start, end = match.span()
        yield "half-width-pair", start, end, (Edit(start, start + 1, "（"), Edit(end - 1, end, "）"))
    yield from _straight_quotes(line)
    for match in re.finditer("[０-９Ａ-Ｚａ-ｚ]+", line):
        yield "full-width-latin", *match.span(), (Edit(*match.span(), match[0].translate(_WIDE)),)
    for match in re.finditer(r"(?<=\d)，(?=\d{3}(?!\d))", line):
        if not re.search(r"\d{4}，$", line[: match.end()]):
            yield "thousands", *match.span(), (Edit(*match.span(), ","),)
    for match in re.finditer(rf"(?<=[{_HAN}”’）])(?:\.{{3,6}}|。{{3,6}})", line):
        yield "ellipsis", *match.span(), (Edit(*match.span(), "……"),)
    for match in re.finditer(r"([，、；：])\1+|(?<!。)。。(?!。)|[，、；](?=[。；])", line):
        start = match.start()
        end = match.end() if len(match[0]) > 1 else match.end() + 1
        words = line[start] if line[start] == line[end - 1] else line[end - 1]
        yield "doubled-mark", start, end, (Edit(start, end, words),)


_MIXED_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})日)?")
_ABOUT = re.compile(r"(?<![第\d、．.])([1-9])、([2-9])(?=[天个次名人里岁]|小时|分钟|公里|年(?![级代月\d])|米(?!\d))")


def _straight_quotes(line: str) -> Iterator[Found]:
    """Pairs in their order, around Chinese words; inches and seconds leave one over, and then nothing is said."""
    places = [match.start() for match in re.finditer('"', line)]
    for start, end in zip(places[::2], places[1::2], strict=len(places) % 2 == 0) if len(places) % 2 == 0 else ():
        said = line[start + 1 : end]
        if re.match(rf"[{_HAN}\w《“]", said) and re.search(f"[{_HAN}]", said):
            yield "straight-quotes", start, end + 1, (Edit(start, start + 1, "“"), Edit(end, end + 1, "”"))


def _numbers(line: str) -> Iterator[Found]:
    for match in _MIXED_DATE.finditer(line):
        parts = [(place, value) for place in (1, 2) if match[place] and (value := _small(match[place]))]
        yield "mixed-date", *match.span(), tuple(Edit(*match.span(place), str(value)) for place, value in parts)
    for match in re.finditer(rf"[{_NUMERALS}○ＯO0０零]{{4}}(?=年)", line):
        if re.search("[○ＯO0０零]", match[0]) and len(re.findall(f"[{_NUMERALS}]", match[0])) > 1:
            words = re.sub("[○ＯO0０零]", "〇", match[0])
            yield "year-zero", *match.span(), (Edit(*match.span(), words),)
    for match in re.finditer(r"(?<![\d年])\d\d年(?=(?:1[0-2]|0?[1-9])月(?!个))", line):
        yield "short-year", *match.span(), ()
    for match in re.finditer(r"(?<![\d.%％-])(\d+(?:\.\d+)?)(?=[-—~～－至]\d+(?:\.\d+)?[%％])", line):
        percent = "％" if "％" in line[match.end() : match.end() + 12] else "%"
        yield "percent-range", *match.span(), (Edit(*match.span(), match[1] + percent),)
    for match in _ABOUT.finditer(line):
        if int(match[2]) == int(match[1]) + 1:
            words = _NUMERALS[int(match[1])] + _NUMERALS[int(match[2])]
            yield "about", *match.span(), (Edit(*match.span(), words),)
    for match in re.finditer(r"(?:大?约|近)\d[\d,.]*[十百千万亿]*(?:多|余|左右|上下)(?=[\u4e00-\u9fff，。])", line):
        yield "about-twice", *match.span(), ()


def _small(words: str) -> int:
    """A Chinese number below a hundred as it stands in dates; 0 for what is none."""
    tens, ten, ones = words.rpartition("十")
    digits = {word: value for value, word in enumerate(_NUMERALS)} | {"": 0}
    if tens not in digits or ones not in digits:
        return 0
    return (digits[tens] or 1) * 10 + digits[ones] if ten else digits[ones]


_TWICE = re.compile(
    "(?<![的目])(的)的(?![的确])|(?<![了不为])(了)了(?![了分然解])|(?<![是于但就还只可总])(是)是(?![是非])"
    "|(?<![参给赋授])(与)与|(?<![涉普以波触])(及)及|(?<![尤与])(其)其|(或)或|(很)很"
    r"|(进行|我们|他们|已经|以及|因为|通过|由于|如果|对于|关于|可以)\9"
)


def _doubled(line: str) -> Iterator[Found]:
    for match in _TWICE.finditer(line):
        word = next(filter(None, match.groups()))
        yield "doubled", *match.span(), (Edit(*match.span(), word),)


def _spaces(line: str) -> Iterator[tuple[int, int]]:
    """Spaces between Chinese characters of running text; in bylines, lists and names of two they are meant."""
    places = [match.span() for match in _SPACED.finditer(line)]
    running = len(line) >= _SHORTEST_SPACED and line[-1] in "。！？；：”…"
    if not running or not 0 < len(places) <= _MOST_SPACES:
        return
    for start, end in places:
        said = line[max(0, start - 4) : start]
        alone = re.search(rf"(?:^|[^{_HAN}])[{_HAN}]$", line[:start])
        byline = re.search("记者|通讯员|作者|编辑|摄影", said + line[end : end + 3])
        if start > 3 and not alone and not byline and said[-1] not in "图文摄讯电章节条款篇":
            yield start, end


def _unpaired(lines: Sequence[str]) -> Iterator[Hint]:
    """Quotation marks and brackets without their partner in the whole text: what is quoted may have several paragraphs,
    and each of them may open it anew. A closing bracket after a number counts items."""
    open_marks: list[tuple[int, int, str]] = []
    for number, line in enumerate(lines):
        for place, mark in enumerate(line):
            if mark in _PAIRS:
                if not place and open_marks and open_marks[-1][2] == mark:
                    open_marks.pop()
                open_marks.append((number, place, mark))
            elif mark in _CLOSERS:
                last = next((one for one in reversed(open_marks) if _PAIRS[one[2]] == mark), None)
                if last is not None:
                    open_marks.remove(last)
                elif not (mark == "）" and _ITEM.search(line[:place])):
                    yield _hint("unopened", number, line, place, place + 1)
    for number, place, _mark in open_marks:
        yield _hint("unclosed", number, lines[number], place, place + 1)


# --- Two ways in one text -----------------------------------------------------------------------------------------

_SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴"
    "崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚"
)
_ROLE = (
    "记者|通讯员|书记|主任|局长|校长|院长|队长|站长|所长|厂长|经理|老师|教师|医生|民警|居民|市民|村民|志愿者|负责人|同学|师傅"
)
_PERSON = re.compile(rf"(?:{_ROLE})[ ：:]?([{_SURNAMES}][{_HAN}]{{2}})")
_NOT_IN_NAMES = re.compile("[说告表介在的是和带率称为对向等代指强从也都已有与及就又到将把被让给一了着过不们这那]")
_NO_MORE, _NO_MORE_AFTER = r"(?<![A-Za-z0-9_@./:-])", r"(?![A-Za-z0-9_@/]|\.[A-Za-z0-9])"
_LATIN = re.compile(rf"{_NO_MORE}[A-Za-z][A-Za-z0-9-]+{_NO_MORE_AFTER}")


def _two_ways(lines: Sequence[str]) -> Iterator[Hint]:
    yield from _latin(lines)
    text = "\n".join(lines)
    names = {name for name in _PERSON.findall(text) if not _NOT_IN_NAMES.search(name[1:])}
    for name in sorted(names):
        for other in sorted(names):
            if name[0] == other[0] and sum(map(str.__ne__, name, other)) == 1 and _rarer(text, name, other):
                yield from _at_each(lines, re.escape(name), "two-names", other)


def _rarer(text: str, one: str, other: str) -> bool:
    return (text.count(one), one) < (text.count(other), other) and text.count(one) < text.count(other)


def _latin(lines: Sequence[str]) -> Iterator[Hint]:
    """Words in Latin letters that are written large and small: the rarer way is named, where one is rarer."""
    ways: dict[str, Counter[str]] = {}
    for word in _LATIN.findall("\n".join(lines)):
        ways.setdefault(word.casefold(), Counter())[word] += 1
    for counts in ways.values():
        (usual, most), *others = counts.most_common()
        for word, count in others:
            begins = {word, usual} == {word.lower(), word.capitalize()}
            if count < most and len(word) > 2 and not begins:
                pattern = f"{_NO_MORE}{re.escape(word)}{_NO_MORE_AFTER}"
                yield from _at_each(lines, pattern, "two-ways", usual, usual)


def _at_each(lines: Sequence[str], pattern: str, kind: str, other: str, better: str = "") -> Iterator[Hint]:
    for number, line in enumerate(lines):
        for match in re.finditer(pattern, line):
            start, end = match.span()
            yield _hint(kind, number, line, start, end, (Edit(start, end, better),) if better else (), other)
