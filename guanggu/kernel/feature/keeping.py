"""Features follow their records: kept in the transaction of the record's own change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Missing
from guanggu.kernel.journal.public import action, append
from guanggu.kernel.register.public import Record, after_save, after_save_new, json_value

from .layers import Layer, all_layers, layer_of_record, named_layer
from .store import FeatureRow, features

CHUNK = 2_000
_NO_LAYER = T("没有这个图层。", "There is no such layer.")


def properties_of(layer: Layer, record: Any) -> dict[str, Any]:
    """What stands beside the geometry, as JSON values; numbers stay numbers."""
    named = {name: getattr(record, name) for name in layer.properties}
    return {name: _json(value) for name, value in {**named, **layer.more(record)}.items()}


def _json(value: Any) -> Any:
    if isinstance(value, float | int | str | bool) or value is None:
        return value
    return json_value(value)


def row_of(layer: Layer, record: Any) -> FeatureRow | None:
    geometry = getattr(record, layer.geometry)
    if geometry is None or geometry.is_empty:
        return None
    return FeatureRow(
        record.key, geometry, properties_of(layer, record), record.valid_from, record.valid_until
    )


def _keep(record: Record, removed: bool) -> None:
    layer = layer_of_record(record)
    if layer is None:
        return
    row = None if removed else row_of(layer, record)
    if row is None:
        features().remove(layer.key, [record.key])
    else:
        features().put(layer.key, [row])


def _keep_new(records: Sequence[Record]) -> None:
    refresh(records)


def refresh(records: Iterable[Any]) -> None:
    """Make the features of these records anew, where ``more`` has other values than when saved."""
    by_layer: dict[str, list[FeatureRow]] = {}
    for record in records:
        layer = layer_of_record(record)
        row = row_of(layer, record) if layer else None
        if layer is not None and row is not None:
            by_layer.setdefault(layer.key, []).append(row)
    for key, rows in by_layer.items():
        features().put(key, rows)


def begin() -> None:
    """Follow every record that has a layer."""
    after_save(_keep)
    after_save_new(_keep_new)


def build(layer: Layer) -> int:
    """Fill the layer from its records; answers how many features there are now."""

    def rows() -> Iterator[FeatureRow]:
        for record in layer.records().order_by("pk").iterator(chunk_size=CHUNK):
            row = row_of(layer, record)
            if row is not None:
                yield row

    return features().replace(layer.key, rows())


def fill_missing() -> list[str]:
    """Fill layers whose records are older than the layer; ``guanggu migrate`` does."""
    store, filled = features(), []
    for layer in all_layers():
        if store.version(layer.key) == 0 and layer.records().exists():
            build(layer)
            filled.append(layer.key)
    return filled


def _may_rebuild(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform" or actor.has("map")


@action("feature.rebuild", allows=_may_rebuild, title=T("重建图层", "Rebuild a layer"))
def rebuild(actor: Actor, *, layer: str) -> dict[str, Any]:
    """Make a layer anew from its records. Raises Missing."""
    found = named_layer(layer)
    if found is None:
        raise Missing(_NO_LAYER)
    total = build(found)
    append(f"layers/{layer}", "feature.rebuilt", actor, {"features": total})
    return {"layer": layer, "features": total}
