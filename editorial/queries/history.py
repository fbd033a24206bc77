"""What happened, as sentences: the events of a manuscript or an assignment in the words and to the extent of a reader.

Layer 3. Each kind of event has one sentence and one audience; a name that the reader may not see never enters it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from editorial import access, i18n
from editorial.db import db
from editorial.errors import Invisible
from editorial.models import Assignment, Channel, Decision, Event, Manuscript, Office, Stage
from editorial.parties import (
    ANYONE,
    AUTHOR,
    CHIEF,
    COORDINATOR,
    DECIDER,
    HOLDER,
    PUBLISHER,
    REVIEWER,
    SIGNER_DUE,
    STAFF,
    UNIT_SIGNER,
    Actor,
    Party,
)
from editorial.queries import told_publishing
from editorial.queries.reader import Reader, decider_word, reader_of, reviewer_word, signer_word
from editorial.queries.told import CHASING, OF_ASSIGNMENTS
from editorial.terms import Action, NoticeAction, PublicationAction, State, Verdict


@dataclass(frozen=True)
class Entry:
    """One line of a history."""

    seq: int
    kind: str
    at: datetime
    text: str
    reason: str = ""
    remark: str = ""
    """A reviewer's note for the office alone."""
    code: str = ""
    """Another manuscript of the same authors, from which or with whose text this one began."""
    after: str = ""
    """The state that it led to."""


# --- Who is told what --------------------------------------------------------------------------------------------


def _audience(*parties: Party) -> frozenset[str]:
    return frozenset(party.name for party in parties)


AUTHORS = _audience(AUTHOR)
OFFICE = _audience(STAFF)
INSIDE = _audience(AUTHOR, UNIT_SIGNER, STAFF, COORDINATOR)
ALL = INSIDE | _audience(ANYONE)

AUDIENCE: Mapping[str, frozenset[str]] = {
    **{action.value: INSIDE for action in Action},
    Action.SAVE.value: AUTHORS,
    Action.BEGIN_ANEW.value: AUTHORS,
    "upload": AUTHORS,
    "original": AUTHORS | OFFICE,
    Action.CLAIM.value: OFFICE,
    Action.ASSIGN.value: OFFICE,
    Action.RELEASE.value: OFFICE,
    **dict.fromkeys(("create", "clear", *told_publishing.PLANNED), INSIDE),
    **dict.fromkeys((Action.PROPOSE_PASS.value, Action.PROPOSE_RETURN.value, Action.PROPOSE_REJECT.value,
                     Action.CONFIRM.value, Action.SEND_BACK.value), OFFICE),
    PublicationAction.PROVE.value: INSIDE,
    PublicationAction.SETTLE_DIFFERENCES.value: OFFICE | _audience(COORDINATOR),
    **dict.fromkeys((action.value for action in NoticeAction), ALL),
    Action.PUBLISH.value: ALL,
    Action.RETRACT.value: ALL,
    "reminder": frozenset(),  # a message to whoever has it, and no part of the history
    "chaser": INSIDE,
    "escalation": INSIDE,
}
"""For each kind of event, the parties whose members read of it."""

OF_THE_OFFICE = frozenset(party.name for party in (REVIEWER, HOLDER, CHIEF, PUBLISHER))


ON_THE_WAY = frozenset({Action.SUBMIT.value, Action.RECALL.value, Action.RESUBMIT.value})
"""What an author does for the unit to sign, besides what its signers do."""


def tells(reader: Reader, event: Event, decisions: Mapping[int, Decision], entered: Set[str]) -> bool:
    """Whether `reader` reads of `event`: by its kind; the staff of an office not of what another office did, nor of
    what became of a text before it was signed, where it never entered: `entered` has the digests of those that did."""
    audience = AUDIENCE.get(event.kind, frozenset())
    if event.kind == "clear" and event.before == State.PUBLISHED:
        audience = ALL
    if not reader.parties & audience:
        return False
    if (reader.parties & audience) - OFFICE - _audience(ANYONE):
        return True
    undone_stage = event.role == DECIDER.name and _undone(event, decisions).stage_id is not None
    if event.role in OF_THE_OFFICE or not event.role or undone_stage:
        return event.office_id == reader.office_id
    on_the_way = event.kind in ON_THE_WAY or event.role in (SIGNER_DUE.name, DECIDER.name)
    return not on_the_way or event.digest in entered


def _undone(event: Event, decisions: Mapping[int, Decision]) -> Decision:
    return decisions[event.data["undone"]]


# --- Who did it ---------------------------------------------------------------------------------------------------


class Teller:
    """Puts the events of one manuscript into words for one reader."""

    def __init__(self, reader: Reader, manuscript: Manuscript) -> None:
        self.reader, self.manuscript = reader, manuscript
        self.decisions = {d.id: d for sister in manuscript.story.manuscripts for d in sister.decisions}
        self.numbers = {version.digest: version.number for version in manuscript.versions}
        self.entered = {version.digest for version in manuscript.versions if version.entered_at is not None}

    def entry(self, event: Event) -> Entry:
        """The line of `event`."""
        decision = self.decisions.get(event.data.get("decision_id", 0))
        internal = decision is not None and decision.verdict is Verdict.PASS and self.reader.is_staff
        text = SENTENCES[event.kind](self, event)
        return Entry(
            event.seq, event.kind, event.at, text[:1].upper() + text[1:],
            "" if event.kind == PublicationAction.SETTLE_DIFFERENCES and event.data["outcome"] == "correction"
            else event.reason or event.data.get("summary", ""),  # the request for a correction says it
            decision.reason if decision and internal and event.office_id == self.reader.office_id else "",
            _related(event) if self.reader.is_author else "", event.after)

    def who(self, event: Event) -> str:
        """Whoever did it, and for whom they stood in: by name where this reader sees it, else by what they are."""
        words, sake = self._who(event), event.data.get("for", "")
        shown = sake and event.actor_name in words
        return _("%(who)s, standing in for %(whom)s,", who=words, whom=sake) if shown else words

    def _who(self, event: Event) -> str:
        if event.role == DECIDER.name:
            decision = _undone(event, self.decisions)
            return decider_word(self.reader, decision, self.manuscript, self._office(event))
        if event.role == SIGNER_DUE.name:
            return signer_word(event.actor_name, self._unit(event))
        if event.role in (REVIEWER.name, HOLDER.name):
            office = self._office(event)
            return reviewer_word(self.reader, event.actor_name, self._stage(event.place, office), office)
        if event.role == CHIEF.name:
            return self._officer(event, _("chief editor"), _("the chief editor of %(office)s", office=self._at(event)))
        if event.role == PUBLISHER.name:
            return self._officer(event, _("publisher"), _("the publisher of %(office)s", office=self._at(event)))
        return event.actor_name

    def version(self, event: Event) -> str:
        """The number of the version that it is about."""
        return str(event.data.get("version") or self.numbers.get(event.digest) or "")

    def office(self, event: Event) -> str:
        """The office that the event names."""
        return self._in_words(event.data.get("office", ""))

    def channel(self, event: Event) -> str:
        """The channel that the event names."""
        office = self._office(event)
        return _now_called(event.data.get("channel", ""), office.channels if office else ())

    def left(self, event: Event) -> str:
        """The office that it was taken from."""
        return self._in_words(event.data.get("from", ""))

    def _officer(self, event: Event, title: str, nameless: str) -> str:
        shown = self.reader.names_at(self._office(event))
        return _("%(name)s (%(stage)s)", name=event.actor_name, stage=title) if shown else nameless

    def _unit(self, event: Event) -> str:
        """The unit for which it was signed, by its name then; on an English page by the English name, as an office."""
        unit = next((one.unit for one in self.decisions.values() if one.id == event.data.get("decision_id")), None)
        return i18n.title_of(unit) if unit and unit.name == event.place else event.place

    def _at(self, event: Event) -> str:
        return self._in_words(event.place)

    def _office(self, event: Event) -> Office | None:
        """The office for which it was done: of what a chief editor handed over, the one that `place` names, since the
        event stands with the office that has it then."""
        if event.role == CHIEF.name and "from" in event.data:
            return self._offices.get(event.place)
        return db.session.get(Office, event.office_id) if event.office_id else None

    def _in_words(self, name: str) -> str:
        """An office's name as it was then; on an English page the English name of the office that has it now."""
        office = None if i18n.is_chinese() else self._offices.get(name)
        return i18n.title_of(office) if office else name

    @cached_property
    def _offices(self) -> dict[str, Office]:
        return {office.name: office for office in db.session.scalars(select(Office))}

    @staticmethod
    def _stage(title: str, office: Office | None) -> str:
        """The same for a stage."""
        return _now_called(title, office.stages if office else ())


def _now_called(title: str, things: Sequence[Stage] | Sequence[Channel]) -> str:
    """A title as it was then; on an English page the English one of the thing that has it now."""
    if i18n.is_chinese():
        return title
    return next((i18n.title_of(thing) for thing in things if thing.title == title), title)


# --- What was done ------------------------------------------------------------------------------------------------

Sentence = Callable[[Teller, Event], str]


def _signed(teller: Teller, event: Event) -> str:
    if event.after == State.AWAITING_SIGNOFF:
        return _("%(who)s signed version %(version)s; a further signature is due.",
                 who=teller.who(event), version=teller.version(event))
    return _("%(who)s signed version %(version)s and answers for it.",
             who=teller.who(event), version=teller.version(event))


def _cleared(teller: Teller, event: Event) -> str:
    if event.before == State.PUBLISHED:
        return _("Every stage has passed version %(version)s: the correction takes effect.",
                 version=teller.version(event))
    return _("Every stage has passed version %(version)s: it is accepted.", version=teller.version(event))


def _related(event: Event) -> str:
    """The other manuscript that an author's new beginning is about."""
    return str(event.data.get("origin") or (event.data["code"] if event.kind == Action.BEGIN_ANEW else ""))


def _created(teller: Teller, event: Event) -> str:
    if "origin" in event.data and teller.reader.is_author:
        return _("%(who)s began with the text of a manuscript that is closed.", who=teller.who(event))
    if "from" in event.data:
        return _("It was made for a second office, of the same story.")
    return _("%(who)s began to write.", who=teller.who(event))


def _submitted(teller: Teller, event: Event) -> str:
    if event.after == State.AWAITING_SIGNOFF:
        return _("%(who)s submitted version %(version)s for %(office)s; the unit is to sign.",
                 who=teller.who(event), version=teller.version(event), office=teller.office(event))
    return _("%(who)s submitted version %(version)s to %(office)s.",
             who=teller.who(event), version=teller.version(event), office=teller.office(event))


def _resubmitted(teller: Teller, event: Event) -> str:
    if event.after == teller.manuscript.state == State.AWAITING_SIGNOFF:
        return _("%(who)s resubmitted it, as version %(version)s; the unit is to sign it.",
                 who=teller.who(event), version=teller.version(event))
    return _("%(who)s resubmitted it, as version %(version)s.", who=teller.who(event), version=teller.version(event))


def _edited(teller: Teller, event: Event) -> str:
    return _("%(who)s changed the text: version %(version)s.", who=teller.who(event), version=teller.version(event))


def _rejected(teller: Teller, event: Event) -> str:
    if event.before == State.PUBLISHED:
        return _("%(who)s rejected the correction; what is published stays as it was.", who=teller.who(event))
    return _("%(who)s rejected it.", who=teller.who(event))


SENTENCES: Mapping[str, Sentence] = {
    **{kind: lambda t, e: CHASING[e.kind](e) for kind in CHASING},
    "create": _created,
    "upload": lambda t, e: _("%(who)s brought a file.", who=t.who(e)),
    "original": lambda t, e: _("%(who)s downloaded the original file.", who=t.who(e)),
    "clear": _cleared,
    Action.SAVE.value: lambda t, e: _("%(who)s saved version %(version)s.", who=t.who(e), version=t.version(e)),
    Action.SUBMIT.value: _submitted,
    Action.SIGN_OFF.value: _signed,
    Action.RECALL.value: lambda t, e: _("%(who)s recalled it, to go on writing.", who=t.who(e)),
    Action.RETURN.value: lambda t, e: _("%(who)s returned it for revision.", who=t.who(e)),
    Action.RESUBMIT.value: _resubmitted,
    Action.CLAIM.value: lambda t, e: _("%(who)s claimed it.", who=t.who(e)),
    Action.ASSIGN.value: lambda t, e: _("%(who)s assigned it to %(person)s.", who=t.who(e),
                                        person=e.data.get("to", "")),
    Action.RELEASE.value: lambda t, e: _("%(who)s put it back on the desk.", who=t.who(e)),
    Action.EDIT.value: _edited,
    Action.PASS.value: lambda t, e: _("%(who)s passed version %(version)s.", who=t.who(e), version=t.version(e)),
    Action.REJECT.value: _rejected,
    Action.APPEAL.value: lambda t, e: _("%(who)s appealed against the rejection.", who=t.who(e)),
    Action.REOPEN.value: lambda t, e: _("%(who)s granted the appeal; it is read again.", who=t.who(e)),
    Action.UPHOLD.value: lambda t, e: _("%(who)s dismissed the appeal; the rejection stands.", who=t.who(e)),
    Action.TRANSFER.value: lambda t, e: _("%(who)s transferred it from %(left)s to %(office)s.", who=t.who(e),
                                          left=t.left(e), office=t.office(e)),
    Action.SHARE.value: lambda t, e: _("%(who)s shared the story with %(office)s.", who=t.who(e), office=t.office(e)),
    Action.UNDO.value: lambda t, e: _("%(who)s undid the decision before its messages left.", who=t.who(e)),
    Action.WITHDRAW.value: lambda t, e: _("%(who)s withdrew it.", who=t.who(e)),
    Action.PUBLISH.value: told_publishing.published,
    **told_publishing.PLANNED,
    **told_publishing.PROVED,
    Action.ADD_AUTHOR.value: lambda t, e: _("%(who)s made %(person)s an author.", who=t.who(e),
                                            person=e.data.get("name", "")),
    Action.BEGIN_ANEW.value: lambda t, e: _("%(who)s began a new draft with this text.", who=t.who(e)),
    Action.REQUEST_CORRECTION.value: lambda t, e: _("%(who)s asked for a correction.", who=t.who(e)),
    Action.DECLINE_CORRECTION.value: lambda t, e: _("%(who)s declined the correction; what is published stays.",
                                                    who=t.who(e)),
    Action.CORRECT.value: lambda t, e: _("%(who)s put forward a correction, as version %(version)s.", who=t.who(e),
                                         version=t.version(e)),
    Action.RETRACT.value: lambda t, e: _("%(who)s retracted it.", who=t.who(e)),
    Action.PROPOSE_PASS.value: lambda t, e: _("%(who)s proposes to pass version %(version)s.", who=t.who(e),
                                              version=t.version(e)),
    Action.PROPOSE_RETURN.value: lambda t, e: _("%(who)s proposes to return it.", who=t.who(e)),
    Action.PROPOSE_REJECT.value: lambda t, e: _("%(who)s proposes to reject it.", who=t.who(e)),
    Action.CONFIRM.value: lambda t, e: _("%(who)s confirmed what %(person)s proposed.", who=t.who(e),
                                         person=e.data.get("to", "")),
    Action.SEND_BACK.value: lambda t, e: _("%(who)s sent the proposal back to its reader.", who=t.who(e)),
}
"""The sentence of each kind of event of a manuscript."""

# --- The questions ------------------------------------------------------------------------------------------------


def of_manuscript(reader: Reader, manuscript: Manuscript) -> list[Entry]:
    """The history of a manuscript for `reader`, the newest first; saves in a row are told once."""
    return _told(reader, manuscript, _events(Event.manuscript_id == manuscript.id))


def since(actor: Actor, code: str, revision: int) -> list[Entry]:
    """What happened to a manuscript after the page with `revision` was shown, as `actor` may know it, oldest first.

    Gives nothing where `actor` does not see the manuscript.
    """
    try:
        manuscript = access.manuscript_for(db.session(), actor, code)
    except Invisible:
        return []
    events = [event for event in _events(Event.manuscript_id == manuscript.id)
              if event.data.get("revision", 0) > revision]
    return _told(reader_of(actor, manuscript), manuscript, events)[::-1]


def of_assignment(assignment: Assignment) -> list[Entry]:
    """The history of an assignment that the reader sees, the newest first."""
    events = _events(Event.assignment_id == assignment.id)
    return [Entry(event.seq, event.kind, event.at, OF_ASSIGNMENTS[event.kind](event), event.reason)
            for event in events if event.kind in OF_ASSIGNMENTS and event.kind != "reminder"]


def offices_of_edits(manuscript_id: int) -> dict[int, Office]:
    """For each version of a manuscript that an office made, by its number: the office that had it then."""
    made = db.session.execute(select(Event.data, Office).join(Office, Office.id == Event.office_id).where(
        Event.manuscript_id == manuscript_id, Event.kind.in_([Action.EDIT.value, Action.CORRECT.value])))
    return {data["version"]: office for data, office in made}


def editors(reader: Reader, manuscript: Manuscript) -> dict[int, str]:
    """Who made each version that an office made, by its number, as `reader` may know them."""
    teller = Teller(reader, manuscript)
    made = _events((Event.manuscript_id == manuscript.id) & Event.kind.in_([Action.EDIT.value, Action.CORRECT.value]))
    return {event.data["version"]: teller.who(event) for event in made}


def _events(where: Any) -> Sequence[Event]:
    return db.session.scalars(select(Event).where(where).order_by(Event.seq.desc())).all()


def _told(reader: Reader, manuscript: Manuscript, events: Iterable[Event]) -> list[Entry]:
    teller = Teller(reader, manuscript)
    entries: list[Entry] = []
    for event in events:
        repeats = entries and event.kind == entries[-1].kind == Action.SAVE.value
        if tells(reader, event, teller.decisions, teller.entered) and not repeats:
            entries.append(teller.entry(event))
    return entries
