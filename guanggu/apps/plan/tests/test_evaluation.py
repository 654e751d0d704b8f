"""The evaluation: drafted by the rules, judged, reviewed by another, published under seal."""

from __future__ import annotations

import subprocess

import pytest

from guanggu.apps.plan.actions.evaluating import (
    draft_evaluation,
    judge_goal,
    publish_evaluation,
    review_evaluation,
)
from guanggu.apps.plan.models import Evaluation, Finding, PlanTask
from guanggu.apps.plan.queries.goals import standings_of
from guanggu.apps.plan.register.shipped import take_in_plan_sample
from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.kernel.document.public import Document, preview
from guanggu.kernel.identity.testing import sign_in
from guanggu.kernel.indicator.public import record_values

from .conftest import DELIVERABLE, FIGURE

pytestmark = pytest.mark.django_db


def enter(goal, **values):
    told = [{"period": year[1:], "number": number} for year, number in values.items()]
    record_values(platform("tests"), indicator=goal.indicator, values=told)


def finding(evaluation, goal):
    return Finding.objects.get(evaluation__key=evaluation, goal__key=goal)


@pytest.fixture
def draft(goals, people):
    enter(goals[FIGURE], y2016="13000", y2017="16000", y2018="20000", y2020="30000")
    return draft_evaluation(people["keeper"], key="d", kind="final")["evaluation"]


def test_more_than_the_figure_is_not_reached_by_the_figure(draft, goals):
    found = finding(draft, FIGURE)
    assert found.verdict == "partly"
    assert "相等不算达标" in found.words
    assert finding(draft, DELIVERABLE).verdict == "unknown"


def test_the_mid_term_knows_only_its_years(goals, people):
    enter(goals[FIGURE], y2016="13000", y2017="16000", y2018="20000", y2020="15000")
    key = draft_evaluation(people["keeper"], kind="midterm")["evaluation"]
    found = finding(key, FIGURE)
    assert found.verdict == "met"
    assert "2018年" in found.words
    assert standings_of([goals[FIGURE]]).stands[goals[FIGURE].pk].state == "missed"


def test_another_verdict_needs_a_reason_and_stays_when_drafted_anew(draft, people):
    with pytest.raises(Invalid):
        judge_goal(people["keeper"], evaluation=draft, goal=FIGURE, verdict="met")
    judge_goal(people["keeper"], evaluation=draft, goal=FIGURE, verdict="met", reason="口径调整")
    draft_evaluation(people["keeper"], kind="final")
    found = finding(draft, FIGURE)
    assert (found.verdict, found.proposed, found.reason) == ("met", "partly", "口径调整")


def test_it_is_reviewed_by_another_and_published(draft, people):
    with pytest.raises(Conflict):
        publish_evaluation(people["leader"], evaluation=draft)
    with pytest.raises(Forbidden):
        review_evaluation(people["keeper"], evaluation=draft, outcome="approve")
    with pytest.raises(Invalid):
        review_evaluation(people["leader"], evaluation=draft, outcome="return")
    review_evaluation(people["leader"], evaluation=draft, outcome="return", opinion="补充说明")
    review_evaluation(people["leader"], evaluation=draft, outcome="approve", opinion="同意")
    with pytest.raises(Conflict):
        judge_goal(people["keeper"], evaluation=draft, goal=FIGURE, verdict="met", reason="晚了")
    told = publish_evaluation(people["leader"], evaluation=draft)
    assert told["number"].startswith("规划评估〔2026〕")
    assert Evaluation.objects.get(key=draft).state == "published"
    with pytest.raises(Conflict):
        draft_evaluation(people["keeper"], kind="final")


def test_a_draft_is_hidden_from_the_public_and_a_published_one_is_not(draft, people, client):
    assert client.get(f"/plan/evaluations/{draft}/").status_code in (302, 403, 404)
    review_evaluation(people["leader"], evaluation=draft, outcome="approve")
    publish_evaluation(people["leader"], evaluation=draft)
    page = client.get(f"/plan/evaluations/{draft}/").content.decode()
    assert "部分完成" in page
    assert "企业总收入" in page
    assert (
        "企业总收入" not in client.get(f"/plan/evaluations/{draft}/?verdict=met").content.decode()
    )


def test_what_the_final_evaluation_judged_stands_once_published(draft, goals, people):
    goal = goals[FIGURE]
    judge_goal(people["keeper"], evaluation=draft, goal=FIGURE, verdict="met", reason="口径调整")
    assert standings_of([goal]).stands[goal.pk].state == "missed"
    review_evaluation(people["leader"], evaluation=draft, outcome="approve")
    publish_evaluation(people["leader"], evaluation=draft)
    stand = standings_of([goal]).stands[goal.pk]
    assert stand.state == "reached"
    assert "口径调整" in stand.words.zh


def test_the_report_is_a_pdf_with_its_tables_and_charts(draft, people, tmp_path):
    document = Document.objects.get(key=Evaluation.objects.get(key=draft).document_key)
    made = preview(document)
    path = tmp_path / "report.pdf"
    path.write_bytes(made)
    text = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True, text=True
    ).stdout
    for words in ("总体情况", "数值目标", "企业总收入", "附表", "到2020年的目标共390项"):
        assert words in "".join(text.split()), words
    answer = sign_in(people["keeper"]).get(f"/plan/evaluations/{draft}/report.pdf")
    assert answer["Content-Type"] == "application/pdf"


def test_the_sample_lays_tasks_values_and_a_few_late_ones(goals, people):
    assert take_in_plan_sample(platform("tests")) > 1000
    rows = list(goals.values())
    stands = standings_of(rows).stands
    states = {stand.state for stand in stands.values()}
    assert {"reached", "missed"} <= states
    assert PlanTask.objects.filter(is_sample=False).count() == 0
    assert 1 <= PlanTask.objects.filter(state="open", due_on__lt="2026-06-10").count() <= 6
    running = [stands[goal.pk].state for goal in rows if goal.year > 2020]
    assert "no_data" not in running
