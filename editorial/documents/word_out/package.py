"""The parts of a .docx (ECMA-376 part 2), put into an archive that is the same for the same parts, byte for byte."""

from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from editorial.documents.archive import archive

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = {
    "document": f"{_WORD}document.main+xml", "styles": f"{_WORD}styles+xml", "numbering": f"{_WORD}numbering+xml",
    "settings": f"{_WORD}settings+xml", "fontTable": f"{_WORD}fontTable+xml", "footnotes": f"{_WORD}footnotes+xml",
    "footer": f"{_WORD}footer+xml", "comments": f"{_WORD}comments+xml",
    "commentsExtended": f"{_WORD}commentsExtended+xml",
}
_KINDS = {"commentsExtended": "http://schemas.microsoft.com/office/2011/relationships/commentsExtended"}
ENDINGS = {"image/png": "png", "image/jpeg": "jpeg"}
"""The pictures that a file may hold: what `documents.read_picture` makes."""


def packed(
    parts: Mapping[str, str],
    core: str,
    links: Mapping[str, str],
    pictures: Mapping[str, tuple[str, bytes]],
) -> bytes:
    """The archive. `parts` are those of ``word/`` by name, ``document`` first; `core` the document's properties;
    `links` addresses by key; `pictures` media type and bytes by key.
    """
    media = {key: f"media/{key}.{ENDINGS[kind]}" for key, (kind, _) in pictures.items()}
    related = [(name, _KINDS.get(name, _OFFICE + name), f"{name}.xml", "") for name in parts if name != "document"]
    shown = [(key, _OFFICE + "image", name, "") for key, name in media.items()]
    shown += [(key, _OFFICE + "hyperlink", address, ' TargetMode="External"') for key, address in links.items()]
    top = [("document", _OFFICE + "officeDocument", "word/document.xml", ""),
           ("core", _PACKAGE + "relationships/metadata/core-properties", "docProps/core.xml", "")]
    texts = {
        "[Content_Types].xml": _content_types(parts),
        "_rels/.rels": _relationships(top),
        "docProps/core.xml": core,
        **{f"word/{name}.xml": part for name, part in parts.items()},
        "word/_rels/document.xml.rels": _relationships(related + shown),
    }
    if "footnotes" in parts:  # notes have links and pictures of their own accord
        texts["word/_rels/footnotes.xml.rels"] = _relationships(shown)
    members = {name: (_HEAD + text).encode() for name, text in texts.items()}
    members |= {f"word/{media[key]}": data for key, (_, data) in pictures.items()}
    return archive(members)


def _content_types(parts: Mapping[str, str]) -> str:
    defaults = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml",
                **{ending: kind for kind, ending in ENDINGS.items()}}
    overrides = {f"/word/{name}.xml": _TYPES[name] for name in parts}
    overrides["/docProps/core.xml"] = "application/vnd.openxmlformats-package.core-properties+xml"
    return (
        f'<Types xmlns="{_PACKAGE}content-types">'
        + "".join(f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in defaults.items())
        + "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
        + "</Types>"
    )


def _relationships(related: list[tuple[str, str, str, str]]) -> str:
    listed = "".join(f'<Relationship Id="{key}" Type="{kind}" Target={quoteattr(target)}{mode}/>'
                     for key, kind, target, mode in related)
    return f'<Relationships xmlns="{_PACKAGE}relationships">{listed}</Relationships>'
