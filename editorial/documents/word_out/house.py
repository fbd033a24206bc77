"""How the house sets a text: page, styles, fonts, lists.

``official`` follows the national standard for official documents (GB/T 9704-2012): margins of 37, 35, 28 and 26 mm,
小标宋 二号 for the title, 仿宋 三号 for the text, 黑体 and 楷体 for headings, lines of 28 points. ``article`` is a
plain newspaper page. Where a font is not installed Word takes the one that the font table names in its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from editorial.documents.content import BYLINE_STYLE

W_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="w14 w15"'
)
_LATIN = "Times New Roman"
_FALLBACKS = (
    ("方正小标宋简体", "FZXiaoBiaoSong-B05S;华文中宋;宋体"), ("仿宋_GB2312", "FangSong_GB2312;仿宋"),
    ("楷体_GB2312", "KaiTi_GB2312;楷体"), ("黑体", "SimHei"), ("宋体", "SimSun"), ("楷体", "KaiTi"),
)
"""Fonts of Chinese text, and what a machine without them takes in their place."""
_BORDERS = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
                   for side in ("top", "left", "bottom", "right", "insideH", "insideV"))


@dataclass(frozen=True)
class Face:
    """The type of a style: the font of Chinese characters, half-points, and what else."""

    font: str
    size: int
    bold: bool = False

    @property
    def xml(self) -> str:
        """As run properties."""
        return (f'<w:rFonts w:ascii="{_LATIN}" w:hAnsi="{_LATIN}" w:cs="{_LATIN}" w:eastAsia="{self.font}"/>'
                f'{"<w:b/>" if self.bold else ""}<w:sz w:val="{self.size}"/><w:szCs w:val="{self.size}"/>')


@dataclass(frozen=True)
class Page:
    """A page and its type; lengths in twips. `lines` is the spacing of the text's lines, as properties."""

    top: int
    right: int
    bottom: int
    left: int
    lines: str
    text: Face
    title: Face
    byline: Face
    headings: tuple[Face, Face, Face]
    small: Face
    cell_margin: int = 108
    paper: tuple[int, int] = (11906, 16838)  # A4

    @property
    def width(self) -> int:
        """Of the text."""
        return self.paper[0] - self.left - self.right

    @property
    def height(self) -> int:
        """Of the text."""
        return self.paper[1] - self.top - self.bottom

    @property
    def section(self) -> str:
        """The properties of the one section: paper, margins, the page's number at the foot."""
        return (
            '<w:sectPr><w:footerReference w:type="default" r:id="footer"/>'
            f'<w:pgSz w:w="{self.paper[0]}" w:h="{self.paper[1]}"/>'
            f'<w:pgMar w:top="{self.top}" w:right="{self.right}" w:bottom="{self.bottom}" w:left="{self.left}" '
            'w:header="851" w:footer="1400" w:gutter="0"/></w:sectPr>'
        )


PAGES: Mapping[str, Page] = MappingProxyType({
    "article": Page(
        1440, 1701, 1440, 1701, 'w:line="360" w:lineRule="auto"',
        Face("宋体", 24), Face("方正小标宋简体", 44), Face("楷体", 24),
        (Face("黑体", 28), Face("楷体", 26, bold=True), Face("宋体", 24, bold=True)), Face("宋体", 21)),
    "official": Page(
        2098, 1474, 1984, 1587, 'w:line="560" w:lineRule="exact"',
        Face("仿宋_GB2312", 32), Face("方正小标宋简体", 44), Face("楷体_GB2312", 32),
        (Face("黑体", 32), Face("楷体_GB2312", 32), Face("仿宋_GB2312", 32, bold=True)), Face("仿宋_GB2312", 28)),
})
"""The house's ways of setting a text, by name."""

_AUTO = 'w:line="240" w:lineRule="auto"'
_INDENTED = '<w:ind w:firstLineChars="200" w:firstLine="{}"/>'


def styles(page: Page) -> str:
    """``word/styles.xml``."""
    indent = _INDENTED.format(page.text.size * 20)
    lines = f'<w:spacing {page.lines}/>'
    no_indent = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
    tight = f'<w:spacing w:before="40" w:after="40" {_AUTO}/>{no_indent}'
    found = [
        _style("Normal", "Normal", f'{lines}{indent}<w:jc w:val="both"/>', ""),
        _style("Title", "Title", '<w:keepNext/><w:spacing w:before="240" w:after="240" w:line="720" '
               f'w:lineRule="exact"/>{no_indent}<w:jc w:val="center"/><w:outlineLvl w:val="0"/>', page.title.xml,
               "Normal"),
        _style("Byline", BYLINE_STYLE, f'<w:spacing w:after="240" {page.lines}/>{no_indent}<w:jc w:val="center"/>',
               page.byline.xml, "Normal"),
        *(_style(f"Heading{level}", f"heading {level}", f'<w:keepNext/><w:keepLines/>{lines}{indent}'
                 f'<w:outlineLvl w:val="{level - 1}"/>', face.xml, "Normal", after="Normal")
          for level, face in enumerate(page.headings, 1)),
        _style("ListParagraph", "List Paragraph", f"{no_indent}<w:contextualSpacing/>", "", "Normal"),
        _style("Quote", "Quote", '<w:ind w:left="480" w:right="480" w:firstLineChars="0" w:firstLine="0"/>',
               page.byline.xml, "Normal"),
        _style("Picture", "图片", f'<w:keepNext/><w:spacing w:before="120" w:after="60" {_AUTO}/>{no_indent}'
               '<w:jc w:val="center"/>', "", "Normal"),
        _style("Caption", "caption", f'<w:spacing w:after="160" {_AUTO}/>{no_indent}<w:jc w:val="center"/>',
               page.small.xml, "Normal"),
        _style("TableText", "表格文字", f'{tight}<w:jc w:val="left"/>', page.small.xml, "Normal"),
        _style("TableHead", "表头", f'{tight}<w:jc w:val="center"/>', Face("黑体", page.small.size).xml, "Normal"),
        _style("Rule", "分隔线", '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="1" w:color="auto"/></w:pBdr>'
               f'<w:spacing w:before="120" w:after="120" {_AUTO}/>{no_indent}', '<w:sz w:val="8"/>', "Normal"),
        _style("Gap", "空隙", f'<w:spacing w:line="120" w:lineRule="exact"/>{no_indent}', '<w:sz w:val="8"/>',
               "Normal"),
        _style("FootnoteText", "footnote text", f'<w:spacing {_AUTO}/>{no_indent}', Face("宋体", 18).xml, "Normal"),
        _style("Footer", "footer", f'<w:spacing {_AUTO}/>{no_indent}<w:jc w:val="center"/>', Face("宋体", 28).xml,
               "Normal"),
        _style("CommentText", "annotation text", f'<w:spacing {_AUTO}/>{no_indent}<w:jc w:val="left"/>',
               Face("宋体", 21).xml, "Normal"),
        _style("FootnoteReference", "footnote reference", "", '<w:vertAlign w:val="superscript"/>', kind="character"),
        _style("Hyperlink", "Hyperlink", "", '<w:color w:val="0563C1"/>', kind="character"),
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr>'
        f'<w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="{page.cell_margin}" w:type="dxa"/>'
        f'<w:right w:w="{page.cell_margin}" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>',
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/>'
        f"<w:tblPr><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr></w:style>",
    ]
    defaults = (f"<w:docDefaults><w:rPrDefault><w:rPr>{page.text.xml}"
                '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
                "<w:pPrDefault/></w:docDefaults>")
    return f"<w:styles {W_SPACES}>{defaults}{''.join(found)}</w:styles>"


def _style(
    key: str, name: str, paragraph: str, run: str, based: str = "", *, after: str = "", kind: str = "paragraph"
) -> str:
    default = ' w:default="1"' if key == "Normal" else ""
    told = [f'<w:name w:val="{name}"/>']
    told += [f'<w:{element} w:val="{value}"/>' for element, value in (("basedOn", based), ("next", after)) if value]
    told += ["<w:qFormat/>"]
    told += [f"<w:{element}>{inside}</w:{element}>" for element, inside in (("pPr", paragraph), ("rPr", run)) if inside]
    return f'<w:style w:type="{kind}"{default} w:styleId="{key}">{"".join(told)}</w:style>'


def numbering(lists: Sequence[tuple[str, int, int]]) -> str:
    """``word/numbering.xml``: for each list (kind, level, first number) a numbering of its own, which begins anew."""
    kinds = []
    for number, kind in enumerate(("ul", "ol")):
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{"decimal" if kind == "ol" else "bullet"}"/>'
            f'<w:lvlText w:val="{f"%{level + 1}." if kind == "ol" else "•"}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{420 * (level + 1)}" w:hanging="420"/></w:pPr></w:lvl>'
            for level in range(9)
        )
        kinds.append(f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>{levels}'
                     "</w:abstractNum>")
    numbers = "".join(
        f'<w:num w:numId="{place}"><w:abstractNumId w:val="{int(kind == "ol")}"/><w:lvlOverride w:ilvl="{level}">'
        f'<w:startOverride w:val="{start}"/></w:lvlOverride></w:num>'
        for place, (kind, level, start) in enumerate(lists, 1)
    )
    return f"<w:numbering {W_SPACES}>{''.join(kinds)}{numbers}</w:numbering>"


def fonts() -> str:
    """``word/fontTable.xml``: which font stands in for one that is not installed."""
    listed = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="auto"/>'
        '<w:pitch w:val="variable"/></w:font>' for name, others in _FALLBACKS)
    return f"<w:fonts {W_SPACES}>{listed}</w:fonts>"


def footer() -> str:
    """``word/footer.xml``: the page's number between dashes, as GB/T 9704 has it."""
    number = "".join(f"<w:r>{inside}</w:r>" for inside in (
        "<w:t xml:space=\"preserve\">— </w:t>", '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>', '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>", '<w:fldChar w:fldCharType="end"/>', '<w:t xml:space="preserve"> —</w:t>'))
    return f'<w:ftr {W_SPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>{number}</w:p></w:ftr>'


def settings(notes: bool, tracking: bool) -> str:
    """``word/settings.xml``; with `tracking`, what is changed in the file is tracked as well."""
    separators = '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>' if notes else ""
    return (
        f"<w:settings {W_SPACES}>{'<w:trackRevisions/>' if tracking else ''}"
        f'<w:characterSpacingControl w:val="compressPunctuation"/>{separators}'
        '<w:compat><w:doNotExpandShiftReturn/><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )
