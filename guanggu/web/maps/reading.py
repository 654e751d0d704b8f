"""The features of a declared layer as a map shows them, for one reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import Layer, named_layer
from guanggu.kernel.register.public import register_of
from guanggu.web.addresses import collection_address, record_address

from .view import MapLayer, MapView, Shown

FEATURES_MAX = 1_000  # of one layer in a page; more are for tiles (the app atlas)
# What lies under every map where it is laid, the lowest first.
GROUND = ("district_boundaries", "lakes", "roads")


def facts_of(layer: Layer, record: Any) -> list[tuple[Any, Any]]:
    """(label, text) of the layer's properties and of what it computes, empty ones left out."""
    found: list[tuple[Any, Any]] = []
    for name in layer.properties:
        if name == layer.label:
            continue
        field = record._meta.get_field(name)
        value = getattr(record, name)
        display = getattr(record, f"get_{name}_display", None)
        found.append((field.verbose_name, display() if display else value))
    found += [
        (layer.title_of(name), text_of(layer, name, value))
        for name, value in layer.more(record).items()
    ]
    return [(label, text) for label, text in found if text not in (None, "", [], {})]


def text_of(layer: Layer, name: str, value: Any) -> Any:
    """A property's value in words: those of the legend, of the field's choices, else as it is."""
    if name == layer.colour_by:
        for entry in layer.legend:
            if entry.value == str(value):
                return entry.title
    field = next((f for f in layer.model._meta.concrete_fields if f.name == name), None)
    choices = dict(getattr(field, "flatchoices", None) or ())
    if isinstance(value, bool):
        return T("是", "Yes") if value else T("否", "No")
    return choices.get(value, value) if not isinstance(value, dict | list) else str(value)


def colour_value(layer: Layer, record: Any) -> str:
    """The value by which the legend colours the record, as the legend writes it."""
    if not layer.colour_by:
        return ""
    value = layer.more(record).get(layer.colour_by)
    if value is None:
        value = getattr(record, layer.colour_by, "")
    return str(value.value if hasattr(value, "value") else value)


def layer_of_features(layer: Layer, records: Iterable[Any], **changes: Any) -> MapLayer:
    """The records as a layer of a map; ``changes`` are fields of ``MapLayer`` set otherwise."""
    features = [
        Shown(
            key=record.key,
            name=getattr(record, layer.label, "") or str(record),
            geometry=getattr(record, layer.geometry),
            href=record_address(record),
            facts=facts_of(layer, record),
            value=colour_value(layer, record),
            chart=layer.chart_of(
                record.key, {name: getattr(record, name) for name in layer.properties}
            ),
        )
        for record in records
        if getattr(record, layer.geometry) is not None
    ]
    given = {
        "key": layer.key, "title": layer.title, "features": features, "colour": layer.colour,
        "legend": layer.legend, "total": len(features),
    }  # fmt: skip
    return MapLayer(**{**given, **changes})


def map_layer(
    actor: Actor, key: str, rows: Callable[[QuerySet], QuerySet] | None = None, **changes: Any
) -> MapLayer | None:
    """The declared layer of that name as this reader may see it; None where he may not, or where
    no app declares it. ``rows`` narrows the records: ``lambda found: found.filter(kind="air")``."""
    layer = named_layer(key)
    if layer is None or not layer.is_open_to(actor):
        return None
    found = layer.seen_by(actor)
    if rows is not None:
        found = rows(found)
    records = list(found.order_by("pk")[: FEATURES_MAX + 1])
    total = found.count() if len(records) > FEATURES_MAX else len(records)
    register = register_of(layer.model.collection)
    href = collection_address(register) if register else ""
    given = {"total": total, "href": href, **changes}
    return layer_of_features(layer, records[:FEATURES_MAX], **given)


def map_view(
    actor: Actor,
    title: T,
    layers: Sequence[str | MapLayer | None],
    *,
    ground: Sequence[str] = GROUND,
    **options: Any,
) -> MapView:
    """A map of these layers, by name or made by ``map_layer``, over the ground of the district.

    ``options`` are those of ``MapView``. Layers that the reader may not see are left out.
    """
    above = [map_layer(actor, one) if isinstance(one, str) else one for one in layers]
    shown = [one for one in above if one is not None]
    taken = {one.key for one in shown}
    under = [
        map_layer(actor, key, is_base=True, labelled=key == "lakes")
        for key in ground
        if key not in taken
    ]
    return MapView(title, [*(one for one in under if one is not None), *shown], **options)
