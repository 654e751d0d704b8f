"""Trophic level index of lakes (综合营养状态指数, TLI): 总站生字〔2001〕090 号, also annex of
环办〔2011〕22 号.

Chlorophyll a in mg/m³, Secchi depth in m, TP, TN and CODMn in mg/L. Weights come from the squared
correlation of each with chlorophyll a (Chinese lakes).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite, log

from guanggu.base.bilingual import T

from .clauses import Clause

BASIS = Clause(
    "总站生字〔2001〕090 号",
    T(
        "湖泊(水库)富营养化评价方法及分级技术规定",
        "Method and classes of assessing eutrophication of lakes and reservoirs",
    ),
    T("综合营养状态指数法", "trophic level index"),
)
PARAMETERS: dict[str, T] = {
    "chla": T("叶绿素 a", "Chlorophyll a"),
    "TP": T("总磷", "Total phosphorus"),
    "TN": T("总氮", "Total nitrogen"),
    "SD": T("透明度", "Secchi depth"),
    "CODMn": T("高锰酸盐指数", "Permanganate index"),
}
_CORRELATION_SQUARED = {"chla": 1.0, "TP": 0.7056, "TN": 0.6724, "SD": 0.6889, "CODMn": 0.6889}
_TOTAL = sum(_CORRELATION_SQUARED.values())
WEIGHTS = {key: squared / _TOTAL for key, squared in _CORRELATION_SQUARED.items()}
_FORMULAS: dict[str, Callable[[float], float]] = {
    "chla": lambda value: 10 * (2.5 + 1.086 * log(value)),
    "TP": lambda value: 10 * (9.436 + 1.624 * log(value)),
    "TN": lambda value: 10 * (5.453 + 1.694 * log(value)),
    "SD": lambda value: 10 * (5.118 - 1.94 * log(value)),
    "CODMn": lambda value: 10 * (0.109 + 2.661 * log(value)),
}


@dataclass(frozen=True, slots=True)
class State:
    number: int
    name: T
    colour: str


STATES = (
    State(1, T("贫营养", "Oligotrophic"), "#3b82c4"),
    State(2, T("中营养", "Mesotrophic"), "#3fa66b"),
    State(3, T("轻度富营养", "Lightly eutrophic"), "#d9c13b"),
    State(4, T("中度富营养", "Moderately eutrophic"), "#dd8534"),
    State(5, T("重度富营养", "Hypereutrophic"), "#b8383d"),
)


@dataclass(frozen=True, slots=True)
class TrophicState:
    """value: TLI(Σ), None without chlorophyll a or with fewer than three parameters
    parts: TLI of each parameter given
    missing: where not empty, the weights of the others were scaled to 1; the method asks for all
    """

    value: float | None
    state: State | None
    parts: dict[str, float]
    missing: tuple[str, ...]
    clause: Clause


def parameter_index(key: str, value: float) -> float:
    """TLI of one parameter. Raises ValueError for what is not above zero, KeyError for no such."""
    if not (value > 0 and isfinite(value)):
        raise ValueError(f"{key} must be above zero, not {value}")
    return _FORMULAS[key](value)


def state_of(value: float) -> State:
    """<30, 30 to 50, over 50 to 60, over 60 to 70, over 70."""
    if value < 30:
        return STATES[0]
    return STATES[1 + sum(value > bound for bound in (50, 60, 70))]


def trophic_state(values: Mapping[str, float | None]) -> TrophicState:
    """Of values by the keys of PARAMETERS; others are not looked at."""
    given = {key: values.get(key) for key in PARAMETERS}
    parts = {key: parameter_index(key, value) for key, value in given.items() if value is not None}
    missing = tuple(key for key in PARAMETERS if key not in parts)
    if "chla" not in parts or len(parts) < 3:
        return TrophicState(None, None, parts, missing, BASIS)
    share = sum(WEIGHTS[key] for key in parts)
    value = sum(WEIGHTS[key] * part for key, part in parts.items()) / share
    return TrophicState(value, state_of(value), parts, missing, BASIS)
