"""What happens to a cleared manuscript: publications, appeals heard, corrections, retraction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import and_, select

from editorial import clock, outbox
from editorial.actions import deliveries, planning, readings, steps
from editorial.actions.manuscripts import demand_complete
from editorial.actions.texts import Text, make_version
from editorial.db import db
from editorial.errors import Conflict, Invalid
from editorial.models import Assignment, Channel, Commission, Correction, Manuscript, Publication
from editorial.parties import PUBLISHER, Actor
from editorial.terms import Action, ChannelKind, State
from editorial.workflow import ASSIGNMENT_TABLE

TYPED_TOO_EARLY = timedelta(days=1)
"""By so much a publication may come before its clearance: a time typed from memory, or a press that had begun."""


@dataclass(frozen=True)
class Placement:
    """Where and when something came out, by `address` or `place` as its channel asks. `published_at` is aware."""

    channel_id: int
    published_at: datetime
    address: str
    place: str = ""
    headline: str = ""
    despite_embargo: bool = False
    """Whoever records it knows that it came out before its embargo ended."""


def publish(actor: Actor, manuscript: Manuscript, revision: int | None, placement: Placement) -> Publication:
    """Record that the cleared version came out on a channel. Several channels are several publications."""
    step = steps.begin(actor, Action.PUBLISH, manuscript, revision)
    assert manuscript.accepted_at is not None
    channel = db.session.get(Channel, placement.channel_id)
    if channel is None or channel.office_id != manuscript.office_id or not channel.is_active:
        raise Invalid({"channel": "missing"})
    wrong = wrong_time(placement.published_at, manuscript.accepted_at, step.now)
    wrong |= wrong_where(channel, placement.address, placement.place)
    embargo = planning.embargo_of(manuscript)
    early = embargo is not None and placement.published_at < embargo.until
    if early and not placement.despite_embargo:
        wrong["early"] = "embargoed"
    if wrong:
        raise Invalid(wrong)
    _demand_new(manuscript, channel, placement)
    version = manuscript.cleared_version
    assert version is not None
    publication = Publication(
        manuscript_id=manuscript.id, version_id=version.id, digest=version.digest, channel_id=channel.id,
        published_at=placement.published_at, address=placement.address, place=placement.place,
        headline=placement.headline, recorded_by_id=actor.id, recorded_at=step.now)
    db.session.add(publication)
    db.session.flush()
    planning.fulfil(publication)
    manuscript.state = State.PUBLISHED
    manuscript.published_at = min(filter(None, [manuscript.published_at, placement.published_at]))
    if not manuscript.correction_requested:
        steps.start_clock(manuscript, None, None, step.now)
    db.session.flush()
    db.session.expire(manuscript, ["publications"])
    steps.finish(step, data={"channel": channel.title, "address": placement.address, "place": placement.place,
                             "version": version.number,
                             **({"embargo": embargo.until.isoformat()} if embargo and early else {})})
    return publication


def wrong_time(published_at: datetime, ready_at: datetime, now: datetime) -> dict[str, str]:
    """What is wrong with a time: that it is still to come, or well before `ready_at`, since when it could come out:
    for a manuscript since it was first cleared, as what is recorded late may have come out before a correction."""
    if published_at > now:
        return {"published_at": "bad-time"}
    return {"published_at": "too-early"} if published_at < ready_at - TYPED_TOO_EARLY else {}


def wrong_where(channel: Channel, address: str, place: str) -> dict[str, str]:
    """What is wrong with where it is on `channel`: on the web an address is asked for, in print a page, on air the
    programme; an address besides is kept as well."""
    wrong = {}
    if (channel.kind.is_on_the_web or address) and not leads_somewhere(address):
        wrong["address"] = "no-address"
    if not channel.kind.is_on_the_web and not place.strip():
        wrong["place"] = "no-page" if channel.kind is ChannelKind.PAPER else "no-programme"
    return wrong


def _demand_new(manuscript: Manuscript, channel: Channel, placement: Placement) -> None:
    """Raise Invalid where it is recorded already: under this address, or without one at this place on that day."""
    if placement.address:
        same = Publication.address == placement.address
    else:
        day = clock.day_of(placement.published_at)
        same = and_(Publication.place == placement.place, Publication.published_at.between(*clock.bounds(day, day)))
    if db.session.scalar(select(Publication.id).where(
            Publication.manuscript_id == manuscript.id, Publication.channel_id == channel.id, same)):
        raise Invalid({"address" if placement.address else "place": "duplicate-publication"})


def leads_somewhere(address: str) -> bool:
    """A full address on the web: http or https, a host with a dot, nothing that can't be seen."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in host.strip(".") and all(
        c.isprintable() and not c.isspace() for c in address)


def correct(actor: Actor, manuscript: Manuscript, revision: int | None, text: Text, note: str) -> Correction:
    """Put forward a corrected text with the note that readers see; it holds once every stage has passed it.

    Until then readers go on reading what is published. A request is answered by it.
    Raises Invalid where the note or a part of the text is missing.
    """
    step = steps.begin(actor, Action.CORRECT, manuscript, revision)
    if not note.strip():
        raise Invalid({"note": "no-note"})
    version = make_version(manuscript, text, actor.id, "correction", note)
    if version is None:
        raise Conflict("same-text")
    demand_complete(manuscript)
    version.submitted_at = version.entered_at = step.now
    correction = Correction(manuscript_id=manuscript.id, version_id=version.id, note=note, made_by_id=actor.id,
                            made_at=step.now)
    db.session.add(correction)
    asked = answer_request(step.manuscript, step.actor, step.now, "corrected")
    manuscript.round += 1
    manuscript.first_round = manuscript.round
    steps.settle(manuscript, step.now)
    db.session.expire(manuscript, ["corrections"])
    steps.finish(step, reason=note, data={"version": version.number}, also=asked)
    return correction


def decline_correction(actor: Actor, manuscript: Manuscript, revision: int | None, reason: str) -> None:
    """Let what is published stand, and tell whoever asked for a correction why."""
    step = steps.begin(actor, Action.DECLINE_CORRECTION, manuscript, revision)
    if not reason.strip():
        raise Invalid({"reason": "no-reason"})
    asked = answer_request(step.manuscript, step.actor, step.now, "declined", reason)
    steps.start_clock(manuscript, None, None, step.now)
    steps.finish(step, reason=reason, also=asked)


def answer_request(manuscript: Manuscript, actor: Actor, now: datetime, outcome: str,
                   reason: str = "") -> frozenset[int]:
    """Answer the request for a correction, where one waits; gives who made it."""
    request = manuscript.correction_requested
    if request is not None:
        request.answered_by_id, request.answered_at = actor.id, now
        request.outcome, request.answer = outcome, reason
        db.session.flush()
    return frozenset([request.made_by_id] if request else ())


def _close(manuscript: Manuscript, outcome: str, now: datetime) -> Correction | None:
    correction = db.session.scalar(select(Correction).where(
        Correction.manuscript_id == manuscript.id, Correction.outcome.is_(None)))
    if correction is not None:
        correction.outcome, correction.closed_at = outcome, now
        db.session.flush()
        db.session.expire(manuscript, ["corrections"])
    return correction


def let_correction_hold(manuscript: Manuscript, now: datetime) -> Correction | None:
    """Every stage has passed it: from now on readers read the corrected text. None where no correction is open."""
    return _close(manuscript, "effective", now)


def drop_correction(manuscript: Manuscript, now: datetime) -> Correction | None:
    """Refuse the open correction, if there is one: the manuscript is again at the text that is published."""
    correction = _close(manuscript, "refused", now)
    steps.hand(manuscript, None)  # first: nobody holds what is at no stage, and what follows may flush
    readings.forget(manuscript)
    manuscript.version, manuscript.version_id = manuscript.cleared_version, manuscript.cleared_version_id
    manuscript.stage = manuscript.stage_id = None
    steps.start_clock(manuscript, None, None, now)
    return correction


def retract(actor: Actor, manuscript: Manuscript, revision: int | None, public_reason: str) -> None:
    """Take back what was published, with the reason that readers see; a correction under review falls with it.

    The authors hear of it, the office's publishers, who take it off its channels, who was reading the correction, and
    whoever is writing commentary on it or is to place it.
    """
    step = steps.begin(actor, Action.RETRACT, manuscript, revision)
    if not public_reason.strip():
        raise Invalid({"public_reason": "no-reason"})
    told = steps.people_due(manuscript) | steps.members(PUBLISHER, manuscript) | manuscript.author_ids
    told |= _commenting(manuscript)
    manuscript.public_reason = public_reason
    answer_request(step.manuscript, step.actor, step.now, "retracted")
    drop_correction(manuscript, step.now)
    steps.leave(manuscript, State.RETRACTED, step.now)
    event = steps.finish(step, reason=public_reason, tell=False)
    outbox.post(db.session(), event, told)
    deliveries.follow(manuscript)


def _commenting(manuscript: Manuscript) -> set[int]:
    """Who is writing commentary on it, or has it from its commentators: all who are due in an open assignment."""
    due = frozenset(state for row in ASSIGNMENT_TABLE if row.duty for state in row.sources)
    asked = db.session.execute(
        select(Assignment.commentator_id, Commission.commissioner_id).join(Assignment.commission)
        .where(Commission.manuscript_id == manuscript.id, Assignment.state.in_(sorted(due))))
    return {person for pair in asked for person in pair}


def reopen(actor: Actor, manuscript: Manuscript, revision: int | None, reason: str) -> None:
    """Grant an appeal: it goes back to the stage that rejected it, in a new round, and there to the desk.

    It doesn't go back to whoever rejected it, as a reading that is to be confirmed would.
    """
    step = _hear(actor, Action.REOPEN, manuscript, revision, "reopened", reason)
    manuscript.round += 1
    steps.settle(manuscript, step.now)
    steps.hand(manuscript, None)
    steps.finish(step, reason=reason)


def uphold(actor: Actor, manuscript: Manuscript, revision: int | None, reason: str) -> None:
    """Dismiss an appeal; the rejection stands."""
    step = _hear(actor, Action.UPHOLD, manuscript, revision, "upheld", reason)
    steps.start_clock(manuscript, None, None, step.now)
    steps.finish(step, reason=reason)


def _hear(actor: Actor, action: Action, manuscript: Manuscript, revision: int | None, outcome: str,
          reason: str) -> steps.Step:
    step = steps.begin(actor, action, manuscript, revision)
    if not reason.strip():
        raise Invalid({"reason": "no-reason"})
    appeal = manuscript.appeal
    assert appeal is not None
    appeal.heard_by_id, appeal.heard_at, appeal.outcome, appeal.reason = actor.id, step.now, outcome, reason
    db.session.flush()
    return step
