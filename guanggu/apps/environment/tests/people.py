"""A bureau with its officers, a source with an outlet and a permit, and readings, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from guanggu.apps.environment.actions.laying import lay_sample
from guanggu.apps.environment.models import Outlet, Station
from guanggu.base.actor import Actor, platform
from guanggu.kernel.identity.models import Organisation
from guanggu.kernel.identity.testing import an_official, an_organisation
from guanggu.kernel.observation.public import Batch, Datastream, observations
from guanggu.kernel.observation.testing import at

HOUR_US = 3_600_000_000
SAMPLE: dict[str, Any] = {
    "stations": [
        {"key": "AQ-01", "kind": "air", "name": "甲站", "name_en": "A", "lon": 114.4, "lat": 30.5, "zone": "2"},
        {"key": "AQ-02", "kind": "air", "name": "乙站", "name_en": "B", "lon": 114.5, "lat": 30.5, "zone": "2"},
        {"key": "SW-01", "kind": "water", "name": "某断面", "name_en": "W", "lon": 114.4, "lat": 30.4,
         "zone": "river", "goal": "3", "water_body": "某河"},
        {"key": "SW-02", "kind": "water", "name": "库心", "name_en": "L", "lon": 114.4, "lat": 30.4,
         "zone": "lake", "goal": "3", "water_body": "某库"},
        {"key": "NS-01", "kind": "noise", "name": "路旁", "name_en": "N", "lon": 114.4, "lat": 30.5, "zone": "n2"},
        {"key": "RD-01", "kind": "radiation", "name": "辐射站", "name_en": "R", "lon": 114.4, "lat": 30.5},
    ],
    "sources": [
        {"key": "PS-01", "name": "某污水厂", "name_en": "Works", "industry": "污水处理", "lon": 114.4,
         "lat": 30.4, "level": "key",
         "outlets": [{"medium": "water", "code": "DW001", "receives": "某河",
                      "amounts": [["w01018", 50, 100], ["w21003", 5, 10]]}]},
    ],
}  # fmt: skip


@dataclass
class Bureau:
    organisation: Organisation
    monitor: Actor
    enforcer: Actor
    leader: Actor


def a_bureau() -> Bureau:
    """The bureau in charge, and the small sample laid for it."""
    body = an_organisation("环水局")
    lay_sample(platform("sample"), sample=SAMPLE, organisation=body.code)
    return Bureau(
        body, an_official(body, ("monitor",), "监测员"), an_official(body, ("enforce",), "执法员"),
        an_official(body, ("decide", "head"), "局领导"),
    )  # fmt: skip


def stream(thing: str, code: str, interval: str = "hour") -> Datastream:
    return Datastream.objects.get(thing__key=thing, observed_property__key=code, interval=interval)


def report(
    thing: str, code: str, since: str, values: Sequence[float], mark: int = 0,
    interval: str = "hour", step_us: int = HOUR_US,
) -> None:  # fmt: skip
    """Readings at equal steps from ``since`` ("2026-05-01 00:00")."""
    first = at(since)
    times = [first + step_us * n for n in range(len(values))]
    pk = stream(thing, code, interval).pk
    observations().append(Batch.of([pk] * len(values), times, list(values), mark))


def an_outlet() -> Outlet:
    return Outlet.objects.get(key="PS-01-DW001")


def a_station(key: str = "AQ-01") -> Station:
    return Station.objects.get(key=key)


def a_point() -> shapely.Point:
    return shapely.Point(114.4, 30.5)
