"""A story at two offices whose texts have come apart: both desks and its authors are told, and only they."""

from __future__ import annotations

from flask import Flask

from editorial.actions import manuscripts, reviewing
from editorial.actions.texts import Text
from editorial.db import db
from editorial.models import Manuscript
from editorial.queries.apart import apart
from editorial.queries.reader import reader_of
from editorial.terms import State
from tests import cast
from tests.client import Visitor

NEW = Text("江滩芦苇节周六开幕", "本报讯 通讯员何晓晴", "<p>日期改了。</p>")


def kinds(key: str, found: Manuscript) -> list[tuple[str, bool, bool]]:
    """What somebody is told at a manuscript: what, whether they see the other one, and may recall it."""
    db.session.flush()
    db.session.expire_all()
    return [(one.kind, one.is_seen, one.may_recall) for one in apart(reader_of(cast.actor(key), found), found)]


def test_who_recalls_at_one_office_is_offered_to_recall_at_the_other(app: Flask) -> None:
    paper, station = cast.submitted(offices=("n", "t")).story.manuscripts
    assert kinds("cor_a1", paper) == kinds("cor_a1", station) == []
    manuscripts.recall(cast.actor("cor_a1"), paper, None)
    assert kinds("cor_a1", paper) == [("earlier", True, True)]
    assert kinds("sig_a", station) == [("rewriting", False, False)]
    code = paper.code
    db.session.commit()
    author = Visitor(app, "cor_a1")
    author.get(f"/manuscripts/{code}")
    author.send(author.form_to("/recall"))
    db.session.expire_all()
    assert station.state is State.DRAFT
    assert kinds("cor_a1", paper) == kinds("cor_a1", station) == []


def test_both_desks_learn_that_the_text_was_returned_or_is_a_later_one(app: Flask) -> None:
    paper, station = cast.signed(offices=("n", "t")).story.manuscripts
    reviewing.claim(cast.actor("pol_n"), paper, None)
    reviewing.return_(cast.actor("pol_n"), paper, None, "日期请核实。")
    assert kinds("pol_t", station) == [("rewriting", False, False)]
    assert kinds("pol_n", paper) == [("earlier", False, False)]
    assert kinds("cor_a1", paper) == [("earlier", True, False)]
    db.session.commit()
    desk = Visitor(app, "pol_t")
    desk.get("/desk")
    assert "同稿在另一编辑部修改中" in desk.text
    manuscripts.save(cast.actor("cor_a1"), paper, None, NEW)
    manuscripts.resubmit(cast.actor("cor_a1"), paper, None, "改了日期")
    assert kinds("pol_t", station) == [("later", False, False)]
    reviewing.sign_off(cast.actor("sig_a"), paper, None, True)
    assert kinds("pol_n", paper) == [("earlier", False, False)]
    db.session.commit()
    desk.get("/desk")
    assert "同稿在另一编辑部修改中" not in desk.text
