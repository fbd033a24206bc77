"""Deliveries to the house's own systems: of what is cleared alone, recorded once, again after a failure or a kill."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from editorial import clock, invariants
from editorial.actions import deliveries, publishing, reviewing
from editorial.actions.texts import Text
from editorial.db import db
from editorial.errors import Conflict, Refused
from editorial.jobs import Worker
from editorial.jobs import deliveries as carrying
from editorial.models import Event, Manuscript
from editorial.queries import deliveries as ask
from editorial.queries import lists, messages
from editorial.tables.delivery import Delivery
from editorial.tables.jobs import Job
from editorial.targets import Target
from tests import cast
from tests.client import Visitor
from tests.pages import queries
from tests.receivers import TOKEN, http_receiver

LATER = timedelta(hours=1)


def named(app: Flask, *targets: Target) -> None:
    """The operator names these targets."""
    app.extensions["settings"] = replace(app.extensions["settings"], deliveries=targets)


def cms(app: Flask, folder: Path) -> Target:
    """The first channel of the newspaper's office goes to a folder."""
    folder.mkdir(exist_ok=True)
    target = Target("cms", cast.office("n").channels[0].id, "folder", str(folder))
    named(app, target)
    return target


def asked(manuscript: Manuscript, target: Target) -> Delivery:
    """The publisher asks for the delivery to a target."""
    assert manuscript.office is not None
    channel = next(one for one in manuscript.office.channels if one.id == target.channel)
    return deliveries.deliver(cast.actor("pub_n"), manuscript, channel, [target.name])[0]


def work(app: Flask, later: timedelta = LATER) -> None:
    """The jobs are done that are due after a while, when nothing can be undone any more."""
    db.session.commit()
    with clock.at(clock.now() + later):
        Worker(app).drain()


def kinds(app: Flask) -> list[str]:
    """What the record says of deliveries."""
    found = list(db.session.scalars(select(Event.kind).where(
        Event.kind.in_(["deliver", "delivered", "delivery-failed"])).order_by(Event.seq)))
    db.session.rollback()
    return found


def test_a_publisher_delivers_what_is_cleared_and_its_correction_and_retraction_follow(
    app: Flask, tmp_path: Path
) -> None:
    folder = tmp_path / "cms"
    target = cms(app, folder)
    manuscript = cast.published()
    code = manuscript.code
    publisher = Visitor(app, "pub_n")
    publisher.get(f"/manuscripts/{code}/outward")
    form = publisher.form_to("/deliver")
    publisher.send(form)
    publisher.send(form)
    work(app)
    file, = folder.iterdir()
    page = publisher.get("/publishing/deliveries?state=delivered").text
    assert file.name.split("-")[2][:16] in page and "cms" in page
    with zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("manifest.json"))["version"] == 1
    delivered = db.session.scalars(select(Event).where(Event.kind == "delivered")).one()
    assert (delivered.actor_id, delivered.data["target"], delivered.digest) == (
        None, "cms", manuscript.publications[0].digest)
    assert delivered.data["sha256"] in file.name and str(file.stat().st_size) in delivered.data["receipt"]

    manuscript = db.session.scalars(select(Manuscript).where(Manuscript.code == code)).one()
    changed = file.stat().st_mtime_ns
    asked(manuscript, target)
    work(app)
    assert [one.stat().st_mtime_ns for one in folder.iterdir()] == [changed], "the same bytes don't go twice"

    text_ = Text("江滩芦苇节开幕", "本报讯 通讯员何晓晴", "<p>十月一日，江滩芦苇节开幕。</p>")
    publishing.correct(cast.actor("chief_n"), manuscript, None, text_, "日期有误。")
    work(app)
    assert len(list(folder.iterdir())) == 1, "a correction goes out once it is cleared"
    cast.passed(manuscript, "pol_n", "con_n", "qua_n")
    publishing.retract(cast.actor("chief_n"), manuscript, None, "活动取消。")
    assert [one.target for one in db.session.scalars(select(Delivery).where(Delivery.state == "waiting"))] == ["cms"]
    work(app)
    sent = db.session.scalars(select(Delivery).order_by(Delivery.id)).all()
    assert [one.version.number for one in sent if one.version] == [1, 1, 2] and sent[-1].asked_by is None
    with zipfile.ZipFile(folder / sent[-1].name) as archive:
        assert json.loads(archive.read("ninjs.json"))["pubStatus"] == "canceled"
    assert not list(invariants.broken(db.session()))
    db.session.rollback()
    for wrong in ("UPDATE deliveries SET receipt = 'x'", "DELETE FROM deliveries"):
        with pytest.raises(DBAPIError, match="deliver"):
            db.session.execute(text(wrong))
        db.session.rollback()


def test_nothing_goes_that_is_not_cleared(app: Flask, tmp_path: Path) -> None:
    target = cms(app, tmp_path / "cms")
    with pytest.raises(Conflict):
        asked(cast.passed(cast.signed(), "pol_n", "con_n"), target)
    manuscript = cast.accepted()
    assert manuscript.office is not None
    for key in ("chief_n", "cor_a1"):
        with pytest.raises(Refused):
            deliveries.deliver(cast.actor(key), manuscript, manuscript.office.channels[0], ["cms"])
    delivery_id = asked(manuscript, target).id
    work(app, timedelta(0))
    assert not list((tmp_path / "cms").iterdir()), "it waits until nothing can be undone"
    manuscript = db.session.get_one(Delivery, delivery_id).manuscript
    reviewing.undo(cast.actor("qua_n"), manuscript, None)
    work(app)
    delivery = db.session.get_one(Delivery, delivery_id)
    assert (delivery.state, list((tmp_path / "cms").iterdir())) == ("failed", []) and delivery.error == "not-cleared"
    with clock.at(clock.now() + 2 * LATER), force_locale("en"):
        assert "delivery-failed" in [one.event for one in messages.inbox(cast.actor("pub_n")).rows]
    with pytest.raises(DBAPIError, match="only what was cleared"):
        db.session.execute(update(Delivery).where(Delivery.id == delivery_id).values(
            state="delivered", delivered_at=clock.now(), sha256="0" * 64,
            version_id=cast.draft().version_id))


def test_what_fails_is_tried_again_and_a_kill_doubles_nothing(app: Flask) -> None:
    with http_receiver() as got:
        target = Target("site", cast.office("n").channels[1].id, "http", got.address, TOKEN)
        named(app, target)
        delivery_id = asked(cast.published(), target).id
        got.status = 503
        work(app)
        waiting = ask.page(cast.actor("pub_n"), [target], "waiting").rows[0]
        assert "503" in waiting.error and waiting.next_at and not got.files
        got.status = 403
        work(app, 2 * LATER)
        assert db.session.get_one(Delivery, delivery_id).state == "failed"
        publisher = Visitor(app, "pub_n")
        publisher.get("/publishing/deliveries")
        publisher.send(publisher.form_to("/again"))
        got.status = 201
        db.session.commit()
        with clock.at(clock.now() + LATER):
            job = db.session.scalars(select(Job).where(Job.kind == "deliver", Job.state == "waiting")).one()
            carrying.send(job)
            db.session.rollback()  # killed after it was carried, before that was written down
            assert db.session.get_one(Delivery, delivery_id).state == "waiting" and len(got.files) == 1
            carrying.send(db.session.get_one(Job, job.id))
            db.session.commit()
            carrying.send(db.session.get_one(Job, job.id))
            db.session.commit()
        assert len(got.files) == 1 and len(got.asked) == 4
        assert kinds(app) == ["deliver", "delivery-failed", "deliver", "delivered"]
        delivery = db.session.get_one(Delivery, delivery_id)
        assert delivery.receipt.startswith("201") and "收到" in delivery.receipt
        with pytest.raises(Conflict):
            deliveries.again(cast.actor("pub_n"), delivery)
        db.session.rollback()


def test_the_list_is_paged_by_key_with_the_same_queries_and_shows_ones_own_offices(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    monkeypatch.setattr(ask, "PAGE", 2)
    target = cms(app, tmp_path / "cms")
    for _ in range(3):
        asked(cast.accepted(), target)
    assert len({one.delivery.id for one in ask.page(cast.actor("pub_n"), [target], "").rows}) == 2
    actor, counts, seen, after = cast.actor("pub_n"), [], [], None
    for _ in range(2):
        db.session.expire_all()
        with queries(app) as sent:
            page = ask.page(actor, [target], "waiting", after)
            seen += [one.delivery.manuscript.title for one in page.rows]
        counts.append(len(sent))
        after = page.next
    assert len(seen) == 3 and counts[0] == counts[1] <= 6 and after is None
    assert page.counts["waiting"] == 3 and [one.name for one in page.targets] == ["cms"]
    other = ask.page(cast.actor("pub_t"), [target], "")
    assert not other.rows and not other.targets and not any(other.counts.values())
    named(app)
    work(app)
    assert {one.delivery.error for one in ask.page(cast.actor("pub_n"), [], "failed").rows} == {"no-target"}
