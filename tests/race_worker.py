"""One of two processes that act on the same manuscript at once; see test_races.py. Not a test."""

from __future__ import annotations

from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

from tests.client import Visitor
from tests.conftest import make_app


def run(database_url: str, folder: str, login: str, orders: Connection, barrier: Barrier) -> None:
    """Log in; for each order (address, fields) open the manuscript's page, wait for the other, send; answer status."""
    app = make_app(database_url, Path(folder))
    visitor = Visitor(app, login)
    while (order := orders.recv()) is not None:
        page, action, fields = order
        visitor.get(page)
        data = {"csrf_token": visitor.token(), "form_page": page, **fields}
        barrier.wait(60)
        orders.send(visitor.client.post(f"{page}/{action}", data=data).status_code)
