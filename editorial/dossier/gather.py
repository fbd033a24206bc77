"""What a dossier holds of one manuscript, taken from the database: rows, and the hashes of events that are not told."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from sqlalchemy import Column, select
from sqlalchemy.orm import Session

from editorial import access
from editorial.db import db
from editorial.dossier.contents import NAMED, OWN, PARTS, Knowledge, Part, Row
from editorial.errors import Conflict
from editorial.models import Assignment, ChainHead, Commission, Decision, Event, Manuscript, Ruleset, RulesetStep, Unit
from editorial.parties import Actor
from editorial.queries import history
from editorial.queries.reader import reader_of
from editorial.terms import Action, AssignmentState, PublicationAction, Verdict

FULL, OFFICE = "full", "office"
"""How much a dossier holds: all of it, or what the chief editor of an office knows."""

ABOUT_PUBLICATIONS = frozenset({PublicationAction.RECORD_READERS.value, PublicationAction.RECORD_REPRINT.value})
"""Events that no history tells, since an office reads of them beside the publication."""
CODE = re.compile(r"(?<![\w-])\d{4}-\d{6}(?![\w-])")
PLACES = {part.table.name: number for number, part in enumerate(NAMED)}
OWNED = frozenset(part.table.name for part in OWN)


@dataclass(frozen=True)
class Gathered:
    """The rows of a manuscript by table, as they stand in the database, with what is told of the record beside them."""

    extent: str
    rows: dict[str, list[Row]]
    withheld: list[Row]
    """Events that this extent does not tell: their numbers and hashes."""
    elsewhere: list[Row]
    """Signatures that count for this text and were given where the story went first."""
    head: Row
    """Where the record ended then."""

    @property
    def code(self) -> str:
        """The manuscript's number."""
        return str(self.rows["manuscripts"][0]["code"])


def everything(manuscript: Manuscript) -> Gathered:
    """All of it, for who keeps the archive; raises Conflict where its authors have not submitted it (rule 7)."""
    if manuscript.submitted_at is None:
        raise Conflict("wrong-state")
    return _gathered(db.session(), manuscript, FULL, None)


def for_chief(actor: Actor, manuscript: Manuscript) -> Gathered:
    """What the chief editor of the office that has it knows, which `archive.for_chief` says is `actor`."""
    return _gathered(db.session(), manuscript, OFFICE, _knowledge(db.session(), actor, manuscript))


def _gathered(session: Session, manuscript: Manuscript, extent: str, known: Knowledge | None) -> Gathered:
    rows = {part.table.name: _own(session, part, manuscript, known) for part in OWN}
    told = rows[Event.__tablename__]
    elsewhere = _signed_elsewhere(session, manuscript, rows)
    _drop_what_points_nowhere(rows)
    rows |= _named(session, manuscript, rows, elsewhere)
    numbers = {event["seq"] for event in told}
    withheld = [
        {"seq": seq, "prev_hash": before, "hash": own} for seq, before, own in session.execute(
            select(Event.seq, Event.prev_hash, Event.hash).where(_part(Event).where(manuscript)).order_by(Event.seq))
        if seq not in numbers]
    head = session.get_one(ChainHead, 1)
    return Gathered(extent, rows, withheld, elsewhere, {"seq": head.seq, "hash": head.hash})


def _part(model: Any) -> Any:
    return next(part for part in OWN if part.model is model)


def _own(session: Session, part: Part, manuscript: Manuscript, known: Knowledge | None) -> list[Row]:
    if part.where is None or (known is not None and part.office is None):
        return []
    found = _rows(session, part, part.where(manuscript))
    if known is None or part.office is None:
        return found
    return [row | dict.fromkeys(part.hidden, "") for row in found if part.office(known, row)]


def _rows(session: Session, part: Part, where: Any) -> list[Row]:
    return [dict(row._mapping) for row in session.execute(
        select(*part.columns).where(where).order_by(*part.table.primary_key.columns))]


# --- What an office knows ----------------------------------------------------------------------------------------


def _knowledge(session: Session, actor: Actor, manuscript: Manuscript) -> Knowledge:
    versions = access.versions_for(actor, manuscript)
    ids = frozenset(version.id for version in versions)
    reader = reader_of(actor, manuscript)
    teller = history.Teller(reader, manuscript)
    decisions = frozenset(
        one.id for one in manuscript.decisions if one.version_id in ids
        and (one.unit_id is not None or (one.stage is not None and one.stage.office_id == manuscript.office_id)))
    published = session.scalars(select(Assignment).join(Commission).where(
        Commission.manuscript_id == manuscript.id, Assignment.state == AssignmentState.PUBLISHED)).all()
    events = frozenset(
        event.seq for event in session.scalars(select(Event).where(_part(Event).where(manuscript)))
        if _knows(reader, teller, event, manuscript.code, decisions))
    return Knowledge(
        ids, decisions, frozenset(one.id for one in access.annotations_for(session, actor, manuscript)),
        frozenset(one.version_id for one in published if one.version_id),
        frozenset(one.commission_id for one in published), frozenset(one.id for one in published),
        frozenset({sha256 for version in versions for sha256 in (
            version.original_sha256, *(line["sha256"] for line in version.pictures)) if sha256}), events)


def _knows(reader: Any, teller: history.Teller, event: Event, code: str, decisions: frozenset[int]) -> bool:
    """Whether every field of an event is for this reader: what names another manuscript is not."""
    if set(CODE.findall(str(event.data))) - {code} or event.data.get("decision_id", 0) not in decisions | {0}:
        return False
    if event.assignment_id is not None:
        return False
    return event.kind in ABOUT_PUBLICATIONS or history.tells(reader, event, teller.decisions, teller.entered)


# --- What rows name ----------------------------------------------------------------------------------------------


def _signed_elsewhere(session: Session, manuscript: Manuscript, rows: dict[str, list[Row]]) -> list[Row]:
    """The signatures on a text of this manuscript that were given at another manuscript of its story, and count for it;
    the event of each goes with those of the manuscript."""
    digests = {row["digest"] for row in rows["versions"]}
    found = session.execute(
        select(Decision.id, Manuscript.code, Decision.unit_id, Decision.person_id, Decision.digest, Decision.decided_at)
        .join(Manuscript, Manuscript.id == Decision.manuscript_id)
        .where(Decision.story_id == manuscript.story_id, Decision.manuscript_id != manuscript.id,
               Decision.unit_id.is_not(None), Decision.verdict == Verdict.PASS, Decision.undone_at.is_(None))
        .order_by(Decision.id)).all()
    wanted = [dict(row._mapping) for row in found if row.digest in digests]
    ids = {row["id"] for row in wanted}
    if ids:
        sisters = select(Manuscript.id).where(
            Manuscript.story_id == manuscript.story_id, Manuscript.id != manuscript.id)
        signed = _rows(session, _part(Event), (Event.kind == Action.SIGN_OFF.value) & Event.manuscript_id.in_(sisters))
        rows["events"] += [event for event in signed if event["data"].get("decision_id") in ids]
        rows["events"].sort(key=lambda event: event["seq"])
    return wanted


def _targets(part: Part) -> list[tuple[Column[Any], str]]:
    """The columns of a table that name a row of another one, with its name."""
    return [(column, key.column.table.name) for column in part.columns for key in column.foreign_keys]


def _drop_what_points_nowhere(rows: dict[str, list[Row]]) -> None:
    """In an extract: a link to a row that stays out goes as well."""
    there = {part.table.name: {row.get("id", row.get("seq")) for row in rows[part.table.name]} for part in OWN}
    for part in OWN:
        if part.model is Event:
            continue
        for column, target in _targets(part):
            if target in OWNED:
                for row in rows[part.table.name]:
                    if row[column.name] not in there[target] and column.nullable:
                        row[column.name] = None


def _named(session: Session, manuscript: Manuscript, rows: dict[str, list[Row]], elsewhere: list[Row]
           ) -> dict[str, list[Row]]:
    """The rows that these rows name, and that those name in turn: people, places, rules, files."""
    wanted: dict[str, set[Any]] = defaultdict(set)
    for part in OWN:
        _note(part, rows[part.table.name], wanted)
    for row in rows["manuscripts"]:
        wanted["units"].update(row["chain"])
        wanted["offices"].update(row["wanted_offices"])
    for row in rows["versions"]:
        wanted["files"].update(line["sha256"] for line in row["pictures"])
    for row in elsewhere:
        wanted["units"].add(row["unit_id"])
        wanted["people"].add(row["person_id"])
    wanted["rulesets"] |= _rules_of(session, rows)
    found: dict[str, dict[Any, Row]] = {part.table.name: {} for part in NAMED}
    while missing := {name: left for name in found if (left := wanted[name] - found[name].keys())}:
        for part in NAMED:
            keys = missing.get(part.table.name, set())
            if keys:
                key = next(iter(part.table.primary_key.columns))
                new = {row[key.name]: row for row in _rows(session, part, key.in_(sorted(keys)))}
                found[part.table.name].update({one: new.get(one, {}) for one in keys})
                _note(part, list(new.values()), wanted)
                _note_beside(session, part, keys, wanted)
    named = {name: [row for _key, row in sorted(by_key.items()) if row] for name, by_key in found.items()}
    rules = [row["id"] for row in named["rulesets"]]
    steps = next(part for part in NAMED if part.model is RulesetStep)
    named["ruleset_steps"] = _rows(session, steps, RulesetStep.ruleset_id.in_(rules))
    named["units"].sort(key=lambda row: (row["path"].count("/"), row["id"]))
    return named


def _note(part: Part, rows: list[Row], wanted: dict[str, set[Any]]) -> None:
    for column, target in _targets(part):
        if target in PLACES:
            wanted[target].update(row[column.name] for row in rows if row[column.name] is not None)


def _note_beside(session: Session, part: Part, keys: set[Any], wanted: dict[str, set[Any]]) -> None:
    """What stands beside named rows and names them: the stages of rules, what a file brought."""
    if part.model is Ruleset:
        wanted["stages"].update(session.scalars(
            select(RulesetStep.stage_id).where(RulesetStep.ruleset_id.in_(sorted(keys)))))
    if part.table.name == "files":
        wanted["file_marks"].update(keys)
    if part.model is Unit:
        for path in session.scalars(select(Unit.path).where(Unit.id.in_(sorted(keys)))):
            wanted["units"].update(int(place) for place in path.strip("/").split("/"))


def _rules_of(session: Session, rows: dict[str, list[Row]]) -> set[int]:
    """The rules that held at each decision of a stage: before a transfer they were others than the manuscript's own."""
    found: set[int] = set()
    for row in rows["decisions"]:
        if row["stage_id"] is not None:
            rules = session.scalar(
                select(Ruleset.id).join(RulesetStep, RulesetStep.ruleset_id == Ruleset.id)
                .where(RulesetStep.stage_id == row["stage_id"], Ruleset.effective_on <= row["decided_at"].date())
                .order_by(Ruleset.effective_on.desc(), Ruleset.number.desc()).limit(1))
            found |= {rules} if rules is not None else set()
    return found


# --- As JSON -----------------------------------------------------------------------------------------------------


def as_json(row: Row) -> Row:
    """A row with values that JSON has: a time in UTC to the microsecond, a day, the value of a word."""
    return {name: _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


__all__ = ["FULL", "OFFICE", "PARTS", "Gathered", "as_json", "everything", "for_chief"]
