"""Which datastreams a station of each kind has, and what is plausible in them."""

from __future__ import annotations

from typing import NamedTuple

from .words import FACTORS, FACTORS_OF, HOUR_S, LEVEL, RAIN


class Spec(NamedTuple):
    """One datastream: factor code, interval, UCUM unit and what validation needs to know."""

    code: str
    interval: str
    unit: str
    low: float
    high: float
    step_max: float | None
    stuck_count: int
    every_s: int


def streams_of(kind: str, normal_m: float) -> list[Spec]:
    """kind: buoy, shore or gauge. The level is plausible within 2.5 m of the normal one."""
    made = []
    for code in FACTORS_OF[kind]:
        factor = FACTORS[code]
        low, high = factor.low, factor.high
        if code == LEVEL:
            low, high = round(normal_m - 2.5, 2), round(normal_m + 2.5, 2)
        # A lake's level and a dry sky stay alike for long; an analyser does not.
        stuck = 0 if code in (LEVEL, RAIN) else 12
        made.append(Spec(code, "hour", factor.unit, low, high, factor.step_max, stuck, HOUR_S))
    return made


# How strongly each factor of an invented lake follows the lake's burden of nutrients.
_FOLLOWS = {
    "w21011": 1.0, "w21001": 0.7, "w21003": 1.0, "w01019": 0.5, "w01016": 0.9, "w01003": 0.5,
    "secchi_depth": -0.5,
}  # fmt: skip


def sample_percent(code: str, burden_percent: int) -> int:
    """By how much the sample's data of a factor are multiplied, in per cent."""
    return round(100 * (burden_percent / 100) ** _FOLLOWS.get(code, 0.0))
