"""Files by SHA-256: put, open, exists. A file is stored before its row is written, and never changed.

Layer 1. The local store writes a temporary file, syncs it, renames it, and syncs the folder: what was acknowledged
is on the disk. An orphan (a file without a row) is harmless.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable, Set
from pathlib import Path
from typing import IO

from editorial.errors import StoreUnavailable

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""A disk that is full, or of which no more may be used."""
PROBE = 4096
"""Bytes that are written, and gone at once, to see whether the disk takes any."""
BEING_WRITTEN = 3600
"""Seconds after which a kept file that nobody wants was left by a process that died."""


class LocalStore:
    """Files in a folder, by the first two digits of their digest."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the file with this digest lies; raises ValueError for what is no digest."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError("not a SHA-256 in hex")
        return self.root / sha256[:2] / sha256

    def answers(self) -> bool:
        """Whether the folder is there, or can be made, and takes files: one is written, since rights alone don't tell
        of a full disk or one that became read-only."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.root, prefix=".new-") as file:
                file.write(bytes(PROBE))
                file.flush()
        except OSError:
            return False
        return True

    def exists(self, sha256: str) -> bool:
        """Whether the store has it."""
        return self.path(sha256).is_file()

    def put(self, data: bytes) -> str:
        """Store `data`; give its SHA-256 in hex. Raises StoreUnavailable where the disk does not take it."""
        sha256 = hashlib.sha256(data).hexdigest()
        self.put_chunks(sha256, (data,))
        return sha256

    def put_chunks(self, sha256: str, chunks: Iterable[bytes]) -> None:
        """Store what has this SHA-256, a chunk at a time in memory. Raises as `put`, and ValueError where it has
        another one: then nothing is kept."""
        target, whole = self.path(sha256), hashlib.sha256()
        if target.is_file():
            return
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    for chunk in chunks:
                        whole.update(chunk)
                        file.write(chunk)
                    if whole.hexdigest() != sha256:
                        raise ValueError("not what its SHA-256 says")
                    file.flush()
                    os.fsync(file.fileno())
                os.chmod(temporary, 0o640)
                os.replace(temporary, target)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
            folder = os.open(target.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            if error.errno in (*FULL, errno.EROFS, errno.EACCES, errno.EIO):
                raise StoreUnavailable("store-full", str(error)) from error
            raise

    def kept(self) -> Path:
        """The folder of the files that are kept for a time, each under a name of its own; made where it is missing."""
        folder = self.root / "kept"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def open_kept(self, name: str) -> IO[bytes]:
        """One of them, to be read and closed; raises StoreUnavailable where it is lost."""
        try:
            return (self.kept() / name).open("rb")
        except FileNotFoundError as error:
            raise StoreUnavailable("file-lost", name) from error

    def sweep(self, wanted: Set[str], over: Set[str], now: float) -> None:
        """Take away those whose time is `over`, and those of which nobody knows, where they can't be being written."""
        for path in self.kept().iterdir():
            if path.name in over or (path.name not in wanted and now - path.stat().st_mtime > BEING_WRITTEN):
                path.unlink(missing_ok=True)

    def read(self, sha256: str) -> bytes:
        """The bytes of the file; raises FileNotFoundError."""
        return self.path(sha256).read_bytes()
