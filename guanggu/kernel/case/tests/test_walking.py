"""A permit from application to decision, and everything on the way that may not happen."""

from datetime import UTC, datetime

import pytest

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.case.public import (
    Case,
    CaseClock,
    Task,
    case_by_number,
    complete_task,
    jump_case,
    keep_deadlines,
    my_cases,
    reopen_case,
    withdraw_case,
    worklist,
)
from guanggu.kernel.case.testing import a_case
from guanggu.kernel.identity.testing import a_person, an_official, an_organisation
from guanggu.kernel.journal.public import history, verify

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_a_monday():
    with clock.fixed_at(MONDAY):
        yield


@pytest.fixture
def office():
    return an_organisation("行政审批局")


def do(actor, answer, outcome, **data):
    return complete_task(actor, task=answer["tasks"][0], outcome=outcome, data=data)


def kinds(number):
    return [event.kind for event in history(f"cases/{number}")]


def test_a_permit_goes_from_acceptance_to_a_granted_end(office):
    clerk, head = an_official(office), an_official(office)
    answer = do(clerk, a_case(office), "accept")
    assert answer["step"] == "review"
    answer = do(clerk, answer, "pass", fee=100)
    answer = do(head, answer, "grant")
    assert (answer["state"], answer["outcome"], answer["tasks"]) == ("closed", "granted", [])
    case = Case.objects.get()
    assert case.data["fee"] == 100
    assert case.due_on is None
    assert kinds(case.number)[-2:] == ["case.clock_stopped", "case.closed"]
    assert verify().is_sound


def test_clocks_start_with_acceptance_and_the_tasks_carry_the_earliest_day(office):
    do(an_official(office), a_case(office), "accept")
    case, task = Case.objects.get(), Task.objects.get(state="open")
    assert case.due_on.isoformat() == "2026-03-09"
    assert task.due_on == case.due_on
    assert {c.due_on.isoformat() for c in CaseClock.objects.all()} == {"2026-03-09", "2026-03-16"}


def test_the_second_decider_is_told_who_was_first(office):
    first, second = an_official(office, name="张三"), an_official(office)
    answer = a_case(office)
    do(first, answer, "accept")
    with pytest.raises(Conflict, match=r"该任务已由张三于2026-03-02 10:00办结\(结果:予以受理\)"):
        do(second, answer, "refuse", reason="x")
    assert Task.objects.filter(state="done").count() == 1


def test_a_double_click_gives_the_same_answer(office):
    clerk, answer = an_official(office), a_case(office)
    given = {"task": answer["tasks"][0], "outcome": "accept", "data": {}}
    assert complete_task(clerk, key="k", **given) == complete_task(clerk, key="k", **given)
    assert Task.objects.count() == 2


def test_another_organisation_or_role_may_not_decide(office):
    answer = a_case(office)
    for stranger in (an_official(), an_official(office, roles=["review"]), a_person()):
        with pytest.raises(Forbidden):
            do(stranger, answer, "accept")
    assert Task.objects.get().state == "open"


def test_who_accepted_may_not_decide(office):
    clerk = an_official(office)
    answer = do(clerk, do(clerk, a_case(office), "accept"), "pass")
    with pytest.raises(Forbidden, match="受理"):
        do(clerk, answer, "grant")


def test_a_missing_reason_is_named(office):
    with pytest.raises(Invalid) as caught:
        do(an_official(office), a_case(office), "refuse")
    assert list(caught.value.fields) == ["reason"]


def test_the_one_time_notice_is_given_once(office):
    clerk, person = an_official(office), a_person()
    answer = do(clerk, a_case(office, holder=person.account), "notify", reason="缺章程")
    answer = do(person, answer, "supplemented")
    with pytest.raises(Conflict, match="只能进行一次"):
        do(clerk, answer, "notify", reason="又缺")


def test_silence_counts_as_acceptance_from_the_receipt(office):
    a_case(office)
    with clock.fixed_at(datetime(2026, 3, 9, 12, tzinfo=UTC)):
        keep_deadlines()
        assert Task.objects.get(state="open").step == "accept"
    with clock.fixed_at(datetime(2026, 3, 9, 17, tzinfo=UTC)):
        assert keep_deadlines() > 0
        keep_deadlines()
        assert keep_deadlines() == 0
    case = Case.objects.get()
    assert (case.step, case.due_on.isoformat()) == ("review", "2026-03-09")
    told = kinds(case.number)
    assert told.count("case.task_reminded") == 1
    assert told.count("case.overdue") == 1
    assert verify().is_sound


def test_an_inspection_stops_the_clocks(office):
    clerk = an_official(office)
    answer = do(clerk, do(clerk, a_case(office), "accept"), "inspect")
    assert Case.objects.get().is_paused
    with clock.fixed_at(datetime(2026, 3, 4, 2, tzinfo=UTC)):
        do(clerk, answer, "inspected")
    assert Case.objects.get().due_on.isoformat() == "2026-03-11"
    assert verify().is_sound


def test_a_joint_review_waits_for_every_department(office):
    clerk, fire, health = an_official(office), an_official(), an_official()
    codes = [Task.organisation.field.related_model.objects.get(pk=a.organisation).code
             for a in (fire, health)]  # fmt: skip
    answer = do(clerk, a_case(office, data={"departments": codes}), "accept")
    answer = do(clerk, answer, "consult")
    assert len(answer["tasks"]) == 2
    complete_task(fire, task=answer["tasks"][0], outcome="agree", data={})
    last = complete_task(health, task=answer["tasks"][1], outcome="agree", data={})
    assert last["step"] == "decide"
    assert case_by_number(fire, answer["number"])
    with pytest.raises(Missing):
        case_by_number(an_official(roles=["accept"]), answer["number"])


def test_a_withdrawn_case_leaves_no_open_task(office):
    person = a_person()
    answer = a_case(office, holder=person.account)
    with pytest.raises(Forbidden):
        withdraw_case(an_official(office), case=answer["case"], reason="x")
    done = withdraw_case(person, case=answer["case"], reason="不再需要")
    assert (done["state"], done["tasks"]) == ("withdrawn", [])
    assert [c.number for c in my_cases(person)] == [answer["number"]]


def test_an_appeal_reopens_a_closed_case_as_a_new_round(office):
    clerk, head = an_official(office), an_official(office)
    answer = do(clerk, do(clerk, a_case(office), "accept"), "pass")
    answer = do(head, answer, "deny", reason="不符")
    answer = reopen_case(head, case=answer["case"], step="review", reason="复议决定")
    case = Case.objects.get()
    assert (case.state, case.round, case.step) == ("open", 2, "review")
    do(head, do(clerk, answer, "pass"), "grant")
    assert verify().is_sound


def test_a_jump_is_told(office):
    answer = a_case(office)
    jump_case(an_official(office), case=answer["case"], step="decide", reason="补录")
    assert "case.jumped" in kinds(answer["number"])
    assert Task.objects.filter(state="open").get().step == "decide"


def test_the_worklist_holds_what_the_post_may_do(office):
    a_case(office)
    a_case(an_organisation())
    assert len(worklist(an_official(office))) == 1
    assert worklist(an_official(office, roles=["review"])) == []


def test_a_row_altered_by_sql_is_named(office):
    answer = a_case(office)
    Task.objects.update(role="decide")
    assert [f.place for f in verify().findings] == [f"cases/{answer['number']}"]


def test_a_platform_may_not_be_played(office):
    from guanggu.kernel.case.public import fire_timer

    with pytest.raises(Forbidden):
        fire_timer(an_official(office), timer=1)
    with pytest.raises(Missing):
        fire_timer(platform("clock"), timer=999)
