"""Stations laid down whole: a thing with its sensor, observed properties and datastreams.

For apps, samples and interfaces. What stands already under a key is left as it is, so the same
call again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.feature.public import geometry_of
from guanggu.kernel.identity.public import Organisation
from guanggu.kernel.journal.public import action, append
from guanggu.kernel.register.public import save_new_records

from .checks import check_datastream, check_property, check_thing
from .models import Datastream, ObservedProperty, Sensor, Thing
from .permissions import keeps_devices

DEFAULT_SENSOR = "monitor"
INTERVAL_TITLES = {"instant": "实时", "minute": "分钟", "hour": "小时", "day": "日"}
_NO_PROPERTY = T("没有编号为“{}”的监测项目。", "There is no observed property “{}”.")
_NO_SHAPE = T("不是可识别的几何：{}", "Not a geometry: {}")
_NOT_ALL = T("有 {} 处填写不符合要求。", "{} entries do not fit.")


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """One datastream of a station.

    property: key of the observed property (HJ 212 code); made if it does not stand and ``name`` is
    given. interval: instant, minute, hour or day. unit: UCUM; empty: that of the property.
    low, high, step_max, stuck_count, every_s, properties: see ``Datastream``.
    """

    property: str
    interval: str = "hour"
    unit: str = ""
    low: float | None = None
    high: float | None = None
    step_max: float | None = None
    stuck_count: int = 0
    every_s: int = 0
    name: str = ""
    name_en: str = ""
    is_public: bool | None = None
    retention_days: int = 0
    properties: Mapping[str, Any] | None = None


class Spec(Protocol):
    """A datastream as the pure rules of an app have it; see ``Datastream``. code: of the property."""

    @property
    def code(self) -> str: ...
    @property
    def interval(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def step_max(self) -> float | None: ...
    @property
    def stuck_count(self) -> int: ...
    @property
    def every_s(self) -> int: ...


def specs_of(
    given: Iterable[Spec], title_of: Callable[[str], T],
    properties_of: Callable[[str], Mapping[str, Any]] = lambda code: {},
) -> tuple[StreamSpec, ...]:  # fmt: skip
    """The specs of an app's rules, with what their properties are called."""
    return tuple(
        StreamSpec(
            property=spec.code, interval=spec.interval, unit=spec.unit, low=spec.low,
            high=spec.high, step_max=spec.step_max, stuck_count=spec.stuck_count,
            every_s=spec.every_s, name=title_of(spec.code).zh, name_en=title_of(spec.code).en,
            properties=properties_of(spec.code),
        )
        for spec in given
    )  # fmt: skip


def stream_key(thing: str, property: str, interval: str) -> str:
    return f"{thing}-{property}-{interval}"[:64]


def declare_station(
    actor: Actor, *, key: str, name: str, kind: str, geometry: Any = None,
    streams: Sequence[StreamSpec] = (), name_en: str = "", subject: str = "",
    organisation: Organisation | None = None, sensor: str = DEFAULT_SENSOR,
    properties: Mapping[str, Any] | None = None, is_public: bool = False, is_sample: bool = False,
    source: str = "",
) -> Thing:  # fmt: skip
    """One station with its datastreams; answers the thing. See ``declare_stations``."""
    station = Station(
        key, name, kind, geometry, tuple(streams), name_en, subject, organisation, sensor,
        dict(properties or {}), is_public, is_sample, source,
    )  # fmt: skip
    return declare_stations(actor, [station])[0]


@dataclass(frozen=True, slots=True)
class Station:
    """geometry: shapely, WKT, GeoJSON or (longitude, latitude); organisation: in charge."""

    key: str
    name: str
    kind: str
    geometry: Any = None
    streams: tuple[StreamSpec, ...] = ()
    name_en: str = ""
    subject: str = ""
    organisation: Organisation | None = None
    sensor: str = DEFAULT_SENSOR
    properties: Mapping[str, Any] | None = None
    is_public: bool = False
    is_sample: bool = False
    source: str = ""


def declare_stations(actor: Actor, stations: Iterable[Station]) -> list[Thing]:
    """Many at once, in one transaction; answers the things in their order.

    Raises Forbidden without the role, Invalid naming each place ("key of station / field").
    """
    given = list(stations)
    lay_stations(actor, stations=[_Opaque(each) for each in given])
    found = {thing.key: thing for thing in Thing.objects.filter(key__in=[s.key for s in given])}
    return [found[each.key] for each in given]


class _Opaque:
    """A station on its way into the action, which is not called by key and keeps no copy."""

    def __init__(self, station: Station) -> None:
        self.station = station


@action(
    "observation.lay_stations",
    allows=lambda actor, **_: keeps_devices(actor),
    title=T("登记监测设施", "Register stations"),
)
def lay_stations(actor: Actor, *, stations: list[_Opaque]) -> dict[str, int]:
    given = [each.station for each in stations]
    sensors = _sensors(actor, {each.sensor for each in given})
    known_properties = _properties(actor, [spec for each in given for spec in each.streams])
    things = _things(actor, given)
    made = _streams(actor, given, things, sensors, known_properties)
    append(
        "observation/stations", "observation.stations_laid", actor,
        {"stations": len(given), "datastreams": made},
    )  # fmt: skip
    return {"stations": len(given), "datastreams": made}


def _sensors(actor: Actor, keys: set[str]) -> dict[str, Sensor]:
    found = {row.key: row for row in Sensor.objects.filter(key__in=keys)}
    new = [Sensor(key=key, name="自动监测仪") for key in sorted(keys - found.keys())]
    save_new_records(actor, new, "observation.created")
    return found | {row.key: row for row in new}


def _properties(actor: Actor, specs: list[StreamSpec]) -> dict[str, ObservedProperty]:
    wanted = {spec.property: spec for spec in reversed(specs)}
    found = {row.key: row for row in ObservedProperty.objects.filter(key__in=wanted)}
    new: list[ObservedProperty] = []
    errors: dict[str, T] = {}
    for code, spec in sorted(wanted.items()):
        if code in found:
            continue
        if not spec.name:
            errors[code] = _NO_PROPERTY.format(code)
            continue
        row = ObservedProperty(key=code, name=spec.name, name_en=spec.name_en, unit=spec.unit)
        errors |= _errors_of(code, check_property, row)
        new.append(row)
    _refuse(errors)
    save_new_records(actor, new, "observation.created")
    return found | {row.key: row for row in new}


def _things(actor: Actor, given: list[Station]) -> dict[str, Thing]:
    found = {row.key: row for row in Thing.objects.filter(key__in=[s.key for s in given])}
    new: list[Thing] = []
    errors: dict[str, T] = {}
    for each in given:
        if each.key in found:
            continue
        try:
            shape = _shape(each.geometry)
        except ValueError as error:
            errors[f"{each.key} / geometry"] = _NO_SHAPE.format(str(error)[:80])
            continue
        row = Thing(
            key=each.key, name=each.name[:200], name_en=each.name_en[:200], kind=each.kind,
            subject=each.subject, organisation=each.organisation, geometry=shape,
            properties=dict(each.properties or {}), is_public=each.is_public,
            is_sample=each.is_sample, source=each.source,
        )  # fmt: skip
        errors |= _errors_of(each.key, check_thing, row)
        new.append(row)
        found[each.key] = row
    _refuse(errors)
    save_new_records(actor, new, "observation.created")
    return found


def _shape(given: Any) -> Any:
    if isinstance(given, tuple) and len(given) == 2:
        return geometry_of(f"POINT ({given[0]} {given[1]})")
    return None if given is None else geometry_of(given)


def _streams(
    actor: Actor, given: list[Station], things: dict[str, Thing], sensors: dict[str, Sensor],
    properties: dict[str, ObservedProperty],
) -> int:  # fmt: skip
    taken = set(
        Datastream.objects.filter(thing__in=list(things.values())).values_list(
            "thing__key", "observed_property__key", "interval"
        )
    )
    new: list[Datastream] = []
    errors: dict[str, T] = {}
    for each in given:
        for spec in each.streams:
            place = (each.key, spec.property, spec.interval)
            if place in taken:
                continue
            taken.add(place)
            row = _stream(each, spec, things[each.key], sensors[each.sensor], properties)
            errors |= _errors_of(row.key, check_datastream, row)
            new.append(row)
    _refuse(errors)
    save_new_records(actor, new, "observation.created")
    return len(new)


def _stream(
    station: Station, spec: StreamSpec, thing: Thing, sensor: Sensor,
    properties: dict[str, ObservedProperty],
) -> Datastream:  # fmt: skip
    observed = properties[spec.property]
    word = INTERVAL_TITLES.get(spec.interval, spec.interval)
    return Datastream(
        key=stream_key(station.key, spec.property, spec.interval),
        name=f"{station.name[:120]} {observed.name[:60]}（{word}）", thing=thing, sensor=sensor,
        observed_property=observed, interval=spec.interval, unit=spec.unit or observed.unit,
        low=spec.low, high=spec.high, step_max=spec.step_max, stuck_count=spec.stuck_count,
        every_s=spec.every_s, retention_days=spec.retention_days, source=station.source,
        properties=dict(spec.properties or {}),
        is_public=station.is_public if spec.is_public is None else spec.is_public,
    )  # fmt: skip


def _errors_of(place: str, check: Any, row: Any) -> dict[str, T]:
    try:
        check(row)
    except Invalid as error:
        return {f"{place} / {name}": text for name, text in error.fields.items()}
    return {}


def _refuse(errors: dict[str, T]) -> None:
    if errors:
        raise Invalid(_NOT_ALL.format(len(errors)), fields=errors)
