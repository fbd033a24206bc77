"""What other processes do in tests: act on one manuscript at once, be killed over a form (test_races, test_faults)."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from sqlalchemy import event

from editorial.db import db
from tests import cast
from tests.client import Visitor
from tests.conftest import make_app

CONTEXT = multiprocessing.get_context("forkserver")
"""Each process begins as a copy of one that has imported us already: a tenth of the time of one that begins anew."""
CONTEXT.set_forkserver_preload(["tests.processes"])

WRITES = ("INSERT", "UPDATE", "DELETE")


@contextmanager
def started(target: Any, *arguments: tuple[Any, ...]) -> Iterator[list[Connection]]:
    """A process of `target` for each of `arguments`; gives the pipes to them. Without an order, each ends."""
    db.session.rollback()
    pipes, processes = [], []
    for more in arguments:
        ours, theirs = CONTEXT.Pipe()
        process = CONTEXT.Process(target=target, args=(theirs, *more), daemon=True)  # ends with us, whatever fails
        process.start()
        theirs.close()
        assert ours.recv(), "it is ready"
        pipes.append(ours)
        processes.append(process)
    try:
        yield pipes
    finally:
        for process, pipe in zip(processes, pipes, strict=True):
            if process.is_alive():
                pipe.send(None)
            process.join(60)


def act(orders: Connection, database_url: str, folder: str, login: str, barrier: Barrier) -> None:
    """For each order (page, action, fields) open the manuscript's page, wait for the other, send; answer how."""
    visitor = Visitor(make_app(database_url, Path(folder)), login)
    orders.send(True)
    while (order := orders.recv()) is not None:
        page, action, fields = order
        visitor.get(page)
        data = {"csrf_token": visitor.token(), "form_page": page, **fields}
        barrier.wait(60)
        orders.send(visitor.client.post(f"{page}/{action}", data=data).status_code)


def create(orders: Connection, database_url: str, folder: str, barrier: Barrier) -> None:
    """For each order make so many drafts, each at the same moment as the other; answer their codes."""
    with make_app(database_url, Path(folder)).app_context():
        cast.actor("cor_a1")
        db.session.rollback()
        orders.send(True)
        while (order := orders.recv()) is not None:
            codes = []
            for _one in range(order):
                db.session.rollback()
                barrier.wait(60)
                codes.append(cast.draft().code)
                db.session.commit()
            orders.send(codes)


def be_killed(orders: Connection, database_url: str, folder: str, login: str, page: str) -> None:
    """Log in and open a page; for each order (address, fields, moment) send a form and be killed at that moment.

    Each is sent from a process of its own. Moment n is right after the n-th row was written, 0 never; answers whether
    it was killed.
    """
    app = make_app(database_url, Path(folder))
    visitor = Visitor(app, login)
    visitor.get(page)
    with app.app_context():
        db.engine.dispose()
    orders.send(True)
    while (order := orders.recv()) is not None:
        child = os.fork()
        if child == 0:
            try:
                _send_and_die(visitor, page, *order)
            finally:
                os._exit(0)
        _pid, status = os.waitpid(child, 0)
        orders.send(os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL)


def _send_and_die(visitor: Visitor, page: str, address: str, fields: dict[str, Any], moment: int) -> None:
    written = 0

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        nonlocal written
        written += statement.startswith(WRITES)
        if written == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    with visitor.client.application.app_context():
        event.listen(db.engine, "after_cursor_execute", note)
    data = {name: (BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
            for name, value in fields.items()}
    visitor.client.post(address, data={**data, "csrf_token": visitor.token(), "form_page": page})
