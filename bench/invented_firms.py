"""A city's firms with known truth, told by four registers with the faults that registers have.

Names are unique, as the law asks of a registrar; people, addresses and telephones are not: common
names of persons, cluster addresses (集群注册) under which a hundred firms are registered, and
telephones of accounting agencies. Sister firms share people, roof and telephone; branches share
their parent's name. Faults: typing errors, 有限公司 told as 有限责任公司, place left out, trade
names, old addresses, another legal representative, missing and mistyped codes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from guanggu.standards import gb_32100_2015 as gb_32100

_SIGNS = ("华中长天汉江东湖光谷智联瑞安恒泰盛鑫博远启明星达宏图锐科佳源信诚德润丰嘉禾金玉龙凤祥云海山川"
          "森林木叶春秋夏晨曦月阳辰宇宙航飞扬帆舟桥路通顺利和美善真纯朴正大方圆立业兴旺昌隆富贵福禄康宁")  # fmt: skip
_TRADES = (
    "光电子", "信息技术", "生物医药", "智能装备", "软件", "激光", "环保科技", "餐饮管理", "建筑工程",
    "文化传媒", "物流", "电子商务", "教育咨询", "医疗器械", "新能源", "半导体", "通信设备", "供应链管理",
    "人力资源", "物业管理", "装饰设计", "机电设备", "化工", "新材料", "网络科技", "商贸", "汽车服务",
    "农业科技", "检测技术", "企业管理咨询",
)  # fmt: skip
_SHOPS = ("热干面馆", "便利店", "理发店", "五金店", "水果店", "药房", "烧烤店", "洗衣店", "汽修店",
          "奶茶店", "茶叶店", "服装店", "文具店", "快递驿站", "小吃店")  # fmt: skip
_AREAS = ("武汉", "武汉", "武汉", "武汉光谷", "湖北", "武汉东湖", "湖北省")
_FORMS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红波飞鹏斌浩宇欣怡雪梅琳佳俊文博志国建"
_ROADS = (
    "关山大道", "珞喻路", "光谷大道", "高新大道", "高新二路", "佳园路", "民族大道", "雄楚大道", "南湖大道",
    "流芳园路", "神墩一路", "九峰一路", "高新四路", "金融港路", "软件园路", "大学园路", "荆楚大道",
    "未来一路", "左岭大道", "花城大道", "豹澥街", "龙泉街", "茅店山中路", "关南园路", "武大园路", "汤逊湖北路",
)  # fmt: skip
_PLACE = "武汉市东湖新技术开发区"
CLUSTER_SHARE, AGENCY_SHARE, SISTER_SHARE, BRANCH_SHARE, SHOP_SHARE = 0.05, 0.04, 0.05, 0.02, 0.2
FIRMS_A_CLUSTER, FIRMS_AN_AGENCY = 100, 60
# Source, how many of the entities it knows, how many of its records carry the right code.
SOURCES = (
    ("registry", 1.0, 0.985), ("tax", 0.7, 0.85), ("social_insurance", 0.5, 0.7),
    ("statistics", 0.1, 0.5),
)  # fmt: skip
RECORDS_AN_ENTITY = sum(share for _, share, _ in SOURCES)

Firm = dict[str, str]


class City:
    """Makes true firms one after another, from one seed."""

    def __init__(self, seed: int, entities: int):
        self.rng = rng = random.Random(seed)
        self.taken: set[str] = set()
        clusters = max(1, round(entities * CLUSTER_SHARE / FIRMS_A_CLUSTER))
        agencies = max(1, round(entities * AGENCY_SHARE / FIRMS_AN_AGENCY))
        self.clusters = [self.address() for _ in range(clusters)]
        self.agencies = [f"027-8{rng.randrange(10**7):07d}" for _ in range(agencies)]

    def address(self) -> str:
        rng = self.rng
        return (
            f"{_PLACE}{rng.choice(_ROADS)}{rng.randint(1, 999)}号"
            f"{rng.randint(1, 20)}栋{rng.randint(1, 30)}层{rng.randint(1, 12):02d}室"
        )

    def person(self) -> str:
        """Given names are drawn unevenly, so that some persons' names are common."""
        rng = self.rng
        size = len(_GIVEN)
        given = "".join(
            _GIVEN[int(size * rng.random() ** 1.6)] for _ in range(1 if rng.random() < 0.3 else 2)
        )
        return _SURNAMES[int(len(_SURNAMES) * rng.random() ** 1.8)] + given

    def phone(self) -> str:
        return f"1{self.rng.choice('35789')}{self.rng.randrange(10**9):09d}"

    def _named(self, brand: str | None = None) -> str:
        rng = self.rng
        while True:
            word = brand or "".join(rng.choices(_SIGNS, k=rng.choices((2, 3, 4), (5, 4, 1))[0]))
            if brand is None and rng.random() < SHOP_SHARE:
                name = f"东湖新技术开发区{word}{rng.choice(_SHOPS)}"
            else:
                name = f"{rng.choice(_AREAS)}{word}{rng.choice(_TRADES)}{rng.choice(_FORMS)}"
            core = name.removeprefix("湖北省").removeprefix("湖北").removeprefix("武汉")
            core = core.replace("有限责任公司", "有限公司").replace("股份有限公司", "有限公司")
            if core not in self.taken:
                self.taken.add(core)
                return name
            brand = None if rng.random() < 0.2 else brand

    def firm(self, before: Firm | None) -> Firm:
        """The next true firm; now and then a sister or a branch of the one before."""
        rng = self.rng
        drawn = rng.random()
        made = {
            "unified_code": gb_32100.generate(rng), "legal_representative": self.person(),
            "registered_address": self.address(), "phone": self.phone(),
        }  # fmt: skip
        if before and drawn < SISTER_SHARE:
            made["name"] = self._named(_brand_of(before["name"]))
            for name in ("legal_representative", "registered_address", "phone"):
                made[name] = before[name] if rng.random() < 0.75 else made[name]
        elif before and drawn < SISTER_SHARE + BRANCH_SHARE and before["name"].endswith("公司"):
            made["name"] = f"{before['name']}{rng.choice(('光谷', '江夏', '洪山', '东湖'))}分公司"
            if rng.random() < 0.5:
                made["legal_representative"] = before["legal_representative"]
        else:
            made["name"] = self._named()
        if rng.random() < CLUSTER_SHARE:
            made["registered_address"] = rng.choice(self.clusters)
        if rng.random() < AGENCY_SHARE:
            made["phone"] = rng.choice(self.agencies)
        return made

    def retold(self, true: Firm, code_share: float) -> Firm:
        """The firm as another register has it."""
        rng, told = self.rng, dict(true)
        drawn = rng.random()
        if drawn > code_share:
            missing = (1 - code_share) * 0.7
            told["unified_code"] = "" if drawn < code_share + missing else self._mistyped(
                true["unified_code"]
            )  # fmt: skip
        if rng.random() < 0.3:
            told["name"] = self._respelt(told["name"])
        if rng.random() < 0.12:
            told["name"] = self._slipped(told["name"])
        if rng.random() < 0.5:
            address = told["registered_address"].removeprefix(_PLACE)
            head = rng.choice(("湖北省武汉市", "武汉市", "东湖高新区", "", "武汉东湖新技术开发区"))
            told["registered_address"] = head + address
        if rng.random() < 0.1:
            told["registered_address"] = self.address()  # it has moved since
        elif rng.random() < 0.05:
            told["registered_address"] = self._slipped(told["registered_address"])
        if rng.random() < 0.06:
            told["legal_representative"] = self.person()  # another one since
        elif rng.random() < 0.05:
            told["legal_representative"] = self._slipped(told["legal_representative"])
        if rng.random() < 0.25:
            told["phone"] = self.phone() if rng.random() < 0.6 else ""
        return told

    def _respelt(self, name: str) -> str:
        changes = (
            ("武汉", "武汉市"), ("有限公司", "有限责任公司"), ("武汉", "（武汉）"), ("湖北", "湖北省"),
            ("有限责任公司", "有限公司"), ("公司", "公司 "), ("武汉", ""), ("东湖新技术开发区", "武汉东湖高新区"),
        )  # fmt: skip
        fitting = [(a, b) for a, b in changes if a in name and b not in name]
        old, new = self.rng.choice(fitting or [("", "")])
        return name.replace(old, new, 1) if old else name

    def _slipped(self, text: str) -> str:
        rng = self.rng
        place = rng.randrange(len(text))
        if rng.random() < 0.4 and len(text) > 3:
            return text[:place] + text[place + 1 :]
        if rng.random() < 0.3 and place + 1 < len(text):
            return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        return text[:place] + rng.choice(_SIGNS) + text[place + 1 :]

    def _mistyped(self, code: str) -> str:
        place = self.rng.randrange(8, 18)
        other = self.rng.choice(gb_32100.ALPHABET.replace(code[place], ""))
        return code[:place] + other + code[place + 1 :]


def _brand_of(name: str) -> str:
    for area in sorted(set(_AREAS), key=len, reverse=True):
        name = name.removeprefix(area)
    return name.removeprefix("东湖新技术开发区")[:2]


def records(count: int, seed: int = 2017) -> Iterator[tuple[int, str, Firm]]:
    """(number of the true entity, source, values), in no order that would help."""
    entities = round(count / RECORDS_AN_ENTITY)
    city = City(seed, entities)
    rows: list[tuple[int, str, Firm]] = []
    true: Firm | None = None
    for number in range(entities):
        true = city.firm(true)
        for source, known, code_share in SOURCES:
            if city.rng.random() < known:
                rows.append((number, source, city.retold(true, code_share)))
    city.rng.shuffle(rows)
    yield from rows
