"""Whatever people do in whatever order, a case keeps its promises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.calendar import working_calendar
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.case.public import (
    Case,
    CaseClock,
    Task,
    clock_of,
    complete_task,
    extend_clock,
    file_of,
    jump_case,
    keep_deadlines,
    outcomes_open,
    pause_clock,
    publish_procedure,
    reopen_case,
    resume_clock,
    withdraw_case,
)
from guanggu.kernel.case.testing import PERMIT, a_case, permit_definition
from guanggu.kernel.identity.testing import a_person, an_official, an_organisation
from guanggu.kernel.journal.public import Event, verify

DATA = {"reason": "理由", "fee": 30}
TITLES = ("甲", "乙", "丙")
START = datetime(2026, 3, 2, 2, tzinfo=UTC)


class Walk(RuleBasedStateMachine):
    """One case, three officials of two organisations, an applicant, and the passing of days."""

    def __init__(self):
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.now = START
        self.outcomes: dict[int, str] = {}
        self.published = 0
        with clock.fixed_at(self.now):
            self.office, other = an_organisation(), an_organisation()
            self.officials = [an_official(o) for o in (self.office, self.office, other)]
            self.person = a_person()
            data = {"departments": [other.code, self.office.code]}
            answer = a_case(self.office, holder=self.person.account, data=data)
        self.case, self.number = answer["case"], answer["number"]
        self.version = Case.objects.get(pk=self.case).procedure_id

    def teardown(self):
        self.outer.__exit__(RuntimeError, RuntimeError(), None)

    def attempt(self, action, actor, **arguments):
        """Do it; a refusal leaves everything as it was."""
        before = Event.objects.count()
        with clock.fixed_at(self.now):
            try:
                return action(actor, **arguments)
            except (Conflict, Forbidden, Invalid, Missing):
                assert Event.objects.count() == before
                return None

    @rule(who=st.integers(0, 3), which=st.integers(0, 9), pick=st.integers(0, 5))
    def decide(self, who, which, pick):
        """Any task ever made, by anybody, with any outcome of its step."""
        tasks = list(Task.objects.filter(case=self.case).order_by("pk"))
        task = tasks[which % len(tasks)]
        steps = {s["key"]: s for s in permit_definition()["steps"]}
        outcomes = steps[task.step]["outcomes"]
        actor = [*self.officials, self.person][who]
        self.attempt(
            complete_task, actor, task=task.pk, outcome=outcomes[pick % len(outcomes)]["key"],
            data=DATA,
        )  # fmt: skip

    @rule(who=st.integers(0, 3))
    def decide_what_is_offered(self, who):
        """What the page offers is also taken."""
        file = file_of(Case.objects.get(pk=self.case))
        actor = [*self.officials, self.person][who]
        for task in file.open_tasks():
            offered = outcomes_open(file, task, actor)
            if offered:
                given = {"task": task.pk, "outcome": offered[0].key, "data": DATA}
                assert self.attempt(complete_task, actor, **given) is not None
                return

    @rule(days=st.integers(1, 4))
    @precondition(lambda self: self.now < START + timedelta(days=120))
    def days_pass(self, days):
        self.now += timedelta(days=days)
        with clock.fixed_at(self.now):
            for _ in range(4):
                keep_deadlines()
            assert keep_deadlines() == 0

    @rule(name=st.sampled_from(["statutory", "promised"]))
    def pause(self, name):
        self.attempt(pause_clock, self.officials[0], case=self.case, clock=name, reason="听证")

    @rule(name=st.sampled_from(["statutory", "promised"]))
    def resume(self, name):
        self.attempt(resume_clock, self.officials[0], case=self.case, clock=name)

    @rule(name=st.sampled_from(["statutory", "promised"]), days=st.integers(0, 12))
    def extend(self, name, days):
        self.attempt(
            extend_clock, self.officials[1], case=self.case, clock=name, days=days, reason="复杂"
        )

    @rule(who=st.integers(0, 3))
    def withdraw(self, who):
        actor = [*self.officials, self.person][who]
        self.attempt(withdraw_case, actor, case=self.case, reason="不办了")

    @rule(step=st.sampled_from(["review", "accept"]))
    def reopen(self, step):
        self.attempt(reopen_case, self.officials[0], case=self.case, step=step, reason="复议")

    @rule(step=st.sampled_from(["decide", "inspect", "supplement"]))
    def jump(self, step):
        self.attempt(jump_case, self.officials[0], case=self.case, step=step, reason="纠错")

    @rule()
    @precondition(lambda self: self.published < 2)
    def publish(self):
        self.published += 1
        definition = permit_definition(title=TITLES[self.published])
        publish_procedure(platform("test"), code=PERMIT, definition=definition)

    @invariant()
    def the_case_stays_with_its_version(self):
        assert Case.objects.get(pk=self.case).procedure_id == self.version

    @invariant()
    def a_decided_task_keeps_its_one_outcome(self):
        for task in Task.objects.filter(case=self.case, state="done"):
            assert self.outcomes.setdefault(task.pk, task.outcome) == task.outcome != ""
            assert task.done_by is not None

    @invariant()
    def each_outcome_was_told_once(self):
        kinds = Event.objects.filter(subject=f"cases/{self.number}", kind="case.task_completed")
        assert kinds.count() == len(self.outcomes)

    @invariant()
    def open_tasks_stand_at_the_step_of_the_case(self):
        case = Case.objects.get(pk=self.case)
        tasks = list(Task.objects.filter(case=case, state="open"))
        assert bool(tasks) == (case.state == "open")
        assert {task.step for task in tasks} <= {case.step}
        assert len({task.branch for task in tasks}) == len(tasks)

    @invariant()
    def the_clocks_agree_with_the_lists(self):
        case = Case.objects.get(pk=self.case)
        rows = list(CaseClock.objects.filter(case=case))
        calendar = working_calendar()
        for row in rows:
            value = clock_of(row)
            paused = value.open_pause is not None and not value.stopped_on
            assert (row.state == "paused") == paused
            assert (row.state == "stopped") == bool(value.stopped_on)
            if row.state == "running":
                assert row.due_on == value.due_on(calendar)
        running = [row.due_on for row in rows if row.state == "running"]
        assert case.due_on == min(running, default=None)
        if case.state != "open":
            assert all(row.state == "stopped" for row in rows)
        for task in Task.objects.filter(case=case, state="open"):
            given = [day for day in (task.limit_on, case.due_on) if day]
            assert task.due_on == min(given, default=None)

    @invariant()
    def the_rows_are_what_the_journal_says(self):
        verdict = verify()
        assert verdict.is_sound, verdict.findings


@pytest.mark.django_db
def test_random_walks_keep_every_promise():
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(Walk, settings=settings(max_examples=15, stateful_step_count=25))
    assert not Case.objects.exists()
