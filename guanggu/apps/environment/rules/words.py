"""Choices and names, in both languages; pollutants by their code of HJ 212-2017 annex B."""

from __future__ import annotations

from typing import NamedTuple

from guanggu.base.bilingual import T

STATION_KINDS = {
    "air": T("环境空气", "Ambient air"), "water": T("地表水", "Surface water"),
    "noise": T("声环境", "Noise"), "radiation": T("辐射环境", "Radiation"),
}  # fmt: skip
# The kernel's kind of thing for each kind of station.
THING_KINDS = {
    "air": "air_station", "water": "surface_water_station", "noise": "noise_station",
    "radiation": "radiation_station",
}  # fmt: skip
OUTLET_KIND = "pollution_source_outlet"
ZONES = {
    "1": T("一类区", "Class 1 zone"), "2": T("二类区", "Class 2 zone"),
    "river": T("河流", "River"), "lake": T("湖库", "Lake or reservoir"),
    "n0": T("0类声环境功能区", "Sound zone 0"), "n1": T("1类声环境功能区", "Sound zone 1"),
    "n2": T("2类声环境功能区", "Sound zone 2"), "n3": T("3类声环境功能区", "Sound zone 3"),
    "n4a": T("4a类声环境功能区", "Sound zone 4a"), "n4b": T("4b类声环境功能区", "Sound zone 4b"),
}  # fmt: skip
GOALS = {
    "1": T("Ⅰ类", "Class I"), "2": T("Ⅱ类", "Class II"), "3": T("Ⅲ类", "Class III"),
    "4": T("Ⅳ类", "Class IV"), "5": T("Ⅴ类", "Class V"),
}  # fmt: skip
WATER_CLASSES = {**GOALS, "6": T("劣Ⅴ类", "Worse than V")}
LEVELS = {
    "key": T("重点管理", "Key management"), "simple": T("简化管理", "Simplified management"),
    "noted": T("登记管理", "Registered"),
}  # fmt: skip
MEDIA = {"water": T("废水", "Waste water"), "gas": T("废气", "Waste gas")}
OPERATION = {"operating": T("运行", "Operating"), "stopped": T("停运", "Stopped")}
PERIODS = {"day": T("日", "Day"), "month": T("月", "Month")}
REPORT_STATES = {"draft": T("待发布", "Draft"), "published": T("已发布", "Published")}
VIOLATION_KINDS = {
    "exceedance": T("超标排放", "Exceedance"), "missing": T("数据缺失", "Missing data"),
    "total": T("超总量排放", "Beyond the permitted amount"),
    "quality": T("环境质量超标", "Quality below standard"), "other": T("其他异常", "Other"),
}  # fmt: skip
VIOLATION_STATES = {"open": T("办理中", "Under way"), "closed": T("已办结", "Closed")}


class Factor(NamedTuple):
    """What is measured. unit: UCUM."""

    code: str
    title: T
    unit: str


def _factor(code: str, zh: str, en: str, unit: str) -> Factor:
    return Factor(code, T(zh, en), unit)


_AIR = (
    _factor("a21026", "二氧化硫", "SO₂", "ug/m3"), _factor("a21004", "二氧化氮", "NO₂", "ug/m3"),
    _factor("a34002", "PM₁₀", "PM₁₀", "ug/m3"), _factor("a34004", "PM₂.₅", "PM₂.₅", "ug/m3"),
    _factor("a05024", "臭氧", "O₃", "ug/m3"), _factor("a21005", "一氧化碳", "CO", "mg/m3"),
    _factor("a01001", "气温", "Temperature", "Cel"), _factor("a01002", "相对湿度", "Humidity", "%"),
    _factor("a01007", "风速", "Wind speed", "m/s"), _factor("a01008", "风向", "Wind direction", "deg"),
)  # fmt: skip
_WATER = (
    _factor("w01010", "水温", "Water temperature", "Cel"), _factor("w01001", "pH", "pH", "[pH]"),
    _factor("w01009", "溶解氧", "Dissolved oxygen", "mg/L"),
    _factor("w01014", "电导率", "Conductivity", "uS/cm"),
    _factor("w01003", "浊度", "Turbidity", "[NTU]"),
    _factor("w01019", "高锰酸盐指数", "CODMn", "mg/L"), _factor("w01018", "化学需氧量", "COD", "mg/L"),
    _factor("w21003", "氨氮", "NH₃-N", "mg/L"), _factor("w21011", "总磷", "TP", "mg/L"),
    _factor("w21001", "总氮", "TN", "mg/L"), _factor("w00000", "污水流量", "Waste-water flow", "L/s"),
)  # fmt: skip
_GAS = (
    _factor("a34013", "烟尘", "Particulates", "mg/m3"),
    _factor("a21002", "氮氧化物", "NOx", "mg/m3"), _factor("a00000", "废气流量", "Gas flow", "m3/s"),
    _factor("a19001", "氧含量", "Oxygen", "%"), _factor("a24088", "非甲烷总烃", "NMHC", "mg/m3"),
)  # fmt: skip
_OTHERS = (
    _factor("Leq", "等效声级", "Leq", "[dBA]"), _factor("L10", "累积声级L10", "L10", "[dBA]"),
    _factor("L50", "累积声级L50", "L50", "[dBA]"), _factor("L90", "累积声级L90", "L90", "[dBA]"),
    _factor("LMx", "最大声级", "Lmax", "[dBA]"),
    _factor("dose_rate", "γ辐射空气吸收剂量率", "Absorbed dose rate", "nGy/h"),
    _factor("rain", "降雨量", "Rain", "mm"),
)  # fmt: skip
FACTORS: dict[str, Factor] = {f.code: f for f in (*_AIR, *_WATER, *_GAS, *_OTHERS)}
SO2_OF_FLUE = Factor("a21026", T("二氧化硫", "SO₂"), "mg/m3")
AIR_FACTORS = ("a21026", "a21004", "a34002", "a34004", "a05024", "a21005")
NOISE_FACTORS = ("Leq", "L10", "L50", "L90", "LMx")
WATER_FACTORS = tuple(f.code for f in _WATER[:10] if f.code != "w01018")
FLOWS = {"water": "w00000", "gas": "a00000"}
POLLUTANTS = {
    "water": ("w01018", "w21003", "w21011", "w21001", "w01001"),
    "gas": ("a34013", "a21026", "a21002", "a24088"),
}  # fmt: skip
TOTALLED = ("w01018", "w21003", "w21011", "w21001", "a34013", "a21026", "a21002", "a24088")
# What a station adds up itself: amount in the interval (HJ 212-2017 annex B: -Cou), kg, flow in m3.
SUM_SUFFIX = "-Cou"
FACTORS |= {
    f"{code}{SUM_SUFFIX}": Factor(
        f"{code}{SUM_SUFFIX}",
        T("{}小时排放量", "{}, of the hour").format(FACTORS[code].title),
        unit,
    )
    for codes, unit in ((TOTALLED, "kg"), (FLOWS.values(), "m3"))
    for code in codes
}
POLLUTANT_CHOICES = [(code, FACTORS[code].title) for codes in POLLUTANTS.values() for code in codes]


def factor_title(code: str) -> T:
    """The name of a factor; an unknown code is shown as it is."""
    found = FACTORS.get(code)
    return found.title if found else T(code, code)
