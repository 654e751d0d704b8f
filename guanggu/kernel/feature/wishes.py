"""What a reader may see of a layer, as a condition that the store can use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet

from guanggu.base.actor import Actor

from .layers import Layer


def subset_for(actor: Actor, layer: Layer) -> tuple[str, Sequence[Any]] | None:
    """A subquery of the keys that the actor may see (``Wanted.among``); None for all of them."""
    if layer.is_whole_for(actor):
        return None
    try:
        return layer.seen_by(actor).order_by().values("key").query.sql_with_params()
    except EmptyResultSet:
        return "SELECT '' WHERE 1 = 0", ()
