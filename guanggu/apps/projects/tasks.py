"""What the worker does: brings the warnings of all projects up to date."""

from __future__ import annotations

import logging

from guanggu.base.actor import platform
from guanggu.base.errors import Problem
from guanggu.kernel.journal.public import recurring

from .actions.warning import assess_project, is_up_to_date
from .models import Project
from .rules.words import RUNNING

log = logging.getLogger(__name__)
EVERY_S = 6 * 3600.0


def assess_projects() -> int:
    """Assess every project whose facts have changed; answers how many.

    One that cannot be assessed is told in the log and does not keep the others from it.
    """
    done = 0
    under_way = Project.objects.filter(stage__in=RUNNING)
    warned = Project.objects.exclude(stage__in=RUNNING).filter(
        warnings__state__in=("open", "handling")
    )
    for project in [*under_way.order_by("key"), *warned.distinct().order_by("key")]:
        if is_up_to_date(project):
            continue
        try:
            assess_project(platform("projects"), project=project.key)
        except Problem as problem:
            log.warning("%s is not assessed: %s", project.key, problem.message.en)
            continue
        done += 1
    return done


recurring("projects.assess", EVERY_S)(assess_projects)
