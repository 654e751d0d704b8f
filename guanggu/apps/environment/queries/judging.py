"""What stations show at this moment, judged by the standards in force today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from guanggu.base import clock
from guanggu.base.bilingual import T

from ..models import Station
from ..rules.judging import Judgement, air_hour, noise_now, radiation_now, water_now
from ..rules.words import AIR_FACTORS, NOISE_FACTORS, WATER_FACTORS
from .sensing import Hours, hourly

RECENT = timedelta(hours=6)  # what is older is no longer called live
BASELINE_DAYS = 30


@dataclass(frozen=True)
class Live:
    """A judgement and the hour whose data it is of."""

    at: datetime
    judgement: Judgement

    @property
    def value(self) -> float | None:
        return self.judgement.value

    @property
    def grade(self) -> str:
        return self.judgement.grade

    @property
    def decided_by(self) -> tuple[str, ...]:
        return self.judgement.decided_by

    @property
    def figures(self) -> Mapping[str, Any]:
        return self.judgement.figures

    @property
    def basis(self) -> T:
        return self.judgement.basis


def _last_hour(hours: Mapping[str, Hours]) -> tuple[datetime, dict[str, float | None]] | None:
    """The newest hour with a valid figure, and the figures of that hour by factor."""
    instants = {at for held in hours.values() for at, value in held.items() if value is not None}
    if not instants:
        return None
    at = max(instants)
    return at, {code: held.get(at) for code, held in hours.items()}


def _recent(things: Iterable[str], codes: tuple[str, ...]) -> dict[str, dict[str, Hours]]:
    end_at = clock.now()
    found: dict[str, dict[str, Hours]] = {}
    for (thing, code), hours in hourly(things, codes, end_at - RECENT, end_at).items():
        found.setdefault(thing, {})[code] = hours
    return found


def live_air(stations: Iterable[Station]) -> dict[str, Live]:
    """Real-time AQI by key of the station; those without recent data are left out."""
    keys = [station.key for station in stations]
    found = {}
    for key, hours in _recent(keys, AIR_FACTORS).items():
        last = _last_hour(hours)
        if last is not None:
            found[key] = Live(last[0], air_hour(clock.local(last[0]).date(), last[1]))
    return found


def district_air(live: Mapping[str, Live]) -> Live | None:
    """The district: mean concentrations of the stations that report the newest hour."""
    if not live:
        return None
    at = max(each.at for each in live.values())
    held: dict[str, list[float]] = {}
    for each in live.values():
        if each.at == at:
            for code, figure in each.figures.items():
                held.setdefault(code, []).append(figure["mean"])
    means = {code: sum(values) / len(values) for code, values in held.items()}
    return Live(at, air_hour(clock.local(at).date(), means))


def live_judgement(station: Station) -> Live | None:
    """What the station shows now; None without data of the last hours."""
    if station.kind == "air":
        return live_air([station]).get(station.key)
    codes = {"water": WATER_FACTORS, "noise": NOISE_FACTORS, "radiation": ("dose_rate", "rain")}
    last = _last_hour(_recent([station.key], codes[station.kind]).get(station.key, {}))
    if last is None:
        return None
    at, figures = last
    if station.kind == "water":
        return Live(at, water_now(figures, station.zone, station.goal))
    if station.kind == "noise":
        return Live(at, noise_now(at, figures, station.zone))
    return Live(at, radiation_now(figures, baseline_of(station.key, at)))


def baseline_of(key: str, until: datetime) -> list[tuple[float, float | None]]:
    """(dose rate, rain) of the hours of the last month: what the present is held against."""
    start_at = until - timedelta(days=BASELINE_DAYS)
    hours = hourly([key], ("dose_rate", "rain"), start_at, until)
    rain = hours.get((key, "rain"), {})
    return [
        (value, rain.get(at))
        for at, value in hours.get((key, "dose_rate"), {}).items()
        if value is not None
    ]
