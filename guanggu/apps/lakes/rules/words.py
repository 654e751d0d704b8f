"""Choices and names, in both languages; what is measured by its code of HJ 212-2017 annex B."""

from __future__ import annotations

from typing import NamedTuple

from guanggu.base.bilingual import T

THING_KIND = "lake_station"
ISSUE_KIND = "lake_issue"  # the kind of the procedure by which problems of lakes are handled
CLASSES = {
    "1": T("Ⅰ类", "Class I"), "2": T("Ⅱ类", "Class II"), "3": T("Ⅲ类", "Class III"),
    "4": T("Ⅳ类", "Class IV"), "5": T("Ⅴ类", "Class V"), "6": T("劣Ⅴ类", "Worse than V"),
}  # fmt: skip
GOALS = {code: title for code, title in CLASSES.items() if code != "6"}
# The colours in which monthly reports of surface water show the classes.
CLASS_COLOURS = {
    "1": "#7fc7f2", "2": "#2f8fdc", "3": "#3fae55", "4": "#f2c230", "5": "#ee8326",
    "6": "#cf2a2a", "": "#b9c2ce",
}  # fmt: skip
TROPHIC = {
    "oligotrophic": T("贫营养", "Oligotrophic"), "mesotrophic": T("中营养", "Mesotrophic"),
    "light": T("轻度富营养", "Lightly eutrophic"), "middle": T("中度富营养", "Moderately eutrophic"),
    "hyper": T("重度富营养", "Hypereutrophic"),
}  # fmt: skip
TROPHIC_COLOURS = {
    "oligotrophic": "#7fc7f2", "mesotrophic": "#3fae55", "light": "#f2c230", "middle": "#ee8326",
    "hyper": "#cf2a2a", "": "#b9c2ce",
}  # fmt: skip
STATION_KINDS = {
    "buoy": T("水质浮标站", "Water quality buoy"), "shore": T("岸边自动站", "Shore station"),
    "gauge": T("水位雨量站", "Level and rain gauge"),
}  # fmt: skip
OPERATION = {"operating": T("运行", "Operating"), "stopped": T("停运", "Stopped")}
INFLOW_KINDS = {
    "river": T("入湖河流", "River"), "channel": T("入湖港渠", "Channel"),
    "pump": T("泵站", "Pumping station"), "gate": T("闸口", "Gate"),
}  # fmt: skip
# 国办函〔2022〕17号 §2(3): outfalls are industrial, of sewage works, agricultural, or others.
OUTFALL_KINDS = {
    "industrial": T("工业排污口", "Industrial"),
    "sewage_works": T("城镇污水处理厂排污口", "Municipal sewage works"),
    "farming": T("农业排口", "Agricultural"), "storm": T("雨水排口", "Storm drain"),
    "other": T("其他排口", "Other"),
}  # fmt: skip
OUTFALL_STATES = {
    "kept": T("规范保留", "Kept in order"), "mending": T("整治中", "Being put in order"),
    "tracing": T("溯源中", "Origin being traced"), "closed": T("已取缔", "Closed"),
}  # fmt: skip
INSPECTION_RESULTS = {
    "normal": T("正常", "Normal"), "dry_flow": T("晴天有水流出", "Flow in dry weather"),
    "smell": T("异味或异色", "Smell or colour"), "blocked": T("堵塞损坏", "Blocked or broken"),
}  # fmt: skip
ISSUE_KINDS = {
    "water": T("水质异常", "Bad water"), "algae": T("蓝藻聚集", "Algal bloom"),
    "floating": T("水面漂浮物", "Floating waste"), "outfall": T("排口异常", "Outfall"),
    "shore": T("岸线垃圾", "Waste on the shore"),
    "occupied": T("违法侵占填湖", "Unlawful filling or occupation"),
    "fishing": T("违规捕捞垂钓", "Unlawful fishing"), "facility": T("设施损坏", "Broken facility"),
    "level": T("水位超限", "Level beyond its limit"), "device": T("监测设备异常", "Monitoring device"),
    "other": T("其他", "Other"),
}  # fmt: skip
PATROL_ISSUE_KINDS = {k: v for k, v in ISSUE_KINDS.items() if k not in ("level", "device")}
SEVERITIES = {"plain": T("一般", "Ordinary"), "urgent": T("紧急", "Urgent")}
ORIGINS = {"patrol": T("巡湖上报", "Patrol"), "alarm": T("自动监测报警", "Alarm")}
ISSUE_STATES = {
    "reported": T("待派单", "To be dispatched"), "handling": T("处置中", "Being handled"),
    "verifying": T("待复核", "To be verified"), "closing": T("待办结", "To be closed"),
    "closed": T("已办结", "Closed"), "rejected": T("不属实", "Not confirmed"),
}  # fmt: skip
ISSUE_TONES = {
    "reported": "warn", "handling": "", "verifying": "", "closing": "", "closed": "ok",
    "rejected": "quiet",
}  # fmt: skip
OPEN_STATES = ("reported", "handling", "verifying", "closing")
PATROL_STATES = {"under_way": T("巡湖中", "Under way"), "ended": T("已结束", "Ended")}
QUANTITIES = {
    "level": T("水位", "Water level"), "chlorophyll": T("叶绿素a", "Chlorophyll a"),
}  # fmt: skip


class Factor(NamedTuple):
    """What is measured. unit: UCUM; low, high, step_max: see the kernel's Datastream; lake_only:
    not asked of gauges."""

    code: str
    title: T
    unit: str
    low: float
    high: float
    step_max: float | None
    digits: int


def _factor(
    code: str, zh: str, en: str, unit: str, low: float, high: float, step: float | None, digits: int
) -> Factor:
    return Factor(code, T(zh, en), unit, low, high, step, digits)


LEVEL, RAIN, CHLOROPHYLL, SECCHI, TEMPERATURE = (
    "water_level", "rain", "w01016", "secchi_depth", "w01010",
)  # fmt: skip
FACTORS: dict[str, Factor] = {
    f.code: f
    for f in (
        _factor("w01010", "水温", "Water temperature", "Cel", 0, 42, 6, 1),
        _factor("w01001", "pH", "pH", "[pH]", 2, 13, 2, 2),
        _factor("w01009", "溶解氧", "Dissolved oxygen", "mg/L", 0, 25, 8, 2),
        _factor("w01014", "电导率", "Conductivity", "uS/cm", 0, 5000, 800, 0),
        _factor("w01003", "浊度", "Turbidity", "[NTU]", 0, 1000, 300, 1),
        _factor("w01019", "高锰酸盐指数", "Permanganate index", "mg/L", 0, 60, 15, 2),
        _factor("w21003", "氨氮", "Ammonia nitrogen", "mg/L", 0, 50, 10, 3),
        _factor("w21011", "总磷", "Total phosphorus", "mg/L", 0, 5, 2, 3),
        _factor("w21001", "总氮", "Total nitrogen", "mg/L", 0, 60, 15, 2),
        _factor("w01016", "叶绿素a", "Chlorophyll a", "ug/L", 0, 500, 150, 1),
        _factor("secchi_depth", "透明度", "Secchi depth", "m", 0, 10, 2, 2),
        _factor("water_level", "水位", "Water level", "m", 0, 60, 0.6, 2),
        _factor("rain", "降雨量", "Rain", "mm", 0, 200, None, 1),
    )
}  # fmt: skip
QUALITY_FACTORS = tuple(code for code in FACTORS if code not in (LEVEL, RAIN))
FACTORS_OF = {
    "buoy": QUALITY_FACTORS, "shore": QUALITY_FACTORS, "gauge": (LEVEL, RAIN),
}  # fmt: skip
HOUR_S = 3600
# Above it chlorophyll a (µg/L) of shallow lakes is widely taken for a bloom.
BLOOM_UG_L = 30.0
BAND_SHARE = 0.8  # of the outcomes of a forecast's trial that lie within its band


def factor_title(code: str) -> T:
    found = FACTORS.get(code)
    return found.title if found else T(code, code)


def trophic_title(state: str) -> T:
    return TROPHIC.get(state, T("未评价", "Not assessed"))


def class_title(code: str) -> T:
    return CLASSES.get(code, T("未评价", "Not assessed"))
