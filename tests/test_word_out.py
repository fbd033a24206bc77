"""Texts as Word files: what is written, that it is well made, and that what changed can be taken or left exactly."""

from __future__ import annotations

import io
import posixpath
import random
import re
import zipfile
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from docx.shared import Mm, Pt
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from editorial.documents import (
    Attribution,
    Content,
    Properties,
    Remark,
    Shot,
    clean,
    plain_text,
    read_document,
    read_picture,
    word,
    word_difference,
)
from tests import libreoffice
from tests.word_changes import W, lines, settled
from tests.word_pictures import jpeg

MADE = Properties(datetime(2026, 11, 25, 2, 0, tzinfo=UTC), "2026-000123 v1")
OFFICE = Attribution("长江日报编辑部政治关审稿编辑", "2026-11-25T10:00:00Z")
PHOTO = read_picture(jpeg())
SHOTS = {PHOTO.sha256: Shot(PHOTO.data, PHOTO.media_type, PHOTO.width, PHOTO.height, "市民在江边散步。", "何晓晴 摄")}
HTML = clean(
    '<p>本报讯，<strong>武汉</strong>今日<em>天气</em>晴朗，气温<u>12℃</u>，<s>旧</s>H<sub>2</sub>O<sup>3</sup>'
    '<sup id="fnref1"><a href="#fn1">[1]</a></sup>，去<a href="https://www.example.com/a?b=1&amp;c=2">东湖</a>看花。</p>'
    "<h2>一、总体情况</h2><p>写得很长，<ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>字。<br>换行了 &lt;b&gt; &amp;。"
    "</p>"
    "<h3>（一）学校</h3><ol start=\"3\"><li>第一条<ol><li>小条</li></ol></li><li>第二条</li></ol><h4>1.小学</h4>"
    "<ul><li>甲</li><li>乙</li></ul>"
    f'<figure><img src="pictures/{PHOTO.sha256}" alt="江边"></figure>'
    "<table><thead><tr><th>线路</th><th colspan=\"2\">客流</th></tr></thead><tbody><tr><td rowspan=\"2\">2号线</td>"
    "<td>早</td><td>21</td></tr><tr><td>晚</td><td>23.5</td></tr></tbody></table>"
    "<table><tbody><tr><td>另一张表</td></tr></tbody></table><blockquote><p>引文。</p></blockquote><p>结尾。</p>"
    '<hr><ol><li id="fn1">数据来自<strong>气象台</strong>。 <a href="#fnref1">↩</a></li></ol>')
ARTICLE = Content("江滩芦苇节开幕", "文/张三", HTML, SHOTS)


def part(data: bytes, name: str) -> etree._Element:
    """An XML part of a file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def check_package(data: bytes) -> None:
    """What Word would have to repair: parts without a type, relations without a part, ids that occur twice, F14."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    types = etree.fromstring(members["[Content_Types].xml"])
    known = {one.get("PartName") for one in types} | {one.get("Extension") for one in types}
    assert all(f"/{name}" in known or name.rpartition(".")[2] in known for name in members)
    referred = set()
    for name, content in members.items():
        assert b"<!DOCTYPE" not in content
        if name.endswith(".rels"):
            base = posixpath.dirname(posixpath.dirname(name))
            relations = etree.fromstring(content)
            ids = [one.get("Id") for one in relations]
            assert len(set(ids)) == len(ids)
            for one in relations:
                if one.get("TargetMode") == "External":
                    assert one.get("Type", "").endswith("/hyperlink"), "nothing is fetched"
                else:
                    referred.add(posixpath.join(base, one.get("Target", "")))
    assert referred == {name for name in members if not name.endswith((".rels", "[Content_Types].xml"))}
    document = etree.fromstring(members["word/document.xml"])
    for names in (["ins", "del", "rPrChange", "pPrChange"], ["commentRangeStart"], ["footnoteReference"]):
        ids = [one.get(W + "id") for one in document.iter(*(W + name for name in names))]
        assert len(set(ids)) == len(ids)
    used = {str(key) for one in document.iter() for name, key in one.attrib.items() if "relationships}" in str(name)}
    relations = etree.fromstring(members["word/_rels/document.xml.rels"])
    assert used <= {one.get("Id") for one in relations}
    styles = {one.get(W + "styleId") for one in etree.fromstring(members["word/styles.xml"])}
    assert {one.get(W + "val") for one in document.iter(W + "pStyle", W + "rStyle", W + "tblStyle")} <= styles
    core = members["docProps/core.xml"].decode()
    assert "creator" not in core and "lastModifiedBy" not in core
    docx.Document(io.BytesIO(data))


def test_a_text_comes_back_as_it_went_out() -> None:
    data = word(ARTICLE, MADE)
    check_package(data)
    read = read_document(data, "a.docx")
    assert (read.title, read.byline, read.warnings) == ("江滩芦苇节开幕", "文/张三", ())
    (picture,) = read.pictures
    assert (picture.source, picture.caption) == (PHOTO.sha256, "市民在江边散步")
    body = read.html.removeprefix("<h2>江滩芦苇节开幕</h2><p>文/张三</p>").replace(picture.sha256, PHOTO.sha256)
    under = "<p>市民在江边散步。（何晓晴 摄）</p>"
    assert under in body
    said = HTML.replace("<figure>", "<p>").replace("</figure>", "</p>").replace("<blockquote>", "").replace(
        "</blockquote>", "")
    assert body.replace(under, "") == said


def test_the_same_text_gives_the_same_bytes() -> None:
    assert word(ARTICLE, MADE) == word(ARTICLE, MADE)
    with zipfile.ZipFile(io.BytesIO(word(ARTICLE, MADE))) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_official_document_keeps_the_standard() -> None:
    """GB/T 9704-2012, 5.2 and 7: margins, lines of 28 points, fonts by their Chinese names."""
    document = docx.Document(io.BytesIO(word(ARTICLE, MADE, "official")))
    section, normal = document.sections[0], document.styles["Normal"]
    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    for side, millimetres in zip(sides, (37, 35, 28, 26), strict=True):
        assert side is not None and abs(side - Mm(millimetres)) < Mm(0.1)
    assert normal.paragraph_format.line_spacing == Pt(28)
    styles = part(word(ARTICLE, MADE, "official"), "word/styles.xml")
    fonts = {style.get(W + "styleId"): fonts.get(W + "eastAsia") for style in styles.iter(W + "style")
             if (fonts := style.find(f"{W}rPr/{W}rFonts")) is not None}
    assert [fonts[key] for key in ("Title", "Heading1", "Heading2", "Heading3")] == [
        "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"]


def test_remarks_are_comments_on_their_passages() -> None:
    remarks = [
        Remark("请核实数字", "政治关审稿编辑", "2026-11-25T10:00:00", "天气晴朗", 1),
        Remark("已核实。\n气象台公布。", "张三", "2026-11-25T11:00:00", "", 1, 0, True),
        Remark("不在了", "政治关审稿编辑", "", "没有这句话", 2),
        Remark("题目太长", "政治关审稿编辑", "", "", 0),
    ]
    later = Content("江滩芦苇节今日开幕", "文/张三", HTML.replace("晴朗，", "晴朗少云，"), SHOTS)
    for data in (word(ARTICLE, MADE, remarks=remarks), word_difference(ARTICLE, later, MADE, OFFICE, remarks)):
        check_package(data)
        read = read_document(data, "a.docx")
        assert [(one.text, one.author, one.date) for one in read.remarks] == [
            (one.text, one.author, one.date) for one in remarks]
        assert [(one.passage, one.answers, one.settled) for one in read.remarks] == [
            ("天气晴朗", -1, False), ("天气晴朗", 0, True), ("一、总体情况", -1, False), (read.title, -1, False)]


def test_a_change_says_whose_and_when() -> None:
    later = Content("江滩芦苇节闭幕", "文/张三", HTML.replace("<td>另一张表</td>", "<td>换了</td>"), SHOTS)
    changes = read_document(word_difference(ARTICLE, later, MADE, OFFICE), "a.docx").changes
    assert {(change.author, change.date) for change in changes} == {(OFFICE.author, OFFICE.time)}
    assert {(change.kind, change.text) for change in changes} >= {("removed", "开"), ("added", "闭")}


# --- Taking or leaving what changed -------------------------------------------------------------------------------

LONG = "第二段文字在这里，写得很长很长，长到可以认得出来。"
TEXT = st.text("甲乙丙丁 ab", min_size=1, max_size=6) | st.sampled_from([
    LONG, LONG[:-3] + "了", "武汉天气晴。" * 3, "甲<strong>乙</strong>丙", "<em>武汉天气晴。</em>武汉", "一<br>二",
    '<a href="https://a.example/">武汉</a>天气晴', f'<img src="pictures/{PHOTO.sha256}" alt="">',
    '注<sup id="fnref1"><a href="#fn1">[1]</a></sup>字', "<ruby>汉<rt>hàn</rt></ruby>字"])
ITEMS = st.lists(TEXT.map("<li>{}</li>".format), min_size=1, max_size=3).map("".join)
BLOCK = st.one_of(TEXT.map("<p>{}</p>".format), TEXT.map("<h2>{}</h2>".format), ITEMS.map("<ol>{}</ol>".format),
                  ITEMS.map("<ul>{}</ul>".format), st.just("<hr>"))
SPAN = st.sampled_from(["", "", "", ' rowspan="2"', ' colspan="2"'])
CELL = st.tuples(SPAN, TEXT | st.lists(BLOCK, max_size=2).map("".join)).map(lambda cell: "<td{}>{}</td>".format(*cell))
ROW = st.lists(CELL, min_size=1, max_size=3).map(lambda cells: f"<tr>{''.join(cells)}</tr>")
TABLE = st.lists(ROW, min_size=1, max_size=3).map(lambda rows: f"<table>{''.join(rows)}</table>")
NOTE = '<hr><ol><li id="fn1">甲注 <a href="#fnref1">↩</a></li></ol>'
LINE = st.sampled_from(["", "标题", "标题二"])
CONTENT = st.builds(lambda title, byline, blocks: Content(title, byline, clean("".join(blocks) + NOTE), SHOTS),
                    LINE, LINE, st.lists(BLOCK | TABLE, max_size=6))


def of(*blocks: str) -> Content:
    """A text without title and byline."""
    return Content("", "", clean("".join(blocks)))


@settings(max_examples=200, deadline=None)
@given(CONTENT, CONTENT)
@example(of("<p>甲</p>"), of("<p>甲乙</p>", "<p>丙</p>", "<p>丁</p>"))
@example(of("<p>甲</p>"), of("<table><tr><td>甲</td></tr></table>"))
@example(of("<table><tr><td>甲</td></tr></table>"), of("<p>前</p>", "<table><tr><td>甲</td><td>乙</td></tr></table>"))
@example(of("<table><tr><td>甲乙丙丁</td><td>戊</td><td>己</td></tr></table>"),
         of("<table><tr><td colspan='2'>甲乙丙丁</td><td>戊己</td></tr></table>"))
@example(of("<table><tr><td>甲</td></tr></table>", LONG), of("<table><tr><td>子丑寅</td></tr></table>", LONG))
def test_accepting_all_gives_the_later_text_and_rejecting_all_the_earlier(before: Content, after: Content) -> None:
    """With its styles, forms, lists, cells and merged cells, notes and pictures."""
    data = word_difference(before, after, MADE, OFFICE)
    check_package(data)
    assert lines(settled(data, True)) == lines(settled(word(after, MADE), True))
    assert lines(settled(data, False)) == lines(settled(word(before, MADE), True))
    tables = part(data, "word/document.xml").iter(W + "tbl")
    assert not [one for one in tables if (after_it := one.getnext()) is not None and after_it.tag == W + "tbl"]


def changed(html: str, chance: random.Random) -> str:
    """A text as an editor leaves it: words changed, paragraphs taken out, moved, joined, added; rows of a table too."""
    found = re.finditer(r"<(table|ol|ul|p|h2|h3|h4|figure|blockquote)\b[^>]*>.*?</\1>", html)
    blocks = [one[0] for one in found]
    for _ in range(chance.randint(1, 5)):
        place = chance.randrange(len(blocks))
        match chance.randrange(7):
            case 0:
                blocks[place] = re.sub("[，。]", "；", blocks[place], count=1)
            case 1:
                blocks.pop(place) if len(blocks) > 3 else blocks.append("<p>补记。</p>")
            case 2:
                blocks.insert(place, f"<p>新的一段，{chance.choice('甲乙丙丁')}。</p>")
            case 3:
                blocks.append(blocks.pop(place))
            case 4:
                blocks[place] = blocks[place].replace("<tr>", "<tr><td>新</td></tr><tr>", 1)
            case 5:
                blocks[place] = blocks[place].replace("</p>", "（续）</p><p>另一段。</p>", 1)
            case _:
                blocks[place] = re.sub("<(p|h[23])>([^<]{3})", r"<\1><strong>\2</strong>", blocks[place], count=1)
    return clean("".join(blocks))


@pytest.mark.skipif(libreoffice.SOFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_takes_and_leaves_what_changed(tmp_path: Path) -> None:
    """Twenty rounds of random edits, each the next one's beginning; it also reads every file without complaint."""
    chance = random.Random(20261125)
    states = [Content(ARTICLE.title, ARTICLE.byline, HTML, SHOTS)]
    for number in range(20):
        states.append(Content(f"江滩芦苇节开幕{number}", "文/张三", changed(states[-1].html, chance), SHOTS))
    files = {f"{number:02}.docx": word_difference(*pair, MADE, OFFICE)
             for number, pair in enumerate(pairwise(states))}
    made = libreoffice.settled(files, tmp_path)
    for number, (accepted, rejected) in enumerate(made.values()):
        assert said(accepted) == said(word(states[number + 1], MADE)), number
        assert said(rejected) == said(word(states[number], MADE)), number
    assert plain_text(read_document(made["00.docx"][1], "a.docx").html).splitlines()[0] == ARTICLE.title


def said(data: bytes) -> list[str]:
    """The text of a file, a line a paragraph that says something."""
    found = ["".join(run.text or "" for run in paragraph.iter(W + "t"))
             for paragraph in part(data, "word/document.xml").iter(W + "p")]
    return [line for line in (one.replace("\u200d", "") for one in found) if line]  # LibreOffice's mark of an empty row
