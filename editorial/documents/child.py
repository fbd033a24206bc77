"""The child process that opens what people upload: a file on standard input, the answer on standard output.

Nothing here is imported by the web process. Once everything needed is loaded, the process gives up what it could
do harm with: memory and time are limited, and as no further descriptor may be opened, neither is any file or
connection.
"""

import codecs
import json
import resource
import struct
import sys
from dataclasses import asdict
from typing import Any

from PIL import (  # noqa: F401  # noqa: F401
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from editorial.documents.content import Drawing, Picture
from editorial.documents.docx import read_docx
from editorial.documents.pictures import UnusablePicture, rebuilt
from editorial.documents.webpage import read_page
from editorial.errors import UnreadableDocument

MEMORY = 768 << 20
LARGEST_ANSWER = 192 << 20

_CODECS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp437", "gb18030", "gbk", "gb2312", "cp1252", "latin-1")


def main(task: str, seconds: int) -> None:
    """Answers one task within so many seconds of the processor: a length, JSON of that length, then the bytes of
    pictures and drawings.

    ``document`` is a Word file, ``page`` a saved web page; ``pictures`` and ``drawings`` (each on a page) come each
    with its length before it, and the answer says which of them are ``unusable``.
    """
    _give_up_rights(seconds)
    pictures: list[Picture] = []
    try:
        answer, pictures = _TASKS[task](sys.stdin.buffer.read())
    except UnreadableDocument as refusal:
        answer = {"refused": refusal.reason, "detail": refusal.detail}
    except (MemoryError, RecursionError) as limit:
        answer = {"refused": "too-complex", "detail": type(limit).__name__}
    except Exception as error:  # a broken file breaks rules that nobody thinks of: it is refused, and the log says how
        place = error.__traceback__
        while place and place.tb_next:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_name}:{place.tb_lineno}" if place else ""
        answer = {"refused": "corrupt", "detail": f"unexpected {type(error).__name__}: {error} in {where}"}
    drawings: list[Drawing] = answer.get("drawings", [])
    answer["pictures"] = [
        asdict(picture) | {"data": len(picture.data), "thumbnail": len(picture.thumbnail)} for picture in pictures
    ]
    answer["drawings"] = [asdict(drawing) | {"data": len(drawing.data)} for drawing in drawings]
    header = json.dumps(answer).encode()
    sys.stdout.buffer.write(struct.pack(">Q", len(header)) + header)
    for data in [part for one in pictures for part in (one.data, one.thumbnail)] + [one.data for one in drawings]:
        sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _give_up_rights(seconds: int) -> None:
    for codec in _CODECS:
        codecs.lookup(codec)
    Image.preinit()
    Image.init()
    sys.setrecursionlimit(4_000)
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, LARGEST_ANSWER),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 3),
    ):
        resource.setrlimit(kind, (most, most))


def _document(data: bytes) -> tuple[dict[str, Any], list[Picture]]:
    return read_docx(data)


def _page(data: bytes) -> tuple[dict[str, Any], list[Picture]]:
    headline, html = read_page(data)
    return {"title": headline, "html": html}, []


def _pictures(data: bytes, on_page: bool = False) -> tuple[dict[str, Any], list[Picture]]:
    pictures, unusable = [], {}
    at = place = 0
    while at < len(data):
        size = struct.unpack_from(">Q", data, at)[0]
        at += 8 + size
        try:
            pictures.append(rebuilt(data[at - size : at], on_page)[0])
        except UnusablePicture as why:
            unusable[str(place)] = str(why)
        place += 1
    return {"unusable": unusable}, pictures


def _drawings(data: bytes) -> tuple[dict[str, Any], list[Picture]]:
    return _pictures(data, on_page=True)


_TASKS = {"document": _document, "page": _page, "pictures": _pictures, "drawings": _drawings}
