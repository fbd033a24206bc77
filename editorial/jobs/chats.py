"""Messages to group chats, over https to the robots that the operator's file names, and to nobody whom they name.

No robot knows a number by which to tell a second time. So an attempt is put down before it is made, and where it is not
known how it ended (killed, or no answer came), the message comes again and says of itself that it may be a repetition:
a group that hears nothing is worse off than one that hears twice and knows it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
from contextlib import closing
from typing import Any
from urllib.parse import quote, urlsplit

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import update

from editorial import clock, i18n
from editorial.actions import chats
from editorial.chats import Chat
from editorial.config import Settings
from editorial.db import db
from editorial.jobs.errors import Hopeless
from editorial.tables.jobs import Job
from editorial.terms import Action, State

PATIENCE = 10
"""Seconds that a robot has for each answer."""
TOO_OFTEN = frozenset({45009, 130101, 11232, 9499})
"""What robots answer where too much comes within a minute: it is tried again."""


def collect(job: Job) -> None:
    """Ask for a message to each chat about what happened since the last look, and remember up to where that was."""
    job_id, seen = job.id, dict(job.payload)
    seen = {chat.name: chats.collect(chat, seen.get(chat.name)) for chat in _settings().chats}
    db.session.execute(update(Job).where(Job.id == job_id).values(payload=seen))


class Unanswered(OSError):
    """A robot may have taken the message, or not."""


def send(job: Job) -> None:
    """Bring one message. Nothing is locked while the robot thinks. Raises Hopeless, and OSError on the way."""
    job_id, asked = job.id, dict(job.payload)
    chat, again = _chat(asked["chat"]), bool(asked.get("begun"))
    if chat is None:
        raise Hopeless("no such chat is named any more")
    lines = [_line(*one) for one in chats.told(asked["events"])]
    if not lines:
        return
    _begun(job_id, asked, True)
    try:
        post(chat, "\n".join([*([_repeated()] if again else []), *lines]))
    except Unanswered:
        raise
    except (Hopeless, OSError):  # it is known that this attempt brought nothing
        _begun(job_id, asked, again)
        raise


def _begun(job_id: int, asked: dict[str, Any], begun: bool) -> None:
    """Put down, whatever becomes of us, whether the robot may have the message."""
    db.session.execute(update(Job).where(Job.id == job_id).values(payload={**asked, "begun": begun}))
    db.session.commit()


def given_up(job: Job, reason: str) -> None:
    """A message will not be tried again."""
    chat = _chat(job.payload["chat"])
    if chat is not None:
        chats.give_up(chat, reason)


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def _chat(name: str) -> Chat | None:
    return next((chat for chat in _settings().chats if chat.name == name), None)


def _line(code: str, kind: str, after: str) -> str:
    """Which manuscript, what happened, where it stands now; and its page, which asks who one is."""
    with current_app.test_request_context(), force_locale(i18n.LOCALES[0]):
        happened = {"chaser": _("Reminder"), "escalation": _("Escalation")}.get(kind) or i18n.label(Action(kind))
        words = _("%(code)s: %(happened)s (%(state)s)", code=code, happened=happened, state=i18n.label(State(after)))
    base = _settings().base_url
    return f"{words} {base}/manuscripts/{code}" if base else words


def _repeated() -> str:
    with current_app.test_request_context(), force_locale(i18n.LOCALES[0]):
        return str(_("(May be a repetition: it is not known whether this message came before.)"))


# --- The robots --------------------------------------------------------------------------------------------------


def post(chat: Chat, text: str) -> None:
    """Hand a text to a robot. Raises Hopeless for what it refuses for good, OSError for what may pass, and of these
    Unanswered where it may have taken the text."""
    parts = urlsplit(chat.address)
    host, port = parts.hostname or "", parts.port or 443
    query, body = _written(chat, text, parts.query)
    with closing(_Pinned(host, port, _resolved(host, port, chat.private))) as connection:
        connection.connect()
        try:
            connection.request("POST", f"{parts.path or '/'}?{query}", json.dumps(body, ensure_ascii=False).encode(),
                               {"Content-Type": "application/json; charset=utf-8"})
            answer = connection.getresponse()
            said = answer.read(4000)
        except (http.client.HTTPException, OSError) as error:
            raise Unanswered(f"{type(error).__name__}: {error}") from error
    _judge(answer.status, said)


def _written(chat: Chat, text: str, query: str) -> tuple[str, dict[str, Any]]:
    """The query and the body, as the kind has them, signed where there is a secret.

    DingTalk signs in the query, by milliseconds, with the secret as key; Feishu in the body, by seconds, and its key
    is the whole text that is signed, its message empty.
    """
    if chat.kind == "feishu":
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if chat.secret:
            at = str(int(clock.now().timestamp()))
            body |= {"timestamp": at, "sign": _signature(f"{at}\n{chat.secret}", "")}
        return query, body
    if chat.kind == "dingtalk" and chat.secret:
        at = str(int(clock.now().timestamp() * 1000))
        sign = _signature(chat.secret, f"{at}\n{chat.secret}")
        query += f"&timestamp={at}&sign={quote(sign, safe='')}"
    return query, {"msgtype": "text", "text": {"content": text}}


def _signature(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _judge(status: int, said: bytes) -> None:
    """Robots refuse with 200 and a number; any other status, also one that sends us elsewhere, is none of theirs."""
    if status >= 500:
        raise Unanswered(f"HTTP {status}")
    if status in (408, 425, 429):
        raise OSError(f"HTTP {status}")
    if status != 200:
        raise Hopeless(f"HTTP {status}")
    try:
        told = json.loads(said)
        code = told.get("errcode", told.get("code", told.get("StatusCode")))
        words = " ".join(str(told.get("errmsg", told.get("msg", ""))).split())[:200]
    except (ValueError, AttributeError) as error:
        raise Hopeless("an answer that is none of a robot") from error
    if code in TOO_OFTEN:
        raise OSError(f"{code} {words}")
    if code != 0:
        raise Hopeless(f"{code} {words}")


def _resolved(host: str, port: int, private: bool) -> str:
    """The address to which `host` leads now, and which is asked, whatever it leads to a moment later.

    Raises Hopeless where any of its addresses is none of the open network, unless the operator has allowed it.
    """
    found = list(dict.fromkeys(str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    if not private and not all(ipaddress.ip_address(one.partition("%")[0]).is_global for one in found):
        raise Hopeless(f"{host} leads into a closed network")
    return found[0]


class _Pinned(http.client.HTTPSConnection):
    """To one address, that of the host's certificate all the same; by no proxy."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=PATIENCE)
        self.address, self.trust = address, ssl.create_default_context()

    def connect(self) -> None:
        """Open the connection to the address that was looked at."""
        opened = socket.create_connection((self.address, self.port), PATIENCE)
        self.sock = self.trust.wrap_socket(opened, server_hostname=self.host)
