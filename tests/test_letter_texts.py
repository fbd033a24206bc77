"""The house's own texts of letters: fields looked up and nothing else, a preview, versions, and the way back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from editorial.actions import letter_texts as act
from editorial.actions import mailing
from editorial.db import db
from editorial.errors import Conflict, Invalid
from editorial.models import Event
from editorial.queries import letter_texts as ask
from editorial.tables.letter_texts import TEXT_KINDS, LetterText, fields, filled, in_one_line
from tests import cast
from tests.client import Visitor
from tests.mail import PostOffice
from tests.test_letters import house, office, text, to, work

__all__ = ["house", "office"]


@pytest.mark.parametrize("words", [
    "{what.__class__}", "{what[0]}", "{0}", "{}", "{what!r}", "{what:>9}", "{{ 7*7 }}", "{% if x %}", "%(what)s",
    "$what"])
def test_what_is_no_field_is_refused_or_stays_as_it_is_and_is_never_evaluated(words: str) -> None:
    if fields(words):
        with pytest.raises(Invalid, match="unknown-field"):
            act.check("mine", "稿件有消息", words + "{链接}")
    assert in_one_line(filled(words, {"what": "退修"})) == words


def test_a_field_is_known_in_both_languages_and_what_fills_it_is_no_field_again() -> None:
    lines = filled("{姓名}，{ What }\n原因：{reason}\n期限 {期限}{待办}\n\n完", {
        "name": "{链接}", "what": "退修", "due": "今天"})
    assert ["".join(words for _key, words in line) for line in lines] == ["{链接}，退修", "期限 今天", "", "完"]
    assert in_one_line(filled("{what}", {"what": "a\r\nBcc: x@y.example"})) == "a Bcc: x@y.example"


@pytest.mark.parametrize(("kind", "subject", "body", "wrong"), [
    ("mine", "", "{link}", {"subject": "missing"}), ("mine", "x", "x", {"body": "no-link-field"}),
    ("mine", "{link}", "{link}", {"subject": "unknown-field"}),
    ("mine", "{条数}", "{链接}", {"subject": "unknown-field"}),
    ("digest", "x", "{reason}", {"body": "unknown-field"})])
def test_a_text_that_would_leave_its_reader_helpless_is_refused(kind: str, subject: str, body: str,
                                                                wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid) as error:
        act.check(kind, subject, body)
    assert error.value.fields == wrong


def test_the_built_in_texts_hold_in_both_languages(app: Flask) -> None:
    with app.test_request_context():
        for kind in TEXT_KINDS:
            assert ask.kind_words(kind)
            for locale in ask.LOCALES:
                act.check(kind, *ask.built_in(kind, locale))
                shown = ask.preview(locale, *ask.built_in(kind, locale), "平台", "http://gao.example/")
                assert "{" not in shown.subject + str(shown.lines)


def test_letters_have_the_houses_own_words_from_then_on_and_the_built_in_ones_again(
        house: Flask, office: PostOffice) -> None:
    db.session.commit()
    admin, page = Visitor(house, "adm"), "/admin/letters/due/zh_Hans_CN"
    admin.get(page)
    form = admin.form_with("body")
    admin.send(form, {"subject": "{对象.__class__}", "body": "{链接}"}, 400)
    assert "花括号" in admin.text
    words = {"subject": "【审签】{稿件}", "body": "{姓名}同志：\n<b>{事由}</b>\n原因：{原因}\n{链接}"}
    admin.send(form, words, button="look")
    assert "【审签】江滩芦苇节开幕" in admin.text
    assert db.session.scalars(select(LetterText)).all() == []
    db.session.rollback()
    admin.send(admin.form_with("body"), words)
    cast.submitted()
    work(house)
    [letter] = to(office, "sig_a")
    assert letter["Subject"] == "【审签】江滩芦苇节开幕"
    assert "石敏同志：\n<b>何晓晴送审第 1 版" in text(letter).replace("\r", "")
    assert "原因" not in text(letter)
    assert "&lt;b&gt;何晓晴送审第 1 版" in text(letter, "html").replace("\r", "")
    assert 'href="http://gao.example/manuscripts/' in text(letter, "html")
    admin.get(page)
    admin.send(admin.form_to("/built-in"))
    cast.submitted("cor_a2")
    work(house, timedelta(minutes=10))
    assert "同志" not in text(to(office, "sig_a")[1])
    assert [event.data["number"] for event in db.session.scalars(
        select(Event).where(Event.kind == "letter-text-changed").order_by(Event.seq))] == [1, 2]
    with pytest.raises(Conflict, match="list-changed"):
        act.write(cast.actor("adm"), "due", "zh_Hans_CN", 1, "题", "{链接}")


def test_the_daily_letter_opens_with_the_houses_words(house: Flask, office: PostOffice) -> None:
    act.write(cast.actor("adm"), "digest", "zh_Hans_CN", 0, "今日{条数}条", "{姓名}早：\n共 {条数} 条")
    mailing.choose(cast.actor("sig_a"), {"due": "digest"}, 8)
    cast.submitted()
    work(house)
    work(house, timedelta(days=1))
    [letter] = to(office, "sig_a")
    assert letter["Subject"] == "今日1条"
    assert text(letter).replace("\r", "").startswith("石敏早：\n共 1 条\n")
    assert "石敏早：<br>共 1 条" in text(letter, "html")
