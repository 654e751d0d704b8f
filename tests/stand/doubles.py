"""Two at once and twice the same through the pages: run on real connections by the test beside."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

from django.db import connections
from django.test import Client

from guanggu.apps.approvals.tests.people import a_house
from guanggu.apps.approvals.tests.test_pages import submitted
from guanggu.kernel.case.public import Case, Task
from guanggu.kernel.identity.testing import an_official, sign_in
from guanggu.kernel.journal.public import history, verify

from .world import a_service_item


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """The answers of calls that start together, each on a connection of its own."""
    barrier, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait(30)
            answers[place] = call()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i, call)) for i, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return answers


def form_of(client: Client, number: str, outcome: str) -> tuple[str, str]:
    """(address, request key) of the page that an official has before him."""
    page = client.get(f"/approvals/work/cases/{number}/?outcome={outcome}").content.decode()
    address = re.search(r'action="(/approvals/work/cases/\w+/tasks/\d+/)#task"', page)
    key = re.search(r'name="request_key" value="([^"]+)"', page)
    assert address is not None
    assert key is not None
    return address[1], key[1]


def send(client: Client, form: tuple[str, str], outcome: str, **more: str) -> Any:
    return client.post(form[0], {"request_key": form[1], "outcome": outcome, **more})


def completed(number: str) -> list[str]:
    case = Case.objects.get(number=number)
    told = history(case.ref).filter(kind="case.task_completed")
    return [event.body["outcome"] for event in told]


def everything() -> None:
    house = a_house()
    a_service_item(house)
    applicant = sign_in(house.person)
    clerk = sign_in(house.clerk)
    other = sign_in(an_official(house.organisation, ("accept",), "另一收件员"))

    number = submitted(applicant)
    forms = [form_of(clerk, number, "accept"), form_of(other, number, "accept")]
    answers = at_once(
        lambda: send(clerk, forms[0], "accept"), lambda: send(other, forms[1], "accept")
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    winner = Task.objects.get(case__number=number, state="done")
    assert winner.done_by_name in refused.content.decode()
    assert completed(number) == ["accept"]

    number = submitted(applicant)
    form = form_of(clerk, number, "accept")
    answers = at_once(*[lambda: send(clerk, form, "accept")] * 3)  # an impatient finger
    assert [answer.status_code for answer in answers] == [302] * 3
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert completed(number) == ["accept"]

    again = send(clerk, form, "accept")  # back, and the same form once more
    assert again.status_code == 302
    changed = send(clerk, form, "refuse", **{"refuse.reason": "不符合条件"})
    assert changed.status_code == 302
    assert "没有重复办理" in clerk.get(changed.headers["Location"]).content.decode()
    assert completed(number) == ["accept"]
    stolen = send(other, form, "accept")  # another's key
    assert stolen.status_code == 409
    assert completed(number) == ["accept"]
    assert verify().is_sound
