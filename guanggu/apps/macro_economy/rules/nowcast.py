"""The year-end from the periods known so far, with an interval and with its own past error.

Model: Holt-Winters exponential smoothing (additive damped trend and season) of the logarithms; the
periods that are still to come are simulated and added to those known. It is held against two plain
methods: the same rest of the year as last year, and last year's total times the growth so far. Its
past error is measured as it would have been: each past year from what was known then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

YEARS_MIN = 3
LOW, HIGH = 0.1, 0.9  # an interval of 80 %
_RUNS = 400
_TOO_SHORT = T(
    "历史数据不足{}个完整年度，暂不能预测全年。",
    "Fewer than {} whole years of history: no nowcast.",
)
_GAPS = T("序列有缺期，暂不能预测全年。", "Periods are missing: no nowcast.")

Values = Mapping[tuple[int, int], float]


@dataclass(frozen=True)
class Estimate:
    """The year's figure as expected: with low and high of 80 %, and the two plain methods' figures.

    known: periods of the year that are known; so_far: their sum (their last of a stock).
    """

    year: int
    known: int
    so_far: float
    value: float
    low: float
    high: float
    same_rest: float
    same_growth: float
    model: str = "Holt-Winters, log"


@dataclass(frozen=True)
class Past:
    """What would have been said of a past year when so many of its periods were known."""

    year: int
    known: int
    said: float
    low: float
    high: float
    same_rest: float
    same_growth: float
    came: float

    @property
    def error(self) -> float:
        return abs(self.said / self.came - 1) * 100

    @property
    def is_covered(self) -> bool:
        return self.low <= self.came <= self.high

    def as_dict(self) -> dict[str, Any]:
        return {
            "year": self.year, "known": self.known, "said": self.said, "low": self.low,
            "high": self.high, "same_rest": self.same_rest, "same_growth": self.same_growth,
            "came": self.came,
        }  # fmt: skip


def whole_years(values: Values, per_year: int) -> list[int]:
    years = sorted({year for year, _ in values})
    return [y for y in years if all((y, n) in values for n in range(1, per_year + 1))]


def total_of(values: Values, year: int, per_year: int, *, is_stock: bool) -> float:
    """The year's figure: the sum of its periods, or what stands at its end."""
    if is_stock:
        return values[year, per_year]
    return sum(values[year, n] for n in range(1, per_year + 1))


def _known(values: Values, year: int, per_year: int) -> int:
    number = 0
    while number < per_year and (year, number + 1) in values:
        number += 1
    return number


def estimate(
    values: Values, year: int, per_year: int, *, is_stock: bool = False, seed: int = 2017
) -> Estimate:
    """Say the year's figure from the periods known of it. Raises Invalid for too short a history.

    Periods of later years and beyond the first gap of this one are not looked at.
    """
    known = _known(values, year, per_year)
    history = {p: v for p, v in values.items() if p < (year, known + 1)}
    years = [y for y in whole_years(history, per_year) if y < year]
    if len(years) < YEARS_MIN:
        raise Invalid(_TOO_SHORT.format(YEARS_MIN))
    if years[-1] != year - 1 or years != list(range(years[0], year)):
        raise Invalid(_GAPS)
    series = [history[p] for p in sorted(history) if p[0] >= years[0]]
    now = [history[year, n] for n in range(1, known + 1)]
    last = [history[year - 1, n] for n in range(1, per_year + 1)]
    rest_same = _finished(now, last[known:], is_stock)
    growth_same = _by_growth(now, last, is_stock)
    so_far = (now[-1] if is_stock else sum(now)) if now else 0.0
    if known == per_year:
        done = now[-1] if is_stock else so_far
        return Estimate(year, known, so_far, done, done, done, done, done, "complete")
    middle, low, high, model = _simulated(
        series, per_year - known, per_year, so_far, is_stock, seed
    )
    return Estimate(year, known, so_far, middle, low, high, rest_same, growth_same, model)


def _finished(now: Sequence[float], rest: Sequence[float], is_stock: bool) -> float:
    return rest[-1] if is_stock else sum(now) + sum(rest)


def _by_growth(now: Sequence[float], last: Sequence[float], is_stock: bool) -> float:
    """Last year's figure times the growth of what is known."""
    whole = last[-1] if is_stock else sum(last)
    if not now:
        return whole
    before = last[len(now) - 1] if is_stock else sum(last[: len(now)])
    after = now[-1] if is_stock else sum(now)
    return whole * after / before if before else whole


def _simulated(
    series: Sequence[float], ahead: int, per_year: int, so_far: float, is_stock: bool, seed: int
) -> tuple[float, float, float, str]:
    """(median, low, high, name of the model) of the year's figure."""
    import warnings

    import numpy as np
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    given = np.asarray(series, dtype=float)
    is_log = bool((given > 0).all())
    y = np.log(given) if is_log else given
    model = ExponentialSmoothing(
        y, trend="add", damped_trend=True, seasonal="add", seasonal_periods=per_year,
        initialization_method="estimated",
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that ends early is judged by its past error
        fitted = model.fit(optimized=True)
        paths = fitted.simulate(
            ahead, anchor="end", repetitions=_RUNS, error="add",
            random_state=np.random.RandomState(seed),
        )  # fmt: skip
    paths = np.asarray(paths, dtype=float).reshape(ahead, -1)
    paths = np.exp(paths) if is_log else paths
    finished = paths[-1] if is_stock else so_far + paths.sum(axis=0)
    low, middle, high = np.quantile(finished, [LOW, 0.5, HIGH])
    name = "Holt-Winters, log" if is_log else "Holt-Winters"
    return float(middle), float(low), float(high), name


def mape(past: Sequence[Past], of: str = "said") -> float | None:
    """The mean absolute error in percent of one of the methods; None without a past."""
    if not past:
        return None
    return sum(abs(getattr(p, of) / p.came - 1) for p in past) / len(past) * 100


def coverage(past: Sequence[Past]) -> float | None:
    """The share of past years whose figure lay within the interval."""
    return sum(p.is_covered for p in past) / len(past) if past else None
