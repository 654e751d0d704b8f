"""Taking in the projects that come with the sample district, and the rules of warning."""

from __future__ import annotations

from guanggu.base.actor import Actor

from ..actions.laying import lay_rules, lay_sample
from ..actions.warning import assess_project, is_up_to_date
from ..models import Project
from ..rules.words import RUNNING


def take_in_projects(actor: Actor, owners: list[list[str]]) -> int:
    """Lay the rules and the sample's projects, and warn about those that are late.

    owners: [[unified code, name], …]. Answers how many projects.
    """
    lay_rules(actor, key="projects:rules")
    told = lay_sample(actor, key="projects:sample", owners=owners)
    for project in Project.objects.filter(stage__in=RUNNING).order_by("key"):
        if not is_up_to_date(project):
            assess_project(actor, project=project.key)
    return int(told["projects"])
