"""One goal with its task, report, evaluation and follow-up, for the walks of every address."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from guanggu.apps.approvals.tests.people import a_received
from guanggu.apps.plan.actions.evaluating import draft_evaluation
from guanggu.apps.plan.actions.tasks import add_evidence, report_progress
from guanggu.apps.plan.models import Goal, PlanTask
from guanggu.apps.supervision.models import FollowUp
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.register.public import REGISTERS, Record, import_rows, save_record

from .plan_routes import COLLECTIONS

if TYPE_CHECKING:
    from .world import World


def add_plan(world: World) -> None:
    body, keeper = world.house.organisation, world.actors["elsewhere"]
    goal = Goal(
        key="G-1", name="公开目标", kind="deliverable", section="四(四)1", year=2020, quote="原文",
        organisation=body, source="test",
    )  # fmt: skip
    _save(goal, "plan.created")
    today = clock.today()
    task = PlanTask(
        key="RW-1", goal=goal, name="任务", organisation=body, begins_on=today,
        due_on=today + timedelta(days=90), source="test",
    )  # fmt: skip
    _save(task, "plan.created")
    told = report_progress(world.actors["head"], task="RW-1", percent=10, text="开始")
    received = a_received("佐证.pdf")
    kept = add_evidence(world.actors["head"], report=told["report"], received=received)
    draft_evaluation(keeper, kind="final")
    follow_up = FollowUp(
        key="DC-1", subject="plan_tasks/RW-1", title="任务", organisation=body.code, due_on=today,
        opened_at=clock.now(), source="test",
    )  # fmt: skip
    _save(follow_up, "supervision.follow_up_opened")
    world.keys["plan_evidence"] = kept["file"]
    for collection in COLLECTIONS:
        model = REGISTERS[collection.name].model
        world.keys[collection.name] = model._default_manager.order_by("pk").first().key
        if collection.writers is not None:
            run = import_rows(
                keeper, key=f"w-{collection.name}", collection=collection.name,
                rows=[(2, {"name": ""})],
            )  # fmt: skip
            row = run.rows.first()
            world.keys |= {
                f"{collection.name}-run": str(run.pk), f"{collection.name}-row": str(row.pk)
            }  # fmt: skip


def _save(record: Record, kind: str) -> None:
    with transaction.atomic():
        save_record(platform("test"), record, kind)
