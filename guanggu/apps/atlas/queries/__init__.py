"""Reads of the map platform: who may see which layer, and what lies at a place."""

from .asking import Answered, features_of, query
from .scopes import (
    CHANGE_LAYERS,
    VIEW_FEATURES,
    VIEW_LAYERS,
    groups,
    layer_of,
    may_bring_in,
    may_publish,
)

__all__ = [
    "CHANGE_LAYERS", "VIEW_FEATURES", "VIEW_LAYERS", "Answered", "features_of", "groups",
    "layer_of", "may_bring_in", "may_publish", "query",
]  # fmt: skip
