"""What the worker does for SensorThings: tell subscribers of MQTT that entities changed."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from guanggu.base.errors import Problem
from guanggu.base.ids import Ref
from guanggu.kernel.journal.public import Event, subscribe

from ..store import observations

COLLECTIONS = frozenset(
    {"things", "locations", "historical_locations", "datastreams", "multi_datastreams", "sensors",
     "observed_properties", "features_of_interest"}
)  # fmt: skip


def sensorthings_base() -> str:
    return f"{settings.GUANGGU_ADDRESS}/sensorthings/v1.1"


@subscribe("observation.entity_notices", kinds=("observation.*",))
def tell_of_entities(events: Sequence[Event]) -> None:
    """Each entity once a batch, as it is now. Without an ingest process or a broker nobody is
    listening: then there is nobody to tell."""
    refs = [Ref.parse(subject) for subject in dict.fromkeys(event.subject for event in events)]
    refs = [ref for ref in refs if ref.collection in COLLECTIONS]
    ask = getattr(observations(), "ask", None) if refs else None
    if ask is None:
        return
    from .notices import entity_notices

    try:
        for ref in refs:
            for topic, payload in entity_notices(ref.collection, ref.key, sensorthings_base()):
                ask("publish", topic=topic, payload=payload.decode())
    except Problem:
        return
