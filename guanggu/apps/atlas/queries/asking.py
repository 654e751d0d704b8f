"""What lies at a place or within an area, over many layers at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from guanggu.base.actor import Actor
from guanggu.kernel.feature.public import Found, Layer, Wanted, features, subset_for

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

FEATURES_MAX = 200  # of one layer in an answer
EXPORT_MAX = 20_000


@dataclass(frozen=True)
class Answered:
    """total: how many there are where the answer holds only the first."""

    layer: Layer
    found: list[Found]
    total: int


def query(
    actor: Actor,
    layers: Sequence[Layer],
    place: BaseGeometry | None,
    equals: dict[str, str] | None = None,
) -> list[Answered]:
    """The features that meet the place, of each layer that has any."""
    answers = []
    for layer in layers:
        wanted = Wanted(meets=place, equals=equals or {}, among=subset_for(actor, layer))
        found = features().items(layer.key, wanted, limit=FEATURES_MAX)
        if found:
            full = len(found) == FEATURES_MAX
            total = features().count(layer.key, wanted, most=EXPORT_MAX) if full else len(found)
            answers.append(Answered(layer, found, total))
    return answers


def features_of(
    actor: Actor, layer: Layer, place: BaseGeometry | None = None, most: int = EXPORT_MAX
) -> list[Found]:
    """The layer's features for a file to take away."""
    wanted = Wanted(meets=place, among=subset_for(actor, layer))
    return features().items(layer.key, wanted, limit=most)
