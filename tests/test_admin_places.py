"""Units, offices with dated rules, genres and channels as administrators keep them; and the record of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from editorial import clock
from editorial.actions import organisation, people, reviewing
from editorial.actions.organisation import StepData, UnitData
from editorial.db import db
from editorial.errors import Invalid
from editorial.forms.admin import split_questions
from editorial.models import Channel, Event, Genre, Manuscript, Office, Ruleset, Unit
from editorial.queries import admin as ask
from editorial.queries import lists
from editorial.queries.admin import StagePlan
from editorial.terms import Role, State
from tests import cast
from tests.client import Visitor
from tests.test_admin import a_look

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
        listing = lists.Listing(Manuscript.code == code, lists.BY_CHANGE)
        assert [row.stage.name for row in listing.read({}).rows] == ["导向关"]


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
            ("steps-0-checklist", "\n".join(f"第{n}问" for n in range(21))), ("note", "长" * 201),
            ("times-revise", "0"), ("times-hear", "61"), ("times-place", ""), ("times-urgent", "-1")):
        admin.get("/admin/offices/1/rules")
        admin.send(admin.form_with("effective_on"), {field: wrong}, 400)
        assert admin.find(f"//*[@id='{field}-error']"), (field, wrong)
        assert admin.find(f"//*[@role='alert']//a[@href='#{field}']"), "the summary leads there"


def test_rules_that_change_nothing_are_not_set(app: Flask) -> None:
    admin = Visitor(app, "adm")
    admin.get("/admin/offices/1/rules")
    admin.send(admin.form_with("effective_on"), {}, 400)
    assert "没有不同" in admin.text and not admin.find("//button[@value='hold']")
    admin.send(admin.form_with("effective_on"), {"steps-0-title_en": "Politics"})  # in English alone is a change
    admin.send(admin.form_with("effective_on"), {"then": "hold"})
    admin.get("/admin/offices/1/rules")
    admin.send(admin.form_with("effective_on"), {"times-revise": "7", "times-urgent": "1"})  # so are times alone
    assert "退修（作者）：工作日：5 → 7" in admin.text and "最多几个工作日：工作日：0 → 1" in admin.text
    admin.send(admin.form_with("effective_on"), {"times-revise": "8"})
    assert not admin.send(admin.form_with("effective_on"), {"times-revise": "9", "then": "hold"}).history
    admin.send(admin.form_with("effective_on"), {"then": "hold"})
    assert admin.url == "/admin/offices/1" and "退修（作者） 9" in admin.text
    held = db.session.scalars(select(Ruleset).where(Ruleset.office_id == 1).order_by(Ruleset.number)).all()
    same = [StepData(one.stage.slug, one.title, one.title_en, one.purpose, one.purpose_en, one.days, one.checklist)
            for one in held[-1].steps]
    with pytest.raises(Invalid, match="no-change"):
        organisation.create_ruleset(cast.actor("adm"), db.session.get_one(Office, 1), held[-1].effective_on, same,
                                    times=organisation.times_of(held[-1]))
    assert len(held) == 3


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
    admin.send(admin.form_with("title"), {"title": "客户端", "title_en": "App", "kind": "account", "daily": "0"}, 400)
    admin.send(admin.form_with("title"), {"title": "客户端", "title_en": "App", "kind": "account", "daily": "12"})
    assert "每天可发 12 篇" in admin.text
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
