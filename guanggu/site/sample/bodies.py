"""The district, its departments, parks and communities, and the posts in them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from guanggu.kernel.identity.public import Organisation, Post
from guanggu.standards import gb_32100_2015 as gb_32100

DISTRICT = "wehdz"
DUTY_DESK = f"{DISTRICT}-bgs"
_DISTRICT_NAME = "武汉东湖新技术开发区管委会（样例）"

# Code, name, short name, English, document word, whether it handles service items.
DEPARTMENTS: tuple[tuple[str, str, str, str, str, bool], ...] = (
    ("bgs", "办公室", "办公室", "General Office", "武新管办", False),
    ("jwj", "纪检监察工委", "纪检监察工委", "Discipline and Supervision", "武新纪", False),
    ("zwb", "政务服务局", "政务局", "Government Services", "武新政务", False),
    ("czj", "财政局", "财政局", "Finance", "武新财", False),
    ("tjj", "统计局", "统计局", "Statistics", "武新统", False),
    ("dsj", "大数据局", "大数据局", "Big Data", "武新数", False),
    ("fgj", "发展和改革局", "发改局", "Development and Reform", "武新发改", True),
    ("kcj", "科技创新局", "科创局", "Science and Innovation", "武新科", True),
    ("rsj", "人力资源和社会保障局", "人社局", "Human Resources", "武新人社", True),
    ("rcj", "人才工作局", "人才局", "Talent", "武新人才", True),
    ("jsj", "建设管理局", "建设局", "Construction", "武新建", True),
    ("zrj", "自然资源和规划局", "自规局", "Natural Resources and Planning", "武新自规", True),
    ("hsj", "生态环境和水务湖泊局", "环水局", "Environment, Water and Lakes", "武新环水", True),
    ("cgj", "城市管理局", "城管局", "City Management", "武新城管", True),
    ("scj", "市场监督管理局", "市监局", "Market Regulation", "武新市监", True),
    ("swj", "商务局", "商务局", "Commerce", "武新商", True),
    ("wjj", "卫生健康局", "卫健局", "Health", "武新卫健", True),
    ("jyj", "教育局", "教育局", "Education", "武新教", True),
    ("wlj", "文化和旅游局", "文旅局", "Culture and Tourism", "武新文旅", True),
    ("yjj", "应急管理局", "应急局", "Emergency Management", "武新应急", True),
    ("gaj", "公安分局", "公安分局", "Public Security", "武新公", True),
)
PARKS: tuple[tuple[str, str, str], ...] = (
    ("bio", "光谷生物城", "Biolake"),
    ("future", "武汉未来科技城", "Future City"),
    ("bonded", "武汉东湖综合保税区", "East Lake Bonded Zone"),
    ("optics", "光谷光电子信息产业园", "Optoelectronics Park"),
    ("services", "光谷现代服务业园", "Modern Services Park"),
    ("making", "光谷智能制造产业园", "Smart Manufacturing Park"),
    ("zhonghua", "光谷中华科技产业园", "Zhonghua Science Park"),
    ("centre", "光谷中心城", "Central City"),
)
_STREETS = (
    ("关东街", "Guandong"), ("佛祖岭街", "Fozuling"), ("豹澥街", "Baoxie"), ("九峰街", "Jiufeng"),
    ("花山街", "Huashan"), ("左岭街", "Zuoling"), ("龙泉街", "Longquan"), ("滨湖街", "Binhu"),
)  # fmt: skip
_QUARTERS = (
    ("东园", "East Garden"), ("西苑", "West Court"), ("南湾", "South Bay"), ("北辰", "North Star"),
    ("中和", "Central Harmony"),
)  # fmt: skip
PARK_CODES = tuple(f"{DISTRICT}-park-{code}" for code, _, _ in PARKS)


@dataclass(frozen=True)
class Seat:
    """A post to be made, and who sits in it: user names are made from ``username`` and a number."""

    organisation: str
    username: str
    name: str
    name_en: str
    roles: tuple[str, ...]
    persons: int = 1
    is_head: bool = False


def organisations(rng: random.Random) -> list[Organisation]:
    """Parents before children."""
    district = _body(rng, DISTRICT, _DISTRICT_NAME, "East Lake High-tech Zone (sample)", "district")
    district.short_name, district.document_word = "管委会", "武新管"
    made = [district]
    for code, name, short, name_en, word, _ in DEPARTMENTS:
        body = _body(
            rng, f"{DISTRICT}-{code}", f"东湖高新区{name}（样例）", f"{name_en} Bureau (sample)",
            "department", district,
        )  # fmt: skip
        body.short_name, body.document_word = short, word
        made.append(body)
    for (code, name, name_en), whole in zip(PARKS, PARK_CODES, strict=True):
        body = _body(rng, whole, f"{name}（样例）", f"{name_en} (sample)", "park", district)
        body.short_name, body.document_word = name, f"武新园{code[:1].upper()}"
        made.append(body)
    for street, street_en in _STREETS:
        for number, (quarter, quarter_en) in enumerate(_QUARTERS, 1):
            code = f"{DISTRICT}-{street_en.lower()}-{number}"
            name = f"{street}{quarter}社区（样例）"
            english = f"{street_en} {quarter_en} Community (sample)"
            made.append(_body(rng, code, name, english, "community", district))
            made[-1].short_name = f"{quarter}社区"
    return made


def _body(
    rng: random.Random, code: str, name: str, name_en: str, kind: str,
    parent: Organisation | None = None,
) -> Organisation:  # fmt: skip
    return Organisation(
        code=code, name=name, name_en=name_en, kind=kind, parent=parent, is_sample=True,
        unified_code=gb_32100.generate(rng, department="1", category="1"),
    )  # fmt: skip


def seats() -> list[Seat]:
    """Every post with its roles; administration, security and audit are apart (GB/T 22239)."""
    made = [
        Seat(DISTRICT, "director", "管委会主任", "Director", ("head", "sign"), 1, True),
        Seat(DISTRICT, "deputy", "管委会副主任", "Deputy director", ("sign", "countersign"), 2),
    ]
    for code, _, _, _, _, handles in DEPARTMENTS:
        made += _of_department(code, handles)
    made += _particular()
    for code, whole in zip((p[0] for p in PARKS), PARK_CODES, strict=True):
        made.append(Seat(whole, f"{code}-park-head", "园区主任", "Park head",
                         ("head", "sign", "receive"), 1, True))  # fmt: skip
        made.append(Seat(whole, f"{code}-park-clerk", "园区服务专员", "Park officer",
                         ("receive", "draft")))  # fmt: skip
    for _, street_en in _STREETS:
        for number in range(1, len(_QUARTERS) + 1):
            code = f"{street_en.lower()}-{number}"
            made.append(Seat(f"{DISTRICT}-{code}", code, "社区书记", "Community secretary",
                             ("receive", "draft"), 1, True))  # fmt: skip
    # Last, so that the persons of the other posts keep their names.
    return made + _of_sensing() + _of_figures() + _of_data() + _of_projects()


def _of_sensing() -> list[Seat]:
    """Who keeps what is sensed: data, enforcement, patrols, devices and the map."""
    hsj, dsj, zrj = (f"{DISTRICT}-{code}" for code in ("hsj", "dsj", "zrj"))
    return [
        Seat(hsj, "hsj-monitor", "监测数据审核岗", "Monitoring officer", ("monitor",), 2),
        Seat(hsj, "hsj-enforce", "生态环境执法岗", "Enforcement officer", ("enforce",), 2),
        Seat(hsj, "hsj-patrol", "湖泊巡查岗", "Lake patrol", ("patrol",), 2),
        Seat(dsj, "dsj-devices", "物联设备管理岗", "Device engineer", ("devices",)),
        Seat(zrj, "zrj-map", "地理信息管理岗", "Map officer", ("map",)),
        Seat(DUTY_DESK, "duty", "值班指挥岗", "Duty officer", ("duty",), 3),
    ]


def _of_figures() -> list[Seat]:
    """Who keeps the indicators and the economy's series."""
    tjj, fgj = f"{DISTRICT}-tjj", f"{DISTRICT}-fgj"
    return [
        Seat(tjj, "tjj-statistics", "统计分析岗", "Statistician", ("statistics",), 2),
        Seat(fgj, "fgj-economy", "经济运行岗", "Economic officer", ("statistics",)),
        Seat(fgj, "fgj-plan", "规划管理岗", "Keeper of the plan", ("plan",), 2),
    ]


def _of_projects() -> list[Seat]:
    """Who keeps projects: the bureau that checks them, and those that lead them."""
    made = [
        Seat(f"{DISTRICT}-fgj", "fgj-projects", "项目督查岗", "Project inspector", ("projects",), 2)
    ]
    for code in ("kcj", "jsj", "hsj", "wjj", "jyj", "wlj"):
        made.append(Seat(f"{DISTRICT}-{code}", f"{code}-projects", "项目专管岗", "Project officer",
                         ("projects",)))  # fmt: skip
    for (code, _, _), whole in zip(PARKS, PARK_CODES, strict=True):
        made.append(Seat(whole, f"{code}-park-projects", "项目专管岗", "Project officer",
                         ("projects",)))  # fmt: skip
    return made


def _of_department(code: str, handles: bool) -> list[Seat]:
    body = f"{DISTRICT}-{code}"
    made = [
        Seat(body, f"{code}-head", "局长", "Director",
             ("head", "decide", "sign") if handles else ("head", "sign"), 1, True),
        Seat(body, f"{code}-leader", "分管副局长", "Deputy director",
             ("decide", "edit", "countersign", "sign") if handles else ("edit", "countersign", "sign")),
        Seat(body, f"{code}-office", "综合岗", "Office clerk",
             ("draft", "receive", "seal", "archive"), 1 if handles else 2),
    ]  # fmt: skip
    if handles:
        made += [
            Seat(body, f"{code}-window", "窗口受理岗", "Window clerk", ("accept", "deliver"), 2),
            Seat(body, f"{code}-review", "审查岗", "Reviewer", ("review",), 2),
        ]
    return made


def _particular() -> list[Seat]:
    zwb, scj, dsj = (f"{DISTRICT}-{code}" for code in ("zwb", "scj", "dsj"))
    return [
        Seat(f"{DISTRICT}-jwj", "jwj-supervisor", "电子监察岗", "Supervisor", ("supervise",), 3),
        Seat(zwb, "zwb-catalogue", "权力清单管理岗", "Catalogue officer", ("catalogue",)),
        Seat(zwb, "zwb-hall", "大厅值班主任", "Hall manager", ("supervise", "receive")),
        # 首席代表: one person who may both accept and decide; supervision marks where he does.
        Seat(scj, "scj-chief", "窗口首席代表", "Chief representative", ("accept", "decide")),
        Seat(scj, "scj-entities", "法人信息管理岗", "Keeper of legal entities", ("entities",)),
        Seat(dsj, "dsj-admin", "系统管理员", "Administrator", ("administer",)),
        Seat(dsj, "dsj-security", "安全管理员", "Security officer", ("security",)),
        Seat(dsj, "dsj-audit", "安全审计员", "Auditor", ("audit",)),
        Seat(f"{DISTRICT}-bgs", "bgs-drafter", "文秘岗", "Drafter", ("draft", "receive"), 2),
    ]


def post_of(seat: Seat, organisation: Organisation) -> Post:
    return Post(
        organisation=organisation, name=seat.name, name_en=seat.name_en, roles=list(seat.roles),
        is_head=seat.is_head,
    )  # fmt: skip


def _of_data() -> list[Seat]:
    """Who keeps a department's part of the catalogue and answers requests for it."""
    return [
        Seat(f"{DISTRICT}-{code}", f"{code}-data", "数据管理岗", "Data officer", ("data",))
        for code in ("bgs", "jwj", "zwb", "tjj", "dsj", "fgj", "zrj", "hsj", "scj")
    ]
