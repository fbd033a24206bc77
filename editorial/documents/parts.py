"""The parts of a Word file: content types, relationships, and XML that is safe to walk. Runs in the child process."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from editorial.documents.formats import OPEN_DOCUMENT
from editorial.documents.package import Package, refuse

MOST_ELEMENTS = 1_500_000

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAMES = (
    (b"wordprocessingml/main", b"wordprocessingml/2006/main"),
    (b"officeDocument/relationships", b"officeDocument/2006/relationships"),
    (b"officeDocument/math", b"officeDocument/2006/math"),
    (b"drawingml/main", b"drawingml/2006/main"),
    (b"drawingml/wordprocessingDrawing", b"drawingml/2006/wordprocessingDrawing"),
    (b"drawingml/picture", b"drawingml/2006/picture"),
    (b"drawingml/diagram", b"drawingml/2006/diagram"),
    (b"drawingml/chart", b"drawingml/2006/chart"),
)
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
_DECLARED = re.compile(rb"""\s*<\?xml\b[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ENCODINGS = {"utf-8", "utf8", "us-ascii", "iso-8859-1", "windows-1252", "gb2312", "gbk", "gb18030", "utf-16"}
_DTD = (b"<!DOCTYPE", b"<!ENTITY")


@dataclass(frozen=True)
class Relationship:
    """`kind` is the last segment of the type's URI; `target` a part's name, or an address where `external`."""

    kind: str
    target: str
    external: bool


class WordFile:
    """A .docx package that keeps the policies; raises `UnreadableDocument` for every other."""

    def __init__(self, data: bytes) -> None:
        self.package = Package(data)
        self._relationships: dict[str, dict[str, Relationship]] = {}
        if "[Content_Types].xml" not in self.package.members:
            self._refuse_open_document()
            refuse("not-docx", "no content types")
        self._refuse_dtd()
        self.types = self._content_types()
        self._refuse_macros()
        self.main = self._main_part()

    def __contains__(self, name: str) -> bool:
        return name in self.package.members

    def xml(self, name: str) -> etree._Element:
        """The root of an XML part, without comments and processing instructions; transitional namespaces."""
        text = _text(self.package.read(name))
        if text.count("<") - text.count("</") > MOST_ELEMENTS:
            refuse("too-complex", f"{name}: too many elements")
        content = _DECLARATION.sub("", text, count=1).encode()
        if _STRICT in content:
            for strict, transitional in _STRICT_NAMES:
                content = content.replace(_STRICT + strict, b"http://schemas.openxmlformats.org/" + transitional)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            return etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            deep = "depth" in str(error).lower() or "huge" in str(error).lower()
            refuse("too-complex" if deep else "corrupt", f"{name}: {error}")

    def relationships(self, name: str) -> dict[str, Relationship]:
        """The relationships of a part (of the package: an empty name) by id; of two with one id the first counts."""
        if name not in self._relationships:
            folder, file = posixpath.split(name)
            listing = posixpath.join(folder, "_rels", file + ".rels")
            found: dict[str, Relationship] = {}
            for element in self.xml(listing) if listing in self else ():
                target, external = element.get("Target", ""), element.get("TargetMode") == "External"
                if not external:
                    target = posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/")
                kind = element.get("Type", "").rsplit("/", 1)[-1]
                found.setdefault(element.get("Id", ""), Relationship(kind, target, external))
            self._relationships[name] = found
        return self._relationships[name]

    def type_of(self, name: str) -> str:
        """A part's content type: its own, or that of its extension."""
        return self.types.get(name) or self.types.get(posixpath.splitext(name)[1].lower(), "")

    def related(self, name: str, kind: str) -> Iterator[str]:
        """The parts of this package that `name` is related to in the given way."""
        for relationship in self.relationships(name).values():
            if relationship.kind == kind and not relationship.external and relationship.target in self:
                yield relationship.target

    def external(self) -> list[Relationship]:
        """Every relationship to something outside, of any part, but hyperlinks."""
        return [one for one in self.all_relationships() if one.external and one.kind != "hyperlink"]

    def all_relationships(self) -> Iterator[Relationship]:
        """The relationships of all parts."""
        for name in self.package.members:
            if name.endswith(".rels"):
                folder = posixpath.dirname(posixpath.dirname(name))
                owner = posixpath.join(folder, posixpath.basename(name).removesuffix(".rels"))
                yield from self.relationships(owner).values()

    def _refuse_open_document(self) -> None:
        """A text document of the other standard (ODF) is not for us to read; one that is safe to pass on is named."""
        if "mimetype" not in self.package.members or b"opendocument.text" not in self.package.read("mimetype"):
            return
        self._refuse_dtd()
        if any(name.startswith(("Basic/", "Scripts/")) for name in self.package.members):
            refuse("macros", "ODF")
        manifest = "META-INF/manifest.xml"
        if manifest in self and b"encryption-data" in self.package.read(manifest):
            refuse("encrypted", "ODF")
        refuse("legacy-doc", OPEN_DOCUMENT)

    def _refuse_dtd(self) -> None:
        for name in self.package.members:
            if name.lower().endswith((".xml", ".rels", ".vml", ".svg")):
                content = self.package.read(name)
                bare = content.replace(b"\0", b"") if b"\0" in content else content
                if any(mark in bare for mark in _DTD):
                    refuse("dtd", name)

    def _content_types(self) -> dict[str, str]:
        """Content types by part name, or by extension, with a dot before it."""
        types: dict[str, str] = {}
        for element in self.xml("[Content_Types].xml"):
            key = element.get("PartName", "").lstrip("/") or "." + element.get("Extension", "").lower()
            types[key] = element.get("ContentType", "")
        return types

    def _refuse_macros(self) -> None:
        names = {posixpath.basename(name).lower() for name in self.package.members}
        marks = ("macroenabled", "vbaproject", "vbadata")
        if names & {"vbaproject.bin", "vbadata.xml"} or any(m in t.lower() for t in self.types.values() for m in marks):
            refuse("macros", "a macro project")

    def _main_part(self) -> str:
        word = [name for name, kind in self.types.items() if kind.startswith(_WORD) and kind.endswith(".main+xml")]
        main = next(self.related("", "officeDocument"), "")
        if main and self.type_of(main).startswith(_WORD):
            return main
        if not word and any(kind.endswith(".main+xml") for kind in self.types.values()):
            refuse("not-docx", "a package of another program")
        refuse("bad-structure" if word else "not-docx", "no document part")


def _text(content: bytes) -> str:
    """A part as text. OPC allows UTF-8 and UTF-16; a few others are met and as safe; all others are refused."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif content[:2] in (b"<\0", b"\0<"):
        encoding = "utf-16-le" if content[0] else "utf-16-be"
    else:
        declared = _DECLARED.match(content)
        encoding = declared[1].decode().lower() if declared else "utf-8"
        if encoding not in _ENCODINGS:
            refuse("corrupt", f"encoding {encoding}")
        if encoding in ("utf-8", "utf8", "us-ascii", "utf-16"):
            encoding = "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        refuse("corrupt", str(error))
