"""Letters that come back: read from what real mail servers send, and told to whom it concerns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from editorial import jobs
from editorial.actions import bounces
from editorial.config import BadSetting, read
from editorial.db import db
from editorial.models import Event
from editorial.tables.jobs import Job
from editorial.tables.messages import Letter
from tests import cast
from tests.client import Visitor
from tests.conftest import KEY
from tests.mail import PostOffice
from tests.mailbox import Mailbox
from tests.test_chats import certificate
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
    b"Content-Type: message/rfc822\n\n" * 30_000 + notice(),
    notice().replace(b"smtp; 550", b"=?x-none?b?/w==?= \xff; 550").replace(TOKEN.encode(), b"=?x?q?=?=")])
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
    admin.get("/admin/jobs?state=done")  # whose letter it was, not what it said
    assert "石敏" in admin.text and "江滩" not in admin.text
    for page in ("/messages", f"/admin/people/{person_id}"):
        admin.get(page)
        assert "550 5.1.1 no such mailbox" in admin.text


def test_each_way_back_counts_once_and_what_is_no_notice_stays_unread(
        house: Flask, office: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.submitted()
    work(house)
    token = db.session.scalars(select(Letter.token)).one()
    db.session.commit()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate(tmp_path)))
    box = Mailbox(tmp_path / "robot.pem")
    other, ours, away = (box.put(mail) for mail in (
        notice("f" * 32), notice(token), b"Subject: away\n\nOn holiday."))
    conf = replace(house.extensions["settings"], imap_host="localhost", imap_port=box.port, imap_user="desk",
                   imap_password="wrong", bounce_token="b" * 32)
    house.extensions["settings"] = conf
    client = house.test_client()

    def look() -> tuple[int, str]:
        """Look into the mailbox; gives how many notices were put down, and what the job complains of."""
        box.said.clear()
        db.session.execute(update(Job).where(Job.name == "returned").values(run_at=Job.created_at))
        db.session.commit()
        jobs.Worker(house).drain()
        found = (len(db.session.scalars(select(Event.seq).where(Event.kind == "mail-bounced")).all()),
                 db.session.scalars(select(Job.error).where(Job.name == "returned")).one())
        db.session.commit()
        return found

    def hand_over(mail: bytes, said: str = "b" * 32, kind: str = "message/rfc822") -> int | str:
        answer = client.post("/bounces", data=mail, content_type=kind, headers={"Authorization": f"Bearer {said}"})
        return answer.text if answer.status_code == 200 else answer.status_code

    with box.open():
        assert look() == (0, "ConnectionError: wrong")  # the server's word, and no password
        house.extensions["settings"] = conf = replace(conf, imap_password="right")
        box.breaks_at = "STORE"  # killed when the notice was counted and before it was marked as read
        assert look()[0] == 1
        box.breaks_at = ""
        assert look() == (1, "")
        assert {uid: kept.flags for uid, kept in box.kept.items()} == {away: set(), other: set(), ours: set()}
        assert not any("PEEK[]" in words for words in box.said)  # up to there it had come, and it goes on from there
        box.validity = 2  # all numbers are new: it looks again, and counts nothing twice
        assert look() == (1, "")
        assert box.kept[ours].flags == {r"\Seen"} and not box.kept[away].flags | box.kept[other].flags
        assert [words for words in box.said if "BODY.PEEK[]" in words and f"FETCH {away} " in words] == []
    assert [hand_over(mail) for mail in (notice(token), notice(token), b"", notice("f" * 32))] == [
        "taken\n", "taken\n", "passed over\n", "passed over\n"]
    assert [hand_over(notice(token), said) for said in ("", "c" * 32)] == [404, 404]
    assert hand_over(notice(token), kind="text/plain") == 415
    assert hand_over(b"x" * (bounces.MOST_BYTES + 1)) == 413
    assert [hand_over(b"") for _time in range(bounces.CALLS - 4)][-2:] == ["passed over\n"] * 2
    assert hand_over(notice(token)) == 429
    assert db.session.scalars(select(Event.reason).where(Event.kind == "mail-bounced")).all() == [
        "550 5.1.1 no such mailbox"]
    house.extensions["settings"] = replace(conf, bounce_token="")
    assert hand_over(notice(token), "") == 404


@pytest.mark.parametrize(("settings", "words"), [
    ({"IMAP_HOST": "mail.example"}, "IMAP_USER"), ({"IMAP_TLS": "maybe"}, "IMAP_TLS"),
    ({"IMAP_HOST": "m", "IMAP_USER": "desk", "IMAP_PASSWORD": "江"}, "ASCII"), ({"BOUNCE_TOKEN": "short"}, "32")])
def test_a_way_back_that_is_half_set_stops_the_start(settings: dict[str, str], words: str) -> None:
    with pytest.raises(BadSetting, match=words):
        read({"SECRET_KEY": KEY, **settings})
