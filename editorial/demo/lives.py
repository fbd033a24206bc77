"""What became of each piece: who wrote it, for which offices, when, and what happened to it since.

A step is the name of an act of `acts.Telling`, alone or with its words; ``+2`` waits two working days; ``2:`` in front
of a name means the story's second manuscript.
"""

from __future__ import annotations

from dataclasses import dataclass

Step = str | tuple[str, ...]

N, T, BOTH = ("changjiang",), ("station",), ("changjiang", "station")


@dataclass(frozen=True)
class Life:
    """The life of a piece, up to `until` working days ago."""

    key: str
    author: str
    offices: tuple[str, ...]
    until: int
    steps: tuple[Step, ...]
    urgent: bool = False
    co_author: str = ""

    @property
    def days(self) -> int:
        """How many working days it takes."""
        return sum(int(step[1:]) for step in self.steps if isinstance(step, str) and step.startswith("+"))


def _life(key: str, author: str, offices: tuple[str, ...], until: int, *steps: Step, urgent: bool = False,
          co_author: str = "") -> Life:
    return Life(key, author, offices, until, steps, urgent, co_author)


READ: tuple[Step, ...] = ("ok", "+1", "ok", "+1", "ok")
OUT: tuple[Step, ...] = (*READ, "+1", "publish")
SIGNED: tuple[Step, ...] = ("submit", "+1", "sign", "+1")

PUBLISHED: tuple[Life, ...] = (
    _life("luwei", "wang_tong", BOTH, 12, *SIGNED, *OUT, "2:ok", "2:ok", "+1", "2:ok", "2:publish",
          ("publish", "1"), co_author="he_xiaoqing"),
    _life("bowuguan", "wen_lv", N, 31, "submit", "+1", ("send_back", "请补充展览开放的起止日期和预约电话的受理时间。"),
          "+1",
          ("revise", "补充了展期和预约办法", "", "预约电话每天九时至十六时受理，周一闭馆。"), "+1", "sign", "+1",
          *OUT),
    _life("xiaocai", "jiao_mu", N, 27, *SIGNED, "ok", "+1",
          ("back", "“不用农药”的说法请注明依据，并补一个学校的具体例子。"), "+1",
          ("revise", "补充了依据和例子", "教学生认土、认虫，不用农药", "教学生认土、认虫，防虫用黄板和纱网"), "+1",
          "sign", "+1",
          *OUT),
    _life("qixiangguan", "yun_zhi", T, 31, "submit", "+1", *OUT),
    _life("tushuguan", "shu_xiang", N, 27, *SIGNED, "ok", "+1", "ok", "+1",
          ("edit", "三十六个座位坐了三十一人", "三十六个座位坐了三十一个人"), "ok", "+1", "ok", "+1", "ok", "+1",
          "publish"),
    _life("mapao", "li_yuan", BOTH, 9, *SIGNED, "2:ok", *OUT, "2:ok", "+1", "2:ok", "+1", "2:publish"),
    _life("ditie", "lu_yuan", N, 20, *SIGNED, *OUT, ("publish", "1"), "+2",
          ("request", "换乘线路应为六条，稿中写成七条，请更正。"), "+1",
          ("correct", "本报十二号线报道中“换乘既有七条线路”应为六条，特此更正。", "与既有七条线路换乘",
          "与既有六条线路换乘"),
          "+1", *READ),
    _life("pingpang", "wang_tong", N, 25, *SIGNED, *OUT, "+1", ("found", "三比二", "三比一"),
          ("tell", "拼版时录错比分，来稿和通过的文字无误。",
           "本报误刊团体决赛比分为“三比一”，应为“三比二”，特此更正。"),
          "+1", ("put_right", "A2")),
    _life("gongjiao", "che_ping", T, 24, *SIGNED, *OUT, "+1",
          ("request", "末班车时间请再核对，疑有出入。"), "+1", ("decline", "已向公交公司核对，稿中时间无误。")),
    _life("shitang", "gang_yi", N, 18, *SIGNED, "ok", "+1", "ok", "+1",
          ("back", "标题过长，请压缩到二十字以内；“剩菜减少三成”请写明比较的时段。"), "+1",
          ("revise", "改短标题，写明比较时段", "试行一个月，剩菜减少三成", "与试行前一个月相比，剩菜减少三成"), "+1",
          "sign", "+1",
          *OUT),
    _life("hupo", "li_yuan", N, 17, *SIGNED, *OUT, "+3",
          ("correct", "主湖区平均透明度应为一米三，特此更正。", "透明度平均一米四", "透明度平均一米三"), "+1", "ok",
          "+1",
          ("reject", "第三方机构复核结果仍为一米四，更正理由不成立。")),
    _life("guangchang", "han_zheng", T, 21, *SIGNED, *OUT, ("publish", "2")),
    _life("zhandian", "che_ping", N, 20, *SIGNED, *OUT),
    _life("zuqiu", "ti_an", BOTH, 4, *SIGNED, *OUT, "2:ok", "+1", ("2:back", "请补充家长或队员的直接引语。"), "+1",
          ("2:resubmit", "引语涉及未成年人，未取得同意，保持原文。"), "+1", "2:ok", "+1", "2:ok", "2:publish"),
    _life("paishui", "shui_ye", N, 19, "submit", "+1", *OUT),
    _life("wanjian", "meng_yu", N, 16, *SIGNED, *OUT, ("publish", "2")),
    _life("hanxiu", "qing_lan", T, 16, "submit", "+1", "sign", "+1", "sign", "+1", *OUT),
    _life("lundu", "lu_yuan", T, 7, *SIGNED, *OUT, ("request", "轮渡票价请再核对，疑有出入。")),
    _life("yiyuan", "jiao_mu", N, 1, *SIGNED, *OUT, "+3",
          ("correct", "全市校医和保健教师应为一千四百六十名，特此更正。", "一千四百余名", "一千四百六十名"), "+1",
          "ok"),
    _life("yinyuehui", "wen_lv", T, 9, *SIGNED, *OUT),
    _life("yanshi", "li_yuan", N, 1, *SIGNED, *OUT, "+1", ("share", "station"), "+1", "2:ok"),
    _life("tingche", "mao_zian", N, 10, *SIGNED, "assign", *OUT, co_author="ding_lan"),
)

ENDED: tuple[Life, ...] = (
    _life("hangxian", "lu_yuan", N, 26, *SIGNED, *OUT, "+2",
          ("retract", "航线开航日期推迟，原消息已不准确，现予撤回，以机场公告为准。")),
    _life("caipeng", "gang_yi", N, 15, *SIGNED, ("reject", "与本报上周刊发的蔬菜基地报道内容重复。"), "+1",
          ("appeal", "上周报道写的是批发市场，本稿写的是种植基地的防寒准备，角度和事实都不相同。"), "+2",
          ("uphold", "两稿的核心事实相同，维持退稿；欢迎改写为农技员的人物稿重新报送。")),
    _life("dushu", "shou_yi", N, 11, *SIGNED, "ok", "+1", ("reject", "以往来信件为主体，未见写信学生监护人的同意。"),
          "+1",
          ("appeal", "监护人同意书共十一份已由学校存档，可随时提供。"), "+1",
          ("reopen", "同意书已核验，请从内容关继续审读。"), "+1", "ok", "+1", "ok", "+1", "publish"),
    _life("qihou", "yun_zhi", T, 17, "submit", "+1", "ok", "ok", ("propose", "reject", "本台已有同题材的系列短片。"),
          "confirm"),
    _life("zixing", "liang_dao", N, 3, *SIGNED, ("reject", "题材合适，但全文没有可核实的时间和地点。"), "+2",
          ("appeal", "修车铺位置和门面安排时间都在街道公告中，可以补充公告编号。")),
    _life("huachuan", "ti_an", T, 16, "submit", "+1", ("refuse", "报名办法尚未报局里审定，暂不对外发布。"), "+1",
          "anew"),
    _life("qiaqi", "ti_an", N, 8, *SIGNED, "ok", "+1", ("withdraw", "赛期因场馆检修改期，信息待定。")),
    _life("fengli", "wang_tong", N, 10, "submit", ("withdraw", "大风已过，消息失去时效。")),
    _life("chunyou", "jiao_mu", T, 1, *SIGNED, ("transfer", "changjiang", "该稿以文字见长，适合报纸先发。"), "+1",
          "ok"),
)

OPEN: tuple[Life, ...] = (
    # at the office, unread or being read; some are late
    _life("chuxue", "yun_zhi", BOTH, 1, "submit", "claim", urgent=True),
    _life("songnuan", "shui_ye", T, 1, "submit", urgent=True),
    _life("dawu", "yun_zhi", N, 3, "submit"),
    _life("shuiwei", "shui_ye", T, 2, "submit", "claim"),
    _life("huagu", "wen_lv", N, 4, "submit", "+1", "sign", "claim"),
    _life("fengwei", "meng_yu", T, 1, "submit", "+1", "sign"),
    _life("laozhaopian", "han_zheng", N, 1, *SIGNED, "ok", "+1", "claim"),
    _life("guqin", "qing_lan", T, 1, "submit", "+1", "sign", "sign", "+1", "ok", "ok",
          ("propose", "return", "请补充演出的时间、地点和同期声。")),
    _life("gudao", "shou_yi", N, 4, *SIGNED,
          ("note", "给每一扇窗编号存档", "这里若有窗框编号的照片，可以配一张。", "office"),
          "settle", "ok", "+2", "claim"),
    _life("sijiguan", "lu_yuan", T, 1, *SIGNED, "ok", "claim", "release"),
    _life("qiaoliang", "wen_lv", N, 2, *SIGNED, "ok", "assign", urgent=True),
    _life("paobu", "wang_tong", N, 3, ("reply", "身边的运动"), *SIGNED, "ok", "+1", "ok", "+2", "claim"),
    _life("taiji", "han_zheng", T, 1, *SIGNED, "ok", "ok", ("propose", "pass", "现场画面已补齐。")),
    _life("xuexiao", "tong_yan", N, 1, "submit", "+1", "sign", "sign", "+1", "ok", "ok", "+1",
          ("edit", "不快不慢。", "不紧不慢。"), "ok", "+1"),
    _life("lanqiu", "mao_zian", N, 1, ("reply", "身边的运动"), *SIGNED, "ok", "+1", "ok", "undo"),
    _life("jiaoshi", "ding_lan", N, 2, *SIGNED, "ok", "+1", "ok"),
    # passed by all stages, not out yet
    _life("hanlu", "yun_zhi", T, 1, "submit", "ok", "+1", "ok", "+1", ("propose", "return", "配图偏少。"),
          ("look_again", "服务信息不必配图，请再看文字本身。"), "ok"),
    _life("dengshan", "he_xiaoqing", N, 5, *SIGNED, *READ),
    _life("gonglu", "lu_yuan", N, 2, *SIGNED, "ok", "ok", "ok"),
    _life("daoban", "che_ping", BOTH, 1, *SIGNED, "ok", "ok", "ok", "2:ok"),
    # back with their authors
    _life("yingxiong", "jiao_mu", N, 8, *SIGNED, ("back",
          "评委名单请删去个人职务以外的介绍，作品数与学校数请再核对。")),
    _life("lvyou", "wen_lv", T, 3, *SIGNED, "ok", "+1", "ok",
          ("propose", "return", "“主要景区”请列出名单，或写明查询入口。"), "confirm"),
    _life("shiyan", "jiao_mu", N, 2, "submit", "+1", ("send_back", "训练点数量与上月公布的不一致，请核对。")),
    _life("zhanlan", "wang_tong", N, 1, *SIGNED, ("note", "下月十日截止", "请写成具体日期，读者不一定当天看报。"),
          ("note", "每人限报一件", "团体报名算不算？"), ("back", "截止日期请写明年份，另见批注。"),
          ("answer", "不收团体报名，已问过文化馆。"),
          ("save", "下月十日截止。评选", "十二月十日截止。评选")),
    # waiting for a signature
    _life("youyong", "ti_an", N, 4, "submit"),
    _life("yumao", "ti_an", T, 1, "submit"),
    _life("xueqing", "che_ping", BOTH, 1, "submit"),
    _life("jiaoguan", "mao_zian", N, 1, ("join", "ding_lan"), "submit", urgent=True),
    _life("zhaosheng", "tong_yan", N, 1, "submit", "+1", "sign"),
    # not sent yet
    _life("meihua", "li_yuan", N, 1),
    _life("hanjia", "shu_xiang", BOTH, 1, "+1", ("save", "每人服务三个半天", "每人服务四个半天")),
    _life("banche", "che_ping", T, 3),
    _life("bahe", "wang_tong", N, 2, ("reply", "身边的运动"), "submit", "recall"),
)

LIVES = PUBLISHED + ENDED + OPEN
