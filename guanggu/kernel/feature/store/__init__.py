"""The ``FeatureStore``: where features lie and how they are found, on SQLite and PostgreSQL."""

from .contract import Box, FeatureRow, FeatureStore, Found, Near, Wanted
from .engines import features, postgis_is_here

__all__ = [
    "Box", "FeatureRow", "FeatureStore", "Found", "Near", "Wanted", "features", "postgis_is_here",
]  # fmt: skip
