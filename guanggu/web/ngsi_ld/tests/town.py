"""Stations for the tests, laid down as apps do it."""

from __future__ import annotations

from guanggu.base.actor import platform
from guanggu.kernel.observation.public import Datastream, StreamSpec, Thing, declare_station
from guanggu.kernel.observation.testing import at

HOUR = 3_600_000_000
START = at("2026-05-01 08:00")
STATIONS = (
    ("AIR-1", "air_station", "POINT (114.40 30.50)", (("a34004", "ug/m3"), ("a21004", "ug/m3"))),
    ("AIR-2", "air_station", "POINT (114.50 30.50)", (("a34004", "ug/m3"),)),
    ("LAKE-1", "lake_station", "POINT (114.45 30.52)", (("w01001", "[pH]"), ("w21011", "mg/L"))),
    ("NOISE-1", "noise_station", "POINT (114.41 30.51)", (("Leq", "[dBA]"),)),
)


def lay_town() -> None:
    actor = platform("test")
    for key, kind, place, properties in STATIONS:
        declare_station(
            actor, key=key, name=key, kind=kind, geometry=place, is_public=True,
            streams=[StreamSpec(code, "hour", unit, name=code) for code, unit in properties],
        )  # fmt: skip
    assert Thing.objects.count() == 4
    assert Datastream.objects.filter(is_public=True).count() == 6
