"""The pages of the plan: for residents, for owners, for keepers."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from guanggu.apps.plan.actions.tasks import report_progress
from guanggu.apps.plan.models import PlanTask, Progress
from guanggu.kernel.identity.testing import sign_in
from guanggu.kernel.indicator.public import record_values

from .conftest import DELIVERABLE, FIGURE

pytestmark = pytest.mark.django_db


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_resident_sees_every_goal_in_the_matrix(goals, client):
    shown = page(client, "/plan/")
    assert len(set(re.findall(r"/plan/goals/(G\d{3}-\d\d)/", shown))) == len(goals)
    assert "暂无数据" in shown
    assert "武政〔2017〕11号" in shown


@pytest.mark.parametrize(
    ("query", "count"),
    [("?year=2049", 1), ("?kind=trend", 18), ("?kind=figure&organisation=wehdz-zwb", 1),
     ("?q=WTA", 1), ("?state=reached", 0), ("?q=nothing-like-it", 0)],
)  # fmt: skip
def test_the_matrix_is_filtered(goals, client, query, count):
    shown = page(client, f"/plan/{query}")
    assert len(set(re.findall(r"/plan/goals/(G\d{3}-\d\d)/", shown))) == count


def test_a_hidden_goal_is_not_there_for_residents(goals, client):
    goal = goals[DELIVERABLE]
    goal.is_public = False
    goal.save()
    assert client.get(f"/plan/goals/{goal.key}/").status_code == 404
    assert goal.key not in page(client, "/plan/")


def test_a_goal_shows_the_plans_words_the_arithmetic_and_the_chart(goals, people, client):
    record_values(
        people["keeper"] if people["keeper"].has("statistics") else _platform(),
        indicator=goals[FIGURE].indicator,
        values=[{"period": "2018", "number": "20000", "status": "preliminary"},
                {"period": "2018", "number": "21000", "reason": "核算"}],
    )  # fmt: skip
    shown = page(client, f"/plan/goals/{FIGURE}/")
    for words in ("科技部口径的企业总收入突破30000亿元", "24.4", "推进路径", "21,000", "20,000",
                  "核算", "10,062"):  # fmt: skip
        assert words in shown, words
    assert "所属任务" not in shown
    assert "所属任务" in page(sign_in(people["head"]), f"/plan/goals/{FIGURE}/")


def _platform():
    from guanggu.base.actor import platform

    return platform("tests")


def test_figures_stand_on_one_page_with_required_growth(goals, client):
    shown = page(client, "/plan/figures/")
    assert "企业总收入" in shown
    assert "24.42%" in shown
    assert "单位地区生产总值能耗" not in shown or "能源利用效率" in shown


def test_the_owner_reports_on_the_page_of_the_task(task, people):
    client = sign_in(people["head"])
    address = f"/plan/tasks/{task.key}/"
    assert "报告进展" in page(client, address)
    client.post(
        address, {"do": "report", "percent": "45", "text": "需求调研完成", "request_key": "a"}
    )
    assert Progress.objects.get().text == "需求调研完成"
    answer = client.post(
        address, {"do": "report", "percent": "145", "text": "x", "request_key": "b"}
    )
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()
    assert client.post(address, {"do": "dance"}).status_code == 404


def test_who_may_not_is_refused_on_the_page(task, people):
    client = sign_in(people["stranger"])
    address = f"/plan/tasks/{task.key}/"
    assert "报告进展" not in page(client, address)
    sent = {"do": "report", "percent": "45", "text": "x", "request_key": "a"}
    assert client.post(address, sent).status_code in (403, 404)
    assert PlanTask.objects.get(key=task.key).percent == 0
    assert Client().get(address).status_code in (302, 403, 404)


def test_the_keeper_accepts_on_the_page(task, people):
    report_progress(people["head"], task=task.key, percent=100, text="完成")
    client = sign_in(people["keeper"])
    assert "验收通过" in page(client, f"/plan/tasks/{task.key}/")
    client.post(f"/plan/tasks/{task.key}/", {"do": "accept", "opinion": "", "request_key": "a"})
    assert PlanTask.objects.get(key=task.key).state == "done"
    assert "RW-1" in page(client, "/plan/plan_tasks/")


def test_the_desk_answers_each_post(task, people):
    assert "系统上线试运行" in page(sign_in(people["head"]), "/plan/desk/")
    assert "没有待办的规划任务" in page(sign_in(people["stranger"]), "/plan/desk/")
