"""What a map shows: layers, and the features of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import Legend

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


CHART = T("查看曲线", "Curve")


@dataclass(frozen=True, slots=True)
class Shown:
    """One feature. facts: (label, text) beside it; value: what the legend's colour goes by;
    chart: address of its curve."""

    key: str
    name: Any
    geometry: BaseGeometry
    href: str = ""
    facts: Sequence[tuple[Any, Any]] = ()
    value: str = ""
    chart: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A mark over a picture. tone: ok, info, warn or bad."""

    key: str
    name: Any
    geometry: BaseGeometry
    tone: str = "bad"


@dataclass(frozen=True, slots=True)
class MapLayer:
    """A layer as drawn. is_base: part of the ground under the others, without a table.

    total: features that there are where not all are here; href: the list that holds them all.
    """

    key: str
    title: T
    features: Sequence[Shown]
    colour: str = "#1f6f8b"
    legend: Sequence[Legend] = ()
    labelled: bool = True
    is_base: bool = False
    total: int = 0
    href: str = ""

    def colour_of(self, shown: Shown) -> str:
        for entry in self.legend:
            if entry.value == shown.value:
                return entry.colour
        return self.colour


@dataclass(frozen=True, slots=True)
class MapView:
    """A map of a page. focus: key of the layer and of the feature that is looked at first.

    has_table: whether the features are listed below (leave it out where the page lists them
    already); is_tall: twice as high on a desk.
    """

    title: T
    layers: Sequence[MapLayer]
    focus: tuple[str, str] | None = None
    has_table: bool = True
    is_tall: bool = False
    note: T | None = None

    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east and north of what is shown above the ground; None for nothing."""
        over = [layer for layer in self.layers if not layer.is_base]
        found = [
            shown.geometry
            for layer in over
            for shown in layer.features
            if self.focus is None or self.focus == (layer.key, shown.key)
        ] or [shown.geometry for layer in self.layers for shown in layer.features]
        boxes = [geometry.bounds for geometry in found if not geometry.is_empty]
        if not boxes:
            return None
        west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
        east, north = max(b[2] for b in boxes), max(b[3] for b in boxes)
        side = max(east - west, north - south, 0.004) * 0.06
        return west - side, south - side, east + side, north + side
