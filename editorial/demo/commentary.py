"""The demonstration's commissions: signed commentary on published pieces, in every state that an assignment can be in.

The texts are opinions of made-up commentators on the made-up pieces, signed by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from editorial import clock
from editorial.actions import commissions
from editorial.actions.commissions import Appearance, Brief, Words
from editorial.db import db
from editorial.demo.acts import actor_named
from editorial.demo.diary import Diary
from editorial.demo.pieces import pieces
from editorial.models import Assignment, Commission, Manuscript, Person
from editorial.terms import Role, State


@dataclass(frozen=True)
class Asked:
    """A commission: the piece, who asks, what for, when (working days ago), what each commentator did, what is worth
    asking, and how many commentaries are wished.

    The acts follow in the working days after it, one a day for each commentator; an empty name is a day without one.
    """

    key: str
    commissioner: str
    topic: str
    brief: str
    on: int
    acts: tuple[tuple[str, tuple[str, ...]], ...]
    questions: str = ""
    wished: int = 1


LUWEI = (
    "让人看，也让苇长",
    "江滩芦苇节今年把步道延长到三公里，用的是架空木板。多走的一公里二，没有从苇丛里割出来，这笔账算得细。",
    "城市里的自然常常在两头受累：关起来，市民看不到；放开了，又踩得不成样子。江滩的办法是给人一条路，也给苇一条路，三万人的分时预约，"
    "说的就是这条界线。",
    "还可以更细一步：冬候鸟停歇的几处滩地，最好在观鸟屋里写明为什么不能再近。知道了缘由，脚步自然会轻。")
GONGJIAO = (
    "留言本里的公共服务",
    "一本挂在扶手边的留言本，三年写满七册，办成的事一件打一个勾。它的好处不在新，而在有回音。",
    "公共服务的意见渠道不少，缺的往往是“我说的那句话后来怎样了”。四十条线路每月把答复贴在车厢里，等于把回音放到提意见的人眼前。",
    "也要看到，有的勾用了八个月。慢，可以讲明为什么慢；办不了，也可以写明为什么办不了。留言本该有这样的格子。")
GONGJIAO_TOO = (
    "回音也是公交的一站",
    "坐七路车的人都认得那本留言本：封面磨白了，里头的字迹有铅笔的，也有小学生的拼音。写的人多，是因为写了有人看。",
    "驾驶员老师傅说，最怕的不是提意见，是意见石沉大海，下回再没人开口。三年七册，说明车厢里的人愿意开口。",
    "不妨再往前走一步：把“办不了”的几条也贴出来，写清难在哪里。难处摊开了，乘客和公交就坐到了同一边。")
LUWEI_TOO = (
    "候鸟不会填问卷",
    "芦苇节办得热闹，步道上人来人往。可是江滩还有一群不说话的住户，它们对热闹的看法，要看明年还来不来。",
    "把人的路和鸟的滩分开，是这届芦苇节最值得记一笔的地方。木板架在半空，退潮时底下照样走水。",
    "建议把观鸟屋的记录按月公开。哪一片滩来了多少只，比任何评语都更能说明办法灵不灵。")
LUWEI_ALIKE = (
    "江滩边的一条界线",
    "芦苇节开园那天我也去走了走，人多，却不觉得乱。",
    LUWEI[2],
    LUWEI[3])
SHITANG = (
    "一张进货单的分量",
    "钢花小学等十二所学校公开食堂进货单，把品种、价格和供货单位贴在门口，家长看得见，供货的人也看得见。",
    "公开不等于放心，放心要靠天天如此。陪餐记录写“剩多少”，比写“很满意”有用得多。",
    "推广的时候，宜给小规模学校配人手，别让一张单子变成又一项填表。")

ASKED: tuple[Asked, ...] = (
    Asked("gongjiao", "xuan_he", "留言本与公共服务的回音",
          "稿件写七路车的留言本三年写满七册。请从乘客和驾驶员两面谈谈意见渠道怎样才有回音，观点由作者自定。", 20, (
              ("ping_an", ("accept", "file", "approve", "publish")),
              ("shuo_shu", ("accept", "file", "return", "file", "approve", "publish")),
              ("ping_yi", ("accept", "decline"))),
          "什么样的意见容易有回音，什么样的不容易？\n驾驶员怎么看这本留言本？\n别的线路学得来吗？", 2),
    Asked("shitang", "wang_xin", "校园食堂公开进货单",
          "请谈谈信息公开怎样落到日常，八百字左右，可提不同意见。", 14, (
              ("lun_yu", ("accept", "save", "file", "return", "file", "approve", "publish")),
              ("lun_dao", ("", "", "", "expire")))),
    Asked("gongjiao", "wang_xin", "小本子里的大建议",
          "稿件写七路车的留言本。请谈谈小建议怎样办成事，八百字左右。", 12, (
              ("lun_dao", ("accept", "file", "withdraw")),)),
    Asked("luwei", "xuan_he", "城市湿地的开放与保护",
          "请结合芦苇节的开放办法谈谈人与湿地的距离，一千字以内，观点由作者自定。", 6, (
              ("ping_an", ("accept", "save", "file", "approve")),
              ("ping_yi", ("accept", "file", "return")),
              ("shuo_shu", ("accept", "file"))),
          "步道再延长，候鸟怎么办？\n分时预约限住了人，会不会也限住了兴致？", 3),
    Asked("wanjian", "wang_xin", "课后服务延长之后",
          "请从家长、教师和学校的分工谈起，八百字左右。", 3, (
              ("lun_yu", ("accept", "save")),
              ("lun_dao", ("accept", "cancel")))),
    Asked("zhandian", "xuan_he", "公交站台的座椅与雨棚",
          "请谈谈小设施里的大讲究，篇幅不限，观点由作者自定。", 1, (
              ("ping_yi", ()),
              ("shuo_shu", ("decline",)))),
)

PLAN = "（提纲）先写家长的时间账，再写教师的工作量，最后写学校能做什么。"
TEXTS = {("gongjiao", "ping_an"): GONGJIAO, ("gongjiao", "shuo_shu"): GONGJIAO_TOO, ("shitang", "lun_yu"): SHITANG,
         ("luwei", "ping_an"): LUWEI, ("luwei", "ping_yi"): LUWEI_TOO, ("luwei", "shuo_shu"): LUWEI_ALIKE}
"""What each of them writes; two of them, on one piece, share some sentences, as may happen."""
REASONS = {"return": "第二段的数字请与原稿核对，并注明出处。", "cancel": "该题目并入下周的另一项评论任务。"}
COMMENTATORS_ACTS = {"accept", "decline", "save", "file", "withdraw"}


def told(asked: Asked, diary: Diary) -> Iterator[datetime]:
    """A commission under way; see `loading.Going`."""
    yield diary.moment(asked.on, 30)
    made = _commission(asked)
    for round_ in range(max(len(acts) for _, acts in asked.acts)):
        for place, (login, acts) in enumerate(asked.acts):
            if round_ < len(acts) and acts[round_]:
                yield diary.moment(max(1, asked.on - 1 - round_), 90 + 60 * place + 12 * round_)
                _act(asked, made, login, acts[round_])


def _commission(asked: Asked) -> Commission:
    commissioner = actor_named(asked.commissioner)
    manuscript = db.session.scalars(select(Manuscript).where(
        Manuscript.title == pieces()[asked.key].title, Manuscript.state == State.PUBLISHED).limit(1)).one()
    people = db.session.scalars(select(Person.id).where(Person.login_key.in_([login for login, _ in asked.acts])))
    brief = Brief(asked.topic, asked.brief, clock.now() + timedelta(days=10), asked.questions, 1000, asked.wished)
    department_id = min(commissioner.grants[Role.COMMISSIONER])
    return commissions.commission(commissioner, manuscript, department_id, brief, people.all())


def _act(asked: Asked, made: Commission, login: str, name: str) -> None:
    person = actor_named(login)
    assignment = db.session.scalars(select(Assignment).where(
        Assignment.commission_id == made.id, Assignment.commentator_id == person.id)).one()
    actor = person if name in COMMENTATORS_ACTS else actor_named(asked.commissioner)
    match name:
        case "save":
            commissions.save(actor, assignment, None, _words(asked, assignment, 2))
        case "file":
            commissions.file(actor, assignment, None, _words(asked, assignment, 4))
        case "return":
            commissions.return_(actor, assignment, None, REASONS[name])
        case "cancel":
            commissions.cancel(actor, assignment, None, REASONS[name])
        case "publish":
            commissions.publish(actor, assignment, None, Appearance(
                "长江网评论频道", clock.now() - timedelta(minutes=10), f"https://comment.example/{made.code}/{assignment.id}"))
        case _:
            getattr(commissions, name)(actor, assignment, None)


def _words(asked: Asked, assignment: Assignment, lines: int) -> Words:
    """The first `lines` lines of the commentary on this piece; after a return, with the source named."""
    title, *paragraphs = TEXTS.get((asked.key, assignment.commentator.login), (asked.topic, PLAN))
    if assignment.reason:
        paragraphs.append("文中数字见原稿第二、三段。")
    return Words(title, "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs[:lines]))
