"""The only door of observations."""

from .batch import Batch
from .marks import LETTERS, TITLES, VALID, Mark
from .models import Datastream, ObservedProperty, Sensor, Thing
from .readings import Mean, Reading, latest_readings, means, series
from .store import (
    AGGREGATE_COLUMNS,
    EVERY,
    SERIES_COLUMNS,
    Appended,
    ObservationStore,
    bind,
    observations,
)

__all__ = [
    "AGGREGATE_COLUMNS", "EVERY", "LETTERS", "SERIES_COLUMNS", "TITLES", "VALID", "Appended",
    "Batch", "Datastream", "Mark", "Mean", "ObservationStore", "ObservedProperty", "Reading",
    "Sensor", "Thing", "bind", "latest_readings", "means", "observations", "series",
]  # fmt: skip
