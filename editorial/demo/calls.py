"""The demonstration's calls for manuscripts: one at each office, one of the coordinator, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from editorial.actions import calls
from editorial.actions.calls import Wish
from editorial.db import db
from editorial.demo.acts import actor_named
from editorial.demo.diary import Diary
from editorial.models import Genre, Unit
from editorial.tables.calls import Call
from editorial.terms import Role


@dataclass(frozen=True)
class Asked:
    """A call: by whom, on which working day before today, until how many days after that; None of `units` is all."""

    by: str
    topic: str
    brief: str
    on: int
    days: int
    units: Mapping[str, bool] | None = None
    genre: str = ""
    length: str = ""
    end: tuple[str, ...] = ()
    """What became of it, on the next working day: the name of an act, and its words."""


ASKED: tuple[Asked, ...] = (
    Asked("zhu_bian", "身边的运动", "入冬以后，大家在哪里运动、怎样运动？\n"
          "请写一个具体的人或一处具体的场地，不写赛事名单和讲话。", 14, 27, None, "feature", "1000 字以内，配图两张"),
    Asked("zhuan_ban", "岁末服务时间",
          "年末年初群众办事集中，请写本单位延长或调整服务时间的做法，时间、地点、电话要准确。", 3, 20,
          {"江岸区": True, "教育局": False, "公交集团": False}, "notice", "500 字左右"),
    Asked("tai_heng", "秋天的颜色", "请推荐一处秋景，附拍摄建议。", 26, 12, None, "", "", ("close",)),
    Asked("tai_heng", "雨后看排水", "强降雨过后的排水和积水处置情况。", 18, 10, {"武汉市": True}, "news", "",
          ("cancel", "近期没有强降雨，改为入汛前再征集。")),
)


def said(asked: Asked, diary: Diary) -> Iterator[datetime]:
    """A call under way; see `loading.Going`."""
    moment = diary.moment(asked.on, 20)
    yield moment
    call = _issue(asked, moment)
    if asked.end:
        yield diary.moment(asked.on - 1, 200)
        name, *words = asked.end
        getattr(calls, name)(actor_named(asked.by), call, None, *words)


def _issue(asked: Asked, moment: datetime) -> Call:
    actor = actor_named(asked.by)
    office_id = min(actor.grants.get(Role.CHIEF_EDITOR, frozenset()), default=None)
    genre_id = db.session.scalar(select(Genre.id).where(Genre.slug == asked.genre))
    named = {unit.name: unit.id for unit in db.session.scalars(select(Unit).where(Unit.name.in_(asked.units or ())))}
    wish = Wish(asked.topic, asked.brief, (moment + timedelta(days=asked.days)).date(), genre_id, asked.length)
    units = None if asked.units is None else {named[name]: below for name, below in asked.units.items()}
    return calls.issue(actor, office_id, wish, units)
