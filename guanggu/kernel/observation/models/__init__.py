"""What the kernel keeps beside the observations themselves."""

from .alarms import Alarm, AlarmRule, ToJudge, WatchState
from .devices import Device, DeviceSecret, FieldCommand, QuarantinedFrame
from .reviews import Review
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
from .upkeep import MaintenanceWindow

__all__ = [
    "AccessKey", "Alarm", "AlarmRule", "Datastream", "Delivery", "Device", "DeviceSecret",
    "FeatureOfInterest", "FieldCommand", "HistoricalLocation", "Location",
    "MaintenanceWindow", "MultiDatastream", "MultiDatastreamPart", "ObservedProperty",
    "QuarantinedFrame", "Review", "Sensor", "Subscription", "SubscriptionCursor",
    "SubscriptionState", "Thing", "ToJudge", "WatchState",
]  # fmt: skip
