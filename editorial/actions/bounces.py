"""Letters that came back: what a mail server says of one in a delivery status notification (RFC 3464).

A returned mail is a stranger's file: only its first megabyte is read, nothing of it is shown but the server's own words
in one line, and it counts for nothing unless it names the random Message-ID of a letter that left. Whichever way it
comes (on a command's input, from a mailbox, over HTTP), `take` reads it, and the same one twice counts once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.message import Message

from sqlalchemy import func, select

from editorial import audit, clock, outbox
from editorial.actions.mailing import administrators
from editorial.db import db
from editorial.errors import TooMany
from editorial.tables.logins import LoginAttempt
from editorial.tables.messages import Letter

MOST_BYTES = 1_000_000
QUIET = timedelta(days=1)
"""So long administrators are not told again that letters to the same person come back: they know."""
CALLS, WINDOW = 60, timedelta(minutes=1)
"""How many mails are taken over HTTP within a time."""
MOST_PARTS = 50
_ID = re.compile(r"<([0-9a-f]{32})@[^<>\s]{1,255}>")


@dataclass(frozen=True)
class Bounce:
    """Which letter came back, by the token of its Message-ID, and why."""

    token: str
    reason: str


def read(mail: bytes) -> Bounce | None:
    """What a returned mail says; None where it is no notice of a letter that failed for good, or names no letter."""
    try:
        return _read(message_from_bytes(mail[:MOST_BYTES]))
    except (RecursionError, ValueError, LookupError):  # nested without end, or with an encoding that there is not
        return None


def _read(message: Message) -> Bounce | None:
    token, reason = "", ""
    for number, part in enumerate(message.walk()):
        if number >= MOST_PARTS:
            break
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            reason = reason or _failure(part)
        elif kind in ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"):
            found = _ID.search(_written(part))
            token = token or (found[1] if found else "")
    return Bounce(token, reason) if token and reason else None


def _failure(part: Message) -> str:
    """The words of the first recipient whose delivery failed for good."""
    for block in part.get_payload():
        if isinstance(block, Message) and str(block.get("Action", "")).strip().casefold() == "failed":
            said = block.get("Diagnostic-Code") or block.get("Status") or "failed"
            return " ".join(str(said).partition(";")[2].split() or str(said).split())[:300]
    return ""


def _written(part: Message) -> str:
    """The head of the letter that was returned."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return str(payload[0].get("Message-ID", "")) if payload and isinstance(payload[0], Message) else ""
    head = re.search(r"^message-id:\s*(\S+)", str(payload), re.IGNORECASE | re.MULTILINE)
    return head[1] if head else ""


def take(mail: bytes) -> str:
    """Put down that a letter came back, and tell the administrators, once; gives the name of its reader, or nothing
    where the mail is no such notice."""
    bounce = read(mail)
    letter = db.session.scalar(select(Letter).where(
        Letter.token == bounce.token).with_for_update()) if bounce else None
    if bounce is None or letter is None:
        return ""
    if letter.bounced_at is None:
        known = db.session.scalar(select(Letter.id).where(
            Letter.person_id == letter.person_id, Letter.bounced_at > clock.now() - QUIET).limit(1))
        letter.bounced_at, letter.error = clock.now(), bounce.reason
        db.session.flush()
        event = audit.record(db.session(), "mail-bounced", None, subject=f"person:{letter.person_id}",
                             reason=bounce.reason, data={"name": letter.person.name})
        if not known and not all(message.kind == "trouble" for message in letter.messages):
            outbox.post(db.session(), event, administrators(), kind="trouble")
    return letter.person.name


def slow_down() -> None:
    """Count a mail that is handed over by HTTP; raises TooMany, after which whoever brings it may try again."""
    now = clock.now()
    recent = db.session.scalar(select(func.count()).select_from(LoginAttempt).where(
        LoginAttempt.key == "bounces", LoginAttempt.at > now - WINDOW))
    if (recent or 0) >= CALLS:
        raise TooMany("slow-down", int(WINDOW.total_seconds()))
    db.session.add(LoginAttempt(key="bounces", at=now))
