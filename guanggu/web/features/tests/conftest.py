"""Things of the district as a layer: open ones for everybody, the others for officials."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import models, transaction
from shapely.geometry import Point, Polygon

from guanggu.base.actor import platform
from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import LAYERS, Layer, Legend, layer
from guanggu.kernel.identity.public import permission
from guanggu.kernel.observation.public import Thing
from guanggu.kernel.register.public import save_record

_VIEW = permission(
    "trial.view_things",
    scope=lambda actor: actor.kind == "official" or models.Q(is_public=True),
)


def a_thing(key: str, geometry: Any, **values: Any) -> Thing:
    made = Thing(key=key, name=values.pop("name", f"站{key}"), kind="air", geometry=geometry)
    made.is_public = values.pop("is_public", True)
    for name, value in values.items():
        setattr(made, name, value)
    with transaction.atomic():
        save_record(platform("tests"), made, "observation.created")
    return made


@pytest.fixture
def things(db: None) -> Iterator[Layer]:
    known = LAYERS.pop("things", None)
    made = layer(
        Layer(
            model=Thing, title=T("监测设施", "Things"), view=_VIEW,
            properties=("name", "kind", "is_public"),
            more=lambda thing: {"rank": thing.properties.get("rank")},
            titles={"rank": T("等级", "Rank")}, colour_by="rank",
            legend=(Legend("1", T("一级", "First"), "#2aa866"),),
        )
    )  # fmt: skip
    yield made
    LAYERS.pop("things")
    if known is not None:
        LAYERS["things"] = known


@pytest.fixture
def some(things: Layer) -> list[Thing]:
    """Twelve open places in a row, a hidden one, and a lake."""
    made = [
        a_thing(f"T-{n:02}", Point(114.30 + n / 100, 30.5), properties={"rank": n % 3})
        for n in range(12)
    ]
    made.append(a_thing("T-H", Point(114.305, 30.5), is_public=False))
    lake = Polygon([(114.5, 30.4), (114.6, 30.4), (114.6, 30.45), (114.5, 30.45)])
    made.append(a_thing("T-L", lake, valid_from=date(2026, 6, 1)))
    return made
