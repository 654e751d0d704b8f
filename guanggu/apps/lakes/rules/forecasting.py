"""Short forecasts that show their own error: ridge regression for each horizon, tried on the past.

For every horizon ``h`` the change from now until then is fitted on what is known now (recent
changes, departure from the usual, rain, warmth, season). The trial is by rolling origin: the model
is fitted on what lies before an origin and judged on what came after it, at several origins. Its
mean absolute error stands beside that of persistence (nothing changes); where the model is no
better, persistence itself is given and said to be.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .words import BAND_SHARE

RIDGE = 3.0
ORIGINS = 6  # parts of the past on which the trial is made
LEAST_ROWS = 60
SKILL_LEAST = 0.02  # better than persistence by less than this is not better


@dataclass(frozen=True)
class Step:
    """One horizon. value: the forecast; low, high: within them lay ``BAND_SHARE`` of the trial's
    outcomes; skill: 1 - error / persistence error; ``persists``: the model was no better, so this
    is persistence."""

    horizon: int
    value: float
    low: float
    high: float
    error: float
    persistence_error: float
    skill: float
    tried: int
    persists: bool


def filled(values: np.ndarray, longest: int = 12) -> np.ndarray:
    """Gaps up to ``longest`` steps bridged by straight lines; longer ones stay NaN."""
    known = np.flatnonzero(np.isfinite(values))
    made = values.astype(np.float64).copy()
    if len(known) < 2:
        return made
    for left, right in itertools.pairwise(known):
        if 1 < right - left <= longest + 1:
            made[left : right + 1] = np.linspace(made[left], made[right], right - left + 1)
    return made


def _back(values: np.ndarray, steps: int) -> np.ndarray:
    """The values ``steps`` earlier, NaN before the beginning."""
    made = np.full_like(values, np.nan)
    made[steps:] = values[: len(values) - steps] if steps else values
    return made


def _running(values: np.ndarray, steps: int) -> np.ndarray:
    """Sum over the last ``steps`` values, missing ones as nothing."""
    total = np.cumsum(np.nan_to_num(values))
    made = total.copy()
    made[steps:] -= total[:-steps]
    return made


def _fading(values: np.ndarray, half_life: float) -> np.ndarray:
    """What of all earlier values still runs, halving every ``half_life`` steps."""
    kept, made = 0.5 ** (1 / half_life), np.empty(len(values))
    stored = 0.0
    for place, value in enumerate(np.nan_to_num(values)):
        stored = stored * kept + value
        made[place] = stored
    return made


def _usual(values: np.ndarray, steps: int) -> np.ndarray:
    """Mean of the last values, those that are missing left out."""
    count = _running(np.isfinite(values).astype(np.float64), steps)
    return _running(values, steps) / np.where(count > 0, count, np.nan)


def level_features(level: np.ndarray, rain: np.ndarray) -> np.ndarray:
    """Hourly level (m) and rain (mm): what tells of the change to come."""
    columns = [level - _back(level, hours) for hours in (3, 12, 24, 72)]
    columns += [_fading(rain, hours) for hours in (6, 24, 72)]
    columns += [level - _usual(level, 24 * days) for days in (5, 15)]
    return np.column_stack(columns)


def bloom_features(chlorophyll: np.ndarray, warmth: np.ndarray, rain: np.ndarray) -> np.ndarray:
    """Daily ln chlorophyll a (µg/L), water temperature (°C) and rain (mm)."""
    columns = [chlorophyll - _back(chlorophyll, n) for n in (1, 2, 4)]
    columns += [chlorophyll - _usual(chlorophyll, days) for days in (14, 45)]
    columns += [warmth - 20, warmth - _back(warmth, 3), _fading(rain, 3)]
    return np.column_stack(columns)


def _fit(features: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centre, scale and weights (the constant first) of a ridge regression."""
    centre, scale = features.mean(axis=0), features.std(axis=0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    x = np.column_stack([np.ones(len(features)), (features - centre) / scale])
    penalty = RIDGE * np.eye(x.shape[1])
    penalty[0, 0] = 0.0
    return centre, scale, np.linalg.solve(x.T @ x + penalty, x.T @ target)


def _told(model: tuple[np.ndarray, np.ndarray, np.ndarray], features: np.ndarray) -> np.ndarray:
    centre, scale, weights = model
    return weights[0] + (features - centre) / scale @ weights[1:]


def _trial(
    features: np.ndarray, change: np.ndarray, usable: np.ndarray, horizon: int
) -> tuple[np.ndarray, np.ndarray]:
    """(errors of the model, errors of persistence) at origins through the later half."""
    edges = np.linspace(len(change) // 2, len(change), ORIGINS + 1).astype(int)
    model_errors, persistence_errors = [], []
    for start, end in itertools.pairwise(edges):
        # What is not yet known at the origin may not teach: its outcome lies beyond it.
        taught = usable[usable < start - horizon]
        judged = usable[(usable >= start) & (usable < end)]
        if len(taught) < LEAST_ROWS or not len(judged):
            continue
        told = _told(_fit(features[taught], change[taught]), features[judged])
        model_errors.append(change[judged] - told)
        persistence_errors.append(change[judged])
    if not model_errors:
        return np.array([]), np.array([])
    return np.concatenate(model_errors), np.concatenate(persistence_errors)


def forecast(
    values: np.ndarray, features: np.ndarray, horizons: Sequence[int]
) -> list[Step]:  # fmt: skip
    """Steps for the last of ``values``; none where history is too short or the end is missing.

    values: equally spaced, NaN where missing; features: a row for each value.
    """
    now = len(values) - 1
    if now < 1 or not np.isfinite(values[now]) or not np.isfinite(features[now]).all():
        return []
    made = []
    for horizon in horizons:
        change = np.full(len(values), np.nan)
        if horizon < len(values):
            change[:-horizon] = values[horizon:] - values[:-horizon]
        usable = np.flatnonzero(np.isfinite(change) & np.isfinite(features).all(axis=1))
        errors, persistence = _trial(features, change, usable, horizon)
        if len(errors) < LEAST_ROWS // 2:
            continue
        made.append(_step(values, features, change, usable, errors, persistence, horizon))
    return made


def _step(
    values: np.ndarray, features: np.ndarray, change: np.ndarray, usable: np.ndarray,
    errors: np.ndarray, persistence: np.ndarray, horizon: int,
) -> Step:  # fmt: skip
    now = len(values) - 1
    error, plain = float(np.abs(errors).mean()), float(np.abs(persistence).mean())
    skill = 1 - error / plain if plain > 1e-12 else 0.0
    persists = skill < SKILL_LEAST
    value = float(values[now])
    if not persists:
        value += float(_told(_fit(features[usable], change[usable]), features[now : now + 1])[0])
    low, high = np.quantile(
        persistence if persists else errors, [(1 - BAND_SHARE) / 2, (1 + BAND_SHARE) / 2]
    )
    return Step(horizon, value, value + float(low), value + float(high),
                plain if persists else error, plain, skill, len(errors), persists)  # fmt: skip


def chance_above(step: Step, threshold: float) -> float:
    """Roughly how likely the outcome lies above: the band taken as that of a normal spread."""
    half = max((step.high - step.low) / 2, 1e-9)
    spread = half / 1.2816  # 80 % of a normal distribution lie within 1.2816 of its spread
    return 0.5 * math.erfc((threshold - (step.low + step.high) / 2) / (spread * math.sqrt(2)))


RISKS: Mapping[str, tuple[float, float]] = {
    "low": (0.0, 0.2), "some": (0.2, 0.5), "high": (0.5, 1.01),
}  # fmt: skip


def risk_of(chance: float) -> str:
    """ "low", "some" or "high"."""
    return next(name for name, (low, high) in RISKS.items() if low <= chance < high)
