"""Files that a job makes for somebody: asked for, made, kept for a day, and taken by whoever asked.

One mechanism for every kind of file that may take long (`tables.handouts`). It is an event `export` once it is made,
before anybody can have it; taken twice it is the same file. Whoever did not take it within a minute gets a message.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select

from editorial import audit, clock, outbox
from editorial.actions import exports, jobs
from editorial.db import db
from editorial.errors import Conflict, TooMany
from editorial.models import Manuscript
from editorial.parties import CHIEF, Actor
from editorial.tables.handouts import Handout

KEPT = timedelta(days=1)
MOST_KEPT = 5
"""So many files are kept for a person: a further one takes the place of the oldest."""
MOST_ASKED = 3
"""So many may be under way for a person."""
AT_THE_PAGE = timedelta(minutes=1)
"""Who takes the file within this time was waiting for it, and needs no message."""
REMEMBERED = timedelta(days=14)
"""How long its page says that it was kept until then."""


def ask(actor: Actor, kind: str, manuscript: Manuscript, reason: str) -> Handout:
    """The file of this kind, made for `actor`, who may have it as the caller found; the one that is being made already,
    if there is one. Raises TooMany."""
    exports.demand_room(actor)
    found = db.session.scalar(select(Handout).where(
        Handout.person_id == actor.id, Handout.kind == kind, Handout.manuscript_id == manuscript.id,
        Handout.made_at.is_(None)).with_for_update())
    if found is not None:
        if found.error:
            found.reason = reason
            again(found)
        return found
    under_way = db.session.scalar(select(func.count(Handout.id)).where(
        Handout.person_id == actor.id, Handout.made_at.is_(None), Handout.error == "")) or 0
    if under_way >= MOST_ASKED:
        raise TooMany("files-under-way", 60)
    made = Handout(person_id=actor.id, kind=kind, manuscript_id=manuscript.id, reason=reason, asked_at=clock.now())
    db.session.add(made)
    db.session.flush()
    _set_going(made)
    return made


def again(handout: Handout) -> None:
    """Try anew what could not be made; raises Conflict where it did not fail."""
    if not handout.error:
        raise Conflict("job-moved")
    handout.error, handout.done = "", 0
    _forget_message(handout)
    _set_going(handout)


def _set_going(handout: Handout) -> None:
    handout.job_id = jobs.ask("hand-out", {"handout": handout.id}).id
    db.session.flush()


def made(handout: Handout, actor: Actor, file: str, size: int, seal: str, extent: str) -> None:
    """It is made: put down that `actor` has it now, and keep it for a day. Older ones give way."""
    now = clock.now()
    exports.record_dossier(handout.manuscript, seal, extent, actor, handout.reason)
    handout.made_at, handout.until, handout.file, handout.size = now, now + KEPT, file, size
    _tell(handout, "export-ready")
    for older in db.session.scalars(select(Handout).where(
            Handout.person_id == handout.person_id, Handout.until > now).order_by(Handout.id.desc()).offset(MOST_KEPT)):
        older.until = now
    db.session.flush()


def give_up(handout: Handout, reason: str) -> None:
    """It can't be made, for this reason; its person may try again."""
    handout.error = reason
    _tell(handout, "export-failed")


def taken(handout: Handout) -> None:
    """Its person has taken it: no message is needed any more."""
    handout.taken_at = clock.now()
    _forget_message(handout)
    db.session.flush()


def _tell(handout: Handout, kind: str) -> None:
    manuscript = handout.manuscript
    event = audit.record(db.session(), kind, None, place=manuscript.office.name if manuscript.office else "",
                         manuscript=manuscript, before=manuscript.state.value, after=manuscript.state.value,
                         role=CHIEF.name, data={"file": handout.kind, "handout": handout.id})
    outbox.post(db.session(), event, [handout.person_id], clock.now() + AT_THE_PAGE, kind="due")
    handout.told_seq = event.seq
    db.session.flush()


def _forget_message(handout: Handout) -> None:
    if handout.told_seq is not None:
        outbox.cancel(db.session(), [handout.told_seq])


def kept_and_over() -> tuple[frozenset[str], frozenset[str]]:
    """The names of the files that may still be taken, and of those that may not any more; rows of long ago go."""
    db.session.execute(delete(Handout).where(Handout.asked_at < clock.now() - REMEMBERED))
    now = clock.now()
    return (frozenset(db.session.scalars(select(Handout.file).where(Handout.until > now))),
            frozenset(db.session.scalars(select(Handout.file).where(Handout.until <= now))))
