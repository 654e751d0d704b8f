"""One project with all that belongs to it: the agent's firm owns it, the department leads it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import shapely
from django.core.files.base import ContentFile

from guanggu.apps.projects.actions.laying import lay_rules
from guanggu.apps.projects.actions.reporting import add_photo, submit_report
from guanggu.apps.projects.models import (
    Bulletin,
    InvestmentPlan,
    Milestone,
    PermitLink,
    Project,
    ProjectWarning,
)
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.document.public import receive
from guanggu.kernel.register.public import REGISTERS

from .project_routes import COLLECTIONS
from .sensing_world import PIXEL, bring_a_bad_row, save

if TYPE_CHECKING:
    from .world import World


def add_projects(world: World) -> None:
    lay_rules(platform("test"))
    body, today = world.house.organisation, clock.today()
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    project = Project(
        key="XM-1", name="测试项目", name_en="Test project", stage="construction", lead=body,
        owner=f"legal_entities/{world.actors['agent'].firm}", investment=100, reports_from=month,
        geometry=shapely.box(114.4, 30.45, 114.41, 30.46), source="test",
    )  # fmt: skip
    save(project, "projects.created")
    parts = (
        Milestone(key="JD-1", project=project, kind="start", planned_on=today, source="test"),
        InvestmentPlan(key="TZ-1", project=project, month=month, amount=10, source="test"),
        PermitLink(key="SX-1", project=project, title="施工许可", source="test"),
        ProjectWarning(key="YJ-1", project=project, kind="milestone_late", level="yellow",
                       cause="JD-1", measured=1, limit=1, text="逾期", text_en="Late",
                       found_at=clock.now(), source="test"),
        Bulletin(key="TB-1", month=month, title="通报", organisation=body, source="test"),
    )  # fmt: skip
    for part in parts:
        save(part, "projects.created")
    told = submit_report(world.actors["agent"], project="XM-1", month=month.isoformat(),
                         invested="5", progress="进展")  # fmt: skip
    photo = receive(ContentFile(PIXEL), "现场.png").as_dict()
    added = add_photo(world.actors["agent"], report=told["report"], received=photo)
    world.keys["project_photo"] = added["file"]
    for collection in COLLECTIONS:
        model = REGISTERS[collection.name].model
        world.keys[collection.name] = model._default_manager.order_by("pk").first().key
        if collection.writers is not None:
            bring_a_bad_row(world, collection.name)
