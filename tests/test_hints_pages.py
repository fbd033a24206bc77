"""Hints beside the text: for whoever writes with a button each, for whoever reads as a list; and how long a text is."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from editorial.actions.texts import Text
from editorial.db import db
from editorial.models import Version
from tests import cast
from tests.client import Visitor
from tests.pages import claimed, made

TEXT = Text("江滩(汉口段)开放", "本报讯", "<p>今天,江滩开放，，市民前来观赏。</p>", [])


def test_a_button_changes_the_form_and_saves_nothing_and_what_was_typed_stays(app: Flask) -> None:
    code = made(lambda: cast.draft(text=TEXT))
    visitor = Visitor(app, "cor_a1")
    visitor.get(f"/manuscripts/{code}/edit")
    assert "文字与标点提示 3 处" in visitor.text
    form = visitor.form_with("title", "body")
    typed = {"byline": "改过的署名", "body": visitor.fields(form)["body"] + "<p>又加了一段.</p>"}
    visitor.send(form, {**typed, "hint": "half-width.1.2"})
    fields = visitor.fields(visitor.form_with("title", "body"))
    assert fields["body"].replace("\n", "") == "<p>今天，江滩开放，，市民前来观赏。</p><p>又加了一段.</p>"
    assert (fields["title"], fields["byline"]) == (TEXT.title, "改过的署名")
    visitor.send(visitor.form_with("title", "body"), {"hint": "half-width-pair.0.2"})
    visitor.send(visitor.form_with("title", "body"), {"hint": ""})
    fields = visitor.fields(visitor.form_with("title", "body"))
    assert fields["title"] == "江滩（汉口段）开放"
    assert db.session.scalar(select(func.count(Version.id))) == 1
    db.session.rollback()
    visitor.send(visitor.form_with("title", "body"), {}, button="save")
    last = db.session.scalars(select(Version).order_by(Version.number.desc()).limit(1)).one()
    assert (last.title, last.text) == ("江滩（汉口段）开放", "今天，江滩开放，，市民前来观赏。\n又加了一段.")
    db.session.rollback()


def test_a_new_text_has_hints_before_it_is_saved_and_the_form_can_be_sent_again(app: Flask) -> None:
    visitor = Visitor(app, "cor_a1")
    visitor.get("/manuscripts/new")
    form = visitor.form_with("title", "body")
    for _time in range(2):
        visitor.send(form, {"body": "今天,江滩开放。", "hint": "half-width.1.2"})
        assert visitor.fields(visitor.form_with("title", "body"))["body"].strip() == "<p>今天，江滩开放。</p>"


def test_readers_are_shown_them_and_others_are_not(app: Flask) -> None:
    code = made(lambda: claimed("pol_n", text=TEXT))
    for who, sees in (("pol_n", True), ("chief_n", True), ("con_n", False), ("cor_a1", False), ("coord", False)):
        visitor = Visitor(app, who)
        visitor.get(f"/manuscripts/{code}")
        assert ("文字与标点提示 3 处" in visitor.text) is sees, who
        assert "字（不计标点" in visitor.text
