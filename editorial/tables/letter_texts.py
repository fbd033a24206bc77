"""The texts of letters as a house has written them, by kind of message and language; and how their fields are filled.

A field is a name in braces, one of FIELDS, in English or Chinese. It is looked up and nothing else: no attribute, no
index, no format, nothing is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.db import Model, link, moment, row_id
from editorial.models import Person
from editorial.tables.messages import KINDS

FIELDS: Mapping[str, str] = {
    "name": "姓名", "title": "稿件", "code": "编号", "what": "事由", "reason": "原因", "duty": "待办", "due": "期限",
    "link": "链接", "site": "平台", "count": "条数"}
"""What a text may name, in English and in Chinese."""

DIGEST = "digest"
TEXT_KINDS = (*KINDS, DIGEST)
"""The kinds of letters that have a text: of one message of a kind, and the opening of a day's messages."""
DIGEST_FIELDS = frozenset({"name", "title", "count", "site"})

_KEYS = {**{key: key for key in FIELDS}, **{words: key for key, words in FIELDS.items()}}
_BRACES = re.compile(r"\{([^{}\n]*)\}")

Part = tuple[str, str]
"""A field's key, or nothing for the house's own words; and the text."""


class LetterText(Model):
    """A text as it holds from `made_at` on, until there is one with a higher number. Only ever added.

    One that `is_own` has the house's words; one that is not is the way back to the built-in ones.
    """

    __tablename__ = "letter_texts"
    __table_args__ = (
        UniqueConstraint("kind", "locale", "number"),
        CheckConstraint("kind IN ({})".format(", ".join(f"'{kind}'" for kind in TEXT_KINDS)), name="kind"),
        CheckConstraint("locale IN ('zh_Hans_CN', 'en')", name="locale"),
        CheckConstraint("NOT is_own OR (length(trim(subject)) > 0 AND length(trim(body)) > 0)", name="words"),
    )

    id: Mapped[int] = row_id()
    kind: Mapped[str] = mapped_column(String(12))
    locale: Mapped[str] = mapped_column(String(20))
    number: Mapped[int]
    is_own: Mapped[bool]
    subject: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    made_by_id: Mapped[int | None] = link("people.id")
    made_at: Mapped[datetime] = moment()

    made_by: Mapped[Person | None] = relationship()


def fields(text: str) -> dict[str, str | None]:
    """The names in braces that `text` has, each with its field, or None for one that is none."""
    return {name: _KEYS.get(name.strip().casefold()) for name in _BRACES.findall(text)}


def filled(text: str, values: Mapping[str, str]) -> list[list[Part]]:
    """The lines of `text`, in parts, with its fields filled; a line whose fields are all empty is left out."""
    lines = []
    for line in text.splitlines():
        parts: list[Part] = []
        for place, words in enumerate(_BRACES.split(line)):
            key = _KEYS.get(words.strip().casefold()) if place % 2 else None
            parts += [(key, values.get(key, ""))] if key else [("", "{" + words + "}" if place % 2 else words)]
        named = [value for key, value in parts if key]
        if not named or any(named):
            lines.append([part for part in parts if part[1]])
    return lines


def in_one_line(lines: Sequence[Sequence[Part]], most: int = 150) -> str:
    """Filled lines as one, for a subject: no line end is left in it."""
    words = " ".join("".join(part for _key, part in line) for line in lines)
    return " ".join(words.split())[:most]
