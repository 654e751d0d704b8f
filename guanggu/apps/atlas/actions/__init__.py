"""The writes on layers that people bring in."""

from .bringing import publish_layer, remove_layer, take_in, withdraw_layer

__all__ = ["publish_layer", "remove_layer", "take_in", "withdraw_layer"]
