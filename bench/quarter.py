"""The simulated quarter in full: `python -m bench.quarter [NUMBER]`; on SQLite, or the empty database of DATABASE_URL.

Prints the ledger, and ends with 1 where anything went silent, was told twice or too early.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from editorial import schema
from editorial.config import database_address
from editorial.db import db
from tests import cast
from tests.conftest import make_app
from tests.quarter import Quarter


def main() -> int:
    """Live through a quarter of as many manuscripts as the first argument says, or 5,000."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    with tempfile.TemporaryDirectory() as folder:
        url = database_address(os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/quarter.db")
        app = make_app(url, Path(folder))
        with app.app_context():
            schema.upgrade(db.engine)
            cast.build_city()
            db.session.commit()
            begun = time.monotonic()
            ledger = Quarter(number).run()
            print(f"{db.engine.dialect.name}: {ledger}; {time.monotonic() - begun:.0f} s")
            for line in (*ledger.silent, *ledger.doubled, *ledger.early)[:20]:
                print(line)
            db.session.remove()
            db.engine.dispose()
    return 1 if ledger.silent or ledger.doubled or ledger.early else 0


if __name__ == "__main__":
    sys.exit(main())
