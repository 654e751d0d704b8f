"""The streams of the lakes' stations, and what they say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from guanggu.base import clock
from guanggu.base.errors import Unavailable
from guanggu.kernel.observation.public import Datastream, Reading, latest_readings

from ..models import Lake, LakeStation
from ..rules.words import FACTORS, LEVEL

FRESH = timedelta(hours=3)  # an hourly datum older than this is said to be old


def stations_of(lake: Lake) -> list[LakeStation]:
    return list(LakeStation.objects.filter(lake=lake, state="operating").order_by("key"))


def streams_of_stations(stations: Iterable[LakeStation]) -> list[Datastream]:
    """Every hourly stream of these stations, in the order of stations and factors."""
    keys = [station.key for station in stations]
    rows = Datastream.objects.filter(thing__key__in=keys, interval="hour")
    order = {code: place for place, code in enumerate(FACTORS)}
    found = [s for s in rows.select_related("thing", "observed_property") if code_of(s) in FACTORS]
    return sorted(found, key=lambda s: (keys.index(s.thing.key), order[code_of(s)]))


def code_of(stream: Datastream) -> str:
    return stream.observed_property.key


def streams_of_lake(lake: Lake) -> dict[str, list[Datastream]]:
    """By factor code, in the order of FACTORS."""
    found: dict[str, list[Datastream]] = {}
    for stream in streams_of_stations(stations_of(lake)):
        found.setdefault(code_of(stream), []).append(stream)
    return {code: found[code] for code in FACTORS if code in found}


class Live(NamedTuple):
    """What a stream says now; reading None: nothing yet; is_old: longer ago than FRESH."""

    stream: Datastream
    code: str
    reading: Reading | None
    is_old: bool


def live_values(stations: Iterable[LakeStation]) -> list[Live]:
    """The latest datum of every stream. Raises Unavailable."""
    streams = streams_of_stations(stations)
    latest = latest_readings(stream.pk for stream in streams)
    now = clock.now()
    made = []
    for stream in streams:
        reading = latest.get(stream.pk)
        made.append(
            Live(stream, code_of(stream), reading, reading is not None and now - reading.at > FRESH)
        )
    return made


def live_or_none(stations: Iterable[LakeStation]) -> list[Live] | None:
    """As ``live_values``; None where the store cannot be reached, which the page then says."""
    try:
        return live_values(stations)
    except Unavailable:
        return None


class Level(NamedTuple):
    at: datetime
    level_m: float


def present_levels(lakes: Iterable[Lake]) -> dict[int, Level]:
    """The latest valid level of each lake, by its id. Raises Unavailable."""
    stations = LakeStation.objects.filter(lake__in=list(lakes), kind="gauge", state="operating")
    by_thing = {station.key: station.lake_id for station in stations}
    streams = Datastream.objects.filter(
        thing__key__in=by_thing, observed_property__key=LEVEL, interval="hour"
    ).select_related("thing")
    lake_of = {stream.pk: by_thing[stream.thing.key] for stream in streams}
    found: dict[int, Level] = {}
    for stream, reading in latest_readings(lake_of).items():
        if reading.is_valid and reading.value is not None:
            known = found.get(lake_of[stream])
            if known is None or known.at < reading.at:
                found[lake_of[stream]] = Level(reading.at, reading.value)
    return found
