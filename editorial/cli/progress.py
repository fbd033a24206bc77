"""A line that counts, on standard error, while long work goes on."""

from __future__ import annotations

import os
import sys
import time

import click


class Progress:
    """Says how far a piece of work has come: rewritten in place on a terminal, at most a line every ten seconds in CI.

    Elsewhere (a pipe, a cron job) it says nothing. Call it with how many are done; `total` may be unknown (None).
    """

    def __init__(self, what: str, total: int | None = None) -> None:
        self.what, self.total = what, total
        self.terminal = sys.stderr.isatty()
        self.speaks = self.terminal or bool(os.environ.get("CI"))
        self.pause = 0.2 if self.terminal else 10.0
        self.began = self.said = time.monotonic()

    def __call__(self, done: int, at: str = "") -> None:
        """`done` are done by now; `at` says what is next."""
        if self.speaks and ((at and self.terminal) or time.monotonic() - self.said >= self.pause):
            self._say(done, at.replace("_", " "))

    def end(self, done: int) -> None:
        """All of it is done."""
        if self.speaks:
            self._say(done, "")
            click.echo(err=True, nl=self.terminal)

    def _say(self, done: int, at: str) -> None:
        self.said = time.monotonic()
        of = f" of {self.total:,}" if self.total else ""
        line = f"{self.what}: {done:,}{of}, {self.said - self.began:.0f} s  {at}".rstrip()
        click.echo(f"\r\x1b[K{line}" if self.terminal else line, nl=not self.terminal, err=True)
