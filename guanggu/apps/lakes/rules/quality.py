"""The class and the trophic state of a lake from mean values, and how they stand to its goal.

Values are by the codes of HJ 212-2017 annex B. Class: GB 3838-2002 with the limits of lakes, by
the worst factor, total nitrogen left out of the routine assessment (环办〔2011〕22号); trophic state:
总站生字〔2001〕090号.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from guanggu.base.bilingual import T
from guanggu.standards import gb_3838_2002 as surface_water
from guanggu.standards import lake_trophic_state as trophic

_CODES: Mapping[str, str] = {
    "w01001": "pH", "w01009": "DO", "w01019": "CODMn", "w21003": "NH3-N", "w21011": "TP",
    "w21001": "TN",
}  # fmt: skip
_OF_KEY = {key: code for code, key in _CODES.items()}
_TROPHIC: Mapping[str, str] = {
    "w01016": "chla", "w21011": "TP", "w21001": "TN", "secchi_depth": "SD", "w01019": "CODMn",
}  # fmt: skip
_TROPHIC_CODE = {key: code for code, key in _TROPHIC.items()}
_STATES = {1: "oligotrophic", 2: "mesotrophic", 3: "light", 4: "middle", 5: "hyper"}
BASIS = T("{}（湖、库限值）；{}", "{} (limits of lakes); {}").format(
    surface_water.TABLE_1.text, surface_water.ROUTINE.text
)
NOT_ASSESSED = T("无可评价的指标", "Nothing that can be assessed")


@dataclass(frozen=True)
class Judgement:
    """water_class: "1" to "6", "" where nothing could be judged; deciding: codes that set it;
    classes: of each factor, also those left out of the class; tli: None without chlorophyll a."""

    water_class: str
    deciding: tuple[str, ...]
    clause: T
    classes: Mapping[str, str]
    tli: float | None
    trophic: str
    tli_parts: Mapping[str, float]
    left_out: tuple[str, ...] = field(default=())

    def over(self, goal: str) -> tuple[str, ...]:
        """Codes whose own class is worse than the goal, the worst first."""
        if not goal:
            return ()
        worse = [code for code, number in self.classes.items() if number > goal]
        return tuple(sorted(worse, key=lambda code: self.classes[code], reverse=True))


def _usable(values: Mapping[str, float], codes: Mapping[str, str]) -> dict[str, float]:
    return {
        key: values[code]
        for code, key in codes.items()
        if code in values and math.isfinite(values[code]) and values[code] >= 0
    }


def judge(values: Mapping[str, float]) -> Judgement:
    """Of the means of a day or a month over the lake's stations."""
    given = _usable(values, _CODES)
    judged = surface_water.water_class(given, "lake")
    every = surface_water.water_class(given, "lake", excluded=())
    state = trophic.trophic_state({k: v for k, v in _usable(values, _TROPHIC).items() if v > 0})
    return Judgement(
        water_class="" if judged.number is None else str(judged.number),
        deciding=tuple(_OF_KEY[part.item.key] for part in judged.deciding),
        clause=NOT_ASSESSED if judged.number is None else BASIS,
        classes={_OF_KEY[part.item.key]: str(part.number) for part in every.parts},
        tli=state.value,
        trophic="" if state.state is None else _STATES[state.state.number],
        tli_parts={_TROPHIC_CODE[key]: part for key, part in state.parts.items()},
        left_out=tuple(_OF_KEY[key] for key in judged.left_out if key in _OF_KEY),
    )


def goal_limits(goal: str) -> dict[str, float]:
    """Upper limits of a class ("1" to "5") by code; empty without a goal. Oxygen has none."""
    if not goal:
        return {}
    items = surface_water.ITEMS["lake"]
    return {
        code: items[key].limits[int(goal) - 1]
        for code, key in _CODES.items()
        if key in items and not items[key].is_lower
    }


def mean_values(days: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each factor over the days on which it was known; rain is summed."""
    found: dict[str, list[float]] = {}
    for values in days:
        for code, value in values.items():
            found.setdefault(code, []).append(value)
    return {
        code: sum(values) if code == "rain" else sum(values) / len(values)
        for code, values in found.items()
    }
