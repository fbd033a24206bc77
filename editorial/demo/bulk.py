"""Stories in bulk, for measurements: spread over units, offices, states and years, with the invariants holding.

They are not made through the actions, which would take hours, but as the rows that the actions would write; triggers
and constraints stay on. Stories follow each other in the record one by one, so its times are not in order there.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import text

from editorial import clock, documents
from editorial.db import db
from editorial.demo import house
from editorial.demo.city import RULES_SINCE
from editorial.demo.house import Desk, House
from editorial.demo.ledger import Ledger
from editorial.demo.pieces import pieces
from editorial.demo.tale import Body, Tale, Time
from editorial.terms import State, Verdict

BATCH = 2000
RECENT = timedelta(days=21)
OPEN_SHARE = 0.06
"""How many of the stories are recent: most of these are still open."""

ENDS = ((State.PUBLISHED, 70), (State.REJECTED, 18), (State.WITHDRAWN, 10), (State.RETRACTED, 2))
RECENT_ENDS = ((State.IN_REVIEW, 40), (State.AWAITING_SIGNOFF, 15), (State.RETURNED, 15), (State.DRAFT, 10),
               (State.ACCEPTED, 8), (State.PUBLISHED, 8), (State.REJECTED, 4))
POOL = 400
WAYS = ("", "", "", "（一）", "（二）", "（续）")

Draft = tuple[str, tuple[Body, Body, Body]]
"""A title, and a text as it was first, after a change, and after another one."""


def generate(stories: int, seed: int, progress: Callable[[int], None], waiting: int | None = None) -> int:
    """Add `stories` stories to the demonstration city, in transactions of its own; gives how many manuscripts it made.

    Where `waiting` is given, so many of them wait at the first office's first stage, half of them claimed, and none of
    the others waits anywhere for a reading: so houses of different sizes have the same work on the same desk.
    The same seed gives the same stories. Nobody may work on the database meanwhile.
    """
    chance = random.Random(seed)
    house.grow(stories, chance)
    db.session.commit()
    city, texts = house.read(), pool(chance)
    now = clock.now()
    made = done = 0
    while done < stories:
        connection = db.session.connection()
        ledger = Ledger(connection)
        for number in range(done, min(stories, done + BATCH)):
            start = _start(number / stories, now, chance)
            if waiting is not None and number >= stories - waiting:
                made += _waiting(ledger, chance, city, texts, Time(start, now, chance))
            else:
                recent = waiting is None and now - start <= RECENT
                made += _story(ledger, chance, city, texts, Time(start, now, chance), RECENT_ENDS if recent else ENDS)
            done += 1
        ledger.write()
        db.session.commit()
        progress(done)
    db.session.execute(text("ANALYZE"))
    db.session.commit()
    return made


def _start(share: float, now: datetime, chance: random.Random) -> datetime:
    """When the story begins that is so far along: the years fill up slowly, the last weeks are the fullest."""
    since = datetime.combine(RULES_SINCE, time(1), UTC) + timedelta(days=4)
    if share >= 1 - OPEN_SHARE:
        return now - RECENT * (1 - (share - 1 + OPEN_SHARE) / OPEN_SHARE) * chance.random()
    span = now - RECENT - timedelta(days=40) - since
    return since + span * float((share / (1 - OPEN_SHARE)) ** 0.7)


def _begun(ledger: Ledger, chance: random.Random, city: House, texts: list[Draft], desk: Desk,
           time: Time) -> tuple[Tale, Draft]:
    """A story's first manuscript as a draft, and its texts."""
    sender = chance.choice(city.senders)
    several = len(sender.authors) > 1 and chance.random() < 0.1
    authors = tuple(chance.sample(sender.authors, 2 if several else 1))
    title, bodies = chance.choice(texts)
    title += chance.choice(WAYS)
    tale = Tale(ledger, chance, sender, desk, authors, time)
    tale.begin(title, bodies[0], chance.choice(city.genres), chance.random() < 0.05)
    return tale, (title, bodies)


def _waiting(ledger: Ledger, chance: random.Random, city: House, texts: list[Draft], time: Time) -> int:
    """A story that waits for its first reading, at the first office."""
    tale, _draft = _begun(ledger, chance, city, texts, city.desks[0], time)
    tale.submit()
    _sign(tale)
    if chance.random() < 0.5:
        tale.claim()
    return 1


def _story(ledger: Ledger, chance: random.Random, city: House, texts: list[Draft], time: Time,
           ends: tuple[tuple[State, int], ...]) -> int:
    """A story that comes to one of `ends`, or to two at two offices."""
    desk, end = chance.choice(city.desks), _pick(chance, ends)
    first, draft = _begun(ledger, chance, city, texts, desk, time)
    if end is State.AWAITING_SIGNOFF and not first.sender.chain:
        end = State.IN_REVIEW
    if end is State.DRAFT:
        return 1
    first.time.go_on(600)
    if end is State.WITHDRAWN and chance.random() < 0.2:
        first.withdraw()
        return 1
    first.submit()
    if end is State.AWAITING_SIGNOFF:
        return 1
    _sign(first)
    others = [other for other in city.desks if other is not desk]
    if others and chance.random() < 0.15:
        second = Tale(ledger, chance, first.sender, chance.choice(others), first.authors,
                      Time(first.time.now, first.time.end, chance))
        second.beside(first)
        _go_to(second, _pick(chance, ends), draft)
        _go_to(first, end, draft)
        return 2
    _go_to(first, end, draft)
    return 1


def _pick(chance: random.Random, ends: tuple[tuple[State, int], ...]) -> State:
    return chance.choices([state for state, _ in ends], [weight for _, weight in ends])[0]


def _sign(tale: Tale) -> None:
    while tale.at.state is State.AWAITING_SIGNOFF:
        tale.time.go_on(900)
        tale.read(Verdict.PASS)


def _go_to(tale: Tale, end: State, draft: Draft) -> None:
    """From the first stage to `end`, with a return or an editor's change on the way of some."""
    chance = tale.chance
    if end in (State.DRAFT, State.AWAITING_SIGNOFF):
        end = State.IN_REVIEW
    if chance.random() < 0.2:
        _revised(tale, draft)
    stages = len(tale.desk.stages)
    if end in (State.IN_REVIEW, State.RETURNED, State.REJECTED, State.WITHDRAWN):
        for _ in range(chance.randrange(stages)):
            _pass(tale)
    match end:
        case State.IN_REVIEW:
            if chance.random() < 0.5 and tale.row["assignee_id"] is None:
                tale.claim()
        case State.RETURNED:
            tale.time.go_on(900)
            tale.read(Verdict.RETURN)
        case State.REJECTED:
            tale.time.go_on(900)
            tale.read(Verdict.REJECT)
            if chance.random() < 0.15:
                is_recent = tale.time.end - tale.time.now < RECENT
                tale.time.go_on(2000)
                tale.appeal(is_heard=not is_recent)
        case State.WITHDRAWN:
            tale.time.go_on(900)
            tale.withdraw()
        case _:
            _out(tale, end, draft)


def _pass(tale: Tale) -> None:
    tale.time.go_on(900)
    tale.read(Verdict.PASS)


def _revised(tale: Tale, draft: Draft) -> None:
    """A stage returns it, its author changes it, the unit signs again."""
    title, bodies = draft
    tale.time.go_on(600)
    tale.read(Verdict.RETURN)
    tale.time.go_on(1500)
    tale.revise(title, bodies[1])
    _sign(tale)


def _out(tale: Tale, end: State, draft: Draft) -> None:
    """All stages pass it, the last one after a change of its own in some; then it comes out, or waits for that."""
    title, bodies = draft
    chance = tale.chance
    if chance.random() < 0.1:
        _pass(tale)
        tale.time.go_on(300)
        tale.edit(title, bodies[2])
    while tale.at.state is State.IN_REVIEW:
        _pass(tale)
    if end is State.ACCEPTED:
        return
    for number in range(1 + (chance.random() < 0.3)):
        tale.time.go_on(1200)
        tale.publish(number)
    if end is State.RETRACTED:
        tale.time.go_on(3000)
        tale.retract()
    elif chance.random() < 0.02:
        tale.time.go_on(3000)
        tale.correct(title + "（更正）", bodies[0])


def pool(chance: random.Random) -> list[Draft]:
    """The shared texts: most are short as news is, some have 1,500 characters."""
    whole = [piece for piece in pieces().values() if len(piece.paragraphs) > 1]
    made = []
    for _ in range(POOL):
        count = chance.choices((1, 2, 7), (60, 30, 10))[0]
        chosen = chance.sample(whole, count)
        lines = [line for piece in chosen for line in piece.paragraphs]
        later = [*lines[:-1], lines[-1].replace("。", "，有关方面介绍。", 1), "采访时间为本周一上午。"]
        edited = [line.replace("目前", "截至昨天").replace("今年", "今年以来") for line in later[:-1]]
        made.append((chosen[0].title, (_body(lines), _body(later), _body(edited))))
    return made


def _body(lines: list[str]) -> Body:
    html = documents.clean("".join(f"<p>{line}</p>" for line in lines))
    plain = documents.plain_text(html)
    return Body(html, plain, documents.count_characters(plain))
