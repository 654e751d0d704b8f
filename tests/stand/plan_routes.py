"""Who may open the addresses of the plan and of what supervision follows up."""

from __future__ import annotations

from .people import ALL, OFFICIALS
from .sensing_routes import Collection

KEEPERS = {"plan", "elsewhere"}

COLLECTIONS = (
    Collection("plan", "plan_goals", ALL, ALL, KEEPERS),
    Collection("plan", "plan_tasks", OFFICIALS, OFFICIALS, KEEPERS),
    Collection("plan", "plan_progress", OFFICIALS, OFFICIALS),
    # The evaluation of the world is a draft, which the public does not see.
    Collection("plan", "plan_evaluations", ALL, OFFICIALS),
    Collection("plan", "plan_findings", ALL, OFFICIALS),
    Collection("supervision", "supervision_follow_ups", OFFICIALS, OFFICIALS),
)
TEXT: list[tuple[set[str], str]] = [
    (ALL, "plan/|plan/figures/|plan/goals/<str:key>/|plan/evaluations/"),
    (OFFICIALS, """
        plan/desk/|plan/tasks/<str:key>/|plan/tasks/<str:key>/files/<str:file>/
        plan/evaluations/<str:key>/|plan/evaluations/<str:key>/report.pdf
        supervision/follow-ups/|supervision/follow-ups/<str:key>/
    """),
    (KEEPERS, "plan/evaluations/<str:key>/goals/<str:goal>/"),
]  # fmt: skip
MEANING: dict[str, dict[str, str]] = {
    "plan/goals/": {"key": "plan_goals"},
    "plan/tasks/": {"key": "plan_tasks", "file": "plan_evidence"},
    "plan/evaluations/": {"key": "plan_evaluations", "goal": "plan_goals"},
    "supervision/follow-ups/": {"key": "supervision_follow_ups"},
}
for _collection in COLLECTIONS:
    MEANING |= _collection.meanings()

# The registers are one mechanism and differ only by their rows: of everybody, these ask here.
ASKING = {"visitor", "stranger", "agent", "elsewhere", "no role", "plan", "supervise", "head"}
ROUTES = {
    route.strip()
    for _, text in TEXT
    for line in text.split("\n")
    for route in line.split("|")
    if route.strip()
} | {route for each in COLLECTIONS for route in each.routes()}
