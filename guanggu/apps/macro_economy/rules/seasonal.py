"""Seasonal adjustment: Spring Festival effect by regression, then STL, with checks of what is left.

STL: Cleveland, Cleveland, McRae and Terpenning (1990), as statsmodels computes it. Multiplicative
where all values are positive (the logarithms are taken apart), else additive. The libraries are
loaded when first needed: in the worker, never when a server starts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid

from . import spring_festival

YEARS_MIN = 3
_T_MIN = 2.0  # the festival's effect is taken out only where it is plain
P_MIN = 0.01
_TOO_SHORT = T("数据不足{}年，暂不能作季节调整。", "Fewer than {} years of data: not adjusted.")
_GAPS = T("数据有缺期（{}），暂不能作季节调整。", "Periods are missing ({}): not adjusted.")


@dataclass(frozen=True)
class Adjusted:
    """The series taken apart, in its own unit, in the order of its periods.

    seasonal: factors (multiplicative) or amounts; parameters: method and what it used; checks: of
    the remainder, see ``judged``.
    """

    adjusted: list[float]
    trend: list[float]
    seasonal: list[float]
    remainder: list[float]
    parameters: dict[str, Any]
    checks: dict[str, Any]


def demand_whole(places: Sequence[tuple[int, int]], per_year: int) -> None:
    """Raises Invalid for a series that is too short or has gaps."""
    if len(places) < YEARS_MIN * per_year:
        raise Invalid(_TOO_SHORT.format(YEARS_MIN))
    numbers = [year * per_year + number - 1 for year, number in places]
    missing = sorted(set(range(numbers[0], numbers[-1] + 1)) - set(numbers))
    if missing:
        told = ", ".join(f"{n // per_year}-{n % per_year + 1}" for n in missing[:5])
        raise Invalid(_GAPS.format(told))


def adjust(places: Sequence[tuple[int, int]], values: Sequence[float], per_year: int) -> Adjusted:
    """Adjust a series without gaps: places are (year, number in the year). Raises Invalid."""
    import numpy as np
    from statsmodels.tsa.seasonal import STL

    demand_whole(places, per_year)
    given = np.asarray(values, dtype=float)
    is_log = bool((given > 0).all())
    y = np.log(given) if is_log else given
    effect, beta, t = _festival(places, y, per_year)
    fitted = STL(y - effect, period=per_year, robust=True).fit()
    seasonal = fitted.seasonal + effect

    def back(series: Any) -> list[float]:
        return [float(v) for v in (np.exp(series) if is_log else series)]

    parameters = {
        "method": "STL", "multiplicative": is_log, "period": per_year, "robust": True,
        "seasonal_window": 7, "from": list(places[0]), "to": list(places[-1]),
        "spring_festival": {"beta": _figure(beta), "t": _figure(t), "used": bool(effect.any())},
    }  # fmt: skip
    return Adjusted(
        back(y - seasonal), back(fitted.trend), back(seasonal), back(fitted.resid), parameters,
        _checks(y - seasonal, fitted, per_year),
    )  # fmt: skip


def _figure(value: float) -> float | None:
    return round(float(value), 6) if math.isfinite(value) else None


def _festival(places: Sequence[tuple[int, int]], y: Any, per_year: int) -> tuple[Any, float, float]:
    """(effect on each period, coefficient, t): regression of yearly differences on the window's.

    Zero for other than months, and where it does not differ plainly from nothing.
    """
    import numpy as np

    nothing = np.zeros(len(y))
    if per_year != 12 or not all(spring_festival.is_known(year) for year, _ in places):
        return nothing, math.nan, math.nan
    x = np.array([spring_festival.share_in_month(year, month) for year, month in places])
    months = np.array([month for _, month in places])
    for month in range(1, 13):  # what falls there every year is season, not festival
        x[months == month] -= x[months == month].mean()
    dx, dy = x[12:] - x[:-12], y[12:] - y[:-12]
    if not dx.any():
        return nothing, math.nan, math.nan
    design = np.column_stack([np.ones(len(dx)), dx])
    solved, *_ = np.linalg.lstsq(design, dy, rcond=None)
    left = dy - design @ solved
    spread = float(left @ left) / max(1, len(dy) - 2)
    error = math.sqrt(spread * float(np.linalg.pinv(design.T @ design)[1, 1]))
    beta = float(solved[1])
    t = beta / error if error > 0 else math.inf
    return (x * beta if abs(t) >= _T_MIN else nothing), beta, t


def _checks(adjusted: Any, fitted: Any, per_year: int) -> dict[str, Any]:
    """Is there season left, are the remainders noise, how strong was the season."""
    import numpy as np
    from scipy.stats import kruskal
    from statsmodels.stats.diagnostic import acorr_ljungbox

    steps = np.diff(adjusted)
    groups = [steps[n::per_year] for n in range(per_year)]
    same = np.ptp(steps) < 1e-9
    left_p = 1.0 if same else float(kruskal(*groups).pvalue)
    lags = max(1, min(2 * per_year, len(fitted.resid) // 5))
    quiet = np.ptp(fitted.resid) < 1e-12
    noise_p = (
        1.0 if quiet else float(acorr_ljungbox(fitted.resid, lags=[lags])["lb_pvalue"].iloc[0])
    )
    whole = float(np.var(fitted.seasonal + fitted.resid))
    strength = max(0.0, 1 - float(np.var(fitted.resid)) / whole) if whole > 0 else 0.0
    return {
        "season_left_p": round(left_p, 6), "noise_p": round(noise_p, 6), "lags": lags,
        "strength": round(strength, 4),
    }  # fmt: skip


def judged(checks: dict[str, Any]) -> list[tuple[T, bool, T]]:
    """(what was checked, whether it passed, in words) for a page."""
    left, noise = checks["season_left_p"], checks["noise_p"]
    strength = checks["strength"]
    return [
        (
            T("残余季节性（Kruskal–Wallis）", "Season left over (Kruskal–Wallis)"),
            left >= P_MIN,
            T("p = {}：{}", "p = {}: {}").format(
                f"{left:.3f}",
                T("未见残余季节性", "none seen") if left >= P_MIN
                else T("仍有残余季节性，解读环比须谨慎", "some is left; read changes with care"),
            ),
        ),
        (
            T("余项自相关（Ljung–Box）", "Autocorrelation of the remainder (Ljung–Box)"),
            noise >= P_MIN,
            T("p = {}（{} 阶）：{}", "p = {} ({} lags): {}").format(
                f"{noise:.3f}", checks["lags"],
                T("余项近似白噪声", "close to noise") if noise >= P_MIN
                else T("余项存在自相关", "the remainder is not noise"),
            ),
        ),
        (
            T("季节性强度", "Strength of the season"),
            strength >= 0.3,
            T("{}：{}", "{}: {}").format(
                f"{strength:.2f}",
                T("季节性明显，适宜调整", "plain; worth adjusting") if strength >= 0.3
                else T("季节性较弱，可直接看原序列", "weak; read the series as it is"),
            ),
        ),
    ]  # fmt: skip
