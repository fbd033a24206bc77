"""What is worked out of texts alone, once while it is asked for again: difference, length, hints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from editorial.documents import (
    Comparison,
    Hint,
    Text,
    compare,
    count_words_only,
    hints,
    plain_text,
    reading_minutes,
)
from editorial.models import Version


def difference(before: Version, after: Version) -> Comparison:
    """What changed between two versions; computed once while it is asked for again."""
    return _compared(text_of(before), text_of(after))


def text_of(version: Version) -> Text:
    """A version as it is compared: with what stands under its pictures."""
    lines = tuple((f"pictures/{line['sha256']}", " ".join(filter(None, (line["caption"], line["credit"]))))
                  for line in version.pictures)
    return Text(version.title, version.byline, version.html, lines)


@lru_cache(maxsize=64)
def _compared(before: Text, after: Text) -> Comparison:
    return compare(before, after)


@dataclass(frozen=True)
class Measure:
    """How long a text is: characters with and without punctuation, and the minutes in which one reads it."""

    characters: int
    without_marks: int
    minutes: int


def measure(version: Version) -> Measure:
    """How long the text of a version is."""
    return Measure(version.characters, _without_marks(version.html), reading_minutes(version.characters))


@lru_cache(maxsize=64)
def _without_marks(html: str) -> int:
    return count_words_only(plain_text(html))


@lru_cache(maxsize=64)
def hints_on(title: str, html: str) -> Sequence[Hint]:
    return hints(title, html)
