"""A closed manuscript is no dead end: its author begins a new draft with its text."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from editorial import clock
from editorial.actions import manuscripts, people, reviewing
from editorial.actions.texts import PictureLine, Text
from editorial.db import db
from editorial.errors import Refused
from editorial.models import File, Manuscript, Upload
from editorial.terms import Action, Role, State
from editorial.workflow import available
from tests import cast
from tests.client import Visitor
from tests.pages import made

SHA = "5" * 64


def _illustrated() -> Manuscript:
    """Of two authors, with a picture, rejected by the unit's signer."""
    author = cast.actor("cor_a1")
    manuscript = cast.draft(co_authors=["cor_a2"])
    db.session.add(File(sha256=SHA, media_type="image/png", size=9, width=1, height=1, created_at=clock.now()))
    db.session.flush()
    db.session.add(Upload(manuscript_id=manuscript.id, sha256=SHA, kind="picture", shown_name="苇.png",
                          uploaded_by_id=author.id, uploaded_at=clock.now()))
    html = f'<p>江滩的芦苇。</p><figure><img src="pictures/{SHA}" alt=""></figure>'
    manuscripts.save(author, manuscript, None, Text("江滩芦苇", "本报讯", html, [PictureLine(SHA, "芦苇", "何晓晴")]))
    manuscripts.submit(author, manuscript, None)
    reviewing.reject(cast.actor("sig_a"), manuscript, None, "不宜上报。")
    return manuscript


def test_a_new_draft_has_the_text_the_pictures_and_the_authors_and_each_leads_to_the_other(app: Flask) -> None:
    code = made(_illustrated)
    author = Visitor(app, "cor_a2")
    author.get(f"/manuscripts/{code}")
    author.send(author.form_to("/begin-anew"))
    drafted = author.url.split("/")[2]
    assert author.url == f"/manuscripts/{drafted}/edit" and drafted != code
    db.session.rollback()
    closed, draft = (db.session.scalars(select(Manuscript).where(Manuscript.code == one)).one()
                     for one in (code, drafted))
    assert (closed.state, draft.state) == (State.REJECTED, State.DRAFT)
    assert closed.version is not None and draft.version is not None
    assert draft.version.digest == closed.version.digest and draft.version.pictures == closed.version.pictures
    assert [one.person_id for one in draft.story.authors] == [cast.person(key).id for key in ("cor_a2", "cor_a1")]
    assert not draft.is_original
    db.session.rollback()
    for here, there in ((code, drafted), (drafted, code)):
        author.get(f"/manuscripts/{here}")
        assert author.find(f"//ol[@class='history']//a[@href='/manuscripts/{there}']")
    signer = Visitor(app, "sig_a")
    signer.get(f"/manuscripts/{code}")
    assert drafted not in signer.text and "新建" not in "".join(signer.find("//ol[@class='history']")[0].itertext())
    signer.get(f"/manuscripts/{drafted}", 404)


def test_the_rejection_can_still_be_undone_after_it(app: Flask) -> None:
    manuscript = cast.reach(State.REJECTED)
    manuscripts.begin_anew(cast.actor("cor_a1"), manuscript, None)
    reviewing.undo(cast.actor("pol_n"), manuscript, None)
    assert manuscript.state is State.IN_REVIEW


def test_who_no_longer_writes_for_the_unit_can_not(app: Flask) -> None:
    manuscript = cast.reach(State.WITHDRAWN)
    person, unit = cast.person("cor_a1"), cast.unit("unit_a")
    people.give_role(None, person, Role.CORRESPONDENT, unit_id=cast.unit("unit_b").id)
    held = next(one for one in person.memberships if one.unit_id == unit.id)
    db.session.delete(held)
    db.session.flush()
    assert Action.BEGIN_ANEW not in {row.action for row in available(cast.actor("cor_a1"), manuscript)}
    with pytest.raises(Refused, match="not-yours"):
        manuscripts.begin_anew(cast.actor("cor_a1"), manuscript, None)
