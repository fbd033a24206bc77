"""Files are opened in a child process; its limits hold, and its answer is not trusted."""

from __future__ import annotations

import io
import json
import os
import resource
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import editorial
from editorial.documents import LARGEST_FILE, read_document, read_picture, reading, shown_name
from editorial.documents.pictures import MOST_PIXELS, UnusablePicture, rebuilt
from editorial.errors import UnreadableDocument
from tests.data.word import docx, huge_png, p

PACKAGE = str(Path(editorial.__file__).parent)


def in_child(code: str, loaded: str = "") -> subprocess.CompletedProcess[str]:
    """Code in a process that has given up its rights as the child does, started as the child is."""
    boot = reading._BOOT.replace("from editorial.documents.child import main\nmain(sys.argv[2], int(sys.argv[3]))", "")
    limited = "from editorial.documents.child import _give_up_rights\n_give_up_rights(20)\n"
    return subprocess.run(
        [sys.executable, "-I", "-c", loaded + boot + limited + code, PACKAGE],
        capture_output=True, text=True, env={}, check=False, close_fds=True,
    )  # fmt: skip


def test_the_child_cannot_open_a_file_or_a_connection() -> None:
    tried = in_child(
        "for act in (lambda: open('/etc/passwd'), lambda: socket.socket(), lambda: open('/tmp/x', 'w')):\n"
        "    try: act()\n"
        "    except OSError as error: print(error.errno)\n"
        "    else: print('opened')\n",
        loaded="import socket\n",
    )
    assert tried.stdout.split() == ["24", "24", "24"], tried.stderr


def test_the_child_cannot_start_a_program_that_could() -> None:
    tried = in_child("import subprocess\nsubprocess.run(['/bin/true'])")
    assert "Too many open files" in tried.stderr


def test_a_child_that_eats_memory_is_stopped() -> None:
    assert "MemoryError" in in_child("x = bytearray(2 << 30)").stderr


def test_a_child_that_never_ends_is_killed_by_its_processor_time() -> None:
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass"
    assert in_child(limit).returncode < 0
    told = in_child("import resource; print(resource.getrlimit(resource.RLIMIT_CPU)[1])").stdout
    assert told.strip() == "20"


def test_what_is_wanted_at_once_and_takes_long_is_left_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the processor's time: a busy machine makes no file a long one."""
    monkeypatch.setattr(reading, "SECONDS_AT_ONCE", 1)
    code = ("import resource, sys\nseconds = int(sys.argv[3])\n"
            "resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))\nwhile seconds < 20: pass\nsys.exit(3)\n")
    monkeypatch.setattr(reading, "_BOOT", code)
    with pytest.raises(reading.TakesLong):
        read_document(docx(p("武汉")), "a.docx", at_once=True)
    with pytest.raises(UnreadableDocument):
        read_document(docx(p("武汉")), "a.docx")


def test_a_child_cannot_write_more_than_an_answer() -> None:
    got = in_child("import resource; print(resource.getrlimit(resource.RLIMIT_FSIZE)[1] >> 20)").stdout
    assert got.strip() == "192"


def test_the_child_knows_nothing_of_the_program_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "not for the child")
    told = in_child("import os, sys; print(dict(os.environ).get('SECRET_KEY'), 'flask' in sys.modules, "
                    "'sqlalchemy' in sys.modules, 'bleach' in sys.modules)")
    assert told.stdout.split() == ["None", "False", "False", "False"]


def test_the_web_process_loads_neither_parser() -> None:
    code = "import sys, editorial.documents; print([name for name in ('lxml', 'docx', 'PIL') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_reading_leaves_no_descriptor_open() -> None:
    before = set(os.listdir("/proc/self/fd"))
    read_document(docx(p("武汉")), "a.docx")
    with pytest.raises(UnreadableDocument):
        read_document(b"PK broken", "a.docx")
    assert set(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("code", ["import os; os.kill(os.getpid(), 9)", "raise SystemExit(3)"])
def test_a_child_that_dies_means_too_complex(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_BOOT", code)
    with pytest.raises(UnreadableDocument) as refused:
        read_document(docx(p("武汉")), "a.docx")
    assert refused.value.reason == "too-complex"


def test_a_child_that_sleeps_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_BOOT", "import signal; signal.pause()")
    monkeypatch.setattr(reading, "WALL_SECONDS", 0.2)
    with pytest.raises(UnreadableDocument) as refused:
        read_document(docx(p("武汉")), "a.docx")
    assert refused.value.reason == "too-complex"


def answering(answer: dict[str, Any], blob: bytes = b"") -> str:
    header = json.dumps(answer).encode()
    return f"import os; os.write(1, {struct.pack('>Q', len(header)) + header + blob!r})"


def test_what_a_captured_child_answers_is_cleaned_and_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    about = {"sha256": "0" * 64, "media_type": "image/png", "data": 4, "width": 1, "height": 1, "thumbnail": 0}
    html = f'<p onclick=x>好<script>alert(1)</script><img src="pictures/{"0" * 64}"></p>'
    answer = {"html": html, "title": "题\n目", "byline": "", "warnings": [["a", "b", "c", 1]], "pictures": [about],
              "changes": [], "remarks": [], "drawings": [], "unusable": {}}
    monkeypatch.setattr(reading, "_BOOT", answering(answer, b"<svg"))
    document = read_document(docx(p("武汉")), "a.docx")
    assert "script" not in document.html
    assert "onclick" not in document.html
    assert (document.title, document.pictures) == ("题 目", ())
    with pytest.raises(UnreadableDocument):
        read_picture(b"x")


def test_an_unexpected_error_of_the_reader_refuses_the_file_and_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(reading, "_BOOT", answering({"refused": "corrupt", "detail": "unexpected KeyError"}))
    with pytest.raises(UnreadableDocument):
        read_document(docx(p("武汉")), "a.docx")
    assert "KeyError" in caplog.text


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "a.docx", "empty"),
        (b"x" * (LARGEST_FILE + 1), "a.docx", "too-large"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 WordDocument", "a.docx", "legacy-doc"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.docx", "encrypted"),
        (b"{\\rtf1 }", "a.docx", "legacy-doc"),
        (b"<html><script>", "a.docx", "not-docx"),
        (b"\0\1\2", "a.txt", "not-docx"),
        (b"\xff\xff\xff", "a.txt", "not-docx"),
        (b"<html>" + docx(p("x")), "a.docx", "polyglot"),
    ],
)
def test_other_files_are_refused_with_their_reason(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read_document(data, name)
    assert refused.value.reason == reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_plain_text_is_read_in_the_encodings_of_chinese_machines(encoding: str) -> None:
    document = read_document("标题\r\n\r\n正文<b>，𠮷\n".encode(encoding), "稿件.TXT")
    assert (document.text, document.html) == ("标题\n正文<b>，𠮷", "<p>标题</p><p>正文&lt;b&gt;，𠮷</p>")


def image(kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, more.pop("color", 0)).save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type", "size"),
    [
        (image("PNG"), "image/png", (40, 30)),
        (image("JPEG", (3200, 1000)), "image/jpeg", (1600, 500)),
        (image("GIF", mode="P"), "image/png", (40, 30)),
        (image("WEBP"), "image/png", (40, 30)),
        (image("BMP", mode="1"), "image/png", (40, 30)),
        (image("TIFF", mode="CMYK"), "image/png", (40, 30)),
        (image("PNG", mode="I;16"), "image/png", (40, 30)),
        (image("PNG", (4000, 10), mode="RGBA"), "image/png", (1600, 4)),
        (image("PNG", mode="P", transparency=0), "image/png", (40, 30)),
    ],
)
def test_pictures_of_all_kinds_are_written_anew(data: bytes, media_type: str, size: tuple[int, int]) -> None:
    picture = read_picture(data)
    assert (picture.media_type, picture.width, picture.height) == (media_type, *size)
    with Image.open(io.BytesIO(picture.data)) as opened:
        assert opened.size == size


def test_a_photograph_loses_its_place_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010E] = "secret place"
    exif.get_ifd(0x8825)[1] = "N"
    picture = read_picture(image("JPEG", (40, 30), exif=exif))
    assert (picture.width, picture.height) == (30, 40)
    assert b"secret" not in picture.data
    with Image.open(io.BytesIO(picture.data)) as opened:
        assert not dict(opened.getexif())


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<svg/>", "not-picture"),
        (b"\x89PNG\r\n\x1a\n", "not-picture"),
        (image("PNG")[:-30], "not-picture"),
        (huge_png(8_000, 6_000), "too-many-pixels"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "phone-picture"),
        (b"\0\0\0\x20ftypmif1\0\0\0\0mif1avif", "phone-picture"),
    ],
)
def test_a_picture_that_cannot_be_used_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read_picture(data)
    assert refused.value.reason == reason


def test_pixels_are_counted_before_they_are_unpacked() -> None:
    with pytest.raises(UnusablePicture, match="too-many-pixels"):
        rebuilt(huge_png(MOST_PIXELS // 1000 + 1, 1000))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1 << 20


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../../etc/passwd.docx", "passwd.docx"),
        ("..\\..\\windows\\a.docx", "a.docx"),
        ("a\0.exe.docx", "a.exe.docx"),
        ("稿件（终稿）.docx", "稿件（终稿）.docx"),
        ("武汉·稿件（终稿）𠮷.docx", "武汉·稿件（终稿）𠮷.docx"),
        ("a\r\nSet-Cookie: x=1.docx", "aSet-Cookie_ x=1.docx"),
        ('"; filename=evil.html; x=".docx', "__ filename=evil.html_ x=_.docx"),
        ("a\u202excod.html;.docx", "axcod.html_.docx"),
        (".docx", "docx"),
        ("a.docx.", "a.docx"),
        ("长" * 300 + ".docx", "长" * 195 + ".docx"),
        ("x" * 300, "x" * 200),
        ("<img src=x onerror=alert(1)>.docx", "_img src=x onerror=alert(1)_.docx"),
        ("=cmd|' /C calc'!A0.docx", "C calc'!A0.docx"),
        ("", "file"),
        ("/", "file"),
        ("a." + "b" * 20, "a." + "b" * 20),
    ],
)
def test_the_shown_name_is_a_plain_name(name: str, shown: str) -> None:
    assert shown_name(name) == shown
