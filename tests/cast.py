"""A fixed cast: one writes, one signs, three review, one publishes, one is elsewhere. And how a story gets somewhere.

Everything here is made through the actions, as people would; no column is set by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from editorial import access, clock
from editorial.actions import commissions, manuscripts, organisation, passwords, people, publishing, reviewing
from editorial.actions.commissions import Appearance, Brief, Words
from editorial.actions.manuscripts import Particulars
from editorial.actions.organisation import ChannelData, StepData, UnitData
from editorial.actions.publishing import Placement
from editorial.actions.texts import Text
from editorial.db import db
from editorial.models import Assignment, Channel, Commission, Genre, Manuscript, Office, Person, Stage, Unit
from editorial.parties import Actor
from editorial.terms import AssignmentState, Role, State

PASSWORD = "晴川历历汉阳树-1911"

UNITS: dict[str, tuple[str, str, str | None, dict[str, Any]]] = {  # key: name, kind, parent, and what differs
    "city": ("武汉市", "city", None, {}),
    "district": ("江岸区", "district", "city", {}),
    "unit_a": ("百步亭支部", "branch", "district", {}),
    "unit_further": ("花桥支部", "branch", "district", {"further": "district"}),
    "district_b": ("洪山区", "district", "city", {}),
    "unit_b": ("关山支部", "branch", "district_b", {}),
    "unit_free": ("地铁运营公司", "enterprise", "city", {"signs": False}),
    "dept_d": ("宣传部", "department", "city", {"commissions": True}),
    "dept_e": ("网信办", "department", "city", {"commissions": True}),
}
OFFICES = {"n": ("changjiang", "长江日报编辑部", "Changjiang Daily Desk"),
           "t": ("station", "武汉台编辑部", "Wuhan TV Desk")}
STAGES = (("political", "政治关", "Political"), ("content", "内容关", "Content"), ("quality", "质量关", "Quality"))
CHECKLIST = ({"key": "names", "text": "人名、职务、单位无误", "text_en": "Names and titles are right"},
             {"key": "facts", "text": "事实有来源", "text_en": "Facts have sources"})

CAST: dict[str, tuple[str, Role, str]] = {  # key: name, role, place
    "cor_a1": ("何晓晴", Role.CORRESPONDENT, "unit_a"),
    "cor_a2": ("丁一舟", Role.CORRESPONDENT, "unit_a"),
    "cor_b1": ("毛子安", Role.CORRESPONDENT, "unit_b"),
    "cor_further": ("童言", Role.CORRESPONDENT, "unit_further"),
    "cor_free": ("路远", Role.CORRESPONDENT, "unit_free"),
    "sig_a": ("石敏", Role.SIGNER, "unit_a"),
    "sig_b": ("秦川", Role.SIGNER, "unit_b"),
    "sig_further": ("乔木", Role.SIGNER, "unit_further"),
    "sig_district": ("江流", Role.SIGNER, "district"),
    "pol_n": ("郑直", Role.STAGE_REVIEWER, "n.political"),
    "con_n": ("文思", Role.STAGE_REVIEWER, "n.content"),
    "qua_n": ("严谨", Role.STAGE_REVIEWER, "n.quality"),
    "pol_n2": ("郑明", Role.STAGE_REVIEWER, "n.political"),
    "chief_n": ("主心", Role.CHIEF_EDITOR, "n"),
    "pub_n": ("付印", Role.PUBLISHER, "n"),
    "pol_t": ("田政", Role.STAGE_REVIEWER, "t.political"),
    "con_t": ("田文", Role.STAGE_REVIEWER, "t.content"),
    "qua_t": ("田质", Role.STAGE_REVIEWER, "t.quality"),
    "chief_t": ("田主", Role.CHIEF_EDITOR, "t"),
    "pub_t": ("田播", Role.PUBLISHER, "t"),
    "com_d": ("宣组", Role.COMMISSIONER, "dept_d"),
    "com_e": ("网组", Role.COMMISSIONER, "dept_e"),
    "ctr_d1": ("宣一", Role.COMMENTATOR, "dept_d"),
    "ctr_d2": ("宣二", Role.COMMENTATOR, "dept_d"),
    "ctr_e1": ("网一", Role.COMMENTATOR, "dept_e"),
    "coord": ("专班", Role.COORDINATOR, ""),
    "adm": ("管家", Role.ADMINISTRATOR, ""),
    "nobody": ("闲人", Role.CORRESPONDENT, "dept_e"),
}


def build_city() -> None:
    """Units, two offices, genres, channels, people with their roles."""
    units: dict[str, Unit] = {}
    for key, (name, kind, parent, more) in UNITS.items():
        further = more.get("further")
        units[key] = organisation.create_unit(None, UnitData(
            name, kind, units[parent].id if parent else None, signs=bool(more.get("signs", True)),
            further_unit_id=units[str(further)].id if further else None, commissions=bool(more.get("commissions"))))
    places: dict[str, dict[str, int]] = {key: {"unit_id": unit.id} for key, unit in units.items()} | {"": {}}
    for key, (slug, name, name_en) in OFFICES.items():
        office = organisation.create_office(None, slug, name, name_en)
        organisation.create_ruleset(None, office, date(2020, 1, 1), [
            StepData(stage, title, title_en, "", "", 1, CHECKLIST) for stage, title, title_en in STAGES])
        organisation.create_channel(None, office, ChannelData("主渠道", "Main channel"))
        organisation.create_channel(None, office, ChannelData("网站", "Site"))
        places[key] = {"office_id": office.id}
        for stage in db.session.scalars(select(Stage).where(Stage.office_id == office.id)):
            places[f"{key}.{stage.slug}"] = {"office_id": office.id, "stage_id": stage.id}
    for slug, title, title_en in (("news", "消息", "News"), ("feature", "通讯", "Feature")):
        organisation.create_genre(None, slug, title, title_en)
    hashed = passwords.hash_of(PASSWORD)
    for key, (name, role, place) in CAST.items():
        person = people.create_person(None, key, name)
        person.password_hash = hashed
        people.give_role(None, person, role, **places[place])
    db.session.flush()


def person(key: str) -> Person:
    """The person of the cast."""
    return db.session.scalars(select(Person).where(Person.login_key == key)).one()


def actor(key: str) -> Actor:
    """The same as the table of transitions knows them."""
    found = person(key)
    return access.actor_for(db.session(), found.id, found.name)


def office(key: str) -> Office:
    """The newspaper's office ``n`` or the station's ``t``."""
    return db.session.scalars(select(Office).where(Office.slug == OFFICES[key][0])).one()


def unit(key: str) -> Unit:
    """The unit under this key."""
    return db.session.scalars(select(Unit).where(Unit.name == UNITS[key][0])).one()


TEXT = Text("江滩芦苇节开幕", "本报讯 通讯员何晓晴",
            "<p>昨天，江滩芦苇节开幕，市民在江边散步。</p><p>活动持续到月底。</p>")
ANSWERS = {"names": "yes", "facts": "yes"}


def draft(author: str = "cor_a1", offices: Sequence[str] = ("n",), text: Text = TEXT, **more: Any) -> Manuscript:
    """A complete draft of `author`."""
    place = CAST[author][2]
    genre = db.session.scalars(select(Genre).order_by(Genre.id).limit(1)).one()
    return manuscripts.create(
        actor(author), unit(place).id, text,
        Particulars(genre.id, [office(key).id for key in offices], is_original=True, urgent=bool(more.get("urgent"))),
        [person(key).id for key in more.get("co_authors", ())])


def submitted(author: str = "cor_a1", offices: Sequence[str] = ("n",), **more: Any) -> Manuscript:
    """A draft that was submitted; it awaits the unit's signature."""
    manuscript = draft(author, offices, **more)
    manuscripts.submit(actor(author), manuscript, None)
    return manuscript


def signed(author: str = "cor_a1", offices: Sequence[str] = ("n",), signer: str = "sig_a", **more: Any) -> Manuscript:
    """Submitted and signed; it is in review, unassigned, at the first stage."""
    manuscript = submitted(author, offices, **more)
    if manuscript.state is State.AWAITING_SIGNOFF:
        reviewing.sign_off(actor(signer), manuscript, None, True)
    return manuscript


def passed(manuscript: Manuscript, *readers: str) -> Manuscript:
    """Each of `readers` claims it (where it is not theirs already) and passes it at their stage."""
    for key in readers:
        reader = actor(key)
        if manuscript.assignee_id != reader.id:
            reviewing.claim(reader, manuscript, None)
        reviewing.pass_(reader, manuscript, None, ANSWERS)
    return manuscript


def accepted(**more: Any) -> Manuscript:
    """All three stages of the newspaper's office passed it."""
    return passed(signed(**more), "pol_n", "con_n", "qua_n")


def published(**more: Any) -> Manuscript:
    """Accepted, and its publication recorded."""
    return put_out(accepted(**more))


def put_out(manuscript: Manuscript) -> Manuscript:
    """The publisher records where it came out."""
    channel = db.session.scalars(select(Channel).where(Channel.office_id == manuscript.office_id).limit(1)).one()
    publishing.publish(actor("pub_n"), manuscript, None, Placement(
        channel.id, clock.now() - timedelta(minutes=1), f"https://news.example/{manuscript.code}"))
    return manuscript


def reach(state: State, **more: Any) -> Manuscript:
    """A manuscript of cor_a1 at the newspaper's office in `state`, reached through the actions."""
    match state:
        case State.DRAFT:
            return draft(**more)
        case State.AWAITING_SIGNOFF:
            return submitted(**more)
        case State.IN_REVIEW:
            return signed(**more)
        case State.RETURNED | State.REJECTED:
            manuscript = signed(**more)
            reviewing.claim(actor("pol_n"), manuscript, None)
            act = reviewing.return_ if state is State.RETURNED else reviewing.reject
            act(actor("pol_n"), manuscript, None, "来源不明，请补充。")
            return manuscript
        case State.ACCEPTED:
            return accepted(**more)
        case State.PUBLISHED:
            return published(**more)
        case State.WITHDRAWN:
            manuscript = submitted(**more)
            manuscripts.withdraw(actor("cor_a1"), manuscript, None, "活动取消。")
            return manuscript
        case State.RETRACTED:
            manuscript = published(**more)
            publishing.retract(actor("chief_n"), manuscript, None, "活动时间有误。")
            return manuscript
    raise AssertionError(state)


WORDS = Words("江滩一夜", "<p>秋天的江滩值得多去几次，也值得多想一想。</p>")


def commissioned(*commentators: str, by: str = "com_d", **more: Any) -> Commission:
    """A commission of the commissioner's department on a published piece, offered to `commentators`."""
    return commission_on(published(**more), *commentators, by=by)


def commission_on(manuscript: Manuscript, *commentators: str, by: str = "com_d") -> Commission:
    """The same on a piece that is out."""
    brief = Brief("芦苇节怎样办得更好", "稿件写江滩芦苇节开幕。可以问：谁会去，怎样去，明年怎么办。800字左右。",
                  clock.now() + timedelta(days=10))
    return commissions.commission(actor(by), manuscript, unit(CAST[by][2]).id, brief,
                                  [person(key).id for key in commentators or ("ctr_d1",)])


def assignment_in(state: AssignmentState) -> Assignment:
    """An assignment of ctr_d1 for the department D in `state`, reached through the actions."""
    assignment = commissioned().assignments[0]
    writer, asker, to = actor("ctr_d1"), actor("com_d"), AssignmentState
    if state is to.DECLINED:
        commissions.decline(writer, assignment, None)
    if state in (to.ACCEPTED, to.FILED, to.RETURNED, to.WITHDRAWN, to.APPROVED, to.PUBLISHED):
        commissions.accept(writer, assignment, None)
    if state in (to.FILED, to.RETURNED, to.WITHDRAWN, to.APPROVED, to.PUBLISHED):
        commissions.file(writer, assignment, None, WORDS)
    if state is to.WITHDRAWN:
        commissions.withdraw(writer, assignment, None)
    if state is to.RETURNED:
        commissions.return_(asker, assignment, None, "请补一个例子。")
    if state in (to.APPROVED, to.PUBLISHED):
        commissions.approve(asker, assignment, None)
    if state is to.PUBLISHED:
        commissions.publish(asker, assignment, None, Appearance(
            "长江网", clock.now() - timedelta(minutes=1), f"https://comment.example/{assignment.id}"))
    if state is to.EXPIRED:
        with clock.at(assignment.due_at + timedelta(minutes=1)):
            commissions.expire(asker, assignment, None)
    if state is to.CANCELLED:
        commissions.cancel(asker, assignment, None, "活动改期。")
    return assignment


MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""A Monday at 9:00 in Wuhan."""
