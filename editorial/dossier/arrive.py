"""Dossiers taken into an empty installation: everything as it was, under the same ids, or nothing at all.

A dossier is a stranger's file until it was checked. `verify` reads it in bounds and says whether it is whole; here each
value is held against its column, the database's own guards judge the rows, and every invariant must hold in the end.
People come as closed accounts without a way to log in, places closed; whoever opens them decides that it goes on here.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Integer, String, bindparam, func, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from editorial import audit, clock, documents, invariants
from editorial.config import BadSetting
from editorial.dossier import reading, verify
from editorial.dossier.contents import NAMED, OWN, PARTS, Part, Row, kind_of
from editorial.dossier.gather import FULL
from editorial.models import ChainHead, Counter, Decision, Event, Manuscript, Office, Person, Unit
from editorial.storage import LocalStore
from editorial.tables.imported import Imported

LATER = {"manuscripts": {"state": "draft", "signoff_unit_id": None, "stage_id": None, "assignee_id": None,
                         "version_id": None, "author_version_id": None, "cleared_version_id": None,
                         "last_decision_id": None, "proposal_id": None},
         "assignments": {"state": "offered", "version_id": None}}
"""What is written once the rows are there that a row names which names them; and what stands there until then."""

BEGINS = {"image/png": (b"\x89PNG\r\n\x1a\n",), "image/jpeg": (b"\xff\xd8\xff",), "image/gif": (b"GIF8",),
          "image/webp": (b"RIFF",), "application/pdf": (b"%PDF-",)}
"""How files begin that a browser may show."""

NOT_AS_DESCRIBED = (*verify.NOT_AS_DESCRIBED, SQLAlchemyError, verify.Broken)


@dataclass(frozen=True)
class Arrived:
    """A dossier that was checked: its file, its seal, and what it says of itself."""

    path: str
    seal: str
    code: str
    exported_at: str
    installation: str
    content: str


def take_in(session: Session, store: LocalStore, paths: Sequence[str],
            progress: Callable[[int], None] = lambda done: None) -> list[Arrived]:
    """Take these dossiers into the empty database, without committing; gives them in the order of their codes.

    Raises BadSetting, with the reason in a sentence, where the database is not empty, a dossier is not whole or not
    full, or what they say together can't be: then nothing has changed.
    """
    for model in (Person, Unit, Office, Event):
        if session.scalar(select(func.count()).select_from(model)):
            raise BadSetting("Dossiers are taken into an empty installation only, and this one has rows already.")
    arrived = _checked(paths, progress)
    try:
        _write_named(session, arrived)
        for done, one in enumerate(arrived, len(arrived)):
            _write_own(session, one)
            progress(done)
        _demand_signatures(session, arrived)
        _go_on_counting(session)
        _link_up(session, arrived)
        _demand_true(session)
        _keep_files(store, arrived)
        session.flush()
    except NOT_AS_DESCRIBED as error:
        session.rollback()
        raise BadSetting(f"Nothing was taken in: what the dossiers say can't be ({_first_line(error)}).") from error
    return arrived


def _first_line(error: Exception) -> str:
    words = str(getattr(error, "orig", None) or error) or type(error).__name__
    return words.splitlines()[0][:200]


# --- Is each of them whole? ---------------------------------------------------------------------------------------


def _checked(paths: Sequence[str], progress: Callable[[int], None]) -> list[Arrived]:
    """The dossiers, each whole and full, all of one record, none twice."""
    found: dict[str, Arrived] = {}
    points: dict[int, str] = {}
    for done, path in enumerate(paths):
        try:
            dossier = verify.Dossier(path)
            wrong = next(dossier.problems(), None)
        except verify.Broken as error:
            wrong = str(error)
        if wrong is not None:
            raise BadSetting(f"Nothing was taken in: {path}: {wrong}")
        told = dossier.manifest
        if told["extent"] != FULL:
            raise BadSetting(f"Nothing was taken in: {path} is an office's extract; a full one is needed.")
        if not {f"data/{part.table.name}.json" for part in PARTS} <= set(dossier.names):
            raise BadSetting(f"Nothing was taken in: {path} lacks tables that this version has.")
        one = Arrived(path, dossier.seal, str(told["manuscript"]), str(told["exported_at"]), str(told["installation"]),
                      str(told["content"]))
        if one.code in found:
            raise BadSetting(f"Nothing was taken in: {one.code} is there twice ({found[one.code].path}, {path}).")
        for seq, known in dossier.points().items():
            if points.setdefault(seq, known) != known:
                raise BadSetting(f"Nothing was taken in: {path} is of another record than those before it.")
        found[one.code] = one
        progress(done)
    return [found[code] for code in sorted(found)]


def _open(one: Arrived) -> verify.Dossier:
    dossier = verify.Dossier(one.path)
    if dossier.seal != one.seal:
        raise verify.Broken(f"{one.path} was changed meanwhile")
    return dossier


# --- From JSON to rows --------------------------------------------------------------------------------------------


def _rows(dossier: verify.Dossier, part: Part) -> Iterator[Row]:
    """The rows of a table with values of their columns; raises ValueError."""
    columns = {column.name: column for column in part.columns}
    for row in dossier.table(part.table.name):
        if row.keys() != columns.keys():
            raise ValueError(f"a row of {part.table.name} has other columns")
        yield {name: _value(columns[name], value) for name, value in row.items()}


def _value(column: Column[Any], value: Any) -> Any:
    kind = kind_of(column)
    if isinstance(kind, JSON):
        return value
    if value is None:
        if not column.nullable:
            raise ValueError(f"{column} is missing")
        return None
    python = kind.python_type
    if isinstance(kind, Boolean | Integer):
        if type(value) is not python or (python is int and not 0 <= value < 1 << 31):
            raise ValueError(f"{column} is {value!r}")
        return value
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"{column} is {value!r}")
    if issubclass(python, Enum):
        return python(value)
    if issubclass(python, datetime):
        return _aware(value)
    if issubclass(python, date | time):
        return python.fromisoformat(value)
    if isinstance(kind, String) and kind.length is not None and len(value) > kind.length:
        raise ValueError(f"{column} is too long")
    return value


def _aware(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value} has no zone")
    return moment


# --- Into the database --------------------------------------------------------------------------------------------


def _write_named(session: Session, arrived: Sequence[Arrived]) -> None:
    """People, places, rules and files, each as the dossier that was taken last has it."""
    rows: dict[str, dict[Any, Row]] = {part.table.name: {} for part in NAMED}
    for one in sorted(arrived, key=lambda one: (one.exported_at, one.code)):
        dossier = _open(one)
        for part in NAMED:
            keys = [column.name for column in part.table.primary_key.columns]
            for row in _rows(dossier, part):
                rows[part.table.name][tuple(row[key] for key in keys)] = row
    for part in NAMED:
        found = list(rows[part.table.name].values())
        if part.model is Unit:
            found.sort(key=lambda row: row["path"].count("/"))
        if part.table.name == "files":
            found.sort(key=lambda row: row["thumbnail_sha256"] is not None)
        _insert(session, part, [row | _closed(part, row) for row in found])


def _closed(part: Part, row: Row) -> Row:
    """What a person or a place is here that came with a dossier alone."""
    if part.model is Person:
        login = f"dossier-{row['id']}"
        return {"login": login, "login_key": login, "is_active": False, "created_at": clock.now()}
    return {"is_active": False} if "is_active" in part.without else {}


def _write_own(session: Session, one: Arrived) -> None:
    """The manuscript with what is its own. A signature's event comes with the manuscript on which it was given."""
    dossier = _open(one)
    own = [row["id"] for row in dossier.table("manuscripts")]
    later: list[tuple[Part, list[Row]]] = []
    for part in OWN:
        rows = list(_rows(dossier, part))
        if "html" in part.table.c and any(documents.clean(row["html"]) != row["html"] for row in rows):
            raise ValueError(f"a text of {one.code} is not clean")
        if part.model is Event:
            rows = [row for row in rows if row["manuscript_id"] in (None, *own)]
        if part.table.name in ("stories", "story_authors"):
            rows = [row for row in rows if not _there(session, part, row)]
        if part.table.name in LATER:
            later.append((part, rows))
            rows = [row | LATER[part.table.name] for row in rows]
        _insert(session, part, rows)
    for part, rows in later:
        key = part.table.c.id
        for row in rows:
            values = {name: row[name] for name in LATER[part.table.name]}
            session.execute(update(part.table).where(key == bindparam("its_id")).values(values), {"its_id": row["id"]})


def _demand_signatures(session: Session, arrived: Sequence[Arrived]) -> None:
    """Raises ValueError where a text was signed at another manuscript of its story that did not come."""
    known = set(session.scalars(select(Decision.id)))
    for one in arrived:
        for row in _open(one).table("elsewhere"):
            if row["id"] not in known:
                raise ValueError(f"{one.code} was signed as {row['code']}: take in both together")


def _there(session: Session, part: Part, row: Row) -> bool:
    keys = part.table.primary_key.columns
    return session.execute(select(*keys).where(*(key == row[key.name] for key in keys))).first() is not None


def _insert(session: Session, part: Part, rows: list[Row]) -> None:
    if rows:
        session.execute(insert(part.table), rows)


def _go_on_counting(session: Session) -> None:
    """The next id of each table, and the next code of each year, come after those that are there."""
    if session.get_bind().dialect.name == "postgresql":
        for part in PARTS:
            if "id" in part.table.c:
                last = session.scalar(select(func.max(part.table.c.id)))
                if last is not None:
                    session.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
                                    {"name": part.table.name, "last": last})
    numbers: dict[str, int] = {}
    for table, kind in (("manuscripts", "manuscript"), ("commissions", "commission")):
        column = next(part for part in OWN if part.table.name == table).table.c.code
        for code in session.scalars(select(column)):
            year, _, number = code.lstrip("P").partition("-")
            numbers[f"{kind}:{year}"] = max(numbers.get(f"{kind}:{year}", 0), int(number))
    session.execute(insert(Counter), [{"name": name, "value": value} for name, value in sorted(numbers.items())])


def _link_up(session: Session, arrived: Sequence[Arrived]) -> None:
    """Let the record go on after the last event that came, with an event that names the gaps before it."""
    gaps, before, expected, last = [], hashlib.sha256(), 1, audit.GENESIS
    for seq, found in session.execute(select(Event.seq, Event.hash).order_by(Event.seq)):
        if seq > expected:
            gaps.append([expected, seq - 1])
        before.update(found.encode())
        expected, last = seq + 1, found
    head = session.get_one(ChainHead, 1)
    head.seq, head.hash = expected - 1, last
    audit.record(session, audit.ARRIVAL, None,
                 data={"gaps": gaps, "before": before.hexdigest(), "dossiers": len(arrived)})
    ids = dict(session.execute(select(Manuscript.code, Manuscript.id)).all())
    for one in arrived:
        event = audit.record(session, audit.ARRIVAL, None, subject=f"dossier:{one.code}", digest=one.seal, data={
            "content": one.content, "exported_at": one.exported_at, "installation": one.installation})
        session.add(Imported(manuscript_id=ids[one.code], seal=one.seal, event_seq=event.seq, at=event.at))
    session.flush()


def _demand_true(session: Session) -> None:
    """Raises ValueError with what is not true; nothing of it is committed yet."""
    session.expire_all()
    for sentence in invariants.broken(session):
        raise ValueError(sentence)


def _keep_files(store: LocalStore, arrived: Sequence[Arrived]) -> None:
    """Put the files into the store: last, so that one that is refused leaves none."""
    for one in arrived:
        dossier = _open(one)
        for row in dossier.table("files"):
            begins = BEGINS.get(row["media_type"])
            if begins is None and row["media_type"] not in (*reading.ENDINGS, "application/octet-stream"):
                raise ValueError(f"a file is {row['media_type']!r}")
            chunks = dossier.chunks(dossier.archive.getinfo(reading.file_name(row)))
            first = next(chunks, b"")
            if begins is not None and not first.startswith(begins):
                raise ValueError(f"file {row['sha256']} is not {row['media_type']}")
            store.put_chunks(row["sha256"], itertools.chain((first,), chunks))


__all__ = ["Arrived", "take_in"]
