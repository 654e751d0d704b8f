"""The data model of OGC SensorThings 1.1 (18-088 clause 8.2, multi-datastream 13.1), as a table
over the kernel's records: the one place that says which word of the standard is which column.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import shapely
from django.db.models import Q

from guanggu.base.actor import Actor
from guanggu.base.clock import to_microseconds
from guanggu.kernel.register.public import Record

from ..models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    MultiDatastream,
    ObservedProperty,
    Sensor,
    Thing,
)
from .times import text_of

COMPLEX = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_ComplexObservation"
UCUM = "http://www.opengis.net/def/uom/UCUM/"
# Words of a client for which there is no column, kept among the properties and not shown there.
UNIT, METADATA = "@unitOfMeasurement", "@metadata"


@dataclass(frozen=True, slots=True)
class Property:
    """name: in the standard; read: its JSON from the record; path: column for filter and order;
    write: attribute it is written to; kind: what JSON it takes; required: by the standard."""

    name: str
    read: Callable[[Any], Any]
    path: str = ""
    write: str = ""
    kind: str = "text"
    required: bool = False
    is_costly: bool = False  # asks the store: only for a single entity or where selected


@dataclass(frozen=True, slots=True)
class Navigation:
    """name: in the standard; target: type at the other end; path: lookup from the record there;
    inverse: name of the way back; required: no entity without it."""

    name: str
    target: str
    many: bool
    path: str
    inverse: str
    required: bool = False


# The way from an entity to its thing.
_OWN = {
    "Thing": "pk", "Location": "things", "HistoricalLocation": "thing", "Datastream": "thing",
    "MultiDatastream": "thing", "Sensor": "datastreams__thing",
    "FeatureOfInterest": "location__things",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class EntityType:
    """public: the rows that anybody may see; officials see all."""

    name: str
    plural: str
    model: type[Record] | None
    properties: tuple[Property, ...]
    navigation: tuple[Navigation, ...]
    public: Q = field(default_factory=Q)

    def property(self, name: str) -> Property | None:
        return next((each for each in self.properties if each.name == name), None)

    def way(self, name: str) -> Navigation | None:
        return next((each for each in self.navigation if each.name == name), None)

    def visible(self, actor: Actor) -> Q:
        """Officials see all, a device what belongs to its thing, anybody what is public."""
        if actor.kind in ("official", "platform"):
            return Q()
        own = _OWN.get(self.name)
        if actor.kind != "device" or own is None or self.model is None:
            return self.public
        thing = int(actor.ref.rpartition("/")[2])
        rows = self.model._default_manager.filter(**{own: thing})
        return self.public | Q(pk__in=rows.values("pk"))


def geojson(geometry: Any) -> Any:
    return None if geometry is None else orjson.loads(shapely.to_geojson(geometry))


def shown_properties(record: Any) -> dict[str, Any]:
    return {name: value for name, value in record.properties.items() if name[:1] != "@"}


def unit_json(stream: Any) -> dict[str, Any]:
    """The unit as its client wrote it, else its UCUM code."""
    given = stream.properties.get(UNIT)
    if isinstance(given, dict):
        return given
    code = stream.unit or stream.observed_property.unit
    if not code:
        return {"name": None, "symbol": None, "definition": None}
    return {"name": code, "symbol": code, "definition": UCUM + code}


def _metadata(sensor: Any) -> Any:
    return sensor.properties.get(METADATA, sensor.metadata)


def _area(stream: Any) -> Any:
    geometry = stream.thing.geometry
    known = ("Point", "LineString", "Polygon")
    return geojson(geometry) if geometry is not None and geometry.geom_type in known else None


def parts_of(multi: Any) -> list[Any]:
    """The datastreams of the multi-datastream in the order of its results."""
    return [part.datastream for part in sorted(multi.parts.all(), key=lambda p: p.position)]


def _extent(which: str) -> Callable[[Any], Any]:
    def read(record: Any) -> Any:
        from .extents import extent_of

        streams = [record.pk] if isinstance(record, Datastream) else _pks(record)
        return extent_of(streams, which)

    return read


def _pks(multi: Any) -> list[int]:
    return [each.pk for each in parts_of(multi)]


def _plain(name: str, attribute: str = "", **more: Any) -> Property:
    column = attribute or name
    return Property(name, lambda record: getattr(record, column), column, column, **more)


_NAME = _plain("name", required=True)
_DESCRIPTION = _plain("description")
_TOLD = _plain("description", required=True)
_PROPERTIES = Property("properties", shown_properties, "properties", "properties", "object")
_ENCODING = _plain("encodingType", "encoding_type", required=True)
_STREAM_END = (
    Property("observedArea", _area, kind="none"),
    Property("phenomenonTime", _extent("time"), kind="none", is_costly=True),
    Property("resultTime", _extent("result_time"), kind="none", is_costly=True),
    _PROPERTIES,
)
_OPEN_STREAM = Q(is_public=True, thing__is_public=True)


def _geometry(name: str) -> Property:
    return Property(
        name, lambda record: geojson(record.geometry), "geometry", "geometry", "geometry", True
    )


_SENSORS_OPEN = Q(
    pk__in=Sensor.objects.filter(
        datastreams__is_public=True, datastreams__thing__is_public=True
    ).values("pk")
)
_PLACES_OPEN = Q(pk__in=Location.objects.filter(things__is_public=True).values("pk"))
_FEATURES_OPEN = Q(is_public=True) | Q(
    pk__in=FeatureOfInterest.objects.filter(location__things__is_public=True).values("pk")
)

TYPES = {
    each.name: each
    for each in (
        EntityType(
            "Thing", "Things", Thing, (_NAME, _TOLD, _PROPERTIES),
            (
                Navigation("Locations", "Location", True, "locations", "Things"),
                Navigation(
                    "HistoricalLocations", "HistoricalLocation", True, "historical_locations",
                    "Thing",
                ),
                Navigation("Datastreams", "Datastream", True, "datastreams", "Thing"),
                Navigation("MultiDatastreams", "MultiDatastream", True, "multi_datastreams", "Thing"),
            ),
            Q(is_public=True),
        ),
        EntityType(
            "Location", "Locations", Location,
            (_NAME, _TOLD, _ENCODING, _geometry("location"), _PROPERTIES),
            (
                Navigation("Things", "Thing", True, "things", "Locations"),
                Navigation(
                    "HistoricalLocations", "HistoricalLocation", True, "historical_locations",
                    "Locations",
                ),
            ),
            _PLACES_OPEN,
        ),
        EntityType(
            "HistoricalLocation", "HistoricalLocations", HistoricalLocation,
            (
                Property(
                    "time", lambda record: text_of(to_microseconds(record.at)), "at", "at", "time",
                    True,
                ),
            ),
            (
                Navigation("Thing", "Thing", False, "thing", "HistoricalLocations", True),
                Navigation("Locations", "Location", True, "locations", "HistoricalLocations"),
            ),
            Q(thing__is_public=True),
        ),
        EntityType(
            "Datastream", "Datastreams", Datastream,
            (
                _NAME, _TOLD,
                _plain("observationType", "observation_type", required=True),
                Property("unitOfMeasurement", unit_json, "", "unit", "unit", True),
                *_STREAM_END,
            ),
            (
                Navigation("Thing", "Thing", False, "thing", "Datastreams", True),
                Navigation("Sensor", "Sensor", False, "sensor", "Datastreams", True),
                Navigation(
                    "ObservedProperty", "ObservedProperty", False, "observed_property",
                    "Datastreams", True,
                ),
                Navigation("Observations", "Observation", True, "", "Datastream"),
            ),
            _OPEN_STREAM,
        ),
        EntityType(
            "MultiDatastream", "MultiDatastreams", MultiDatastream,
            (
                _NAME, _TOLD,
                Property("observationType", lambda record: COMPLEX, kind="none"),
                Property(
                    "multiObservationDataTypes",
                    lambda record: [each.observation_type for each in parts_of(record)],
                    kind="none",
                ),
                Property(
                    "unitOfMeasurements",
                    lambda record: [unit_json(each) for each in parts_of(record)], kind="none",
                ),
                *_STREAM_END,
            ),
            (
                Navigation("Thing", "Thing", False, "thing", "MultiDatastreams", True),
                Navigation("Sensor", "Sensor", False, "sensor", "MultiDatastreams", True),
                Navigation(
                    "ObservedProperties", "ObservedProperty", True,
                    "parts__datastream__observed_property", "MultiDatastreams",
                ),
                Navigation("Observations", "Observation", True, "", "MultiDatastream"),
            ),
            _OPEN_STREAM,
        ),
        EntityType(
            "Sensor", "Sensors", Sensor,
            (
                _NAME, _TOLD, _ENCODING,
                Property("metadata", _metadata, "metadata", "metadata", "any", True),
                _PROPERTIES,
            ),
            (
                Navigation("Datastreams", "Datastream", True, "datastreams", "Sensor"),
                Navigation(
                    "MultiDatastreams", "MultiDatastream", True, "multi_datastreams", "Sensor"
                ),
            ),
            _SENSORS_OPEN,
        ),
        EntityType(
            "ObservedProperty", "ObservedProperties", ObservedProperty,
            (_NAME, _plain("definition", required=True), _TOLD, _PROPERTIES),
            (
                Navigation("Datastreams", "Datastream", True, "datastreams", "ObservedProperty"),
                Navigation(
                    "MultiDatastreams", "MultiDatastream", True, "datastreams__parts__multi",
                    "ObservedProperties",
                ),
            ),
        ),
        EntityType(
            "FeatureOfInterest", "FeaturesOfInterest", FeatureOfInterest,
            (_NAME, _TOLD, _ENCODING, _geometry("feature"), _PROPERTIES),
            (Navigation("Observations", "Observation", True, "", "FeatureOfInterest"),),
            _FEATURES_OPEN,
        ),
        EntityType(
            "Observation", "Observations", None,
            tuple(
                Property(name, lambda row, name=name: row.values[name], kind="none")  # type: ignore[misc]
                for name in (
                    "phenomenonTime", "resultTime", "result", "resultQuality", "validTime",
                    "parameters",
                )
            ),
            (
                Navigation("Datastream", "Datastream", False, "", "Observations"),
                Navigation("MultiDatastream", "MultiDatastream", False, "", "Observations"),
                Navigation("FeatureOfInterest", "FeatureOfInterest", False, "", "Observations"),
            ),
        ),
    )
}  # fmt: skip
BY_PLURAL = {each.plural: each for each in TYPES.values()}


def rows_of_model(kind: EntityType) -> Any:
    """All records of the type; parts of multi-datastreams left out."""
    assert kind.model is not None
    rows: Any = kind.model._default_manager.all()
    if kind.name == "Datastream":
        return rows.exclude(parts__is_own=True).select_related("thing", "observed_property")
    if kind.name == "MultiDatastream":
        return rows.select_related("thing").prefetch_related("parts__datastream__observed_property")
    return rows


def rows_of(kind: EntityType, actor: Actor) -> Any:
    """The records of the type that the actor may see."""
    return rows_of_model(kind).filter(kind.visible(actor))
