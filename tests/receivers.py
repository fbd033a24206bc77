"""Systems of a house, as packages are delivered to them: real servers of HTTP, SFTP and S3 on this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import paramiko
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_SUCCEEDED
from paramiko.sftp import SFTP_OK

TOKEN = "a-token-of-the-house"


@dataclass
class Received:
    """What came to a server of HTTP, and with which status it answers from now on."""

    address: str = ""
    status: int = 201
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def http_receiver() -> Iterator[Received]:
    """A server that takes what is PUT with the token."""
    got = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            got.asked.append((self.path, dict(self.headers)))
            status = got.status if self.headers["Authorization"] == f"Bearer {TOKEN}" else 401
            if status < 300:
                got.files[self.path] = data
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://192.0.2.1/elsewhere")
            self.end_headers()
            self.wfile.write(f"收到 {len(data)}".encode() if status < 300 else b"no")

        def log_message(self, *_about: Any) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    got.address = f"http://127.0.0.1:{server.server_port}/import"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield got
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Login(paramiko.ServerInterface):
    def __init__(self, key: paramiko.PKey) -> None:
        self.key = key

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return AUTH_SUCCESSFUL if username == "editorial" and key == self.key else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED


class _Handle(paramiko.SFTPHandle):
    def stat(self) -> Any:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))  # type: ignore[attr-defined]


def _folder(root: Path) -> type[paramiko.SFTPServerInterface]:
    class Folder(paramiko.SFTPServerInterface):
        def stat(self, path: str) -> Any:
            try:
                return paramiko.SFTPAttributes.from_stat(os.stat(root / path.lstrip("/")))
            except OSError as error:
                return paramiko.SFTPServer.convert_errno(error.errno or 0)

        def open(self, path: str, flags: int, attr: Any) -> Any:
            try:
                file = os.fdopen(os.open(root / path.lstrip("/"), flags, 0o644), "wb")
            except OSError as error:
                return paramiko.SFTPServer.convert_errno(error.errno or 0)
            handle = _Handle(flags)
            handle.writefile = handle.readfile = file  # type: ignore[attr-defined]
            return handle

        def posix_rename(self, oldpath: str, newpath: str) -> int:
            os.replace(root / oldpath.lstrip("/"), root / newpath.lstrip("/"))
            return SFTP_OK

    return Folder


@contextmanager
def sftp_receiver(root: Path, user_key: paramiko.PKey, host_key: paramiko.PKey) -> Iterator[int]:
    """A server of SFTP over a folder, for the user ``editorial`` with this key; gives its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended, transports = threading.Event(), []

    def serve() -> None:
        while not ended.is_set():
            try:
                connection, _from = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(host_key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _folder(root))
            transports.append(transport)
            transport.start_server(threading.Event(), _Login(user_key))  # with an event nobody waits for the visitor

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        ended.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for transport in transports:
            transport.close()
        thread.join(5)


@contextmanager
def s3_receiver(root: Path) -> Iterator[str]:
    """A server of S3 over a folder, each of whose folders is a bucket; gives its address."""
    program = shutil.which("rclone", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert program, "rclone comes with the test requirements"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [program, "serve", "s3", str(root), "--addr", f"127.0.0.1:{port}", "--auth-key", f"house,{TOKEN}",
         "--config", os.devnull], stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        for line in process.stderr:
            if "Starting s3 server" in line:
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate()
