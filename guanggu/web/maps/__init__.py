"""Maps in pages: layers of features with a legend, and each feature's way to its record.

A view makes a ``MapView`` (mostly by ``map_view``) and hands it to ``{% map_view view %}``.
Without scripts the page holds a picture (SVG) and a table; with them ``guanggu/map.js`` turns the
same data into a map that can be moved, by MapLibre and without any server outside.
"""

from __future__ import annotations

from django.utils.safestring import SafeString

from .reading import layer_of_features, map_layer, map_view
from .view import MapLayer, MapView, Shown

__all__ = [
    "MapLayer", "MapView", "Shown", "draw", "layer_of_features", "map_layer", "map_view",
]  # fmt: skip


def draw(view: MapView) -> SafeString:
    """The map as a ``<figure>``."""
    from .drawing import draw  # brings Shapely and numpy, which few pages need

    return draw(view)
