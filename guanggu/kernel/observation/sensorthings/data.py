"""Observations of the store as rows of the standard, and changes of single ones."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.kernel.journal.public import action, append

from ..batch import Batch
from ..marks import VALID, Mark
from ..models import Datastream, MultiDatastream
from ..store import observations
from .decoding import Gate, decode_observation
from .extras import read
from .identifiers import NO_OBSERVATION, observation_id, place_of
from .times import text_of

HELD = T(
    "该数据已审核或封存，新值已另行保存，待监测人员核定。",
    "This datum was reviewed or sealed. The new value is kept apart until an officer decides.",
)
_REVIEWED = T(
    "该数据已经审核，不能通过此接口删除或移动。请在数据审核页面办理。",
    "This datum was reviewed and cannot be deleted or moved here. Use the page of data review.",
)
_ONE_STREAM = T("观测数据不能改换数据流。", "An observation cannot change its datastream.")


class Datum(NamedTuple):
    """One observation. number: of its datastream, or of its multi-datastream where ``multi``."""

    multi: bool
    number: int
    time: int
    values: dict[str, Any]
    foi: int | None

    @property
    def id(self) -> str:
        return observation_id(self.number, self.time, multi=self.multi)


def quality(mark: int, raw: float | None) -> Any:
    """The platform's quality mark, and the received value where a review replaced it."""
    if mark == Mark.NORMAL:
        return None
    told: dict[str, Any] = {"mark": Mark(mark).name, "valid": mark in VALID}
    if raw is not None and not math.isnan(raw):
        told["received"] = raw
    return told


def values_of(
    time: int, result: Any, mark: int, result_time: int, raw: float | None, extra: str | None
) -> tuple[dict[str, Any], int | None]:
    """The properties of an observation, and the id of the feature it names."""
    more = read(extra) if extra else {}
    if isinstance(result, float) and math.isnan(result):
        result = more.get("result")
    values = {
        "phenomenonTime": text_of(time, more.get("until")),
        "resultTime": text_of(result_time),
        "result": result,
        "resultQuality": more.get("resultQuality", quality(mark, raw)),
        "validTime": more.get("validTime"),
        "parameters": more.get("parameters"),
    }
    foi = more.get("foi")
    return values, foi if isinstance(foi, int) else None


def data_of(table: Any) -> Iterator[Datum]:
    """The rows of a table of the store (SERIES_COLUMNS), each an observation of its datastream."""
    names = ("stream", "time", "result", "mark", "result_time", "raw", "extra")
    for stream, time, *rest in zip(*(table.column(n).to_pylist() for n in names), strict=True):
        values, foi = values_of(time, *rest)
        yield Datum(False, stream, time, values, foi)


def joined_data(multi: int, streams: Sequence[int], rows: Iterable[Datum]) -> list[Datum]:
    """Observations of a multi-datastream out of those of its parts; a part that has none at an
    instant gives null. In order of time."""
    by_time: dict[int, dict[int, Datum]] = {}
    for row in rows:
        by_time.setdefault(row.time, {})[row.number] = row
    found = []
    for time, parts in sorted(by_time.items()):
        first = parts.get(streams[0]) or next(iter(parts.values()))
        results = [parts[s].values["result"] if s in parts else None for s in streams]
        found.append(Datum(True, multi, time, {**first.values, "result": results}, first.foi))
    return found


def datum(identifier: Any, multis: Mapping[int, Sequence[int]]) -> Datum:
    """One observation. multis: the streams of each multi-datastream. Raises Missing."""
    is_multi, number, time = place_of(identifier)
    streams = list(multis.get(number, ())) if is_multi else [number]
    found = list(data_of(observations().series(streams, time, time + 1))) if streams else []
    if not found:
        raise Missing(NO_OBSERVATION)
    return joined_data(number, streams, found)[0] if is_multi else found[0]


def _may_change(actor: Actor, **_: Any) -> bool:
    return actor.has("devices") or actor.kind == "platform"


def _owner(is_multi: bool, number: int) -> tuple[Any, list[int], Gate]:
    """The datastream of either kind, the streams of its data, and a gate for these."""
    model: Any = MultiDatastream if is_multi else Datastream
    owner = model.objects.filter(pk=number).first()
    if owner is None:
        raise Missing(NO_OBSERVATION)
    if is_multi:
        streams = [part.datastream_id for part in owner.parts.order_by("position")]
        return owner, streams, Gate(frozenset(), {number: tuple(streams)})
    return owner, [number], Gate(frozenset([number]))


def _demand_unreviewed(streams: Sequence[int], time: int) -> None:
    marks = observations().series(streams, time, time + 1).column("mark").to_pylist()
    if any(mark >= Mark.REVIEWED_VALID for mark in marks):
        raise Conflict(_REVIEWED, code="reviewed")


@action("observation.change_datum", allows=_may_change)
def change_datum(actor: Actor, *, id: str, body: dict[str, Any], whole: bool) -> dict[str, Any]:
    """PATCH or PUT of an observation: a newer result of the same datum. A new phenomenon time
    moves it, and so gives it another @iot.id. Raises Conflict for reviewed or sealed data."""
    is_multi, number, time = place_of(id)
    owner, streams, gate = _owner(is_multi, number)
    for name in ("Datastream", "MultiDatastream"):
        if isinstance(body.get(name), dict) and body[name].get("@iot.id") != number:
            raise Invalid(_ONE_STREAM, fields={name: _ONE_STREAM})
    before = datum(id, {number: streams})
    kept = {} if whole else {n: v for n, v in before.values.items() if v is not None}
    if not whole and before.foi is not None:
        kept["FeatureOfInterest"] = {"@iot.id": before.foi}
    given = {"phenomenonTime": before.values["phenomenonTime"], **kept, **body}
    if isinstance(given.get("resultQuality"), dict) and "mark" in given["resultQuality"]:
        del given["resultQuality"]
    stream, multi = (None, number) if is_multi else (number, None)
    decoded = decode_observation(orjson.dumps(given), gate, stream, multi)
    batch = decoded.batch
    assert batch is not None
    _write_changed(batch, streams, time)
    told = {"before": _told(before), "after": orjson.dumps(given).decode()}
    append(owner.ref, "observation.datum_changed", actor, {"observation": id, **told})
    return {"id": decoded.ids[0]}


def _write_changed(batch: Batch, streams: list[int], time: int) -> None:
    store = observations()
    if int(batch.times[0]) != time:
        _demand_unreviewed(streams, time)
        store.append(batch)
        for stream in streams:
            store.remove([stream], time, time + 1)
        return
    known = store.series(streams, time, time + 1).column("result_time").to_pylist()
    # The newest result wins: a change must not lose against what it changes.
    batch.result_times = batch.result_times.clip(min=max(known))
    if store.append(batch).held:
        raise Conflict(HELD, code="held")


def _told(datum: Datum) -> str:
    return orjson.dumps(datum.values).decode()


@action("observation.remove_datum", allows=_may_change)
def remove_datum(actor: Actor, *, id: str, reason: str = "") -> dict[str, Any]:
    """DELETE of one observation; what it said stays in the journal. Raises Conflict, Missing."""
    is_multi, number, time = place_of(id)
    owner, streams, _ = _owner(is_multi, number)
    before = datum(id, {number: streams})
    _demand_unreviewed(streams, time)
    event = {"observation": id, "before": _told(before), "reason": reason}
    append(owner.ref, "observation.datum_removed", actor, event)
    observations().remove(streams, time, time + 1)
    return {"id": id}
