"""Who else has a manuscript open: told to those of the same side, for a minute, and kept by nobody."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flask import Flask
from sqlalchemy import func, select

from editorial import clock
from editorial.db import db
from editorial.tables.presence import Presence
from tests import cast
from tests.client import Visitor
from tests.pages import claimed, made


def _beat(visitor: Visitor, code: str, status: int = 200) -> list[str]:
    answer = visitor.post(f"/manuscripts/{code}/here", {}, status=status)
    return list((answer.get_json(silent=True) or {}).get("others", []))


def _line(visitor: Visitor, code: str) -> str:
    visitor.get(f"/manuscripts/{code}")
    return " ".join("".join(one.itertext()).strip() for one in visitor.find("//p[@class='presence']"))


def test_colleagues_see_each_other_and_authors_see_nobody_of_the_office(app: Flask) -> None:
    code = made(partial(claimed, "pol_n", co_authors=["cor_a2"]))
    reader, chief, author = Visitor(app, "pol_n"), Visitor(app, "chief_n"), Visitor(app, "cor_a1")
    signer, coordinator, other = Visitor(app, "sig_a"), Visitor(app, "coord"), Visitor(app, "cor_a2")
    assert [_beat(one, code) for one in (reader, author, signer, coordinator)] == [[], [], [], []]
    assert _beat(chief, code) == ["郑直"] and "郑直" in _line(chief, code)
    assert _beat(other, code) == ["何晓晴"] and "何晓晴" in _line(other, code)
    assert "主心" in _line(reader, code) and "郑直" not in _line(author, code)
    assert _line(coordinator, code) == ""
    _beat(Visitor(app, "pol_t"), code, status=404)


def test_after_a_minute_nobody_is_there_and_nothing_is_kept(app: Flask) -> None:
    code, other = made(partial(claimed, "pol_n")), made(cast.signed)
    reader, chief = Visitor(app, "pol_n"), Visitor(app, "chief_n")
    _beat(reader, code)
    _beat(reader, code)
    with clock.at(clock.now() + timedelta(seconds=61)):
        assert _line(chief, code) == ""
        assert _beat(chief, other) == []
    assert db.session.scalar(select(func.count()).select_from(Presence)) == 1
