"""The manuscript's page: to each reader their text, their buttons and their names, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from editorial import clock
from editorial.actions import manuscripts, reviewing
from editorial.actions.texts import Text
from editorial.db import db
from editorial.models import Manuscript, RulesetStep, Version
from editorial.terms import State
from tests import cast
from tests.client import Visitor
from tests.pages import claimed, found, made, queries, seen, then

# Who finds which buttons, by hand from domain.md. Whoever is not named finds nothing under the address.
BUTTONS: dict[State, dict[str, set[str]]] = {
    State.DRAFT: {"cor_a1": {"add-author", "submit", "withdraw"}},
    State.AWAITING_SIGNOFF: {"cor_a1": {"recall", "withdraw"}, "sig_a": {"sign-off", "return", "reject"},
                             "coord": set(), "sig_district": {"sign-off", "return", "reject"}},
    State.IN_REVIEW: {"cor_a1": {"share", "withdraw"}, "sig_a": {"undo"}, "sig_district": set(), "pol_n": {"claim"},
                      "con_n": set(), "chief_n": {"assign", "transfer", "share"}, "pub_n": set(), "coord": set()},
    State.RETURNED: {"cor_a1": {"add-author", "resubmit", "withdraw"}, "sig_a": set(), "sig_district": set(),
                     "pol_n": {"undo"}, "con_n": set(), "chief_n": set(), "pub_n": set(), "coord": set()},
    State.ACCEPTED: {"cor_a1": {"share", "withdraw"}, "sig_a": set(), "sig_district": set(), "pol_n": set(),
                     "con_n": set(), "qua_n": {"undo"}, "chief_n": {"share"}, "pub_n": {"publish"}, "coord": set()},
    State.PUBLISHED: {"cor_a1": {"request-correction", "share"}, "sig_a": set(), "sig_district": set(), "pol_n": set(),
                      "con_n": set(), "chief_n": {"share", "retract"}, "pub_n": {"publish", "request-correction"},
                      "coord": set(), "cor_a2": set(), "cor_b1": set(), "sig_b": set(), "pol_t": set(), "com_d": set(),
                      "ctr_d1": set(), "adm": set()},
    State.REJECTED: {"cor_a1": {"appeal", "begin-anew"}, "sig_a": set(), "sig_district": set(), "pol_n": {"undo"},
                     "con_n": set(), "chief_n": set(), "pub_n": set(), "coord": set()},
    State.WITHDRAWN: {"cor_a1": {"begin-anew"}, "coord": set()},
    State.RETRACTED: {"cor_a1": {"begin-anew"}, "sig_a": set(), "sig_district": set(), "pol_n": set(), "con_n": set(),
                      "chief_n": set(), "pub_n": set(), "coord": set(), "cor_a2": set(), "cor_b1": set(),
                      "sig_b": set(), "pol_t": set(), "com_d": set(), "ctr_d1": set(), "adm": set()},
}
LOOKING = ("cor_a1", "cor_a2", "cor_b1", "sig_a", "sig_b", "sig_district", "pol_n", "con_n", "chief_n", "pub_n",
           "pol_t", "com_d", "ctr_d1", "coord", "adm")


@pytest.mark.parametrize("who", LOOKING)
def test_each_page_has_exactly_the_buttons_of_its_reader(app: Flask, who: str) -> None:
    visitor = Visitor(app, who)
    for state, expected in BUTTONS.items():
        code = made(partial(cast.reach, state))
        if who in expected:
            visitor.get(f"/manuscripts/{code}")
            assert visitor.actions() == expected[who], f"{who}, {state}"
        else:
            visitor.get(f"/manuscripts/{code}", 404)


def test_the_reader_at_a_stage_decides_and_edits(app: Flask) -> None:
    for step in db.session.query(RulesetStep):
        step.purpose = f"看{step.stage.title}"
    code = made(lambda: claimed("pol_n"))
    visitor = Visitor(app, "pol_n")
    visitor.get(f"/manuscripts/{code}")
    assert visitor.actions() == {"pass", "return", "reject", "release"}
    assert "看政治关" in visitor.text and "人名、职务、单位无误" in visitor.text and "看内容关" not in visitor.text
    assert visitor.find(f"//main//a[@href='/manuscripts/{code}/edit']")


def test_the_head_says_who_has_it_and_until_when_to_those_inside(app: Flask) -> None:
    code = made(lambda: claimed("pol_n"))
    for who in ("cor_a1", "sig_a", "chief_n", "coord"):
        visitor = Visitor(app, who)
        visitor.get(f"/manuscripts/{code}")
        head = visitor.find("//header[@class='manuscript-head']")[0]
        assert head.xpath(".//time") and ("郑直" in "".join(head.itertext())) is (who in ("chief_n", "coord")), who
    code = made(lambda: cast.reach(State.PUBLISHED))
    outside = Visitor(app, "cor_b1")
    outside.get(f"/manuscripts/{code}")
    assert not outside.find("//header[@class='manuscript-head']//time") and not outside.find("//ol[@class='route']")


# --- Doing ----------------------------------------------------------------------------------------------------------


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong_beside_it(app: Flask) -> None:
    code = made(lambda: claimed("pol_n"))
    visitor = Visitor(app, "pol_n")
    visitor.get(f"/manuscripts/{code}")
    before = seen(code)
    visitor.send(visitor.form_to("/pass"), {"checklist": "names", "remark": "标题再斟酌"}, 400)
    form = visitor.form_to("/pass")
    assert visitor.fields(form)["checklist"] == "names" and visitor.fields(form)["remark"] == "标题再斟酌"
    assert form.xpath(".//*[@id='checklist-error']")
    assert not visitor.form_to("/return").xpath(".//*[contains(@class, 'error')]")
    visitor.send(visitor.form_to("/return"), {"reason": "  "}, 400)
    assert visitor.form_to("/return").xpath(".//*[@id='return-reason-error']")
    visitor.send(visitor.form_to("/return"), {"reason": "长" * 2001}, 400)
    assert visitor.fields(visitor.form_to("/return"))["reason"] == "长" * 2001
    assert seen(code) == before
    visitor.send(visitor.form_to("/return"), {"reason": "长" * 2000})
    assert seen(code)[0] == State.RETURNED


def test_undo_is_offered_until_the_messages_leave(app: Flask) -> None:
    code = made(lambda: cast.reach(State.REJECTED))
    visitor = Visitor(app, "pol_n")
    with clock.at(clock.now() + timedelta(minutes=6)):
        visitor.get(f"/manuscripts/{code}")
        assert "undo" not in visitor.actions()
    visitor.get(f"/manuscripts/{code}")
    visitor.send(visitor.form_to("/undo"))
    assert seen(code)[0] == State.IN_REVIEW
    assert visitor.actions() == {"pass", "return", "reject", "release"}


def test_a_draft_says_what_is_missing_and_leads_to_the_text(app: Flask) -> None:
    code = made(lambda: cast.draft(text=Text("", "", ""), offices=()))
    visitor = Visitor(app, "cor_a1")
    visitor.get(f"/manuscripts/{code}")
    assert len(visitor.find("//section[@aria-labelledby='lacks']//li")) == 4
    assert visitor.find(f"//div[contains(@class, 'action-bar')]//a[@href='/manuscripts/{code}/edit']")
    visitor.send(visitor.form_to("/submit"), status=400)
    assert seen(code)[0] == State.DRAFT


def test_who_loses_sight_of_it_by_what_they_did_comes_home(app: Flask) -> None:
    code = made(cast.signed)
    visitor = Visitor(app, "chief_n")
    visitor.get(f"/manuscripts/{code}")
    visitor.send(visitor.form_to("/transfer"), {"reason": "更合电视台"})
    assert visitor.url == "/"
    Visitor(app, "pol_t").get(f"/manuscripts/{code}")


def test_a_chief_editor_assigns_to_those_who_may_read(app: Flask) -> None:
    code = made(lambda: cast.passed(cast.signed(), "pol_n"))
    visitor = Visitor(app, "chief_n")
    visitor.get(f"/manuscripts/{code}")
    names = [option.text for option in visitor.form_to("/assign").xpath(".//option")]
    assert len(names) == 1 and "文思" in names[0]
    visitor.send(visitor.form_to("/assign"))
    assert found(code).assignee_id == cast.person("con_n").id


def test_a_story_that_every_office_has_is_neither_shared_nor_transferred(app: Flask) -> None:
    code = made(lambda: cast.signed(offices=("n", "t")))
    visitor = Visitor(app, "chief_n")
    visitor.get(f"/manuscripts/{code}")
    assert visitor.actions() == {"assign"}


def test_a_publication_is_recorded_in_local_time(app: Flask) -> None:
    code = made(lambda: cast.reach(State.ACCEPTED))
    visitor = Visitor(app, "pub_n")
    visitor.get(f"/manuscripts/{code}")
    at = (clock.now() - timedelta(hours=1)).replace(second=0, microsecond=0)
    there = at.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%dT%H:%M")
    visitor.send(visitor.form_to("/publish"), {"address": "江滩", "published_at": there}, 400)
    visitor.send(visitor.form_to("/publish"), {"address": "https://news.example/7", "published_at": there})
    assert found(code).publications[0].published_at == at
    db.session.rollback()
    Visitor(app, "cor_b1").get(f"/manuscripts/{code}")


def test_the_review_sheet_has_every_signature_and_decision(app: Flask) -> None:
    code = made(lambda: cast.reach(State.PUBLISHED))
    digest = found(code).versions[-1].digest
    db.session.rollback()
    staff = Visitor(app, "pub_n")
    staff.get(f"/manuscripts/{code}/sheet")
    for word in ("石敏", "郑直", "文思", "严谨", "政治关", "内容关", "质量关", digest, "百步亭支部"):
        assert word in staff.text
    times = [cell.text or "" for cell in staff.find("//main//tbody/tr/td[3]")]
    assert times and not any("(" in time for time in times), "the zone is told once, below"
    assert "CST (+08:00)" in staff.text
    for who in ("cor_a1", "sig_a", "cor_b1", "coord"):
        Visitor(app, who).get(f"/manuscripts/{code}/sheet", 403)


def test_a_reader_of_another_stage_decides_nothing_early_or_twice(app: Flask) -> None:
    """B05, B06, B07: it is not theirs to do now (403); from an older page it is out of date (409)."""
    code = made(lambda: claimed("pol_n"))
    first = Visitor(app, "pol_n")
    first.get(f"/manuscripts/{code}")
    form = first.form_to("/pass")
    sent = {**first.fields(form), "checklist": ["names", "facts"]}
    for who in ("con_n", "qua_n"):
        before = seen(code)
        early = Visitor(app, who)
        early.post(f"/manuscripts/{code}/pass", {"act": "pass", "revision": sent["revision"],
                                                 "checklist": sent["checklist"]}, 403)
        assert seen(code) == before
    first.send(form, sent)
    first.send(form, {**sent, "form_key": "another"}, 409)
    assert seen(code)[3] == 2  # the signature and one pass


def test_the_page_costs_as_many_queries_whatever_happened(app: Flask) -> None:
    short, long = made(cast.signed), made(lambda: claimed("pol_n", "con_n"))

    def back_and_forth(manuscript: Manuscript) -> None:
        author, reader = cast.actor("cor_a1"), cast.actor("con_n")
        for n in range(5):
            reviewing.return_(reader, manuscript, None, f"再改 {n}")
            manuscripts.save(author, manuscript, None, Text(f"题 {n}", "署名", f"<p>{n}</p>"))
            manuscripts.resubmit(author, manuscript, None, f"改了 {n}")
            reviewing.sign_off(cast.actor("sig_a"), manuscript, None, True)
            cast.passed(manuscript, "pol_n")
            reader = cast.actor("con_n")

    then(back_and_forth, long)
    assert db.session.query(Version).count() > 5
    db.session.rollback()
    visitor = Visitor(app, "chief_n")
    with queries(app) as few:
        visitor.get(f"/manuscripts/{short}")
    with queries(app) as many:
        visitor.get(f"/manuscripts/{long}")
    assert len(many) <= len(few) + 1
    assert len(few) <= 29, "two of them note that it was opened"


def test_what_was_returned_is_written_on_first_and_resubmitted_once_its_text_is_another(app: Flask) -> None:
    code = made(lambda: cast.reach(State.RETURNED))
    author = Visitor(app, "cor_a1")
    author.get(f"/manuscripts/{code}")
    assert author.find("//a[contains(@class, 'btn-primary')][contains(., '继续写稿')]")
    assert not author.find("//a[@href='#act-resubmit']")
    text = Text("补了来源", "通讯员", "<p>新文。</p>")
    then(lambda one: manuscripts.save(cast.actor("cor_a1"), one, None, text), code)
    author.get(f"/manuscripts/{code}")
    assert author.find("//a[@href='#act-resubmit']")
