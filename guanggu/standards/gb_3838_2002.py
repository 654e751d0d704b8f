"""GB 3838-2002: environmental quality standards for surface water.

Table 1 (24 items) classes the water I to V; what is worse than V is 劣Ⅴ. Each item has its class and
the worst one decides (5.1, single-factor assessment). All concentrations in mg/L but pH, water
temperature and coliforms (per litre). Table 1 was read in a scan of the standard; beware of copies
that misprint it. Which items a routine assessment leaves out is 环办〔2011〕22 号.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from guanggu.base.bilingual import T

from .clauses import Clause

Body = Literal["river", "lake"]
TABLE_1 = Clause(
    "GB 3838-2002",
    T("地表水环境质量标准", "Environmental quality standards for surface water"),
    T("表 1", "table 1"),
)
SINGLE_FACTOR = TABLE_1.at("5.1 单因子评价", "5.1, single-factor assessment")
ROUTINE = Clause(
    "环办〔2011〕22 号",
    T("地表水环境质量评价办法(试行)", "Method of assessing surface water quality (trial)"),
    T("评价指标", "indicators assessed"),
)
CLASS_NAMES = {
    1: T("Ⅰ类", "class I"), 2: T("Ⅱ类", "class II"), 3: T("Ⅲ类", "class III"),
    4: T("Ⅳ类", "class IV"), 5: T("Ⅴ类", "class V"), 6: T("劣Ⅴ类", "worse than V"),
}  # fmt: skip
# 环办〔2011〕22 号 table 1: how good a class is, and the colour it is shown in.
CLASS_STATES = {
    1: T("优", "Excellent"), 2: T("优", "Excellent"), 3: T("良好", "Good"),
    4: T("轻度污染", "Lightly polluted"), 5: T("中度污染", "Moderately polluted"),
    6: T("重度污染", "Heavily polluted"),
}  # fmt: skip
CLASS_COLOURS = {
    1: "#00ccff", 2: "#00ccff", 3: "#00ff00", 4: "#ffff00", 5: "#ff9900", 6: "#ff0000",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """limits: the bound of each class I to V (upper; lower for dissolved oxygen)"""

    key: str
    name: T
    limits: tuple[float, float, float, float, float]
    unit: str = "mg/L"
    is_lower: bool = False
    hj_212: tuple[str, ...] = ()


def _item(
    key: str, zh: str, en: str, limits: tuple[float, float, float, float, float], *codes: str
) -> Item:
    return Item(key, T(zh, en), limits, hj_212=codes)


_COMMON = (
    Item("DO", T("溶解氧", "Dissolved oxygen"), (7.5, 6, 5, 3, 2), is_lower=True,
         hj_212=("w01009",)),
    _item("CODMn", "高锰酸盐指数", "Permanganate index", (2, 4, 6, 10, 15), "w01019"),
    _item("COD", "化学需氧量", "Chemical oxygen demand", (15, 15, 20, 30, 40), "w01018"),
    _item("BOD5", "五日生化需氧量", "Biochemical oxygen demand", (3, 3, 4, 6, 10), "w01017"),
    _item("NH3-N", "氨氮", "Ammonia nitrogen", (0.15, 0.5, 1.0, 1.5, 2.0), "w21003"),
    _item("Cu", "铜", "Copper", (0.01, 1, 1, 1, 1), "w20138", "w20122"),
    _item("Zn", "锌", "Zinc", (0.05, 1, 1, 2, 2), "w20139", "w20123"),
    _item("F", "氟化物", "Fluoride", (1, 1, 1, 1.5, 1.5), "w21017"),
    _item("Se", "硒", "Selenium", (0.01, 0.01, 0.01, 0.02, 0.02), "w20140"),
    _item("As", "砷", "Arsenic", (0.05, 0.05, 0.05, 0.1, 0.1), "w20141"),
    _item("Hg", "汞", "Mercury", (0.00005, 0.00005, 0.0001, 0.001, 0.001)),
    _item("Cd", "镉", "Cadmium", (0.001, 0.005, 0.005, 0.005, 0.01)),
    _item("Cr6", "铬(六价)", "Chromium VI", (0.01, 0.05, 0.05, 0.05, 0.1)),
    _item("Pb", "铅", "Lead", (0.01, 0.01, 0.05, 0.05, 0.1), "w20144"),
    _item("CN", "氰化物", "Cyanide", (0.005, 0.05, 0.2, 0.2, 0.2), "w21016"),
    _item("phenol", "挥发酚", "Volatile phenol", (0.002, 0.002, 0.005, 0.01, 0.1), "w23002"),
    _item("oil", "石油类", "Petroleum", (0.05, 0.05, 0.05, 0.5, 1.0), "w22001"),
    _item("LAS", "阴离子表面活性剂", "Anionic surfactants", (0.2, 0.2, 0.2, 0.3, 0.3)),
    _item("S", "硫化物", "Sulphide", (0.05, 0.1, 0.2, 0.5, 1.0), "w21019"),
    Item("coliform", T("粪大肠菌群", "Faecal coliforms"), (200, 2000, 10000, 20000, 40000),
         "/L", hj_212=("w02003",)),
)  # fmt: skip
_TP = T("总磷", "Total phosphorus")
_TP_RIVER = Item("TP", _TP, (0.02, 0.1, 0.2, 0.3, 0.4), hj_212=("w21011",))
_TP_LAKE = Item("TP", _TP, (0.01, 0.025, 0.05, 0.1, 0.2), hj_212=("w21011",))
_TN = _item("TN", "总氮", "Total nitrogen", (0.2, 0.5, 1.0, 1.5, 2.0), "w21001")

ITEMS: dict[Body, dict[str, Item]] = {
    "river": {item.key: item for item in (*_COMMON, _TP_RIVER)},
    "lake": {item.key: item for item in (*_COMMON, _TP_LAKE, _TN)},
}
PH = Item("pH", T("pH 值", "pH"), (9, 9, 9, 9, 9), "1", hj_212=("w01001",))
PH_RANGE = (6.0, 9.0)  # of every class
# Water temperature: man-made change of the weekly mean, °C.
TEMPERATURE_RISE_MAX, TEMPERATURE_FALL_MAX = 1.0, 2.0
SATURATION_CLASS_1_PERCENT = 90.0
# Left out of a routine assessment (total nitrogen of lakes is then judged for nutrients alone).
ROUTINE_EXCLUDED = frozenset({"T", "TN", "coliform"})
# Table 2: drinking-water sources, mg/L.
DRINKING_SOURCE = {"SO4": 250.0, "Cl": 250.0, "NO3-N": 10.0, "Fe": 0.3, "Mn": 0.1}
BY_HJ_212 = {code: item.key for item in (*ITEMS["lake"].values(), PH) for code in item.hj_212}


@dataclass(frozen=True, slots=True)
class ItemClass:
    """How one item stands: class 1 to 5, or 6 for worse than V; ``bound`` is that of the class."""

    item: Item
    value: float
    number: int
    bound: float
    clause: Clause

    def times_over(self, goal: int) -> float:
        """By how much it exceeds the limit of class ``goal`` (超标倍数), 0 where it does not.

        Not defined for dissolved oxygen and pH, where it is 0 as well.
        """
        limit = self.item.limits[goal - 1]
        if self.item.is_lower or self.item is PH or self.value <= limit:
            return 0.0
        return self.value / limit - 1


@dataclass(frozen=True, slots=True)
class WaterClass:
    """number: 1 to 6, None where no item could be judged
    deciding: items of that class where it is worse than I (worst first by times over class III)
    left_out: items given that this assessment does not count
    """

    number: int | None
    parts: tuple[ItemClass, ...]
    deciding: tuple[ItemClass, ...]
    left_out: tuple[str, ...]
    clause: Clause

    @property
    def name(self) -> T | None:
        return None if self.number is None else CLASS_NAMES[self.number]

    def over(self, goal: int) -> tuple[ItemClass, ...]:
        """Items worse than class ``goal``, the worst first."""
        worse = [part for part in self.parts if part.number > goal]
        return tuple(sorted(worse, key=lambda part: (-part.times_over(goal), -part.number)))


def saturated_oxygen(temperature_c: float, salinity: float | None = None) -> float:
    """mg/L: 468/(31.6+T) of rivers; (491-2.65 S)/(33.5+T) of saline lakes and estuaries."""
    if salinity is None:
        return 468 / (31.6 + temperature_c)
    return (491 - 2.65 * salinity) / (33.5 + temperature_c)


def item_class(item: Item, value: float, saturation_percent: float | None = None) -> ItemClass:
    """``saturation_percent`` of dissolved oxygen, where known: 90 % is class I whatever its
    concentration. Raises ValueError for what cannot be a value."""
    if not 0 <= value < float("inf"):
        raise ValueError(f"{item.key} cannot be {value}")
    if item is PH:
        low, high = PH_RANGE
        is_kept = low <= value <= high
        return ItemClass(item, value, 1 if is_kept else 6, low if value < low else high, TABLE_1)
    if item.is_lower:
        number = 1 + sum(value < limit for limit in item.limits)
        if (saturation_percent or 0) >= SATURATION_CLASS_1_PERCENT:
            number = 1
    else:
        number = 1 + sum(value > limit for limit in item.limits)
    return ItemClass(item, value, number, item.limits[min(number, 5) - 1], TABLE_1)


def water_class(
    values: Mapping[str, float | None],
    body: Body,
    *,
    excluded: Collection[str] = ROUTINE_EXCLUDED,
    saturation_percent: float | None = None,
) -> WaterClass:
    """Of a water body by its values (key of the item to mg/L; None is not measured).

    ``excluded`` empty judges by every item of table 1. Raises ValueError for an impossible value;
    keys of no item (temperature, turbidity, conductivity…) are left out and named.
    """
    items = {**ITEMS[body], "pH": PH}
    parts, left_out = [], []
    for key, value in values.items():
        if value is None:
            continue
        if key in excluded or key not in items:
            left_out.append(key)
            continue
        oxygen = saturation_percent if key == "DO" else None
        parts.append(item_class(items[key], value, oxygen))
    number = max((part.number for part in parts), default=None)
    deciding = [part for part in parts if part.number == number and part.number > 1]
    deciding.sort(key=lambda part: -part.times_over(3))
    clause = SINGLE_FACTOR if not excluded else ROUTINE
    return WaterClass(number, tuple(parts), tuple(deciding), tuple(left_out), clause)
