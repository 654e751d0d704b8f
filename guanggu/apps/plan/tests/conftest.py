"""Fixtures of the plan's tests: bureaus with their posts, and the goals laid under them."""

from datetime import date, datetime

import pytest

from guanggu.apps.plan.models import Goal, PlanTask
from guanggu.apps.plan.register.shipped import take_in_goals
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.identity.models import Appointment
from guanggu.kernel.identity.public import actor_for
from guanggu.kernel.identity.testing import a_post, an_account, an_official, an_organisation
from guanggu.kernel.register.public import create_record

MORNING = datetime(2026, 6, 10, 9, tzinfo=clock.DISTRICT_ZONE)
DELIVERABLE, FIGURE = "G441-10", "G330-02"


@pytest.fixture
def june():
    with clock.fixed_at(MORNING):
        yield


@pytest.fixture
def bureaus(db, june):
    """The bureau of approvals with its head, and the bureau that keeps the plan."""
    return {
        "zwb": an_organisation("政务服务局", code="wehdz-zwb"),
        "fgj": an_organisation("发展和改革局", code="wehdz-fgj"),
    }


@pytest.fixture
def people(bureaus):
    head_post = a_post(bureaus["zwb"], ["head", "sign"], name="局长", is_head=True)
    account = an_account("责任局长", kind="official")
    Appointment.objects.create(account=account, post=head_post, from_on=clock.today())
    return {
        "head": actor_for(account, post=head_post.pk),
        "office": an_official(bureaus["zwb"], ["draft"], "综合岗"),
        "keeper": an_official(bureaus["fgj"], ["plan"], "规划岗甲"),
        "other_keeper": an_official(bureaus["fgj"], ["plan"], "规划岗乙"),
        "leader": an_official(bureaus["fgj"], ["head", "decide"], "发改局长"),
        "stranger": an_official(an_organisation(), ["draft"], "他局"),
    }


@pytest.fixture
def goals(people):
    take_in_goals(platform("tests"))
    return {goal.key: goal for goal in Goal.objects.all()}


@pytest.fixture
def task(goals, people):
    """A task under a deliverable, due at the end of June 2026."""
    made = create_record(
        people["keeper"], collection="plan_tasks",
        values={"key": "RW-1", "goal": DELIVERABLE, "name": "系统上线试运行",
                "begins_on": "2026-01-01", "due_on": "2026-06-30"},
    )  # fmt: skip
    return PlanTask.objects.get(key=made["key"])


@pytest.fixture
def on_the_day():
    """``with on_the_day(2026, 7, 1): …``"""

    def fixed(year, month, day):
        at = datetime(year, month, day, 10, tzinfo=clock.DISTRICT_ZONE)
        assert at.date() == date(year, month, day)
        return clock.fixed_at(at)

    return fixed
