"""What leaves the house by its pages: who may take it, which text it is, and what the record says of it."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from editorial import audit, clock
from editorial.actions import commissions, deliveries, planning, publishing
from editorial.actions.publishing import Placement
from editorial.actions.texts import Text
from editorial.db import db
from editorial.errors import Invisible, Refused
from editorial.jobs import Worker
from editorial.models import Event
from editorial.queries import outward
from editorial.tables.delivery import Delivery
from editorial.targets import Target
from editorial.terms import AssignmentState
from tests import cast
from tests.client import Visitor


def package(visitor: Visitor, address: str) -> tuple[str, dict[str, bytes]]:
    """The name and the members of the package at an address."""
    answer = visitor.get(address)
    assert answer.mimetype == "application/zip" and "sandbox" in answer.headers["Content-Security-Policy"]
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return answer.headers["Content-Disposition"].partition("UTF-8''")[2], {
            name: archive.read(name) for name in archive.namelist()}


def test_staff_takes_the_cleared_text_and_nobody_else_and_the_record_says_so(app: Flask) -> None:
    manuscript = cast.accepted()
    code, reading = manuscript.code, cast.signed().code
    channel = manuscript.office.channels[0].id if manuscript.office else 0
    elsewhere = cast.office("t").channels[0].id
    address = f"/manuscripts/{code}/channels/{channel}/package.zip"
    publisher = Visitor(app, "pub_n")
    publisher.get(f"/manuscripts/{code}")
    link = publisher.find("//aside//a[contains(@href, '/outward')]")[0].get("href")
    publisher.get(link)
    assert address in {one.get("href") for one in publisher.find("//main//a")}
    name, members = package(publisher, address)
    manifest = json.loads(members["manifest.json"])
    assert (manifest["code"], manifest["version"], manifest["channel"]) == (code, 1, "主渠道")
    assert [(one["label"], one["value"]) for one in manifest["signature"]] == [
        ("署名", "本报讯 通讯员何晓晴"), ("单位", "百步亭支部")]
    publisher.post("/language", {"locale": "en"})
    assert package(publisher, address)[0] == name, "the same bytes, whoever takes them"
    for key in ("cor_a1", "coord", "sig_a"):
        with pytest.raises(Refused):
            outward.manuscript(cast.actor(key), app.extensions["store"], code, channel)
    for key in ("pub_t", "cor_b1", "adm", "com_d"):
        with pytest.raises(Invisible):
            outward.page(cast.actor(key), code)
    publisher.get(address.replace(f"/{channel}/", f"/{elsewhere}/"), 404)
    publisher.get(f"/manuscripts/{reading}/channels/{channel}/package.zip", 409)
    taken = db.session.scalars(select(Event).where(Event.kind == "export").order_by(Event.seq)).all()
    assert [one.actor_name for one in taken] == ["付印", "付印"]
    assert taken[0].data["sha256"] in name and taken[0].digest == manifest["text_sha256"]
    assert not list(audit.verify(db.session()))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_what_was_cleared_goes_out_while_a_correction_is_read_and_then_the_correction(app: Flask) -> None:
    manuscript = cast.published()
    address = f"/manuscripts/{manuscript.code}/channels/{manuscript.publications[0].channel_id}/package.zip"
    publisher = Visitor(app, "pub_n")
    before = json.loads(package(publisher, address)[1]["ninjs.json"])
    text = Text("江滩芦苇节开幕", "本报讯 通讯员何晓晴", "<p>十月一日，江滩芦苇节开幕。</p>")
    publishing.correct(cast.actor("chief_n"), manuscript, None, text, "首段日期应为十月一日。")
    assert json.loads(package(publisher, address)[1]["ninjs.json"]) == before
    cast.passed(manuscript, "pol_n", "con_n", "qua_n")
    after = json.loads(package(publisher, address)[1]["ninjs.json"])
    assert (after["uri"], after["version"]) == (before["uri"], "2") and "十月一日" in after["bodies"][0]["value"]
    assert after["edNote"] == "更正：首段日期应为十月一日。"
    publishing.retract(cast.actor("chief_n"), manuscript, None, "活动时间有误。")
    gone = json.loads(package(publisher, address)[1]["ninjs.json"])
    assert (gone["uri"], gone["pubStatus"]) == (before["uri"], "canceled") and "十月一日，" not in str(gone["bodies"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_embargo_goes_with_the_text_until_it_is_out_and_follows_to_where_it_was_delivered(app: Flask) -> None:
    manuscript = cast.accepted()
    assert manuscript.office is not None
    here, there = manuscript.office.channels
    store, until = app.extensions["store"], clock.now() + timedelta(days=1)
    target = Target("cms", here.id, "folder", str(store.root.parent))
    app.extensions["settings"] = replace(app.extensions["settings"], deliveries=(target,))
    deliveries.deliver(cast.actor("pub_n"), manuscript, here, ["cms"])
    db.session.commit()
    with clock.at(clock.now() + timedelta(hours=1)):
        Worker(app).drain()
    planning.embargo(cast.actor("pub_n"), manuscript, until, "会议次日开幕。")
    assert db.session.scalars(select(Delivery.state).order_by(Delivery.id)).all() == ["delivered", "waiting"]
    piece = outward.manuscript(cast.actor("pub_n"), store, manuscript.code, here.id)[1]
    assert piece.embargo == until and "前不得发布" in str(piece.notices[0]) and "会议" not in str(piece.notices)
    publisher = cast.actor("pub_n")
    with clock.at(until + timedelta(hours=1)):
        publishing.publish(publisher, manuscript, None, Placement(there.id, clock.now(), "https://news.example/1"))
        assert outward.manuscript(publisher, store, manuscript.code, there.id)[1].notices == ()
        assert outward.manuscript(publisher, store, manuscript.code, here.id)[1].embargo == until


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_commentary_goes_out_signed_as_it_was_written_once_it_is_approved(app: Flask) -> None:
    assignment = cast.assignment_in(AssignmentState.FILED)
    address = f"/commentary/{assignment.id}/package.zip"
    asker = Visitor(app, "com_d")
    asker.get(address, 409)
    commissions.approve(cast.actor("com_d"), assignment, None)
    page = asker.get(f"/commentary/{assignment.id}").text
    assert address in page
    name, members = package(asker, address)
    manifest = json.loads(members["manifest.json"])
    assert [one["value"] for one in manifest["signature"]] == ["宣一", "宣传部", "宣传部"]
    assert [one["label"] for one in manifest["signature"]] == ["署名", "单位", "组织单位"]
    with pytest.raises(Refused):
        outward.assignment(cast.actor("ctr_d1"), assignment.id)
    for key in ("ctr_d2", "com_e", "pub_n"):
        with pytest.raises(Invisible):
            outward.assignment(cast.actor(key), assignment.id)
    told = db.session.scalars(select(Event).where(Event.kind == "export")).one()
    assert (told.assignment_id, told.data["sha256"] in name) == (assignment.id, True)
