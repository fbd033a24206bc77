"""Word files damaged at random: in their bytes, or in the XML of their parts."""

import random
import re
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

_TAG = re.compile(rb"<(/?)([A-Za-z0-9]+:[A-Za-z]+)([^<>]*)>")
_VALUE = re.compile(rb"=(['\"])[^'\"]*\1")
_ODD = (b"=''", b"='-1'", b"='99999999999'", b"='x'", b"='2'", b"='\xe6\xad\xa6'")


def members(data: bytes) -> dict[str, bytes]:
    """The parts of a package; those that can't be unpacked are left out."""
    found = {}
    with zipfile.ZipFile(BytesIO(data)) as package:
        for name in package.namelist():
            try:
                found[name] = package.read(name)
            except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
                continue
    return found


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Parts as a package."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def by_xml(source: random.Random, parts: Mapping[str, bytes]) -> bytes:
    """A file with a few tags taken out, doubled, renamed, or with other attribute values; often still well-formed."""
    made = dict(parts)
    name = source.choice([key for key in made if key.endswith((".xml", ".rels"))])
    for _ in range(source.randint(1, 4)):
        content = made[name]
        found = list(_TAG.finditer(content))
        if not found:
            break
        one, other = source.choice(found), source.choice(found)
        made[name] = source.choice(
            [
                content[: one.start()] + _VALUE.sub(source.choice(_ODD), one[0]) + content[one.end() :],
                content.replace(b"<" + one[2], b"<" + other[2]).replace(b"</" + one[2], b"</" + other[2]),
                content[: one.start()] + content[one.end() :],
                content[: one.end()] + one[0] + content[one.end() :],
            ]
        )
    return packed(made)


def by_bytes(source: random.Random, data: bytes) -> bytes:
    """A file with a few bytes changed, taken out or put in."""
    content = bytearray(data)
    for _ in range(source.randint(1, 6)):
        at = source.randrange(len(content))
        act = source.randrange(3)
        if act == 0:
            content[at] = source.randrange(256)
        elif act == 1:
            del content[at : at + source.randint(1, 20)]
        else:
            content[at:at] = source.randbytes(source.randint(1, 20))
    return bytes(content)
