"""The texts of the demonstration: sixty short pieces on neutral local topics, written for it; nobody in them is real.

They lie in `texts/`, a file per topic: a line ``= key genre title`` and then a line per paragraph.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class Piece:
    """A text: the key by which the lives name it, the slug of its genre, its title, its paragraphs."""

    key: str
    genre: str
    title: str
    paragraphs: tuple[str, ...]

    @property
    def html(self) -> str:
        """The text as clean HTML."""
        return "".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in self.paragraphs)


@cache
def pieces() -> dict[str, Piece]:
    """Every piece by its key."""
    return {piece.key: piece for path in sorted(TEXTS.glob("*.txt")) for piece in _read(path.read_text("utf-8"))}


def _read(text: str) -> Iterator[Piece]:
    for block in text.strip().split("\n\n"):
        head, *paragraphs = block.split("\n")
        _, key, genre, title = head.split(" ", 3)
        yield Piece(key, genre, title, tuple(paragraphs))
