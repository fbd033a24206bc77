"""Where a channel erred and the cleared text is right: what readers are told, and where the channel put it right.

No version is made and no stage reads. As with proofs, a page's revision is not asked for; of two at once one wins.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from editorial import access, audit, clock, outbox
from editorial.actions import deliveries, publishing, steps
from editorial.db import db
from editorial.errors import Invalid, Invisible
from editorial.models import Event, Manuscript
from editorial.parties import PUBLISHER, Actor
from editorial.tables.publication import ChannelNotice, DifferenceAnswer, Proof
from editorial.terms import NoticeAction


def tell(actor: Actor, manuscript: Manuscript, proof: Proof, wrong: str, note: str) -> ChannelNotice:
    """Tell readers that a channel brought other words than were cleared: `wrong` is for the house, `note` for them.

    It answers what nobody has answered yet of the proof's differences, and a request for a correction.
    Raises Invisible, Invalid, and what `access.permitted` raises.
    """
    place = _place(actor, NoticeAction.CORRECT, manuscript, proof)
    missing = {name: reason for name, said, reason in (
        ("wrong", wrong, "no-reason"), ("note", note, "no-note")) if not said.strip()}
    if missing:
        raise Invalid(missing)
    now = clock.now()
    for one in proof.differences:
        if one.answer is None:
            db.session.add(DifferenceAnswer(difference_id=one.id, outcome="correction", reason=wrong, by_id=actor.id,
                                            answered_at=now))
    notice = ChannelNotice(proof_id=proof.id, publication_id=proof.publication_id, manuscript_id=manuscript.id,
                           wrong=wrong, note=note, made_by_id=actor.id, made_at=now)
    db.session.add(notice)
    asked = publishing.answer_request(manuscript, actor, now, "corrected")
    if asked:
        steps.start_clock(manuscript, None, None, now)
    event = _record(actor, NoticeAction.CORRECT, manuscript, proof, place, note, {"wrong": wrong})
    outbox.post(db.session(), event, manuscript.author_ids | steps.members(PUBLISHER, manuscript) | asked)
    deliveries.follow(manuscript)
    return notice


def put_right(actor: Actor, manuscript: Manuscript, proof: Proof, mended_at: datetime, address: str,
              place: str) -> None:
    """Record where and when the channel itself corrected what readers were told of: by address, or page or programme.

    Raises as `tell`.
    """
    where = _place(actor, NoticeAction.CORRECTED, manuscript, proof)
    notice = proof.notice
    assert notice is not None
    wrong = publishing.wrong_where(proof.publication.channel, address, place)
    if mended_at > clock.now():
        wrong["mended_at"] = "bad-time"
    elif mended_at < proof.publication.published_at:
        wrong["mended_at"] = "before-publication"
    if wrong:
        raise Invalid(wrong)
    notice.mended_at, notice.address, notice.place = mended_at, address, place
    notice.mended_by_id, notice.recorded_at = actor.id, clock.now()
    event = _record(actor, NoticeAction.CORRECTED, manuscript, proof, where, "", {
        "at": mended_at.isoformat(), "address": address, "place": place})
    outbox.post(db.session(), event, manuscript.author_ids | {notice.made_by_id})


def _place(actor: Actor, action: NoticeAction, manuscript: Manuscript, proof: Proof) -> tuple[str, str]:
    """As whom and where `actor` may do this; raises Invisible, and what `access.permitted` raises."""
    if proof.publication not in manuscript.publications:
        raise Invisible
    party = access.permitted(actor, action, proof).parties[0]
    return party.name, steps.place_of(party, manuscript)


def _record(actor: Actor, action: NoticeAction, manuscript: Manuscript, proof: Proof, place: tuple[str, str],
            reason: str, data: dict[str, Any]) -> Event:
    manuscript.updated_at = clock.now()  # so that of two who act at once one is refused
    db.session.flush()
    db.session.expire(proof)
    return audit.record(
        db.session(), action.value, actor, role=place[0], place=place[1], manuscript=manuscript, digest=proof.digest,
        before=manuscript.state.value, after=manuscript.state.value, reason=reason,
        data={"revision": manuscript.revision, "proof_id": proof.id, "publication_id": proof.publication_id,
              "channel": proof.publication.channel.title, **data})
