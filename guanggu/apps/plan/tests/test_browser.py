"""The plan in a real browser: an owner reports from a telephone, the keeper accepts, axe is silent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from guanggu.apps.plan.models import PlanTask
from guanggu.apps.plan.queries.tasks import evidence_of, reports_of
from guanggu.apps.plan.register.shipped import take_in_goals
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.identity.public import Post
from guanggu.kernel.identity.testing import an_official, an_organisation
from guanggu.kernel.register.public import create_record
from guanggu.web.testing import DESK, PHONE, fits, open_browser, open_page, violations

from .conftest import DELIVERABLE
from .test_way import PDF

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with open_browser() as opened:
        yield opened


def test_an_owner_reports_with_evidence_and_the_keeper_accepts(
    browser: Any, live_server: Any
) -> None:
    bureau, planners = an_organisation("政务局", code="wehdz-zwb"), an_organisation("发改局")
    owner, keeper = an_official(bureau, ["head"], "局长"), an_official(planners, ["plan"], "规划岗")
    assert Post.objects.filter(pk=owner.post).exists()
    take_in_goals(platform("tests"))
    today = clock.today()
    create_record(
        keeper, collection="plan_tasks",
        values={"key": "RW-1", "goal": DELIVERABLE, "name": "系统上线试运行",
                "begins_on": today.isoformat(), "due_on": (today + timedelta(days=20)).isoformat()},
    )  # fmt: skip
    page = open_page(browser, live_server, PHONE, owner)
    page.goto("/plan/desk/")
    page.get_by_role("link", name="系统上线试运行").first.click()
    page.get_by_label("进度(%)，填 100 即报请验收").fill("100")
    page.get_by_label("进展情况").fill("系统已上线，运行平稳。")
    page.get_by_label("佐证材料").set_input_files(
        {"name": "验收报告.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    assert fits(page)
    page.get_by_role("button", name="报告进展").click()
    page.get_by_text("报请验收", exact=True).first.wait_for()
    page.get_by_role("link", name="验收报告.pdf").wait_for()

    page = open_page(browser, live_server, DESK, keeper)
    page.goto("/plan/desk/")
    page.get_by_role("heading", name="待我验收").wait_for()
    page.get_by_role("link", name="系统上线试运行").first.click()
    page.get_by_text("验收通过", exact=True).first.click()
    page.get_by_role("button", name="验收通过").click()
    page.get_by_text("已办理").wait_for()
    task = PlanTask.objects.get(key="RW-1")
    assert task.state == "done"
    assert len(evidence_of(reports_of(task))[task.reports.get().pk]) == 1


def test_the_matrix_can_be_read_by_everybody(browser: Any, live_server: Any) -> None:
    an_organisation("发改局", code="wehdz-fgj")
    take_in_goals(platform("tests"))
    for size in (PHONE, DESK):
        page = open_page(browser, live_server, size)
        for address in ("/plan/", "/plan/?kind=figure", "/plan/goals/G330-02/", "/plan/figures/"):
            page.goto(address)
            page.get_by_role("heading", level=1).wait_for()
            assert fits(page), (size, address)
            assert violations(page) == [], (size, address)
