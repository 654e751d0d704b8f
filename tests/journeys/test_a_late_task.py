"""A task of the plan passes its date: supervision takes it up, the answerable post mends it."""

from __future__ import annotations

from datetime import datetime

import pytest

from guanggu.apps.plan.actions.tasks import report_progress
from guanggu.apps.plan.models import PlanTask
from guanggu.apps.plan.register.shipped import take_in_goals
from guanggu.apps.plan.tasks import watch_due
from guanggu.apps.supervision.actions import advance
from guanggu.apps.supervision.models import Card, FollowUp
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.case.public import Case, publish_shipped
from guanggu.kernel.identity.testing import an_official, an_organisation, sign_in
from guanggu.kernel.journal.public import run_until_quiet, verify
from guanggu.kernel.register.public import create_record

pytestmark = pytest.mark.django_db
TIME = datetime(2026, 6, 10, 9, tzinfo=clock.DISTRICT_ZONE)


def test_a_late_task_is_followed_up_until_it_is_closed():
    with clock.fixed_at(TIME):
        publish_shipped()
        bureau = an_organisation("建设局", code="wehdz-jsj")
        head = an_official(bureau, ["head"], "局长")
        keeper = an_official(an_organisation("发改局", code="wehdz-fgj"), ["plan"], "规划岗")
        supervisor = an_official(an_organisation("纪检"), ["supervise"], "监察员")
        take_in_goals(platform("tests"))
        create_record(
            keeper, collection="plan_tasks",
            values={"key": "RW-1", "goal": "G431-07", "name": "码头主体施工",
                    "begins_on": "2026-01-01", "due_on": "2026-06-09"},
        )  # fmt: skip
        assert watch_due() == 1
        run_until_quiet()
        row = FollowUp.objects.get()
        assert row.subject == "plan_tasks/RW-1"
        assert row.organisation == bureau.code
        assert Card.objects.get().rule == "plan_task_overdue"
        page = sign_in(head).get("/plan/tasks/RW-1/").content.decode()
        assert row.case_number in page
        assert "/plan/tasks/RW-1/" in sign_in(head).get(
            f"/supervision/follow-ups/{row.key}/"
        ).content.decode()  # fmt: skip
        case = Case.objects.get(number=row.case_number)
        report_progress(head, task="RW-1", percent=100, text="已完工")
        for actor, outcome, data in (
            (
                head,
                "explained",
                {"opinion": "汛期停工", "measures": "抢工", "new_due_on": "2026-07-01"},
            ),
            (supervisor, "agreed", {}),
            (head, "mended", {"opinion": "已完工"}),
            (supervisor, "pass", {}),
        ):
            task = case.tasks.get(state="open")
            advance(actor, task=task.pk, outcome=outcome, data=data)
        run_until_quiet()
        assert FollowUp.objects.get().state == "closed"
        assert PlanTask.objects.get().state == "claimed"
        assert verify().is_sound
