"""Twenty thousand entities as registry, tax and social insurance tell of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from guanggu.standards import gb_32100_2015 as gb_32100

from . import bodies, words

FIRMS = 20_000
REPRESENTED_FROM = 0  # the first firms belong to residents with accounts
INVALID_SHARE = 0.01
TAX_SHARE = 0.08
_REGISTRAR = "东湖高新区市场监督管理局（样例）"
# Kind, department and category of its code, share.
_KINDS = (
    ("enterprise", "9", "1", 0.735), ("individual", "9", "2", 0.235), ("cooperative", "9", "3", 0.005),
    ("institution", "1", "2", 0.01), ("association", "5", "2", 0.015),
)  # fmt: skip
_CAPITALS = ((10, 8), (50, 12), (100, 28), (200, 14), (500, 20), (1000, 12), (5000, 4), (20000, 1))
Row = list[Any]  # source, source key, values


def entities(rng: random.Random, representatives: list[str], today: date) -> Iterator[list[Row]]:
    """For each entity the rows that its sources tell, as ``legal_entities.take_in_new`` takes them.

    representatives: names of those who have an account; the first firms are theirs.
    """
    taken: set[str] = set()
    for number in range(FIRMS):
        kind, department, category = _kind(rng, number < len(representatives))
        code = gb_32100.generate(rng, department=department, category=category)
        person = (
            representatives[number] if number < len(representatives) else words.person_name(rng)
        )
        values = _entity(rng, kind, code, person, taken, today)
        may_fail = number >= len(representatives)
        if may_fail and rng.random() < INVALID_SHARE:
            values["unified_code"] = _spoilt(rng, code)
        told: list[Row] = [["registry", f"REG{number:06d}", values]]
        if rng.random() < TAX_SHARE and may_fail:
            told.append(["tax", f"TAX{number:06d}", _as_tax_tells(rng, values)])
        yield told


def _kind(rng: random.Random, only_enterprise: bool) -> tuple[str, str, str]:
    if only_enterprise:
        return "enterprise", "9", "1"
    drawn = rng.random()
    for kind, department, category, share in _KINDS:
        drawn -= share
        if drawn < 0:
            return kind, department, category
    return "enterprise", "9", "1"


def _entity(
    rng: random.Random, kind: str, code: str, person: str, taken: set[str], today: date
) -> dict[str, str]:
    name, industry = _name(rng, kind)
    while name in taken:
        name, industry = _name(rng, kind)
    taken.add(name)
    age_days = int(rng.triangular(5, 9000, 900))
    capital = rng.choices([c for c, _ in _CAPITALS], [w for _, w in _CAPITALS])[0]
    drawn = rng.random()
    status = "active" if drawn < 0.93 else "deregistered" if drawn < 0.985 else "revoked"
    values = {
        "unified_code": code, "name": name, "kind": kind, "status": status,
        "legal_representative": person, "registered_address": words.address(rng),
        "established_on": (today - timedelta(days=age_days)).isoformat(),
        "industry": industry, "registrar": _REGISTRAR, "currency": "CNY",
        "scope": f"{name[2:]}相关业务。（依法须经批准的项目，经相关部门批准后方可开展经营活动）",
        "phone": words.mobile(rng.randrange(3_000_000, 9_999_999)),
    }  # fmt: skip
    if kind in ("enterprise", "cooperative"):
        values["registered_capital"] = str(capital)
    if kind == "enterprise" and rng.random() < 0.55:
        values["park"] = rng.choice(bodies.PARK_CODES)
    return values


def _name(rng: random.Random, kind: str) -> tuple[str, str]:
    if kind == "individual":
        shop, industry = rng.choice(words.SHOPS)
        owner = rng.choice(words.SURNAMES) + rng.choice(("记", "氏", "家", "姐", "哥"))
        place = rng.choice(words.ROADS)
        return f"东湖高新区{place}{words.brand(rng)}{owner}{shop}", industry
    trade, industry, _ = rng.choices(words.TRADES, [t[2] for t in words.TRADES])[0]
    brand = words.brand(rng)
    if kind == "institution":
        return f"东湖高新区{brand}{trade}服务中心（样例）", "M7590"
    if kind == "association":
        return f"东湖高新区{brand}{trade}行业协会（样例）", "S9521"
    if kind == "cooperative":
        return f"武汉{brand}农民专业合作社", "A0520"
    form = rng.choices(("有限公司", "有限责任公司", "股份有限公司"), (86, 10, 4))[0]
    return f"武汉{brand}{trade}{form}", industry


def _spoilt(rng: random.Random, code: str) -> str:
    """A code as real registers hold them: mistyped, missing, or of an unknown region."""
    drawn = rng.random()
    if drawn < 0.6:
        place = rng.randrange(9, 17)
        other = rng.choice([c for c in gb_32100.ALPHABET if c != code[place]])
        return code[:place] + other + code[place + 1 :]
    if drawn < 0.85:
        return ""
    return gb_32100.generate(rng, region="990101")


def _as_tax_tells(rng: random.Random, values: dict[str, str]) -> dict[str, str]:
    """The tax office's words for the same firm: other spellings, now and then no code."""
    told = {
        "unified_code": values["unified_code"], "name": values["name"],
        "legal_representative": values["legal_representative"],
        "business_address": values["registered_address"].removeprefix("武汉市"),
        "phone": values["phone"] if rng.random() < 0.7 else words.mobile(rng.randrange(9_999_999)),
        "status": values["status"],
    }  # fmt: skip
    if rng.random() < 0.4:
        told["name"] = values["name"].replace("武汉", "武汉市", 1)
    if rng.random() < 0.12:
        told["unified_code"] = ""
        if rng.random() < 0.2:  # alike in everything but the trade: somebody has to look
            told |= {"name": _of_another_trade(rng, values["name"]), "phone": values["phone"]}
    return told


def _of_another_trade(rng: random.Random, name: str) -> str:
    trades = [trade for trade, _, _ in words.TRADES]
    own = next((trade for trade in trades if trade in name), "")
    other = rng.choice([trade for trade in trades if trade != own])
    return name.replace(own, other) if own else f"{name}二店"
