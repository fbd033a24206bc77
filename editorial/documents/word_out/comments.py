"""Remarks as comments of Word: where they stand, what they say, which answers which, and which are settled."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from editorial.documents.content import Remark
from editorial.documents.tokens import text as printable
from editorial.documents.word_out.house import W_SPACES
from editorial.documents.word_out.markup import Mark
from editorial.documents.word_out.model import Body, Paragraph, paragraphs


def placed(body: Body, remarks: Sequence[Remark]) -> dict[int, list[Mark]]:
    """Where each remark stands, by the id of the paragraph.

    That is where its passage stands nearest to its paragraph (`place`, counted from the first after title and byline),
    else the whole of its paragraph; a remark on none of them stands at the beginning.
    """
    marks: dict[int, list[Mark]] = {}
    for number, remark in enumerate(remarks):
        asked = remark
        while 0 <= asked.answers < number and asked is not remarks[asked.answers]:
            asked = remarks[asked.answers]  # an answer stands where its question does
        paragraph, start, end = _place(body, asked)
        marks.setdefault(id(paragraph), []).append(Mark(number, start, end))
    return marks


def _place(body: Body, remark: Remark) -> tuple[Paragraph, int, int]:
    own = body.blocks[body.lead :][remark.place - 1 : remark.place] if remark.place > 0 else body.blocks[:1]
    by_place = sorted(enumerate(body.blocks, 1 - body.lead), key=lambda block: abs(block[0] - remark.place))
    for paragraph in paragraphs([block for _place, block in by_place]) if remark.passage else ():
        if (start := paragraph.text.find(remark.passage)) >= 0:
            return paragraph, start, start + len(remark.passage)
    there = (paragraphs(own) or paragraphs(body.blocks))[0]
    return there, 0, len(there.text)


def comments(remarks: Sequence[Remark]) -> str:
    """``word/comments.xml``."""
    written = []
    for number, remark in enumerate(remarks):
        lines = printable(remark.text).split("\n")
        told = "".join(
            f'<w:p w14:paraId="{_paragraph_id(number, place == len(lines), place)}">'
            '<w:pPr><w:pStyle w:val="CommentText"/></w:pPr>'
            f'<w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
            for place, line in enumerate(lines, 1)
        )
        date = f' w:date="{escape(remark.date)}"' if remark.date else ""
        author = printable(remark.author)
        written.append(f'<w:comment w:id="{number}" w:author={quoteattr(author)}{date} '
                       f'w:initials={quoteattr(author[:1])}>{told}</w:comment>')
    return f"<w:comments {W_SPACES}>{''.join(written)}</w:comments>"


def extended(remarks: Sequence[Remark]) -> str:
    """``word/commentsExtended.xml`` ([MS-DOCX] 2.5.1): which comment answers which, and which are settled."""
    lines = []
    for number, remark in enumerate(remarks):
        parent = f' w15:paraIdParent="{_paragraph_id(remark.answers, True)}"' if remark.answers >= 0 else ""
        lines.append(f'<w15:commentEx w15:paraId="{_paragraph_id(number, True)}"{parent} '
                     f'w15:done="{int(remark.settled)}"/>')
    return f"<w15:commentsEx {W_SPACES}>{''.join(lines)}</w15:commentsEx>"


def _paragraph_id(number: int, last: bool, place: int = 0) -> str:
    """The id of a comment's paragraph: its last one stands for the comment."""
    return f"{(number + 1) << 12 | (0 if last else place):08X}"
