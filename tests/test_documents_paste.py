"""What is pasted from Word, WPS and web pages."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editorial.documents import clean, clean_pasted
from tests.data.html import HOSTILE, PICTURE
from tests.test_documents_clean import ANY_HTML


def item(label: str, text: str, level: int = 1) -> str:
    return (
        f"<p class=MsoListParagraph style='margin-left:21pt;mso-list:l0 level{level} lfo1'><![if !supportLists]>"
        f"<span lang=EN-US><span style='mso-list:Ignore'>{label}<span style='font:7pt'>&nbsp;</span></span></span>"
        f"<![endif]>{text}<o:p></o:p></p>"
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (item("1.", "甲") + item("·", "子", 2) + item("·", "丑", 2) + item("2.", "乙") + "<p>文</p>",
         "<ol><li>甲<ul><li>子</li><li>丑</li></ul></li><li>乙</li></ol><p>文</p>"),
        (item("3、", "丙") + item("·", "点"), '<ol start="3"><li>丙</li></ol><ul><li>点</li></ul>'),
        (item("一、", "总体要求") + item("第一条", "目的"), "<p>一、总体要求</p><p>第一条 目的</p>"),
        ("<p style='mso-list:l0 level1 lfo1'>无号</p>", "<ul><li>无号</li></ul>"),
        ("<p class=MsoTitle>题</p><h1>一</h1>", "<h2>题</h2><h2>一</h2>"),
        ("<p><span style='font-weight:bold;font-style:italic;text-decoration:underline line-through'>字</span>"
         "<span style='vertical-align:super'>2</span><b style='font-weight:normal'>常</b></p>",
         "<p><strong><em><u><s>字</s></u></em></strong><sup>2</sup>常</p>"),
        ("<html><body>x<!--StartFragment--><p>文</p><!--EndFragment-->y</body></html>", "<p>文</p>"),
        (f"<p><img src='{PICTURE}' alt='图'></p>", f'<p><img src="{PICTURE}" alt="图"></p>'),
        ("<p>文<a href='#_ftn1' name='_ftnref1'><span>[1]</span></a></p>"
         "<div id=ftn1><p><a href='#_ftnref1'>[1]</a>注</p></div>",
         '<p>文<sup id="fnref1"><a href="#fn1">[1]</a></sup></p>'
         '<ol><li id="fn1"><p><a href="#fnref1">[1]</a>注</p></li></ol>'),
        ("<table><!--StartFragment--><col width=72><tr height=18><td class=xl65>小区</td><td>12</td></tr>"
         "<!--EndFragment--></table>", "<table><tbody><tr><td>小区</td><td>12</td></tr></tbody></table>"),
        (item("l", "圆点") + item("ü", "勾"), "<ul><li>圆点</li><li>勾</li></ul>"),
        ("<p><span style='font-family:\"Wingdings 2\"'>R</span>是<font face=Wingdings>\xfc</font>R</p>",
         "<p>☑是✓R</p>"),
        ("<div>一<br>二<br><br>三<br></div><p>&emsp;&emsp;四<br></p>", "<p>一<br>二</p><p>三</p><p>四</p>"),
        ("<style>p{}</style><xml><w:View>Normal</w:View></xml><p>文</p></div></p>", "<p>文</p>"),
    ],
)  # fmt: skip
def test_what_the_clipboard_means_is_kept(html: str, expected: str) -> None:
    assert clean_pasted(html)[0] == expected


@pytest.mark.parametrize(
    ("html", "expected", "kind"),
    [
        ("<p>文<img src='http://canary.invalid/a.png' alt='图'></p>", "<p>文</p>", "picture-not-pasted"),
        ("<p>文<img src='data:image/png;base64,x'></p>", "<p>文</p>", "picture-not-pasted"),
        ("<figure><img src='https://a.example/c.jpg'><figcaption>图注</figcaption></figure>", "<p>图注</p>",
         "picture-not-pasted"),
        ("<p>文<a href='javascript:x'>链</a></p>", "<p>文链</p>", "links-dropped"),
        ("<p>文<span class=msoDel><del>删<b>去</b></del></span></p>", "<p>文</p>", "tracked-changes"),
        ("<p>文<del class=msoDel>删<b>去</b></del></p>", "<p>文</p>", "tracked-changes"),
        ("<p>文<span style='display:none'>藏</span></p>", "<p>文<mark>藏</mark></p>", "hidden-text"),
        ("<p>文<span style='mso-hide:all'>藏</span></p>", "<p>文<mark>藏</mark></p>", "hidden-text"),
        ("<p>文<span class=MsoCommentReference><a>[1]</a></span></p>"
         "<div style='mso-element:comment-list'><p>批注</p></div>",
         "<p>文</p>", "comments-stripped"),
    ],
)  # fmt: skip
def test_what_is_left_out_is_warned_of(html: str, expected: str, kind: str) -> None:
    cleaned, warnings = clean_pasted(html)
    assert cleaned == expected
    assert {warning.kind for warning in warnings} == {kind}


LONG = "<p>今天武汉天气晴朗，市民纷纷走出家门，到江滩、东湖绿道和各个公园游玩，享受难得的好天气，到处都是欢声笑语。</p>"


@pytest.mark.parametrize(
    ("html", "heads"),
    [
        ("<p><b>一、总体要求</b></p>" + LONG + "<p><b>（一）目标</b></p>" + LONG + "<p><b>二、这是一句。</b></p>",
         ["<h3>一、总体要求</h3>", "<h4>（一）目标</h4>"]),
        (LONG + "<p><b>花如海</b></p>" + LONG + "<section><span style='font-weight:bold'>人如潮</span></section>"
         + LONG,
         ["<h3>花如海</h3>", "<h3>人如潮</h3>"]),
        (LONG + "<p><b>花如海</b></p>" + LONG, []),
        (LONG + "<p><b>记者：张三</b></p>" + LONG + "<p><b>问：何时？</b></p>" + LONG, []),
        ("<table><tr><td><p><b>一、甲</b></p><p>乙</p></td></tr></table>", []),
        ("<ul><li><p><b>一、甲</b></p><p>乙</p></li></ul>", []),
    ],
)
def test_bold_lines_that_are_headings_by_their_words_become_such(html: str, heads: list[str]) -> None:
    assert re.findall("<h[2-4]>.*?</h[2-4]>", clean_pasted(html)[0]) == heads


@pytest.mark.parametrize("part", ["<br>", "<figure><figcaption>", "<font face=Symbol>a"])
def test_a_long_clipboard_takes_no_longer_than_its_length(part: str) -> None:
    clean_pasted(part * 60_000)  # by the square of it this would take hours


def test_an_empty_paragraph_that_wechat_hides_is_no_hidden_text() -> None:
    assert clean_pasted("<p>文</p><p style='display: none;'><mp-style-type></mp-style-type></p>") == ("<p>文</p>", ())


WORD = (
    "<html><body><!--StartFragment--><p class=MsoNormal style='text-indent:9pt'><span lang=EN-US>&nbsp;</span>"
    "今天<b>武汉</b>晴。<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
    + item("1.", "江滩") + item("2.", "东湖")
    + "<table class=MsoTable><tr><td><p class=MsoNormal>甲</p></td></tr></table>"
    "<!--EndFragment--></body></html>"
)
WPS = (
    "<p class='MsoNormal'><span style=\"mso-spacerun:'yes';font-weight:normal\"><font face='宋'>　　今天</font></span>"
    "<b><span style='font-weight:bold'>武汉</span></b><span>晴。</span></p>" + item("1.", "江滩") + item("2.", "东湖")
    + "<table class='MsoTableGrid'><tbody><tr><td><p class='MsoNormal'><span>甲</span></p></td></tr></tbody></table>"
)
WEB = (
    "<div><p>&nbsp;&nbsp;&nbsp;&nbsp;今天<strong>武汉</strong>晴。</p><p><br></p><ol><li><p>江滩</p></li>"
    "<li>东湖</li></ol><div><table><tr><td>甲</td></tr></table></div><script>x</script></div>"
)
WECHAT = (
    "<div id='js_content' style='visibility: hidden; opacity: 0;'><section style='margin:8px'><section>"
    "<p style='margin:0'><span leaf=''>　　今天<strong><span leaf=''>武汉</span></strong>晴。</span></p>"
    "<p><span leaf=''><br class='x'></span></p>"
    "<ol class='list-paddingleft-1'><li><section><span>江滩</span></section></li><li><p>东湖</p></li></ol></section>"
    "<section><table><tbody><tr><td data-colwidth='9'><section>甲</section></td></tr></tbody></table>"
    "</section></section></div>"
)


@pytest.mark.parametrize("clipboard", [WORD, WPS, WEB, WECHAT])
def test_the_same_text_is_the_same_from_wherever_it_is_pasted(clipboard: str) -> None:
    expected = (
        "<p>今天<strong>武汉</strong>晴。</p><ol><li>江滩</li><li>东湖</li></ol>"
        "<table><tbody><tr><td>甲</td></tr></tbody></table>"
    )
    assert clean_pasted(clipboard) == (expected, ())


@pytest.mark.parametrize("html", HOSTILE)
def test_a_hostile_clipboard_is_as_clean_as_anything(html: str) -> None:
    cleaned, _ = clean_pasted(html)
    assert clean(cleaned) == cleaned
    assert "canary.invalid" not in cleaned


STYLED = st.sampled_from(
    ["<p style='mso-list:l1 level2 lfo1'>", "<span style='mso-list:Ignore'>", "<span style='display:none'>", "1.",
     "</span>", "</p>", "<del class=msoDel>", "<a href='#_ftn1'>", "<div id=ftn2>", "<p class=MsoTitle>"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(ANY_HTML | STYLED, max_size=8).map("".join))
def test_any_clipboard_gives_clean_html(html: str) -> None:
    cleaned, _ = clean_pasted(html)
    assert clean(cleaned) == cleaned
