"""The sample's projects: all of it invented and seeded, so that every load gives the same district."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from guanggu.base.months import month_of, months_between

from .stages import PIPELINE
from .words import ORDER_OF, STAGE_OF

# Kind, share of the span from first paper to production at which it is planned, weight.
_WAY = (
    ("approval", 0.0, 5), ("land", 0.08, 5), ("planning_permit", 0.14, 5),
    ("construction_permit", 0.2, 5), ("start", 0.24, 10), ("foundation", 0.4, 15),
    ("topping_out", 0.62, 20), ("installation", 0.8, 15), ("completion", 0.93, 15),
    ("production", 1.0, 5),
)  # fmt: skip
# How much of the way lies behind a project of each stage.
_BEHIND = {
    "reserve": -0.25, "preparation": 0.12, "commencement": 0.27, "construction": 0.55,
    "completion": 0.96, "production": 1.03, "stopped": 0.18,
}  # fmt: skip
_LATE_DAYS = (0, 12, 45, 95)  # by how serious it is
_SPEED = (1.0, 0.93, 0.82, 0.62)
CENTRE = (114.44, 30.475)
_COLUMNS, _STEP_LON, _STEP_LAT = 8, 0.026, 0.024


@dataclass(frozen=True, slots=True)
class Invented:
    """starts_on, ends_on; steps: (kind, planned, forecast, actual, weight); plan, done by month."""

    starts_on: date
    ends_on: date
    steps: list[tuple[str, date, date | None, date | None, int]]
    plan: dict[date, Decimal]
    done: dict[date, Decimal]


def invent(seed: str, stage: str, investment: Decimal, late: int, today: date) -> Invented:
    """A project's way from its first paper to production, as it stands today. late: 0 to 3."""
    rng = random.Random(seed)
    span = rng.randrange(700, 1100)
    behind = _BEHIND[stage] + (rng.uniform(-0.08, 0.08) if stage == "construction" else 0)
    first = today - timedelta(days=round(span * behind))
    steps = [
        _step(kind, first + timedelta(days=round(span * at)), weight, stage, late, rng, today)
        for kind, at, weight in _WAY
    ]
    starts_on = first + timedelta(days=round(span * 0.24))
    ends_on = first + timedelta(days=round(span * 0.93))
    plan = _plan(investment, starts_on, ends_on) if stage not in ("reserve", "stopped") else {}
    done = {
        month: (amount * Decimal(str(round(_SPEED[late] * rng.uniform(0.92, 1.06), 3)))).quantize(
            Decimal("0.01")
        )
        for month, amount in plan.items()
    }
    return Invented(starts_on, ends_on, steps, plan, done)


def _step(
    kind: str, planned: date, weight: int, stage: str, late: int, rng: random.Random, today: date
) -> tuple[str, date, date | None, date | None, int]:  # fmt: skip
    slip = timedelta(days=_LATE_DAYS[late])
    here = PIPELINE.index(stage) if stage in PIPELINE else 1
    place = PIPELINE.index(STAGE_OF[kind])
    is_open = place > here or (place == here and stage not in ("production",))
    if stage == "completion" and kind == "completion":
        is_open = False
    if stage == "commencement" and kind == "start":
        is_open = False
    if not is_open or (planned + slip < today and place <= here and kind not in _LAST_OF[stage]):
        on_time = planned + timedelta(days=rng.randrange(-6, 1))
        return kind, planned, None, min(on_time, today - timedelta(days=1)), weight
    if planned <= today:
        # Not reached on its day: a serious project stays late, another was re-planned just ahead.
        shown = today - slip if late else today + timedelta(days=rng.randrange(12, 60))
        forecast = today + timedelta(days=30 + _LATE_DAYS[late]) if late else None
        return kind, shown, forecast, None, weight
    forecast = planned + slip if late and ORDER_OF[kind] % 2 else None
    return kind, planned, forecast, None, weight


_LAST_OF: dict[str, tuple[str, ...]] = {
    "reserve": (), "preparation": ("construction_permit",), "commencement": (),
    "construction": ("installation",), "completion": ("production",), "production": (),
    "stopped": ("land", "planning_permit", "construction_permit"),
}  # fmt: skip


def _plan(investment: Decimal, starts_on: date, ends_on: date) -> dict[date, Decimal]:
    """The whole money over the months of building, more in the middle."""
    months = months_between(month_of(starts_on), ends_on)
    weights = [0.6 + math.sin(math.pi * (n + 0.5) / len(months)) for n in range(len(months))]
    whole = sum(weights)
    return {
        month: (investment * Decimal(str(round(weight / whole, 6)))).quantize(Decimal("0.01"))
        for month, weight in zip(months, weights, strict=True)
    }


def corners(seed: str, number: int, investment: Decimal) -> list[tuple[float, float]]:
    """The corners of a parcel; projects lie on a loose grid, so that no two overlap."""
    rng = random.Random(f"{seed} parcel")
    column, row = number % _COLUMNS, number // _COLUMNS
    lon = CENTRE[0] + (column - 3.5) * _STEP_LON + rng.uniform(-0.006, 0.006)
    lat = CENTRE[1] + (row - 2) * _STEP_LAT + rng.uniform(-0.005, 0.005)
    half = min(0.0014 + float(investment) ** 0.5 / 300_000, 0.0045)
    turn = rng.uniform(0, math.pi / 2)
    made = []
    for x, y in ((-1, -0.7), (1, -0.7), (1, 0.7), (-1, 0.7)):
        made.append((
            round(lon + half * (x * math.cos(turn) - y * math.sin(turn)) / 0.862, 6),
            round(lat + half * (x * math.sin(turn) + y * math.cos(turn)), 6),
        ))  # fmt: skip
    return made
