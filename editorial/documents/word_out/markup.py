"""Paragraphs, tables and changes as WordprocessingML (ECMA-376 part 1, chapter 17)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from editorial.documents.tokens import text as printable
from editorial.documents.word_out.house import W_SPACES, Page, numbering
from editorial.documents.word_out.model import Block, Item, Paragraph, Run, Shot
from editorial.documents.word_out.track import ADDED, REMOVED, SAME, Grid, Line, Marked, Piece, Row, cut, unchanged

_STYLES = {"title": "Title", "byline": "Byline", "h2": "Heading1", "h3": "Heading2", "h4": "Heading3",
           "li": "ListParagraph", "quote": "Quote", "cell": "TableText", "head": "TableHead", "picture": "Picture",
           "caption": "Caption", "note": "FootnoteText", "rule": "Rule", "gap": "Gap"}
_FORMS = (("strong", "<w:b/>"), ("em", "<w:i/>"), ("s", "<w:strike/>"), ("mark", '<w:highlight w:val="yellow"/>'),
          ("u", '<w:u w:val="single"/>'), ("sub", '<w:vertAlign w:val="subscript"/>'),
          ("sup", '<w:vertAlign w:val="superscript"/>'))
_EMU = 9525  # of a pixel at 96 to the inch
_TWIP = 635
_CHANGE = {ADDED: "ins", REMOVED: "del"}
_INDENT = 420  # twips of a level of a list
_CALLED = (
    '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
    '<w:r><w:t xml:space="preserve"> </w:t></w:r>'
)
_SEPARATORS = "".join(
    f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr>'
    f"<w:r><w:{kind}/></w:r></w:p></w:footnote>"
    for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
)


@dataclass(frozen=True)
class Attribution:
    """Whose the changes are, as Word shows it, and when they were made (ISO 8601, without a zone: local time)."""

    author: str
    time: str


@dataclass(frozen=True)
class Mark:
    """A comment on characters `start` to `end` of a paragraph."""

    number: int
    start: int
    end: int


class Writer:
    """Writes marked blocks. What comes or goes is `by` somebody; `marks` are comments, by the id of the paragraph."""

    def __init__(
        self,
        page: Page,
        shots: Mapping[str, Shot],
        notes: Mapping[str, tuple[Block, ...]],
        by: Attribution,
        marks: Mapping[int, Sequence[Mark]],
    ) -> None:
        self.page, self.shots, self.notes, self.by, self.marks = page, shots, notes, by, marks
        self.links: dict[str, str] = {}
        self.pictures: dict[str, str] = {}
        self._annotations = sum(map(len, marks.values()))
        self._drawings = 0
        self._called: list[str] = []
        self._lists: dict[tuple[bool, int], int] = {}
        self._starts: list[Item] = []

    def body(self, blocks: Sequence[Marked]) -> str:
        """The content of ``w:body`` but for the section's properties."""
        self._join_lists(blocks)
        return self._blocks(blocks, self.page.width)

    def numbering(self) -> str:
        """``word/numbering.xml``, for the lists that were written."""
        return numbering([(item.kind, item.level, item.start) for item in self._starts])

    def _blocks(self, blocks: Sequence[Marked], width: int) -> str:
        return "".join(self._line(block, width) if isinstance(block, Line) else self._grid(block, width)
                       for block in blocks)

    # --- Paragraphs -----------------------------------------------------------------------------------------------

    def _line(self, line: Line, width: int) -> str:
        look, old = self._look(line.look, line.op == REMOVED), self._look(line.old_look, line.op != ADDED)
        if line.op == SAME:
            look = self._look(line.look, False)
        mark = f"<w:rPr><w:{_CHANGE[line.mark]} {self._by()}/></w:rPr>" if line.mark != SAME else ""
        change = "" if look == old else f"<w:pPrChange {self._by()}><w:pPr>{old}</w:pPr></w:pPrChange>"
        pieces = self._pieces(line.pieces, self.marks.get(id(line.look), ()), width)
        return f"<w:p><w:pPr>{look}{mark}{change}</w:pPr>{pieces}</w:p>"

    def _look(self, paragraph: Paragraph, earlier: bool) -> str:
        """The properties of a paragraph: its style, its place in a list."""
        style, item = _STYLES.get(paragraph.style), paragraph.item
        properties = f'<w:pStyle w:val="{style}"/>' if style else ""
        if item is not None and item.first:
            number = self._number(item, earlier)
            properties += f'<w:numPr><w:ilvl w:val="{item.level}"/><w:numId w:val="{number}"/></w:numPr>'
        elif item is not None:
            properties += f'<w:ind w:left="{_INDENT * (item.level + 1)}" w:firstLineChars="0" w:firstLine="0"/>'
        return properties

    def _join_lists(self, blocks: Sequence[Marked]) -> None:
        """A list of the earlier text that goes on in the later one keeps its numbers: both are one list of the file."""
        for block in blocks:
            if isinstance(block, Grid):
                for row in block.rows:
                    for cell in row.cells:
                        self._join_lists(cell)
            elif block.op == SAME and block.look.item and block.old_look.item:
                new, old = block.look.item, block.old_look.item
                if (new.kind, new.level, new.start) == (old.kind, old.level, old.start):
                    number = self._number(new, False)
                    if number not in [self._lists[key] for key in self._lists if key[0]]:
                        self._lists.setdefault((True, old.list_id), number)

    def _number(self, item: Item, earlier: bool) -> int:
        key = earlier, item.list_id
        if key not in self._lists:
            self._starts.append(item)
            self._lists[key] = len(self._starts)
        return self._lists[key]

    def _pieces(self, pieces: Sequence[Piece], marks: Sequence[Mark], width: int) -> str:
        out: list[str] = []
        at = 0
        waiting = sorted({place for mark in marks for place in (mark.start, mark.end)})
        for piece in pieces:
            if piece.op == REMOVED:
                out += [self._run(run, REMOVED, run, width) for run in piece.runs]
                continue
            size = sum(len(run.text) for run in piece.runs)
            stops = [place - at for place in waiting if at < place < at + size]
            for start, end in zip([0, *stops], [*stops, size], strict=True):
                out.append(_comment_marks(marks, at + start))
                runs, before = cut(piece.runs, start, end), cut(piece.before, start, end)
                olds = before if piece.op == SAME else runs
                out += [self._run(run, piece.op, old, width) for run, old in zip(runs, olds, strict=True)]
            at += size
        out.append(_comment_marks(marks, at))
        return "".join(out)

    # --- Runs -----------------------------------------------------------------------------------------------------

    def _run(self, run: Run, op: str, old: Run, width: int) -> str:
        properties = _form(run)
        if (before := _form(old)) != properties:
            properties += f"<w:rPrChange {self._by()}><w:rPr>{before}</w:rPr></w:rPrChange>"
        tag = "delText" if op == REMOVED else "t"
        if run.kind == "text":
            inside = f'<w:{tag} xml:space="preserve">{_text(run.text)}</w:{tag}>'
        elif run.kind == "break":
            inside = "<w:br/>"
        elif run.kind == "note":
            self._called.append(run.value)
            inside = f'<w:footnoteReference w:id="{len(self._called)}"/>'
        elif run.kind == "ruby":
            inside = _ruby(run)
        else:
            inside = self._picture(run, width)
        written = f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{inside}</w:r>"
        if op != SAME:
            written = f"<w:{_CHANGE[op]} {self._by()}>{written}</w:{_CHANGE[op]}>"
        if run.href:
            key = self.links.setdefault(run.href, f"link{len(self.links) + 1}")
            written = f'<w:hyperlink r:id="{key}" w:history="1">{written}</w:hyperlink>'
        return written

    def _picture(self, run: Run, width: int) -> str:
        """A picture in the line, no wider than the column and no higher than most of the page (ECMA-376, 20.4.2.8)."""
        shot = self.shots.get(run.value)
        if shot is None:
            return f'<w:t xml:space="preserve">[{_text(run.more)}]</w:t>'
        key = self.pictures.setdefault(run.value, f"picture{len(self.pictures) + 1}")
        self._drawings += 1
        wide, high = shot.width * _EMU, shot.height * _EMU
        scale = min(1.0, width * _TWIP / wide, self.page.height * _TWIP * 0.8 / high)
        size = f'cx="{max(int(wide * scale), 1)}" cy="{max(int(high * scale), 1)}"'
        about = f'id="{self._drawings}" name="Picture {self._drawings}" descr={quoteattr(printable(run.more))}'
        return (
            f'<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/><wp:docPr {about}/>'
            '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr {about}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{key}"/>'
            '<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
            f'<a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
            "</a:graphicData></a:graphic></wp:inline></w:drawing>"
        )

    # --- Tables ---------------------------------------------------------------------------------------------------

    def _grid(self, grid: Grid, width: int) -> str:
        column = max(width // max(grid.columns, 1), 1)
        columns = f'<w:gridCol w:w="{column}"/>' * grid.columns
        rows = "".join(self._row(row, column) for row in grid.rows)
        return (f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="5000" w:type="pct"/></w:tblPr>'
                f"<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>")

    def _row(self, row: Row, column: int) -> str:
        properties = "<w:cantSplit/>" + "<w:tblHeader/>" * row.row.head
        if row.op != SAME:
            properties += f"<w:{_CHANGE[row.op]} {self._by()}/>"
        cells = []
        for cell, blocks in zip(row.row.cells, row.cells, strict=True):
            merge = {"restart": '<w:vMerge w:val="restart"/>', "continue": "<w:vMerge/>"}.get(cell.merge, "")
            span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
            wide = column * cell.columns
            inside = self._blocks(blocks, wide - 2 * self.page.cell_margin)
            cells.append(f'<w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/>{span}{merge}</w:tcPr>{inside}</w:tc>')
        return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"

    # --- Notes ----------------------------------------------------------------------------------------------------

    def footnotes(self) -> str:
        """``word/footnotes.xml``: the notes that the text calls, in the order in which it does; empty without any."""
        written = []
        for number, key in enumerate(self._called, 1):
            inside = self._blocks(unchanged(self.notes[key]), self.page.width)
            inside = inside.replace("</w:pPr>", f"</w:pPr>{_CALLED}", 1)
            written.append(f'<w:footnote w:id="{number}">{inside}</w:footnote>')
        return f"<w:footnotes {W_SPACES}>{_SEPARATORS}{''.join(written)}</w:footnotes>" if written else ""

    def _by(self) -> str:
        self._annotations += 1
        return (f'w:id="{self._annotations}" w:author={quoteattr(printable(self.by.author))} '
                f'w:date="{self.by.time}"')


def _comment_marks(marks: Sequence[Mark], at: int) -> str:
    """The comments that end, begin, or stand at a place of a paragraph."""
    begin = [mark for mark in marks if mark.start == at]
    end = [mark for mark in marks if mark.end == at]
    return "".join(
        [_ended(mark) for mark in end if mark.start < at]
        + [f'<w:commentRangeStart w:id="{mark.number}"/>' for mark in begin]
        + [_ended(mark) for mark in end if mark.start == at]
    )


def _ended(mark: Mark) -> str:
    return f'<w:commentRangeEnd w:id="{mark.number}"/><w:r><w:commentReference w:id="{mark.number}"/></w:r>'


def _form(run: Run) -> str:
    if run.kind == "note":
        return '<w:rStyle w:val="FootnoteReference"/>'
    link = '<w:rStyle w:val="Hyperlink"/>' if run.href else ""
    form = run.form - {"sub"} if "sup" in run.form else run.form
    return link + "".join(written for name, written in _FORMS if name in form)


def _ruby(run: Run) -> str:
    """A reading over its base (ECMA-376, 17.3.3.25)."""
    return (
        '<w:ruby><w:rubyPr><w:rubyAlign w:val="distributeSpace"/><w:hps w:val="12"/><w:hpsRaise w:val="20"/>'
        '<w:hpsBaseText w:val="24"/><w:lid w:val="zh-CN"/></w:rubyPr>'
        f'<w:rt><w:r><w:rPr><w:sz w:val="12"/></w:rPr><w:t>{_text(run.more)}</w:t></w:r></w:rt>'
        f'<w:rubyBase><w:r><w:t xml:space="preserve">{_text(run.value)}</w:t></w:r></w:rubyBase></w:ruby>'
    )


def _text(text: str) -> str:
    return escape(printable(text))
