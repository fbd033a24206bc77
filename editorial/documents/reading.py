"""Opening what people upload, in a child process with limits, and distrusting its answer.

Whoever takes over the child through a broken file gets that file and no other: it has no environment, no
descriptors but its input and its answer, and what it answers is cleaned here as if it came from a stranger.
"""

import hashlib
import json
import logging
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from editorial.documents.clean import clean
from editorial.documents.content import Change, Document, Picture, Remark, Warning
from editorial.documents.plaintext import read_text
from editorial.documents.text import plain_text
from editorial.errors import UnreadableDocument

LARGEST_FILE = 20 << 20
"""Bytes of a file that is opened."""
LARGEST_TEXT = 1_500_000
"""Characters of HTML: ten books. More is refused before it is cleaned, which takes seconds of the web process."""

WALL_SECONDS = 30
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_MAGIC = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_log = logging.getLogger(__name__)

# The package's own __init__ would load the whole program, so the child gets empty packages in its place.
_BOOT = """
import sys, types
for name, path in (("editorial", sys.argv[1]), ("editorial.documents", sys.argv[1] + "/documents")):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [path]
from editorial.documents.child import main
main(sys.argv[2])
"""


def read_document(data: bytes, filename: str) -> Document:
    """The text and the pictures of a Word file (.docx) or a plain text file.

    Raises `UnreadableDocument` with the reason why a file is refused: too-large, empty, legacy-doc, encrypted, or one
    of those that `Package` and the reader give. The type is found by content; `filename` only tells text files apart.
    """
    _check_size(data)
    if data.startswith(_OLE2):
        raise UnreadableDocument("encrypted" if _ENCRYPTED_STREAM in data else "legacy-doc", detail="OLE2")
    if data.startswith(b"{\\rtf"):
        raise UnreadableDocument("legacy-doc", detail="RTF")
    if b"PK\x05\x06" in data[-66_000:] or data.startswith(b"PK"):
        header, pictures = _answer("document", data)
        if len(header["html"]) > LARGEST_TEXT:
            raise UnreadableDocument("too-complex", detail=f"{len(header['html'])} characters of HTML")
        html, title, byline = clean(header["html"]), _line(header["title"]), _line(header["byline"])
        changes = tuple(Change(str(k), str(t), _line(a), _line(d), int(n)) for k, t, a, d, n in header["changes"])
        remarks = tuple(
            Remark(str(t), _line(a), _line(d), str(on), int(n), int(to), bool(done))
            for t, a, d, on, n, to, done in header["remarks"]
        )
        warnings = tuple(Warning(str(k), _line(p), _line(d), int(n)) for k, p, d, n in header["warnings"])
    elif filename.lower().endswith((".txt", ".text")):
        html, title, byline, pictures = clean(read_text(data)), "", "", []
        warnings, changes, remarks = (), (), ()
    else:
        raise UnreadableDocument("not-docx", detail="neither a package nor a text file")
    used = tuple(picture for picture in pictures if f'"pictures/{picture.sha256}"' in html)
    return Document(html, plain_text(html), title, byline, warnings, used, changes, remarks)


def read_picture(data: bytes) -> Picture:
    """A picture (PNG, JPEG, GIF, WebP, BMP, TIFF) written anew, without metadata.

    Raises `UnreadableDocument`: too-large, empty, or not-picture where it is none, damaged, or above 40 megapixels.
    """
    _check_size(data)
    _, pictures = _answer("picture", data)
    if len(pictures) != 1:
        raise UnreadableDocument("not-picture", detail="no picture in the answer")
    return pictures[0]


def _check_size(data: bytes) -> None:
    if not data:
        raise UnreadableDocument("empty")
    if len(data) > LARGEST_FILE:
        raise UnreadableDocument("too-large", detail=f"{len(data)} bytes")


def _answer(task: str, data: bytes) -> tuple[dict[str, Any], list[Picture]]:
    """What the child answers; a child that dies or takes too long has met something too complex."""
    package = str(Path(__file__).resolve().parent.parent)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answered:
        given.write(data)
        given.seek(0)
        try:
            status = subprocess.run(
                [sys.executable, "-I", "-c", _BOOT, package, task],
                stdin=given,
                stdout=answered,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                timeout=WALL_SECONDS,
                start_new_session=True,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            raise UnreadableDocument("too-complex", detail=f"more than {WALL_SECONDS} s") from None
        if status:
            raise UnreadableDocument("too-complex", detail=f"the child ended with status {status}")
        answered.seek(0)
        return _understood(answered)


def _understood(answered: Any) -> tuple[dict[str, Any], list[Picture]]:
    size = struct.unpack(">Q", answered.read(8))[0]
    header = json.loads(answered.read(size))
    if "refused" in header:
        if header["detail"].startswith("unexpected"):
            _log.warning("a document broke its reader: %s", header["detail"])
        raise UnreadableDocument(header["refused"], detail=header["detail"])
    pictures = []
    for about in header["pictures"]:
        content = answered.read(about["data"])
        if hashlib.sha256(content).hexdigest() == about["sha256"] and content.startswith(_MAGIC[about["media_type"]]):
            pictures.append(Picture(**about | {"data": content}))
    return header, pictures


def _line(text: str) -> str:
    return " ".join(str(text).split())[:300]
