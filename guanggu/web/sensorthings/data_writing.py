"""Observations written by this interface: into the store, by the gate of the caller."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import orjson

from guanggu.base.errors import Conflict, Forbidden
from guanggu.kernel.observation.public import Batch, observations
from guanggu.kernel.observation.sensorthings.public import (
    HELD,
    MAY_NOT_WRITE,
    NeedsDeepInsert,
    change_datum,
    decode_create_observations,
    decode_observation,
    insert_observation,
    remove_datum,
)

from .asking import Asking
from .caller import Caller

# Within a change set of a batch: what is to be stored once all of it went well.
_waiting: ContextVar[list[Batch] | None] = ContextVar("waiting", default=None)


@contextmanager
def stored_together() -> Iterator[None]:
    """What is posted within is stored at its end, and not at all where it fails."""
    waiting: list[Batch] = []
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    if waiting:
        observations().append(Batch.joined(waiting))


def is_waiting() -> bool:
    """True within ``stored_together``: what was posted cannot be read yet."""
    return _waiting.get() is not None


def _store(batch: Batch) -> int:
    """Answers how many data are held for an officer."""
    waiting = _waiting.get()
    if waiting is not None:
        waiting.append(batch)
        return 0
    return observations().append(batch).held


def post_array(caller: Caller, base: str, body: bytes) -> bytes:
    """CreateObservations: the JSON array of links and errors (clause 13.2.2)."""
    decoded = decode_create_observations(body, caller.gate)
    if decoded.batch is not None:
        _store(decoded.batch)
    return decoded.links(base)


def post_observation(caller: Caller, asking: Asking, owner: Any, body: bytes) -> str:
    """One observation, of the datastream of the address where it has one; answers its id."""
    name = type(owner).__name__
    stream = owner.pk if name == "Datastream" else None
    multi = owner.pk if name == "MultiDatastream" else None
    if name == "FeatureOfInterest":
        given = orjson.loads(body)
        body = orjson.dumps({**given, "FeatureOfInterest": {"@iot.id": owner.pk}})
    try:
        decoded = decode_observation(body, caller.gate, stream, multi)
    except NeedsDeepInsert:
        return _with_feature(caller, stream, multi, orjson.loads(body))
    assert decoded.batch is not None
    if _store(decoded.batch):
        raise Conflict(HELD, code="held")
    return str(decoded.ids[0])


def _with_feature(
    caller: Caller, stream: int | None, multi: int | None, body: dict[str, Any]
) -> str:
    if stream is None and multi is None:
        named = {n: (body.get(n) or {}).get("@iot.id") for n in ("Datastream", "MultiDatastream")}
        stream, multi = named["Datastream"], named["MultiDatastream"]
    if stream is None and multi is None:
        caller.demand_keeper()
    elif stream not in caller.gate.streams and multi not in caller.gate.multis:
        raise Forbidden(MAY_NOT_WRITE)
    return insert_observation(caller.actor, stream=stream, multi=multi, body=body)["id"]


def change_observation(
    caller: Caller, identifier: str, body: dict[str, Any], *, whole: bool
) -> str:
    return change_datum(caller.actor, id=identifier, body=body, whole=whole)["id"]


def remove_observation(caller: Caller, identifier: str) -> None:
    remove_datum(caller.actor, id=identifier, reason="SensorThings DELETE")
