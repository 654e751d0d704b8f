"""A task from its start to acceptance, and what happens when it is late."""

from __future__ import annotations

import pytest

from guanggu.apps.plan.actions.tasks import (
    accept_task,
    add_evidence,
    drop_task,
    extend_task,
    report_progress,
    return_task,
)
from guanggu.apps.plan.models import PlanTask
from guanggu.apps.plan.queries.goals import standings_of
from guanggu.apps.plan.queries.tasks import desk_of, evidence_of, reports_of
from guanggu.apps.plan.register.shipped import take_in_goals
from guanggu.apps.plan.tasks import watch_due
from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.document.public import receive
from guanggu.kernel.indicator.public import Indicator, Target
from guanggu.kernel.journal.public import read_events
from guanggu.kernel.register.public import create_record

from .conftest import DELIVERABLE, FIGURE

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def events(kind):
    return [event for event in read_events(limit=5000) if event.kind == kind]


def test_goals_come_with_owner_indicator_baseline_and_target(goals, people):
    goal = goals[FIGURE]
    indicator = Indicator.objects.get(key=goal.indicator)
    told = {t.kind: (t.period, str(t.value)) for t in Target.objects.filter(indicator=indicator)}
    assert told == {"baseline": ("2015", "10062"), "target": ("2020", "30000")}
    assert goals[DELIVERABLE].post == f"posts/{people['head'].post}"
    assert goals[DELIVERABLE].indicator == ""
    assert Target.objects.filter(kind="target").count() == 22


def test_laying_the_goals_again_changes_nothing(goals, people):
    goal = goals[DELIVERABLE]
    goal.name = "本区改过的名称"
    goal.save()
    assert take_in_goals(platform("tests")) == 0
    goal.refresh_from_db()
    assert goal.name == "本区改过的名称"


def test_a_task_is_its_goals_owners_where_nobody_else_is_named(task, people):
    assert task.post == f"posts/{people['head'].post}"
    assert task.organisation.code == "wehdz-zwb"


def test_a_task_is_reported_claimed_and_accepted_by_another(task, people, on_the_day):
    report_progress(people["office"], key="1", task=task.key, percent=60, text="已开发完成")
    told = report_progress(people["head"], key="2", task=task.key, percent=100, text="已上线")
    assert told["state"] == "claimed"
    with on_the_day(2026, 6, 20):
        accept_task(people["keeper"], key="3", task=task.key, opinion="情况属实")
    task.refresh_from_db()
    assert (task.state, task.percent, str(task.finished_on)) == ("done", 100, "2026-06-20")
    with pytest.raises(Conflict):
        report_progress(people["head"], key="4", task=task.key, percent=50, text="再报")


def test_sent_twice_it_is_reported_once(task, people):
    for _ in range(2):
        report_progress(people["head"], key="same", task=task.key, percent=30, text="进行中")
    assert len(reports_of(task)) == 1


def test_who_claims_does_not_accept(goals, people):
    """A keeper of the plan may own a task himself."""
    made = create_record(
        people["keeper"], collection="plan_tasks",
        values={"key": "RW-2", "goal": DELIVERABLE, "name": "台账", "begins_on": "2026-01-01",
                "due_on": "2026-12-31", "post": f"posts/{people['keeper'].post}"},
    )  # fmt: skip
    report_progress(people["keeper"], task=made["key"], percent=100, text="完成")
    with pytest.raises(Forbidden):
        accept_task(people["keeper"], task=made["key"])
    accept_task(people["other_keeper"], task=made["key"])
    assert PlanTask.objects.get(key="RW-2").state == "done"


def test_what_is_not_done_is_sent_back_with_a_reason(task, people):
    report_progress(people["head"], task=task.key, percent=100, text="完成")
    with pytest.raises(Invalid) as caught:
        return_task(people["keeper"], task=task.key, opinion=" ", percent=80)
    assert "opinion" in caught.value.fields
    return_task(people["keeper"], task=task.key, opinion="缺验收报告", percent=80)
    task.refresh_from_db()
    assert (task.state, task.percent) == ("open", 80)


def test_less_than_before_needs_an_explanation(task, people):
    report_progress(people["head"], task=task.key, percent=60, text="进行中")
    with pytest.raises(Invalid) as caught:
        report_progress(people["head"], task=task.key, percent=40, text="返工")
    assert "trouble" in caught.value.fields
    report_progress(people["head"], task=task.key, percent=40, text="返工", trouble="供应商更换")
    task.refresh_from_db()
    assert task.percent == 40


@pytest.mark.parametrize("percent", [-1, 101, True])
def test_progress_is_a_number_of_percent(task, people, percent):
    with pytest.raises(Invalid):
        report_progress(people["head"], task=task.key, percent=percent, text="x")


def test_evidence_is_kept_with_the_report(task, people):
    told = report_progress(people["head"], task=task.key, percent=50, text="进行中")
    add_evidence(people["head"], report=told["report"], received=receive(PDF, "报告.pdf").as_dict())
    held = evidence_of(reports_of(task))
    assert [file.name for files in held.values() for file in files] == ["报告.pdf"]
    with pytest.raises(Invalid):
        add_evidence(people["head"], report=told["report"],
                     received=receive(b"plain", "x.txt").as_dict())  # fmt: skip


def test_others_neither_report_nor_accept(task, people):
    with pytest.raises(Missing):
        report_progress(people["stranger"], task=task.key, percent=1, text="x")
    with pytest.raises(Forbidden):
        extend_task(people["head"], task=task.key, due_on="2027-01-01", reason="晚")


def test_a_late_task_is_told_once_for_each_due_date(task, people, on_the_day):
    assert watch_due() == 0
    with on_the_day(2026, 7, 1):
        assert watch_due() == 1
        assert watch_due() == 0
    event = events("plan.task_overdue")[0]
    assert event.body["organisation"] == "wehdz-zwb"
    assert event.body["post"] == f"posts/{people['head'].post}"
    assert event.body["due_on"] == "2026-06-30"
    with on_the_day(2026, 7, 2):
        extend_task(people["keeper"], task=task.key, due_on="2026-08-01", reason="采购延期")
        assert watch_due() == 0
    with on_the_day(2026, 8, 2):
        assert watch_due() == 1
    assert len(events("plan.task_overdue")) == 2


def test_what_is_claimed_or_dropped_is_not_late(task, people, on_the_day):
    drop_task(people["keeper"], task=task.key, reason="并入另一任务")
    with on_the_day(2026, 7, 1):
        assert watch_due() == 0


def test_the_date_is_only_put_off_and_with_a_reason(task, people):
    for due_on, reason in (("2026-06-01", "早"), ("x", "坏"), ("2027-01-01", "")):
        with pytest.raises(Invalid):
            extend_task(people["keeper"], task=task.key, due_on=due_on, reason=reason)
    assert PlanTask.objects.get(key=task.key).due_on.isoformat() == "2026-06-30"


def test_the_desk_shows_each_post_its_own(task, people, on_the_day):
    assert [t.key for t in desk_of(people["head"]).soon] == ["RW-1"]
    with on_the_day(2026, 7, 1):
        assert [t.key for t in desk_of(people["head"]).late] == ["RW-1"]
    stranger = desk_of(people["stranger"])
    assert [stranger.late, stranger.soon, stranger.goals] == [[], [], []]
    report_progress(people["head"], task=task.key, percent=100, text="完成")
    assert [t.key for t in desk_of(people["keeper"]).to_accept] == ["RW-1"]


def test_a_goal_of_2020_is_judged_as_of_its_end(task, goals, people):
    """What is done in 2026 for a goal of 2020 does not make it reached."""
    report_progress(people["head"], task=task.key, percent=100, text="完成")
    accept_task(people["keeper"], task=task.key)
    stand = standings_of([goals[DELIVERABLE]]).stands[goals[DELIVERABLE].pk]
    assert stand.state == "missed"
    assert "2026-06-10" in stand.words.zh
