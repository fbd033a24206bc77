"""What the program says to whoever runs it: a JSON object a line, without secrets and without anybody's texts.

Layer 0. A line tells who did what kind of request, never its address or its fields: those hold tokens and words.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from time import perf_counter

from flask import Flask, Response, g, request
from sqlalchemy import inspect

FIELDS = ("method", "route", "status", "ms", "person", "job", "kind")
"""What a line may tell besides its time, place and message."""


class JsonLines(logging.Formatter):
    """One record as one line of JSON: line ends and control characters in it can't make a second one (E15)."""

    def format(self, record: logging.LogRecord) -> str:
        told = {"at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
                "level": record.levelname.lower(), "by": record.name, "says": record.getMessage()}
        told |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


def begin() -> None:
    """Write such lines to standard error from now on: for the server and for `editorial work`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    house = logging.getLogger("editorial")
    house.handlers, house.propagate = [handler], False
    house.setLevel(logging.INFO)


def watch(app: Flask) -> None:
    """Write a line for each request of `app`, but those for scripts and styles."""
    log = logging.getLogger("editorial.requests")

    def begin_timing() -> None:
        g.began = perf_counter()

    def note(response: Response) -> Response:
        if request.endpoint != "static":
            person = getattr(g.get("_login_user"), "person", None)
            # The commit made the person stale: to read an attribute would ask the database, and on SQLite lock it.
            person_id = inspect(person).identity[0] if person else None
            log.info("request", extra={
                "method": request.method, "route": str(request.url_rule or ""), "status": response.status_code,
                "person": person_id, "ms": round(1000 * (perf_counter() - g.get("began", 0)))})
        return response

    app.before_request(begin_timing)
    app.after_request(note)
