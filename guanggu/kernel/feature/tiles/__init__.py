"""Vector tiles of a layer (Mapbox Vector Tile 2.1), made from the store and kept on disk."""

from ..store.thinning import ZOOM_MAX
from .making import Tile, tile_for

__all__ = ["ZOOM_MAX", "Tile", "tile_for"]
