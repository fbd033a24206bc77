"""A quarter in the life of a house, in fast motion: people write, sign, read and publish, are away, or leave for good;
and the ledger of what waited too long and who was told. The oracle counts working days by itself."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from editorial import access, calendar, clock
from editorial.actions import chasing, mailing, manuscripts, people, publishing, reviewing, steps
from editorial.actions.publishing import Placement
from editorial.actions.texts import Text
from editorial.db import db
from editorial.models import (
    Channel,
    Event,
    Genre,
    Manuscript,
    Membership,
    Office,
    Person,
    Ruleset,
    RulesetStep,
    Stage,
    Unit,
)
from editorial.parties import Actor
from editorial.tables.messages import Chaser, OutboxMessage
from editorial.terms import Duty, Role
from editorial.workflow import waiting_on
from tests import cast

FIRST = date(2026, 1, 5)
MORNING, EVENING = time(1, 30), time(10, 30)
"""9:30 and 18:30 in Wuhan: before people work, and after what is due on a day is due."""
AUTHORS = ("cor_a1", "cor_a2", "cor_b1", "cor_further", "cor_free")
HOUSE: tuple[type[Any], ...] = (Unit, Office, Stage, Ruleset, RulesetStep, Person, Genre)
"""What hardly changes and everything asks for."""
Wait = tuple[int, datetime]


@dataclass
class Ledger:
    """What the quarter came to."""

    manuscripts: int = 0
    acts: int = 0
    waits: int = 0
    late: int = 0
    escalated: int = 0
    empty: int = 0
    messages: int = 0
    silent: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    early: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (f"{self.manuscripts} manuscripts, {self.acts} acts, {self.waits} waits: {self.late} late (one chaser "
                f"each), {self.escalated} escalated (one each), {self.empty} of them at an empty desk; "
                f"{self.messages} messages; {len(self.silent)} silent, {len(self.doubled)} doubled, "
                f"{len(self.early)} too early")


@dataclass
class _Seen:
    due_at: datetime
    urgent: bool
    last: datetime


class Quarter:
    """`number` manuscripts over 90 days, as the seed has it."""

    def __init__(self, number: int, seed: int = 5) -> None:
        self.chance = random.Random(seed)
        self.number, self.acts = number, 0
        self.seen: dict[Wait, _Seen] = {}
        self.looks: list[datetime] = []
        self.seq: int | None = None
        self.away: dict[int, list[tuple[int, int]]] = {}

    def run(self) -> Ledger:
        """Live through it, and give the ledger."""
        days = [FIRST + timedelta(days=n) for n in range(90)]
        begin = [self.chance.choice([n for n in range(60) if calendar.is_working_day(days[n])])
                 for _number in range(self.number)]
        for person_id in db.session.scalars(select(Person.id).order_by(Person.id)):
            self.away[person_id] = [(start, start + 10) for start in self.chance.sample(range(80), 2)]
        for number, day in enumerate(days):
            if number == 25:
                self._leaves("con_n")
            if number == 29:
                self._comes("con_n", "content")
            if number == 45:
                with clock.at(datetime.combine(day, time(1), UTC)):
                    people.deactivate(None, cast.person("sig_b"))
            if calendar.is_working_day(day):
                with clock.at(datetime.combine(day, MORNING, UTC)):
                    for _new in range(begin.count(number)):
                        self._submit()
                    self._work(number)
                with clock.at(datetime.combine(day, EVENING, UTC)):
                    self._look()
        return self._ledger()

    def _leaves(self, key: str) -> None:
        with clock.at(datetime.combine(FIRST + timedelta(days=25), time(1), UTC)):
            people.take_role(None, db.session.scalars(select(Membership).where(
                Membership.person_id == cast.person(key).id)).one())

    def _comes(self, key: str, slug: str) -> None:
        with clock.at(datetime.combine(FIRST + timedelta(days=29), time(1), UTC)):
            stage = next(stage for stage in cast.office("n").stages if stage.slug == slug)
            people.give_role(None, cast.person(key), Role.STAGE_REVIEWER, office_id=stage.office_id, stage_id=stage.id)

    def _submit(self) -> None:
        self.acts += 1
        text = Text(f"第{self.acts}篇：街道的一天", "通讯员", f"<p>第{self.acts}篇，街道里的人和事。</p>")
        author = self.chance.choice(AUTHORS)
        manuscript = cast.draft(author, (self.chance.choice("nnt"),), text, urgent=self.chance.random() < 0.1)
        manuscripts.submit(cast.actor(author), manuscript, None)

    def _work(self, day: int) -> None:
        house = [db.session.scalars(select(kind)).all() for kind in HOUSE]  # held, so that nothing asks for it again
        desks: steps.Desks = {}
        actors: dict[int, Actor] = {}
        open_ones = db.session.scalars(select(Manuscript.id).where(Manuscript.due_at.is_not(None)).order_by(
            Manuscript.id)).all()
        chosen = [manuscript_id for manuscript_id in open_ones if self.chance.random() < 0.3]
        for start in range(0, len(chosen), 50):
            found = db.session.scalars(select(Manuscript).where(Manuscript.id.in_(chosen[start:start + 50])).options(
                *chasing.LOADED[Manuscript], selectinload(Manuscript.author_version)).order_by(Manuscript.id)).all()
            for manuscript in found:
                self._act(manuscript, day, desks, actors)
        del house

    def _act(self, manuscript: Manuscript, day: int, desks: steps.Desks, actors: dict[int, Actor]) -> None:
        """Whoever has it does the next thing, unless they are away."""
        there = [who for who in sorted(steps.people_due(manuscript, desks))
                 if not any(start <= day < end for start, end in self.away.get(who, []))]
        if not there:
            return
        who = self.chance.choice(there)
        actor = actors.get(who) or actors.setdefault(who, access.actor_for(db.session(), who))
        duty = waiting_on(manuscript)[0].duty
        self.acts += 1
        match duty:
            case Duty.SIGN:
                reviewing.sign_off(actor, manuscript, None, True)
            case Duty.CLAIM:
                reviewing.claim(actor, manuscript, None)
            case Duty.READ if self.chance.random() < 0.15:
                reviewing.return_(actor, manuscript, None, "请补充来源")
            case Duty.READ:
                reviewing.pass_(actor, manuscript, None, cast.ANSWERS)
            case Duty.REVISE:
                manuscripts.save(actor, manuscript, None, Text(
                    manuscript.title, "通讯员", f"<p>改了，第{self.acts}次。</p>"))
                manuscripts.resubmit(actor, manuscript, None, "已补充")
            case Duty.PUBLISH:
                channel = db.session.scalars(select(Channel.id).where(
                    Channel.office_id == manuscript.office_id).limit(1)).one()
                publishing.publish(actor, manuscript, None, Placement(
                    channel, clock.now(), f"https://news.example/{manuscript.code}"))

    def _look(self) -> None:
        """What a worker does now; before it, the oracle notes what is open."""
        now = clock.now()
        self.looks.append(now)
        for row in db.session.execute(select(Manuscript.id, Manuscript.waiting_since, Manuscript.due_at,
                                             Manuscript.urgent).where(Manuscript.due_at.is_not(None))):
            self.seen[row.id, row.waiting_since] = _Seen(row.due_at, row.urgent, now)
        self.seq = chasing.chase(self.seq)
        mailing.collect(by_mail=False)
        db.session.commit()
        db.session.expunge_all()

    def _ledger(self) -> Ledger:
        ledger = Ledger(manuscripts=db.session.scalar(select(func.count(Manuscript.id))) or 0, acts=self.acts,
                        waits=len(self.seen), messages=db.session.scalar(select(func.count(OutboxMessage.id))) or 0)
        went: Counter[tuple[Wait, str]] = Counter()
        nobody: set[Wait] = set()
        at: dict[tuple[Wait, str], datetime] = {}
        told: Counter[tuple[Wait, str, int]] = Counter()
        for chaser, event, person_id in db.session.execute(
                select(Chaser, Event, OutboxMessage.person_id).join(Event, Event.seq == Chaser.event_seq)
                .outerjoin(OutboxMessage, OutboxMessage.event_seq == Event.seq)):
            wait = (chaser.manuscript_id or 0, chaser.since)
            told[wait, chaser.step, person_id or 0] += 1
            at[wait, chaser.step] = chaser.at
            if event.data.get("nobody"):
                nobody.add(wait)
        for wait, step in {(wait, step) for wait, step, _who in told}:
            went[wait, step] = 1
        for (wait, step, who), times in told.items():
            if who == 0 or times > 1:
                (ledger.doubled if times > 1 else ledger.silent).append(f"{wait} {step} to {who}: {times} times")
        events = Counter((row.manuscript_id, row.kind) for row in db.session.execute(
            select(Event.manuscript_id, Event.kind).where(Event.kind.in_(["chaser", "escalation"]))))
        for wait, seen in self.seen.items():
            first, second = (0, 1) if seen.urgent else (1, 2)
            late = seen.last >= _later(seen.due_at, first)
            above = seen.last >= _later(seen.due_at, second)
            ledger.late += late and wait not in nobody
            ledger.escalated += went[wait, "above"]
            ledger.empty += wait in nobody
            if wait not in nobody and went[wait, "after"] != late:
                (ledger.silent if late else ledger.early).append(f"{wait} due {seen.due_at}: chaser")
            if went[wait, "above"] != (above or wait in nobody):
                (ledger.silent if above else ledger.early).append(f"{wait} due {seen.due_at}: escalation")
            for step, days in (("after", first), ("above", second)):
                planned = next((look for look in self.looks if look >= _later(seen.due_at, days)), None)
                if wait not in nobody and (wait, step) in at and at[wait, step] != planned:
                    (ledger.early if planned is None or at[wait, step] < planned else ledger.silent).append(
                        f"{wait} due {seen.due_at}: {step} at {at[wait, step]}, not {planned}")
        counted = Counter((wait[0], {"after": "chaser", "above": "escalation"}[step])
                          for (wait, step), _n in went.items() if step in ("after", "above"))
        ledger.doubled += [f"{key}: {n} events" for key, n in events.items() if n != counted[key]]
        return ledger


def _later(moment: datetime, days: int) -> datetime:
    """So many working days later at the same time of day: counted here once more, day by day."""
    local = moment.astimezone(clock.zone())
    while days:
        local += timedelta(days=1)
        days -= calendar.is_working_day(local.date())
    return local
