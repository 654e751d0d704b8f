"""What the kernel keeps beside the observations themselves."""

from .sensing import Datastream, ObservedProperty, Sensor, Thing
from .sensorthings import (
    AccessKey,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    MultiDatastream,
    MultiDatastreamPart,
)
from .subscriptions import Delivery, Subscription, SubscriptionCursor, SubscriptionState

__all__ = [
    "AccessKey", "Datastream", "Delivery", "FeatureOfInterest", "HistoricalLocation", "Location",
    "MultiDatastream", "MultiDatastreamPart", "ObservedProperty", "Sensor", "Subscription",
    "SubscriptionCursor", "SubscriptionState", "Thing",
]  # fmt: skip
