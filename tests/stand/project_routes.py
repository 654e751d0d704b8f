"""Who may open the addresses of projects: officials read, the lead and the checking unit keep."""

from __future__ import annotations

from .people import OFFICIALS
from .sensing_routes import FIRMS, Collection

KEEPERS = {"projects", "elsewhere"}
# The one project of the world is led by another body than "elsewhere" sits in.
OF_LEAD = {"projects"}
READERS = OFFICIALS | FIRMS
OF_PROJECT = OFFICIALS | {"agent"}

COLLECTIONS = (
    Collection("projects", "projects", READERS, OF_PROJECT, KEEPERS, OF_LEAD),
    Collection("projects", "project_milestones", READERS, OF_PROJECT, KEEPERS, OF_LEAD),
    Collection("projects", "project_investment_plans", READERS, OF_PROJECT, KEEPERS, OF_LEAD),
    Collection("projects", "project_permits", READERS, OF_PROJECT, KEEPERS, OF_LEAD),
    Collection("projects", "project_reports", READERS, OF_PROJECT),
    Collection("projects", "project_warning_rules", OFFICIALS, OFFICIALS, KEEPERS),
    Collection("projects", "project_warnings", READERS, OF_PROJECT),
    Collection("projects", "project_bulletins", OFFICIALS, OFFICIALS),
)
TEXT: list[tuple[set[str], str]] = [
    (READERS, "projects/|projects/gantt/|projects/warnings/"),
    (OF_PROJECT, """
        projects/project/<str:key>/|projects/report/<str:key>/
        projects/report/<str:key>/photos/<str:file>/|projects/warnings/<str:key>/
    """),
    (KEEPERS | FIRMS, "projects/write/|projects/sending/report/|projects/sending/photo/"),
    ({"agent", "projects"}, "projects/write/<str:key>/"),
    (OF_LEAD, "projects/project/<str:key>/advance/"),
    (KEEPERS, "projects/review/"),
    (OFFICIALS, """
        projects/bulletins/|projects/bulletins/<str:key>/
        projects/bulletins/<str:key>/bulletin.pdf
    """),
]  # fmt: skip
MEANING: dict[str, dict[str, str]] = {
    "projects/project/": {"key": "projects"},
    "projects/write/": {"key": "projects"},
    "projects/report/": {"key": "project_reports", "file": "project_photo"},
    "projects/warnings/": {"key": "project_warnings"},
    "projects/bulletins/": {"key": "project_bulletins"},
}
for _collection in COLLECTIONS:
    MEANING |= _collection.meanings()

# Of everybody, these ask here: one of each kind.
ASKING = {
    "visitor", "stranger", "agent", "other agent", "elsewhere", "no role", "projects", "head",
}  # fmt: skip
ROUTES = {
    route.strip()
    for _, text in TEXT
    for line in text.split("\n")
    for route in line.split("|")
    if route.strip()
} | {route for each in COLLECTIONS for route in each.routes()}
