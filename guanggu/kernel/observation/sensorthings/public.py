"""The door of SensorThings for the web and the gateways. It imports numpy: enter it late."""

from ..models import (
    AccessKey,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    MultiDatastream,
    MultiDatastreamPart,
)
from .data import HELD, Datum, change_datum, data_of, datum, joined_data, remove_datum
from .decoding import (
    MAY_NOT_WRITE,
    Decoded,
    Gate,
    NeedsDeepInsert,
    decode_create_observations,
    decode_observation,
)
from .entities import BY_PLURAL, TYPES, EntityType, Navigation, rows_of
from .gates import forget_gates, gate_of_everything, gate_of_things, kept_gate_of_thing
from .identifiers import observation_id, place_of
from .inserting import insert_observation
from .keys import actor_of_token, issue_key, revoke_key, thing_of_device_key
from .times import EARLIEST, LATEST, instant_of, period_of, text_of
from .writing import change_entity, create_entity, remove_entity

__all__ = [
    "BY_PLURAL",
    "EARLIEST",
    "HELD",
    "LATEST",
    "MAY_NOT_WRITE",
    "TYPES",
    "AccessKey",
    "Datum",
    "Decoded",
    "EntityType",
    "FeatureOfInterest",
    "Gate",
    "HistoricalLocation",
    "Location",
    "MultiDatastream",
    "MultiDatastreamPart",
    "Navigation",
    "NeedsDeepInsert",
    "actor_of_token",
    "change_datum",
    "change_entity",
    "create_entity",
    "data_of",
    "datum",
    "decode_create_observations",
    "decode_observation",
    "forget_gates",
    "gate_of_everything",
    "gate_of_things",
    "insert_observation",
    "instant_of",
    "issue_key",
    "joined_data",
    "kept_gate_of_thing",
    "observation_id",
    "period_of",
    "place_of",
    "remove_datum",
    "remove_entity",
    "revoke_key",
    "rows_of",
    "text_of",
    "thing_of_device_key",
]  # fmt: skip
