"""Judging a day or a moment of a station by the standards in force on the date of the data.

Everything comes in as numbers and goes out as a ``Judgement`` that names what decided it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.clock import local
from guanggu.standards import gb_3096_2008 as gb_3096
from guanggu.standards import gb_3838_2002 as gb_3838
from guanggu.standards import hj_61_2021 as radiation
from guanggu.standards import sound_levels as sound
from guanggu.standards.air_quality_index import BY_HJ_212, Index
from guanggu.standards.gb_3095_2026 import VALIDITY
from guanggu.standards.versions_in_force import (
    ambient_air_limit,
    daily_air_index,
    hourly_air_index,
)

Hours = Mapping[datetime, float | None]
OF_ITEM = {item: code for code, item in BY_HJ_212.items()}
EIGHT_HOURS_A_DAY = 14  # HJ 663: so many of the 8 h means that end from 8 to 24 o'clock
O3_GOOD = 160
ENOUGH = 0.75  # of the hours of a day or a night
BY_HJ_212_OF_WATER = gb_3838.BY_HJ_212


@dataclass(frozen=True)
class Judgement:
    """value: AQI, number of the water class, level or dose rate; grade: "1" to "6" or "";
    decided_by: factor codes; basis: standard and clause; meets: whether what is required is kept.
    """

    value: float | None
    grade: str = ""
    decided_by: tuple[str, ...] = ()
    basis: T = field(default_factory=lambda: T("", ""))
    figures: Mapping[str, Any] = field(default_factory=dict)
    meets: bool | None = None
    valid: int = 0
    expected: int = 0


def mean_of_day(hours: Hours) -> float | None:
    """Daily mean of air: at least 20 hourly figures (GB 3095, validity of statistics)."""
    known = [value for value in hours.values() if value is not None]
    return sum(known) / len(known) if len(known) >= VALIDITY.hours_a_day else None


def ozone_of_day(hours: Hours) -> float | None:
    """Largest sliding 8 h mean that ends from 8 to 24 o'clock.

    An 8 h mean needs 6 hourly figures; a day needs 14 such means, unless what there is exceeds
    the limit already (HJ 663).
    """
    by_hour = {local(at).hour: value for at, value in hours.items()}
    means = []
    for end in range(8, 25):
        known = [v for h in range(end - 8, end) if (v := by_hour.get(h)) is not None]
        if len(known) >= VALIDITY.hours_of_8:
            means.append(sum(known) / len(known))
    if not means:
        return None
    return max(means) if len(means) >= EIGHT_HOURS_A_DAY or max(means) > O3_GOOD else None


def _judged_air(found: Index, concentrations: Mapping[str, float | None]) -> dict[str, Any]:
    parts = {part.pollutant: part.value for part in found.parts}
    return {
        OF_ITEM[item]: {"mean": value, "iaqi": parts.get(item)}
        for item, value in concentrations.items()
        if value is not None
    }


def air_day(on: date, hours: Mapping[str, Hours], zone: int = 2) -> Judgement:
    """AQI of a natural day from hourly figures by HJ 212 code. ``meets``: not above 100."""
    concentrations: dict[str, float | None] = {}
    valid = 0
    for code, item in BY_HJ_212.items():
        own = hours.get(code, {})
        valid += sum(1 for value in own.values() if value is not None)
        day = ozone_of_day(own) if item == "o3" else mean_of_day(own)
        concentrations[item] = None if day is None else max(day, 0.0)
    found = daily_air_index(on, concentrations)
    return Judgement(
        found.value, str(found.level.number) if found.level else "",
        tuple(OF_ITEM[p] for p in found.primary), found.clause.text,
        _judged_air(found, concentrations), None if found.value is None else found.value <= 100,
        valid, 24 * len(BY_HJ_212),
    )  # fmt: skip


def air_hour(on: date, concentrations: Mapping[str, float | None]) -> Judgement:
    """Real-time AQI of one hour, concentrations by HJ 212 code."""
    given = {
        item: max(value, 0.0)
        for code, item in BY_HJ_212.items()
        if (value := concentrations.get(code)) is not None
    }
    found = hourly_air_index(on, given)
    return Judgement(
        found.value, str(found.level.number) if found.level else "",
        tuple(OF_ITEM[p] for p in found.primary), found.clause.text, _judged_air(found, given),
        None if found.value is None else found.value <= 100, len(given), len(BY_HJ_212),
    )  # fmt: skip


def air_limits(code: str, average: str, zone: int, on: date) -> list[tuple[float, T, T]]:
    """(value, title, basis) of the limits of GB 3095 for the factor, as in force on the day."""
    item = BY_HJ_212.get(code)
    if item is None:
        return []
    averages = {"1h": ("1h", "day"), "day": ("8h", "day") if item == "o3" else ("day",)}[average]
    for name in averages:
        try:
            limit = ambient_air_limit(item, name, zone, on)
        except KeyError:
            continue
        roman = T("一级", "class 1") if zone == 1 else T("二级", "class 2")
        return [(limit.value, roman, limit.clause.text)]
    return []


def _water(
    values: Mapping[str, float | None], body: str, goal: str, valid: int, expected: int
) -> Judgement:
    """Class by GB 3838-2002 of values by HJ 212 code; ``meets``: not worse than the goal."""
    given = {
        # A mean of equal figures must not leave its class by the last bit of a float.
        BY_HJ_212_OF_WATER[code]: round(max(value, 0.0), 9)
        for code, value in values.items()
        if code in BY_HJ_212_OF_WATER and value is not None
    }
    found = gb_3838.water_class(given, "lake" if body == "lake" else "river")
    classes = {part.item.hj_212[0]: part.number for part in found.parts if part.item.hj_212}
    figures = {
        code: {"mean": value, "class": classes.get(code)}
        for code, value in values.items()
        if value is not None
    }
    decided = tuple(part.item.hj_212[0] for part in found.deciding if part.item.hj_212)
    meets = found.number <= int(goal) if found.number is not None and goal else None
    return Judgement(
        found.number, str(found.number or ""), decided,
        gb_3838.SINGLE_FACTOR.text + T("，评价指标按", "; indicators by ") + found.clause.text,
        figures, meets, valid, expected,
    )  # fmt: skip


def water_mean(
    values: Mapping[str, float | None], body: str, goal: str, valid: int, expected: int
) -> Judgement:
    """Of the means of a day or a month."""
    return _water(values, body, goal, valid, expected)


def water_now(values: Mapping[str, float | None], body: str, goal: str) -> Judgement:
    """Of the last hour: what the class would be if it stayed so."""
    known = sum(1 for value in values.values() if value is not None)
    return _water(values, body, goal, known, len(values))


def noise_day(hours: Mapping[str, Hours], zone: str) -> Judgement:
    """Ld, Ln and Ldn of a natural day from hourly Leq, against the zone (GB 3096-2008).

    The night of a natural day is its hours from 0 to 6 and from 22 to 24 o'clock. A period is
    judged from three quarters of its hours on.
    """
    leq = [(local(at).hour, v) for at, v in hours.get("Leq", {}).items() if v is not None]
    at_night = [pair for pair in leq if sound.is_night(pair[0])]
    day, night = sound.day_and_night(leq)
    if len(leq) - len(at_night) < sound.DAY_HOURS * ENOUGH:
        day = None
    if len(at_night) < sound.NIGHT_HOURS * ENOUGH:
        night = None
    ldn = sound.day_night_level(day, night) if day is not None and night is not None else None
    figures: dict[str, Any] = {"Ld": day, "Ln": night, "Ldn": ldn}
    for code in ("L10", "L50", "L90"):
        figures[code] = mean(list(hours.get(code, {}).values()))
    largest = [v for v in hours.get("LMx", {}).values() if v is not None]
    figures["Lmax"] = max(largest, default=None)
    verdicts = {}
    if zone:
        for name, level, is_night in (("Ld", day, False), ("Ln", night, True)):
            if level is not None:
                verdicts[name] = gb_3096.verdict(zone.removeprefix("n"), level, is_night)
    over = tuple(name for name, verdict in verdicts.items() if not verdict.is_kept)
    kept = {name: value for name, value in figures.items() if value is not None}
    return Judgement(
        ldn, "", over, gb_3096.TABLE_1.text, kept, not over if verdicts else None,
        len(leq), 24,
    )  # fmt: skip


def noise_now(at: datetime, values: Mapping[str, float | None], zone: str) -> Judgement:
    """Leq of the last hour against the limit of its time of day."""
    leq = values.get("Leq")
    if leq is None:
        return Judgement(None, basis=gb_3096.TABLE_1.text)
    is_night = sound.is_night(local(at).hour)
    verdict = gb_3096.verdict(zone.removeprefix("n"), leq, is_night) if zone else None
    return Judgement(
        leq, "", (), gb_3096.TABLE_1.text, {k: v for k, v in values.items() if v is not None},
        verdict.is_kept if verdict else None, 1, 1,
    )  # fmt: skip


def noise_limits(zone: str) -> list[tuple[float, T, T]]:
    """(value, title, basis): by day and by night."""
    found = gb_3096.ZONES.get(zone.removeprefix("n"))
    if found is None:
        return []
    basis = gb_3096.TABLE_1.text
    return [
        (found.day_db, T("昼间", "day"), basis), (found.night_db, T("夜间", "night"), basis),
    ]  # fmt: skip


def water_limits(code: str, body: str, goal: str) -> list[tuple[float, T, T]]:
    """(value, title, basis): the bound of the class that is the goal."""
    item = gb_3838.ITEMS["lake" if body == "lake" else "river"].get(
        BY_HJ_212_OF_WATER.get(code, "")
    )
    if item is None or not goal or item.key in gb_3838.ROUTINE_EXCLUDED:
        return []
    return [
        (item.limits[int(goal) - 1], gb_3838.CLASS_NAMES[int(goal)], gb_3838.TABLE_1.text)
    ]  # fmt: skip


History = Sequence[tuple[float, float | None]]  # dose rate and rain of hours, in their order


def _baseline(history: History) -> radiation.Baseline:
    wet = radiation.wet_hours([rain or 0.0 for _, rain in history])
    hours = ((value, is_wet) for (value, _), is_wet in zip(history, wet, strict=True))
    return radiation.baseline(hours, "nGy/h")


def _above(found: radiation.Judgement | None) -> bool | None:
    return None if found is None else found.finding is not radiation.Finding.HIGH


def radiation_day(hours: Mapping[str, Hours], history: History) -> Judgement:
    """Mean and maximum of a day against the station's own baseline of the month before."""
    rain = hours.get("rain", {})
    known = [(v, rain.get(at)) for at, v in hours.get("dose_rate", {}).items() if v is not None]
    against = _baseline(history)
    wet = radiation.wet_hours([each or 0.0 for _, each in known])
    met = [
        _above(radiation.judge(value, "nGy/h", against, is_wet=is_wet))
        for (value, _), is_wet in zip(known, wet, strict=True)
    ]
    judged = [each for each in met if each is not None]
    values = [value for value, _ in known]
    figures = {
        "mean": mean(values), "max": max(values, default=None), "baseline": against.dry_mean,
        "alarm": against.threshold(), "rain": sum(r or 0.0 for _, r in known),
    }  # fmt: skip
    return Judgement(
        figures["mean"], "", () if all(judged) else ("dose_rate",), radiation.BASIS.text,
        {name: value for name, value in figures.items() if value is not None},
        all(judged) if judged else None, len(known), 24,
    )  # fmt: skip


def radiation_now(values: Mapping[str, float | None], history: History) -> Judgement:
    """The last hour against the baseline; rain of the hours before is in ``history``."""
    value = values.get("dose_rate")
    if value is None:
        return Judgement(None, basis=radiation.BASIS.text)
    rain = [r or 0.0 for _, r in history[-3:]] + [values.get("rain") or 0.0]
    found = radiation.judge(
        value, "nGy/h", _baseline(history), is_wet=radiation.wet_hours(rain)[-1]
    )  # fmt: skip
    basis = radiation.BASIS.text
    if found is not None:
        basis = basis + T("：", ": ") + found.finding.title
    return Judgement(value, "", (), basis, {"dose_rate": value}, _above(found), 1, 1)


def mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
