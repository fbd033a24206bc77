"""ZIP archives written by hand, to lie in every field."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass


@dataclass
class Entry:
    """One member; what is None is told truly."""

    name: bytes
    content: bytes
    method: int = 8
    flags: int = 0
    told_size: int | None = None
    told_packed: int | None = None
    crc: int | None = None
    local_name: bytes | None = None
    local_size: int | None = None
    extra: bytes = b""
    packed: bytes | None = None
    descriptor: bytes = b""
    gap: bytes = b""
    offset: int | None = None
    signature: bytes = b"PK\x03\x04"


def archive(
    entries: list[Entry],
    before: bytes = b"",
    after: bytes = b"",
    count: int | None = None,
    end64: bytes | None = None,
    gap: bytes = b"",
    comment: bytes = b"",
    shift: int = 0,
) -> bytes:
    """The archive. `shift` moves the stated place of the directory; `end64` stands before the end record."""
    out, directory = bytearray(before), bytearray()
    for entry in entries:
        out += entry.gap
        offset = len(out) if entry.offset is None else entry.offset
        packed = entry.packed
        if packed is None:
            engine = zlib.compressobj(9, zlib.DEFLATED, -15)
            packed = engine.compress(entry.content) + engine.flush() if entry.method == 8 else entry.content
        size = len(entry.content) if entry.told_size is None else entry.told_size
        told = len(packed) if entry.told_packed is None else entry.told_packed
        crc = zlib.crc32(entry.content) if entry.crc is None else entry.crc
        streamed = entry.flags & 8
        local_name = entry.name if entry.local_name is None else entry.local_name
        local_size = size if entry.local_size is None else entry.local_size
        own = (0, 0, 0) if streamed else (crc, told, local_size)
        out += struct.pack(
            "<4s5H3L2H", entry.signature, 20, entry.flags, entry.method, 0, 0, *own, len(local_name), 0
        )
        out += local_name + packed + entry.descriptor
        directory += struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, entry.flags, entry.method, 0, 0, crc, told, size,
            len(entry.name), len(entry.extra), 0, 0, 0, 0, offset,
        )  # fmt: skip
        directory += entry.name + entry.extra
    out += gap
    place = len(out) + shift
    out += directory
    if end64 is not None:
        out += end64
    stated = len(entries) if count is None else count
    out += struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, stated, stated, len(directory), place, len(comment))
    return bytes(out + comment + after)
