"""The only door of features: geometry of records, layers, the store, tiles."""

from .geometry import SRID, GeometryField, geometry_of
from .keeping import build, fill_missing, properties_of, rebuild, refresh
from .layers import (
    LAYERS,
    Family,
    Layer,
    Legend,
    all_layers,
    family,
    layer,
    layer_of_record,
    layers_for,
    named_layer,
)
from .store import Box, FeatureRow, FeatureStore, Found, Near, Wanted, features, postgis_is_here
from .tiles import ZOOM_MAX, Tile, tile_for
from .wishes import subset_for

__all__ = [
    "LAYERS", "SRID", "ZOOM_MAX", "Box", "Family", "FeatureRow", "FeatureStore", "Found",
    "GeometryField", "Layer", "Legend", "Near", "Tile", "Wanted", "all_layers", "build", "family",
    "features", "fill_missing", "geometry_of", "layer", "layer_of_record", "layers_for",
    "named_layer", "postgis_is_here", "properties_of", "rebuild", "refresh", "subset_for",
    "tile_for",
]  # fmt: skip
