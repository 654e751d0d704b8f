"""What the address of a map page says: layers, filter, place. One address shows one map."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from guanggu.base.bilingual import T
from guanggu.base.errors import Invalid
from guanggu.kernel.feature.public import Box, Layer, Wanted, features, subset_for
from guanggu.kernel.identity.public import actor_of
from guanggu.web.features.items import shown
from guanggu.web.maps import MapLayer

from ..queries import groups

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

PICTURE_FEATURES_MAX = 300  # of one layer in the picture of the server
REACH_M, REACH_MAX_M = 30.0, 5_000.0
GROUND = ("district_boundaries", "roads")
_AT = T(
    "地点应为“经度,纬度”，如 114.40,30.50。", "A place is longitude,latitude, such as 114.40,30.50."
)
_AREA = T(
    "范围应为至少三个“经度,纬度”，以分号分隔。",
    "An area is three or more pairs of longitude,latitude with semicolons between.",
)
_BOUNDS = T("范围应为西、南、东、北四个数。", "Bounds are four numbers: west, south, east, north.")


@dataclass(frozen=True)
class Asked:
    """tree: every layer that the reader may see, by system; chosen: those that are shown."""

    tree: list[tuple[T, list[Layer]]]
    chosen: list[Layer]
    where: tuple[str, str, str] | None  # layer, property, value

    def equals(self, layer: Layer) -> dict[str, str]:
        if self.where and self.where[0] == layer.key:
            return {self.where[1]: self.where[2]}
        return {}


def read(request: HttpRequest) -> Asked:
    """Layers by ``layer=`` (repeated) or ``layers=a,b``; without either, all."""
    tree = groups(actor_of(request))
    every = [layer for _, layers in tree for layer in layers]
    names = request.GET.getlist("layer")
    if not names and request.GET.get("layers"):
        names = request.GET["layers"].split(",")
    chosen = [layer for layer in every if layer.key in names] if names else every
    where = None
    target, value = request.GET.get("where", ""), request.GET.get("is", "").strip()
    if "." in target and value:
        layer, _, name = target.partition(".")
        where = (layer, name, value.replace("\0", ""))
    return Asked(tree, chosen, where)


def map_layers(request: HttpRequest, asked: Asked, box: Box | None = None) -> list[MapLayer]:
    """The chosen layers as the server draws them, the first of each layer."""
    actor = actor_of(request)
    drawn = []
    for layer in reversed(asked.chosen):
        wanted = Wanted(box=box, equals=asked.equals(layer), among=subset_for(actor, layer))
        found = features().items(layer.key, wanted, limit=PICTURE_FEATURES_MAX)
        total = len(found)
        if total == PICTURE_FEATURES_MAX:
            total = features().count(layer.key, wanted, most=100_000)
        drawn.append(
            MapLayer(
                layer.key, layer.title, shown(layer, found), layer.colour, layer.legend,
                is_base=layer.key in GROUND, labelled=layer.key not in GROUND, total=total,
                href=f"/ogc/collections/{layer.key}/items?f=html",
            )
        )  # fmt: skip
    # Areas under lines under places.
    return sorted(drawn, key=_height)


def _height(layer: MapLayer) -> int:
    kind = layer.features[0].geometry.geom_type if layer.features else ""
    return 2 if kind.endswith("Point") else 1 if kind.endswith("String") else 0


def _numbers(text: str, problem: T, field: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.replace("，", ",").split(",")]
    except ValueError as error:
        raise Invalid(problem, fields={field: problem}) from error
    if not all(map(math.isfinite, numbers)):
        raise Invalid(problem, fields={field: problem})
    return numbers


def box_asked(request: HttpRequest) -> Box | None:
    """``bbox=`` of the address. Raises Invalid."""
    text = request.GET.get("bbox", "")
    if not text:
        return None
    numbers = _numbers(text, _BOUNDS, "bbox")
    if len(numbers) != 4 or numbers[0] >= numbers[2] or numbers[1] >= numbers[3]:
        raise Invalid(_BOUNDS, fields={"bbox": _BOUNDS})
    return Box(*numbers)


def place_asked(values: Any) -> BaseGeometry | None:
    """The point with its reach (``at``, ``reach`` in metres) or the ``area``. Raises Invalid."""
    import shapely

    if at := values.get("at", "").strip():
        place = _numbers(at, _AT, "at")
        if len(place) != 2 or abs(place[0]) > 180 or abs(place[1]) > 89:
            raise Invalid(_AT, fields={"at": _AT})
        reach = _numbers(values.get("reach", "") or str(REACH_M), _AT, "reach")[0]
        degrees = min(max(reach, 0.1), REACH_MAX_M) / 111_195
        circle = shapely.Point(0, 0).buffer(degrees, quad_segs=12)
        wider = 1 / math.cos(math.radians(place[1]))
        moved = shapely.transform(circle, lambda c: c * [wider, 1] + place)
        return moved
    if area := values.get("area", "").strip():
        corners = [
            _numbers(part, _AREA, "area")
            for part in area.replace("；", ";").replace("\n", ";").split(";")
            if part.strip()
        ]
        if not 3 <= len(corners) <= 500 or any(len(corner) != 2 for corner in corners):
            raise Invalid(_AREA, fields={"area": _AREA})
        ring = shapely.Polygon(corners)
        return ring if ring.is_valid else shapely.make_valid(ring)
    return None
