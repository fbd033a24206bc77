"""What somebody opened last: a returning reader sees first what changed since, and nothing else is kept of reading."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from editorial.actions import reviewing
from editorial.actions.texts import Text
from editorial.db import db
from editorial.models import Manuscript
from editorial.tables.remarks import Reading
from tests import cast
from tests.client import Visitor
from tests.pages import claimed, made, then


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
        "person_id", "manuscript_id", "version_id", "earlier_version_id"}
