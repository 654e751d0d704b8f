"""Multi-datastreams (18-088 clause 13.1): one observation, several results of one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guanggu.base.bilingual import T
from guanggu.kernel.register.public import save_record

from ..models import Datastream, MultiDatastream, MultiDatastreamPart, ObservedProperty
from ..models.sensing import MEASUREMENT
from .locating import SOURCE, new_key
from .reading_bodies import incomplete, missing, set_unit

if TYPE_CHECKING:
    from .writing import _Insert

PARTS_MAX = 100
_SAME_LENGTH = T(
    "unitOfMeasurements、multiObservationDataTypes 与 ObservedProperties 的项数须相同（1 至 {} 项）。",
    "unitOfMeasurements, multiObservationDataTypes and ObservedProperties must have equally many "
    "entries, 1 to {}.",
).format(PARTS_MAX)


def make_parts(
    insert: _Insert, multi: MultiDatastream, body: dict[str, Any], depth: int
) -> None:  # fmt: skip
    """A datastream for each result; one that the thing has already for that property and sensor
    is taken, so that a datum is never kept twice. Raises Invalid."""
    from .entities import TYPES

    kind = TYPES["MultiDatastream"]
    names = ("unitOfMeasurements", "multiObservationDataTypes", "ObservedProperties")
    lists: list[Any] = [body.get(name) for name in names]
    lacking = {n: missing() for n, given in zip(names, lists, strict=True) if given is None}
    if lacking:
        raise incomplete(kind, lacking)
    lengths = {len(given) if isinstance(given, list) else 0 for given in lists}
    if len(lengths) > 1 or not 0 < max(lengths) <= PARTS_MAX:
        raise incomplete(kind, {names[0]: _SAME_LENGTH})
    way = kind.way("ObservedProperties")
    assert way is not None
    for position, (unit, observation_type, given) in enumerate(zip(*map(list, lists), strict=True)):
        observed = insert.one(way, given, depth)
        stream, is_own = _stream(insert, multi, observed, unit, str(observation_type)[:120])
        MultiDatastreamPart.objects.create(
            multi=multi, datastream=stream, position=position, is_own=is_own
        )


def _stream(
    insert: _Insert, multi: MultiDatastream, observed: ObservedProperty, unit: Any,
    observation_type: str,
) -> tuple[Datastream, bool]:  # fmt: skip
    known = Datastream.objects.filter(
        thing=multi.thing, sensor=multi.sensor, observed_property=observed, interval="instant"
    ).first()
    if known is not None:
        return known, False
    made = Datastream(
        key=new_key(), source=SOURCE, thing=multi.thing, sensor=multi.sensor,
        observed_property=observed, name=f"{multi.name} {observed.name}"[:200],
        description=multi.description, is_public=multi.is_public,
        observation_type=observation_type or MEASUREMENT,
    )  # fmt: skip
    set_unit(made, unit)
    save_record(insert.actor, made, "observation.datastream_created")
    return made, True
