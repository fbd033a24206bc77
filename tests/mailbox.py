"""A mailbox of the tests' own: a small server that speaks real IMAP (RFC 3501) over TLS, as far as it is asked.

It has one folder and one account, knows flags, UIDs and parts of messages, and notes what it was told.
"""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path


@dataclass
class Kept:
    """A message in the folder."""

    mail: bytes
    flags: set[str] = field(default_factory=set)


class Mailbox:
    """The folder by UID, and which commands came; `breaks_at` names a command at which the line is cut."""

    def __init__(self, certificate: Path) -> None:
        self.kept: dict[int, Kept] = {}
        self.validity, self.said, self.breaks_at = 1, list[str](), ""
        box = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"* OK IMAP4rev1 here\r\n")
                for line in self.rfile:
                    tag, _space, words = line.decode().strip().partition(" ")
                    box.said.append(words)
                    if box.breaks_at and box.breaks_at in words:
                        return
                    for told in box.answer(words):
                        self.wfile.write(told)
                    well = not words.startswith("LOGIN") or words == 'LOGIN desk "right"'
                    self.wfile.write(f"{tag} {'OK' if well else 'NO'} {'done' if well else 'wrong'}\r\n".encode())

        class Server(socketserver.ThreadingTCPServer):
            def get_request(self) -> tuple[ssl.SSLSocket, object]:
                plain, address = self.socket.accept()
                return context.wrap_socket(plain, server_side=True), address

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.server = Server(("127.0.0.1", 0), Talk)
        self.port = self.server.server_address[1]

    def put(self, mail: bytes) -> int:
        """A message arrives; gives its UID."""
        uid = max(self.kept, default=0) + 1
        self.kept[uid] = Kept(mail.replace(b"\n", b"\r\n"))
        return uid

    def answer(self, words: str) -> Iterator[bytes]:
        """What the server says before it says that it is done."""
        if words == "CAPABILITY":
            yield b"* CAPABILITY IMAP4rev1 ID\r\n"
        elif words.startswith("SELECT"):
            yield (f"* {len(self.kept)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] valid\r\n"
                   f"* OK [UIDNEXT {max(self.kept, default=0) + 1}] next\r\n").encode()
        elif found := re.fullmatch(r"UID SEARCH UID (\d+):\*", words):  # * is the last one, however small it is
            first = min(int(found[1]), max(self.kept, default=0))
            yield f"* SEARCH {' '.join(str(uid) for uid in self.kept if uid >= first)}\r\n".encode()
        elif found := re.fullmatch(r"UID FETCH ([\d,]+) \(BODY\.PEEK\[(.*)\](?:<0\.(\d+)>)?\)", words):
            for number, uid in enumerate(map(int, found[1].split(",")), 1):
                mail = self.kept[uid].mail
                if found[2]:
                    mail = f"Content-Type: {message_from_bytes(mail)['Content-Type']}\r\n\r\n".encode()
                mail = mail[:int(found[3] or len(mail))]
                before, after = (f"UID {uid} ", "") if uid % 2 else ("", f" UID {uid}")  # either is allowed
                yield f"* {number} FETCH ({before}BODY[{found[2]}] {{{len(mail)}}}\r\n".encode() + mail
                yield f"{after})\r\n".encode()
        elif found := re.fullmatch(r"UID STORE (\d+) \+FLAGS\.SILENT \((.*)\)", words):
            self.kept[int(found[1])].flags.add(found[2])

    @contextmanager
    def open(self) -> Iterator[None]:
        """The server, from now to the end of the block."""
        thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield
        finally:
            self.server.shutdown()
            self.server.server_close()
            thread.join()
