"""Files that nobody has seen: any mix of what Word can hold is kept, by a reference that reads the XML on its own."""

from __future__ import annotations

from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bench import shown
from editorial.documents import clean
from editorial.documents.docx import read_docx
from tests.data.word import docx, drawing, p, parts, zipped


def run(text: str, inside: str = "") -> str:
    return f"<w:r><w:rPr>{inside}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>"


def field(code: str, result: str) -> str:
    marks = [f"<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>" for kind in ("begin", "separate", "end")]
    return f"{marks[0]}<w:r><w:instrText>{code}</w:instrText></w:r>{marks[1]}{run(result)}{marks[2]}"


def table(*cells: str, properties: str = "") -> str:
    row = "".join(f"<w:tc>{cell}</w:tc>" for cell in cells)
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tr>{row}</w:tr></w:tbl>"


def box(inside: str) -> str:
    """A text box as Word writes it: as a shape, and once more for old programs."""
    shape = f"<wps:wsp><wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx></wps:wsp>"
    return (
        "<w:p><w:r><w:t>框前</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor>"
        f"<a:graphic><a:graphicData>{shape}</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback>"
        f"<w:pict><v:shape><v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox></v:shape></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


MATH = (
    "<w:p><w:r><w:t>设</w:t></w:r><m:oMath><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r>"
    "</m:den></m:f></m:oMath><w:r><w:t>为半</w:t></w:r></w:p>"
)
RUBY = (
    "<w:p><w:r><w:ruby><w:rt><w:r><w:t>hàn</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>汉口</w:t></w:r></w:rubyBase></w:ruby>"
    "</w:r></w:p>"
)
VML = "<w:p><w:r><w:pict><v:shape><v:imagedata r:id='rX'/></v:shape></w:pict></w:r></w:p>"
FILL = (
    "<w:p><w:r><w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp><wps:spPr><a:blipFill><a:blip r:embed='rX'/>"
    "</a:blipFill></wps:spPr></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r></w:p>"
)
PLAIN = [
    p("今天武汉晴，气温3.5度。"),
    p("大标题", "<w:pStyle w:val='1'/>"),
    p("花如海", run="<w:b/>"),
    p("一、总体要求", run="<w:rFonts w:eastAsia='黑体'/>"),
    p("收集意见", "<w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr>"),
    p("第一项", "<w:numPr><w:ilvl w:val='1'/><w:numId w:val='1'/></w:numPr>"),
    p("藏着的字", run="<w:vanish/>"),
    p("汉", "<w:framePr w:dropCap='drop' w:lines='2'/>") + p("口的早晨"),
    p("浮动框里", "<w:framePr w:w='2000' w:hAnchor='page'/>"),
    "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" + run("并到") + "</w:p>" + p("下一段"),
    f"<w:p>{run('留下')}<w:del>{run('去掉')}</w:del><w:ins>{run('加上')}</w:ins><w:moveTo>{run('移来')}</w:moveTo></w:p>",
    f"<w:p>{field('PAGEREF _Toc1', '12')}{field(' REF a ', '见图一')}</w:p>",
    f"<w:p><w:fldSimple w:instr='DATE'>{run('今日')}</w:fldSimple></w:p>",
    f"<w:p><w:smartTag>{run('地名')}</w:smartTag><w:hyperlink w:anchor='x'>{run('跳转')}</w:hyperlink></w:p>",
    "<w:p><w:r><w:t>十一</w:t><w:br/><w:t>换行</w:t><w:tab/><w:t>制表</w:t><w:noBreakHyphen/><w:t>连</w:t></w:r></w:p>",
    "<w:p><w:r><w:t>注</w:t><w:footnoteReference w:id='2'/></w:r></w:p>",
    "<w:p><w:bdo w:val='rtl'><w:r><w:t>abc</w:t></w:r></w:bdo></w:p>",
    MATH, RUBY, VML, FILL, drawing(),
]  # fmt: skip
DEEP = st.recursive(
    st.lists(st.sampled_from(PLAIN), min_size=1, max_size=4).map("".join),
    lambda inside: st.one_of(
        inside.map(lambda body: f"<w:sdt><w:sdtContent>{body}</w:sdtContent></w:sdt>"),
        inside.map(lambda body: f"<w:customXml>{body}</w:customXml>"),
        inside.map(lambda body: table(body + p(), p("右格"), properties="<w:tblpPr w:tblpX='1'/>")),
        inside.map(lambda body: table("<w:tcPr><w:gridSpan w:val='2'/></w:tcPr>" + body + p())),
        inside.map(box),
        st.lists(inside, min_size=2, max_size=3).map("".join),
    ),
    max_leaves=8,
)
LEVELS = "".join(
    f"<w:lvl w:ilvl='{level}'><w:numFmt w:val='decimal'/><w:lvlText w:val='%{level + 1}.'/></w:lvl>" for level in (0, 1)
)
MORE = {
    "styles": "<w:style w:type='paragraph' w:styleId='1'><w:name w:val='heading 1'/></w:style>",
    "numbering": f"<w:abstractNum w:abstractNumId='1'>{LEVELS}</w:abstractNum>"
    "<w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num>",
    "footnotes": f"<w:footnote w:id='2'>{p('注文')}</w:footnote>",
}


@given(body=DEEP)
@settings(max_examples=40, deadline=None)
def test_any_mix_of_what_word_holds_keeps_its_text_and_structure(body: str) -> None:
    png = BytesIO()
    Image.new("RGB", (4, 3)).save(png, "PNG")
    made = parts(body, {"rX": ("image", "media/a.png")}, **MORE) | {"word/media/a.png": png.getvalue()}
    data = zipped(made)
    html = clean(read_docx(data)[0]["html"])
    lost = shown.pairs(shown.lines_of_word(data)) - shown.pairs(shown.lines_of_html(html))
    assert not lost, html
    has = shown.structure_of_html(html)
    assert not {kind: (has[kind], count) for kind, count in shown.structure(data).items() if kind and has[kind] < count}


def test_a_reference_that_finds_nothing_would_hold_nothing() -> None:
    data = docx("".join(PLAIN[:5]) + table(p("格")) + box(p("框里")), None, **MORE)
    assert shown.structure(data) == {"": 6, "tables": 1, "headings": 1, "list items": 1, "pictures": 0, "notes": 0}
    assert "框里" in shown.pairs(shown.lines_of_word(data))
