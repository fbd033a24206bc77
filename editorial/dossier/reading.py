"""The pages of a dossier: what anybody reads with a browser alone. Chinese first, with English beside it; no scripts.

They say nothing of when or by whom the dossier was taken, so that they are the same for the same content.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from editorial import clock, i18n
from editorial.dossier.contents import Row
from editorial.dossier.gather import OFFICE, Gathered
from editorial.signature import Signature
from editorial.terms import Action, AssignmentAction

ENDINGS = {
    "image/png": "png", "image/jpeg": "jpeg", "image/gif": "gif", "image/webp": "webp", "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx", "application/msword": "doc",
    "application/rtf": "rtf", "application/vnd.oasis.opendocument.text": "odt", "text/plain; charset=utf-8": "txt",
}
STYLE = Path(__file__).with_name("style.css")
PICTURE = re.compile(r'<img src="pictures/([0-9a-f]{64})"')
KINDS: Mapping[str, Any] = {
    **{action.value: i18n.LABELS[Action][action] for action in Action},
    **{f"assignment-{action.value}": i18n.LABELS[AssignmentAction][action] for action in AssignmentAction},
    "create": _l("Begun"), "upload": _l("File brought"), "clear": _l("Passed by every stage"),
    "original": _l("Original handed out"), "export": _l("Taken as a file"), "commission": _l("Commentary asked for"),
    "reminder": _l("Reminder"), "chaser": _l("Chaser"), "escalation": _l("Escalation"),
    "annotate": _l("Remark written"), "answer": _l("Remark answered"), "settle": _l("Remark settled"),
    "take-up": _l("Remark taken up again"), "prove": _l("Proof kept"),
    "correct-channel": _l("Readers told of a channel's mistake"), "channel-corrected": _l("Put right by the channel"),
    "settle-differences": _l("Differences answered"), "record-readers": _l("Readers' figures recorded"),
}
"""The kinds of events in words."""


def pages(gathered: Gathered) -> Iterator[tuple[str, bytes]]:
    """The pages: names of members and their bytes."""
    book = Book(gathered)
    yield "style.css", STYLE.read_bytes()
    yield "index.html", _made("index.html", book=book, extract=gathered.extent == OFFICE)
    for version in gathered.rows["versions"]:
        yield f"versions/{version['number']}.html", _made(
            "text.html", book=book, text=version, shown=book.shown(version["html"]), lines=version["pictures"],
            name=both("Version %(number)s", number=version["number"]), line=version["byline"])
    for text in gathered.rows["commentary_versions"]:
        yield book.commentary_page(text), _made(
            "text.html", book=book, text=text, shown=book.shown(text["html"]), lines=(),
            name=both("Commentary"), line=book.signature(text))


def _made(template: str, **values: Any) -> bytes:
    environment = current_app.jinja_env
    return environment.get_template(f"dossier/{template}").render(
        _=both, label=label, when=when, kind=lambda name: both_of(KINDS.get(name, name)), **values).encode()


def file_name(row: Row) -> str:
    """The member in which the file of a row lies."""
    return f"files/{row['sha256']}.{ENDINGS.get(row['media_type'], 'bin')}"


# --- Words, in Chinese and after them in English ------------------------------------------------------------------


def both(words: str, **values: Any) -> Markup:
    """The words in both languages, with values that are escaped."""
    return _both(lambda: Markup(gettext(words)) % values if values else Markup(gettext(words)))


def both_of(words: Any) -> Markup:
    """The same of words that are translated when they are read."""
    return _both(lambda: Markup.escape(str(words)))


def label(member: Enum) -> Markup:
    """The words of a state, a verdict …"""
    return _both(lambda: Markup.escape(i18n.label(member)))


def title(row: Row | None) -> Markup:
    """The name of a place or a stage, with its English one where it has one."""
    if row is None:
        return Markup()
    chinese = row.get("title", row.get("name", ""))
    english = row.get("title_en", row.get("name_en", ""))
    return Markup('{} <span lang="en">{}</span>').format(chinese, english) if english else Markup.escape(chinese)


def when(moment: datetime | None) -> str:
    """A time, to the second, in the zone of the installation."""
    return f"{moment.astimezone(clock.zone()):%Y-%m-%d %H:%M:%S}" if moment else ""


def _both(words: Callable[[], Markup]) -> Markup:
    said = []
    for locale in i18n.LOCALES:
        with force_locale(locale):
            said.append(words())
    return said[0] if said[0] == said[1] else Markup('{} <span lang="en">{}</span>').format(*said)


# --- The rows, as the index tells them ----------------------------------------------------------------------------


class Book:
    """The rows of a dossier with their names looked up."""

    def __init__(self, gathered: Gathered) -> None:
        self.gathered, self.rows = gathered, gathered.rows
        self.manuscript = gathered.rows["manuscripts"][0]
        self.code = self.manuscript["code"]
        self.zone = clock.zone().key
        self.command = f"python3 verify.py {self.code}.zip"
        self._by_id: dict[str, dict[Any, Row]] = {
            name: {row[key]: row for row in rows} for name, rows in gathered.rows.items()
            for key in ("id", "seq", "sha256") if rows and key in rows[0]}

    def row(self, table: str, key: Any) -> Row | None:
        """The row with this key, None where it is not in the dossier."""
        return self._by_id.get(table, {}).get(key)

    def title(self, table: str, key: Any) -> Markup:
        """The name of a place, genre or channel."""
        return title(self.row(table, key))

    def person(self, key: int | None) -> str:
        """The name of a person."""
        found = self.row("people", key)
        return found["name"] if found else ""

    def number(self, version_id: int | None) -> Any:
        """The number of a version."""
        found = self.row("versions", version_id)
        return found["number"] if found else ""

    @property
    def authors(self) -> list[str]:
        """Who wrote it, the first first."""
        in_order = sorted(self.rows["story_authors"], key=lambda author: int(author["position"]))
        return [self.person(author["person_id"]) for author in in_order]

    def station(self, decision: Row) -> Markup:
        """The unit that signed, or the stage that read, with its office."""
        if decision["unit_id"] is not None:
            return self.title("units", decision["unit_id"])
        steps = [step for step in self.rows["ruleset_steps"] if step["stage_id"] == decision["stage_id"]]
        own = [step for step in steps if step["ruleset_id"] == self.manuscript["ruleset_id"]]
        stage = self.row("stages", decision["stage_id"]) or {}
        called = title(next(iter(own or steps), None))
        return Markup("{} · {}").format(called, self.title("offices", stage.get("office_id")))

    def of(self, table: str, column: str, key: Any) -> list[Row]:
        """The rows of a table that name this one."""
        return self._grouped(table, column).get(key, [])

    def _grouped(self, table: str, column: str) -> dict[Any, list[Row]]:
        found: dict[Any, list[Row]] = defaultdict(list)
        for row in self.rows[table]:
            found[row[column]].append(row)
        return found

    def file(self, sha256: str | None) -> str:
        """The member in which a file lies."""
        found = self.row("files", sha256)
        return file_name(found) if found else ""

    def name_of(self, sha256: str) -> str:
        """Under which name a file was brought."""
        names = [row["shown_name"] for row in self.rows["uploads"] if row["sha256"] == sha256]
        names += [row[f"{what}_name"] for row in self.rows["proofs"] for what in ("file", "exhibit")
                  if row[f"{what}_sha256"] == sha256]
        return names[0] if names else ""

    def commentary_page(self, text: Row) -> str:
        """The member in which a commentary is to be read."""
        return f"commentary/{text['assignment_id']}-{text['number']}.html"

    def signature(self, text: Row) -> Markup:
        """The signature line of a commentary."""
        signed = Signature(text["signed_name"], text["signed_department"], text["commissioned_by"])
        return _both(lambda: Markup.escape(signed.line))

    def shown(self, html: str) -> Markup:
        """Stored text, which passed `documents.clean` on its way in, with its pictures beside it."""
        return Markup(PICTURE.sub(lambda found: f'<img src="../{self.file(found[1])}"', html))
