"""Holding what is expected of the year against what it is to reach, with the arithmetic said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from guanggu.base.bilingual import T

from .nowcast import Past, coverage, mape

OUTLOOKS: dict[str, T] = {
    "likely": T("有望完成", "Likely"),
    "unsure": T("存在不确定性", "Uncertain"),
    "unlikely": T("完成难度大", "Unlikely"),
    "none": T("未设目标", "No target"),
}
TONES = {"likely": "ok", "unsure": "warn", "unlikely": "bad", "none": "quiet"}
SIGNS = {"likely": "▲", "unsure": "●", "unlikely": "▼", "none": "–"}
METHODS: dict[str, T] = {
    "said": T("本系统预测", "This nowcast"),
    "same_rest": T("朴素法一：余下各期同上年", "Plain: the rest as last year"),
    "same_growth": T("朴素法二：按已知同比外推", "Plain: last year times the growth so far"),
}


def outlook(low: float, high: float, target: float | None, direction: str = "higher") -> str:
    """Likely where the whole interval is beyond the target, unlikely where none of it is."""
    if target is None:
        return "none"
    if direction == "lower":
        low, high, target = -high, -low, -target
    if low >= target:
        return "likely"
    return "unlikely" if high < target else "unsure"


def past_of(told: Sequence[Mapping[str, Any]]) -> list[Past]:
    return [Past(**row) for row in told]


def errors_by_known(past: Sequence[Past]) -> list[tuple[int, int, dict[str, float], float]]:
    """(periods known, years, mean absolute error in percent by method, share covered)."""
    found = []
    for known in sorted({p.known for p in past}):
        some = [p for p in past if p.known == known]
        errors = {method: mape(some, method) or 0.0 for method in METHODS}
        found.append((known, len(some), errors, coverage(some) or 0.0))
    return found


def error_words(past: Sequence[Past], known: int) -> T:
    """How far off it was in past years at the same time of the year."""
    some = [p for p in past if p.known == known]
    if not some:
        return T("尚无可比的历史误差。", "There is no past error to compare yet.")
    return T(
        "过去{}年在同一时点，本方法平均误差为{}%；余下各期同上年的方法为{}%，"
        "按已知同比外推的方法为{}%；实际值有{}次落在区间内。",
        "At the same time of the {} past years this method was off by {}% on average; taking the "
        "rest as last year by {}%, carrying on the growth so far by {}%; {} times the figure lay "
        "within the interval.",
    ).format(
        len(some), *(f"{mape(some, method) or 0:.2f}" for method in METHODS),
        sum(p.is_covered for p in some),
    )  # fmt: skip
