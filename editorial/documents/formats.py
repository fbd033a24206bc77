"""Which kind of file it is, by its content: old formats and drawings, which LibreOffice turns into others; HEIC."""

import gzip
import io

from editorial.errors import UnreadableDocument

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_UNPACKED = 16 << 20
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OPEN_DOCUMENT_TYPE = "application/vnd.oasis.opendocument.text"
OPEN_DOCUMENT = "ODF text"
"""The detail of the refusal of a text document in the format of LibreOffice itself."""

DRAWINGS = ("emf", "wmf")
_SECTOR = 64  # the short one: a small document begins at one of these
_WORD_BINARY = b"\xec\xa5"
_KNOWN_VERSIONS = range(0x65, 0x140)
_PROTECTED = 0x01
_EMF_SIGNATURE = slice(40, 44)
_PHONE_BRANDS = (b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1", b"avif")
_WMF = (b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00", b"\x02\x00\x09\x00")


def old_format(data: bytes, filename: str) -> str | None:
    """The ending of the old format that a file is in (``doc``, ``wps``, ``rtf``), or None where it is in none of them.

    Raises `UnreadableDocument`: encrypted, macros, or legacy-doc for a file of this kind that holds no text document.
    """
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if not data.startswith(OLE2):
        return None
    if _has_stream(data, "EncryptedPackage") or _is_protected(data):
        raise UnreadableDocument("encrypted", detail="OLE2")
    if _has_stream(data, "_VBA_PROJECT"):
        raise UnreadableDocument("macros", detail="OLE2")
    if _has_stream(data, "WordDocument"):  # also what WPS Office calls .wps
        return "doc"
    if filename.lower().endswith(".wps"):
        return "wps"
    raise UnreadableDocument("legacy-doc", detail="OLE2 without a text document")


def media_type(data: bytes) -> str:
    """The media type of a document that was read, for those who get the file back."""
    if data.startswith(OLE2):
        return "application/msword"
    if data.startswith(b"{\\rtf"):
        return "application/rtf"
    if data.startswith(b"PK"):
        return OPEN_DOCUMENT_TYPE if OPEN_DOCUMENT_TYPE.encode() in data[:200] else DOCX
    return "text/plain; charset=utf-8"


def drawing(data: bytes) -> tuple[str, bytes] | None:
    """The ending (``emf``, ``wmf``) and the unpacked bytes of a drawing of Windows; None for everything else."""
    if data.startswith(b"\x1f\x8b"):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
                data = packed.read(MOST_UNPACKED + 1)
        except (OSError, EOFError):
            return None
    if len(data) > MOST_UNPACKED:
        return None
    if data.startswith(b"\x01\0\0\0") and data[_EMF_SIGNATURE] == b" EMF":
        return "emf", data
    return ("wmf", data) if data.startswith(_WMF) else None


def is_phone_picture(data: bytes) -> bool:
    """Is it a picture as phones take it to save space (HEIC, HEIF, AVIF)?"""
    return data[4:8] == b"ftyp" and any(brand in data[8:40] for brand in _PHONE_BRANDS)


def _has_stream(data: bytes, name: str) -> bool:
    return name.encode("utf-16-le") in data


def _is_protected(data: bytes) -> bool:
    """Does the header of a binary Word document, which begins a sector, say that it is encrypted?"""
    at = data.find(_WORD_BINARY)
    while at >= 0:
        version = int.from_bytes(data[at + 2 : at + 4], "little")
        if at % _SECTOR == 0 and len(data) > at + 11 and version in _KNOWN_VERSIONS:
            return bool(data[at + 11] & _PROTECTED)
        at = data.find(_WORD_BINARY, at + 1)
    return False
