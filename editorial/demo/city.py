"""The demonstration city: Wuhan with its two offices, a tree of units, and made-up people for every role.

Everything is data and goes through the actions, as an administrator would do it on the pages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select

from editorial import clock
from editorial.actions import desk, organisation, people
from editorial.actions.organisation import ChannelData, StepData, UnitData
from editorial.calendar import USUAL, Times
from editorial.config import DEMO_PASSWORD
from editorial.db import db
from editorial.demo.acts import actor_named
from editorial.models import Membership, Office, Person, Stage, Unit
from editorial.terms import ChannelKind, Duty, Role

PASSWORD = DEMO_PASSWORD
"""The password of every demonstration log-in. They exist only where somebody loaded the demonstration."""

RULES_SINCE = date(2022, 1, 1)

# name, kind, the unit above it, its signature, its English name;
# "further": the unit above whose signature is needed as well, "-": needs no signature
UNITS: tuple[tuple[str, str, str, str, str], ...] = (
    ("武汉市", "city", "", "", "City of Wuhan"),
    ("宣传部", "department", "武汉市", "", "Publicity Department"),
    ("网信办", "department", "武汉市", "", "Cyberspace Affairs Office"),
    ("文化和旅游局", "department", "武汉市", "", "Culture and Tourism Bureau"),
    ("教育局", "department", "武汉市", "", "Education Bureau"),
    ("体育局", "department", "武汉市", "", "Sports Bureau"),
    ("交通运输局", "department", "武汉市", "", "Transport Bureau"),
    ("气象局", "department", "武汉市", "-", "Meteorological Bureau"),
    ("江岸区", "district", "武汉市", "", "Jiang'an District"),
    ("百步亭支部", "branch", "江岸区", "", "Baibuting Branch"),
    ("花桥支部", "branch", "江岸区", "江岸区", "Huaqiao Branch"),
    ("江岸区图书馆支部", "branch", "江岸区", "", "Jiang'an Library Branch"),
    ("江汉区", "district", "武汉市", "", "Jianghan District"),
    ("民意支部", "branch", "江汉区", "", "Minyi Branch"),
    ("硚口区", "district", "武汉市", "", "Qiaokou District"),
    ("汉正支部", "branch", "硚口区", "", "Hanzheng Branch"),
    ("汉阳区", "district", "武汉市", "", "Hanyang District"),
    ("晴川支部", "branch", "汉阳区", "汉阳区", "Qingchuan Branch"),
    ("武昌区", "district", "武汉市", "", "Wuchang District"),
    ("首义支部", "branch", "武昌区", "", "Shouyi Branch"),
    ("粮道支部", "branch", "武昌区", "", "Liangdao Branch"),
    ("青山区", "district", "武汉市", "", "Qingshan District"),
    ("钢花支部", "branch", "青山区", "", "Ganghua Branch"),
    ("洪山区", "district", "武汉市", "", "Hongshan District"),
    ("关山支部", "branch", "洪山区", "", "Guanshan Branch"),
    ("东湖风景区", "district", "武汉市", "", "East Lake Scenic Area"),
    ("梨园支部", "branch", "东湖风景区", "", "Liyuan Branch"),
    ("地铁运营公司", "enterprise", "武汉市", "", "Metro Operating Company"),
    ("公交集团", "enterprise", "武汉市", "", "Bus Group"),
    ("水务集团", "enterprise", "武汉市", "-", "Water Group"),
)
COMMISSIONING = ("宣传部", "网信办")

OFFICES: tuple[tuple[str, str, str], ...] = (
    ("changjiang", "长江日报报业集团编辑部", "Changjiang Daily Press Group, editorial office"),
    ("station", "武汉广播电视台编辑部", "Wuhan Broadcasting and Television Station, editorial office"),
)
TIMES = {"station": Times({**USUAL.days, Duty.REVISE: 3, Duty.PUBLISH: 1})}
"""What is on the air tomorrow is revised and published sooner than what is printed."""
CHANNELS: dict[str, tuple[ChannelData, ...]] = {
    "changjiang": (ChannelData("长江日报", "Changjiang Daily", ChannelKind.PAPER, 6),
                   ChannelData("长江网", "The paper's site"),
                   ChannelData("长江日报客户端", "The paper's app")),
    "station": (ChannelData("新闻综合频道", "News channel", ChannelKind.PROGRAMME, 4),
                ChannelData("武汉广播", "Wuhan Radio", ChannelKind.PROGRAMME, 4),
                ChannelData("学习平台", "Learning platform", ChannelKind.PLATFORM)),
}
GENRES: tuple[tuple[str, str, str], ...] = (
    ("news", "消息", "News"), ("feature", "通讯", "Feature"), ("brief", "简讯", "Brief"),
    ("profile", "人物", "Profile"), ("notice", "服务信息", "Service notice"),
)


def _lines(*lines: tuple[str, str, str]) -> tuple[dict[str, str], ...]:
    return tuple({"key": key, "text": text, "text_en": text_en} for key, text, text_en in lines)


STAGES: tuple[StepData, ...] = (
    StepData("political", "政治关", "Political", "机构、职务、地名和提法是否准确",
             "Whether institutions, titles, place names and set terms are right", 1, _lines(
                 ("names", "人名、职务、单位名称已逐一核对", "Names, titles and units have been checked one by one"),
                 ("places", "地名、区划、地图表述准确", "Place names, districts and maps are right"),
                 ("terms", "提法与正式文件一致", "Set terms agree with the published documents"))),
    StepData("content", "内容关", "Content", "事实、数字、来源和图片是否站得住",
             "Whether facts, figures, sources and pictures stand up", 2, _lines(
                 ("facts", "事实和数字有来源，来源已核实", "Facts and figures have sources, and they were checked"),
                 ("quotes", "引语经本人确认", "Quotations were confirmed by those quoted"),
                 ("rights", "图片有说明、有署名、有授权", "Pictures have caption, credit and permission"),
                 ("privacy", "未成年人和个人信息已妥善处理", "Minors and personal data are protected"))),
    StepData("quality", "质量关", "Quality", "标题、语言、标点和数字用法是否规范",
             "Whether headline, language, punctuation and numerals follow the rules", 1, _lines(
                 ("headline", "标题与正文相符", "The headline says what the text says"),
                 ("language", "语句通顺，没有错别字", "The language is clear, with no wrong characters"),
                 ("typography", "标点、数字、单位用法规范", "Punctuation, numerals and units follow the standard"))),
)

CONFIRMING, CONFIRMS_SINCE = "station", timedelta(days=180)
"""The office whose last stage proposes and whose chief editor confirms (终审), and for how long it has. What is
generated goes by the rules of before."""


@dataclass(frozen=True)
class Someone:
    """A made-up person: log-in name, name, and their roles as (role, place)."""

    login: str
    name: str
    roles: tuple[tuple[Role, str], ...]


def _people(role: Role, *entries: tuple[str, str, str]) -> tuple[Someone, ...]:
    return tuple(Someone(login, name, ((role, place),)) for login, name, place in entries)


PEOPLE: tuple[Someone, ...] = (
    *_people(
        Role.CORRESPONDENT,
        ("wang_tong", "汪桐", "百步亭支部"), ("he_xiaoqing", "何晓晴", "百步亭支部"), ("tong_yan", "童砚", "花桥支部"),
        ("shu_xiang", "舒湘", "江岸区图书馆支部"), ("meng_yu", "孟禹", "民意支部"), ("han_zheng", "韩筝", "汉正支部"),
        ("qing_lan", "卿岚", "晴川支部"), ("liang_dao", "梁稻", "粮道支部"), ("gang_yi", "纲一舟", "钢花支部"),
        ("mao_zian", "毛梓安", "关山支部"), ("ding_lan", "丁澜", "关山支部"), ("li_yuan", "黎沅", "梨园支部"),
        ("lu_yuan", "陆远洲", "地铁运营公司"), ("che_ping", "车平野", "公交集团"), ("shui_ye", "水烨", "水务集团"),
        ("yun_zhi", "云知秋", "气象局"), ("jiao_mu", "焦牧", "教育局"), ("ti_an", "狄安", "体育局"),
        ("wen_lv", "闻律", "文化和旅游局"),
    ),
    Someone("shou_yi", "寿逸", ((Role.CORRESPONDENT, "首义支部"), (Role.SIGNER, "首义支部"))),
    *_people(
        Role.SIGNER,
        ("shi_min", "石旻", "百步亭支部"), ("qiao_mu", "乔沐", "花桥支部"), ("jiang_liu", "江浏", "江岸区"),
        ("chuan_lin", "川霖", "晴川支部"),
        ("jin_han", "金涵", "江汉区"), ("qiao_kou", "乔寇宁", "硚口区"), ("yang_qing", "阳清和", "汉阳区"),
        ("chang_ning", "昌宁", "武昌区"), ("qing_shan", "庆珊", "青山区"), ("qin_chuan", "秦川野", "洪山区"),
        ("dong_hu", "董瑚", "东湖风景区"), ("tie_heng", "铁蘅", "地铁运营公司"), ("gong_yan", "宫雁", "公交集团"),
        ("xu_zong", "许棕", "武汉市"),
    ),
    *_people(
        Role.STAGE_REVIEWER,
        ("zheng_zhi", "郑芷", "changjiang.political"), ("zheng_ming", "郑茗", "changjiang.political"),
        ("wen_si", "文偲", "changjiang.content"), ("wen_bo", "文泊", "changjiang.content"),
        ("yan_jin", "严瑾", "changjiang.quality"), ("yan_xi", "严溪", "changjiang.quality"),
        ("tian_heng", "田珩", "station.political"), ("tian_yu", "田雨眠", "station.political"),
        ("bo_wen", "柏雯", "station.content"), ("bo_yi", "柏弋", "station.content"),
        ("xi_zhi", "席芝", "station.quality"), ("xi_he", "席禾", "station.quality"),
    ),
    *_people(Role.CHIEF_EDITOR, ("zhu_bian", "祝骈", "changjiang"), ("tai_heng", "邰蘅", "station")),
    *_people(Role.PUBLISHER, ("fu_yin", "傅茵", "changjiang"), ("bo_yin", "卜吟", "station")),
    *_people(Role.COMMISSIONER, ("xuan_he", "宣荷", "宣传部"), ("wang_xin", "汪昕", "网信办")),
    *_people(
        Role.COMMENTATOR,
        ("ping_an", "平安澜", "宣传部"), ("ping_yi", "平弈", "宣传部"), ("shuo_shu", "舒硕", "宣传部"),
        ("lun_yu", "伦予", "网信办"), ("lun_dao", "伦岛", "网信办"),
    ),
    *_people(Role.COORDINATOR, ("zhuan_ban", "专湛", "")),
    *_people(Role.ADMINISTRATOR, ("guan_jia", "管嘉", "")),
)

SHOWN = ("wang_tong", "tong_yan", "shi_min", "jiang_liu", "zheng_zhi", "wen_si", "yan_jin", "zhu_bian", "fu_yin",
         "tian_heng", "bo_wen", "xi_zhi", "tai_heng", "bo_yin", "xuan_he", "ping_an", "zhuan_ban", "guan_jia")
"""The log-ins that a visitor is told of: somebody for each role."""


def build() -> None:
    """Make units, offices, stages, channels, genres and people. All log-ins have PASSWORD."""
    places: dict[str, dict[str, int]] = {"": {}}
    for name, kind, above, signature, english in UNITS:
        unit = organisation.create_unit(None, UnitData(
            name, kind, places[above].get("unit_id"), signs=signature != "-",
            further_unit_id=places[signature]["unit_id"] if signature not in ("", "-") else None,
            commissions=name in COMMISSIONING, name_en=english))
        places[name] = {"unit_id": unit.id}
    for slug, name, name_en in OFFICES:
        office = organisation.create_office(None, slug, name, name_en)
        times = TIMES.get(slug, USUAL)
        organisation.create_ruleset(None, office, RULES_SINCE, STAGES, times=times)
        if slug == CONFIRMING:
            organisation.create_ruleset(None, office, clock.today() - CONFIRMS_SINCE, [
                replace(stage, proposes=stage is STAGES[-1]) for stage in STAGES], "末关由主编终审", times=times)
        for channel in CHANNELS[slug]:
            organisation.create_channel(None, office, channel)
        places[slug] = {"office_id": office.id}
        for stage in db.session.scalars(select(Stage).where(Stage.office_id == office.id)):
            places[f"{slug}.{stage.slug}"] = {"office_id": office.id, "stage_id": stage.id}
    for slug, title, title_en in GENRES:
        organisation.create_genre(None, slug, title, title_en)
    hashed = None
    for someone in PEOPLE:
        person = people.create_person(None, someone.login, someone.name)
        if hashed is None:
            people.set_password(person, PASSWORD)
        # A good hash is slow to make; one is enough for one password that everybody may know.
        person.password_hash = hashed = hashed or person.password_hash
        for role, name in someone.roles:
            place = places[name]
            people.give_role(None, person, role, unit_id=place.get("unit_id"), office_id=place.get("office_id"),
                             stage_id=place.get("stage_id"))
    db.session.flush()


REASONS = {
    "zhu_bian": ("事实来源不明，请补充采访对象或文件依据。", "时间、地点、人名或职务请核对后重报。",
                 "标题与正文不符，请修改。", "与近期刊发的内容重复。"),
    "tai_heng": ("请补充现场细节和同期声。", "数字前后不一致，请核对后重报。", "时效已过。"),
}
"""The reasons that each office's chief editor keeps for it."""
PHRASES = {"zheng_zhi": ("请注明数字的统计时段。", "请写明发布单位的全称。")}
"""What a reviewer saved for their own use."""


def keep_lists() -> None:
    """The offices' reasons, and a reviewer's phrases."""
    for login, lines in REASONS.items():
        chief = actor_named(login)
        (office_id,) = chief.grants[Role.CHIEF_EDITOR]
        desk.keep_reasons(chief, db.session.get_one(Office, office_id), 0, lines)
    for login, lines in PHRASES.items():
        desk.keep_phrases(actor_named(login), 0, lines)


def log_ins() -> list[tuple[Role, str, str]]:
    """Those of SHOWN who are there: (role, log-in name, name and place)."""
    query = (
        select(Membership.role, Person.login, Person.name, Unit.name, Office.name, Stage.title)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(Unit, Unit.id == Membership.unit_id).outerjoin(Office, Office.id == Membership.office_id)
        .outerjoin(Stage, Stage.id == Membership.stage_id)
        .where(Person.login_key.in_(SHOWN), Person.is_active).order_by(Membership.id)
    )
    return [(role, login, " ".join(filter(None, [name, *places]))) for role, login, name, *places
            in db.session.execute(query)]
