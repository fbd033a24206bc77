"""What somebody opened last: a returning reader sees first what changed since. What a decision says of its reading, and
that nothing else is kept of how people read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from editorial import clock
from editorial.actions import manuscripts, reviewing
from editorial.actions.texts import Text
from editorial.db import db
from editorial.models import Manuscript
from editorial.tables.reading import DecisionReading, Reading
from editorial.terms import State
from tests import cast
from tests.client import Visitor
from tests.pages import claimed, found, made, then


def edit(words: str) -> Callable[[Manuscript], None]:
    def change(manuscript: Manuscript) -> None:
        assert manuscript.version
        reviewing.edit(cast.actor("pol_n"), manuscript, None,
                       Text(manuscript.title, manuscript.version.byline, manuscript.version.html + f"<p>{words}</p>"))
    return change


def read(who: str) -> tuple[int, int | None] | None:
    db.session.rollback()
    row = db.session.get(Reading, (cast.person(who).id, db.session.scalars(select(Manuscript.id)).one()))
    found = (row.version_id, row.earlier_version_id) if row else None
    db.session.rollback()
    return found


def test_a_returning_reader_sees_first_what_changed_also_after_a_reload_and_then_since_the_next(app: Flask) -> None:
    code = made(lambda: claimed("pol_n"))
    chief = Visitor(app, "chief_n")
    assert "改动" not in chief.get(f"/manuscripts/{code}").text.split("<main")[1].split("zone-side")[0]
    then(edit("编辑部加的一段。"), code)
    for _time in range(2):
        chief.get(f"/manuscripts/{code}")
        assert "编辑部加的一段。" in "".join(chief.find("//ins//text()"))
        assert chief.find("//a[@data-toggle-text]")
    chief.get(f"/manuscripts/{code}?text=whole")
    assert not chief.find("//ins")
    then(edit("又加的一段。"), code)
    chief.get(f"/manuscripts/{code}")
    assert "".join(chief.find("//ins//text()")).strip() == "又加的一段。"


def test_whoever_comes_first_reads_the_whole_text_and_so_does_who_made_it(app: Flask) -> None:
    code = made(lambda: claimed("pol_n"))
    maker = Visitor(app, "pol_n")
    maker.get(f"/manuscripts/{code}")
    then(edit("编辑部加的一段。"), code)
    for visitor in (maker, Visitor(app, "con_n")):
        visitor.get(f"/manuscripts/{code}")
        assert not visitor.find("//ins")


def test_a_decision_says_that_its_version_was_opened_and_how_long_it_was_in_front_and_no_more(app: Flask) -> None:
    code = made(lambda: claimed("pol_n"))
    reader, chief, start = Visitor(app, "pol_n"), Visitor(app, "chief_n"), clock.now()
    chief.get(f"/manuscripts/{code}")
    assert not chief.find("//*[@data-front]"), "nothing is counted of whoever has nothing to read here"
    with clock.at(start):
        reader.get(f"/manuscripts/{code}")
        address = reader.find("//*[@data-front]")[0].get("data-front")
    with clock.at(start + timedelta(seconds=50)):
        for version, seconds in (("1", "30"), ("2", "9"), ("1", "-5"), ("1", "many"), ("9" * 30, "9"), ("", "")):
            reader.post(address, {"version": version, "front": seconds})
    db.session.rollback()
    kept = {row.person_id: (row.opened_at, row.seconds) for row in db.session.scalars(select(Reading))}
    assert kept == {cast.person("pol_n").id: (start, 30), cast.person("chief_n").id: (None, None)}
    db.session.rollback()
    with clock.at(start + timedelta(seconds=60)):
        form = reader.form_to("/pass")
        reader.send(form, {"checklist": [], "front": "7"}, status=400)
        assert reader.fields(reader.form_to("/pass"))["front"] == "7", "it is counted with what is sent again"
        reader.send(reader.form_to("/pass"), {"checklist": ["names", "facts"], "front": "500"})
    db.session.rollback()
    said = db.session.scalars(select(DecisionReading).where(DecisionReading.elapsed.is_not(None))).one()
    assert (said.elapsed, said.seconds, said.known, said.whole_chain) == (60, 60, False, None)
    assert not list(db.session.scalars(select(Reading).where(Reading.opened_at.is_not(None)))), "it went with it"


def test_without_a_script_it_was_not_measured_and_what_is_left_without_a_decision_is_forgotten(app: Flask) -> None:
    code = made(lambda: claimed("pol_n"))
    reader, start = Visitor(app, "pol_n"), clock.now()
    with clock.at(start):
        reader.get(f"/manuscripts/{code}")
    with clock.at(start + timedelta(seconds=90)):
        reader.send(reader.form_to("/return"), {"reason": "请补充来源。"})
    db.session.rollback()
    said = db.session.scalars(select(DecisionReading).where(DecisionReading.elapsed.is_not(None))).one()
    assert (said.elapsed, said.seconds) == (90, None)
    db.session.rollback()
    signer = Visitor(app, "sig_a")
    other = made(cast.submitted)
    signer.get(f"/manuscripts/{other}")
    then(lambda manuscript: manuscripts.recall(cast.actor("cor_a1"), manuscript, None), other)
    assert not list(db.session.scalars(select(Reading).where(Reading.opened_at.is_not(None))))


@pytest.mark.parametrize("change", ["UPDATE decision_readings SET seconds = 1", "DELETE FROM decision_readings"])
def test_the_database_takes_back_nothing_of_what_a_decision_says(app: Flask, change: str) -> None:
    cast.signed()
    with pytest.raises(DBAPIError):
        db.session.execute(text(change))


def numbers(visitor: Visitor, path: str) -> dict[str, int]:
    """The figures of a page about reading; each opens as many decisions as it says."""
    visitor.get(path)
    bars = {bar.xpath(".//a/@href")[0]: int(bar.xpath("string(.//*[@class='bar-number'])"))
            for bar in visitor.find("//*[@class='bar']")}
    for address, number in bars.items():
        visitor.get(address)
        assert len(visitor.find("//ol[@data-rows]/li")) == number, address
    return {(parse_qs(urlsplit(address).query).get("pattern") or [""])[0]: number for address, number in bars.items()}


def test_patterns_are_seen_by_the_chief_editor_and_by_whoever_decided_and_open_what_they_count(app: Flask) -> None:
    for _time in range(3):
        made(lambda: cast.reach(State.RETURNED))
    code = made(lambda: claimed("pol_n", text=Text("长稿", "本报讯", "<p>" + "江滩" * 900 + "</p>")))
    quick, start = Visitor(app, "pol_n"), clock.now()
    with clock.at(start):
        quick.get(f"/manuscripts/{code}")
    with clock.at(start + timedelta(seconds=40)):
        quick.send(quick.form_to("/pass"), {"checklist": ["names", "facts"]})
    made(lambda: cast.passed(found(code), "con_n", "qua_n"))
    chief = Visitor(app, "chief_n")
    seen = numbers(chief, "/offices/changjiang/reading")
    assert seen == {"": 6, "measured": 0, "unmeasured": 1, "unopened": 5, "fast": 1, "together": 1, "short": 0,
                    "repeated": 3}
    assert "比读完还快" in chief.get("/offices/changjiang/reading/decisions?pattern=fast").text
    assert "郑直" in chief.text and "40 秒" in chief.text
    person = cast.person("con_n").id
    db.session.rollback()
    assert numbers(chief, f"/offices/changjiang/reading?person={person}")[""] == 1
    assert numbers(quick, "/reading")["fast"] == 1
    assert numbers(Visitor(app, "con_n"), "/reading")[""] == 1
    assert numbers(Visitor(app, "sig_a"), "/reading")[""] == 4
    assert numbers(Visitor(app, "chief_t"), "/offices/station/reading") == {}
    with clock.at(start + timedelta(days=8)):
        assert numbers(Visitor(app, "chief_n"), "/offices/changjiang/reading?days=7") == {}


def test_only_the_two_versions_are_kept_and_only_of_whoever_has_to_do_with_it(app: Flask) -> None:
    code = made(cast.published)
    Visitor(app, "cor_b1").get(f"/manuscripts/{code}")
    assert read("cor_b1") is None
    Visitor(app, "chief_n").get(f"/manuscripts/{code}/versions/1")
    assert read("chief_n") is None, "one looks something up in an old version"
    Visitor(app, "chief_n").get(f"/manuscripts/{code}")
    first = read("chief_n")
    assert first and first[1] is None
    assert {column.name for column in Reading.__table__.columns} == {
        "person_id", "manuscript_id", "version_id", "earlier_version_id", "opened_at", "seconds"}
