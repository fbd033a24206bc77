"""The administration: for administrators alone; people, roles, units, offices with dated rules, genres, channels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event as listen
from sqlalchemy import select

from editorial import audit, clock
from editorial.actions import manuscripts, organisation, people, reviewing
from editorial.actions.manuscripts import Particulars
from editorial.actions.organisation import StepData, UnitData
from editorial.db import db
from editorial.errors import Conflict, Invalid, Refused
from editorial.forms.admin import split_questions
from editorial.models import Channel, Event, Genre, Manuscript, Membership, Office, Person, Ruleset, Unit
from editorial.queries import admin as ask
from editorial.queries import lists
from editorial.queries.admin import StagePlan
from editorial.workflow import Role, State
from tests import cast
from tests.client import Visitor
from tests.conftest import make_app

NEW = "春风又绿江南岸-1069"


def ids(*keys: str) -> list[int]:
    """The ids of people of the cast; the look at the database ends with it, so that nobody waits for it."""
    found = [cast.person(key).id for key in keys]
    db.session.rollback()
    return found


@contextmanager
def a_look() -> Iterator[None]:
    """A look at the database that ends with the block."""
    db.session.rollback()
    yield
    db.session.rollback()


# --- For whom it is ---------------------------------------------------------------------------------------------


def addresses(app: Flask) -> Iterator[tuple[str, str]]:
    """Every address of the administration with each of its methods."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/admin"):
            filled = rule.rule
            for argument in rule.arguments:
                filled = filled.replace(f"<int:{argument}>", "1")
            yield from ((filled, method) for method in (rule.methods or set()) & {"GET", "POST"})


def test_for_everybody_else_it_does_not_exist(app: Flask) -> None:
    everything = list(addresses(app))
    assert len(everything) > 30
    for key in ("cor_a1", "sig_a", "pol_n", "chief_n", "pub_n", "com_d", "ctr_d1", "coord"):
        visitor = Visitor(app, key)
        token = visitor.token()
        visitor.get("/there/is/no/such/page", 404)
        nothing = visitor.text
        for address, method in everything:
            if method == "GET":
                visitor.get(address, 404)
            else:
                visitor.post(address, {"csrf_token": token}, 404)
            assert visitor.text == nothing, f"{key}: {method} {address}"
        assert not visitor.find("//nav//a[contains(@href, '/admin')]")


def test_nobody_else_can_do_it_by_the_actions_either(app: Flask) -> None:
    chief, person, office = cast.actor("chief_n"), cast.person("cor_a1"), cast.office("n")
    for act in (
        lambda: people.create_person(chief, "x.y", "某人"),
        lambda: people.give_role(chief, person, Role.ADMINISTRATOR),
        lambda: people.give_role(chief, cast.person("chief_n"), Role.STAGE_REVIEWER, office_id=office.id,
                                 stage_id=office.stages[0].id),
        lambda: people.take_role(chief, person.memberships[0]),
        lambda: people.deactivate(chief, person),
        lambda: people.activate(chief, person),
        lambda: people.make_link(chief, person, "reset"),
        lambda: people.log_out_everywhere(chief, person),
        lambda: people.change_person(chief, person, None, login="x.y", name="某人", email="", phone=""),
        lambda: organisation.create_unit(chief, UnitData("某支部", "branch")),
        lambda: organisation.change_unit(chief, cast.unit("unit_a"), UnitData("某支部", "branch")),
        lambda: organisation.create_office(chief, "third", "第三编辑部", ""),
        lambda: organisation.create_ruleset(chief, office, date(2030, 1, 1), [StepData("a", "甲", "A")]),
        lambda: organisation.create_genre(chief, "poem", "诗歌", ""),
        lambda: organisation.create_channel(chief, office, "微信", ""),
        lambda: organisation.change_titled(chief, office.channels[0], "微信", "", True),
    ):
        with pytest.raises(Refused):
            act()


def test_an_administrator_reads_no_manuscript_by_that_role(app: Flask) -> None:
    codes = [cast.reach(state).code for state in (State.DRAFT, State.AWAITING_SIGNOFF, State.IN_REVIEW, State.ACCEPTED)]
    db.session.commit()
    visitor = Visitor(app, "adm")
    for code in codes:
        visitor.get(f"/manuscripts/{code}", 404)
    for address in ("/", "/published", "/admin/", "/admin/people", "/admin/units", "/admin/offices"):
        visitor.get(address)
        assert not any(code in visitor.text for code in codes), address


def test_every_page_opens_and_leads_on(app: Flask) -> None:
    visitor = Visitor(app, "adm")
    for address, method in addresses(app):
        if method == "GET":
            visitor.get(address)


def test_what_does_not_exist_is_not_found(app: Flask) -> None:
    visitor = Visitor(app, "adm")
    for address in ("people/9999", "units/9999", "units/new?under=9999", "offices/9999", "offices/9999/rules",
                    "offices/1/channels/9999", "offices/2/channels/1", "genres/9999", "people/99999999999999999999",
                    "units/new?under=99999999999999999999"):
        visitor.get(f"/admin/{address}", 404)
    one, other = ids("cor_a1", "cor_a2")
    membership = db.session.scalars(select(Membership.id).where(Membership.person_id == other)).one()
    db.session.rollback()
    visitor.post(f"/admin/people/{one}/roles/{membership}/take", {}, 404)


# --- People -----------------------------------------------------------------------------------------------------


def test_a_new_person_gets_an_account_a_role_and_an_invitation_and_logs_in(app: Flask) -> None:
    admin = Visitor(app, "adm")
    admin.get("/admin/people/new")
    admin.send(admin.form_with("login"), {"name": "林夏", "login": "Lin.Xia", "email": "lin@example.cn"})
    page = admin.url
    admin.send(admin.form_to("/roles/in-unit"), {"role": "signer", "unit_id": str(cast.unit("unit_a").id)})
    db.session.rollback()
    assert "审签人 · 百步亭支部" in admin.text
    admin.send(admin.form_to("/link"))
    link = admin.find("//input[@id='link']")[0].get("value")
    assert link.startswith("http://localhost/link/")
    admin.get(page)
    assert not admin.find("//input[@id='link']"), "it is shown once"
    guest = Visitor(app)
    guest.get(link.removeprefix("http://localhost"))
    guest.send(guest.form_with("again"), {"new_password": NEW, "again": NEW})
    assert "To sign" in Visitor(app, "lin.xia", NEW).text or "审签" in Visitor(app, "lin.xia", NEW).text


def test_links_are_built_from_the_address_of_the_house_alone(app: Flask, database_url: str, tmp_path: Path) -> None:
    house = make_app(database_url, tmp_path, base_url="http://localhost")
    visitor = Visitor(house, "adm")
    person, = ids("cor_a1")
    visitor.get(f"/admin/people/{person}")
    lies = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    visitor.send(visitor.form_to("/link"), headers=lies)
    assert visitor.find("//input[@id='link']")[0].get("value").startswith("http://localhost/link/")


def test_no_two_accounts_look_the_same(app: Flask) -> None:
    admin = Visitor(app, "adm")
    for taken in ("cor_a1", "COR_A1", "ｃｏｒ＿ａ１", " cor_a1 "):
        admin.get("/admin/people/new")
        admin.send(admin.form_with("login"), {"name": "林夏", "login": taken}, 400)
        assert admin.find("//*[@id='login-error']"), taken
        assert admin.find("//input[@name='name']")[0].get("value") == "林夏", "what was typed stays"
        with a_look(), pytest.raises(Invalid):
            people.change_person(None, cast.person("cor_a2"), None, login=taken, name="丁一舟", email="", phone="")


def test_each_field_of_a_person_is_checked(app: Flask) -> None:
    admin = Visitor(app, "adm")
    for field, wrong in (
            ("name", ""), ("name", "长" * 41), ("name", "a\x00b"), ("name", "题\r\nBcc: x@evil.example"),
            ("login", "a"), ("login", "two words"), ("login", "x" * 61), ("login", "<b>"), ("login", "a\u200bb"),
            ("email", "none"), ("phone", "abc")):
        admin.get("/admin/people/new")
        admin.send(admin.form_with("login"), {"name": "林夏", "login": "lin.xia", field: wrong}, 400)
        assert admin.find(f"//*[@id='{field}-error']"), (field, wrong)
    assert db.session.scalar(select(Person).where(Person.name == "林夏")) is None


def test_somebody_is_found_by_name_or_log_in_name_and_wildcards_are_letters(app: Flask) -> None:
    admin = Visitor(app, "adm")
    for q, found in (("晓晴", {"cor_a1"}), ("COR_A", {"cor_a1", "cor_a2"}), ("%", set()), ("_a1", {"cor_a1"}),
                     ("\\", set()), ("' or 1=1 --", set())):
        admin.get("/admin/people", query_string={"q": q})
        assert {code.text for code in admin.find("//*[@class='code']")} == found, q


def test_the_list_of_people_goes_on_by_key_with_the_same_number_of_queries(app: Flask) -> None:
    counted: list[int] = []
    with a_look():
        for _ in range(2):
            statements: list[str] = []
            listen.listen(db.engine, "before_cursor_execute", note := lambda *a, seen=statements: seen.append(a[2]))
            ask.people()
            listen.remove(db.engine, "before_cursor_execute", note)
            counted.append(len(statements))
            for n in range(40):
                people.create_person(None, f"extra{len(counted)}{n:02}", f"某人{n}")
            db.session.commit()
            db.session.expire_all()
    assert counted[0] == counted[1]
    admin, seen = Visitor(app, "adm"), []
    admin.get("/admin/people")
    while True:
        seen += [code.text for code in admin.find("//*[@class='code']")]
        following = admin.find("//a[@rel='next']")
        if not following:
            break
        admin.get(following[0].get("href"))
    assert len(seen) == len(set(seen)) == len(cast.CAST) + 80


def test_a_role_that_is_given_or_taken_ends_the_sessions(app: Flask) -> None:
    person, = ids("cor_a1")
    admin = Visitor(app, "adm")
    for change in ("give", "take"):
        theirs = Visitor(app, "cor_a1")
        admin.get(f"/admin/people/{person}")
        if change == "give":
            admin.send(admin.form_to("/roles/elsewhere"), {"place": "coordinator:0:0"})
        else:
            admin.send(admin.form_to("/take"))
        theirs.get("/account")
        assert theirs.url == "/login", change
    admin.get("/admin/")
    assert admin.url == "/admin/", "the administrator goes on"


def test_an_administrator_who_takes_a_role_for_themselves_stays_logged_in_here(app: Flask) -> None:
    person, = ids("adm")
    admin, elsewhere = Visitor(app, "adm"), Visitor(app, "adm")
    admin.get(f"/admin/people/{person}")
    admin.send(admin.form_to("/roles/elsewhere"), {"place": "coordinator:0:0"})
    assert admin.url == f"/admin/people/{person}"
    elsewhere.get("/account")
    assert elsewhere.url == "/login"


def test_what_a_reviewer_held_goes_to_the_desk_and_the_record_says_so(app: Flask) -> None:
    for leave in ("take", "close"):
        manuscript = cast.signed()
        reviewing.claim(cast.actor("pol_n"), manuscript, None)
        due = manuscript.due_at
        person = cast.person("pol_n")
        if leave == "take":
            membership = person.memberships[0]
            people.take_role(cast.actor("adm"), membership)
            people.give_role(None, person, Role.STAGE_REVIEWER, office_id=membership.office_id,
                             stage_id=membership.stage_id)
        else:
            people.deactivate(cast.actor("adm"), person)
        assert (manuscript.state, manuscript.assignee_id, manuscript.due_at) == (State.IN_REVIEW, None, due)
        events = db.session.scalars(select(Event).where(Event.manuscript_id == manuscript.id).order_by(Event.seq)).all()
        assert (events[-1].kind, events[-1].role, events[-1].actor_name) == ("release", "administrator", "管家")
        cast.passed(manuscript, "pol_n2")
    assert list(audit.verify(db.session())) == []


def test_a_role_is_given_only_where_it_can_be_held(app: Flask) -> None:
    branch, office, stage = cast.unit("unit_a").id, cast.office("n").id, cast.office("t").stages[0].id
    for role, place, why in (
        (Role.SIGNER, {}, "unit_id"),
        (Role.SIGNER, {"unit_id": branch, "office_id": office}, "unit_id"),
        (Role.COMMISSIONER, {"unit_id": branch}, "unit_id"),
        (Role.COMMENTATOR, {"unit_id": branch}, "unit_id"),
        (Role.CHIEF_EDITOR, {}, "office_id"),
        (Role.STAGE_REVIEWER, {"office_id": office}, "stage_id"),
        (Role.STAGE_REVIEWER, {"office_id": office, "stage_id": stage}, "stage_id"),
        (Role.CHIEF_EDITOR, {"office_id": office, "stage_id": stage}, "stage_id"),
        (Role.CHIEF_EDITOR, {"office_id": office, "stage_id": cast.office("n").stages[0].id}, "stage_id"),
        (Role.COORDINATOR, {"unit_id": branch}, "role"),
        (Role.STAFF, {}, "role"),
    ):
        with pytest.raises(Invalid) as refusal:
            people.give_role(None, cast.person("cor_a1"), role, **place)
        assert set(refusal.value.fields) == {why}, (role, place)


def test_the_same_role_is_not_given_twice(app: Flask) -> None:
    with pytest.raises(Invalid, match="has-role"):
        people.give_role(None, cast.person("adm"), Role.ADMINISTRATOR)


def test_the_last_administrator_stays(app: Flask) -> None:
    person, = ids("adm")
    admin = Visitor(app, "adm")
    for button in ("/take", "/deactivate"):
        admin.get(f"/admin/people/{person}")
        admin.send(admin.form_to(button))
        assert admin.url == f"/admin/people/{person}" and admin.find("//*[contains(@class, 'message-error')]")
    with a_look():
        assert cast.person("adm").is_active and cast.person("adm").memberships
        people.give_role(None, cast.person("coord"), Role.ADMINISTRATOR)
        people.deactivate(None, cast.person("adm"))


def test_a_closed_account_can_be_opened_again(app: Flask) -> None:
    person, = ids("cor_a1")
    theirs, admin = Visitor(app, "cor_a1"), Visitor(app, "adm")
    admin.get(f"/admin/people/{person}")
    admin.send(admin.form_to("/deactivate"))
    theirs.get("/account")
    assert theirs.url == "/login"
    admin.send(admin.form_to("/activate"))
    Visitor(app, "cor_a1")


def test_an_administrator_ends_all_sessions_of_somebody(app: Flask) -> None:
    person, = ids("cor_a1")
    theirs, admin = Visitor(app, "cor_a1"), Visitor(app, "adm")
    admin.get(f"/admin/people/{person}")
    admin.send(admin.form_to("/log-out"))
    theirs.get("/account")
    assert theirs.url == "/login"


def test_a_page_that_is_out_of_date_changes_nothing_and_keeps_what_was_typed(app: Flask) -> None:
    person, = ids("cor_a1")
    first, second = Visitor(app, "adm"), Visitor(app, "adm")
    for admin in (first, second):
        admin.get(f"/admin/people/{person}")
    first.send(first.form_to("/change"), {"phone": "027-1111"})
    second.send(second.form_to("/change"), {"name": "何小晴", "phone": "027-2222"}, 409)
    assert "何小晴" in second.answer.text  # type: ignore[union-attr]
    with a_look():
        assert (cast.person("cor_a1").name, cast.person("cor_a1").phone) == ("何晓晴", "027-1111")


def test_what_was_signed_and_recorded_keeps_the_name_of_its_time(app: Flask) -> None:
    manuscript = cast.signed()
    person = cast.person("cor_a1")
    people.change_person(cast.actor("adm"), person, None, login="cor_a1", name="何一新", email="", phone="")
    names = set(db.session.scalars(select(Event.actor_name).where(
        Event.manuscript_id == manuscript.id, Event.actor_id == person.id)))
    assert names == {"何晓晴"}


# --- Units ------------------------------------------------------------------------------------------------------


def test_a_unit_is_made_below_another_and_changed(app: Flask) -> None:
    admin = Visitor(app, "adm")
    parent = cast.unit("district").id
    db.session.rollback()
    admin.get(f"/admin/units/new?under={parent}")
    admin.send(admin.form_with("kind"), {"name": "大智支部", "kind": "branch", "further_unit_id": str(parent)})
    with a_look():
        unit = db.session.scalars(select(Unit).where(Unit.name == "大智支部")).one()
        assert (unit.parent_id, unit.further_unit_id, unit.signs, unit.is_active) == (parent, parent, True, True)
        assert unit.lineage[-2:] == [parent, unit.id]
    admin.send(admin.form_with("kind"), {"name": "大智街支部", "further_unit_id": "0"})
    with a_look():
        changed = db.session.scalars(select(Event).where(Event.kind == "unit-changed")).one()
        assert changed.data == {"name": ["大智支部", "大智街支部"], "further_unit_id": [parent, None]}


def test_a_unit_is_refused_with_the_reason_beside_the_field(app: Flask) -> None:
    admin = Visitor(app, "adm")
    unit, elsewhere = cast.unit("unit_a").id, cast.unit("district_b").id
    db.session.rollback()
    for field, typed in (("name", {"name": ""}), ("name", {"name": "长" * 61}), ("name", {"name": "关山支部"}),
                         ("further_unit_id", {"further_unit_id": str(elsewhere)})):
        admin.get(f"/admin/units/{unit}")
        admin.send(admin.form_with("kind"), typed, 400)
        assert admin.find(f"//*[@id='{field}-error']"), typed
    admin.get(f"/admin/units/{unit}")
    fields = {name: value for name, value in admin.fields(admin.form_with("kind")).items() if name != "is_active"}
    answer = admin.client.post(f"/admin/units/{unit}", data=fields)
    assert answer.status_code == 400 and "is_active-error" in answer.text


@pytest.mark.parametrize(("key", "why"), [("district", "units below"), ("unit_a", "people"), ("dept_e", "people")])
def test_a_unit_in_use_is_not_closed(app: Flask, key: str, why: str) -> None:
    unit = cast.unit(key)
    with pytest.raises(Invalid, match="unit-in-use"):
        organisation.change_unit(None, unit, UnitData(unit.name, unit.kind, unit.parent_id, unit.signs, None,
                                                      unit.commissions, False))


def test_a_unit_out_of_use_is_closed_and_takes_nobody_in(app: Flask) -> None:
    unit = organisation.create_unit(None, UnitData("旧支部", "branch", cast.unit("district").id))
    organisation.change_unit(None, unit, UnitData("旧支部", "branch", unit.parent_id, is_active=False))
    with pytest.raises(Invalid):
        people.give_role(None, cast.person("cor_a1"), Role.CORRESPONDENT, unit_id=unit.id)
    with pytest.raises(Invalid):
        organisation.create_unit(None, UnitData("更旧支部", "branch", unit.id))


def test_a_department_with_commentators_stays_one(app: Flask) -> None:
    unit = cast.unit("dept_d")
    with pytest.raises(Invalid, match="has-commentators"):
        organisation.change_unit(None, unit, UnitData(unit.name, unit.kind, unit.parent_id, commissions=False))


def test_the_page_of_a_unit_warns_where_nobody_can_sign(app: Flask) -> None:
    admin = Visitor(app, "adm")
    warned, fine = cast.unit("dept_d").id, cast.unit("unit_a").id
    db.session.rollback()
    admin.get(f"/admin/units/{warned}")
    assert admin.find("//main//*[@class='notice']")
    admin.get(f"/admin/units/{fine}")
    assert not admin.find("//main//*[@class='notice']")


def test_a_manuscript_under_way_keeps_the_signatures_that_it_was_submitted_under(app: Flask) -> None:
    manuscript = cast.submitted("cor_a1")
    unit, district = cast.unit("unit_a"), cast.unit("district").id
    organisation.change_unit(None, unit, UnitData(unit.name, unit.kind, unit.parent_id, True, district))
    reviewing.sign_off(cast.actor("sig_a"), manuscript, None, True)
    assert manuscript.state is State.IN_REVIEW
    later = cast.submitted("cor_a1")
    reviewing.sign_off(cast.actor("sig_a"), later, None, True)
    assert later.state is State.AWAITING_SIGNOFF


# --- Offices and rules ------------------------------------------------------------------------------------------


def test_an_office_opens_once_it_has_stages(app: Flask) -> None:
    admin = Visitor(app, "adm")
    admin.get("/admin/offices/new")
    admin.send(admin.form_with("slug"), {"name": "第三编辑部", "slug": "Third Desk"}, 400)
    admin.send(admin.form_with("slug"), {"name": "第三编辑部", "slug": "third"})
    rules = admin.url
    admin.get(rules.removesuffix("/rules"))
    admin.send(admin.form_with("undo_minutes"), {"is_active": "y"}, 400)
    assert admin.find("//*[@id='is_active-error']")
    admin.get(rules)
    admin.send(admin.form_with("effective_on"), {"steps-0-title": "一审", "steps-0-title_en": "First"})
    admin.send(admin.form_with("effective_on"), {"then": "hold"})
    assert admin.url == rules.removesuffix("/rules")
    admin.send(admin.form_with("undo_minutes"), {"is_active": "y", "shows_reviewers": "y", "undo_minutes": "0"})
    with a_look():
        office = db.session.scalars(select(Office).where(Office.slug == "third")).one()
        assert (office.is_active, office.shows_reviewers, office.undo_minutes) == (True, True, 0)
        assert [stage.slug for stage in office.stages] == ["first"]


def test_the_minutes_of_undoing_are_a_number_within_bounds(app: Flask) -> None:
    admin = Visitor(app, "adm")
    for wrong in ("", "-1", "61", "many", "1.5", "9" * 30):
        admin.get("/admin/offices/1")
        admin.send(admin.form_with("undo_minutes"), {"undo_minutes": wrong}, 400)
        assert admin.find("//*[@id='undo_minutes-error']"), wrong


def test_an_office_in_use_is_not_closed(app: Flask) -> None:
    office = cast.office("n")
    with pytest.raises(Invalid, match="office-in-use"):
        organisation.change_office(None, office, name=office.name, name_en="", shows_reviewers=False, undo_minutes=5,
                                   is_active=False)


def test_new_rules_are_looked_at_before_they_hold(app: Flask) -> None:
    admin = Visitor(app, "adm")
    admin.get("/admin/offices/1/rules")
    typed = {"steps-0-days": "3", "steps-1-left_out": "y", "steps-2-checklist": "文字通顺 | It reads well\n事实有来源",
             "steps-3-title": "终审", "steps-3-days": "2"}
    admin.send(admin.form_with("effective_on"), typed)
    for said in ("1 → 3", "文字通顺", "人名、职务、单位无误", "终审", "内容关"):
        assert said in admin.text
    assert len(db.session.scalars(select(Ruleset).where(Ruleset.office_id == 1)).all()) == 1, "nothing holds yet"
    db.session.rollback()
    admin.send(admin.form_with("effective_on"), {"then": "hold", "steps-0-days": "4"})
    assert "1 → 4" in admin.text, "what was changed since is shown again"
    admin.send(admin.form_with("effective_on"), {"then": "hold"})
    assert admin.url == "/admin/offices/1"
    with a_look():
        ruleset = ask.rulesets(1)[0]
        assert [(step.stage.slug, step.days) for step in ruleset.steps] == [
            ("political", 4), ("quality", 1), ("stage", 2)]
        assert list(ruleset.steps[1].checklist) == [
            {"key": "q1", "text": "文字通顺", "text_en": "It reads well"},
            {"key": "facts", "text": "事实有来源", "text_en": ""}]
        assert ruleset.created_by_id == cast.person("adm").id


def test_a_manuscript_under_way_keeps_its_rules_and_a_new_one_follows_the_new_ones(app: Flask) -> None:
    under_way = cast.signed()
    office = cast.office("n")
    organisation.create_ruleset(None, office, date(2026, 1, 1), [
        StepData("quality", "质量关", "Quality", days=2), StepData("political", "政治关", "Political")])
    cast.passed(under_way, "pol_n", "con_n", "qua_n")
    assert under_way.state is State.ACCEPTED
    new = cast.signed()
    assert new.stage is not None and new.stage.slug == "quality"


def test_rules_that_hold_from_a_later_day_hold_from_that_day(app: Flask) -> None:
    tomorrow = (clock.now() + timedelta(days=1))
    organisation.create_ruleset(None, cast.office("n"), tomorrow.date() + timedelta(days=1), [
        StepData("quality", "质量关", "Quality")])
    today = cast.signed()
    assert today.stage is not None and today.stage.slug == "political"
    with clock.at(tomorrow + timedelta(days=2)):
        later = cast.signed()
        assert later.stage is not None and later.stage.slug == "quality"


def renaming(office: Office, day: date) -> None:
    """From `day` on, the political stage of the office is called 导向关, and the others stay."""
    organisation.create_ruleset(None, office, day, [
        StepData("political", "导向关", "Direction", "看导向。", "Reads for direction."),
        StepData("content", "内容关", "Content"), StepData("quality", "质量关", "Quality")])


def test_a_stage_is_renamed_on_the_day_from_which_its_rules_hold(app: Flask) -> None:
    office, later = cast.office("n"), clock.now() + timedelta(days=40)
    renaming(office, later.date())
    code = cast.signed().code
    db.session.commit()
    reader = Visitor(app, "pol_n")
    for address in ("/desk", f"/manuscripts/{code}", "/offices/changjiang"):
        reader.get(address)
        assert "政治关" in reader.text and "导向关" not in reader.text, address
    admin = Visitor(app, "adm")
    admin.get("/admin/offices")
    assert "导向关" not in admin.text
    admin.get("/admin/offices/1/rules")
    admin.send(admin.form_with("effective_on"), {"steps-0-title": "导向关", "steps-0-days": "3"})
    assert "原名政治关" in admin.text
    db.session.rollback()
    with clock.at(later + timedelta(days=1)), a_look():
        db.session.expire_all()
        assert [stage.title for stage in cast.office("n").stages] == ["导向关", "内容关", "质量关"]
        assert [row.stage.name for row in lists.rows(Manuscript.code == code, lists.BY_CHANGE).rows] == ["导向关"]


def test_a_manuscript_under_way_shows_its_stages_under_their_old_names(app: Flask) -> None:
    manuscript = cast.signed()
    office, code = cast.office("n"), manuscript.code
    renaming(office, date(2026, 1, 1))
    assert office.stages[0].title == "导向关"
    reviewing.claim(cast.actor("pol_n"), manuscript, None)
    db.session.commit()
    reader = Visitor(app, "pol_n")
    reader.get(f"/manuscripts/{code}")
    assert "政治关" in reader.text and "导向关" not in reader.text
    reader.send(reader.form_to("/pass"), {"checklist": list(cast.ANSWERS)})
    for address in ("/sheet", ""):
        reader.get(f"/manuscripts/{code}{address}")
        assert "政治关" in reader.text and "导向关" not in reader.text, address
    reader.send(reader.form_to("/undo"))
    reader.get(f"/manuscripts/{code}")
    assert "政治关" in reader.text and "导向关" not in reader.text, "nor where a pass is taken back"
    with a_look():
        places = db.session.scalars(select(Event.place).where(Event.kind.in_(["claim", "pass"])))
        assert set(places) == {"政治关"}, "the record calls it as its rules do"


def test_a_manuscript_sent_back_names_the_stage_as_its_rules_do(app: Flask) -> None:
    code = cast.reach(State.RETURNED).code
    renaming(cast.office("n"), date(2026, 1, 1))
    db.session.commit()
    author = Visitor(app, "cor_a1")
    author.get(f"/manuscripts/{code}/edit")
    assert "政治关" in author.text and "导向关" not in author.text


def test_rules_are_shown_under_the_names_that_they_give(app: Flask) -> None:
    renaming(cast.office("n"), (clock.now() + timedelta(days=40)).date())
    db.session.commit()
    admin = Visitor(app, "adm")
    admin.get("/admin/offices/1")
    assert "导向关" in admin.text and "政治关" in admin.text
    with a_look():
        assert [step.title for step in ask.rulesets(1)[0].steps] == ["导向关", "内容关", "质量关"]
        assert [plan.title for plan in ask.plan_of(ask.rulesets(1)[1])] == ["政治关", "内容关", "质量关"]


def test_each_field_of_the_rules_is_checked(app: Flask) -> None:
    admin = Visitor(app, "adm")
    for field, wrong in (
            ("effective_on", "2020-01-01"), ("effective_on", "2099-01-01"), ("effective_on", "soon"),
            ("effective_on", ""), ("steps-0-days", "0"), ("steps-0-days", "61"), ("steps-0-place", "x"),
            ("steps-0-title", ""), ("steps-0-title", "长" * 41), ("steps-0-checklist", "问" * 201),
            ("steps-0-checklist", "\n".join(f"第{n}问" for n in range(21))), ("note", "长" * 201)):
        admin.get("/admin/offices/1/rules")
        admin.send(admin.form_with("effective_on"), {field: wrong}, 400)
        assert admin.find(f"//*[@id='{field}-error']"), (field, wrong)
        assert admin.find(f"//*[@role='alert']//a[@href='#{field}']"), "the summary leads there"


def test_an_office_keeps_at_least_one_stage_and_no_two_of_one_name(app: Flask) -> None:
    admin = Visitor(app, "adm")
    for typed in ({f"steps-{n}-left_out": "y" for n in range(3)}, {"steps-0-title": "质量关"}):
        admin.get("/admin/offices/1/rules")
        admin.send(admin.form_with("effective_on"), typed, None)
        admin.send(admin.form_with("effective_on"), {"then": "hold"}, 400)
        assert admin.find("//*[@role='alert']//a[@href='#steps']"), typed
    assert len(db.session.scalars(select(Ruleset).where(Ruleset.office_id == 1)).all()) == 1


def test_no_rules_are_set_to_hold_from_a_day_that_is_past(app: Flask) -> None:
    with pytest.raises(Invalid, match="past-day"):
        organisation.create_ruleset(cast.actor("adm"), cast.office("n"), date(2020, 1, 1), [StepData("a", "甲", "A")])


def test_the_differences_between_two_plans_are_named_one_by_one() -> None:
    second = StagePlan("b", "乙", "", 1, [])
    before = [StagePlan("a", "甲", "", 1, ["一", "二"]), second, StagePlan("c", "丙", "旧", 2, [])]
    after = [second, StagePlan("a", "甲审", "", 3, ["二", "三"]), StagePlan("new", "丁", "", 1, ["四"])]
    moved, changed, new, gone = ask.differences(before, after)
    assert (moved.kind, moved.was_place, moved.place) == ("changed", 2, 1)
    assert (changed.was_title, changed.was_days, changed.days, changed.added, changed.removed) == (
        "甲", 1, 3, ["三"], ["一"])
    assert (new.kind, new.added) == ("new", ["四"])
    assert (gone.kind, gone.title) == ("gone", "丙")
    assert {change.kind for change in ask.differences(before, before)} == {"same"}


def test_questions_are_read_a_line_each_with_english_after_a_bar() -> None:
    assert split_questions("人名无误 | Names are right\n\n 事实有来源｜Facts have sources \n标点") == [
        ("人名无误", "Names are right"), ("事实有来源", "Facts have sources"), ("标点", "")]


# --- Genres and channels ----------------------------------------------------------------------------------------


def test_genres_and_channels_are_made_changed_and_no_longer_offered(app: Flask) -> None:
    admin = Visitor(app, "adm")
    admin.get("/admin/genres/new")
    admin.send(admin.form_with("slug"), {"title": "消息", "slug": "news"}, 400)
    admin.send(admin.form_with("slug"), {"title": "图片新闻", "title_en": "Picture story", "slug": "picture-story"})
    assert "图片新闻" in admin.text
    admin.get("/admin/offices/1/channels/new")
    admin.send(admin.form_with("title"), {"title": "网站"}, 400)
    admin.send(admin.form_with("title"), {"title": "客户端", "title_en": "App"})
    with a_look():
        genre = db.session.scalars(select(Genre.id).where(Genre.slug == "picture-story")).one()
        channel = db.session.scalars(select(Channel.id).where(Channel.title == "客户端")).one()
    for address in (f"/admin/genres/{genre}", f"/admin/offices/1/channels/{channel}"):
        admin.get(address)
        fields = {**admin.fields(admin.form_with("title")), "title": "改名了"}
        del fields["is_active"]
        assert admin.client.post(address, data=fields).status_code == 302
    with a_look():
        for found in (db.session.get_one(Genre, genre), db.session.get_one(Channel, channel)):
            assert (found.title, found.is_active) == ("改名了", False)


# --- The record -------------------------------------------------------------------------------------------------


def test_every_change_is_an_event_and_none_can_be_changed_or_deleted_by_a_page(app: Flask) -> None:
    assert not [rule.rule for rule in app.url_map.iter_rules() if "event" in rule.rule or "audit" in rule.rule]
    assert not [rule.rule for rule in app.url_map.iter_rules() if {"PUT", "PATCH", "DELETE"} & (rule.methods or set())]
    person, = ids("cor_a1")
    admin = Visitor(app, "adm")
    wanted = []
    for address, form, typed, kind in (
        (f"people/{person}", "/change", {"phone": "027-1111"}, "person-changed"),
        (f"people/{person}", "/roles/elsewhere", {"place": "coordinator:0:0"}, "role-given"),
        (f"people/{person}", "/take", {}, "role-taken"),
        (f"people/{person}", "/link", {}, "reset-link"),
        (f"people/{person}", "/deactivate", {}, "person-deactivated"),
        (f"people/{person}", "/activate", {}, "person-activated"),
        ("people/new", "/people/new", {"name": "林夏", "login": "lin.xia"}, "person-created"),
        ("units/1", "/units/1", {"name": "某市"}, "unit-changed"),
        ("offices/1", "/offices/1", {"undo_minutes": "9"}, "office-changed"),
        ("genres/1", "/genres/1", {"title": "快讯"}, "genre-changed"),
        ("offices/1/channels/1", "/channels/1", {"title": "头版"}, "channel-changed"),
    ):
        admin.get(f"/admin/{address}")
        admin.send(admin.form_to(form), typed)
        wanted.append(kind)
    with a_look():
        made = select(Event.kind).where(Event.actor_id == cast.person("adm").id).order_by(Event.seq)
        assert list(db.session.scalars(made)) == ["login", *wanted]
        assert list(audit.verify(db.session())) == []


def test_a_page_tells_what_was_changed_and_by_whom(app: Flask) -> None:
    person, = ids("cor_a1")
    admin = Visitor(app, "adm")
    admin.get(f"/admin/people/{person}")
    admin.send(admin.form_to("/change"), {"name": "何一新"})
    assert "何晓晴 → 何一新" in admin.text


def test_names_with_markup_are_shown_as_text(app: Flask) -> None:
    name = "<b>甲</b>{{7*7}}%(x)s"
    person = people.create_person(None, "markup", name)
    unit = organisation.create_unit(None, UnitData(name, "branch", cast.unit("city").id))
    office = organisation.create_office(None, "markup", name, "", is_active=True)
    organisation.create_ruleset(None, office, date(2020, 1, 1), [StepData("", name, "", checklist=[
        {"key": "q1", "text": name, "text_en": ""}])])
    organisation.create_genre(None, "markup", name, "")
    people.give_role(None, person, Role.CORRESPONDENT, unit_id=unit.id)
    places = (f"people/{person.id}", f"units/{unit.id}", f"offices/{office.id}", f"offices/{office.id}/rules")
    db.session.commit()
    admin = Visitor(app, "adm")
    for address in ("people", "units", "offices", "genres", *places):
        admin.get(f"/admin/{address}")
        assert name in admin.answer.text.replace("&lt;", "<").replace("&gt;", ">"), address  # type: ignore[union-attr]
        assert not admin.find("//main//b"), address


def test_two_who_change_one_office_at_once_do_not_undo_each_other(app: Flask) -> None:
    office = cast.office("n")
    seen = office.revision
    organisation.change_office(None, office, seen, name="甲", name_en="", shows_reviewers=True, undo_minutes=1,
                               is_active=True)
    with pytest.raises(Conflict):
        organisation.change_office(None, office, seen, name="乙", name_en="", shows_reviewers=True, undo_minutes=1,
                                   is_active=True)


def test_a_manuscript_that_is_withdrawn_leaves_a_unit_free(app: Flask) -> None:
    """What is over does not hold a unit open; what is under way does."""
    unit = organisation.create_unit(None, UnitData("临时支部", "branch", cast.unit("district").id))
    people.give_role(None, cast.person("nobody"), Role.CORRESPONDENT, unit_id=unit.id)
    author = cast.actor("nobody")
    draft = manuscripts.create(author, unit.id, cast.TEXT, Particulars())
    people.take_role(None, cast.person("nobody").memberships[-1])
    data = UnitData(unit.name, unit.kind, unit.parent_id, is_active=False)
    with pytest.raises(Invalid):
        organisation.change_unit(None, unit, data)
    manuscripts.withdraw(author, draft, None, "")
    organisation.change_unit(None, unit, data)
