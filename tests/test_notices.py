"""A channel erred and the cleared text is right: readers are told without a new version, by two people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from editorial import clock
from editorial.actions import manuscripts, notices, people
from editorial.db import db
from editorial.errors import Conflict, Invalid, Refused
from editorial.models import Channel, Event, Manuscript
from editorial.queries import feeds, outward, reprints
from editorial.tables.publication import Proof
from editorial.terms import Role
from editorial.workflow import NOTICE_TABLE, available
from tests import cast
from tests.client import Visitor
from tests.pages import found, made, then
from tests.servers import on_one_database
from tests.test_proofs import OTHER, mark, page_of, prove, settle

WRONG, NOTE = "排版时把月底排成月初。", "日报误刊为“月初”，应为“月底”。"


def tell(manuscript: Manuscript, by: str = "chief_n", **other: str) -> Proof:
    """The chief editor tells readers of what the last proof found."""
    proof = db.session.scalars(select(Proof).order_by(Proof.id.desc()).limit(1)).one()
    notices.tell(cast.actor(by), manuscript, proof, **({"wrong": WRONG, "note": NOTE} | other))
    return proof


def put_right(manuscript: Manuscript, proof: Proof, hours: float = 0, by: str = "pub_n", **where: Any) -> None:
    """The publisher records the channel's own correction."""
    notices.put_right(cast.actor(by), manuscript, proof, clock.now() + timedelta(hours=hours),
                      **({"address": "https://paper.example/fix", "place": ""} | where))


def found_wrong() -> Manuscript:
    """Published, with a proof that differs."""
    manuscript = cast.published()
    prove(manuscript, OTHER)
    return manuscript


def test_readers_are_told_without_a_new_version_and_the_channel_puts_it_right_once(app: Flask) -> None:
    manuscript = found_wrong()
    manuscripts.request_correction(cast.actor("cor_a1"), manuscript, None, "月初应为月底。")
    assert mark(manuscript) == "open"
    versions = len(manuscript.versions)
    for missing in ("wrong", "note"):
        with pytest.raises(Invalid):
            tell(manuscript, **{missing: " "})
    proof = tell(manuscript)
    assert mark(manuscript) == "told" and manuscript.correction_requested is None
    assert len(manuscript.versions) == versions and manuscript.stage_id is None and manuscript.due_at is None
    assert [one.answer.reason for one in proof.differences if one.answer] == [WRONG]
    with pytest.raises(Conflict, match="notice-out"):
        tell(manuscript)
    shown = [(one.number, one.told) for one in reprints.shown(manuscript)]
    assert shown == [(versions, ""), (versions, NOTE)]
    for wrong in ({"hours": 1}, {"hours": -9999}, {"address": "paper"}, {"address": ""}):
        with pytest.raises(Invalid):
            put_right(manuscript, proof, **wrong)
    put_right(manuscript, proof)
    with pytest.raises(Conflict, match="mended-already"):
        put_right(manuscript, proof)
    told = db.session.scalars(select(Event).where(Event.kind.in_(["correct-channel", "channel-corrected"])))
    assert [(one.role, one.reason) for one in told] == [("chief", NOTE), ("publisher", "")]


@on_one_database
def test_who_tells_neither_wrote_the_text_nor_found_the_mistake(app: Flask) -> None:
    manuscript = found_wrong()
    proof = db.session.scalars(select(Proof)).one()
    may = {key: {row.action.value for row in available(cast.actor(key), proof, NOTICE_TABLE)} for key in cast.CAST}
    assert {key for key, acts in may.items() if acts} == {"chief_n"} and may["chief_n"] == {"correct-channel"}
    with pytest.raises(Conflict, match="no-notice"):
        put_right(manuscript, proof)
    office = cast.office("n")
    people.give_role(None, cast.person("pub_n"), Role.CHIEF_EDITOR, office_id=office.id)
    with pytest.raises(Refused, match="own-proof"):
        tell(manuscript, by="pub_n")
    same = cast.published()
    prove(same)
    with pytest.raises(Conflict, match="nothing-differs"):
        tell(same)
    people.give_role(None, cast.person("chief_n"), Role.CORRESPONDENT, unit_id=cast.unit("unit_a").id)
    own = cast.published(co_authors=["chief_n"])
    prove(own, OTHER)
    with pytest.raises(Refused, match="own-work"):
        tell(own)


def test_the_database_keeps_four_eyes_and_what_readers_were_told(app: Flask) -> None:
    manuscript = found_wrong()
    proof = tell(manuscript)
    put_right(manuscript, proof)
    other = cast.published()
    prove(other, OTHER)
    last = db.session.scalars(select(Proof).order_by(Proof.id.desc()).limit(1)).one()
    insert = ("INSERT INTO channel_notices (proof_id, publication_id, manuscript_id, wrong, note, made_by_id, made_at,"
              " address, place) SELECT {proof}, publication_id, {manuscript}, wrong, note, {by}, made_at, '', ''"
              " FROM channel_notices")
    db.session.commit()
    finder, author, chief = (cast.person(key).id for key in ("pub_n", "cor_a1", "chief_n"))
    for statement, refusal in (
            ("UPDATE channel_notices SET note = 'x'", "only added"), ("DELETE FROM channel_notices", "only added"),
            (insert.format(proof=last.id, manuscript=other.id, by=chief), "without a proof"),
            (insert.replace("publication_id, {m", f"{last.publication_id}, {{m").format(
                proof=last.id, manuscript=other.id, by=finder), "four eyes"),
            (insert.replace("publication_id, {m", f"{last.publication_id}, {{m").format(
                proof=last.id, manuscript=other.id, by=author), "four eyes")):
        with pytest.raises(DBAPIError, match=refusal):
            db.session.execute(sql(statement))
        db.session.rollback()


def test_pages_lists_feed_and_packages_say_it(app: Flask) -> None:
    code = made(found_wrong)
    then(lambda one: settle(one, "correction", "应为月底。"), code)
    chief = Visitor(app, "chief_n")
    chief.get(page_of(code))
    chief.send(chief.form_with("wrong"), {"wrong": WRONG, "note": ""}, 400)
    chief.send(chief.form_with("wrong"), {"note": NOTE})
    assert "已公开的更正" in chief.text and NOTE in chief.text
    publisher = Visitor(app, "pub_n")
    publisher.get("/publishing")
    assert "待渠道更正" in publisher.text and NOTE in publisher.text
    publisher.get(page_of(code))
    publisher.send(publisher.form_with("mended_at"), {"mended_at": "2099-01-01T08:00", "place": "A2"}, 400)
    at = clock.now().astimezone(clock.zone()).strftime("%Y-%m-%dT%H:%M")
    publisher.send(publisher.form_with("mended_at"), {"mended_at": at, "address": "https://paper.example/fix"})
    publisher.get("/publishing")
    assert "待渠道更正" not in publisher.text and "渠道差错，已公开更正" not in publisher.text
    for address in (f"/manuscripts/{code}", "/published"):
        reader = Visitor(app, "cor_b1")
        reader.get(address)
        assert NOTE in reader.text and "https://paper.example/fix" in reader.text and WRONG not in reader.text
    author = Visitor(app, "cor_a1")
    author.get(f"/manuscripts/{code}")
    assert "就主渠道的刊发差错向读者发布更正" in author.text and "登记了主渠道的更正" in author.text
    assert WRONG not in author.text
    manuscript = found(code)
    told = feeds.published("", "", None, "站", lambda *_a, **_k: "https://house.example/").entries[0]
    assert [one.words for one in told.piece.notices] == [NOTE]
    assert manuscript.published_at and told.updated_at > manuscript.published_at
    here = manuscript.publications[0].channel_id
    other = db.session.scalars(select(Channel).where(
        Channel.office_id == manuscript.office_id, Channel.id != here).limit(1)).one()
    for channel, words in ((manuscript.publications[0].channel, [NOTE]), (other, [])):
        going = outward.for_channel(manuscript, channel, app.extensions["store"])
        assert [one.words for one in going.notices] == words


def test_the_history_tells_of_proofs_in_numbers_and_to_the_office_what_was_let_stand(app: Flask) -> None:
    code = made(cast.published)
    publisher = Visitor(app, "pub_n")
    publisher.get(page_of(code))
    publisher.send(publisher.form_with("body"), {"body": OTHER})
    assert publisher.find("//p[contains(@class, 'message-warning')][contains(., '有差异')]")
    publisher.send(publisher.form_with("outcome"), {"outcome": "accepted", "reason": "版面所限。"})
    publisher.send(publisher.form_with("body"), {"body": OTHER})
    publisher.send(publisher.form_with("outcome"), {"outcome": "correction", "reason": "月初应为月底。"})
    for key, inside in (("pol_n", True), ("coord", True), ("cor_a1", False), ("sig_a", False)):
        visitor = Visitor(app, key)
        visitor.get(f"/manuscripts/{code}")
        assert visitor.text.count("的刊发佐证：1 处不同") == 2
        assert ("接受了" in visitor.text and "版面所限。" in visitor.text and "未接受" in visitor.text) is inside
        assert "月初" not in visitor.text.replace("月初应为月底。", "")
    stranger = Visitor(app, "cor_b1")
    stranger.get(f"/manuscripts/{code}")
    assert "刊发佐证" not in stranger.text
