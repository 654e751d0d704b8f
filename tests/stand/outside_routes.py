"""Who may open the addresses of jobs, engines outside, antivirus and backup."""

from __future__ import annotations

from .people import KNOWN
from .sensing_routes import Collection

OFFICERS = {"administer", "security", "audit"}
SECURITY = {"security"}
WATCHERS = OFFICERS | {"supervise"}
OVERSEERS = {"owner", "administer"}  # whose job the world's is, and whoever sees all jobs

COLLECTIONS = (
    Collection("antivirus", "quarantined_files", OFFICERS, OFFICERS),
    Collection("antivirus", "virus_signatures", OFFICERS, OFFICERS),
    Collection("backup", "backup_runs", OFFICERS, OFFICERS),
    Collection("backup", "backup_plans", OFFICERS, OFFICERS),
)
TEXT: list[tuple[set[str], str]] = [
    (KNOWN, "jobs/|antivirus/mine/"),
    ({"administer"}, "jobs/all/"),
    (OVERSEERS, "jobs/<slug:key>/|jobs/<slug:key>/cancel/"),
    ({"owner"}, "jobs/<slug:key>/file/"),
    (WATCHERS, "connectors/|connectors/messages/|connectors/<str:key>/"),
    (OFFICERS, "antivirus/|antivirus/files/<str:key>/|backup/"),
    (SECURITY, """
        antivirus/virus_signatures/new/|antivirus/virus_signatures/import/
        antivirus/virus_signatures/<str:key>/change/|antivirus/virus_signatures/<str:key>/remove/
        antivirus/virus_signatures/import/<int:run>/
        antivirus/virus_signatures/import/<int:run>/rows.csv
        antivirus/virus_signatures/import/<int:run>/<int:row>/
    """),
]  # fmt: skip
MEANING: dict[str, dict[str, str]] = {
    "jobs/": {"key": "job"},
    "connectors/": {"key": "engine"},
    "antivirus/files/": {"key": "quarantined_files"},
}
for _collection in COLLECTIONS:
    MEANING |= _collection.meanings()
