"""The load, in a process of its own: clients that each send their next request when the last one is answered.

Reads a job as JSON from standard input and prints what it measured as JSON; see `Job`.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection, HTTPException


@dataclass
class Job:
    """What to send: `requests` are [method, path, body], sent in turn, over and over where `again`.

    It ends after `seconds`, or when everything was sent.
    """

    port: int
    headers: dict[str, str]
    requests: list[list[str]]
    clients: int
    seconds: float
    again: bool


@dataclass
class Measured:
    """Milliseconds of each answer, how long it took in all (seconds), bytes of the last answer, and wrong answers."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0
    size: int = 0
    wrong: list[str] = field(default_factory=list)


class Client(threading.Thread):
    """One client."""

    def __init__(self, job: Job, queue: Iterator[list[str]], lock: threading.Lock, until: float) -> None:
        super().__init__()
        self.job, self.queue, self.lock, self.until = job, queue, lock, until
        self.measured = Measured()

    def run(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.job.port, timeout=60)
        while time.perf_counter() < self.until:
            with self.lock:
                request = next(self.queue, None)
            if request is None:
                break
            try:
                self._send(connection, *request)
            except (HTTPException, OSError) as error:  # the server closed a connection that was idle
                connection.close()
                self.measured.wrong.append(f"{request[1]}: {error!r}")
        connection.close()

    def _send(self, connection: HTTPConnection, method: str, path: str, body: str) -> None:
        headers = self.job.headers
        if method == "POST":
            headers = headers | {"Content-Type": "application/x-www-form-urlencoded"}
        began = time.perf_counter()
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        size = len(answer.read())
        self.measured.times.append((time.perf_counter() - began) * 1000)
        self.measured.size = max(self.measured.size, size)
        if answer.status != (200 if method == "GET" else 302):
            self.measured.wrong.append(f"{method} {path}: {answer.status}")


def drive(job: Job) -> Measured:
    """Do the job."""
    def endless() -> Iterator[list[str]]:
        while True:
            yield from job.requests
    queue = endless() if job.again else iter(job.requests)
    began = time.perf_counter()
    clients = [Client(job, queue, lock, began + job.seconds) for lock in [threading.Lock()] for _ in range(job.clients)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    everything = Measured(seconds=time.perf_counter() - began)
    for client in clients:
        everything.times += client.measured.times
        everything.wrong += client.measured.wrong
        everything.size = max(everything.size, client.measured.size)
    return everything


if __name__ == "__main__":
    print(json.dumps(asdict(drive(Job(**json.load(sys.stdin))))))
