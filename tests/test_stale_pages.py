"""A page that is out of date: nothing is done, what changed is shown, and what was typed comes back (G03)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from editorial.actions import manuscripts, reviewing
from editorial.db import db
from editorial.forms.acting import DO
from editorial.models import Manuscript, Scratch
from editorial.terms import Action, State
from tests import cast
from tests.client import Visitor
from tests.pages import claimed, found, made, seen, then
from tests.servers import on_one_database
from tests.test_proposing import held, proposed


def _asked() -> Manuscript:
    manuscript = cast.reach(State.PUBLISHED)
    manuscripts.request_correction(cast.actor("cor_a1"), manuscript, None, "日期写错了。")
    return manuscript


def _appealed() -> Manuscript:
    manuscript = cast.reach(State.REJECTED)
    manuscripts.appeal(cast.actor("cor_a1"), manuscript, None, "请再看")
    return manuscript


WORDS = "这段话很长，不能丢。"
# Each action: who does it, on what, and what they type.
CASES: dict[Action, tuple[str, Callable[[], Manuscript], dict[str, Any]]] = {
    Action.SUBMIT: ("cor_a1", cast.draft, {}),
    Action.SIGN_OFF: ("sig_a", cast.submitted, {"stated": "y"}),
    Action.RECALL: ("cor_a1", cast.submitted, {}),
    Action.RETURN: ("pol_n", lambda: claimed("pol_n"), {"reason": WORDS}),
    Action.REJECT: ("pol_n", lambda: claimed("pol_n"), {"reason": WORDS}),
    Action.RESUBMIT: ("cor_a1", lambda: cast.reach(State.RETURNED), {"summary": WORDS}),
    Action.CLAIM: ("pol_n", cast.signed, {}),
    Action.ASSIGN: ("chief_n", cast.signed, {}),
    Action.RELEASE: ("pol_n", lambda: claimed("pol_n"), {}),
    Action.PASS: ("pol_n", lambda: claimed("pol_n"), {"checklist": ["names", "facts"], "remark": WORDS}),
    Action.PROPOSE_PASS: ("pol_n", held, {"checklist": ["names", "facts"], "remark": WORDS}),
    Action.PROPOSE_RETURN: ("pol_n", held, {"reason": WORDS}),
    Action.PROPOSE_REJECT: ("pol_n", held, {"reason": WORDS}),
    Action.CONFIRM: ("chief_n", proposed, {}),
    Action.SEND_BACK: ("chief_n", proposed, {"reason": WORDS}),
    Action.APPEAL: ("cor_a1", lambda: cast.reach(State.REJECTED), {"grounds": WORDS}),
    Action.REOPEN: ("chief_n", _appealed, {"reason": WORDS}),
    Action.UPHOLD: ("chief_n", _appealed, {"reason": WORDS}),
    Action.TRANSFER: ("chief_n", cast.signed, {"reason": WORDS}),
    Action.SHARE: ("chief_n", cast.signed, {}),
    Action.UNDO: ("pol_n", lambda: cast.reach(State.RETURNED), {}),
    Action.WITHDRAW: ("cor_a1", cast.signed, {"reason": WORDS}),
    Action.PUBLISH: ("pub_n", lambda: cast.reach(State.ACCEPTED), {"address": "https://e.example/1", "place": WORDS}),
    Action.REQUEST_CORRECTION: ("cor_a1", lambda: cast.reach(State.PUBLISHED), {"reason": WORDS}),
    Action.DECLINE_CORRECTION: ("chief_n", _asked, {"reason": WORDS}),
    Action.ADD_AUTHOR: ("cor_a1", cast.draft, {}),
    Action.BEGIN_ANEW: ("cor_a1", lambda: cast.reach(State.REJECTED), {}),
    Action.RETRACT: ("chief_n", lambda: cast.reach(State.PUBLISHED), {"public_reason": WORDS}),
}


def _touch(manuscript: Manuscript) -> None:
    """Somebody else changes something that leaves its state as it is."""
    manuscript.urgent = not manuscript.urgent


def test_a_refusal_speaks_of_a_change_only_where_it_shows_one(app: Flask) -> None:
    code = made(lambda: cast.reach(State.REJECTED))
    visitor = Visitor(app, "chief_n")
    for act, fields in (("uphold", {"reason": WORDS}), ("publish", {"address": "https://e.example/1"})):
        now = found(code).revision
        db.session.rollback()
        visitor.post(f"/manuscripts/{code}/{act}", {**fields, "revision": now}, 409)
        assert "变化" not in visitor.text and "".join(visitor.find("//h1//text()")).strip() == "现在不能这样做"
    visitor.post(f"/manuscripts/{code}/uphold", {"reason": WORDS, "revision": 1}, 409)
    assert "".join(visitor.find("//h1//text()")).strip() == "稿件刚刚有了变化" and visitor.find("//*[@id='changes']")


def test_there_is_a_case_for_every_action() -> None:
    assert set(CASES) == set(DO)


@on_one_database
@pytest.mark.parametrize("action", list(CASES))
def test_a_stale_page_does_nothing_and_keeps_what_was_typed(app: Flask, action: Action) -> None:
    who, build, fields = CASES[action]
    code = made(build)
    visitor = Visitor(app, who)
    visitor.get(f"/manuscripts/{code}")
    form = visitor.form_to(f"/{action}")
    then(_touch, code)
    before = seen(code)
    visitor.send(form, fields, 409)
    assert seen(code) == before
    shown = [(area.text or "").strip() for area in visitor.find("//textarea")]
    assert set(shown) >= {value for name, value in fields.items() if name not in ("stated", "checklist")}
    visitor.get(visitor.find("//main//a[contains(@class, 'btn-primary')]")[0].get("href"))
    form = visitor.form_to(f"/{action}")
    assert {name: visitor.fields(form)[name] for name in fields} == fields
    visitor.send(form)
    assert seen(code)[1] > before[1]
    assert db.session.query(Scratch).count() == 0
    db.session.rollback()


def test_what_changed_meanwhile_is_shown(app: Flask) -> None:
    code = made(lambda: claimed("pol_n"))
    visitor = Visitor(app, "pol_n")
    visitor.get(f"/manuscripts/{code}")
    form = visitor.form_to("/return")
    then(lambda m: manuscripts.withdraw(cast.actor("cor_a1"), m, None, "活动取消了"), code)
    visitor.send(form, {"reason": WORDS}, 404)
    assert WORDS in visitor.text and "活动取消了" not in visitor.text
    code = made(lambda: claimed("pol_n"))
    visitor.get(f"/manuscripts/{code}")
    form = visitor.form_to("/return")
    then(lambda m: reviewing.assign(cast.actor("chief_n"), m, None, cast.person("pol_n2").id), code)
    visitor.send(form, {"reason": WORDS}, 409)
    entries = visitor.find("//ol[@class='history']/li")
    assert len(entries) == 1 and "郑明" in "".join(entries[0].itertext())


def test_what_changed_is_told_as_far_as_one_may_know(app: Flask) -> None:
    code = made(lambda: claimed("pol_n"))
    visitor = Visitor(app, "cor_a1")
    visitor.get(f"/manuscripts/{code}")
    form = visitor.form_to("/withdraw")
    then(lambda m: reviewing.return_(cast.actor("pol_n"), m, None, "请补来源"), code)
    visitor.send(form, {"reason": WORDS}, 409)
    assert "请补来源" in visitor.text and "郑直" not in visitor.text


def test_what_was_typed_for_an_act_that_is_gone_is_still_there(app: Flask) -> None:
    code = made(lambda: claimed("pol_n"))
    visitor = Visitor(app, "pol_n")
    visitor.get(f"/manuscripts/{code}")
    form = visitor.form_to("/return")
    then(lambda m: reviewing.assign(cast.actor("chief_n"), m, None, cast.person("pol_n2").id), code)
    visitor.send(form, {"reason": WORDS}, 409)
    visitor.get(f"/manuscripts/{code}")
    assert WORDS in visitor.text
    visitor.send(visitor.form_to("/discard"))
    assert visitor.url == f"/manuscripts/{code}" and WORDS not in visitor.text
    assert found(code).state is State.IN_REVIEW


def test_a_refused_form_of_a_stale_page_is_a_conflict_first(app: Flask) -> None:
    code = made(lambda: claimed("pol_n"))
    visitor = Visitor(app, "pol_n")
    visitor.get(f"/manuscripts/{code}")
    form = visitor.form_to("/return")
    then(_touch, code)
    visitor.send(form, {"reason": ""}, 409)


def test_a_second_click_leads_to_where_the_first_one_led(app: Flask) -> None:
    code = made(lambda: claimed("pol_n"))
    visitor = Visitor(app, "pol_n")
    visitor.get(f"/manuscripts/{code}")
    form, fields = visitor.form_to("/return"), {"reason": WORDS}
    again = {**visitor.fields(form), **fields}
    visitor.send(form, fields)
    after = seen(code)
    visitor.post(f"/manuscripts/{code}/return", again, 200)
    assert visitor.url == f"/manuscripts/{code}" and seen(code) == after
