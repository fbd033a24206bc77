"""Group chats that hear what happens at an office: WeCom, DingTalk and Feishu, which the operator names in a file.

Layer 0, below the settings. Nothing else names an address: the server opens none that a person typed. A file that can't
be used raises ValueError with one sentence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

KINDS = ("wecom", "dingtalk", "feishu")
SIGNED = ("dingtalk", "feishu")
"""The kinds whose robots may ask for a signature."""
TEXT, SWITCH = ("office", "kind", "address_file", "secret_file"), "private"


@dataclass(frozen=True)
class Chat:
    """A robot of a group chat. Its address holds a key, so it is as secret as the key that signs (`secret`).

    `private` says that it may stand at an address of the house's own network.
    """

    name: str
    office: str
    kind: str
    address: str = field(repr=False)
    secret: str = field(default="", repr=False)
    private: bool = False


def read(path: Path) -> tuple[Chat, ...]:
    """The chats of a TOML file: a table for each, by its name. Raises ValueError."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path} can't be read: {error}.") from error
    return tuple(_chat(name, table) for name, table in tables.items())


def _chat(name: str, table: Any) -> Chat:
    if not isinstance(table, dict) or not set(TEXT[:3]) <= table.keys() <= {*TEXT, SWITCH}:
        raise ValueError(f"[{name}] needs {', '.join(TEXT[:3])}; secret_file and private may be there; nothing else.")
    if not all(isinstance(table[key], str) for key in TEXT if key in table) or not isinstance(
            table.get(SWITCH, False), bool):
        raise ValueError(f"[{name}]: private is true or false, all else is text in quotes.")
    if table["kind"] not in KINDS or ("secret_file" in table and table["kind"] not in SIGNED):
        raise ValueError(f"[{name}]: kind is one of {', '.join(KINDS)}; only {' and '.join(SIGNED)} have a secret.")
    address = _line(name, table["address_file"])
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError as error:
        raise ValueError(f"[{name}]: {table['address_file']} holds no address.") from error
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.fragment:
        raise ValueError(f"[{name}]: the address must begin with https:// and name a host, and no account.")
    return Chat(name, table["office"], table["kind"], address, _secret(name, table), table.get(SWITCH, False))


def _secret(name: str, table: Mapping[str, Any]) -> str:
    return _line(name, table["secret_file"]) if "secret_file" in table else ""


def _line(name: str, path: str) -> str:
    try:
        line = Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"[{name}]: {path} can't be read.") from error
    if not line or not line.isascii() or not line.isprintable() or " " in line:
        raise ValueError(f"[{name}]: {path} must hold one line of ASCII without spaces.")
    return line
