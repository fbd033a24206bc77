"""Opening what people upload, in a child process with limits, and distrusting its answer.

Whoever takes over the child through a broken file gets that file and no other: it has no environment, no
descriptors but its input and its answer, and what it answers is cleaned here as if it came from a stranger.
"""

import hashlib
import json
import logging
import re
import signal
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from editorial.documents import office
from editorial.documents.clean import clean
from editorial.documents.content import Change, Document, Drawing, Picture, Remark, Warning
from editorial.documents.formats import DRAWINGS, OPEN_DOCUMENT, is_phone_picture, old_format
from editorial.documents.plaintext import read_text
from editorial.documents.text import plain_text
from editorial.documents.webpage import is_page
from editorial.errors import UnreadableDocument

LARGEST_FILE = 20 << 20
"""Bytes of a file that is opened."""
LARGEST_TEXT = 1_500_000
"""Characters of HTML: ten books. More is refused before it is cleaned, which takes seconds of the web process."""

WALL_SECONDS = 30
SECONDS = 20
"""Of the processor's time that reading a file may take."""
SECONDS_AT_ONCE = 2
"""The same where somebody waits for the answer."""
_IMAGE = re.compile(r'<img src="pictures/([0-9a-f]{64})"[^>]*>')
_MAGIC = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_log = logging.getLogger(__name__)

# The package's own __init__ would load the whole program, so the child gets empty packages in its place.
_BOOT = """
import sys, types
for name, path in (("editorial", sys.argv[1]), ("editorial.documents", sys.argv[1] + "/documents")):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [path]
from editorial.documents.child import main
main(sys.argv[2], int(sys.argv[3]))
"""


class TakesLong(Exception):
    """A file that can't be read at once."""


def read_document(data: bytes, filename: str, at_once: bool = False) -> Document:
    """The text and the pictures of a Word file (.docx), of one in an old format, or of a plain text file.

    Old formats (.doc, .wps, .rtf, .odt) are read where LibreOffice is installed. Raises `UnreadableDocument` with the
    reason why a file is refused: too-large, empty, legacy-doc, converter-busy, encrypted, or one of those that
    `Package` and the reader give. The type is found by content; `filename` only tells what the content does not.
    With `at_once` raises `TakesLong` for what needs LibreOffice, or more than `SECONDS_AT_ONCE`.
    """
    _check_size(data)
    ending = old_format(data, filename)
    if ending is not None:
        return _read_old(data, ending, at_once)
    if b"PK\x05\x06" in data[-66_000:] or data.startswith(b"PK"):
        try:
            return _read_word(data, at_once)
        except UnreadableDocument as refusal:
            if (refusal.reason, refusal.detail) != ("legacy-doc", OPEN_DOCUMENT):
                raise
            return _read_old(data, "odt", at_once)
    if filename.lower().endswith((".txt", ".text")):
        html = clean(read_text(data))
        return Document(html, plain_text(html), "", "", (), ())
    raise UnreadableDocument("not-docx", detail="neither a package nor a text file")


def read_published(data: bytes, filename: str) -> tuple[str, str]:
    """The headline and the text, line by line, of what was published: a saved web page, or what `read_document` reads.

    Raises `UnreadableDocument` as that does, and no-article for a page in which there is none.
    """
    _check_size(data)
    if not is_page(data, filename):
        read = read_document(data, filename)
        return read.title, read.text
    header, _pictures, _drawings = _answer("page", data)
    if len(header["html"]) > LARGEST_TEXT:
        raise UnreadableDocument("too-complex", detail=f"{len(header['html'])} characters of HTML")
    return _line(header["title"]), plain_text(clean(header["html"]))


def _read_old(data: bytes, ending: str, at_once: bool) -> Document:
    """A file in an old format, by way of LibreOffice, which reads what it does not understand as nothing."""
    if at_once and office.program():
        raise TakesLong
    document = _read_word(office.as_word(data, ending))
    if not document.text and not document.pictures:
        raise UnreadableDocument("legacy-doc", detail=f"nothing was found in .{ending}")
    return document


def _read_word(data: bytes, at_once: bool = False) -> Document:
    header, pictures, drawings = _answer("document", data, at_once)
    if at_once and drawings and office.program():
        raise TakesLong
    if len(header["html"]) > LARGEST_TEXT:
        raise UnreadableDocument("too-complex", detail=f"{len(header['html'])} characters of HTML")
    drawn, html, lost = _drawn(drawings, header["html"])
    html, title, byline = clean(html), _line(header["title"]), _line(header["byline"])
    changes = tuple(Change(str(k), str(t), _line(a), _line(d), int(n)) for k, t, a, d, n in header["changes"])
    remarks = tuple(
        Remark(str(t), _line(a), _line(d), str(on), int(n), int(to), bool(done))
        for t, a, d, on, n, to, done in header["remarks"]
    )
    warnings = [Warning(str(k), _line(p), _line(d), int(n)) for k, p, d, n in header["warnings"]]
    used = tuple(picture for picture in pictures + drawn if f'"pictures/{picture.sha256}"' in html)
    return Document(html, plain_text(html), title, byline, (*warnings, *lost), used, changes, remarks)


def _drawn(drawings: list[Drawing], html: str) -> tuple[list[Picture], str, list[Warning]]:
    """Drawings as pictures, the text with those in their place, and a warning of those that could not be drawn."""
    if not drawings:
        return [], html, []
    wanted = [drawing for drawing in drawings if f'"pictures/{drawing.sha256}"' in html]
    made = office.as_png([(drawing.kind, drawing.data) for drawing in wanted])
    rendered = [(drawing, png) for drawing, png in zip(wanted, made, strict=True) if png]
    pictures = _rebuilt([png for _, png in rendered], "drawings") if rendered else []
    made_of = zip(rendered, pictures, strict=True)
    shown = {drawing.sha256: picture for (drawing, _), picture in made_of if isinstance(picture, Picture)}

    def instead(found: re.Match[str]) -> str:
        picture = shown.get(found[1])
        if picture is None:
            return "" if found[1] in digests else found[0]
        return found[0].replace(found[1], picture.sha256)

    digests = {drawing.sha256 for drawing in wanted}
    lost = [drawing for drawing in wanted if drawing.sha256 not in shown]
    drawn = _IMAGE.sub(instead, html)
    if not lost:
        return list(shown.values()), drawn, []
    places = sorted({place for drawing in lost for place in drawing.places})[:3]
    names = [name for drawing in lost for name in drawing.names][:5]
    count = sum(drawing.count for drawing in lost)
    told = Warning("drawing-dropped", ",".join(map(str, places)), _line("、".join(map(str, names))), count)
    return list(shown.values()), drawn.replace("<p></p>", ""), [told]


def _rebuilt(pictures: list[bytes], task: str = "pictures") -> list[Picture | str]:
    """Pictures written anew by the child; for one that can't be used, why."""
    framed = b"".join(struct.pack(">Q", len(picture)) + picture for picture in pictures)
    header, made, _ = _answer(task, framed)
    unusable = header["unusable"]
    left = iter(made)
    return [
        str(unusable[str(place)]) if str(place) in unusable else next(left, "lost") for place in range(len(pictures))
    ]


def read_picture(data: bytes) -> Picture:
    """A picture (PNG, JPEG, GIF, WebP, BMP, TIFF) written anew, without metadata.

    Raises `UnreadableDocument`: too-large, empty, phone-picture (HEIC), too-many-pixels (above 40 megapixels), or
    not-picture where it is none or damaged.
    """
    _check_size(data)
    if is_phone_picture(data):
        raise UnreadableDocument("phone-picture")
    picture = _rebuilt([data])[0]
    if isinstance(picture, str):
        is_large = picture.startswith("too-many-pixels")
        raise UnreadableDocument("too-many-pixels" if is_large else "not-picture", detail=picture)
    return picture


def _check_size(data: bytes) -> None:
    if not data:
        raise UnreadableDocument("empty")
    if len(data) > LARGEST_FILE:
        raise UnreadableDocument("too-large", detail=f"{len(data)} bytes")


def _answer(task: str, data: bytes, at_once: bool = False) -> tuple[dict[str, Any], list[Picture], list[Drawing]]:
    """What the child answers; a child that dies or takes too long has met something too complex."""
    package = str(Path(__file__).resolve().parent.parent)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answered:
        given.write(data)
        given.seek(0)
        try:
            status = subprocess.run(
                [sys.executable, "-I", "-c", _BOOT, package, task, str(SECONDS_AT_ONCE if at_once else SECONDS)],
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
            if at_once:
                raise TakesLong from None
            raise UnreadableDocument("too-complex", detail=f"more than {WALL_SECONDS} s") from None
        if at_once and status == -signal.SIGKILL:  # out of its time, most likely: the limit is hard
            raise TakesLong
        if status:
            raise UnreadableDocument("too-complex", detail=f"the child ended with status {status}")
        answered.seek(0)
        return _understood(answered)


def _understood(answered: Any) -> tuple[dict[str, Any], list[Picture], list[Drawing]]:
    size = struct.unpack(">Q", answered.read(8))[0]
    header = json.loads(answered.read(size))
    if "refused" in header:
        if header["detail"].startswith("unexpected"):
            _log.warning("a document broke its reader: %s", header["detail"])
        raise UnreadableDocument(header["refused"], detail=header["detail"])
    pictures = []
    for about in header["pictures"]:
        content, small = answered.read(about["data"]), answered.read(about["thumbnail"])
        magic = _MAGIC[about["media_type"]]
        is_whole = hashlib.sha256(content).hexdigest() == about["sha256"] and content.startswith(magic)
        if is_whole and (not small or small.startswith(magic)):
            pictures.append(Picture(**about | {"data": content, "thumbnail": small}))
    drawings = [Drawing(**about | {"data": answered.read(about["data"])}) for about in header["drawings"]]
    return header, pictures, [drawing for drawing in drawings if drawing.kind in DRAWINGS]


def _line(text: str) -> str:
    return " ".join(str(text).split())[:300]
