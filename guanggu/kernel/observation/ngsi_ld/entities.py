"""Entities made of things and their data: normalized and simplified (NGSI-LD 4.5)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import shapely
from django.db.models import Q

from guanggu.base.actor import Actor
from guanggu.base.clock import from_microseconds

from ..marks import VALID, Mark
from ..models import Datastream, Thing
from .vocabulary import BY_KIND, CORE_CONTEXT, UNIT_CODES, Model

# An attribute told by several datastreams is that of the first of these.
INTERVALS = ("hour", "minute", "instant", "day")
_HOUR, _MINUTE, _DAY = 3_600_000_000, 60_000_000, 86_400_000_000
_LASTS = {"hour": _HOUR, "minute": _MINUTE, "day": _DAY, "instant": 0}
PREFIX = "urn:ngsi-ld:"


@dataclass(slots=True)
class Station:
    """A thing as an entity. streams: datastream by attribute."""

    thing: Any
    model: Model
    streams: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{PREFIX}{self.model.name}:{self.thing.key}"


@dataclass(frozen=True, slots=True)
class Value:
    """One datum of an attribute, time in microseconds UTC."""

    time: int
    value: float
    mark: int


def stations(
    actor: Actor, models: Iterable[Model], *, keys: Sequence[str] | None = None
) -> list[Station]:
    """The things of these types that the actor may see, in order of their keys."""
    inside = actor.kind in ("official", "platform")
    kinds = [kind for model in models for kind in model.kinds]
    things = Thing.objects.filter(Q() if inside else Q(is_public=True), kind__in=kinds)
    if keys is not None:
        things = things.filter(key__in=list(keys))
    found = {
        thing.pk: Station(thing, BY_KIND[thing.kind])
        for thing in things.select_related("organisation").order_by("key")
    }
    streams = Datastream.objects.filter(
        Q() if inside else Q(is_public=True), thing__in=list(found)
    ).select_related("observed_property")
    for stream in sorted(streams, key=lambda s: (INTERVALS.index(s.interval), s.pk)):
        station = found[stream.thing_id]
        attribute = station.model.attributes.get(stream.observed_property.key)
        if attribute is not None:
            station.streams.setdefault(attribute, stream)
    return list(found.values())


def values_of(table: Any) -> dict[int, list[Value]]:
    """The numbers in a table of the store, by stream, in the order of the table."""
    found: dict[int, list[Value]] = {}
    names = ("stream", "time", "result", "mark")
    for stream, time, result, mark in zip(
        *(table.column(n).to_pylist() for n in names), strict=True
    ):
        if result is not None and math.isfinite(result):
            found.setdefault(stream, []).append(Value(time, result, mark))
    return found


def text_of(time: int) -> str:
    return from_microseconds(time).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _date(time: int) -> dict[str, Any]:
    return {"type": "Property", "value": {"@type": "DateTime", "@value": text_of(time)}}


def attribute_json(stream: Any, value: Value) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "Property", "value": value.value, "observedAt": text_of(value.time),
    }  # fmt: skip
    unit = stream.unit or stream.observed_property.unit
    if unit in UNIT_CODES:
        told["unitCode"] = UNIT_CODES[unit]
    elif unit:
        told["unitText"] = {"type": "Property", "value": unit}
    if value.mark != Mark.NORMAL:
        told["quality"] = {"type": "Property", "value": Mark(value.mark).name}
    return told


def entity(station: Station, values: Mapping[int, Value]) -> dict[str, Any]:
    """Normalized, with the values that there are."""
    thing = station.thing
    told: dict[str, Any] = {"id": station.id, "type": station.model.name}
    told["name"] = {"type": "Property", "value": thing.name}
    told["source"] = {"type": "Property", "value": "guanggu"}
    if thing.organisation is not None:
        told["dataProvider"] = {"type": "Property", "value": thing.organisation.name}
    if thing.is_sample:
        told["isSample"] = {"type": "Property", "value": True}
    if thing.geometry is not None:
        geometry = orjson.loads(shapely.to_geojson(thing.geometry))
        told["location"] = {"type": "GeoProperty", "value": geometry}
    present = {a: values[s.pk] for a, s in station.streams.items() if s.pk in values}
    if present:
        newest, attribute = max((value.time, name) for name, value in present.items())
        if "dateObserved" in station.model.required:
            told["dateObserved"] = _date(newest)
        else:
            lasts = _LASTS[station.streams[attribute].interval]
            told["dateObservedFrom"], told["dateObservedTo"] = _date(newest), _date(newest + lasts)
    for attribute, value in present.items():
        told[attribute] = attribute_json(station.streams[attribute], value)
    return told


def is_valid(value: Value) -> bool:
    return value.mark in VALID


def simplified(entity: Mapping[str, Any]) -> dict[str, Any]:
    """keyValues of older clients, ``simplified`` of NGSI-LD 4.5.4."""
    return {
        name: (each["value"] if isinstance(each, dict) and "value" in each else each)
        for name, each in entity.items()
    }


def only(entity: Mapping[str, Any], attributes: Iterable[str]) -> dict[str, Any]:
    kept = {"id", "type", "@context", *attributes}
    return {name: each for name, each in entity.items() if name in kept}


def with_context(told: Any, address: str) -> Any:
    """JSON-LD says its @context itself."""
    contexts = [address, CORE_CONTEXT]
    if isinstance(told, list):
        return [{**each, "@context": contexts} for each in told]
    return {**told, "@context": contexts}
