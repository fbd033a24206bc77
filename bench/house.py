"""The houses that are measured: a demonstration city with N stories each, kept from one run to the next."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bench import floors
from bench.serving import ROOT
from editorial import clock, create_app
from editorial.config import Settings
from editorial.db import db
from editorial.demo import house
from editorial.demo.bulk import pool
from editorial.demo.house import Who
from editorial.demo.ledger import Ledger
from editorial.demo.tale import Tale, Time
from editorial.terms import Verdict

KEY = "only-for-measurements-0123456789-abcdefgh"
AUTHOR, READER = "wang_tong", "zheng_zhi"


@dataclass
class House:
    """A house of `size` stories: its folder, and the codes that the pages are opened for.

    With `waiting`, so many of them wait on READER's desk, whatever the size.
    """

    size: int
    folder: Path
    waiting: int | None = None

    @property
    def database(self) -> Path:
        return self.folder / "editorial.db"

    @property
    def copy(self) -> Path:
        return self.folder / "floor.db"

    @property
    def environment(self) -> dict[str, str]:
        return {"SECRET_KEY": KEY, "DATABASE_URL": f"sqlite:///{self.database}",
                "UPLOADS": str(self.folder / "uploads"), "FLOOR_DATABASE": str(self.copy), "CI": "1"}

    def build(self) -> None:
        """Load it where it is not there yet; minutes for 200,000."""
        if not self.database.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._editorial("init")
            work = [] if self.waiting is None else ["--waiting", str(self.waiting)]
            self._editorial("demo", "--manuscripts", str(self.size), *work)
        if not self.copy.exists():
            floors.prepare(self.database, self.copy)

    def _editorial(self, *words: str) -> None:
        subprocess.run([sys.executable, "-m", "editorial.cli", *words], cwd=ROOT, check=True,
                       env=os.environ | self.environment, stdout=subprocess.DEVNULL)

    def ask(self, query: str, **values: object) -> list[tuple[int | str, ...]]:
        """Rows of a query, as the house was when it was built: what a page is opened for is in both databases."""
        with sqlite3.connect(f"file:{self.copy}?mode=ro", uri=True) as connection:
            return connection.execute(query, values).fetchall()

    def stock(self, number: int) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        """`number` fresh drafts of AUTHOR and as many manuscripts that READER has: their codes and revisions."""
        settings = Settings(KEY, f"sqlite:///{self.database}", self.folder / "uploads")
        with create_app(settings).app_context():
            chance = random.Random(number)
            texts, city, ledger = pool(chance), house.read(), Ledger(db.session.connection())
            reader = Who(*self.ask("SELECT id, name FROM people WHERE login_key = :key", key=READER)[0])  # type: ignore[arg-type]
            sender = next(sender for sender in city.senders if sender.name == "百步亭支部")
            desk, now = city.desks[0], clock.now()
            first, *others = desk.stages
            desk = replace(desk, stages=(replace(first, readers=(reader,)), *others))
            drafts: list[tuple[str, int]] = []
            held: list[tuple[str, int]] = []
            for place in range(2 * number):
                since = Time(now - timedelta(days=2), now, chance)
                tale = Tale(ledger, chance, sender, desk, sender.authors[:1], since)
                title, bodies = chance.choice(texts)
                tale.begin(title, bodies[0], city.genres[0], False)
                if place % 2:
                    tale.submit()
                    tale.read(Verdict.PASS)
                    tale.claim()
                (held if place % 2 else drafts).append((tale.row["code"], tale.row["revision"]))
            ledger.write()
            db.session.commit()
            db.session.remove()
            db.engine.dispose()
        return drafts, held
