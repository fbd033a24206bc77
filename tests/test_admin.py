"""The administration: for administrators alone; people, roles, units, offices with dated rules, genres, channels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event as listen
from sqlalchemy import select

from editorial import audit
from editorial.actions import organisation, people, reviewing
from editorial.actions.organisation import ChannelData, StepData, UnitData
from editorial.db import db
from editorial.errors import Invalid, Refused
from editorial.models import Event, Membership, Person
from editorial.queries import admin as ask
from editorial.terms import Role, State
from tests import cast
from tests.client import Visitor
from tests.conftest import make_app
from tests.servers import on_one_database

NEW = "春风又绿江南岸-1069"
WORDS = {"kind": "due", "locale": "en"}
"""What stands in addresses in the place of words."""


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
                filled = filled.replace(f"<int:{argument}>", "1").replace(f"<{argument}>", WORDS.get(argument, ""))
            yield from ((filled, method) for method in (rule.methods or set()) & {"GET", "POST"})


@on_one_database
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
        lambda: organisation.create_channel(chief, office, ChannelData("微信", "")),
        lambda: organisation.change_channel(chief, office.channels[0], ChannelData("微信", "")),
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
    for button, status in (("/take", 200), ("/deactivate", 400)):
        admin.get(f"/admin/people/{person}")
        admin.send(admin.form_to(button), {}, status)
        assert "最后一位管理员" in admin.text
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
