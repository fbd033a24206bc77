"""Archives that are the same for the same members, byte for byte: no times, no machine, in the order given."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import IO

PACKED = (".docx", ".gif", ".jpeg", ".jpg", ".odt", ".png", ".webp", ".zip")
"""How names end of what is packed already: to pack it again takes nearly all of the time, and saves nothing."""


def archive(members: Mapping[str, bytes]) -> bytes:
    """A ZIP of `members`, by the name that each has in it."""
    out = io.BytesIO()
    write_archive(out, members.items())
    return out.getvalue()


def write_archive(out: IO[bytes], members: Iterable[tuple[str, bytes]], comment: bytes = b"") -> None:
    """The same into `out`: one member at a time is in memory. The archive ends with `comment`."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
        file.comment = comment
        for name, data in members:
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.create_system = 0
            member.compress_type = zipfile.ZIP_STORED if name.endswith(PACKED) else zipfile.ZIP_DEFLATED
            file.writestr(member, data)
