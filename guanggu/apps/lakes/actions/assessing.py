"""Judging whole days of a lake, and issuing its forecasts; both by the worker."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.feature.public import refresh
from guanggu.kernel.journal.public import action, append
from guanggu.kernel.observation.public import means

from ..models import Lake, LakeDay, LakeForecast
from ..queries.forecasts import History, Series
from ..queries.sensing import code_of, streams_of_lake
from ..rules.forecasting import (
    Step,
    bloom_features,
    chance_above,
    filled,
    forecast,
    level_features,
    risk_of,
)
from ..rules.quality import judge
from ..rules.words import BLOOM_UG_L, LEVEL, RAIN

LEVEL_HOURS = (6, 12, 24, 36, 48, 60, 72)
BLOOM_DAYS = (1, 2, 3)
_DAYS_AT_ONCE = 31  # of one transaction


def _platform(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform"


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.DISTRICT_ZONE)


def day_values(lake: Lake, first: date, last: date) -> dict[date, dict[str, float]]:
    """Daily means by day and factor, over the lake's stations; rain is the day's total.

    Days are those of the district, ``last`` within. Raises Unavailable.
    """
    streams = streams_of_lake(lake)
    code = {stream.pk: code_of(stream) for rows in streams.values() for stream in rows}
    found: dict[tuple[date, str], list[float]] = {}
    end_at = _start_of(last + timedelta(days=1))
    for stream, rows in means(list(code), _start_of(first), end_at, "day").items():
        for row in rows:
            value = row.total if code[stream] == RAIN else row.mean
            if value is not None:
                day = clock.local(row.start_at).date()
                found.setdefault((day, code[stream]), []).append(value)
    days: dict[date, dict[str, float]] = {}
    for (day, name), values in found.items():
        days.setdefault(day, {})[name] = sum(values) / len(values)
    return days


@action("lakes.assess_days", allows=_platform)
def assess_days(actor: Actor, *, lake: str, first: str, last: str) -> dict[str, Any]:
    """Judge the lake's days (ISO dates, both within, at most 31) from what the store holds now.

    Answers {days}: how many had data. Raises Unavailable.
    """
    row = Lake.objects.get(key=lake)
    begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    ends = min(ends, begins + timedelta(days=_DAYS_AT_ONCE - 1))
    known = {each.day: each for each in row.days.filter(day__gte=begins, day__lte=ends)}
    fresh, changed = [], []
    for day, values in sorted(day_values(row, begins, ends).items()):
        made = known.get(day) or LakeDay(lake=row, day=day)
        _judge(made, values)
        (changed if made.pk else fresh).append(made)
    LakeDay.objects.bulk_create(fresh)
    LakeDay.objects.bulk_update(
        changed,
        ["water_class", "deciding", "clause", "tli", "trophic", "level_m", "rain_mm", "values",
         "computed_at"],
    )  # fmt: skip
    refresh([row])  # its class on the map may be another now
    count = len(fresh) + len(changed)
    append(row.ref, "lakes.assessed", actor, {"first": first, "last": last, "days": count})
    return {"days": count}


def _judge(made: LakeDay, values: dict[str, float]) -> None:
    judged = judge(values)
    made.water_class, made.deciding = judged.water_class, list(judged.deciding)
    made.clause, made.tli, made.trophic = judged.clause.zh[:200], judged.tli, judged.trophic
    made.level_m, made.rain_mm = values.get(LEVEL), values.get(RAIN)
    made.values = {code: round(value, 4) for code, value in values.items()}
    made.computed_at = clock.now()


def _level_steps(series: Series) -> list[Step]:
    level = filled(series.main)
    return forecast(level, level_features(level, series.rain), LEVEL_HOURS)


def _bloom_steps(series: Series) -> list[Step]:
    known = np.where(series.main > 0, series.main, np.nan)
    grown, warmth = filled(np.log(known), 3), filled(series.warmth, 3)
    return forecast(grown, bloom_features(grown, warmth, series.rain), BLOOM_DAYS)


@action("lakes.issue_forecast", allows=_platform)
def issue_forecast(actor: Actor, *, lake: str, quantity: str) -> dict[str, Any]:
    """Forecast level or chlorophyll from the stored history, with the error of its trial.

    Answers {steps}: none where history is too short; that is kept too, and the page says it.
    Raises Unavailable.
    """
    row = Lake.objects.get(key=lake)
    end_at = clock.now()
    if quantity != "level":
        end_at = _start_of(clock.today())  # a day that has not ended has no mean yet
    series = History(row, quantity).series(end_at)
    steps: list[dict[str, Any]] = []
    if series is not None:
        made = _level_steps(series) if quantity == "level" else _bloom_steps(series)
        steps = [asdict(step) for step in made]
        if quantity != "level":
            for told, step in zip(steps, made, strict=True):
                told["risk"] = risk_of(chance_above(step, float(np.log(BLOOM_UG_L))))
        LakeForecast.objects.update_or_create(
            lake=row, quantity=quantity, based_on_at=series.last_at,
            defaults={"issued_at": clock.now(), "steps": steps},
        )  # fmt: skip
    append(row.ref, "lakes.forecast_issued", actor, {"quantity": quantity, "steps": len(steps)})
    return {"steps": len(steps)}
