"""Drawings (EMF, MS-EMF) that are a wrapped screen shot: the bitmap in them is the picture, without LibreOffice."""

import struct

_STRETCH_DIB = 81
_COMMENT = 70
_SETTINGS = frozenset({1, 9, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21, 22, 24, 25, 33, 34, 98, 115})
"""Records that draw nothing: the frame, extents and modes."""
_RECORD = struct.Struct("<II")
_STRETCHED = struct.Struct("<6i 2i 2i 4I II")
_COPY = 0x00CC0020
_MOST_RECORDS = 200


def sole_bitmap(data: bytes) -> bytes | None:
    """The bitmap, as a BMP file, of an EMF that draws it whole, and nothing else; None for all others."""
    found = None
    at = records = 0
    while at + _RECORD.size <= len(data) and records < _MOST_RECORDS:
        kind, size = _RECORD.unpack_from(data, at)
        if kind == _STRETCH_DIB and found is None:
            found = data[at : at + size]
        elif kind not in _SETTINGS and not (kind == _COMMENT and data[at + 12 : at + 16] != b"EMF+"):
            return None
        if size < _RECORD.size:
            return None
        at, records = at + size, records + 1
    return _as_bmp(found) if found and records < _MOST_RECORDS else None


def _as_bmp(record: bytes) -> bytes | None:
    if len(record) < _RECORD.size + _STRETCHED.size:
        return None
    *_, left, top, width, height, info_at, info_size, bits_at, bits_size, _, action = _STRETCHED.unpack_from(record, 8)
    info, bits = record[info_at : info_at + info_size], record[bits_at : bits_at + bits_size]
    if len(info) < 40 or len(bits) != bits_size or action != _COPY:
        return None
    wide, high = struct.unpack_from("<ii", info, 4)
    if (left, top) != (0, 0) or abs(width - wide) > 1 or abs(height - abs(high)) > 1:  # some writers are off by one
        return None
    start = 14 + len(info)
    return struct.pack("<2sIHHI", b"BM", start + len(bits), 0, 0, start) + info + bits
