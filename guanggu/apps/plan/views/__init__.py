"""Screens of the plan."""

from django.urls import path

from .desk import desk_page
from .evaluations import (
    evaluation_page,
    evaluations_page,
    judge_page,
    report_file,
)
from .figures import figures_page
from .goal import goal_page
from .overview import overview_page
from .task import evidence_file, task_page

urlpatterns = [
    path("", overview_page, name="overview"),
    path("figures/", figures_page, name="figures"),
    path("goals/<str:key>/", goal_page, name="goal"),
    path("desk/", desk_page, name="desk"),
    path("tasks/<str:key>/", task_page, name="task"),
    path("tasks/<str:key>/files/<str:file>/", evidence_file, name="evidence"),
    path("evaluations/", evaluations_page, name="evaluations"),
    path("evaluations/<str:key>/", evaluation_page, name="evaluation"),
    path("evaluations/<str:key>/report.pdf", report_file, name="report"),
    path("evaluations/<str:key>/goals/<str:goal>/", judge_page, name="judge"),
]
