"""Maps in pages: layers of features with a legend, and each feature's way to its record.

A view makes a ``MapView`` (mostly by ``map_view``) and hands it to ``{% map_view view %}``.
Without scripts the page holds a picture (SVG) and a table; with them ``guanggu/map.js`` turns the
same data into a map that can be moved, by MapLibre and without any server outside.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from .reading import layer_of_features, map_layer, map_view
from .view import CHART, MapLayer, MapView, Place, Shown

__all__ = [
    "CHART", "MapLayer", "MapView", "Place", "Shown", "draw", "layer_of_features", "map_layer",
    "map_view", "marks", "picture",
]  # fmt: skip


def draw(view: MapView) -> SafeString:
    """The map as a ``<figure>``."""
    from .drawing import draw  # brings Shapely and numpy, which few pages need

    return draw(view)


def picture(view: MapView) -> SafeString:
    """Only the picture (SVG), for a page that lays marks of its own over it; "" for nothing."""
    from .drawing import picture

    bounds = view.bounds()
    return picture(view, bounds) if bounds else SafeString()


def marks(places: Sequence[Place], view: MapView) -> SafeString:
    """Marks alone (SVG), to lie over ``picture`` of the same view."""
    from .drawing import marks

    bounds = view.bounds()
    return marks(places, bounds) if bounds else SafeString()
