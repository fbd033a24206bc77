"""What a Word file shows is in the text, or a warning says that it is not."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from editorial.documents import Document, clean, read_document
from editorial.documents.docx import read_docx
from editorial.documents.numbering import formatted
from editorial.errors import UnreadableDocument
from tests.data.word import docx, drawing, huge_png, p, parts, with_file, zipped


def html(body: str, relations: dict[str, tuple[str, str]] | None = None, **more: str) -> str:
    """The clean HTML of a file with this body, read in this process."""
    return clean(read_docx(docx(body, relations, **more))[0]["html"])


def kinds(data: bytes) -> set[str]:
    return {kind for kind, *_ in read_docx(data)[0]["warnings"]}


def png(size: tuple[int, int] = (4, 3), kind: str = "PNG", mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind)
    return out.getvalue()


NUMBERING = "".join(
    f'<w:abstractNum w:abstractNumId="{key}">'
    + "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for level, (form, text, start) in enumerate(levels)
    )
    + f'</w:abstractNum><w:num w:numId="{key}"><w:abstractNumId w:val="{key}"/></w:num>'
    for key, levels in {
        1: [("decimal", "%1.", 1), ("bullet", "•", 1), ("lowerLetter", "%3)", 1)],
        2: [("chineseCounting", "%1、", 1), ("chineseCounting", "（%2）", 1)],
        3: [("decimal", "%1", 3), ("decimal", "%1.%2", 1)],
        4: [("none", "", 1)],
    }.items()
)  # fmt: skip
STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr>'
    '<w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/><w:basedOn w:val="1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="own"><w:name w:val="我的样式"/><w:basedOn w:val="2"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="lvl"><w:name w:val="x"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="loop"><w:name w:val="y"/><w:basedOn w:val="loop"/></w:style>'
    '<w:style w:type="character" w:styleId="hid"><w:name w:val="z"/><w:rPr><w:vanish/></w:rPr></w:style>'
)


def numbered(text: str, key: int, level: int = 0, style: str = "") -> str:
    own = f'<w:pStyle w:val="{style}"/>' if style else ""
    return p(text, f'{own}<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{key}"/></w:numPr>')


def box(text: str) -> str:
    return (
        "<w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp><wps:txbx><w:txbxContent>"
        f"{p(text)}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (p("　　首段"), "<p>首段</p>"),
        (p("甲", run="<w:b/><w:i/><w:u w:val='single'/>") + p("乙", run="<w:b w:val='0'/><w:u w:val='none'/>"),
         "<p><strong><em><u>甲</u></em></strong></p><p>乙</p>"),
        (p("2", run="<w:vertAlign w:val='superscript'/>") + p("划", run="<w:strike/>"),
         "<p><sup>2</sup></p><p><s>划</s></p>"),
        ("<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t><w:noBreakHyphen/><w:br w:type='page'/>"
         "</w:r></w:p>",
         "<p>甲<br>乙 丙\u2011</p>"),
        ("<w:p><w:r><w:sym w:font='Wingdings' w:char='F0FC'/><w:sym w:font='Symbol' w:char='F061'/>"
         "<w:sym w:font='Wingdings' w:char='F001'/><w:sym w:font='宋体' w:char='4E00'/></w:r></w:p>", "<p>✓α□一</p>"),
        (p("题", '<w:pStyle w:val="T"/>') + p("一", '<w:pStyle w:val="1"/>') + p("二", '<w:pStyle w:val="own"/>')
         + p("三", '<w:pStyle w:val="lvl"/>') + p("四", '<w:outlineLvl w:val="1"/>')
         + p("正", '<w:pStyle w:val="loop"/>')
         + p("文", '<w:pStyle w:val="1"/><w:outlineLvl w:val="9"/>'),
         "<h2>题</h2><h2>一</h2><h3>二</h3><h4>三</h4><h3>四</h3><p>正</p><p><strong>文</strong></p>"),
        (numbered("甲", 1) + numbered("子", 1, 1) + numbered("丑", 1, 2) + numbered("乙", 1) + p("断")
         + numbered("丙", 1),
         "<ol><li>甲<ul><li>子<ul><li>a) 丑</li></ul></li></ul></li><li>乙</li></ol><p>断</p>"
         '<ol start="3"><li>丙</li></ol>'),
        (numbered("总则", 2) + numbered("目的", 2, 1) + numbered("依据", 2, 1) + numbered("附则", 2),
         "<p>一、总则</p><p>（一）目的</p><p>（二）依据</p><p>二、附则</p>"),
        (numbered("章", 3, 0, "1") + numbered("节", 3, 1, "2"), "<h2>3 章</h2><h3>3.1 节</h3>"),
        (numbered("甲", 4) + numbered("乙", 0) + numbered("丙", 77), "<p>甲</p><p>乙</p><ul><li>丙</li></ul>"),
        ("<w:sdt><w:sdtContent>" + p("块控件") + "</w:sdtContent></w:sdt>"
         "<w:p><w:sdt><w:sdtContent><w:r><w:t>行控件</w:t></w:r></w:sdtContent></w:sdt>"
         "<w:smartTag><w:r><w:t>标记</w:t></w:r></w:smartTag><w:unknown><w:r><w:t>新</w:t></w:r></w:unknown></w:p>",
         "<p>块控件</p><p>行控件标记新</p>"),
        (f"<w:p><w:r><w:t>前</w:t>{box('框内')}</w:r><w:r><w:t>后</w:t></w:r></w:p>", "<p>前后</p><p>框内</p>"),
        ("<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>" + p("旧框") + "</w:txbxContent></v:textbox>"
         "<v:textpath string='艺术字'/></v:shape></w:pict></w:r></w:p>", "<p>旧框</p><p>艺术字</p>"),
        ("<w:p><w:r><w:ruby><w:rt><w:r><w:t>hàn</w:t></w:r></w:rt>"
         "<w:rubyBase><w:r><w:t>汉</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>",
         "<p><ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby></p>"),
        ("<w:p><m:oMath><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
         "<m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
         "<m:rad><m:deg/><m:e><m:r><m:t>y</m:t></m:r></m:e></m:rad><m:d><m:e><m:r><m:t>z</m:t></m:r></m:e></m:d>"
         "<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr><m:sub><m:r><m:t>1</m:t></m:r></m:sub><m:sup/>"
         "<m:e><m:r><m:t>k</m:t></m:r></m:e></m:nary></m:oMath></w:p>",
         "<p>(a+b)/2x<sup>2</sup>√y(z)∑<sub>1</sub>k</p>"),
        ("<w:p><m:oMath><m:eqArr><m:e><m:r><m:t>a&amp;=1</m:t></m:r></m:e><m:e><m:r><m:t>b=2</m:t></m:r></m:e></m:eqArr>"
         "</m:oMath></w:p>", "<p>a=1<br>b=2</p>"),
        ("<w:p><m:oMath><m:func><m:fName><m:limLow><m:e><m:r><m:t>lim</m:t></m:r></m:e><m:lim><m:r><m:t>n</m:t></m:r>"
         "</m:lim></m:limLow></m:fName><m:e><m:m><m:mr><m:e><m:r><m:t>1</m:t></m:r></m:e><m:e><m:r><m:t>2</m:t></m:r></m:e>"
         "</m:mr></m:m></m:e></m:func><m:bar><m:e><m:r><m:t>x</m:t></m:r></m:e></m:bar></m:oMath></w:p>",
         "<p>lim<sub>n</sub> [1, 2]x\u0305</p>"),
        ("<w:p><w:r><w:sym w:font='Wingdings 2' w:char='F052'/><w:t>是</w:t></w:r><w:r><w:rPr>"
         "<w:rFonts w:ascii='Wingdings 2'/></w:rPr><w:t>\uf0a3否A</w:t></w:r><w:r><w:rPr>"
         "<w:rFonts w:ascii='Wingdings'/></w:rPr><w:t>l 点</w:t></w:r></w:p>", "<p>☑是☐否□● 点</p>"),
        (p("武", "<w:framePr w:dropCap='drop' w:lines='2'/>") + p("汉的秋天") + p("文", "<w:framePr w:w='900'/>"),
         "<p>武汉的秋天</p><p>文</p>"),
        ("<w:r><w:t>散字</w:t></w:r>" + p() + p("正文"), "<p>散字</p><p>正文</p>"),
    ],
)  # fmt: skip
def test_what_word_shows_is_in_the_text(body: str, expected: str) -> None:
    assert html(body, styles=STYLES, numbering=NUMBERING) == expected


def field(code: str, result: str | None = "结果") -> str:
    separate = "<w:r><w:fldChar w:fldCharType='separate'/></w:r>"
    shown = "" if result is None else f"{separate}<w:r><w:t>{result}</w:t></w:r>"
    return (
        f"<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>{shown}"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    )


def form_field(data: str) -> str:
    return (
        f"<w:r><w:fldChar w:fldCharType='begin'><w:ffData>{data}</w:ffData></w:fldChar></w:r>"
        "<w:r><w:instrText>FORM</w:instrText></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>"
    )


@pytest.mark.parametrize(
    ("runs", "expected", "warning"),
    [
        (field(' HYPERLINK "https://www.example.com/" '),
         '<a href="https://www.example.com/" rel="noopener noreferrer">结果</a>', ""),
        (field(' HYPERLINK \\l "mark" ') + field("PAGE", "1"), "结果1", ""),
        (field(' HYPERLINK "javascript:x" '), "结果", "links-dropped"),
        (field(" DDEAUTO cmd "), "结果", "fields-dropped"),
        (field(" MACROBUTTON run 点这里 ", None), "点这里", "fields-dropped"),
        (field(" SYMBOL 252 \\f Wingdings ", None), "✓", ""),
        (field(' EQ \\* jc2 \\o\\ad(\\s\\up 9(hàn),汉)', None), "<ruby>汉<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>", ""),
        ("<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:t>不丢</w:t></w:r>", "不丢", ""),
        ("<w:r><w:fldChar w:fldCharType='end'/></w:r><w:r><w:t>不丢</w:t></w:r>", "不丢", ""),
        ("<w:fldSimple w:instr='INCLUDETEXT x'><w:r><w:t>文</w:t></w:r></w:fldSimple>", "文", "fields-dropped"),
        (form_field("<w:checkBox><w:checked/></w:checkBox>"), "☒", ""),
        (form_field("<w:ddList><w:result w:val='1'/><w:listEntry w:val='甲'/><w:listEntry w:val='乙'/></w:ddList>"),
         "乙", ""),
    ],
)  # fmt: skip
def test_fields_show_their_results_and_lose_their_codes(runs: str, expected: str, warning: str) -> None:
    data = docx(f"<w:p>{runs}</w:p>")
    answer = read_docx(data)[0]
    assert clean(answer["html"]) == f"<p>{expected}</p>"
    assert {kind for kind, *_ in answer["warnings"]} == ({warning} if warning else set())


WHITE = "<w:color w:val='FFFFFF'/>"
SPAN, DOWN, ON = "<w:gridSpan w:val='2'/>", "<w:vMerge w:val='restart'/>", "<w:vMerge/>"
RIGHT, FURTHER = "<w:hMerge w:val='restart'/>", "<w:hMerge w:val='continue'/>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def test_merged_cells_span_columns_and_rows() -> None:
    rows = (
        f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{cell('头', SPAN)}</w:tr>"
        f"<w:tr>{cell('甲', DOWN)}{cell('乙')}</w:tr>"
        f"<w:tr>{cell('', ON)}<w:sdt><w:sdtContent>{cell('丙')}</w:sdtContent></w:sdt></w:tr>"
        f"<w:tr><w:trPr><w:gridBefore w:val='1'/></w:trPr>{cell('丁')}</w:tr>"
        f"<w:tr><w:trPr><w:del w:author='x'/></w:trPr>{cell('删')}</w:tr>"
        f"<w:tr>{cell('左', RIGHT)}{cell('', FURTHER)}</w:tr>"
    )
    assert html(f"<w:tbl>{rows}</w:tbl>") == (
        '<table><thead><tr><th colspan="2">头</th></tr></thead><tbody><tr><td rowspan="2">甲</td><td>乙</td></tr>'
        '<tr><td>丙</td></tr><tr><td></td><td>丁</td></tr><tr><td colspan="2">左</td></tr></tbody></table>'
    )


def test_text_in_a_cell_that_is_merged_away_is_shown_and_marked() -> None:
    data = docx(f"<w:tbl><w:tr>{cell('甲', DOWN)}</w:tr><w:tr>{cell('藏', ON)}</w:tr></w:tbl>")
    assert "<mark>藏</mark>" in clean(read_docx(data)[0]["html"])
    assert kinds(data) == {"hidden-text"}


def test_too_many_cells_in_a_row_are_too_complex() -> None:
    row = cell("甲", "<w:gridSpan w:val='501'/>")
    with pytest.raises(UnreadableDocument) as refused:
        html(f"<w:tbl><w:tr>{row}</w:tr></w:tbl>")
    assert refused.value.reason == "too-complex"


@pytest.mark.parametrize(
    "paragraph",
    [
        p("藏", run="<w:vanish/>"),
        p("藏", run="<w:rStyle w:val='hid'/>"),
        p("藏", run=WHITE),
        p("藏", run="<w:sz w:val='2'/>"),
        p("藏", run="<w:w w:val='1'/>"),
        p("藏", "<w:framePr w:w='1'/>"),
    ],
)
def test_hidden_text_is_shown_and_marked(paragraph: str) -> None:
    data = docx(paragraph, styles=STYLES)
    assert clean(read_docx(data)[0]["html"]) == "<p><mark>藏</mark></p>"
    assert kinds(data) == {"hidden-text"}


@pytest.mark.parametrize(
    "body",
    [
        p("白", run="<w:color w:val='FFFFFF'/><w:shd w:val='clear' w:fill='C00000'/>"),
        p("白", run="<w:color w:val='FFFFFF'/><w:highlight w:val='red'/>"),
        p("白", "<w:shd w:val='clear' w:fill='C00000'/>", "<w:color w:val='FFFFFF'/>"),
        "<w:tbl><w:tr><w:tc><w:tcPr><w:shd w:fill='0000FF'/></w:tcPr>" + p("白", run=WHITE) + "</w:tc></w:tr></w:tbl>",
    ],
)  # fmt: skip
def test_white_text_on_a_colour_is_not_hidden(body: str) -> None:
    assert kinds(docx(body)) == set()


def test_tracked_changes_are_shown_as_accepted() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        f"<w:p>{run.format('前')}<w:ins w:id='1'>{run.format('插')}</w:ins>"
        "<w:del><w:r><w:delText>删</w:delText></w:r></w:del>"
        f"<w:moveFrom>{run.format('移')}</w:moveFrom></w:p>"
        f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run.format('上')}</w:p>{p('下')}"
        f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run.format('尾')}</w:p><w:moveFrom>{p('移段')}</w:moveFrom>"
    )  # fmt: skip
    assert html(body) == "<p>前插</p><p>上下</p><p>尾</p>"
    assert kinds(docx(body)) == {"tracked-changes"}


def test_of_alternatives_the_one_is_shown_that_word_shows() -> None:
    def choice(requires: str, fallback: str) -> str:
        return (
            f"<w:p><mc:AlternateContent><mc:Choice Requires='{requires}'><w:r><w:t>新</w:t></w:r></mc:Choice>"
            f"<mc:Fallback><w:r><w:t>{fallback}</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>"
        )

    assert html(choice("wps", "旧")) == "<p>新</p>"
    assert kinds(docx(choice("wps", "旧"))) == {"alternate-content"}
    assert kinds(docx(choice("wps", "新"))) == set()
    assert html(choice("nobody", "旧")) == "<p>旧</p>"


def test_notes_stand_at_the_end_in_the_order_in_which_they_are_called() -> None:
    call = "<w:r><w:{0}Reference w:id='{1}'/></w:r>"
    body = f"<w:p><w:r><w:t>文</w:t></w:r>{call.format('endnote', 5)}{call.format('footnote', 2)}</w:p>"
    read = html(
        body,
        footnotes=f"<w:footnote w:id='1'>{p('未引')}</w:footnote>"
        f"<w:footnote w:id='2'>{p('脚注')}{p('又')}</w:footnote>",
        endnotes=f"<w:endnote w:id='5'>{p('尾注')}</w:endnote>",
    )
    assert read == (
        '<p>文<sup id="fnref1"><a href="#fn1">[1]</a></sup><sup id="fnref2"><a href="#fn2">[2]</a></sup></p><hr><ol>'
        '<li id="fn1">尾注 <a href="#fnref1">↩</a></li>'
        '<li id="fn2"><p>脚注</p><p>又 <a href="#fnref2">↩</a></p></li></ol>'
    )


def test_headers_are_told_in_a_warning_once_and_page_numbers_not() -> None:
    made = parts(
        p("正文") + "".join(f"<w:sectPr><w:headerReference r:id='{key}'/></w:sectPr>" for key in ("h1", "h2", "h3")),
        {"h1": ("header", "h1.xml"), "h2": ("header", "h2.xml"), "h3": ("header", "h3.xml")},
        h1=p("页眉文字"), h2=p("页眉文字"), h3=p("第 1 页 共 2 页"),
    )  # fmt: skip
    answer = read_docx(zipped(made))[0]
    assert clean(answer["html"]) == "<p>正文</p>"
    assert answer["warnings"] == [("margin-text", "", "页眉文字", 1)]
    made["word/document.xml"] = made["word/document.xml"].replace("正文".encode(), b"")
    assert clean(read_docx(zipped(made))[0]["html"]) == "<p>页眉文字</p>"


def test_hyperlinks_keep_web_and_mail_addresses_only() -> None:
    targets = {"a": "http://a.example/", "b": "mailto:a@b.example", "c": "file:///x"}
    links = {key: ("hyperlink", target) for key, target in targets.items()}
    body = "<w:p>" + "".join(
        f"<w:hyperlink r:id='{key}'><w:r><w:t>{key}</w:t></w:r></w:hyperlink>" for key in "abcd"
    ) + "</w:p>"
    rel = 'rel="noopener noreferrer"'
    shown = "".join(f'<a href="{targets[key]}" {rel}>{key}</a>' for key in "ab")
    assert html(body, links) == f"<p>{shown}cd</p>"
    assert kinds(docx(body, links)) == {"links-dropped"}


def test_pictures_are_written_anew_and_named_by_their_digest() -> None:
    document = read_document(with_file(p("文") + drawing() + drawing(), "media/a.bmp", png(kind="BMP")), "a.docx")
    assert len(document.pictures) == 1
    picture = document.pictures[0]
    assert document.html == "<p>文</p>" + f'<p><img src="pictures/{picture.sha256}" alt="图片说明"></p>' * 2
    assert (picture.media_type, picture.width, picture.height, picture.alt) == ("image/png", 4, 3, "图片说明")
    assert {warning.kind for warning in document.warnings} == {"image-rebuilt"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (huge_png(100_000, 100_000), "image-dropped"),
        (b"<svg onload='x'/>", "image-dropped"),
        (b"\x01\0\0\0 EMF", "image-dropped"),
    ],
)
def test_a_picture_that_cannot_be_used_is_dropped_with_a_warning(content: bytes, kind: str) -> None:
    data = with_file(p("文") + drawing() + drawing(), "media/a.png", content)
    answer, pictures = read_docx(data)
    assert (clean(answer["html"]), pictures) == ("<p>文</p>", [])
    assert kinds(data) == {kind}


def test_what_lies_outside_the_file_or_is_embedded_is_dropped_with_a_warning() -> None:
    relations = {"rX": ("image", "http://canary.invalid/a.png"), "rY": ("oleObject", "a.bin")}
    body = p("文") + drawing() + drawing("missing") + "<w:altChunk r:id='rZ'/>" \
        "<w:p><w:r><w:object><o:OLEObject ProgID='Package'/></w:object></w:r></w:p>"
    assert html(body, relations) == "<p>文</p>"
    assert kinds(docx(body, relations)) == {"external-dropped", "embedded", "image-dropped"}


def test_the_words_of_a_diagram_are_shown_and_a_chart_is_warned_of() -> None:
    body = "<w:p><w:r><w:drawing><dgm:relIds r:dm='d'/><c:chart r:id='c'/></w:drawing></w:r></w:p>"
    made = parts(body, {"d": ("diagramData", "d.xml")}, d="<a:p><a:r><a:t>第一步</a:t></a:r></a:p>")
    assert clean(read_docx(zipped(made))[0]["html"]) == "<p>第一步</p>"
    assert kinds(zipped(made)) == {"chart-dropped"}


@pytest.mark.parametrize(
    ("count", "form", "text"),
    [
        (11, "chineseCounting", "十一"), (20, "chineseCountingThousand", "二十"), (105, "chineseCounting", "一百零五"),
        (1010, "japaneseCounting", "一千零一十"), (12, "chineseLegalSimplified", "壹拾贰"),
        (10, "ideographDigital", "一〇"),
        (3, "ideographTraditional", "丙"), (4, "ideographZodiac", "卯"), (5, "decimalEnclosedCircle", "⑤"),
        (2, "decimalEnclosedParen", "⑵"), (7, "decimalEnclosedFullstop", "⒎"), (12, "decimalFullWidth", "１２"),
        (4, "lowerRoman", "iv"), (1999, "upperRoman", "MCMXCIX"), (28, "lowerLetter", "bb"), (3, "upperLetter", "C"),
        (7, "decimalZero", "07"), (5, "none", ""), (5, "cardinalText", "5"), (0, "lowerRoman", "0"),
    ],
)  # fmt: skip
def test_numbers_are_written_in_words_formats(count: int, form: str, text: str) -> None:
    assert formatted(count, form) == text


def test_a_whole_document_says_the_same_in_html_and_text() -> None:
    document = read_document(docx(p("标题", '<w:pStyle w:val="T"/>') + p("正文 &lt;b&gt;"), styles=STYLES), "稿件.docx")
    assert document == Document("<h2>标题</h2><p>正文 &lt;b&gt;</p>", "标题\n正文 <b>", "标题", "", (), ())
