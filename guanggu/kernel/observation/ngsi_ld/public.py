"""The door of NGSI-LD for the web."""

from ..models import Subscription
from .conditions import GeoQuery, read_geo, read_q
from .entities import (
    PREFIX,
    Station,
    Value,
    attribute_json,
    entity,
    only,
    simplified,
    stations,
    text_of,
    values_of,
    with_context,
)
from .notifying import collect, deliver, notify
from .subscribing import (
    change_subscription,
    own_subscription,
    subscribe_to_entities,
    unsubscribe,
)
from .vocabulary import CORE_CONTEXT, MODELS, Model, context, model_of, short

__all__ = [
    "CORE_CONTEXT", "MODELS", "PREFIX", "GeoQuery", "Model", "Station", "Subscription", "Value",
    "attribute_json", "change_subscription", "collect", "context", "deliver", "entity", "model_of",
    "notify", "only", "own_subscription", "read_geo", "read_q", "short", "simplified", "stations",
    "subscribe_to_entities", "text_of", "unsubscribe", "values_of", "with_context",
]  # fmt: skip
