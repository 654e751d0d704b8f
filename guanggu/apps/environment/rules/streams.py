"""Which datastreams a station of each kind has, and what is plausible in them.

Every factor is reported as hourly means; air, water and outlets also every five minutes. Ranges
are those of usual instruments, wider than anything believable in the field.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .words import (
    AIR_FACTORS,
    FACTORS,
    FLOWS,
    NOISE_FACTORS,
    SO2_OF_FLUE,
    SUM_SUFFIX,
    WATER_FACTORS,
)

HOUR_S, FIVE_MINUTES_S = 3600, 300


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


# low, high, largest step from one hour to the next
_RANGES: dict[str, tuple[float, float, float | None]] = {
    "a21026": (0, 1500, 300), "a21004": (0, 1000, 200), "a34002": (0, 2000, 500),
    "a34004": (0, 1000, 300), "a05024": (0, 1000, 200), "a21005": (0, 50, 10),
    "a01001": (-20, 50, 10), "a01002": (0, 100, 50), "a01007": (0, 60, 30), "a01008": (0, 360, None),
    "w01010": (0, 45, 8), "w01001": (2, 13, 2), "w01009": (0, 25, 8), "w01014": (0, 20000, 2000),
    "w01003": (0, 2000, 500), "w01019": (0, 100, 20), "w01018": (0, 2000, 400),
    "w21003": (0, 100, 20), "w21011": (0, 20, 5), "w21001": (0, 200, 50), "w00000": (0, 20000, 4000),
    "a34013": (0, 300, 80), "a21002": (0, 1500, 300), "a24088": (0, 1000, 200),
    "a00000": (0, 500, 100), "a19001": (0, 25, 8), "Leq": (20, 130, 40), "L10": (20, 130, 40),
    "L50": (20, 130, 40), "L90": (20, 130, 40), "LMx": (20, 140, 60), "dose_rate": (20, 1000, 200),
    "rain": (0, 200, None),
}  # fmt: skip
_FINE = {"air", "water"}
_OF_KIND = {
    "air": (*AIR_FACTORS, "a01001", "a01002", "a01007", "a01008"), "water": WATER_FACTORS,
    "noise": NOISE_FACTORS, "radiation": ("dose_rate", "rain"),
}  # fmt: skip


def _specs(code: str, unit: str, fine: bool) -> list[Spec]:
    low, high, step = _RANGES[code]
    stuck = 0 if code in ("rain", "w01010", "a01001", "a01008") else 12
    made = [Spec(code, "hour", unit, low, high, step, stuck, HOUR_S)]
    if fine:
        made.append(Spec(code, "minute", unit, low, high, step, stuck * 2, FIVE_MINUTES_S))
    return made


def streams_of_station(kind: str) -> list[Spec]:
    """kind: air, water, noise or radiation."""
    return [
        spec for code in _OF_KIND[kind] for spec in _specs(code, FACTORS[code].unit, kind in _FINE)
    ]


def streams_of_outlet(medium: str, pollutants: Iterable[str]) -> list[Spec]:
    """The flow and each pollutant; waste gas also its oxygen, waste water its pH."""
    codes = [FLOWS[medium], *pollutants, "w01001" if medium == "water" else "a19001"]
    made = []
    for code in dict.fromkeys(codes):
        flue = medium == "gas" and code == "a21026"
        made += _specs(code, SO2_OF_FLUE.unit if flue else FACTORS[code].unit, True)
    sums = [_sum_spec(code) for code in dict.fromkeys(codes) if _sum_of(code) in FACTORS]
    return made + sums


def _sum_of(code: str) -> str:
    return f"{code}{SUM_SUFFIX}"


def _sum_spec(code: str) -> Spec:
    """What the station adds up itself over the hour; no instrument: only its sign is checked."""
    return Spec(_sum_of(code), "hour", FACTORS[_sum_of(code)].unit, 0, 1e9, None, 0, HOUR_S)
