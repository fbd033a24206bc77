"""The ZIP package of a Word file, checked by its own directory before anything is expanded.

Follows APPNOTE.TXT 6.3 for ZIP and ECMA-376 part 2 for the package. `zipfile` is not used: it does not notice
bytes around the archive, members that lie over one another, or sizes that lie.
"""

import re
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from editorial.errors import UnreadableDocument

MOST_MEMBERS = 1_000
MOST_UNPACKED = 64 << 20
MOST_RATIO = 100
RATIO_COUNTS_FROM = 10 << 20

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64 = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED, _STREAMED, _UTF8 = 1, 8, 0x800
_LARGEST_DESCRIPTOR = 24
_STORED, _DEFLATED = 0, 8
_DRIVE = re.compile(r"[A-Za-z]:")


def refuse(reason: str, detail: str) -> NoReturn:
    """Refuses the file: `reason` is a key of the interface, `detail` is for the log."""
    raise UnreadableDocument(reason, detail=detail)


@dataclass(frozen=True)
class Member:
    """One file of the package, as its directory describes it; `start` is where its packed bytes begin."""

    name: str
    method: int
    packed: int
    size: int
    crc: int
    offset: int
    start: int
    streamed: bool


class Package:
    """The members of a ZIP archive that keeps the limits; raises `UnreadableDocument` for every other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.members: dict[str, Member] = {}
        lower: set[str] = set()
        directory, end = self._directory()
        for member in directory:
            _check_name(member.name)
            if member.name.lower() in lower:
                refuse("duplicate", member.name)
            lower.add(member.name.lower())
            self.members[member.name] = member
        self._check_places(end)
        self._check_sizes()

    def read(self, name: str) -> bytes:
        """The content of a member, KeyError where there is none: never more than its directory entry declares."""
        member = self.members[name]
        packed = self._data[member.start : member.start + member.packed]
        if member.method == _STORED:
            content = packed
        else:
            engine = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                content = engine.decompress(packed, member.size + 1)
            except zlib.error as broken:
                refuse("corrupt", f"{name}: {broken}")
            if len(content) <= member.size and not engine.eof:
                refuse("corrupt", f"{name}: ends too early")
        if len(content) != member.size:
            refuse("size-lie", name)
        if zlib.crc32(content) != member.crc:
            refuse("corrupt", f"{name}: checksum")
        return content

    def _directory(self) -> tuple[list[Member], int]:
        """The members, and where the directory begins. Nothing may stand before the first or after the end record."""
        data = self._data
        at = data.rfind(b"PK\x05\x06", max(0, len(data) - _END.size - 0xFFFF))
        if at < 0 or at + _END.size > len(data):
            refuse("corrupt", "no end of directory")
        _, disk, _, _, count, size, offset, comment = _END.unpack_from(data, at)
        if data[at + _END.size :].strip(b"\0\r\n"):
            refuse("polyglot", "a comment on the archive" if comment else "bytes after the archive")
        end = at
        if 0xFFFF in (count, disk) or 0xFFFFFFFF in (size, offset):
            end, count, size, offset = self._directory_64(at)
        if end - size - offset > 0:
            refuse("polyglot", "bytes before the archive")
        if end - size != offset:
            refuse("corrupt", "the directory is not where it should be")
        if count > MOST_MEMBERS:
            refuse("too-many-parts", str(count))
        members = []
        place = offset
        for _ in range(count):
            member, place = self._entry(place, end)
            members.append(member)
        if place != end:
            refuse("corrupt", "the directory is longer than it says")
        return members, offset

    def _directory_64(self, at: int) -> tuple[int, int, int, int]:
        """Where the 64-bit end record stands, with count, size and offset of the directory."""
        place = at - _LOCATOR_64.size
        if place < 0 or self._data[place : place + 4] != b"PK\x06\x07":
            refuse("corrupt", "no 64-bit end of directory")
        end = _LOCATOR_64.unpack_from(self._data, place)[2]
        if end + _END_64.size != place or self._data[end : end + 4] != b"PK\x06\x06":
            refuse("corrupt", "the 64-bit end of directory is not where it should be")
        *_, count, size, offset = _END_64.unpack_from(self._data, end)
        return end, count, size, offset

    def _entry(self, at: int, end: int) -> tuple[Member, int]:
        if at + _CENTRAL.size > end or self._data[at : at + 4] != b"PK\x01\x02":
            refuse("corrupt", "a directory entry is broken")
        (_, _, _, flags, method, _, _, crc, packed, size, name_size, extra_size, comment_size, _, _, _, offset) = (
            _CENTRAL.unpack_from(self._data, at)
        )
        name_at = at + _CENTRAL.size
        raw_name = self._data[name_at : name_at + name_size]
        extra = self._data[name_at + name_size : name_at + name_size + extra_size]
        size, packed, offset = _wide(extra, size, packed, offset)
        if flags & _ENCRYPTED:
            refuse("encrypted", "an encrypted member")
        if method not in (_STORED, _DEFLATED):
            refuse("corrupt", f"packed by method {method}")
        try:
            name = raw_name.decode("utf-8" if flags & _UTF8 or raw_name.isascii() else "cp437")
        except UnicodeDecodeError:
            refuse("bad-name", repr(raw_name))
        start = self._start(offset, raw_name, name, crc, packed, size)
        streamed = bool(flags & _STREAMED)
        member = Member(name, method, packed, size, crc, offset, start, streamed)
        return member, name_at + name_size + extra_size + comment_size

    def _start(self, offset: int, raw_name: bytes, name: str, crc: int, packed: int, size: int) -> int:
        """Where a member's bytes begin; its own header must say what the directory says."""
        if offset + _LOCAL.size > len(self._data) or self._data[offset : offset + 4] != b"PK\x03\x04":
            refuse("corrupt", f"{name}: no header")
        _, _, flags, _, _, _, own_crc, own_packed, own_size, name_size, extra_size = _LOCAL.unpack_from(
            self._data, offset
        )
        name_at = offset + _LOCAL.size
        if self._data[name_at : name_at + name_size] != raw_name:
            refuse("duplicate", f"{name}: the member calls itself otherwise")
        extra = self._data[name_at + name_size : name_at + name_size + extra_size]
        own_size, own_packed, _ = _wide(extra, own_size, own_packed, 0)
        told = (own_crc, own_packed, own_size)
        if told != (crc, packed, size) and not (flags & _STREAMED and told == (0, 0, 0)):
            refuse("size-lie", f"{name}: header and directory differ")
        return int(name_at + name_size + extra_size)

    def _check_places(self, directory: int) -> None:
        """Members lie one after the other from the first byte on, with nothing between them."""
        at, streamed = 0, False
        for member in sorted(self.members.values(), key=lambda member: member.offset):
            gap = member.offset - at
            if gap < 0:
                refuse("bomb", f"{member.name} lies over another member")
            if gap > (_LARGEST_DESCRIPTOR if streamed else 0):
                refuse("polyglot", f"{gap} bytes before {member.name}")
            at, streamed = member.start + member.packed, member.streamed
        gap = directory - at
        if gap < 0:
            refuse("bomb", "members lie over the directory")
        if gap > (_LARGEST_DESCRIPTOR if streamed else 0):
            refuse("polyglot", f"{gap} bytes before the directory")

    def _check_sizes(self) -> None:
        total = 0
        for member in self.members.values():
            total += member.size
            if member.size > RATIO_COUNTS_FROM and member.size > MOST_RATIO * member.packed:
                refuse("bomb", f"{member.name}: {member.size} bytes from {member.packed}")
            if member.method == _STORED and member.size != member.packed:
                refuse("size-lie", member.name)
        if total > MOST_UNPACKED:
            refuse("bomb", f"{total} bytes unpacked")


def _wide(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Sizes and offset, from the 64-bit extra field where the 32-bit ones are full."""
    values = _wide_values(extra)
    size, packed, offset = (next(values, full) if full == 0xFFFFFFFF else full for full in (size, packed, offset))
    return size, packed, offset


def _wide_values(extra: bytes) -> Iterator[int]:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            field = extra[at + 4 : at + 4 + size]
            for place in range(0, len(field) - 7, 8):
                yield int.from_bytes(field[place : place + 8], "little")
        at += 4 + size


def _check_name(name: str) -> None:
    """A member's name is a plain relative path; one that leaves the folder or shows other than it is is refused."""
    parts = name.removesuffix("/").split("/")
    unsafe = (
        "\\" in name
        or _DRIVE.match(name)
        or any(part in ("", ".", "..") for part in parts)
        or any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in name)
    )
    if unsafe:
        refuse("bad-name", repr(name))
