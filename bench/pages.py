"""How fast the main pages are, against the floor and the stack floor, with 1,000 to 200,000 stories.

    .venv/bin/python -m bench.pages [--sizes 1000,20000,200000] [--rounds 5] [--seconds 3] [--waiting 300]
        [--folder instance/bench]

Two gunicorn workers serve each house and its floors, all started at once; 8 clients in a second process ask for one
thing at a time. Rounds are interleaved: each asks every server for every page before the next one begins, so that
what else the machine does falls on all alike. Medians of the rounds are printed; the first round warms up.
"""

from __future__ import annotations

import argparse
import json
import signal
import statistics
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import flask
from sqlalchemy import event

from bench.driver import Job, Measured
from bench.house import AUTHOR, KEY, READER, House
from bench.serving import ROOT, Server
from editorial import create_app
from editorial.config import Settings
from editorial.db import db
from editorial.demo import PASSWORD

CHIEF = "zhu_bian"
CHECKLIST = ("names", "places", "terms")

READ_HERE = "SELECT code FROM manuscripts WHERE office_id = 1 AND stage_id = 1 AND state = 'in_review' LIMIT 200"
CHANGED = """SELECT m.code FROM manuscripts m JOIN versions a ON a.manuscript_id = m.id AND a.number = 1
    JOIN versions b ON b.manuscript_id = m.id AND b.number = 2 WHERE m.office_id = 1 AND m.state = 'published'
    AND a.entered_at IS NOT NULL AND b.entered_at IS NOT NULL AND a.characters BETWEEN 1000 AND 2000 LIMIT 200"""


@dataclass(frozen=True)
class Page:
    """A page of ours, who asks for it, and the floor that it is compared with.

    `paths` gives the addresses to ask for; of a page that changes something, `form` gives the fields for a revision.
    """

    name: str
    login: str
    floor: str
    paths: Callable[[House], list[str]]
    form: Callable[[str, int], list[tuple[str, str]]] | None = None


def _codes(query: str, path: str) -> Callable[[House], list[str]]:
    return lambda house: [path.format(code) for (code,) in house.ask(query)]


PAGES = (
    Page("home", READER, "queue", lambda house: ["/"]),
    Page("queue", READER, "queue", lambda house: ["/desk"]),
    Page("office", CHIEF, "queue", lambda house: ["/offices/changjiang"]),
    Page("manuscript", READER, "item", _codes(READ_HERE, "/manuscripts/{}")),
    Page("difference", CHIEF, "difference", _codes(CHANGED, "/manuscripts/{}/compare/1..2")),
    Page("submit", AUTHOR, "decide", lambda house: [], lambda code, revision: [
        ("revision", str(revision)), ("again", "y")]),
    Page("pass", READER, "decide", lambda house: [], lambda code, revision: [
        ("revision", str(revision)), *(("checklist", key) for key in CHECKLIST)]),
)

FLOOR_PATHS: dict[str, Callable[[House], list[str]]] = {
    "queue": lambda house: ["/queue"],
    "item": _codes(READ_HERE, "/item/{}"),
    "difference": _codes(CHANGED, "/difference/{}"),
    "decide": lambda house: [f"/decide/{number}" for (number,) in house.ask("SELECT id FROM manuscripts LIMIT 500")],
}


@dataclass
class Target:
    """One thing that is measured: a page or a floor at one server; `todo` gives the requests of each round."""

    name: str
    server: Server
    cookie: str
    token: str
    todo: Iterator[list[list[str]]]
    again: bool
    rounds: list[Measured] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def measure(self, clients: int, seconds: float) -> None:
        """One round, by a driver of its own."""
        job = Job(self.server.port, {"Cookie": self.cookie}, next(self.todo), clients,
                  seconds if self.again else 60.0, self.again)
        before = self.server.cpu()
        done = subprocess.run([sys.executable, "-m", "bench.driver"], input=json.dumps(asdict(job)), text=True,
                              cwd=ROOT, capture_output=True, check=True)
        measured = Measured(**json.loads(done.stdout))
        if measured.wrong:
            print(f"{self.name}: {len(measured.wrong)} wrong answers, such as {measured.wrong[0]}", file=sys.stderr)
        self.rounds.append(measured)
        self.cpu.append((self.server.cpu() - before) / max(1, len(measured.times)))

    def median(self, of: Callable[[Measured], float]) -> float:
        """The median over the rounds, without the first."""
        return statistics.median(of(measured) for measured in self.rounds[1:] or self.rounds)

    @property
    def cost(self) -> float:
        """Milliseconds of processor time a request, of all processes of the server."""
        return statistics.median(self.cpu[1:] or self.cpu)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.median(lambda measured: len(measured.times) / measured.seconds)

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share was answered."""
        return self.median(lambda measured: sorted(measured.times)[int(share * (len(measured.times) - 1))])


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,20000,200000", help="how many stories, from few to many")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="for each page and round")
    parser.add_argument("--posts", type=int, default=200, help="forms sent for each page and round")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--pages", default=",".join(page.name for page in PAGES))
    parser.add_argument("--waiting", type=int, help="so many wait on the desk, whatever the size of the house")
    parser.add_argument("--folder", type=Path, default=ROOT / "instance" / "bench")
    wanted = parser.parse_args()
    # Told to stop, it stops its servers first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    suffix = "" if wanted.waiting is None else f"-{wanted.waiting}"
    houses = [House(int(size), wanted.folder.resolve() / f"{size}{suffix}", wanted.waiting)
              for size in wanted.sizes.split(",")]
    pages = [page for page in PAGES if page.name in wanted.pages.split(",")]
    for house in houses:
        house.build()
    with _running(houses) as servers:
        targets = {house.size: _targets(house, servers[house.size], pages, wanted.posts, wanted.rounds + 1)
                   for house in houses}
        for number in range(wanted.rounds + 1):
            for name in dict.fromkeys(name for found in targets.values() for name in found):
                for found in targets.values():
                    if name in found:
                        found[name].measure(wanted.clients, wanted.seconds)
            print(f"round {number} of {wanted.rounds}", file=sys.stderr)
        print(_table(houses, pages, targets))
        print(_servers(houses, servers))


@contextmanager
def _running(houses: list[House]) -> Iterator[dict[int, dict[str, Server]]]:
    servers: dict[int, dict[str, Server]] = {}
    try:
        for house in houses:
            servers[house.size] = {"ours": Server("wsgi:app", house.environment)} | {
                name: Server(f"bench.floors:{name}()", house.environment, "bench/floors.conf.py")
                for name in ("floor", "stack")}
        yield servers
    finally:
        for found in servers.values():
            for server in found.values():
                server.stop()


def _targets(house: House, servers: dict[str, Server], pages: list[Page], posts: int, rounds: int) -> dict[str, Target]:
    targets = {}
    drafts, held = house.stock(posts * rounds + 1) if any(page.form for page in pages) else ([], [])
    for page in pages:
        cookie, token = servers["ours"].log_in(page.login, PASSWORD)
        if page.form is None:
            todo = _over_and_over([["GET", path, ""] for path in page.paths(house)])
        else:
            todo = _in_parts(_forms(page, drafts if page.name == "submit" else held, token), posts)
        targets[page.name] = Target(f"{page.name} at {house.size:,}", servers["ours"], cookie, token, todo,
                                    page.form is None)
    for kind in ("floor", "stack"):
        cookie, token = servers[kind].enter()
        for name in dict.fromkeys(page.floor for page in pages):
            body = urlencode({"csrf_token": token}) if name == "decide" else ""
            requests = [["POST" if name == "decide" else "GET", path, body] for path in FLOOR_PATHS[name](house)]
            targets[f"{kind} {name}"] = Target(f"{kind} {name} at {house.size:,}", servers[kind], cookie, token,
                                               _over_and_over(requests), True)
    return targets


def _over_and_over(requests: list[list[str]]) -> Iterator[list[list[str]]]:
    while True:
        yield requests


def _in_parts(requests: list[list[str]], size: int) -> Iterator[list[list[str]]]:
    for start in range(0, len(requests), size):
        yield requests[start:start + size]


def _forms(page: Page, stock: list[tuple[str, int]], token: str) -> list[list[str]]:
    """A form as a browser sends it, for each manuscript of the stock (but the first, which counts the queries)."""
    assert page.form is not None
    return [["POST", f"/manuscripts/{code}/{page.name}", urlencode([
        ("csrf_token", token), ("form_key", uuid.uuid4().hex), ("form_page", f"/manuscripts/{code}"),
        ("act", page.name), *page.form(code, revision)])] for code, revision in stock[1:]]


def _queries(house: House, page: Page, target: Target) -> tuple[int, int]:
    """How many statements the page costs, and how many bytes it has; asked in this process."""
    app = create_app(Settings(KEY, f"sqlite:///{house.database}", house.folder / "uploads"))
    counted: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute",
                     lambda _c, _cursor, statement, *_rest: counted.append(statement))
    client = app.test_client()
    name, _, value = target.cookie.partition("=")
    client.set_cookie(name, value.split(";")[0])
    method, path, body = next(target.todo)[0] if page.form is None else _one_more(house, page, target)
    answer: flask.Response = client.open(path, method=method, data=body or None,  # type: ignore[assignment]
                                         content_type="application/x-www-form-urlencoded" if body else None)
    size = len(answer.get_data())
    with app.app_context():
        db.engine.dispose()
    return sum(not statement.startswith(("BEGIN", "PRAGMA")) for statement in counted), size


def _one_more(house: House, page: Page, target: Target) -> list[str]:
    drafts, held = house.stock(2)
    return _forms(page, drafts if page.name == "submit" else held, target.token)[0]


def _table(houses: list[House], pages: list[Page], targets: dict[int, dict[str, Target]]) -> str:
    head = ("page", "stories", "queries", "p50 ms", "p95 ms", "requests/s", "CPU ms", "kB", "of the floor",
            "of the stack floor", "p50 to the smallest")
    lines = [f"| {' | '.join(head)} |", "| --- " + "| ---: " * (len(head) - 1) + "|"]
    for page in pages:
        for house in houses:
            target = targets[house.size][page.name]
            queries, size = _queries(house, page, target)
            floor, stack = (targets[house.size][f"{kind} {page.floor}"].rate for kind in ("floor", "stack"))
            smallest = targets[houses[0].size][page.name].percentile(0.5)
            lines.append(
                f"| {page.name} | {house.size:,} | {queries} | {target.percentile(0.5):.1f} |"
                f" {target.percentile(0.95):.1f} | {target.rate:.0f} | {target.cost:.1f} |"
                f" {size / 1000:.1f} | {target.rate / floor:.0%} | {target.rate / stack:.0%} |"
                f" {target.percentile(0.5) / smallest:.2f} |")
    for name in dict.fromkeys(name for found in targets.values() for name in found if " " in name):
        for house in houses:
            target = targets[house.size][name]
            lines.append(
                f"| {name} | {house.size:,} |  | {target.percentile(0.5):.1f} | {target.percentile(0.95):.1f} |"
                f" {target.rate:.0f} | {target.cost:.1f} |  |  |  |  |")
    return "\n".join(lines)


def _servers(houses: list[House], servers: dict[int, dict[str, Server]]) -> str:
    lines = ["", "| server | stories | PSS of master and workers, MiB | ready after, s |",
             "| --- | ---: | ---: | ---: |"]
    lines += [f"| {name} | {house.size:,} | {server.memory():.0f} | {server.start:.1f} |"
              for house in houses for name, server in servers[house.size].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
