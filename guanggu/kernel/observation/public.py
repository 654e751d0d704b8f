"""The only door of observations.

numpy comes with ``Batch``: it is loaded when first asked for, so that pages start without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .doors import ask_the_owner, owned_store, remote_store
from .gaps import Gap, gaps, joined_gaps
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
from .valid_data import ValidDataRule, ValidMean, rule_of, sliding_means, valid_means

if TYPE_CHECKING:
    from .batch import Batch

__all__ = [
    "AGGREGATE_COLUMNS",
    "EVERY",
    "LETTERS",
    "SERIES_COLUMNS",
    "TITLES",
    "VALID",
    "Appended",
    "Batch",
    "Datastream",
    "Gap",
    "Mark",
    "Mean",
    "ObservationStore",
    "ObservedProperty",
    "Reading",
    "Sensor",
    "Thing",
    "ValidDataRule",
    "ValidMean",
    "ask_the_owner",
    "bind",
    "gaps",
    "joined_gaps",
    "latest_readings",
    "means",
    "observations",
    "owned_store",
    "remote_store",
    "rule_of",
    "series",
    "sliding_means",
    "valid_means",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "Batch":
        from .batch import Batch

        return Batch
    raise AttributeError(name)
