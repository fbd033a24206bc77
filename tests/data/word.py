"""Small Word files, made part by part."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def p(text: str = "", properties: str = "", run: str = "") -> str:
    """A paragraph with one run; `properties` and `run` are the insides of pPr and rPr."""
    inside = f"<w:r><w:rPr>{run}</w:rPr><w:t xml:space='preserve'>{text}</w:t></w:r>" if text else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def parts(body: str, relations: Mapping[str, tuple[str, str]] | None = None, **more: str) -> dict[str, bytes]:
    """The parts of a file: `relations` are id → (kind, target); `more` are other parts, styles="…" and the like."""
    kinds = {"styles", "numbering", "footnotes", "endnotes", "comments"}
    related = dict(relations or {})
    for name in more:
        if name in kinds:
            related[f"own_{name}"] = (name, f"{name}.xml")
    links = "".join(
        f'<Relationship Id="{key}" Type="{REL}{kind}" Target="{target}"'
        + (' TargetMode="External"' if ":" in target or target.startswith("\\") else "") + "/>"
        for key, (kind, target) in related.items()
    )
    root = "http://schemas.openxmlformats.org/package/2006/"
    made = {
        "[Content_Types].xml": f'<Types xmlns="{root}content-types"><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{MAIN_TYPE}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{root}relationships"><Relationship Id="r1" '
        f'Type="{REL}officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{root}relationships">{links}</Relationships>',
    }
    for name, content in more.items():
        made[f"word/{name}.xml"] = f"<w:{name} {SPACES}>{content}</w:{name}>"
    return {name: content.encode() for name, content in made.items()}


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as a ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(body: str, relations: Mapping[str, tuple[str, str]] | None = None, **more: str) -> bytes:
    """A Word file with this body; see `parts`."""
    return zipped(parts(body, relations, **more))


def with_file(body: str, name: str, content: bytes, kind: str = "image") -> bytes:
    """A Word file with one more part, related as ``rX``."""
    return zipped({**parts(body, {"rX": (kind, name)}), f"word/{name}": content})


def drawing(key: str = "rX", alt: str = "图片说明") -> str:
    """A paragraph with a picture."""
    return (
        f'<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="p" descr="{alt}"/><a:graphic><a:graphicData>'
        f'<a:blip r:embed="{key}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    )


def huge_png(width: int, height: int) -> bytes:
    """A PNG that claims this size and has next to no data."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
