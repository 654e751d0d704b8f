"""The environment's layers on the map."""

from __future__ import annotations

from guanggu.base.bilingual import T
from guanggu.kernel.feature.public import Layer, Legend, layer

from .models import Outlet, PollutionSource, Station
from .queries.scopes import VIEW_OUTLETS, VIEW_SOURCES, VIEW_STATIONS
from .rules.words import STATION_KINDS

_COLOURS = {"air": "#0b4ca1", "water": "#0f8a63", "noise": "#d98200", "radiation": "#5b3a96"}


layer(
    Layer(
        model=Station,
        title=T("环境监测站点", "Monitoring stations"),
        view=VIEW_STATIONS,
        properties=("name", "kind", "zone", "goal", "state"),
        colour_by="kind",
        legend=tuple(Legend(kind, title, _COLOURS[kind]) for kind, title in STATION_KINDS.items()),
        chart="/environment/stations/{key}/#curve",
        order=30,
    )
)
layer(
    Layer(
        model=PollutionSource,
        title=T("污染源", "Pollution sources"),
        view=VIEW_SOURCES,
        properties=("name", "industry", "level", "state"),
        colour="#b4151c",
        order=31,
    )
)
layer(
    Layer(
        model=Outlet,
        title=T("排放口", "Outlets"),
        view=VIEW_OUTLETS,
        properties=("name", "medium", "code", "receives"),
        colour="#7a5230",
        minzoom=12,
        chart="/environment/outlet/{key}/",
        order=32,
    )
)
