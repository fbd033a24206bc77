"""The main job through the actions alone."""

from __future__ import annotations

import pytest
from flask import Flask

from editorial import audit
from editorial.actions import manuscripts, reviewing
from editorial.actions.texts import Text
from editorial.db import db
from editorial.errors import Conflict, Invalid, Refused
from editorial.terms import State
from tests import cast


def test_a_manuscript_goes_from_draft_to_published(app: Flask) -> None:
    manuscript = cast.published()
    assert manuscript.state is State.PUBLISHED
    assert manuscript.cleared_version_id == manuscript.version_id
    assert list(audit.verify(db.session())) == []


@pytest.mark.parametrize("state", list(State))
def test_every_state_can_be_reached(app: Flask, state: State) -> None:
    assert cast.reach(state).state is state


def test_a_changed_text_needs_signing_again(app: Flask) -> None:
    manuscript = cast.reach(State.RETURNED)
    author = cast.actor("cor_a1")
    manuscripts.save(author, manuscript, None, Text("新题", "通讯员", "<p>新文。</p>"))
    manuscripts.resubmit(author, manuscript, None, "补充了来源")
    assert manuscript.state is State.AWAITING_SIGNOFF
    reviewing.sign_off(cast.actor("sig_a"), manuscript, None, True)
    assert manuscript.state is State.IN_REVIEW


def test_an_unchanged_text_goes_back_to_where_it_was_returned_from(app: Flask) -> None:
    manuscript = cast.reach(State.RETURNED)
    manuscripts.resubmit(cast.actor("cor_a1"), manuscript, None, "未改，已电话说明")
    assert manuscript.state is State.IN_REVIEW
    assert manuscript.assignee is not None and manuscript.assignee.login == "pol_n"


def test_an_edit_at_a_later_stage_brings_the_earlier_stages_back(app: Flask) -> None:
    manuscript = cast.passed(cast.signed(), "pol_n", "con_n")
    editor = cast.actor("qua_n")
    reviewing.claim(editor, manuscript, None)
    reviewing.edit(editor, manuscript, None, Text("江滩芦苇节今起开幕", "本报讯", "<p>改过的文字。</p>"))
    assert manuscript.stage is not None and manuscript.stage.slug == "political"
    assert manuscript.assignee_id == cast.person("pol_n").id
    cast.passed(manuscript, "pol_n", "con_n", "qua_n")
    assert manuscript.state is State.ACCEPTED


def test_nobody_reads_twice(app: Flask) -> None:
    manuscript = cast.passed(cast.signed(), "pol_n")
    with pytest.raises(Refused):
        reviewing.claim(cast.actor("pol_n"), manuscript, None)


def test_undo_restores_the_state_and_keeps_the_record(app: Flask) -> None:
    manuscript = cast.signed()
    reader = cast.actor("pol_n")
    reviewing.claim(reader, manuscript, None)
    reviewing.reject(reader, manuscript, None, "与本报无关")
    reviewing.undo(reader, manuscript, None)
    assert manuscript.state is State.IN_REVIEW
    assert manuscript.assignee_id == reader.id
    assert len(manuscript.decisions) == 2
    with pytest.raises(Refused):
        reviewing.undo(reader, manuscript, None)


def test_one_signature_counts_at_both_offices(app: Flask) -> None:
    manuscript = cast.signed(offices=("n", "t"))
    assert [sister.state for sister in manuscript.story.manuscripts] == [State.IN_REVIEW, State.IN_REVIEW]


def test_a_further_signature_needs_another_person_above(app: Flask) -> None:
    manuscript = cast.submitted("cor_further")
    reviewing.sign_off(cast.actor("sig_further"), manuscript, None, True)
    assert manuscript.state is State.AWAITING_SIGNOFF
    with pytest.raises(Refused):
        reviewing.sign_off(cast.actor("sig_further"), manuscript, None, True)
    reviewing.sign_off(cast.actor("sig_district"), manuscript, None, True)
    assert manuscript.state is State.IN_REVIEW


def test_a_stale_page_is_refused(app: Flask) -> None:
    manuscript = cast.signed()
    seen = manuscript.revision
    reviewing.claim(cast.actor("pol_n"), manuscript, seen)
    with pytest.raises(Conflict, match="stale"):
        reviewing.claim(cast.actor("pol_n2"), manuscript, seen)


def test_what_is_missing_is_named(app: Flask) -> None:
    manuscript = cast.draft(text=Text("", "", ""), offices=())
    with pytest.raises(Invalid) as refusal:
        manuscripts.submit(cast.actor("cor_a1"), manuscript, None)
    assert set(refusal.value.fields) == {"title", "body", "byline", "offices"}


def test_an_editor_cannot_leave_the_text_without_a_part_of_it(app: Flask) -> None:
    manuscript = cast.signed()
    reviewing.claim(cast.actor("pol_n"), manuscript, None)
    with pytest.raises(Invalid) as refusal:
        reviewing.edit(cast.actor("pol_n"), manuscript, None, Text("", "", "<p>正文。</p>"))
    assert set(refusal.value.fields) == {"title", "byline"}
