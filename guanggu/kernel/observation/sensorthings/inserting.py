"""Observations that come with a deep insert, or bring a feature of interest along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.journal.public import action, append

from ..batch import Batch
from ..models import MultiDatastream
from ..store import observations
from .decoding import Decoded, decode_observation
from .gates import gate_of_things

if TYPE_CHECKING:
    from .writing import _Insert

_NOT_AN_ENTITY = T("观测数据应为 JSON 对象。", "An observation must be a JSON object.")


@dataclass(frozen=True, slots=True)
class Pending:
    """An observation to be stored once its datastream stands."""

    stream: Any
    body: Any


def read_pending(insert: _Insert, each: Pending) -> Decoded:
    if not isinstance(each.body, dict):
        raise Invalid(_NOT_AN_ENTITY)
    body = dict(each.body)
    feature = body.get("FeatureOfInterest")
    if isinstance(feature, dict) and "@iot.id" not in feature:
        from .entities import TYPES

        links = {"is_public": each.stream.is_public}
        made = insert.entity(TYPES["FeatureOfInterest"], feature, links, 1)
        body["FeatureOfInterest"] = {"@iot.id": made.pk}
    gate = gate_of_things([each.stream.thing_id])
    if isinstance(each.stream, MultiDatastream):
        return decode_observation(orjson.dumps(body), gate, multi=each.stream.pk)
    return decode_observation(orjson.dumps(body), gate, each.stream.pk)


def store_pending(insert: _Insert) -> list[str]:
    """Store them all at once; answers their ids."""
    read = [read_pending(insert, each) for each in insert.pending]
    batches = [each.batch for each in read if each.batch is not None]
    if batches:
        observations().append(Batch.joined(batches))
    return [identifier for each in read for identifier in each.ids if identifier]


@action("observation.insert_observation", allows=lambda actor, **_: actor.is_known)
def insert_observation(
    actor: Actor, *, stream: int | None, multi: int | None, body: dict[str, Any]
) -> dict[str, Any]:
    """One observation that brings its feature of interest along; answers {"id"}."""
    from .entities import TYPES
    from .writing import _Insert, find

    insert = _Insert(actor)
    kind = TYPES["Datastream"] if multi is None else TYPES["MultiDatastream"]
    owner = find(actor, kind, stream if multi is None else multi)
    insert.pending.append(Pending(owner, body))
    ids = store_pending(insert)
    append(owner.ref, "observation.received_with_feature", actor, {"observation": ids[0]})
    return {"id": ids[0]}
