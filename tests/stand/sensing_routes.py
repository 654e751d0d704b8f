"""Who may open the addresses of the sensing spine; those of registers follow from one row each."""

from __future__ import annotations

from dataclasses import dataclass

from .people import ALL, DEPARTMENT, OFFICIALS

FIRMS = {"agent", "other agent"}
KEEPERS = {"devices", "monitor", "elsewhere"}
REVIEWERS = {"monitor", "elsewhere"}
WATCHERS = {"monitor", "enforce", "devices", "supervise", "patrol", "elsewhere"}
ENFORCERS = {"monitor", "enforce", "supervise", "elsewhere"}
DECIDERS = ENFORCERS | {"decide", "head"}
FIELD = {"monitor", "enforce", "patrol", "elsewhere"}
DESK = {"duty", "head", "supervise"}
DUTY = DESK | {"elsewhere"}
FLEET = {"devices", "monitor", "supervise", "elsewhere"}
HANDLERS = {"monitor", "enforce", "patrol", "supervise", "head", "receive", "elsewhere"}


@dataclass(frozen=True, slots=True)
class Collection:
    """A register: who sees its list, who the one record of the world, who changes records."""

    app: str
    name: str
    readers: set[str]
    of_record: set[str]
    writers: set[str] | None = None
    of_change: set[str] | None = None  # who changes the one record, where fewer do

    def routes(self) -> dict[str, set[str]]:
        base, api = f"{self.app}/{self.name}/", f"api/v1/{self.name}/"
        found = {
            base: self.readers, f"{base}export.csv": self.readers,
            f"{base}export.xlsx": self.readers, api: self.readers,
            f"{base}<str:key>/": self.of_record, f"{api}<key>": self.of_record,
            f"{api}<key>/history": self.of_record,
        }  # fmt: skip
        if self.writers is not None:
            for tail in ("new/", "import/"):
                found[base + tail] = self.writers
            for tail in ("<str:key>/change/", "<str:key>/remove/"):
                found[base + tail] = self.of_change or self.writers
            # What came with a sheet is shown to whoever has brought it.
            for tail in ("", "rows.csv", "<int:row>/"):
                found[f"{base}import/<int:run>/{tail}"] = {"elsewhere"}
        return found

    def meanings(self) -> dict[str, dict[str, str]]:
        keys = {"key": self.name, "run": f"{self.name}-run", "row": f"{self.name}-row"}
        return {f"{self.app}/{self.name}/": keys, f"api/v1/{self.name}/": keys}


COLLECTIONS = (
    Collection("observation", "things", ALL, ALL, KEEPERS),
    Collection("observation", "datastreams", ALL, ALL, KEEPERS),
    Collection("observation", "observed_properties", ALL, ALL, KEEPERS),
    Collection("observation", "sensors", OFFICIALS, OFFICIALS, KEEPERS),
    Collection("observation", "maintenance_windows", OFFICIALS, OFFICIALS, KEEPERS),
    Collection("observation", "alarm_rules", OFFICIALS, OFFICIALS, REVIEWERS),
    Collection("observation", "alarms", OFFICIALS, WATCHERS),
    Collection("observation", "devices", KEEPERS, KEEPERS),
    Collection("observation", "field_commands", KEEPERS, KEEPERS),
    Collection("atlas", "user_layers", ALL, ALL, OFFICIALS, {"map", "elsewhere"}),
    Collection("atlas", "user_features", ALL, ALL, OFFICIALS, {"map", "elsewhere"}),
    Collection("environment", "monitoring_stations", ALL, ALL, KEEPERS),
    Collection("environment", "pollution_sources", OFFICIALS | FIRMS, OFFICIALS,
               {"monitor", "enforce", "elsewhere"}),
    Collection("environment", "outlets", OFFICIALS | FIRMS, OFFICIALS,
               {"monitor", "enforce", "elsewhere"}),
    Collection("environment", "discharge_permits", OFFICIALS | FIRMS, OFFICIALS,
               {"monitor", "enforce", "elsewhere"}),
    Collection("environment", "permitted_amounts", OFFICIALS | FIRMS, OFFICIALS,
               {"monitor", "enforce", "elsewhere"}),
    Collection("environment", "violations", DECIDERS, DECIDERS),
    Collection("environment", "environment_reports", ALL, OFFICIALS),
    Collection("command", "duty_shifts", DUTY, DESK, {"duty", "elsewhere"}, {"duty"}),
    Collection("command", "duty_entries", DUTY, DESK),
    Collection("command", "command_orders", OFFICIALS, DEPARTMENT),
    Collection("iot_platform", "device_profiles", FLEET, FLEET, {"devices", "elsewhere"}),
    Collection("iot_platform", "fleets", FLEET, FLEET, {"devices", "elsewhere"}),
    Collection("iot_platform", "fleet_devices", FLEET, FLEET, {"devices", "elsewhere"}),
    Collection("iot_platform", "fleet_rules", FLEET, FLEET, {"devices", "elsewhere"}),
    Collection("iot_platform", "device_faults", FLEET, FLEET),
    Collection("lakes", "lakes", ALL, ALL, KEEPERS),
    Collection("lakes", "lake_stations", ALL, ALL, KEEPERS),
    Collection("lakes", "lake_inflows", ALL, ALL, KEEPERS),
    Collection("lakes", "lake_outfalls", ALL, OFFICIALS, FIELD),
    Collection("lakes", "outfall_inspections", OFFICIALS, OFFICIALS, FIELD),
    Collection("lakes", "outfall_samples", OFFICIALS, OFFICIALS, FIELD),
    Collection("lakes", "patrol_plans", OFFICIALS, OFFICIALS, {"monitor", "enforce", "elsewhere"}),
    Collection("lakes", "patrols", HANDLERS, HANDLERS),
    Collection("lakes", "lake_issues", HANDLERS, HANDLERS),
)  # fmt: skip

TEXT: list[tuple[set[str], str]] = [
    (ALL, """
        environment/|environment/air/|environment/water/|environment/noise/
        environment/stations/<str:key>/|environment/stations/<str:key>/curve.<str:kind>
        environment/reports/
        atlas/|atlas/query/|atlas/measure/|atlas/print/|atlas/layers/<str:key>/
        atlas/export/<str:key>/
        ogc/|ogc/conformance|ogc/api|ogc/collections|ogc/collections/<str:name>
        ogc/collections/<str:name>/items|ogc/collections/<str:name>/items/<str:key>
        ogc/styles/<str:name>|tiles/<str:name>/<int:zoom>/<int:x>/<int:y>.mvt
        lakes/|lakes/lake/<str:key>/|lakes/lake/<str:key>/curves/|lakes/lake/<str:key>/curves.json
        lakes/lake/<str:key>/curves.<str:kind>|lakes/lake/<str:key>/scene/
        lakes/lake/<str:key>/forecast/
    """),
    (OFFICIALS, """
        environment/outlet/<str:key>/curve.<str:kind>|environment/outlet/<str:key>/
        environment/rates/|lakes/lake/<str:key>/trace/|lakes/outfalls/<str:key>/
        environment/sources/<str:key>/
        environment/reports/<str:key>/|environment/reports/<str:key>/report.pdf
        atlas/import/|sensing/alarms/|sensing/arrival/|sensing/arrival/<str:key>/
    """),
    (OFFICIALS, """
        command/|command/wall/|command/wall/panels.json|command/wall/stream.json
    """),
    (DEPARTMENT, "command/orders/<str:key>/"),
    (DESK, "command/shifts/<str:key>/"),
    (OFFICIALS | FIRMS, "environment/totals/"),  # a firm reads its own
    (DECIDERS, "environment/cases/"),
    (DECIDERS, "environment/cases/<str:key>/|environment/cases/<str:key>/papers/<str:paper>/"),
    (FLEET, """
        iot_platform/|iot_platform/connect/|iot_platform/device/<str:key>/
        iot_platform/faults/|iot_platform/faults/<str:key>/
        iot_platform/quarantine/|iot_platform/quarantine/<int:number>/
    """),
    (KEEPERS, "iot_platform/quarantine/<int:number>/adopt/"),
    ({"devices", "elsewhere"}, """
        iot_platform/keys/<str:fleet>/
        iot_platform/device/<str:key>/twin/|iot_platform/device/<str:key>/key/
        iot_platform/device/<str:key>/suspend/|iot_platform/device/<str:key>/command/
    """),
    (WATCHERS, "sensing/alarms/<str:key>/"),
    (REVIEWERS, "sensing/review/|sensing/review/held/|sensing/review/<str:key>/"),
    (KEEPERS, "sensing/upload/|sensing/upload/template.xlsx"),
    # Kept only for whoever has sent the sheet.
    (set(), "sensing/upload/wrong/<str:token>.csv"),
    (HANDLERS, """
        lakes/chief/|lakes/issues/|lakes/issues/<str:key>/|lakes/issues/<str:key>/photos/<str:file>/
        lakes/walks/<str:key>/
    """),
    ({"patrol", "elsewhere"}, """
        lakes/patrol/|lakes/patrol/start/|lakes/patrol/report/|lakes/patrol/send/
        lakes/patrol/photo/|lakes/patrol/<str:key>/end/
    """),
]  # fmt: skip
MEANING: dict[str, dict[str, str]] = {
    "environment/stations/": {"key": "monitoring_stations", "kind": "sheet"},
    "environment/sources/": {"key": "pollution_sources"},
    "environment/reports/": {"key": "environment_reports"},
    "environment/cases/": {"key": "violations", "paper": "violation_paper"},
    "environment/outlet/": {"key": "outlets", "kind": "sheet"},
    "command/orders/": {"key": "command_orders"},
    "command/shifts/": {"key": "duty_shifts"},
    "iot_platform/faults/": {"key": "device_faults"},
    "iot_platform/keys/": {"fleet": "fleets"},
    "iot_platform/quarantine/": {"number": "frame"},
    "sensing/alarms/": {"key": "alarms"},
    "sensing/review/": {"key": "things"},
    "sensing/arrival/": {"key": "things"},
    "sensing/upload/": {"token": "sheet"},
    "atlas/layers/": {"key": "user_layers"},
    "atlas/export/": {"key": "user_layers"},
    "ogc/": {"name": "layer", "key": "lakes"},
    "ogc/styles/": {"name": "style"},
    "tiles/": {"name": "layer", "zoom": "zoom", "x": "tile_x", "y": "tile_y"},
    "iot_platform/device/": {"key": "fleet_devices"},
    "lakes/lake/": {"key": "lakes", "kind": "sheet"},
    "lakes/outfalls/": {"key": "lake_outfalls"},
    "lakes/issues/": {"key": "lake_issues", "file": "photo"},
    "lakes/patrol/": {"key": "patrols"},
    "lakes/walks/": {"key": "patrols"},
}
for _collection in COLLECTIONS:
    MEANING |= _collection.meanings()

# The registers are one mechanism and differ only by their rows: of everybody, these ask here.
ASKING = {
    "visitor", "stranger", "agent", "elsewhere", "no role", "monitor", "devices", "patrol", "map",
}  # fmt: skip
ROUTES = {
    route.strip()
    for _, text in TEXT
    for line in text.split("\n")
    for route in line.split("|")
    if route.strip()
} | {route for each in COLLECTIONS for route in each.routes()}
