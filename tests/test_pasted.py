"""Publications pasted from a spreadsheet: how rows are read, what each comes to, recorded once."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from editorial import clock
from editorial.actions import organisation, planning
from editorial.actions.organisation import ChannelData
from editorial.db import db
from editorial.forms.pasted import read, time_of
from editorial.models import Publication
from editorial.terms import ChannelKind
from tests import cast
from tests.client import Visitor
from tests.pages import found, made, then

ZONE = ZoneInfo("Asia/Shanghai")


def test_rows_are_read_from_a_spreadsheet_or_with_commas_without_their_heads() -> None:
    pasted = ('稿号\t渠道\t时间\t位置\t标题\n2026-000001\t 主渠道 \t2026/12/1\tA3\t"两行\n标题"\n\t\t\n'
              "２０２６-000002\t网站\t2026-12-01 09:30\thttps://a.example/2\n")
    assert [line.cells for line in read(pasted)] == [
        ("2026-000001", "主渠道", "2026/12/1", "A3", "两行 标题"),
        ("2026-000002", "网站", "2026-12-01 09:30", "https://a.example/2", "")]
    assert [line.cells[0] for line in read("2026-000001,主渠道\nnonsense")] == ["2026-000001", "nonsense"]
    assert read(" \n") == []
    assert read(read(pasted)[0].text)[0].cells == read(pasted)[0].cells


@pytest.mark.parametrize(("typed", "read_as"), [
    ("2026-12-01 19:05", (1, 19, 5)), ("2026/12/1 9:05:00", (1, 9, 5)), ("2026年12月1日 19：05", (1, 19, 5)),
    ("2026-12-01T19:05", (1, 19, 5)), ("2026.12.1", (1, 0, 0)),
    ("12-01 19:05", None), ("2026-13-01 19:05", None), ("2026-12-01 25:00", None), ("昨天", None), ("", None),
    ("2026-12-01 傍晚", None),
])
def test_times_are_read_as_people_and_spreadsheets_write_them(typed: str, read_as: tuple[int, int, int] | None) -> None:
    at = time_of(typed, ZONE, day_alone=True)
    assert at == (datetime(2026, 12, *read_as, tzinfo=ZONE) if read_as else None)
    assert (time_of(typed, ZONE, day_alone=False) is None) is (read_as in (None, (1, 0, 0)))


def test_what_is_right_is_recorded_once_and_the_rest_stands_there_with_its_fault(app: Flask) -> None:
    codes = [made(cast.accepted) for _ in range(3)]
    organisation.create_channel(None, cast.office("n"), ChannelData("晨报", "Morning paper", ChannelKind.PAPER))
    organisation.create_channel(None, cast.office("t"), ChannelData("晚间新闻", "", ChannelKind.PROGRAMME))
    db.session.commit()
    then(lambda one: planning.embargo(cast.actor("chief_n"), one, clock.now() + timedelta(days=1), "等开幕"), codes[2])
    unread = made(cast.signed)
    today = clock.today().isoformat()
    now = clock.now().astimezone(clock.zone())
    minute = f"{now:%Y-%m-%d %H:%M}"
    rows = "\n".join("\t".join(row) for row in (
        (codes[0], "晨报", today, "A3", "芦苇荡里过周末"),
        (codes[0], "晨报", today, "A3", ""),  # the same again
        (codes[0], "morning PAPER", today, "", ""),  # on which page?
        (codes[1], "网站", today, "https://news.example/1", ""),  # at what time?
        (codes[1], "网站", minute, "https://news.example/1", ""),
        (codes[1], "网站", minute, "news.example/2", ""),
        (codes[1], "晚间新闻", minute, "19:05", ""),  # the other office's
        (codes[2], "网站", minute, "https://news.example/3", ""),  # an embargo holds
        (unread, "网站", minute, "https://news.example/4", ""),
        ("2026-999999", "网站", minute, "https://news.example/5", ""),
    ))
    publisher = Visitor(app, "pub_n")
    publisher.get("/publishing/rows")
    publisher.send(publisher.form_with("rows"), {"rows": ""}, 400)
    publisher.send(publisher.form_with("rows"), {"rows": "2026-000001,网站\n" * 101}, 400)
    publisher.send(publisher.form_with("rows"), {"rows": rows})
    came = publisher.find("//tbody/tr/td[last()]")
    assert "到稿件页登记" in publisher.text
    assert ["可登记" in "".join(one.itertext()) for one in came] == [True, *[False] * 3, True, *[False] * 5]
    assert "没有这个稿号" in "".join(came[-1].itertext())
    with app.app_context():
        assert db.session.scalar(select(func.count(Publication.id))) == 0  # so far it was looked at
    form = publisher.form_with("rows")
    changed = {**publisher.fields(form), "then": "record", "rows": rows.replace("A3", "A4")}
    publisher.post("/publishing/rows", changed, 200)  # other rows than were shown: looked at first
    publisher.send(publisher.form_with("rows"), {"rows": rows})
    fields = {**publisher.fields(publisher.form_with("rows")), "then": "record"}
    publisher.post("/publishing/rows", fields, 200)
    assert "已登记 2 条" in publisher.text
    publisher.post("/publishing/rows", fields, 200)  # a form sent twice acts once
    left = publisher.fields(publisher.form_with("rows"))["rows"].splitlines()
    assert len(left) == 8 and left[0].startswith(codes[0])
    first, = found(codes[0]).publications
    assert (first.place, first.address, first.headline) == ("A3", "", "芦苇荡里过周末")
    assert [one.address for one in found(codes[1]).publications] == ["https://news.example/1"]
    db.session.rollback()
