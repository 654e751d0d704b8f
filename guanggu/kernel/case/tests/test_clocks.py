"""Pausing, extending and stopping limits; what is near and overdue is told once."""

from datetime import UTC, datetime

import pytest

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.case.public import (
    Case,
    CaseClock,
    Task,
    add_note,
    assign_task,
    claim_task,
    complete_task,
    extend_clock,
    keep_deadlines,
    near_cases,
    overdue_cases,
    pause_clock,
    release_task,
    resume_clock,
    worklist,
)
from guanggu.kernel.case.testing import a_case
from guanggu.kernel.identity.testing import an_official, an_organisation
from guanggu.kernel.journal.public import history, verify

pytestmark = pytest.mark.django_db


def on(day, hour=2):
    return clock.fixed_at(datetime(2026, 3, day, hour, tzinfo=UTC))


@pytest.fixture
def office():
    return an_organisation()


@pytest.fixture
def accepted(office):
    """A case accepted on Monday 2 March 2026: promised by the 9th, statutory by the 16th."""
    with on(2):
        clerk = an_official(office)
        answer = a_case(office)
        return clerk, complete_task(clerk, task=answer["tasks"][0], outcome="accept", data={})


def due(name):
    found = CaseClock.objects.get(name=name).due_on
    return found and found.isoformat()


def told(answer, kind):
    return [e.body for e in history(f"cases/{answer['number']}") if e.kind == kind]


def test_a_pause_by_hand_moves_the_day_and_its_tasks(accepted):
    clerk, answer = accepted
    with on(3):
        pause_clock(clerk, case=answer["case"], clock="statutory", reason="专家评审")
        assert due("statutory") is None
    with on(5):
        resume_clock(clerk, case=answer["case"], clock="statutory")
    assert due("statutory") == "2026-03-18"
    assert due("promised") == "2026-03-09"
    assert told(answer, "case.clock_paused")[0]["was_due_on"] == "2026-03-16"


def test_a_second_pause_or_an_idle_resume_is_a_conflict(accepted):
    clerk, answer = accepted
    with on(3):
        with pytest.raises(Conflict):
            resume_clock(clerk, case=answer["case"], clock="statutory")
        pause_clock(clerk, case=answer["case"], clock="statutory", reason="听证")
        with pytest.raises(Conflict):
            pause_clock(clerk, case=answer["case"], clock="statutory", reason="听证")


def test_a_limit_is_extended_once_and_by_the_head_only(office, accepted):
    _, answer = accepted
    given = {"case": answer["case"], "clock": "statutory", "reason": "案情复杂"}
    with on(3):
        head = an_official(office, roles=["head"])
        with pytest.raises(Forbidden):
            extend_clock(an_official(office, roles=["review"]), days=5, **given)
        with pytest.raises(Invalid):
            extend_clock(head, days=11, **given)
        extend_clock(head, days=10, **given)
        assert due("statutory") == "2026-03-30"
        with pytest.raises(Conflict):
            extend_clock(head, days=1, **given)


def test_a_clock_that_never_ran_is_missing(office):
    with on(2):
        answer = a_case(office)
        with pytest.raises(Missing):
            pause_clock(an_official(office), case=answer["case"], clock="statutory", reason="x")


def test_near_and_overdue_are_told_once_for_each_clock(accepted):
    _, answer = accepted
    for day in (6, 6, 9, 10, 10, 12, 17, 17):
        with on(day):
            keep_deadlines()
    near, late = told(answer, "case.near"), told(answer, "case.overdue")
    assert [e["clock"] for e in near] == ["promised", "statutory"]
    assert [e["clock"] for e in late] == ["promised", "statutory"]
    assert [e["remaining_days"] for e in late] == [-1, -1]
    assert verify().is_sound


def test_an_extension_tells_anew_when_the_new_day_comes_near(office, accepted):
    _, answer = accepted
    with on(6):
        keep_deadlines()
        head = an_official(office, roles=["head"])
        extend_clock(head, case=answer["case"], clock="promised", days=5, reason="复杂")
    with on(13):
        keep_deadlines()
    assert [e["clock"] for e in told(answer, "case.near")].count("promised") == 2


def test_what_is_late_heads_the_lists_of_supervision_and_of_the_department(office, accepted):
    supervisor = an_official(roles=["supervise"])
    with on(9):
        assert [c.number for c in near_cases(supervisor)] == [accepted[1]["number"]]
        assert overdue_cases(supervisor) == []
    with on(10):
        assert near_cases(supervisor) == []
        assert [c.number for c in overdue_cases(supervisor)] == [accepted[1]["number"]]
        assert len(overdue_cases(an_official(office))) == 1
        assert overdue_cases(an_official(roles=["accept"])) == []


def test_a_claimed_task_is_left_by_colleagues_until_released(office, accepted):
    clerk, answer = accepted
    task = answer["tasks"][0]
    colleague = an_official(office)
    claim_task(clerk, task=task)
    assert worklist(colleague) == []
    assert [t.pk for t in worklist(clerk)] == [task]
    with pytest.raises(Forbidden, match="领取"):
        complete_task(colleague, task=task, outcome="pass", data={})
    release_task(clerk, task=task)
    assert [t.pk for t in worklist(colleague)] == [task]


def test_a_head_assigns_to_who_holds_the_role(office, accepted):
    task = accepted[1]["tasks"][0]
    head, fit, unfit = (
        an_official(office, roles=roles) for roles in (["administer"], ["review"], ["accept"])
    )
    with pytest.raises(Forbidden):
        assign_task(fit, task=task, account=fit.account)
    with on(3), pytest.raises(Invalid):
        assign_task(head, task=task, account=unfit.account)
    assign_task(head, task=task, account=fit.account)
    assert Task.objects.get(pk=task).assignee_name == fit.name


def test_a_note_is_for_those_who_see_the_case(office, accepted):
    clerk, answer = accepted
    add_note(clerk, case=answer["case"], text="已电话联系申请人")
    assert told(answer, "case.noted")[0]["text"] == "已电话联系申请人"
    with pytest.raises(Missing):
        add_note(an_official(roles=["accept"]), case=answer["case"], text="x")


def test_one_case_without_a_way_on_does_not_hold_up_the_others(office):
    """Beyond the announced calendar no limit can be counted: that case waits, the rest go on."""
    with clock.fixed_at(datetime(2026, 12, 18, 2, tzinfo=UTC)):
        a_case(office, data={"statutory_days": 60})
        a_case(office, data={"statutory_days": 1, "promised_days": 1})
    with clock.fixed_at(datetime(2026, 12, 28, 2, tzinfo=UTC)):
        for _ in range(3):
            keep_deadlines()
    assert [c.step for c in Case.objects.order_by("pk")] == ["accept", "review"]
    assert verify().is_sound


def test_the_platform_may_pause_for_an_app(accepted):
    _, answer = accepted
    with on(3):
        pause_clock(platform("test"), case=answer["case"], clock="promised", reason="检验")
    assert due("promised") is None
