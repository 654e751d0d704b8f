"""The kinds of thing that the environment has, and where each is looked at."""

from __future__ import annotations

from guanggu.base.bilingual import T
from guanggu.kernel.observation.public import thing_kind

for _code, _title in (
    ("air_station", T("环境空气自动站", "Air station")),
    ("surface_water_station", T("地表水自动站", "Surface-water station")),
    ("noise_station", T("声环境自动站", "Noise station")),
    ("radiation_station", T("辐射环境自动站", "Radiation station")),
):
    thing_kind(_code, _title, "environment", address="/environment/stations/{key}/")
thing_kind(
    "pollution_source_outlet", T("污染源排放口", "Outlet of a pollution source"), "environment"
)
