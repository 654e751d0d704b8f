"""Who may open the addresses of the data centre."""

from .people import ALL, DEPARTMENT, OFFICIALS
from .sensing_routes import Collection

KEEPERS = {"data", "elsewhere"}
COLLECTIONS = (
    # The world's resource has no provider yet: every keeper of data may take it on.
    Collection("data_centre", "data_resources", ALL, OFFICIALS, KEEPERS),
    Collection("data_centre", "data_grants", OFFICIALS, DEPARTMENT),
    Collection("data_centre", "data_queries", OFFICIALS, DEPARTMENT),
    Collection("data_centre", "quality_rules", OFFICIALS, OFFICIALS, KEEPERS),
)
TEXT: list[tuple[set[str], str]] = [
    (ALL, """
        data/catalog.<str:kind>|opendata/|opendata/<str:key>/|opendata/<str:key>/data.<str:kind>
        api/3/action/<str:name>|api/action/<str:name>
    """),
    (OFFICIALS, """
        data/|data/resources/<str:key>/|data/resources/<str:key>/lineage/
        data/resources/<str:key>/quality/|data/resources/<str:key>/request/
        api/v1/data/query|data/requests/|data/workbench/|data/quality/|data/quality/rules/<str:key>/
    """),
    (KEEPERS, "data/resources/<str:key>/items/"),
    (DEPARTMENT, "data/requests/<str:key>/"),
]  # fmt: skip
MEANING: dict[str, dict[str, str]] = {
    "data/catalog": {"kind": "dcat"},
    "data/resources/": {"key": "data_resources"},
    "data/requests/": {"key": "data_grants"},
    "data/quality/rules/": {"key": "quality_rules"},
    "opendata/": {"key": "open_resource", "kind": "sheet"},
    "api/3/action/": {"name": "ckan_action"},
    "api/action/": {"name": "ckan_action"},
}
for _collection in COLLECTIONS:
    MEANING |= _collection.meanings()
