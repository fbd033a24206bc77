"""The package of a Word file is checked before it is expanded: each reason to refuse it, and what is no reason."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable

import pytest

from editorial.documents.package import MOST_MEMBERS, Package
from editorial.documents.parts import WordFile
from editorial.errors import UnreadableDocument
from tests.data.archives import Entry, archive
from tests.data.word import MAIN_TYPE, docx, p, parts, zipped

ONE, TWO = Entry(b"word/document.xml", b"<a/>" * 9), Entry(b"b.xml", b"<b/>")
BIG = b"\0" * (11 << 20)


def reason(opened: Callable[[], object]) -> str:
    with pytest.raises(UnreadableDocument) as refused:
        opened()
    return refused.value.reason


def read_all(data: bytes) -> dict[str, bytes]:
    package = Package(data)
    return {name: package.read(name) for name in package.members}


def end64(place: int, count: int = 1, size: int = 0, offset: int = 0, locator: bytes = b"PK\x06\x07") -> bytes:
    """A 64-bit end record that stands at `place`, and its locator."""
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
    return record + struct.pack("<4sLQL", locator, 0, place, 1)


def test_members_come_back_as_they_went_in() -> None:
    streamed = Entry(b"c.xml", b"<c/>", flags=8, descriptor=b"PK\x07\x08" + b"\0" * 12)
    stored = Entry("图/一.png".encode(), b"pixels", method=0, flags=0x800)
    latin = Entry(b"caf\x82.xml", b"x")
    folder = Entry(b"word/", b"", method=0)
    read = read_all(archive([ONE, streamed, stored, latin, folder], after=b"\n\0"))
    assert read == {
        "word/document.xml": ONE.content, "c.xml": b"<c/>", "图/一.png": b"pixels", "café.xml": b"x", "word/": b"",
    }  # fmt: skip
    assert read_all(zipped({"a": b"1", "b": b"2" * 5000}, zipfile.ZIP_STORED))["b"] == b"2" * 5000


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"PK\x03\x04 no more", "corrupt"),
        (archive([ONE, TWO])[:-1], "corrupt"),
        (archive([ONE], before=b"<html>"), "polyglot"),
        (archive([ONE], before=b"<html>", shift=-6), "polyglot"),
        (archive([ONE], after=b"<html>"), "polyglot"),
        (archive([ONE], comment=b"<html>"), "polyglot"),
        (archive([ONE, Entry(b"b", b"x", gap=b"<script>")]), "polyglot"),
        (archive([ONE], gap=b"<script>"), "polyglot"),
        (archive([ONE], shift=5), "corrupt"),
        (archive([ONE], count=2), "corrupt"),
        (archive([ONE, TWO], count=1), "corrupt"),
        (archive([Entry(b"%d" % n, b"") for n in range(MOST_MEMBERS + 1)]), "too-many-parts"),
        (archive([ONE, Entry(b"WORD/document.xml", b"<c/>")]), "duplicate"),
        (archive([Entry(b"a.xml", b"x", local_name=b"b.xml")]), "duplicate"),
        (archive([Entry(b"a", b"x", flags=1)]), "encrypted"),
        (archive([Entry(b"a", b"x", method=12)]), "corrupt"),
        (archive([Entry(b"a\xff", b"x", flags=0x800)]), "bad-name"),
        (archive([Entry(b"a", b"x", signature=b"PK\x03\x05")]), "corrupt"),
        (archive([Entry(b"a", b"x", offset=10**6)]), "corrupt"),
        (archive([ONE, Entry(b"b", b"x" * 9, offset=0, local_name=b"b")]), "duplicate"),
        (archive([Entry(b"a", b"x", told_packed=4000)]), "bomb"),
        (archive([ONE, Entry(b"b", BIG)]), "bomb"),
        (archive([Entry(b"%d" % n, b"", told_size=10 << 20) for n in range(7)]), "bomb"),
        (archive([Entry(b"a", b"x", method=0, told_size=9)]), "size-lie"),
        (archive([Entry(b"a", b"x" * 9, local_size=8)]), "size-lie"),
        (archive([ONE], end64=b"", count=0xFFFF), "corrupt"),
        (archive([ONE], end64=end64(0), count=0xFFFF), "corrupt"),
    ],
)
def test_a_package_is_refused_before_it_is_expanded(data: bytes, expected: str) -> None:
    assert reason(lambda: Package(data)) == expected


def test_members_that_lie_over_one_another_are_a_bomb() -> None:
    inner = archive([Entry(b"b", b"x" * 9)])
    outer = Entry(b"a", inner[: inner.index(b"PK\x01\x02")], method=0)
    inside = len(b"a") + 30
    assert reason(lambda: Package(archive([outer, Entry(b"b", b"x" * 9, offset=inside)]))) == "bomb"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (Entry(b"a", b"x" * 99, told_size=98), "size-lie"),
        (Entry(b"a", b"x" * 99, told_size=100), "size-lie"),
        (Entry(b"a", b"x", crc=1), "corrupt"),
        (Entry(b"a", b"x", packed=b"\xff\xff\xff"), "corrupt"),
        (Entry(b"a", b"x" * 99, packed=b"\x4b"), "corrupt"),
    ],
)
def test_a_member_that_is_not_what_it_says_is_refused_when_it_is_read(entry: Entry, expected: str) -> None:
    package = Package(archive([entry]))
    assert reason(lambda: package.read("a")) == expected


@pytest.mark.parametrize(
    "name",
    ["../a", "a/../b", "/a", "a//b", "./a", "C:/a", "a\\b", "a\0.png", "a\nb", "a\u202eb", "a\u200bb", ""],
)
def test_names_that_leave_the_folder_or_deceive_are_refused(name: str) -> None:
    assert reason(lambda: Package(archive([Entry(name.encode(), b"x", flags=0x800)]))) == "bad-name"


def test_a_64_bit_archive_is_read() -> None:
    wide = Entry(b"a", b"x" * 50, told_size=0xFFFFFFFF, local_size=50, extra=struct.pack("<2HQ", 1, 8, 50))
    other = Entry(b"b", b"y", extra=struct.pack("<2H2s", 9, 2, b"zz"))
    plain = archive([other])
    directory = plain.index(b"PK\x01\x02")
    size = plain.index(b"PK\x05\x06") - directory
    whole = archive([other], end64=end64(directory + size, 1, size, directory), count=0xFFFF)
    assert read_all(whole) == {"b": b"y"}
    assert read_all(archive([wide])) == {"a": b"x" * 50}


BODY = p("武汉")
TYPES = parts(BODY)["[Content_Types].xml"]


def with_part(name: str, content: bytes) -> bytes:
    return zipped({**parts(BODY), name: content})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (zipped({"readme.txt": b"x"}), "not-docx"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "legacy-doc"),
        (zipped({"mimetype": b"application/epub+zip"}), "not-docx"),
        (with_part("[Content_Types].xml", b"<Types/>"), "not-docx"),
        (with_part("[Content_Types].xml", TYPES.replace(b"wordprocessingml.document", b"spreadsheetml.sheet")),
         "not-docx"),
        (with_part("_rels/.rels", b"<Relationships/>"), "bad-structure"),
        (with_part("[Content_Types].xml", b"<Types>"), "corrupt"),
        (with_part("word/vbaProject.bin", b"x"), "macros"),
        (with_part("[Content_Types].xml", TYPES.replace(b"application/xml", b"application/x.macroEnabled")), "macros"),
        (with_part("docProps/a.xml", b"<!DOCTYPE a><a/>"), "dtd"),
        (with_part("docProps/a.xml", '<?xml version="1.0"?><!DOCTYPE a><a/>'.encode("utf-16")), "dtd"),
        (with_part("docProps/a.xml", "<!DOCTYPE a><a/>".encode("utf-32")), "dtd"),
        (with_part("word/a.svg", b"<!ENTITY x 'y'>"), "dtd"),
    ],
)
def test_a_package_that_is_no_clean_word_file_is_refused(data: bytes, expected: str) -> None:
    assert reason(lambda: WordFile(data)) == expected


def test_xml_is_read_in_the_encodings_that_are_allowed() -> None:
    for encoding in ("utf-8", "utf-16", "utf-8-sig", "gb18030"):
        declared = "utf-8" if encoding == "utf-8-sig" else encoding
        text = f'<?xml version="1.0" encoding="{declared}"?><a>武汉</a>'
        assert WordFile(with_part("a.xml", text.encode(encoding))).xml("a.xml").text == "武汉"
    for order in ("utf-16-le", "utf-16-be"):
        assert WordFile(with_part("a.xml", "<a>武汉</a>".encode(order))).xml("a.xml").text == "武汉"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "corrupt"),
        (b"<a>\xff</a>", "corrupt"),
        (b"<a>&undefined;</a>", "corrupt"),
        (b"<a>" * 300 + b"</a>" * 300, "too-complex"),
        (b"<a>" + b"<b/>" * 1_500_001 + b"</a>", "too-complex"),
    ],
)
def test_xml_that_is_broken_or_beyond_the_limits_is_refused(content: bytes, expected: str) -> None:
    file = WordFile(with_part("a.xml", content))
    assert reason(lambda: file.xml("a.xml")) == expected


def test_strict_files_are_read_like_the_others() -> None:
    strict = {
        name: content.replace(b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                              b"http://purl.oclc.org/ooxml/wordprocessingml/main")
        for name, content in parts(BODY).items()
    }  # fmt: skip
    root = WordFile(zipped(strict)).xml("word/document.xml")
    assert root.tag == "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}document"


def test_the_type_of_the_main_part_may_come_from_its_extension() -> None:
    types = f'<Types><Default Extension="xml" ContentType="{MAIN_TYPE}"/></Types>'.encode()
    assert WordFile(with_part("[Content_Types].xml", types)).main == "word/document.xml"


def test_relationships_point_into_the_package_and_the_first_of_two_counts() -> None:
    data = docx(BODY, {"a": ("image", "../media/x.png"), "b": ("image", "/word/y.png"), "c": ("image", "http://a/z")})
    found = WordFile(data).relationships("word/document.xml")
    assert [(one.target, one.external) for one in found.values()] == [
        ("media/x.png", False), ("word/y.png", False), ("http://a/z", True)
    ]  # fmt: skip
    assert [one.target for one in WordFile(data).external()] == ["http://a/z"]
