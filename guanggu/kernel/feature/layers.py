"""A layer is declared once; its place on the map, tiles and OGC API Features follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any
from urllib.parse import quote

from django.db.models import Q, QuerySet

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Permission, visible
from guanggu.kernel.register.public import Record


@dataclass(frozen=True)
class Legend:
    """One entry of a layer's legend: features whose ``value`` of the layer's ``colour_by``."""

    value: str
    title: T
    colour: str  # "#rrggbb"


@dataclass(frozen=True, kw_only=True)
class Layer:
    """The declaration of one layer, in an app's ``feature.py``.

    model: the Record; geometry: name of its GeometryField
    view: who may see it; None: everybody
    properties: fields that stand beside the geometry in tiles and items
    more: further properties computed for a record (kept when it is saved), such as a class
    colour_by: property that the legend colours; colour: where there is no legend
    titles: what the properties of ``more`` are called
    label: property written beside the feature; minzoom: below it the layer is not drawn
    chart: address of a feature's own chart, with ``{key}`` and names of its properties filled in
    """

    model: type[Record]
    title: T
    geometry: str = "geometry"
    view: Permission | None = None
    properties: tuple[str, ...] = ("name",)
    more: Callable[[Any], Mapping[str, Any]] = lambda record: {}
    titles: Mapping[str, T] = field(default_factory=dict)
    colour: str = "#1f6f8b"
    colour_by: str = ""
    legend: tuple[Legend, ...] = ()
    label: str = "name"
    chart: str = ""
    minzoom: int = 0
    order: int = 50
    name: str = ""  # of a layer that is one part of its model's records, see ``Family``
    part: Q | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.name or self.model.collection

    def chart_of(self, key: str, properties: Mapping[str, Any]) -> str:
        """Where the curve of a feature is drawn; "" where it has none, or a name stays empty."""
        names = [name for _, name, _, _ in Formatter().parse(self.chart) if name]
        values = {"key": key, **{n: str(v or "") for n, v in properties.items()}}
        if not all(values.get(name) for name in names):
            return ""
        return self.chart.format(**{name: quote(values[name], safe="") for name in names})

    def records(self) -> QuerySet[Any]:
        """All records of the layer that have a geometry."""
        found = self.model._default_manager.exclude(**{self.geometry: None})
        return found if self.part is None else found.filter(self.part)

    def seen_by(self, actor: Actor) -> QuerySet[Any]:
        """Those that the actor may see."""
        return self.records() if self.view is None else visible(actor, self.records(), self.view)

    def is_open_to(self, actor: Actor) -> bool:
        """False where the actor may see no feature whatever."""
        return self.view is None or self.view.is_possible(actor)

    def is_whole_for(self, actor: Actor) -> bool:
        """Whether the actor sees all there is, so that answers can be shared with others."""
        return self.view is None or self.view.condition(actor) == Q()

    def title_of(self, name: str) -> T:
        """What a property is called: by ``titles``, else as the field of the record is."""
        if name in self.titles:
            return self.titles[name]
        if name == self.colour_by and name not in {f.name for f in self.model._meta.fields}:
            return T("类别", "Category")
        field = next((f for f in self.model._meta.concrete_fields if f.name == name), None)
        title = getattr(field, "verbose_name", name)
        return title if isinstance(title, T) else T(str(title), str(title))


LAYERS: dict[str, Layer] = {}


def layer(declared: Layer) -> Layer:
    """Make the layer known to the map and the interfaces. Raises RuntimeError for a taken name."""
    known = LAYERS.get(declared.key)
    if known is not None and known.model is not declared.model:
        raise RuntimeError(f"two layers are named {declared.key}")
    declared.model._meta.get_field(declared.geometry)
    LAYERS[declared.key] = declared
    return declared


@dataclass(frozen=True, kw_only=True)
class Family:
    """Layers that people make: one model, whose records belong to as many layers as there are.

    name_of: the layer of a record; named: the layer of that name, if there is one; every: all
    """

    model: type[Record]
    name_of: Callable[[Any], str]
    named: Callable[[str], Layer | None]
    every: Callable[[], list[Layer]]


FAMILIES: dict[type[Record], Family] = {}


def family(declared: Family) -> Family:
    """Make the layers known to the map and the interfaces."""
    FAMILIES[declared.model] = declared
    return declared


def named_layer(name: str) -> Layer | None:
    """The layer of that name, declared or made by people."""
    if name in LAYERS:
        return LAYERS[name]
    return next(filter(None, (each.named(name) for each in FAMILIES.values())), None)


def layer_of_record(record: Record) -> Layer | None:
    """The layer in which the record stands."""
    known = FAMILIES.get(type(record))
    if known is not None:
        return known.named(known.name_of(record))
    found = LAYERS.get(record.collection)
    return found if found is not None and found.model is type(record) else None


def all_layers() -> list[Layer]:
    """Every layer, in the order in which it is listed."""
    made = [layer for each in FAMILIES.values() for layer in each.every()]
    return sorted([*LAYERS.values(), *made], key=lambda one: (one.order, one.key))


def layers_for(actor: Actor) -> list[Layer]:
    """The layers of which the actor may see anything."""
    return [layer for layer in all_layers() if layer.is_open_to(actor)]
