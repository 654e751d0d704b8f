"""What the kernel keeps beside the observations themselves."""

from .alarms import Alarm, AlarmRule, ListeningSpan, SpanToJudge, ToJudge, WatchState
from .devices import (
    Adoption,
    Device,
    DeviceSecret,
    FieldCommand,
    InstrumentState,
    QuarantinedFrame,
    SharedQuota,
)
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
    "AccessKey", "Adoption", "Alarm", "AlarmRule", "Datastream", "Delivery", "Device", "DeviceSecret",
    "FeatureOfInterest", "FieldCommand", "HistoricalLocation", "InstrumentState", "ListeningSpan", "Location",
    "MaintenanceWindow", "MultiDatastream", "MultiDatastreamPart", "ObservedProperty",
    "QuarantinedFrame", "Review", "Sensor", "SharedQuota", "SpanToJudge", "Subscription",
    "SubscriptionCursor", "SubscriptionState", "Thing", "ToJudge", "WatchState",
]  # fmt: skip
