"""Supervision hears of late tasks: one case and one card each, walked until it is closed."""

from __future__ import annotations

from datetime import datetime

import pytest

from guanggu.apps.supervision.actions import advance, watch
from guanggu.apps.supervision.models import Card, FollowUp
from guanggu.apps.supervision.tasks import follow_up, open_waiting_follow_ups
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.errors import Missing
from guanggu.kernel.case.public import Case
from guanggu.kernel.identity.testing import an_official, an_organisation, sign_in
from guanggu.kernel.journal.public import append, read_events

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 6, 1, 9, tzinfo=clock.DISTRICT_ZONE)
EXPLAINED = {"opinion": "设备到货晚", "measures": "增加班次", "new_due_on": "2026-07-01"}


@pytest.fixture(autouse=True)
def june():
    with clock.fixed_at(MORNING):
        yield


@pytest.fixture
def department():
    return an_organisation("建设局", code="jsj-1")


@pytest.fixture
def people(department):
    return {
        "supervisor": an_official(an_organisation("纪检", code="jwj-1"), ["supervise"], "监察员"),
        "head": an_official(department, ["head"], "局长"),
        "other": an_official(an_organisation("他局"), ["head"], "他局局长"),
    }


def tell(subject="plan_tasks/RW-1", due_on="2026-05-31"):
    return append(
        subject, "plan.task_overdue", platform("plan"),
        {"title": "花山港二期：组织实施", "goal": "G431-08", "goal_title": "花山港二期",
         "organisation": "jsj-1", "organisation_name": "建设局", "post": "posts/7",
         "due_on": due_on, "percent": 40},
    )  # fmt: skip


def hear():
    events = read_events(limit=1000)
    follow_up([event for event in events if event.kind == "plan.task_overdue"])
    watch([event for event in events if event.kind.startswith("case.")])


def take(actor, outcome, **data):
    task = Case.objects.get().tasks.get(state="open")
    advance(actor, key=f"{task.pk}{outcome}", task=task.pk, outcome=outcome, data=data)


def test_a_late_task_becomes_one_case_and_one_card_however_often_it_is_heard(people):
    tell()
    hear()
    hear()
    row, card = FollowUp.objects.get(), Card.objects.get()
    assert row.state == "open"
    assert row.case_number == Case.objects.get().number == card.number
    assert (card.rule, card.colour, card.post) == ("plan_task_overdue", "yellow", "posts/7")
    assert (card.organisation, card.organisation_name) == ("jsj-1", "建设局")
    assert "花山港二期" in card.detail


def test_another_due_date_is_another_case(people):
    tell()
    tell(due_on="2026-05-30")
    hear()
    assert FollowUp.objects.count() == Card.objects.count() == 2


def test_the_answerable_post_explains_and_mends_and_supervision_closes(people):
    tell()
    hear()
    take(people["head"], "explained", **EXPLAINED)
    take(people["supervisor"], "agreed")
    take(people["head"], "mended", opinion="已完工")
    take(people["supervisor"], "fail", opinion="现场未清理")
    take(people["head"], "mended", opinion="已清理")
    take(people["supervisor"], "pass")
    row = FollowUp.objects.get()
    assert row.state == "closed"
    assert row.closed_at is not None


def test_nobody_else_sees_or_answers_it(people):
    tell()
    hear()
    with pytest.raises(Missing):
        take(people["other"], "explained", **EXPLAINED)
    row = FollowUp.objects.get()
    assert sign_in(people["other"]).get(f"/supervision/follow-ups/{row.key}/").status_code == 404
    assert sign_in(people["head"]).get(f"/supervision/follow-ups/{row.key}/").status_code == 200


def test_without_a_supervisor_it_waits_and_is_opened_later(department):
    tell()
    hear()
    row = FollowUp.objects.get()
    assert (row.state, row.case_number) == ("waiting", "")
    assert Card.objects.get().number == row.key
    assert open_waiting_follow_ups() == 0
    an_official(an_organisation("纪检"), ["supervise"])
    assert open_waiting_follow_ups() == 1
    row.refresh_from_db()
    assert row.state == "open"


def test_the_explanation_is_given_on_the_page(people):
    tell()
    hear()
    row, client = FollowUp.objects.get(), sign_in(people["head"])
    page = client.get("/supervision/follow-ups/").content.decode()
    assert row.title in page
    address = f"/supervision/follow-ups/{row.key}/"
    assert "说明原因并提出整改措施" in client.get(address).content.decode()
    sent = {f"explained-{name}": value for name, value in EXPLAINED.items()}
    client.post(address, {"outcome": "explained", "request_key": "k", **sent})
    assert Case.objects.get().step == "agree"
    assert "增加班次" in client.get(address).content.decode()
