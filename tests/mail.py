"""A mail server of the tests' own: it speaks real SMTP, and can be slow, refuse, or break off."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostOffice:
    """What came, as letters; `mood` says how it behaves: well, slow, broken, later (450) or never (550)."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.mood = "well"
        self.port = _free_port()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.mood == "never":
            return "550 no such mailbox"
        if self.mood == "later":
            return "450 the mailbox is busy"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.mood == "slow":
            await asyncio.Event().wait()
        letter = message_from_bytes(envelope.content, _class=EmailMessage, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        if self.mood == "broken":  # it has the letter, and says so to nobody
            server.transport.close()
        return "250 OK"

    @contextmanager
    def open(self) -> Iterator[None]:
        """The server, from now to the end of the block."""
        controller = Controller(self, hostname="127.0.0.1", port=self.port)
        controller.start()
        try:
            yield
        finally:
            controller.stop()
