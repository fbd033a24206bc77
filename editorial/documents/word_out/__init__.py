"""Texts as .docx, in the house's style: one version, or two of them as tracked changes with comments.

Written part by part with the standard library alone: what a file needs is little, and a worker that writes one does
not load what reads strangers' files. Texts come clean (`documents.clean`), pictures as this program made them. The
same input gives the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from editorial.documents.content import Remark
from editorial.documents.tokens import text as printable
from editorial.documents.word_out.blocks import body_of
from editorial.documents.word_out.comments import comments, extended, placed
from editorial.documents.word_out.house import PAGES, W_SPACES, fonts, footer, settings, styles
from editorial.documents.word_out.markup import Attribution, Writer
from editorial.documents.word_out.model import Block, Body, Content, Shot
from editorial.documents.word_out.package import packed
from editorial.documents.word_out.track import Marked, tracked, unchanged

__all__ = ["PAGES", "Attribution", "Content", "Properties", "Shot", "word", "word_difference"]

_DUBLIN = "http://purl.org/dc/"


@dataclass(frozen=True)
class Properties:
    """What a file says of itself: when its text was made, and what it is (a code and a version), never who or where."""

    made_at: datetime
    subject: str = ""


def word(content: Content, properties: Properties, page: str = "article", remarks: Sequence[Remark] = ()) -> bytes:
    """A text as .docx, set as `page` (a key of PAGES) says, with `remarks` as comments."""
    body = body_of(content)
    nobody = Attribution("", "")
    return _file(unchanged(body.blocks), body, (body.notes, content.shots), content.title, properties, page, nobody,
                 remarks, tracking=False)


def word_difference(
    before: Content,
    after: Content,
    properties: Properties,
    by: Attribution,
    remarks: Sequence[Remark] = (),
    page: str = "article",
) -> bytes:
    """What changed from one text to another as .docx: tracked changes `by` somebody, and comments on the later text.

    Accepting all gives the later text, rejecting all the earlier one. Changes made in the file are tracked as well.
    """
    old, new = body_of(before), body_of(after)
    both = {**old.notes, **new.notes}, {**before.shots, **after.shots}
    return _file(tracked(old, new), new, both, after.title, properties, page, by, remarks, tracking=True)


def _file(
    marked: Sequence[Marked],
    body: Body,
    material: tuple[Mapping[str, tuple[Block, ...]], Mapping[str, Shot]],
    title: str,
    properties: Properties,
    page: str,
    by: Attribution,
    remarks: Sequence[Remark],
    tracking: bool,
) -> bytes:
    notes, shots = material
    house = PAGES[page]
    writer = Writer(house, shots, notes, by, placed(body, remarks))
    inside = writer.body(marked)
    footnotes = writer.footnotes()
    parts = {
        "document": f"<w:document {W_SPACES}><w:body>{inside}{house.section}</w:body></w:document>",
        "styles": styles(house),
        "numbering": writer.numbering(),
        "settings": settings(bool(footnotes), tracking),
        "fontTable": fonts(),
        "footer": footer(),
    }
    if footnotes:
        parts["footnotes"] = footnotes
    if remarks:
        parts |= {"comments": comments(remarks), "commentsExtended": extended(remarks)}
    pictures = {key: (shots[sha256].media_type, shots[sha256].data) for sha256, key in writer.pictures.items()}
    return packed(parts, _core(title, properties), {key: link for link, key in writer.links.items()}, pictures)


def _core(title: str, properties: Properties) -> str:
    """``docProps/core.xml`` (ECMA-376 part 2, 11): no author, no machine, no program."""
    made = properties.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    dates = "".join(f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{made}</dcterms:{name}>'
                    for name in ("created", "modified"))
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="{_DUBLIN}elements/1.1/" xmlns:dcterms="{_DUBLIN}terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(printable(title))}</dc:title><dc:subject>{escape(printable(properties.subject))}</dc:subject>"
        f"{dates}</cp:coreProperties>"
    )
