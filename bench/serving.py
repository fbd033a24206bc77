"""gunicorn as `editorial serve` starts it, for ours and for the floors; what it costs, by the kernel's own books."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf_token"')


class Server:
    """A gunicorn with the two workers of gunicorn.conf.py, on a free port."""

    def __init__(self, app: str, environment: dict[str, str], config: str = "gunicorn.conf.py") -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", str(ROOT / config), "--log-level", "warning",
             "--bind", f"127.0.0.1:{self.port}", app],
            cwd=ROOT, env=os.environ | environment | {"PYTHONPATH": str(ROOT)})
        self._wait()
        self.start = time.monotonic() - began

    def _wait(self) -> None:
        for _ in range(600):
            try:
                self.ask("GET", "/enter-nothing")
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not start")

    def ask(self, method: str, path: str, body: str = "", cookie: str = "") -> tuple[int, str, str]:
        """One request: status, text, and the cookie that goes on from here."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": cookie} if cookie else {}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        kept = [value.split(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        connection.close()
        return answer.status, text, "; ".join(kept) or cookie

    def enter(self) -> tuple[str, str]:
        """Come in at a floor: cookie and CSRF token."""
        _, text, cookie = self.ask("GET", "/enter")
        return cookie, token_of(text)

    def log_in(self, login: str, password: str) -> tuple[str, str]:
        """Log in at ours: cookie and CSRF token."""
        _, text, cookie = self.ask("GET", "/login")
        fields = {"csrf_token": token_of(text), "login": login, "password": password}
        status, text, cookie = self.ask("POST", "/login", urlencode(fields), cookie)
        if status != 302:
            raise RuntimeError(f"{login} could not log in: {status}")
        _, text, cookie = self.ask("GET", "/", cookie=cookie)
        return cookie, token_of(text)

    def processes(self) -> list[int]:
        """The master and its workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def cpu(self) -> float:
        """Milliseconds of processor time that they have used."""
        ticks = 0
        for pid in self.processes():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks * 1000 / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """MiB of memory that is theirs: PSS, shared pages divided among those who share them."""
        kib = 0
        for pid in self.processes():
            found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
            kib += int(found[1]) if found else 0
        return kib / 1024

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait()


def token_of(text: str) -> str:
    """The CSRF token of a page."""
    found = TOKEN.search(text)
    return (found[1] or found[2]) if found else ""
