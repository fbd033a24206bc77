"""Who is who in the demonstration city, read once to generate stories in bulk; and the branches that it grows by."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select

from editorial.actions import organisation, people
from editorial.actions.manuscripts import chain_of
from editorial.actions.organisation import UnitData
from editorial.calendar import Times
from editorial.db import db
from editorial.models import Channel, Genre, Membership, Office, Person, Ruleset, Unit
from editorial.terms import ChannelKind, Role

FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章"
GIVEN = "安柏辰初岱恩帆谷禾霁珂岚墨宁欧平栖然书棠维溪雅舟筠朔桐望远知"
PLACES = ("前进", "光华", "和平", "新华", "团结", "友谊", "青年", "学府", "临江", "湖滨", "南湖", "北港")
PLACES_ON = {ChannelKind.PAPER: "A3", ChannelKind.PROGRAMME: "城市新闻 19:05"}
BRANCH_FOR = 500
"""One more branch for so many stories, with two correspondents and a signer."""


@dataclass(frozen=True)
class Who:
    """A person as events name them."""

    id: int
    name: str


@dataclass(frozen=True)
class Sender:
    """A unit that sends stories: its authors, and for each signature that it needs the unit and who may give it."""

    id: int
    name: str
    authors: tuple[Who, ...]
    chain: tuple[tuple[int, str, tuple[Who, ...]], ...]


@dataclass(frozen=True)
class Reading:
    """A stage of an office: its readers, its days, the checklist with every line answered."""

    id: int
    title: str
    days: int
    readers: tuple[Who, ...]
    answers: dict[str, str]


@dataclass(frozen=True)
class Desk:
    """An office: its rules, its stages in order, its chief, publisher and channels."""

    id: int
    name: str
    ruleset_id: int
    times: Times
    stages: tuple[Reading, ...]
    chief: Who
    publisher: Who
    channels: tuple[tuple[int, str, str], ...]
    """Id and title, and where its publications stand that have no address: a page, or a programme."""


@dataclass(frozen=True)
class House:
    """The whole city."""

    senders: tuple[Sender, ...]
    desks: tuple[Desk, ...]
    genres: tuple[int, ...]


def grow(stories: int, chance: random.Random) -> None:
    """Add branches to the districts, as many as `stories` ask for; made through the actions, nobody can log in."""
    districts = list(db.session.scalars(select(Unit).where(Unit.kind == "district").order_by(Unit.id)))
    there = len(list(db.session.scalars(select(Unit.id).where(Unit.name.like("%社区支部")))))
    for number in range(there, min(400, stories // BRANCH_FOR)):
        above = districts[number % len(districts)]
        branch = organisation.create_unit(None, UnitData(
            f"{above.name.removesuffix('区')}{PLACES[number // len(districts) % len(PLACES)]}{number + 1}社区支部",
            "branch", above.id, further_unit_id=above.id if number % 10 == 0 else None))
        for place, role in enumerate((Role.CORRESPONDENT, Role.CORRESPONDENT, Role.SIGNER)):
            name = chance.choice(FAMILY) + "".join(chance.sample(GIVEN, 2))
            person = people.create_person(None, f"branch{number + 1}_{place + 1}", name)
            people.give_role(None, person, role, unit_id=branch.id)


def read() -> House:
    """The house as it is now."""
    held: dict[tuple[Role, str, int | None], list[Who]] = defaultdict(list)
    for membership, name in db.session.execute(
            select(Membership, Person.name).join(Person).where(Person.is_active).order_by(Membership.id)):
        who = Who(membership.person_id, name)
        held[membership.role, "unit", membership.unit_id].append(who)
        held[membership.role, "office", membership.office_id].append(who)
        held[membership.role, "stage", membership.stage_id].append(who)
    return House(
        tuple(_sender(unit, held) for unit in db.session.scalars(select(Unit).order_by(Unit.id))
              if held[Role.CORRESPONDENT, "unit", unit.id]),
        tuple(_desk(office, held) for office in db.session.scalars(select(Office).order_by(Office.id))),
        tuple(db.session.scalars(select(Genre.id).order_by(Genre.id))))


def _sender(unit: Unit, held: dict[tuple[Role, str, int | None], list[Who]]) -> Sender:
    chain = []
    for unit_id in chain_of(unit):
        due = db.session.get_one(Unit, unit_id)
        able = [who for level in reversed(due.lineage) for who in held[Role.SIGNER, "unit", level]]
        chain.append((due.id, due.name, tuple(able)))
    return Sender(unit.id, unit.name, tuple(held[Role.CORRESPONDENT, "unit", unit.id]), tuple(chain))


def _desk(office: Office, held: dict[tuple[Role, str, int | None], list[Who]]) -> Desk:
    rules = db.session.scalars(
        select(Ruleset).where(Ruleset.office_id == office.id).order_by(Ruleset.number).limit(1)).one()
    stages = tuple(Reading(step.stage_id, step.title, step.days,
                           tuple(held[Role.STAGE_REVIEWER, "stage", step.stage_id]),
                           {line["key"]: "yes" for line in step.checklist}) for step in rules.steps)
    channels = tuple((channel.id, channel.title, PLACES_ON.get(channel.kind, "")) for channel in db.session.scalars(
        select(Channel).where(Channel.office_id == office.id).order_by(Channel.id)))
    return Desk(office.id, office.name, rules.id, organisation.times_of(rules), stages,
                held[Role.CHIEF_EDITOR, "office", office.id][0], held[Role.PUBLISHER, "office", office.id][0], channels)
