"""Each layer that people bring in is a layer of the map."""

from __future__ import annotations

from guanggu.kernel.feature.public import Family, Layer, family

from .models import UserFeature, UserLayer
from .queries import layer_of


def _named(name: str) -> Layer | None:
    record = UserLayer.objects.filter(key=name).first()
    return layer_of(record) if record else None


family(
    Family(
        model=UserFeature,
        name_of=lambda feature: feature.layer.key,
        named=_named,
        every=lambda: [layer_of(record) for record in UserLayer.objects.order_by("name", "pk")],
    )
)
