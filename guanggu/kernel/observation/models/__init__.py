"""What the kernel keeps beside the observations themselves."""

from .sensing import Datastream, ObservedProperty, Sensor, Thing

__all__ = ["Datastream", "ObservedProperty", "Sensor", "Thing"]
