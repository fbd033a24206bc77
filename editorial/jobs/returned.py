"""The mailbox to which mail comes back, read over IMAP: the notices in it, and nothing else.

Of what is no delivery report only the header Content-Type is looked at, and it stays as it was, unread. A report that
names a letter of ours is marked as read, for whoever opens the mailbox; up to where was looked stands in our database,
in the transaction of what was found, so a kill at any moment counts nothing twice and leaves nothing out.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app
from sqlalchemy import update

from editorial.actions import bounces
from editorial.config import Settings
from editorial.db import db
from editorial.tables.jobs import Job

PATIENCE = 20
"""Seconds that the server has for each answer."""
AT_ONCE = 100
"""Mails that are looked at in one go; the next go is a few minutes later."""


def collect(job: Job) -> None:
    """Take the notices that came since the last look. Nothing is locked while the server thinks.

    Raises OSError, with the server's words.
    """
    conf: Settings = current_app.extensions["settings"]
    if not conf.imap_host:
        return
    job_id, seen = job.id, dict(job.payload)
    db.session.commit()
    with _mailbox(conf) as box:
        place = [conf.imap_host, conf.imap_user, conf.imap_folder, _said(box.response("UIDVALIDITY"))]
        since = int(seen["uid"]) if seen.get("place") == place else 0
        uids = sorted(uid for uid in map(int, _said(box.uid("SEARCH", f"UID {since + 1}:*")).split()) if uid > since)
        uids = uids[:AT_ONCE]
        reports = _reports(box, uids)
        for uid in uids:
            name = bounces.take(_fetched(box, uid)) if uid in reports else ""
            if name or uid == uids[-1]:
                db.session.execute(update(Job).where(Job.id == job_id).values(payload={"place": place, "uid": uid}))
            db.session.commit()
            if name:
                box.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")


@contextmanager
def _mailbox(conf: Settings) -> Iterator[imaplib.IMAP4]:
    """The folder, open; over TLS as the settings say."""
    context = ssl.create_default_context()
    box = (imaplib.IMAP4_SSL(conf.imap_host, conf.imap_port, ssl_context=context, timeout=PATIENCE)
           if conf.imap_tls == "tls" else imaplib.IMAP4(conf.imap_host, conf.imap_port, timeout=PATIENCE))
    try:
        if conf.imap_tls == "starttls":
            box.starttls(context)
        box.login(conf.imap_user, conf.imap_password)
        if "ID" in box.capabilities:  # NetEase opens no folder to programs that do not say who they are (RFC 2971)
            box.xatom("ID", '("name" "editorial")')
        _said(box.select(f'"{conf.imap_folder}"'))
        yield box
    except imaplib.IMAP4.error as error:
        said = error.args[0] if error.args else ""
        raise ConnectionError(said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)) from error
    finally:
        try:
            box.logout()
        except (imaplib.IMAP4.error, OSError):
            box.shutdown()


def _said(answer: tuple[str, list[Any]]) -> str:
    """What a server answers in one line; raises imaplib.IMAP4.error where it refuses."""
    said = answer[1][0] if answer[1] else None
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else ""
    if answer[0] == "NO":
        raise imaplib.IMAP4.error(words)
    return words


def _reports(box: imaplib.IMAP4, uids: list[int]) -> set[int]:
    """Which of these mails call themselves reports."""
    if not uids:
        return set()
    _state, parts = box.uid("FETCH", ",".join(map(str, uids)), "(BODY.PEEK[HEADER.FIELDS (CONTENT-TYPE)])")
    return {_uid(part[0], rest) for part, rest in zip(parts, [*parts[1:], b""], strict=True)
            if isinstance(part, tuple) and b"multipart/report" in part[1].lower()}


def _fetched(box: imaplib.IMAP4, uid: int) -> bytes:
    """The first megabyte of a mail, which is not marked as read by that; nothing where it is gone meanwhile."""
    _state, parts = box.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{bounces.MOST_BYTES}>)")
    return next((part[1] for part in parts if isinstance(part, tuple)), b"")


def _uid(before: bytes, after: object) -> int:
    """Servers say the number before the text or after it."""
    found = re.search(rb"UID (\d+)", before + (after if isinstance(after, bytes) else b""))
    return int(found[1]) if found else 0
