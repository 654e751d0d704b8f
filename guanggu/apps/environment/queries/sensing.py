"""What the instruments of stations and outlets report: datastreams, hours, latest values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from guanggu.base.clock import from_microseconds, to_microseconds
from guanggu.kernel.observation.public import (
    Datastream,
    Rates,
    Reading,
    latest_readings,
    observations,
)
from guanggu.kernel.observation.public import rates as stream_rates

HOUR_S = 3600
VALID_S = 45 * 60  # GB 3095-2026 table of validity: an hourly mean needs 45 minutes of data

Hours = dict[datetime, float | None]


def datastreams(things: Iterable[str], interval: str = "") -> list[Datastream]:
    """The streams of the things (by key), with thing and property."""
    rows = Datastream.objects.filter(thing__key__in=list(things))
    if interval:
        rows = rows.filter(interval=interval)
    return list(rows.select_related("thing", "observed_property").order_by("pk"))


def streams_by_code(thing: str) -> dict[str, dict[str, Datastream]]:
    """Of one thing: by factor code, then by interval."""
    found: dict[str, dict[str, Datastream]] = {}
    for stream in datastreams([thing]):
        found.setdefault(stream.observed_property.key, {})[stream.interval] = stream
    return found


def _hour_streams(things: Iterable[str], codes: Sequence[str]) -> dict[tuple[str, str], Datastream]:
    """The stream from which hours are read: hourly data where they are sent, else finer ones."""
    rank = {"hour": 0, "minute": 1, "instant": 2}
    found: dict[tuple[str, str], Datastream] = {}
    for stream in datastreams(things):
        place = (stream.thing.key, stream.observed_property.key)
        if stream.interval not in rank or (codes and place[1] not in codes):
            continue
        known = found.get(place)
        if known is None or rank[stream.interval] < rank[known.interval]:
            found[place] = stream
    return found


def hourly(
    things: Iterable[str], codes: Sequence[str], start_at: datetime, end_at: datetime
) -> dict[tuple[str, str], Hours]:
    """Hourly figures by (thing, factor): None for an hour that has data, but too few valid ones.

    Raises Unavailable where the store cannot be reached.
    """
    streams = _hour_streams(things, codes)
    found: dict[tuple[str, str], Hours] = {place: {} for place in streams}
    if not streams:
        return found
    table = observations().aggregate(
        [stream.pk for stream in streams.values()],
        to_microseconds(start_at), to_microseconds(end_at), "hour",
    ).select(["stream", "start", "valid", "mean"])  # fmt: skip
    # A year of stations is a million rows: each instant is made once, not once a row.
    instants: dict[int, datetime] = {}
    places = {stream.pk: (found[place], stream) for place, stream in streams.items()}
    for pk, start, valid, mean in zip(*(c.to_pylist() for c in table.columns), strict=True):
        at = instants.get(start)
        if at is None:
            at = instants[start] = from_microseconds(start)
        hours, stream = places[pk]
        is_hour = stream.interval == "hour" or not stream.every_s
        hours[at] = mean if is_hour or valid * stream.every_s >= VALID_S else None
    return found


def latest_of(things: Iterable[str]) -> dict[tuple[str, str], tuple[Datastream, Reading]]:
    """The newest datum by (thing, factor), whichever interval brought it."""
    streams = datastreams(things)
    readings = latest_readings(stream.pk for stream in streams)
    found: dict[tuple[str, str], tuple[Datastream, Reading]] = {}
    for stream in streams:
        reading = readings.get(stream.pk)
        if reading is None:
            continue
        place = (stream.thing.key, stream.observed_property.key)
        known = found.get(place)
        if known is None or reading.at > known[1].at:
            found[place] = (stream, reading)
    return found


def rates(things: Iterable[str], start_at: datetime, end_at: datetime) -> dict[str, Rates]:
    """By thing, over its hourly streams: data due, received and valid. Raises Unavailable."""
    streams = _hour_streams(things, ())
    figures = stream_rates(list(streams.values()), start_at, end_at)
    found: dict[str, Rates] = {}
    for (thing, _), stream in streams.items():
        found[thing] = found.get(thing, Rates(0, 0, 0)) + figures[stream.pk]
    return found
