"""Races of threads on real connections, run by ``test_two_at_once`` on both databases."""

from __future__ import annotations

import threading

from django.db import connections

from guanggu.base.errors import Conflict
from guanggu.kernel.case.models import Case, Task
from guanggu.kernel.case.public import complete_task, open_case
from guanggu.kernel.case.testing import a_case
from guanggu.kernel.identity.testing import an_official, an_organisation
from guanggu.kernel.journal.public import history, verify


def at_once(*calls):
    """Run the calls in threads that start together; answers results and Conflicts in order."""
    barrier = threading.Barrier(len(calls))
    answers: list = [None] * len(calls)

    def run(place, call):
        barrier.wait(10)
        try:
            answers[place] = call()
        except Conflict as refused:
            answers[place] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, call)) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def of_two_deciders_one_wins_and_the_other_is_told_who():
    office = an_organisation()
    for _ in range(8):
        first, second = an_official(office), an_official(office)
        answer = a_case(office)
        task = answer["tasks"][0]
        answers = at_once(
            lambda task=task, first=first: complete_task(
                first, key=f"a{task}", task=task, outcome="accept", data={}
            ),
            lambda task=task, second=second: complete_task(
                second, key=f"b{task}", task=task, outcome="refuse", data={"reason": "x"}
            ),
        )
        lost = [each for each in answers if isinstance(each, Conflict)]
        assert len(lost) == 1
        winner = Task.objects.get(pk=task)
        assert winner.done_by_name in str(lost[0])
        told = history(f"cases/{answer['number']}").filter(kind="case.task_completed")
        assert [event.body["outcome"] for event in told] == [winner.outcome]
    assert verify().is_sound


def a_double_click_decides_once_and_answers_twice_the_same():
    office = an_organisation()
    clerk = an_official(office)
    opened = a_case(office)
    task = opened["tasks"][0]

    def click():
        return complete_task(clerk, key="same", task=task, outcome="accept", data={})

    answers = at_once(click, click, click)
    assert answers[0] == answers[1] == answers[2]
    told = history(f"cases/{opened['number']}").filter(kind="case.task_completed")
    assert told.count() == 1


def numbers_given_out_at_once_have_no_gap_and_no_double():
    office = an_organisation()
    a_case(office)
    clerk = an_official(office)
    data = {"statutory_days": 10, "promised_days": 5, "departments": []}

    def opening():
        return open_case(
            clerk, procedure="test.permit", organisation=office.code, title="x", data=data
        )

    at_once(*[opening] * 6)
    numbers = sorted(Case.objects.values_list("number", flat=True))
    assert len(numbers) >= 7
    assert [int(number[-6:]) for number in numbers] == list(range(1, len(numbers) + 1))


RACES = (
    of_two_deciders_one_wins_and_the_other_is_told_who,
    a_double_click_decides_once_and_answers_twice_the_same,
    numbers_given_out_at_once_have_no_gap_and_no_double,
)
