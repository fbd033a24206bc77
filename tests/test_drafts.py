"""What was typed and not saved: kept by tab, offered again, brought back, thrown away."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy import func, select, update

from editorial.actions import scratch
from editorial.db import db
from editorial.models import Manuscript, Scratch
from editorial.tables.logins import WebSession
from tests import cast
from tests.client import Visitor


def _keep(visitor: Visitor, page: str, tab: str, revision: int | None = 1, **fields: Any) -> int:
    """What the page's script sends while one types; gives the answer's status."""
    answer = visitor.client.post("/drafts", json={"form": page, "tab": tab, "revision": revision, "fields": fields},
                                 headers={"X-CSRFToken": visitor.token()})
    return answer.status_code


def _kept() -> list[Scratch]:
    db.session.rollback()
    return list(db.session.scalars(select(Scratch).order_by(Scratch.id)))


def _restore(visitor: Visitor, words: str) -> None:
    """Press "bring it back" in the notice that shows these words."""
    notice = next(one for one in visitor.find("//section[@class='notice']") if words in "".join(one.itertext()))
    visitor.get(notice.xpath(".//a[contains(@href, 'restore=')]")[0].get("href"))


def _edit(visitor: Visitor, manuscript: Manuscript) -> str:
    visitor.get(address := f"/manuscripts/{manuscript.code}/edit")
    return address


def test_what_was_typed_before_a_crash_is_offered_and_brought_back(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    author.get("/manuscripts/new")
    tab = author.fields(author.form_with("title", "body"))["tab"]
    offices = [str(cast.office("n").id), str(cast.office("t").id)]
    assert _keep(author, "/manuscripts/new", tab, None, title="写到一半", body="<p>电脑死机之前的一段。</p>",
                 urgent="y", offices=offices, csrf_token="x", form_key="x") == 200
    assert set(_kept()[0].fields) == {"title", "body", "urgent", "offices"}
    author.get("/manuscripts/new")
    assert "电脑死机之前的一段。" in author.text
    _restore(author, "写到一半")
    form = author.fields(author.form_with("title", "body"))
    assert (form["title"], form["body"], form["urgent"]) == ("写到一半", "<p>电脑死机之前的一段。</p>", "y")
    assert sorted(form["offices"]) == sorted(offices)
    author.send(author.form_with("title", "body"), button="save")
    assert _kept() == []


def test_what_was_saved_is_not_offered_again(app: Flask) -> None:
    draft = cast.draft()
    author = Visitor(app, "cor_a1")
    address = _edit(author, draft)
    form = author.form_with("title", "body")
    _keep(author, address, author.fields(form)["tab"], draft.revision, title="改题", body="改文")
    author.send(form, {"title": "改题"}, button="save")
    assert _kept() == []
    assert not author.find("//a[contains(@href, 'restore=')]")


def test_two_tabs_keep_two_texts_and_neither_is_lost(app: Flask) -> None:
    """G13: the second to save is told, and its text is there to be brought back; so is the first."""
    draft = cast.draft()
    one, two = Visitor(app, "cor_a1"), Visitor(app, "cor_a1")
    for visitor, title in ((one, "左页的标题"), (two, "右页的标题")):
        address = _edit(visitor, draft)
        form = visitor.form_with("title", "body")
        _keep(visitor, address, visitor.fields(form)["tab"], draft.revision, title=title, body=title)
    assert sorted(str(kept.fields["title"]) for kept in _kept()) == ["右页的标题", "左页的标题"]
    one.send(one.form_with("title"), {"title": "左页的标题"}, button="save")
    assert [kept.fields["title"] for kept in _kept()] == ["右页的标题"]
    two.send(two.form_with("title"), {"title": "右页的标题"}, 409, button="save")
    _edit(one, draft)
    _restore(one, "右页的标题")
    assert "稿件又有改动" in one.text or "changed after" in one.text
    assert one.fields(one.form_with("title"))["title"] == "右页的标题"
    one.send(one.form_with("title"), button="save")
    db.session.rollback()
    assert db.session.scalars(select(Manuscript.title)).one() == "右页的标题"
    assert _kept() == []


def test_a_refused_text_is_offered_where_it_was_typed(app: Flask) -> None:
    draft = cast.draft()
    author = Visitor(app, "cor_a1")
    address = _edit(author, draft)
    author.send(author.form_with("title"), {"title": "没有原创声明", "is_original": []}, 400, button="submit")
    author.get("/manuscripts")
    author.get(address)
    assert "没有原创声明" in author.text


def test_discarding_throws_away_ones_own_and_nobody_elses(app: Flask) -> None:
    author, other = Visitor(app, "cor_a1"), Visitor(app, "cor_a2")
    _keep(author, "/manuscripts/new", "t1", None, title="不要了", body="x")
    number = _kept()[0].id
    other.post(f"/drafts/{number}/discard", {}, 404)
    other.get(f"/manuscripts/new?restore={number}", 404)
    other.get("/manuscripts/new")
    assert "不要了" not in other.text
    author.get("/manuscripts/new")
    author.send(author.form_to("/discard"))
    assert author.url == "/manuscripts/new"
    assert _kept() == []


def test_a_text_of_another_form_is_not_brought_into_this_one(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    draft = cast.draft()
    _keep(author, f"/manuscripts/{draft.code}/edit", "t1", 1, title="别的稿件")
    author.get(f"/manuscripts/new?restore={_kept()[0].id}", 404)
    author.get("/manuscripts/new?restore=99999999999999999999", 404)


def test_an_ended_session_keeps_the_text_and_log_in_leads_back_to_it(app: Flask) -> None:
    draft = cast.draft()
    author = Visitor(app, "cor_a1")
    address = _edit(author, draft)
    form = author.form_with("title", "body")
    db.session.execute(update(WebSession).values(seen_at=cast.MONDAY.replace(year=2020)))
    assert _keep(author, address, "t1", 1, title="x") == 401
    author.send(form, {"title": "会话过期时写的"}, button="save")
    assert author.url == "/login"
    db.session.rollback()
    assert db.session.scalars(select(Manuscript.title)).one() == cast.TEXT.title
    author.send(author.form_with("login"), {"login": "cor_a1", "password": cast.PASSWORD})
    assert author.url == address
    _restore(author, "会话过期时写的")
    author.send(author.form_with("title"), button="save")
    db.session.rollback()
    assert db.session.scalars(select(Manuscript.title)).one() == "会话过期时写的"


def test_a_session_that_was_logged_out_keeps_nothing(app: Flask) -> None:
    """Who replays a cookie after the log-out writes into nobody's drafts."""
    author = Visitor(app, "cor_a1")
    author.get("/manuscripts/new")
    form = author.form_with("title", "body")
    cookie = author.client.get_cookie("editorial")
    assert cookie is not None
    author.send(author.form_to("/logout"))
    author.client.set_cookie("editorial", cookie.value)
    author.send(form, {"title": "冒名"}, button="save")
    assert author.url == "/login"
    assert _kept() == []


def test_drafts_of_another_shape_are_refused(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    token = {"X-CSRFToken": author.token()}
    shapes: list[Any] = [[], None, {}, {"form": 1, "tab": "t", "fields": {}}, {"form": "/x", "tab": "", "fields": {}},
                  {"form": "//x", "tab": "t", "fields": {"a": {"b": 1}}}, {"form": "/x", "tab": "t", "fields": "x"}]
    for wrong in shapes:
        assert author.client.post("/drafts", json=wrong, headers=token).status_code == 400, wrong
    assert _keep(author, "/manuscripts/new", "t", None, body="长" * 2_000_001) == 400
    assert author.client.post("/drafts", json={"form": "/x", "tab": "t", "fields": {}}).status_code == 400, "no token"
    assert _kept() == []


def test_a_form_without_scripts_may_keep_its_text_as_well(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    author.post("/drafts", {"form_page": "/manuscripts/new", "tab": "t", "title": "表单也行", "offices": ["1", "2"]},
                200)
    assert [(kept.form, kept.fields) for kept in _kept()] == [
        ("/manuscripts/new", {"title": "表单也行", "offices": ["1", "2"]})]


def test_the_oldest_go_where_somebody_keeps_very_many(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    person = cast.person("cor_a1").id
    for number in range(scratch.MOST_KEPT):
        scratch.keep(person, "/x", f"t{number}", 0, {"body": str(number)})
    _keep(author, "/x", "one more", None, body="last")
    assert db.session.scalar(select(func.count()).select_from(Scratch)) == scratch.MOST_KEPT
    assert {kept.tab for kept in _kept()} >= {"one more", "t1"} and "t0" not in {kept.tab for kept in _kept()}


def test_pasted_html_comes_back_clean_with_what_was_left_out(app: Flask) -> None:
    author = Visitor(app, "cor_a1")
    token = {"X-CSRFToken": author.token()}
    answer = author.client.post("/paste", headers=token, json={
        "html": "<p class=MsoNormal onclick=x()>好<b>字</b><script>x()</script></p><img src='http://canary.invalid/a.png'>"})
    assert answer.json is not None
    assert answer.json["html"] == "<p>好<strong>字</strong></p>"
    assert len(answer.json["warnings"]) >= 1 and all(isinstance(one, str) for one in answer.json["warnings"])
    for wrong in (3, None, "x" * 5_000_001, "<p>" * 100_001):
        assert author.client.post("/paste", headers=token, json={"html": wrong}).status_code == 400
    assert author.client.post("/paste", json={"html": ""}).status_code == 400, "no token"
    assert Visitor(app).client.post("/paste", json={"html": ""}).status_code in (400, 401)
