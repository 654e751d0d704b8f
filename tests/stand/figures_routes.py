"""Who may open the addresses of the indicators and of the economy."""

from __future__ import annotations

from .people import ALL, OFFICIALS
from .sensing_routes import Collection

STATISTICIANS = {"statistics", "elsewhere"}
COLLECTIONS = (
    Collection("indicator", "indicators", ALL, ALL, STATISTICIANS),
    Collection("indicator", "indicator_targets", ALL, ALL, STATISTICIANS),
    # Any post may answer for an indicator; whose values it may change is asked of each.
    Collection("indicator", "indicator_values", ALL, ALL, OFFICIALS, STATISTICIANS),
    Collection("macro_economy", "economic_series", ALL, ALL, STATISTICIANS),
    Collection("macro_economy", "sdmx_uploads", STATISTICIANS, STATISTICIANS),
)
TEXT: list[tuple[set[str], str]] = [
    (ALL, """
        indicators/|indicators/<str:key>/|indicators/<str:key>/<str:period>/
        api/v1/indicators/<key>/series
        macro_economy/|macro_economy/bulletin.xlsx|macro_economy/series/<str:key>/
        sdmx/|sdmx/<str:version>/<path:asked>
    """),
    (STATISTICIANS, """
        indicators/<str:key>/enter/|macro_economy/sdmx/|macro_economy/sdmx/<str:key>/
    """),
]  # fmt: skip
MEANING: dict[str, dict[str, str]] = {
    "indicators/": {"key": "indicators", "period": "indicator_period"},
    "macro_economy/series/": {"key": "economic_series"},
    "macro_economy/sdmx/": {"key": "sdmx_uploads"},
    "sdmx/": {"version": "sdmx_version", "asked": "sdmx_asked"},
}
for _collection in COLLECTIONS:
    MEANING |= _collection.meanings()

# The registers are one mechanism and differ only by their rows: of everybody, these ask here.
ASKING = {"visitor", "stranger", "agent", "elsewhere", "no role", "statistics", "monitor"}
ROUTES = {
    route.strip()
    for _, text in TEXT
    for line in text.split("\n")
    for route in line.split("|")
    if route.strip()
} | {route for each in COLLECTIONS for route in each.routes()}
