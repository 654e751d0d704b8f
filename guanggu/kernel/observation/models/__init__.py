"""What the kernel keeps beside the observations themselves."""

from .devices import Device, DeviceSecret, FieldCommand, QuarantinedFrame
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
    "AccessKey", "Datastream", "Delivery", "Device", "DeviceSecret", "FeatureOfInterest",
    "FieldCommand", "HistoricalLocation", "Location", "MultiDatastream", "MultiDatastreamPart",
    "ObservedProperty", "QuarantinedFrame", "Sensor", "Subscription", "SubscriptionCursor",
    "SubscriptionState", "Thing",
]  # fmt: skip
