"""Where a manuscript is: the line of its stations, and who has it, in words that a reader may read. Layer 3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from editorial import i18n
from editorial.db import db
from editorial.models import Decision, Manuscript, Unit, Version
from editorial.queries.reader import Reader
from editorial.terms import State, Verdict


@dataclass(frozen=True)
class Station:
    """A stop on the way of a manuscript. `status` is ``done``, ``now``, ``ahead`` or ``failed``."""

    label: str
    status: str
    who: str = ""
    when: datetime | None = None
    due: datetime | None = None
    note: str = ""


def holder(reader: Reader, found: Manuscript) -> str:
    """Who has it now, in words that `reader` may read; empty where nobody is due to act."""
    office = i18n.title_of(found.office) if found.office else ""
    if found.proposal_id is not None:
        return _("the chief editor of %(office)s", office=office)
    if found.stage is not None:
        if reader.is_staff and found.assignee is None:
            return _("the desk; nobody has claimed it yet")
        return found.assignee.name if found.assignee and reader.names_at(found.office) else _("the stage reviewer")
    match found.state:
        case State.DRAFT | State.RETURNED:
            return writer(found)
        case State.AWAITING_SIGNOFF:
            return _("the signer of %(unit)s", unit=i18n.title_of(found.signoff_unit) if found.signoff_unit else "")
        case State.ACCEPTED:
            return _("the publisher of %(office)s", office=office)
        case State.REJECTED | State.PUBLISHED if found.appeal_open or found.correction_requested:
            return _("the chief editor of %(office)s", office=office)
    return ""


def writer(found: Manuscript) -> str:
    """Who answers for the text: the first of its authors whose account is open."""
    people = [author.person for author in found.story.authors]
    return next((person for person in people if person.is_active), people[0]).name


def route(reader: Reader, found: Manuscript, version: Version | None) -> list[Station]:
    """Its stations as they stand for the text that `reader` reads: writing, signatures, stages, publication."""
    decisions = [d for sister in found.story.manuscripts for d in sister.decisions if d.undone_at is None]
    readable = {v.id for v in found.versions if version and v.number <= version.number}
    stopped = max((d for d in found.decisions if d.undone_at is None and d.version_id in readable),
                  key=lambda d: d.id, default=None)
    if found.state not in (State.RETURNED, State.REJECTED) or (stopped and stopped.verdict is Verdict.PASS):
        stopped = None
    return [_writing(found), *_signatures(found, decisions, version, stopped),
            *_stages(reader, found, version, stopped), _publication(found)]


def _writing(found: Manuscript) -> Station:
    author = found.story.authors[0].person.name
    match found.state:
        case State.DRAFT:
            return Station(_("Writing"), "now", author)
        case State.RETURNED:
            return Station(_("Revising"), "now", writer(found), due=found.due_at)
        case State.WITHDRAWN:
            return Station(_("Withdrawn"), "failed", author, found.closed_at)
    return Station(_("Writing"), "done", author, found.submitted_at)


def _signatures(found: Manuscript, decisions: Sequence[Decision], version: Version | None,
                stopped: Decision | None) -> list[Station]:
    texts = {v.digest for v in found.versions if v.origin == "author" and version and v.number <= version.number}
    last = max((v for v in found.versions if v.digest in texts), key=lambda v: v.number, default=None)
    signed = {d.unit_id: d for d in decisions
              if d.unit_id and d.verdict is Verdict.PASS and last and d.digest == last.digest}
    chain = found.chain or ([found.unit_id] if found.state is State.DRAFT and found.unit.signs else [])
    names = _unit_names(chain)
    stations = []
    for unit_id in chain:
        label = _("Sign-off: %(unit)s", unit=names[unit_id]) if len(chain) > 1 else _("Sign-off")
        if stopped and stopped.unit_id == unit_id:
            stations.append(Station(label, "failed", stopped.person.name, stopped.decided_at))
        elif found.signoff_unit_id == unit_id:
            stations.append(Station(label, "now", names[unit_id], due=found.due_at))
        elif unit_id in signed:
            stations.append(Station(label, "done", signed[unit_id].person.name, signed[unit_id].decided_at))
        else:
            stations.append(Station(label, "ahead", names[unit_id]))
    return stations


def _unit_names(ids: Sequence[int]) -> dict[int, str]:
    if not ids:
        return {}
    return {unit.id: i18n.title_of(unit) for unit in db.session.scalars(select(Unit).where(Unit.id.in_(ids)))}


def _stages(reader: Reader, found: Manuscript, version: Version | None, stopped: Decision | None) -> list[Station]:
    if found.ruleset is None:
        return [Station(_("In review"), "ahead")]
    passed = {d.stage_id: d for d in found.decisions
              if d.undone_at is None and d.verdict is Verdict.PASS and version and d.digest == version.digest}
    numbers = {v.digest: v.number for v in found.versions}
    earlier = {d.stage_id: numbers.get(d.digest, 0) for d in found.decisions if d.undone_at is None
               and d.verdict is Verdict.PASS and d.round >= found.first_round and d.stage_id not in passed}
    stations, reached, names = [], False, reader.names_at(found.office)
    for step in found.ruleset.steps:
        reached = reached or step.stage_id == found.stage_id
        label, someone = i18n.title_of(step), _("stage reviewer")
        decision, known = passed.get(step.stage_id), earlier.get(step.stage_id)
        note = _("passed version %(number)s, to be confirmed", number=known) if known and found.stage_id else ""
        if stopped and stopped.stage_id == step.stage_id:
            stations.append(Station(label, "failed", _decider(stopped, names), stopped.decided_at))
        elif step.stage_id == found.stage_id:
            name = found.assignee.name if found.assignee else _("nobody yet")
            who = _("chief editor") if found.proposal_id else name if names else someone
            stations.append(Station(label, "now", who, due=found.due_at, note=note))
        elif decision and not reached:
            stations.append(Station(label, "done", _decider(decision, names), decision.decided_at))
        else:
            stations.append(Station(label, "ahead", note=note))
    return stations


def _decider(decision: Decision, names: bool) -> str:
    """By whom a stage's decision holds, as the history says: whoever confirmed it, where somebody had to."""
    if decision.confirmed_by is not None:
        return decision.confirmed_by.name if names else _("chief editor")
    return decision.person.name if names else _("stage reviewer")


def _publication(found: Manuscript) -> Station:
    match found.state:
        case State.PUBLISHED:
            return Station(_("Publication"), "done", _("publisher"), found.published_at)
        case State.RETRACTED:
            return Station(_("Retracted"), "failed", "", found.closed_at)
        case State.ACCEPTED:
            return Station(_("Publication"), "now", _("publisher"), due=found.due_at)
    return Station(_("Publication"), "ahead")
