"""Group chats: what they hear and what not, in which format, signed, over real TLS; and whom the program never asks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import signal
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import select

from editorial import clock, jobs
from editorial.actions import reviewing
from editorial.chats import Chat
from editorial.config import BadSetting, read
from editorial.db import db
from editorial.jobs import chats
from editorial.jobs.errors import Hopeless
from editorial.models import Event
from editorial.tables.jobs import Job
from tests import cast
from tests.client import Visitor
from tests.conftest import KEY, make_app
from tests.servers import on_one_database


class Robot:
    """A robot of a group chat: what it was told, and what it answers."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.status, self.answer = 200, b'{"errcode": 0, "errmsg": "ok"}'
        self.victim, self.named = 0, threading.Event()  # the process to kill instead of an answer, and that it is known
        robot = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                robot.asked.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
                if robot.victim:
                    robot.named.wait()
                    os.kill(robot.victim, signal.SIGKILL)
                    robot.victim, robot.named = 0, threading.Event()
                    return
                self.send_response(robot.status)
                if robot.status == 302:
                    self.send_header("Location", f"https://localhost:{robot.port}/elsewhere")
                self.end_headers()
                self.wfile.write(robot.answer)

            def log_message(self, *_about: Any) -> None:
                """Nothing is printed."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate(folder))
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port

    def chat(self, kind: str, secret: str = "", private: bool = True) -> Chat:
        return Chat("报社群", "changjiang", kind, f"https://localhost:{self.port}/send?key=abc", secret, private)


def certificate(folder: Path) -> Path:
    """The certificate of localhost, with its key, in a file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "robot")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=1),
                                   now + timedelta(days=1)).add_extension(
        x509.SubjectAlternativeName([x509.DNSName("localhost")]), False).sign(key, hashes.SHA256())
    path = folder / "robot.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return path


@pytest.fixture
def robot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Robot]:
    """A robot at work, whose certificate is trusted."""
    found = Robot(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "robot.pem"))
    thread = threading.Thread(target=found.server.serve_forever, args=(0.05,))
    thread.start()
    yield found
    found.server.shutdown()
    found.server.server_close()
    thread.join()


def test_each_kind_is_told_in_its_own_format_and_signed(robot: Robot) -> None:
    with clock.at(datetime(2026, 3, 2, 1, tzinfo=UTC)):
        chats.post(robot.chat("wecom"), "一")
        chats.post(robot.chat("dingtalk", "SECa"), "二")
        robot.answer = b'{"StatusCode": 0, "code": 0, "msg": "success"}'
        chats.post(robot.chat("feishu", "key"), "三")
    (first, wecom), (second, dingtalk), (third, feishu) = robot.asked
    assert (first, wecom) == ("/send?key=abc", {"msgtype": "text", "text": {"content": "一"}})
    asked = parse_qs(urlsplit(second).query)
    assert dingtalk == {"msgtype": "text", "text": {"content": "二"}} and asked["key"] == ["abc"]
    assert asked["timestamp"] == ["1772413200000"]
    assert asked["sign"] == [base64.b64encode(hmac.digest(b"SECa", b"1772413200000\nSECa", hashlib.sha256)).decode()]
    assert third == "/send?key=abc" and feishu == {
        "msg_type": "text", "content": {"text": "三"}, "timestamp": "1772413200",
        "sign": base64.b64encode(hmac.digest(b"1772413200\nkey", b"", hashlib.sha256)).decode()}


def test_a_refusal_is_for_good_or_for_now_and_nobody_is_sent_elsewhere(robot: Robot,
                                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    chat = robot.chat("wecom")
    for status, answer, error in (
            (200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}', Hopeless),
            (200, b'{"errcode": 45009, "errmsg": "api freq out of limit"}', OSError), (200, b"<html>", Hopeless),
            (200, b"[]", Hopeless), (302, b"", Hopeless), (404, b"", Hopeless), (503, b"", OSError)):
        robot.status, robot.answer = status, answer
        with pytest.raises(error):
            chats.post(chat, "一")
    assert {path for path, _body in robot.asked} == {"/send?key=abc"}
    count = len(robot.asked)
    with pytest.raises(Hopeless, match="closed network"):
        chats.post(robot.chat("wecom", private=False), "一")
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
        chats.post(chat, "一")
    assert len(robot.asked) == count


def test_the_office_hears_what_it_may_read_and_no_words_of_it(database_url: str, tmp_path: Path, robot: Robot) -> None:
    app = make_app(database_url, tmp_path, base_url="http://gao.example", chats=(robot.chat("wecom"),))
    with app.app_context():
        _tell(app, 0)
        waiting = cast.submitted("cor_a1").code  # not signed yet: it does not exist for the office
        signed = cast.signed()
        reviewing.claim(cast.actor("pol_n"), signed, None)
        reviewing.return_(cast.actor("pol_n"), signed, None, "请补充来源")
        undone = cast.signed()
        reviewing.claim(cast.actor("pol_n"), undone, None)
        reviewing.pass_(cast.actor("pol_n"), undone, None, cast.ANSWERS)
        reviewing.undo(cast.actor("pol_n"), undone, None)
        codes = signed.code, undone.code
        db.session.commit()
        _tell(app, 2)
        assert robot.asked == []  # what may still be undone waits
        _tell(app, 20)
        (_path, body), = robot.asked
        text = body["text"]["content"]
        assert text.splitlines()[1] == f"{codes[0]}：退修（退修） http://gao.example/manuscripts/{codes[0]}"
        assert waiting not in text and "江滩" not in text and "来源" not in text
        assert f"{codes[1]}：通过" not in text
        _tell(app, 40)
        assert len(robot.asked) == 1
        db.engine.dispose()


def _tell(app: Flask, minutes: int) -> None:
    with clock.at(datetime.now(UTC) + timedelta(minutes=minutes)):
        jobs.arm(app)
        jobs.Worker(app).drain()


@on_one_database
def test_a_message_of_which_nobody_knows_whether_it_came_says_so_when_it_comes_again(
        database_url: str, tmp_path: Path, robot: Robot) -> None:
    app = make_app(database_url, tmp_path, chats=(robot.chat("wecom"),))
    with app.app_context():
        _tell(app, 0)
        code = cast.signed().code
        db.session.commit()
        robot.status = 429  # refused: nothing came, and the next one is no repetition
        _tell(app, 10)
        robot.status, robot.victim = 200, -1
        db.engine.dispose()
        child = os.fork()
        if child == 0:
            try:
                _tell(app, 20)
            finally:
                os._exit(0)
        robot.victim = child
        robot.named.set()
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
        _tell(app, 40)
        _tell(app, 60)
        told = [body["text"]["content"] for _path, body in robot.asked]
        assert [text.startswith("（可能重复") for text in told] == [False, False, True]
        assert all(code in text for text in told)
        db.engine.dispose()


def test_a_chat_that_fails_for_good_is_told_to_chief_editor_and_administrator_once(
        database_url: str, tmp_path: Path, robot: Robot) -> None:
    robot.answer = b'{"errcode": 93000, "errmsg": "invalid webhook url"}'
    app = make_app(database_url, tmp_path, chats=(robot.chat("wecom"),))
    with app.app_context():
        _tell(app, 0)
        for minutes in (10, 20):
            cast.signed()
            db.session.commit()
            _tell(app, minutes)
        failed = db.session.scalars(select(Job.error).where(Job.kind == "chat", Job.state == "failed")).all()
        assert failed == ["93000 invalid webhook url"] * 2
        assert len(db.session.scalars(select(Event.seq).where(Event.kind == "chat-failed")).all()) == 1
        db.session.rollback()
        for who in ("chief_n", "adm"):
            with clock.at(datetime.now(UTC) + timedelta(minutes=30)):
                visitor = Visitor(app, who)
                visitor.get("/messages")
            assert "invalid webhook url" in visitor.text
        db.engine.dispose()


def test_only_the_operators_file_names_chats(tmp_path: Path) -> None:
    address, secret, told = tmp_path / "address", tmp_path / "secret", tmp_path / "chats.toml"
    secret.write_text("SECabc\n")
    about = f'office = "changjiang"\nkind = "dingtalk"\naddress_file = "{address}"\nsecret_file = "{secret}"\n'
    environment = {"SECRET_KEY": KEY, "CHATS": str(told)}
    told.write_text(f"[desk]\n{about}")
    address.write_text("https://oapi.dingtalk.com/robot/send?access_token=abc\n")
    chat, = read(environment).chats
    assert (chat.kind, chat.secret, chat.private) == ("dingtalk", "SECabc", False)
    assert "abc" not in repr(chat)
    assert read({"SECRET_KEY": KEY}).chats == ()
    for wrong in ("http://oapi.dingtalk.com/", "https://", "https://user@oapi.dingtalk.com/", "https://a:port/"):
        address.write_text(wrong)
        with pytest.raises(BadSetting, match="desk"):
            read(environment)
    address.write_text("https://oapi.dingtalk.com/robot/send?access_token=abc\n")
    for table in (about.replace("dingtalk", "irc"), about.replace("dingtalk", "wecom"), about + "title = true\n",
                  about + 'private = "yes"\n', about.replace(str(secret), "/nowhere")):
        told.write_text(f"[desk]\n{table}")
        with pytest.raises(BadSetting, match="desk"):
            read(environment)
