"""Into which streams somebody may write, kept for some seconds so that no row asks the database."""

from __future__ import annotations

import time
from collections.abc import Iterable

from ..models import Datastream, MultiDatastreamPart
from .decoding import Gate

KEPT_SECONDS = 10.0
_kept: dict[object, tuple[float, Gate]] = {}


def gate_of_things(things: Iterable[int]) -> Gate:
    """Every datastream and multi-datastream of these things (ids)."""
    ids = sorted(set(things))
    streams = Datastream.objects.filter(thing_id__in=ids).values_list("pk", flat=True)
    return _gate(streams, MultiDatastreamPart.objects.filter(multi__thing_id__in=ids))


def gate_of_everything() -> Gate:
    """For officials who keep devices."""
    return _gate(Datastream.objects.values_list("pk", flat=True), MultiDatastreamPart.objects.all())


def _gate(streams: Iterable[int], parts: Iterable[MultiDatastreamPart]) -> Gate:
    multis: dict[int, list[int]] = {}
    for part in sorted(parts, key=lambda each: (each.multi_id, each.position)):
        multis.setdefault(part.multi_id, []).append(part.datastream_id)
    return Gate(frozenset(streams), {multi: tuple(row) for multi, row in multis.items()})


def kept_gate_of_thing(thing: int) -> Gate:
    """``gate_of_things`` as it was at most KEPT_SECONDS ago: a new datastream is open after it."""
    known = _kept.get(thing)
    if known is None or known[0] < time.monotonic():
        if len(_kept) > 20_000:
            _kept.clear()
        known = (time.monotonic() + KEPT_SECONDS, gate_of_things([thing]))
        _kept[thing] = known
    return known[1]


def forget_gates() -> None:
    _kept.clear()
