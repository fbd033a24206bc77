"""Where packages are delivered: systems of the house, which the operator names in a file. Nothing else names any.

Layer 0, below the settings. A file that can't be used raises ValueError with one sentence.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
NEEDS: Mapping[str, tuple[str, ...]] = {
    "folder": (), "sftp": ("key_file", "known_hosts"), "s3": ("access_key", "secret_file"), "http": ("token_file",)}
"""The kinds, and what each needs beside its address."""
SCHEMES: Mapping[str, tuple[str, ...]] = {"sftp": ("sftp",), "s3": ("https", "http"), "http": ("https", "http")}
HERE = frozenset({"127.0.0.1", "::1", "localhost"})
"""Hosts to which the way may be open: it does not leave the machine."""


@dataclass(frozen=True)
class Target:
    """A system to which the packages of one channel go. `name` stands in the record; `secret` nowhere."""

    name: str
    channel: int
    kind: str
    address: str
    secret: str = field(default="", repr=False)
    key_file: str = ""
    known_hosts: str = ""
    access_key: str = ""


def read(path: Path) -> tuple[Target, ...]:
    """The targets of a TOML file: a table for each, by its name. Raises ValueError."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path} can't be read: {error}.") from error
    return tuple(_target(name, table) for name, table in tables.items())


def _target(name: str, table: Any) -> Target:
    kinds = [kind for kind in NEEDS if isinstance(table, dict) and kind in table]
    if not NAME.fullmatch(name) or len(kinds) != 1:
        raise ValueError(f"[{name}] must be a short name in small letters with one of {', '.join(NEEDS)}.")
    kind = kinds[0]
    known = {"channel", kind, *NEEDS[kind]}
    missing = known - table.keys()
    if missing or table.keys() - known:
        raise ValueError(f"[{name}] needs {', '.join(sorted(known))}, and nothing else.")
    if type(table["channel"]) is not int or not all(isinstance(table[key], str) for key in known - {"channel"}):
        raise ValueError(f"[{name}]: channel is a number, all else is text in quotes.")
    _demand_address(name, kind, table[kind])
    for key in ("key_file", "known_hosts"):
        if key in known and not Path(table[key]).is_file():
            raise ValueError(f"[{name}]: there is no file {table[key]}.")
    secret = next((_secret(name, table[key]) for key in ("secret_file", "token_file") if key in known), "")
    return Target(name, table["channel"], kind, table[kind], secret, table.get("key_file", ""),
                  table.get("known_hosts", ""), table.get("access_key", ""))


def _demand_address(name: str, kind: str, address: str) -> None:
    if kind == "folder":
        if not Path(address).is_absolute():
            raise ValueError(f"[{name}]: the folder must be a whole path.")
        return
    parts = urlsplit(address)
    if parts.scheme not in SCHEMES[kind] or not parts.hostname or parts.query or parts.fragment or parts.password:
        raise ValueError(f"[{name}]: {kind} must be an address that begins with {SCHEMES[kind][0]}://, "
                         "without password and question mark.")
    if parts.scheme == "http" and parts.hostname not in HERE:
        raise ValueError(f"[{name}]: the way to {parts.hostname} must be closed (https).")
    if kind == "sftp" and not parts.username:
        raise ValueError(f"[{name}]: sftp needs a user, as in sftp://user@host/folder.")
    if kind == "s3" and not parts.path.strip("/"):
        raise ValueError(f"[{name}]: s3 needs a bucket, as in https://host/bucket.")


def _secret(name: str, path: str) -> str:
    try:
        secret = Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"[{name}]: {path} can't be read.") from error
    if not secret or not secret.isascii() or not secret.isprintable():
        raise ValueError(f"[{name}]: {path} must hold one line of ASCII.")
    return secret
