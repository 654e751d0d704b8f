"""A layer is declared once; its place on the map, tiles and OGC API Features follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from guanggu.base.bilingual import T
from guanggu.kernel.identity.public import Permission
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
    minzoom: int = 0
    order: int = 50
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.model.collection

    def title_of(self, name: str) -> T:
        """What a property is called: by ``titles``, else as the field of the record is."""
        if name in self.titles:
            return self.titles[name]
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
