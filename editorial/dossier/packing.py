"""A dossier as one archive: pages, data, digests, files, the script that checks them, and last the manifest of it all.

The archive ends with the digest of all its bytes before; the manifest's own digest is the dossier's seal, which the
record keeps when somebody takes one.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import IO, Any

from sqlalchemy import JSON, Boolean, Column, Integer

from editorial import clock, documents
from editorial.actions.texts import digested_of
from editorial.documents.archive import write_archive
from editorial.dossier import reading, verify
from editorial.dossier.contents import PARTS, Part, kind_of
from editorial.dossier.gather import Gathered, as_json
from editorial.errors import StoreUnavailable
from editorial.signature import Signature
from editorial.storage import LocalStore

SCRIPT = Path(verify.__file__)
EMPTY_END = verify.SEALED + b"0" * 64


@dataclass(frozen=True)
class Packed:
    """A dossier that was written: its seal, which is the digest of its manifest, and that of all its content."""

    seal: str
    content: str


def write(out: IO[bytes], gathered: Gathered, store: LocalStore, site: str, progress: Callable[[int], None]) -> Packed:
    """Write the dossier to `out`, which can be read and written anywhere; raises StoreUnavailable for a lost file.

    `progress` is told after each member how many bytes there are.
    """
    listed: list[dict[str, Any]] = []
    manifest, done = [b""], 0

    def members() -> Iterator[tuple[str, bytes]]:
        nonlocal done
        for name, data in _content(gathered, store):
            listed.append({"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()})
            yield name, data
            done += len(data)
            progress(done)
        manifest[0] = _json(_manifest(gathered, listed, site))
        yield verify.MANIFEST, manifest[0]

    write_archive(out, members(), EMPTY_END)
    seal(out)
    return Packed(hashlib.sha256(manifest[0]).hexdigest(), content_digest(listed))


def write_file(path: Path, gathered: Gathered, store: LocalStore, site: str,
               progress: Callable[[int], None] = lambda done: None) -> Packed:
    """The same into a file, which is there whole or not at all."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "w+b") as out:
            packed = write(out, gathered, store, site, progress)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return packed


def seal(out: IO[bytes]) -> None:
    """Put the digest of all before it at the end of the archive, in place of the zeros."""
    size = out.seek(0, os.SEEK_END) - 64
    out.seek(0)
    whole = hashlib.sha256()
    while size:
        chunk = out.read(min(size, 1 << 20))
        whole.update(chunk)
        size -= len(chunk)
    out.seek(-64, os.SEEK_END)
    out.write(whole.hexdigest().encode())


# --- Members -----------------------------------------------------------------------------------------------------


def _content(gathered: Gathered, store: LocalStore) -> Iterator[tuple[str, bytes]]:
    yield from reading.pages(gathered)
    for part in PARTS:
        yield f"data/{part.table.name}.json", _json([as_json(row) for row in gathered.rows[part.table.name]])
    yield "data/withheld.json", _json(gathered.withheld)
    yield "data/elsewhere.json", _json([as_json(row) for row in gathered.elsewhere])
    yield "data/schema.json", _json(schema())
    yield from _digests(gathered)
    for row in gathered.rows["files"]:
        try:
            yield reading.file_name(row), store.read(row["sha256"])
        except FileNotFoundError as error:
            raise StoreUnavailable("file-lost", row["sha256"]) from error
    yield "verify.py", SCRIPT.read_bytes()


def _digests(gathered: Gathered) -> Iterator[tuple[str, bytes]]:
    """For each text the bytes whose SHA-256 is its digest: whoever has no copy of our code can make it again."""
    made: dict[str, bytes] = {}
    for row in gathered.rows["versions"]:
        made[row["digest"]] = digested_of(
            row["title"], row["byline"], row["html"], row["pictures"], row["original_sha256"])
    for row in gathered.rows["commentary_versions"]:
        line = Signature(row["signed_name"], row["signed_department"], row["commissioned_by"]).digested
        made[row["digest"]] = documents.digested(row["title"], line, row["html"])
    for digest, content in sorted(made.items()):
        yield f"digests/{digest}.json", content


def _manifest(gathered: Gathered, listed: list[dict[str, Any]], site: str) -> dict[str, Any]:
    events = gathered.rows["events"]
    return {
        "format": verify.FORMAT, "version": verify.VERSION, "manuscript": gathered.code,
        "extent": gathered.extent, "installation": site,
        "exported_at": clock.now().isoformat(timespec="seconds"), "zone": clock.zone().key,
        "record": {"events": len(events), "withheld": len(gathered.withheld), "head": gathered.head},
        "content": content_digest(listed), "members": listed,
    }


def content_digest(listed: Iterable[dict[str, Any]]) -> str:
    return hashlib.sha256("".join(f"{one['sha256']} {one['name']}\n" for one in listed).encode()).hexdigest()


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


# --- The schema of the data ---------------------------------------------------------------------------------------


def schema() -> dict[str, Any]:
    """What the data are, as JSON Schema: of each table the meaning, the columns, and what stays out and why."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "稿件档案数据 · The data of a dossier",
        "description": (
            "Each data/NAME.json is a list of rows as in $defs/NAME, in order. Columns ending in _id name the id of "
            "another table's row. Times are UTC, to the microsecond. events: hash is the SHA-256 of the row without it "
            "as JSON with sorted keys and no spaces, in UTF-8; prev_hash is that of the event before. withheld: events "
            "of this manuscript of which only the hashes are told. elsewhere: signatures that count, and stand in the "
            "dossier of the story's other manuscript."),
        "$defs": {part.table.name: _described(part) for part in PARTS},
    }


def _described(part: Part) -> dict[str, Any]:
    return {
        "description": " ".join((part.model.__doc__ or "").split()),
        "type": "object", "additionalProperties": False,
        "required": [column.name for column in part.columns],
        "properties": {column.name: _type_of(column) for column in part.columns},
        "x-left-out": dict(part.without),
    }


def _type_of(column: Column[Any]) -> dict[str, Any]:
    kind = kind_of(column)
    if isinstance(kind, JSON):
        return {}
    of = kind.python_type
    said: dict[str, Any] = {"type": "boolean" if isinstance(kind, Boolean) else
                            "integer" if isinstance(kind, Integer) else "string"}
    if issubclass(of, Enum):
        said["enum"] = [one.value for one in of]
    elif issubclass(of, date):
        said["format"] = "date-time" if issubclass(of, datetime) else "date"
    elif issubclass(of, time):
        said["format"] = "time"
    if column.nullable:
        said["type"] = [said["type"], "null"]
    return said
