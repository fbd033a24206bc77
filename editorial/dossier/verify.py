#!/usr/bin/env python3
"""核验稿件档案 · Check a dossier.

    python3 verify.py 档案.zip [又一份.zip …]

只用 Python 3.8 以上自带的库，不联网，不改文件。一切相符就退出 0；有一处不符就逐条说明并退出 1。
几份档案一起核验时，还核对它们是否出自同一条事件链。

Needs Python 3.8 or newer and nothing else; opens no connection and changes no file. Ends with 0 where everything
holds, else with 1 and a line for each thing that does not. Several dossiers are also compared with each other: they
must be of one chain of events.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import struct
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

FORMAT, VERSION = "editorial-dossier", 1
MANIFEST = "manifest.json"
SEALED = b"sha256:"
MOST_MEMBERS = 20000
MOST_BYTES = 2 << 30
MOST_JSON = 256 << 20
CHUNK = 1 << 20
UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError,
              OSError, MemoryError)
NOT_AS_DESCRIBED = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError)


class Broken(Exception):
    """What was asked for can't be read; says why."""


class Dossier:
    """A dossier in a file. Opening one reads its directory and its manifest, in bounds; raises Broken."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.seal = ""
        try:
            self.archive = zipfile.ZipFile(path)
            self.members = self.archive.infolist()
        except UNREADABLE as error:
            raise Broken(f"不是完整的 ZIP · not a whole ZIP archive ({error})") from error
        self.names = [member.filename for member in self.members]
        if len(self.members) > MOST_MEMBERS or sum(member.file_size for member in self.members) > MOST_BYTES:
            raise Broken("成员太多或解开后太大 · too many members, or too large when unpacked")
        if len(set(self.names)) != len(self.names):
            raise Broken("有重名的成员 · two members have the same name")
        for name in self.names:
            if not re.match(r"^(?:[a-z]+/)?[\w-]+\.[a-z0-9]+\Z", name, re.A):
                raise Broken(f"成员名不合规 · a member's name is not allowed: {name!r}")
        if MANIFEST not in self.names:
            raise Broken(f"没有清单 · there is no {MANIFEST}")
        text = self.read(MANIFEST)
        self.seal = hashlib.sha256(text).hexdigest()
        self.manifest: dict[str, Any] = self._object(MANIFEST, text)
        if self.manifest.get("format") != FORMAT or self.manifest.get("version") != VERSION:
            raise Broken("不是本脚本认识的档案 · not a dossier that this script knows")
        listed = self.manifest.get("members")
        if not isinstance(listed, list) or not all(
                isinstance(one, dict) and isinstance(one.get("name"), str) and isinstance(one.get("size"), int)
                and isinstance(one.get("sha256"), str) for one in listed):
            raise Broken("清单不合规 · the manifest is not as described")
        self.listed: dict[str, dict[str, Any]] = {one["name"]: one for one in listed}

    def read(self, name: str) -> bytes:
        """The bytes of a member that is not too large to be held; raises Broken."""
        member = self.members[self.names.index(name)] if name in self.names else None
        if member is None or member.file_size > MOST_JSON:
            raise Broken(f"缺少或太大 · missing or too large: {name}")
        return b"".join(self.chunks(member))

    def chunks(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """The bytes of a member, never more than its directory entry says; raises Broken."""
        left = member.file_size
        try:
            with self.archive.open(member) as stream:
                while True:
                    chunk = stream.read(CHUNK)
                    if not chunk:
                        break
                    left -= len(chunk)
                    if left < 0:
                        raise Broken(f"比目录所说的大 · larger than the directory says: {member.filename}")
                    yield chunk
        except UNREADABLE as error:
            raise Broken(f"读不出来 · can't be read: {member.filename} ({error})") from error
        if left:
            raise Broken(f"比目录所说的小 · smaller than the directory says: {member.filename}")

    def table(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table; raises Broken."""
        rows = self._json(f"data/{name}.json")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Broken(f"不是行的列表 · not a list of rows: data/{name}.json")
        return rows

    def _object(self, name: str, text: bytes) -> dict[str, Any]:
        found = self._parsed(name, text)
        if not isinstance(found, dict):
            raise Broken(f"不是 JSON 对象 · not a JSON object: {name}")
        return found

    def _json(self, name: str) -> Any:
        return self._parsed(name, self.read(name))

    @staticmethod
    def _parsed(name: str, text: bytes) -> Any:
        try:
            return json.loads(text.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise Broken(f"不是 JSON · not JSON: {name} ({error})") from error

    # --- What must hold ------------------------------------------------------------------------------------------

    def problems(self) -> Iterator[str]:
        """A sentence for each thing that does not hold."""
        for check in (self._whole_file, self._all_members, self._events, self._texts, self._files, self._told):
            try:
                yield from check()
            except Broken as error:
                yield str(error)
            except NOT_AS_DESCRIBED as error:
                yield f"数据与说明不符 · the data is not as described ({type(error).__name__}: {error})"

    def _whole_file(self) -> Iterator[str]:
        """The archive ends with the digest of all its bytes before."""
        whole, end = hashlib.sha256(), b""
        size = len(SEALED) + 64
        with open(self.path, "rb") as file:
            while True:
                chunk = file.read(CHUNK)
                if not chunk:
                    break
                end += chunk
                whole.update(end[:-size])
                end = end[-size:]
        whole.update(end[: len(SEALED)])
        if end != SEALED + whole.hexdigest().encode():
            yield "文件不是写出时的样子 · the file is not as it was written"

    def _all_members(self) -> Iterator[str]:
        """The members are those of the manifest, each with its size and digest; and the manifest counts them."""
        expected = list(self.listed) + [MANIFEST]
        for name in self.names:
            if name not in expected:
                yield f"多出成员 · a member was added: {name}"
        for name in expected:
            if name not in self.names:
                yield f"缺少成员 · a member is missing: {name}"
        everything = hashlib.sha256()
        for name, one in self.listed.items():
            everything.update(("{} {}\n".format(one["sha256"], name)).encode())
            if name in self.names:
                member, digest = self.members[self.names.index(name)], hashlib.sha256()
                try:
                    for chunk in self.chunks(member):
                        digest.update(chunk)
                except Broken as error:
                    yield str(error)
                    continue
                if member.file_size != one["size"] or digest.hexdigest() != one["sha256"]:
                    yield f"成员被改动 · a member was changed: {name}"
        if everything.hexdigest() != self.manifest.get("content"):
            yield "清单被改动 · the manifest was changed"

    def _events(self) -> Iterator[str]:
        """Each event's hash covers it and the hash before it; neighbours follow each other."""
        known: dict[int, tuple[str, str]] = {}
        for event in self.table("events"):
            if fingerprint(event) != event["hash"]:
                yield "事件被改动 · event {} was changed".format(event["seq"])
            known[event["seq"]] = (event["prev_hash"], event["hash"])
        for event in self.table("withheld"):
            known[event["seq"]] = (event["prev_hash"], event["hash"])
        for seq in sorted(known):
            if seq - 1 in known and known[seq][0] != known[seq - 1][1]:
                yield f"事件链断开 · event {seq} does not follow event {seq - 1}"
        record = self.manifest["record"]
        if record["events"] != len(self.table("events")) or record["withheld"] != len(self.table("withheld")):
            yield "事件数目不符 · the manifest counts other events"

    def points(self) -> dict[int, str]:
        """The hashes of the record that the dossier names, by number: of its events, and of those just before them."""
        found: dict[int, str] = {self.manifest["record"]["head"]["seq"]: self.manifest["record"]["head"]["hash"]}
        for event in self.table("events") + self.table("withheld"):
            found[event["seq"] - 1] = event["prev_hash"]
            found[event["seq"]] = event["hash"]
        return found

    def _texts(self) -> Iterator[str]:
        """Each text's digest is that of what was signed and passed; and that has the words of the text."""
        texts = self.table("versions") + self.table("commentary_versions")
        for row in texts:
            name = "digests/{}.json".format(row["digest"])
            content = self.read(name)
            if hashlib.sha256(content).hexdigest() != row["digest"]:
                yield f"摘要不符 · not what its digest says: {name}"
                continue
            said = json.loads(content.decode())
            words = "".join(token for token in said["text"] if not token.startswith("<"))
            if bare(words) != bare(re.sub(r"<[^>]*>", "", row["html"])) or bare(said["title"]) != bare(row["title"]):
                yield "文字与摘要不符 · version {} has other words than its digest".format(row["number"])

    def _files(self) -> Iterator[str]:
        """Each file is here under its own digest; what texts name is here."""
        here: dict[str, str] = {}
        for name in self.names:
            if name.startswith("files/"):
                here[name[6:].partition(".")[0]] = name
        for row in self.table("files"):
            listed = self.listed.get(here.get(row["sha256"], ""), {})
            if listed.get("sha256") != row["sha256"] or listed.get("size") != row["size"]:
                yield "文件不符 · a file is missing or another one: {}".format(row["sha256"])
        for row in self.table("versions"):
            for sha256 in [line["sha256"] for line in row["pictures"]] + [row["original_sha256"]]:
                if sha256 and sha256 not in here:
                    yield "缺少文件 · version {} names a file that is not here".format(row["number"])

    def _told(self) -> Iterator[str]:
        """Whatever was decided or published names a text of this dossier, and the record tells of each decision."""
        digests = {row["id"]: row["digest"] for row in self.table("versions")}
        kinds = {"pass": ("pass", "sign-off"), "return": ("return",), "reject": ("reject",)}
        events = {event["data"].get("decision_id"): event for event in self.table("events")
                  if event["kind"] in ("pass", "sign-off", "return", "reject")}
        for row in self.table("decisions"):
            event = events.get(row["id"])
            if digests.get(row["version_id"]) != row["digest"]:
                yield "审稿意见指向别的文字 · decision {} names another text".format(row["id"])
            if event is None and self.manifest["extent"] == "full":
                yield "事件链没有这条意见 · the record does not tell of decision {}".format(row["id"])
            if (event is not None and (event["digest"], event["actor_id"]) != (
                    row["digest"], row["confirmed_by_id"] or row["person_id"])) or (
                    event is not None and event["kind"] not in kinds[row["verdict"]]):
                yield "意见与事件不符 · decision {} is not what the record tells".format(row["id"])
        for table in ("publications", "proofs"):
            for row in self.table(table):
                if digests.get(row["version_id"]) != row["digest"]:
                    yield f"刊发或凭证指向别的文字 · a row of {table} names another text"


def fingerprint(event: dict[str, Any]) -> str:
    """The SHA-256 over an event's fields and the hash before it, as canonical JSON."""
    fields = {name: value for name, value in event.items() if name != "hash"}
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def bare(text: str) -> str:
    """A text without spaces and in one Unicode form, for comparing two of its writings."""
    plain = unicodedata.normalize("NFC", html.unescape(html.unescape(text)))
    return "".join(plain.split())


def between(dossiers: list[Dossier]) -> Iterator[str]:
    """A sentence for each place at which two dossiers are not of one chain."""
    seen: dict[int, tuple[str, Dossier]] = {}
    for dossier in dossiers:
        for seq, found in dossier.points().items():
            other = seen.setdefault(seq, (found, dossier))
            if other[0] != found:
                yield f"不是同一条事件链 · {other[1].path} and {dossier.path} are not of one record (event {seq})"
                break


def main(paths: list[str]) -> int:
    """Check these files; 0 where everything holds, 1 where something does not, 2 where none was named."""
    if not paths:
        print(__doc__)
        return 2
    broken, whole = 0, []
    for path in paths:
        try:
            dossier = Dossier(path)
            found = list(dossier.problems())
        except Broken as error:
            found = [str(error)]
        for problem in found:
            print(f"{path}: {problem}")
        broken += len(found)
        if not found:
            whole.append(dossier)
    for problem in between(whole):
        print(problem)
        broken += 1
    for dossier in whole if not broken else ():
        record = dossier.manifest["record"]
        print("{}: 完好 · whole. {}, {} 个事件 events, 另有 {} 个未附 withheld; 印记 seal {}".format(
            dossier.path, dossier.manifest["manuscript"], record["events"], record["withheld"], dossier.seal))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
