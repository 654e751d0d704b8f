"""Entities with a known truth, as three registers would tell of them: typing errors and all."""

from __future__ import annotations

import random

from guanggu.standards import gb_32100_2015 as gb_32100

_AREA = ("武汉", "武汉", "武汉光谷", "湖北", "武汉东湖", "武汉江南")
_FIRST = "华中长天汉江东湖光谷智联瑞安恒泰盛鑫博远启明星达宏图锐科佳源"
_TRADE = ("光电子", "信息技术", "生物医药", "智能装备", "软件", "激光", "环保科技", "餐饮管理",
          "建筑工程", "文化传媒", "物流", "电子商务", "教育咨询", "医疗器械", "新能源")  # fmt: skip
_FORM = ("有限公司", "有限责任公司", "股份有限公司", "科技有限公司")
_SURNAME = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红波飞"
_ROAD = ("关山大道", "珞喻路", "光谷大道", "高新大道", "高新二路", "佳园路", "民族大道", "雄楚大道",
         "南湖大道", "流芳园路", "神墩一路", "九峰一路")  # fmt: skip


def entity(rng: random.Random) -> dict[str, str]:
    """One true entity."""
    brand = "".join(rng.choice(_FIRST) for _ in range(rng.choice((2, 2, 3))))
    name = rng.choice(_AREA) + brand + rng.choice(_TRADE) + rng.choice(_FORM)
    person = rng.choice(_SURNAME) + "".join(
        rng.choice(_GIVEN) for _ in range(rng.choice((1, 2, 2)))
    )
    address = (
        f"武汉市东湖新技术开发区{rng.choice(_ROAD)}{rng.randint(1, 999)}号"
        f"{rng.randint(1, 20)}栋{rng.randint(1, 30)}层{rng.randint(1, 12):02d}室"
    )
    return {
        "unified_code": gb_32100.generate(rng),
        "name": name,
        "legal_representative": person,
        "registered_address": address,
        "phone": f"1{rng.choice('3578')}{rng.randrange(10**9):09d}",
        "registered_capital": str(rng.choice((10, 50, 100, 500, 1000))),
    }


def sister(rng: random.Random, of: dict[str, str]) -> dict[str, str]:
    """Another firm of the same people under the same roof: alike in everything, yet not the same."""
    own = entity(rng)
    trade = next(t for t in _TRADE if t in of["name"])
    other = rng.choice([t for t in _TRADE if t != trade])
    shared = {"name": of["name"].replace(trade, other)}
    for name in ("legal_representative", "registered_address", "phone"):
        shared[name] = of[name] if rng.random() < 0.75 else own[name]
    return own | shared


def retold(rng: random.Random, true: dict[str, str], *, code_share: float) -> dict[str, str]:
    """The same entity as another register has it; ``code_share`` of them carry the right code."""
    told = dict(true)
    drawn = rng.random()
    if drawn > code_share:
        told["unified_code"] = (
            "" if drawn > code_share + 0.1 else _mistyped(rng, true["unified_code"])
        )
    if rng.random() < 0.35:
        told["name"] = _renamed(rng, told["name"])
    if rng.random() < 0.15:
        told["name"] = _slipped(rng, told["name"])
    if rng.random() < 0.4:
        address = told["registered_address"].removeprefix("武汉市东湖新技术开发区")
        told["registered_address"] = (
            rng.choice(("湖北省武汉市", "武汉市", "东湖高新区", "")) + address
        )
    if rng.random() < 0.1:
        told["registered_address"] = entity(rng)["registered_address"]  # it has moved
    if rng.random() < 0.06:
        told["legal_representative"] = _slipped(rng, told["legal_representative"])
    if rng.random() < 0.2:
        told["phone"] = f"027-{rng.randrange(10**7):08d}" if rng.random() < 0.5 else ""
    return told


def _renamed(rng: random.Random, name: str) -> str:
    changes = (
        lambda n: n.replace("武汉", "武汉市", 1),
        lambda n: n.replace("有限公司", "有限责任公司") if "责任" not in n else n,
        lambda n: n.replace("武汉", "（武汉）", 1),
        lambda n: n.replace("湖北", "湖北省", 1),
        lambda n: n + " ",
        lambda n: n.replace("有限责任公司", "有限公司"),
    )
    return rng.choice(changes)(name)


def _slipped(rng: random.Random, text: str) -> str:
    place = rng.randrange(len(text))
    if rng.random() < 0.5 and len(text) > 3:
        return text[:place] + text[place + 1 :]
    return text[:place] + rng.choice(_FIRST) + text[place + 1 :]


def _mistyped(rng: random.Random, code: str) -> str:
    place = rng.randrange(8, 18)
    return code[:place] + rng.choice(gb_32100.ALPHABET.replace(code[place], "")) + code[place + 1 :]


def district(count: int, seed: int = 2017) -> list[tuple[int, str, str, dict[str, str]]]:
    """(truth, source, source key, values): registry, tax and social insurance on each entity."""
    rng = random.Random(seed)
    rows = []
    true = entity(rng)
    for number in range(count):
        true = sister(rng, true) if rng.random() < 0.06 else entity(rng)
        rows.append((number, "registry", f"R{number}", true))
        for source, share in (("tax", 0.7), ("social_insurance", 0.55)):
            told = retold(rng, true, code_share=share)
            rows.append((number, source, f"{source}-{number}", told))
    rng.shuffle(rows)
    return rows
