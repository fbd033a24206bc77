"""A quarter of 90 days in small; the full one, of 5,000 manuscripts, is `python -m bench.quarter`."""

from __future__ import annotations

from flask import Flask

from tests.quarter import Quarter


def test_in_a_quarter_nothing_goes_silent_and_nobody_is_told_twice(app: Flask) -> None:
    ledger = Quarter(6).run()
    print(ledger)
    assert (ledger.silent, ledger.doubled, ledger.early) == ([], [], [])
    assert ledger.late > 5
    assert ledger.escalated > 3
    assert ledger.empty > 0
