"""The only door of features: geometry of records, and layers."""

from .geometry import SRID, GeometryField, geometry_of
from .layers import LAYERS, Layer, Legend, layer

__all__ = ["LAYERS", "SRID", "GeometryField", "Layer", "Legend", "geometry_of", "layer"]
