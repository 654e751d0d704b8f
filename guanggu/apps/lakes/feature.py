"""Layers of the lakes for the map: lakes by class, inflows, stations, outfalls and problems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import Layer, Legend, layer

from .models import Inflow, Lake, LakeIssue, LakeStation, Outfall
from .queries.days import present_class
from .queries.scopes import (
    VIEW_INFLOWS,
    VIEW_ISSUES,
    VIEW_LAKES,
    VIEW_OUTFALLS,
    VIEW_STATIONS,
)
from .rules.words import CLASS_COLOURS, CLASSES, OUTFALL_STATES

_STATE_COLOURS = {
    "kept": "#2f8f5b",
    "mending": "#d98a00",
    "tracing": "#cf2a2a",
    "closed": "#7a8699",
}


def _class_of(lake: Lake) -> Mapping[str, Any]:
    return {"water_class": present_class(lake)}


layer(
    Layer(
        model=Lake, title=T("湖泊", "Lakes"), view=VIEW_LAKES,
        properties=("name", "name_en", "goal"), more=_class_of, colour="#4a95b8",
        colour_by="water_class", order=10, titles={"water_class": T("水质类别", "Class of water")},
        legend=tuple(Legend(code, title, CLASS_COLOURS[code]) for code, title in CLASSES.items()),
        chart="/lakes/lake/{key}/curves/",
    )
)  # fmt: skip
layer(
    Layer(model=Inflow, title=T("入湖水系", "Inflows"), view=VIEW_INFLOWS,
          properties=("name", "name_en", "kind"), colour="#3d86c6", minzoom=10, order=20)
)  # fmt: skip
layer(
    Layer(
        model=LakeStation, title=T("湖泊监测站", "Lake stations"), view=VIEW_STATIONS,
        properties=("name", "name_en", "kind", "state"), colour="#5b3a96", minzoom=9, order=30,
    )
)  # fmt: skip
layer(
    Layer(
        model=Outfall, title=T("入湖排口", "Outfalls"), view=VIEW_OUTFALLS,
        properties=("name", "name_en", "kind", "state"), colour="#d98a00", colour_by="state",
        minzoom=10, order=40,
        legend=tuple(
            Legend(code, title, _STATE_COLOURS[code]) for code, title in OUTFALL_STATES.items()
        ),
    )
)  # fmt: skip
layer(
    Layer(
        model=LakeIssue, title=T("湖泊问题", "Problems of lakes"), view=VIEW_ISSUES,
        properties=("title", "kind", "severity", "state"), colour="#b4151c", label="title",
        minzoom=10, order=50,
    )
)  # fmt: skip
