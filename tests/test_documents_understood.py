"""What reading a Word file says about it beside its text: changes, remarks, warnings, and suggestions."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest
from PIL import Image

from editorial.documents import (
    PAGES,
    Content,
    Properties,
    clean,
    plain_text,
    read_document,
    without_caption,
    without_title,
    word,
)
from editorial.documents.docx import read_docx
from tests.data.word import docx, drawing, p, parts, zipped


def kinds(data: bytes) -> set[str]:
    return {kind for kind, *_ in read_docx(data)[0]["warnings"]}


def test_changes_and_remarks_are_kept_as_data_with_who_and_when_and_where() -> None:
    who = "w:author='甲' w:date='2026-11-02T08:00:00Z'"
    new = "xmlns:w15='http://schemas.microsoft.com/office/word/2012/wordml'"
    body = (
        p("一") + f"<w:p><w:r><w:t>会</w:t></w:r><w:ins {who}><w:r><w:t>议</w:t></w:r></w:ins><w:ins {who}><w:r>"
        f"<w:t>在</w:t></w:r></w:ins><w:del {who}><w:r><w:delText>昨天</w:delText></w:r></w:del>"
        "<w:commentRangeStart w:id='5'/><w:r><w:t>武汉</w:t></w:r><w:r><w:commentReference w:id='6'/></w:r>"
        "<w:commentRangeEnd w:id='5'/></w:p>"
        f"<w:p><w:pPr><w:rPr><w:del {who}/></w:rPr></w:pPr><w:r><w:t>上</w:t></w:r></w:p>" + p("下")
    )
    made = parts(
        body, {"cx": ("commentsExtended", "cx.xml")},
        comments=f"<w:comment w:id='5' {who}><w:p {new} w15:paraId='A1'><w:r><w:t>哪里？</w:t></w:r></w:p></w:comment>"
        f"<w:comment w:id='6' {who}><w:p {new} w15:paraId='B2'><w:r><w:t>江岸</w:t></w:r></w:p></w:comment>",
        cx=f"<w15:x {new}/><w15:commentEx {new} w15:paraId='B2' w15:paraIdParent='A1' w15:done='1'/>",
    )  # fmt: skip
    document = read_document(zipped(made), "a.docx")
    assert [(one.kind, one.text, one.place) for one in document.changes] == [
        ("added", "议在", 2), ("removed", "昨天", 2), ("removed", "\n", 3)]
    assert {(one.author, one.date) for one in document.changes} == {("甲", "2026-11-02T08:00:00Z")}
    asked, answered = document.remarks
    assert (asked.text, asked.passage, asked.place, asked.author, asked.answers) == ("哪里？", "武汉", 2, "甲", -1)
    assert (answered.text, answered.passage, answered.answers, answered.settled) == ("江岸", "", 0, True)
    assert document.text == "一\n会议在武汉\n上下"
    told = next(one for one in document.warnings if one.kind == "tracked-changes")
    assert (told.count, told.place) == (3, "2,3")


def test_each_kind_of_warning_is_one_with_its_count_and_places() -> None:
    hidden = p("藏", run="<w:vanish/>")
    warnings = read_docx(docx(p("一") + hidden + p("三") + hidden * 4))[0]["warnings"]
    assert warnings == [("hidden-text", "2,4,5", "藏", 5)]


def test_data_about_people_is_left_out_and_named() -> None:
    made = parts(p("文"), {"p": ("people", "people.xml")}, comments="<w:comment w:id='0'>" + p("批注") + "</w:comment>")
    answer = read_docx(zipped(made))[0]
    assert ("metadata-stripped", "", "people", 1) in answer["warnings"]
    assert "批注" not in answer["html"]


def test_comments_alone_are_no_data_about_people() -> None:
    made = parts(p("文"), {}, comments="<w:comment w:id='0'>" + p("批注") + "</w:comment>")
    assert read_docx(zipped(made))[0]["warnings"] == []


def test_invisible_characters_are_warned_of() -> None:
    assert kinds(docx(p("武\u200b汉"))) == {"invisible-characters"}
    assert kinds(docx(p("👩\u200d👧"))) == set()


STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="c"><w:name w:val="caption"/></w:style>'
)
SONG = "<w:rFonts w:eastAsia='方正小标宋简体'/><w:sz w:val='44'/>"
LONG = p("今天武汉天气晴朗，市民纷纷走出家门，到江滩、东湖绿道和各个公园游玩，享受难得的好天气，到处都是欢声笑语。")


@pytest.mark.parametrize(
    ("paragraphs", "title", "byline"),
    [
        (p("大江奔流", '<w:pStyle w:val="T"/>') + p("（通讯员 张三 李四）"), "大江奔流", "通讯员 张三 李四"),
        (p("关于天气的通知", "<w:jc w:val='center'/>", SONG)
         + p("本报讯（记者 王五 通讯员 赵六）今天武汉晴。"), "关于天气的通知", "记者 王五 通讯员 赵六"),
        (p("关于做好秋季", "<w:jc w:val='center'/>", SONG) + p("运动会的通知", "<w:jc w:val='center'/>", SONG)
         + p("各学校："), "关于做好秋季运动会的通知", ""),
        (p("目 录", '<w:pStyle w:val="1"/>') + p("秋日武汉", '<w:pStyle w:val="1"/>') + LONG, "秋日武汉", ""),
        (p("武教〔2026〕5号", "<w:jc w:val='center'/>", SONG)
         + p("一、总体要求", '<w:pStyle w:val="1"/>') + LONG, "", ""),
        (p("江滩菊展开幕") + LONG, "江滩菊展开幕", ""),
        (p("花桥街道：小板凳议出大民生") + LONG, "花桥街道：小板凳议出大民生", ""),
        (p("联系人：张三") + LONG, "", ""),
        (p("各学校：") + LONG, "", ""),
        (p("（一）总体要求", '<w:pStyle w:val="1"/>') + LONG, "", ""),
        (p("江滩菊展开幕") + LONG + p("花如海", run="<w:b/>") + LONG + p("人如潮", run="<w:b/>") + LONG,
         "江滩菊展开幕", ""),
        (p("江滩菊展开幕") + p("文/张三 图/李四"), "江滩菊展开幕", "文/张三 图/李四"),
        (p("江滩菊展开幕") + p("作者：张三（江岸区园林局）"), "江滩菊展开幕", "作者：张三（江岸区园林局）"),
        (p("江滩菊展开幕") + p("短") + LONG, "", ""),
        (p("今天武汉天气晴朗，市民出门游玩。") + p("记者：王五"), "", "记者：王五"),
        (LONG + p("本报讯 记者王五 通讯员张三、李四报道：昨天晴。"), "", "记者王五 通讯员张三、李四"),
        (LONG + p("（作者系大学教授）"), "", ""),
        (LONG + p("（记者 王五摄）"), "", ""),
        (p("记者昨天到了现场。"), "", ""),
    ],
)
def test_title_and_byline_are_suggested(paragraphs: str, title: str, byline: str) -> None:
    answer = read_docx(docx(paragraphs, styles=STYLES))[0]
    assert (answer["title"], answer["byline"]) == (title, byline)


def test_headings_are_found_by_their_look() -> None:
    black, script = "<w:rFonts w:eastAsia='黑体'/>", "<w:rFonts w:eastAsia='楷体_GB2312'/>"
    body = (
        p("一、总体要求", run=black) + p("（一）目标", run=script)
        + p("一、这是一句正文。", run=black) + p("普通", run=black)
    )
    html = clean(read_docx(docx(body))[0]["html"])
    assert html == "<h3>一、总体要求</h3><h4>（一）目标</h4><p>一、这是一句正文。</p><p>普通</p>"
    chapters = "".join(p(text, run=black) for text in ("第一章 总则", "第二节　范围", "第三条 依据"))
    assert clean(read_docx(docx(chapters))[0]["html"]) == "<h3>第一章 总则</h3><h4>第二节　范围</h4><p>第三条 依据</p>"


def test_under_a_title_a_dash_begins_a_subtitle_and_a_byline_is_none() -> None:
    centre = "<w:jc w:val='center'/>"
    body = p("大江奔流", centre, SONG) + p("——江滩菊展侧记", centre, SONG) + p("（通讯员 张三）", centre, SONG) + LONG
    html = clean(read_docx(docx(body))[0]["html"])
    assert html.startswith("<h2>大江奔流</h2><h3>——江滩菊展侧记</h3><p>（通讯员 张三）</p><p>今天")


@pytest.mark.parametrize(
    ("lines", "heads"),
    [
        ([p("花如海", run="<w:b/>"), LONG, p("人如潮", run="<w:rFonts w:ascii='黑体'/>"), LONG], ["花如海", "人如潮"]),
        ([p("花如海", run="<w:b/>"), LONG, p("人如潮"), LONG], []),
        ([p("花如海", run="<w:b/>"), p("短"), p("人如潮", run="<w:b/>"), p("短")], []),
        ([p("问：何时开展？", run="<w:b/>"), LONG, p("问：何时闭展？", run="<w:b/>"), LONG], []),
        ([p("花如海", run="<w:b/>"), LONG.replace("<w:rPr>", "<w:rPr><w:b/>")] * 2, []),
    ],
)
def test_short_bold_lines_over_long_paragraphs_part_a_newspapers_text(lines: list[str], heads: list[str]) -> None:
    html = clean(read_docx(docx(p("江滩菊展开幕") + LONG + "".join(lines)))[0]["html"])
    assert re.findall("<h3>(.*?)</h3>", html) == heads


@pytest.mark.parametrize("page", PAGES)
def test_what_is_bold_in_a_file_of_ours_comes_back_as_no_heading(page: str) -> None:
    long = f"<p>{'今天武汉天气晴朗，市民到江滩赏菊，' * 4}</p>"
    html = f"<p><strong>一、花如海</strong></p>{long}<p><strong>人如潮</strong></p>{long}<h3>尾声</h3>{long}" * 2
    sent = word(Content("江滩菊展开幕", "通讯员 张三", html), Properties(datetime(2026, 11, 30, tzinfo=UTC)), page)
    assert html in read_document(sent, "a.docx").html


@pytest.mark.parametrize(
    ("under", "caption", "credit"),
    [
        (p("图为江滩菊展。记者 王五 摄"), "图为江滩菊展", "记者 王五"),
        (p("图1 江滩菊展"), "图1 江滩菊展", ""),
        (p("江滩菊展", '<w:pStyle w:val="c"/>'), "江滩菊展", ""),
        (p("孩子们在赏菊（张三摄）"), "孩子们在赏菊", "张三"),
        (p("菊展将开放到月底。"), "", ""),
    ],
)
def test_the_line_under_a_picture_is_suggested_as_its_caption(under: str, caption: str, credit: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (4, 3)).save(out, "PNG")
    body = p("文") + drawing() + under
    made = parts(body, {"rX": ("image", "media/a.png")}, styles=STYLES) | {"word/media/a.png": out.getvalue()}
    document = read_document(zipped(made), "a.docx")
    picture = document.pictures[0]
    assert (picture.caption, picture.credit) == (caption, credit)
    left = without_caption(document.html, picture.sha256, caption, credit)
    assert plain_text(left) == ("文" if caption else document.text)
    assert picture.sha256 in left


def test_pictures_in_one_paragraph_have_their_captions_under_it_one_after_the_other() -> None:
    one, two = "1" * 64, "2" * 64
    html = (f'<p>文<img src="pictures/{one}" alt=""><strong><img src="pictures/{two}" alt=""></strong>尾</p>'
            "<p>赏菊（张三 摄）</p><p>看灯</p><p>下文</p>")
    left = without_caption(without_caption(html, one, "赏菊", "张三 摄"), two, "看灯", "")
    assert left == html.replace("<p>赏菊（张三 摄）</p><p>看灯</p>", "")
    assert without_caption(html, two, "看灯", "") == html, "another's line stands between"
    assert without_caption(left + html, one, "赏菊", "张三 摄") == left + html.replace("<p>赏菊（张三 摄）</p>", "")


@pytest.mark.parametrize(
    ("html", "title", "left"),
    [
        ("<h2>菊展</h2><p>文</p>", "菊展", "<p>文</p>"),
        ("<p>编号</p><h2>菊展</h2><p>文</p>", "菊展", "<p>编号</p><p>文</p>"),
        ("<p>关于秋季</p><p>运动会的通知</p><p>文</p>", "关于秋季运动会的通知", "<p>文</p>"),
        ("<p>（通讯员 张三）</p><p>文</p>", "通讯员 张三", "<p>文</p>"),
        ("<p>菊展在江滩</p><p>菊</p>", "菊展", "<p>菊展在江滩</p><p>菊</p>"),
        ("<ul><li>菊展</li></ul>", "菊展", "<ul><li>菊展</li></ul>"),
        ("<p>菊展</p>", "", "<p>菊展</p>"),
        ('<p>菊展<img src="x"></p>', "菊展", '<p>菊展<img src="x"></p>'),
    ],
)
def test_a_title_does_not_stand_in_the_text_as_well(html: str, title: str, left: str) -> None:
    assert without_title(html, title) == left
