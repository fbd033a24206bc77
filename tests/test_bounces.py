"""Letters that come back: read from what real mail servers send, and told to whom it concerns."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from editorial.actions import bounces
from editorial.db import db
from editorial.models import Event
from editorial.tables.messages import Letter
from tests import cast
from tests.client import Visitor
from tests.mail import PostOffice
from tests.test_letters import house, office, work

__all__ = ["house", "office"]

NOTICE = """From: MAILER-DAEMON@mail.example
To: desk@gao.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

I'm sorry to have to inform you that your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; sig_a@unit.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no
    such mailbox

--b
Content-Type: {kind}

Return-Path: <desk@gao.example>
Message-ID: <{token}@gao.example>
Subject: x

--b--
"""
TOKEN = "0123456789abcdef" * 2


def notice(token: str = TOKEN, action: str = "failed", kind: str = "text/rfc822-headers") -> bytes:
    return NOTICE.format(token=token, action=action, kind=kind).encode()


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822", "message/global-headers"])
def test_a_notice_names_its_letter_and_says_why(kind: str) -> None:
    assert bounces.read(notice(kind=kind)) == bounces.Bounce(TOKEN, "550 5.1.1 no such mailbox")


@pytest.mark.parametrize("mail", [
    b"", b"\x00\xff" * 1000, notice(action="delayed"), notice(token="x"), b"Subject: away\n\nI am on holiday.",
    notice().replace(b"multipart/report", b"multipart/mixed").replace(b"message/delivery-status", b"text/plain"),
    b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: text/plain\n\nx\n" * 2000,
    b"Content-Type: message/rfc822\n\n" * 200 + notice()])
def test_what_is_no_such_notice_is_passed_over(mail: bytes) -> None:
    assert bounces.read(mail) is None


def test_a_letter_that_came_back_is_told_to_its_reader_and_once_to_the_administrator(
        house: Flask, office: PostOffice) -> None:
    cast.submitted()
    work(house)
    token = db.session.scalars(select(Letter.token)).one()
    assert bounces.take(notice("f" * 32)) == ""
    for _time in range(2):
        assert bounces.take(notice(token)) == "石敏"
    assert db.session.scalars(select(Event.reason).where(Event.kind == "mail-bounced")).all() == [
        "550 5.1.1 no such mailbox"]
    person_id = cast.person("sig_a").id
    db.session.commit()
    reader = Visitor(house, "sig_a")
    reader.get("/account")
    assert "550 5.1.1 no such mailbox" in reader.text
    admin = Visitor(house, "adm")
    for page in ("/messages", f"/admin/people/{person_id}"):
        admin.get(page)
        assert "550 5.1.1 no such mailbox" in admin.text
