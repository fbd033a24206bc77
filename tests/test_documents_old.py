"""Old formats and drawings go through LibreOffice where it is installed, and are refused or dropped elsewhere."""

from __future__ import annotations

import gzip
import io
import os
import socket
import stat
import struct
import time
from pathlib import Path

import pytest
from PIL import Image

from editorial.documents import office, read_document
from editorial.documents.formats import drawing
from editorial.documents.metafiles import sole_bitmap
from editorial.errors import UnreadableDocument
from tests.data.word import docx, p, with_file, zipped
from tests.data.word import drawing as shown

needs_office = pytest.mark.skipif(office.program() is None, reason="LibreOffice is not installed")
RTF = rb"{\rtf1\ansi\ansicpg936 {\b \u22823?\u27743?}\u22868?\u27969?\par}"


def odt(body: str, manifest: str = "", **more: bytes) -> bytes:
    """An OpenDocument text with this body."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{kind}:1.0"'
        for name, kind in {"office": "office", "text": "text", "draw": "drawing", "svg": "svg-compatible"}.items()
    )
    root = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return zipped({
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "content.xml": (
            f'<office:document-content {spaces} xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2">'
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
        ).encode(),
        "META-INF/manifest.xml": (
            f'<m:manifest xmlns:m="{root}"><m:file-entry m:full-path="/" m:media-type='
            '"application/vnd.oasis.opendocument.text"/>'
            '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/>' + manifest + "</m:manifest>"
        ).encode(),
    } | {f"{name}/x.xml": content for name, content in more.items()})


def wmf() -> bytes:
    """A drawing of one filled rectangle, 2 × 1 inches."""
    acts = ((0x020B, (0, 0)), (0x020C, (100, 200)), (0x02FC, (0, 0x00FF, 0, 0)), (0x012D, (0,)),
            (0x041B, (90, 190, 10, 10)), (0, ()))
    records = b"".join(struct.pack(f"<IH{len(words)}H", 3 + len(words), kind, *words) for kind, words in acts)
    head = struct.pack("<HHHIHIH", 1, 9, 0x300, 9 + len(records) // 2, 1, 9, 0)
    place = struct.pack("<IHhhhhHI", 0x9AC6CDD7, 0, 0, 0, 200, 100, 100, 0)
    check = 0
    for (word,) in struct.iter_unpack("<H", place):
        check ^= word
    return place + struct.pack("<H", check) + head + records


@needs_office
@pytest.mark.parametrize(("data", "name"), [(RTF, "稿件.rtf"), (odt("<text:p>大江奔流</text:p>"), "稿件.odt")])
def test_old_formats_are_read_by_way_of_libreoffice(data: bytes, name: str) -> None:
    assert read_document(data, name).text == "大江奔流"


@needs_office
def test_a_binary_word_file_is_read_known_by_its_content_and_refused_with_password_or_macros() -> None:
    made = office._converted({"a.docx": docx(p("大江") + p("奔流", run="<w:b/>"))}, "doc:MS Word 97")["a.doc"]
    assert read_document(made, "稿件.wps").html == "<p>大江</p><p><strong>奔流</strong></p>"
    at = next(at for at in range(0, len(made), 64) if made.startswith(b"\xec\xa5", at))
    for changed, reason in (
        (made[: at + 11] + bytes([made[at + 11] | 1]) + made[at + 12 :], "encrypted"),
        (made + "_VBA_PROJECT".encode("utf-16-le"), "macros"),
        (made[:at] + b"\0" * (len(made) - at), "legacy-doc"),
    ):
        with pytest.raises(UnreadableDocument) as refused:
            read_document(changed, "a.doc")
        assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (odt("<text:p>文</text:p>", Basic=b"<x/>"), "macros"),
        (odt("<text:p>文</text:p>", Configurations2=b"<!DOCTYPE x><x/>"), "dtd"),
        (odt("", manifest='<m:encryption-data xmlns:m="x"/>'), "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "legacy-doc"),
    ],
)
def test_an_old_file_is_looked_at_before_it_is_passed_on(
    data: bytes, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(office, "_converted", lambda *_: pytest.fail("passed on"))
    with pytest.raises(UnreadableDocument) as refused:
        read_document(data, "a.odt")
    assert refused.value.reason == reason


@needs_office
@pytest.mark.parametrize("network", [True, False])
def test_libreoffice_follows_nothing_that_a_file_refers_to(
    network: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the system gives it no network of its own: then its settings hold."""
    if network:
        monkeypatch.setattr(office, "_BOOT", office._BOOT.replace("libc.unshare", "(lambda _: 0)"))
    (tmp_path / "secret.txt").write_text("秘密")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        frame = '<text:p><draw:frame svg:width="2cm" svg:height="2cm"><draw:image xlink:href="{}" xlink:type="simple"/>'
        body = (
            f'<text:section text:name="s"><text:section-source xlink:href="{(tmp_path / "secret.txt").as_uri()}"/>'
            "<text:p>文</text:p></text:section>"
            + frame.format(f"http://127.0.0.1:{server.getsockname()[1]}/a.png") + "</draw:frame></text:p>"
        )
        document = read_document(odt(body), "a.odt")
        with pytest.raises(BlockingIOError):
            server.accept()
    assert document.text == "文"
    assert "external-dropped" in {warning.kind for warning in document.warnings}


@needs_office
def test_a_drawing_becomes_a_picture_in_its_place() -> None:
    body = p("一") + shown(alt="江滩") + p("二")
    document = read_document(with_file(body, "media/a.wmf", wmf()), "a.docx")
    (picture,) = document.pictures
    assert document.html == f'<p>一</p><p><img src="pictures/{picture.sha256}" alt="江滩"></p><p>二</p>'
    with Image.open(io.BytesIO(picture.data)) as opened:
        colours = {colour: count for count, colour in opened.convert("RGB").getcolors(10_000) or []}
    assert colours[255, 0, 0] > picture.width * picture.height * 0.8, "the page around it is cut off"
    assert 1.5 < picture.width / picture.height < 3
    assert not document.warnings


def emf(*between: tuple[int, bytes], height: int = 2) -> bytes:
    """A screen shot of 4 × 2 pixels, the upper row green, as WPS wraps it."""
    out = io.BytesIO()
    shot = Image.new("RGB", (4, 2), (0, 0, 255))
    shot.paste((0, 255, 0), (0, 0, 4, 1))
    shot.save(out, "BMP")
    info, bits = out.getvalue()[14:54], out.getvalue()[54:]
    stretch = struct.pack("<6i2i2i4I2I2i", 0, 0, 3, 1, 0, 0, 0, 0, 4, height, 80, 40, 120, len(bits), 0, 0xCC0020, 4, 2)
    head, end = (1, b"\0" * 32 + b" EMF" + b"\0" * 64), (14, b"\0" * 12)
    records = [head, (17, b"\0" * 4), *between, (81, stretch + info + bits), end]
    return b"".join(struct.pack("<II", kind, 8 + len(inside)) + inside for kind, inside in records)


def test_a_screen_shot_in_a_drawing_needs_no_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "program", lambda: None)
    document = read_document(with_file(shown(), "media/a.emf", emf()), "a.docx")
    with Image.open(io.BytesIO(document.pictures[0].data)) as opened:
        assert (opened.size, opened.getpixel((0, 0)), opened.getpixel((3, 1))) == ((4, 2), (0, 255, 0), (0, 0, 255))
    assert "drawing-dropped" not in {warning.kind for warning in document.warnings}
    text, plus = (84, b"\0" * 80), (70, b"\0" * 4 + b"EMF+" + b"\0" * 4)
    for other in (emf(text), emf(plus), emf(height=9), emf((17, b"")[:1] + (b"",))[:-40], wmf(), b""):
        assert sole_bitmap(other) is None
    assert sole_bitmap(emf((70, b"\0" * 4 + b"note"))) is not None


def test_a_drawing_that_cannot_be_drawn_is_warned_of_by_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "program", lambda: None)
    document = read_document(with_file(p("一") + shown() + shown(), "media/a.wmf", wmf()), "a.docx")
    assert document.html == "<p>一</p>"
    (warning,) = document.warnings
    assert (warning.kind, warning.place, warning.count) == ("drawing-dropped", "2,3", 2)
    with pytest.raises(UnreadableDocument, match="legacy-doc"):
        read_document(RTF, "a.rtf")


def test_drawings_are_known_by_their_content_packed_or_not() -> None:
    assert drawing(wmf()) == drawing(gzip.compress(wmf())) == ("wmf", wmf())
    assert drawing(b"\1\0\0\0" + b"\0" * 36 + b" EMF") is not None
    assert drawing(gzip.compress(b"\0" * (17 << 20))) is None
    assert drawing(b"\x1f\x8b broken") is drawing(b"\x89PNG") is None


def test_a_converter_that_never_ends_is_killed_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "child"
    slow = tmp_path / "soffice"
    slow.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {told}\nwait\n")
    slow.chmod(slow.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(office, "program", lambda: str(slow))
    monkeypatch.setattr(office, "WALL_SECONDS", 1)
    with pytest.raises(UnreadableDocument, match="legacy-doc"):
        read_document(RTF, "a.rtf")
    child = int(told.read_text())
    deadline = time.monotonic() + 5
    while Path(f"/proc/{child}/stat").exists() and "Z" not in Path(f"/proc/{child}/stat").read_text().split()[2]:
        assert time.monotonic() < deadline
        os.sched_yield()
