"""An order's way: given, signed for, carried out, checked; seen by whom it concerns."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guanggu.apps.command.actions.duty import begin_shift
from guanggu.apps.command.actions.orders import advance, give_order
from guanggu.apps.command.models import CommandOrder, DutyEntry
from guanggu.apps.command.queries.desk import my_tasks, orders_seen
from guanggu.base import clock
from guanggu.base.errors import Forbidden, Invalid
from guanggu.kernel.case.public import Case
from guanggu.kernel.identity.testing import sign_in

from .conftest import MORNING

pytestmark = pytest.mark.django_db


def given(desk, **changes):
    values = {
        "organisation": "lakes-1",
        "title": "核查南湖水质",
        "content": "请现场核查并反馈。",
        "urgency": "urgent",
    }
    return give_order(desk.first, **{**values, **changes})["order"]


def go(actor, outcome, **data):
    (task,) = my_tasks(actor)
    advance(actor, task=task.pk, outcome=outcome, data=data)


def test_an_order_goes_to_the_department_and_comes_back_for_checking(desk):
    begin_shift(desk.first, shift="DS-0")
    order = CommandOrder.objects.get(key=given(desk))
    assert order.answer_by == MORNING + timedelta(hours=4)
    assert "核查南湖水质" in DutyEntry.objects.get(kind="order").text
    go(desk.receiver, "signed")
    go(desk.receiver, "reported", opinion="已处置")
    go(desk.second, "again", opinion="请补充照片")
    go(desk.receiver, "reported", opinion="已补充")
    go(desk.first, "accepted")
    order.refresh_from_db()
    assert (order.state, order.outcome) == ("closed", "done")
    assert Case.objects.get(number=order.case_number).state == "closed"


def test_an_order_that_is_not_theirs_is_returned_and_revoked(desk):
    key = given(desk)
    go(desk.receiver, "returned", opinion="属城管职责")
    go(desk.first, "revoked", opinion="另行下达")
    assert CommandOrder.objects.get(key=key).outcome == "revoked"


def test_orders_are_seen_by_whom_they_concern(desk):
    given(desk)
    seen = {
        name: orders_seen(getattr(desk, name)).count()
        for name in ("first", "receiver", "watcher", "other", "supervisor")
    }
    assert seen == {"first": 1, "receiver": 1, "watcher": 1, "other": 0, "supervisor": 1}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"organisation": "nobody"}, "organisation"), ({"title": " "}, "title"),
        ({"content": ""}, "content"), ({"urgency": "now"}, "urgency"), ({"hours": 0}, "hours"),
        ({"hours": 241}, "hours"),
    ],
)  # fmt: skip
def test_an_incomplete_order_is_not_given(desk, changes, field):
    with pytest.raises(Invalid) as caught:
        given(desk, **changes)
    assert list(caught.value.fields) == [field]
    assert not CommandOrder.objects.exists()


def test_only_a_desk_gives_orders(desk):
    with pytest.raises(Forbidden):
        give_order(desk.watcher, organisation="city-1", title="x", content="y")
    assert not CommandOrder.objects.exists()


def test_the_same_form_sent_twice_gives_one_order(desk):
    values = {"organisation": "lakes-1", "title": "一", "content": "二", "urgency": "normal"}
    first = give_order(desk.first, key="k1", **values)
    assert give_order(desk.first, key="k1", **values) == first
    assert CommandOrder.objects.count() == 1


def test_the_desk_works_by_its_page(desk):
    client = sign_in(desk.first)
    assert (
        client.post("/command/", {"what": "begin", "shift": "DS-0", "request_key": "a"}).status_code
        == 302
    )
    answer = client.post(
        "/command/",
        {"what": "entry", "entry-kind": "report", "entry-text": "来电", "request_key": "b"},
    )
    assert answer.status_code == 302
    answer = client.post(
        "/command/",
        {"what": "order", "order-organisation": "lakes-1", "order-title": "甲", "order-content": "乙",
         "order-urgency": "critical", "order-hours": "", "request_key": "c"},
    )  # fmt: skip
    assert answer.status_code == 302
    order = CommandOrder.objects.get()
    page = client.get("/command/").content.decode()
    assert "来电" in page
    assert "甲" in page
    receiver = sign_in(desk.receiver)
    assert "甲" in receiver.get("/command/").content.decode()
    there = f"/command/orders/{order.key}/"
    assert receiver.post(there, {"outcome": "reported"}).status_code == 200
    assert receiver.post(there, {"outcome": "signed", "request_key": "d"}).status_code == 302
    assert sign_in(desk.other).get(there).status_code == 404
    with clock.fixed_at(MORNING + timedelta(hours=2)):
        assert "逾时未反馈" in sign_in(desk.receiver).get(there).content.decode()


def test_an_empty_handover_is_asked_again(desk):
    client = sign_in(desk.first)
    begin_shift(desk.first, shift="DS-0")
    answer = client.post("/command/", {"what": "over", "over-summary": "", "request_key": "a"})
    assert answer.status_code == 200
    assert "error" in answer.content.decode()
    answer = client.post("/command/", {"what": "over", "over-summary": "无事", "request_key": "b"})
    assert answer.status_code == 302
    assert "等待接班签字" in client.get("/command/").content.decode()
    taker = sign_in(desk.second)
    assert (
        taker.post("/command/", {"what": "take", "shift": "DS-1", "request_key": "c"}).status_code
        == 302
    )
    page = taker.get("/command/shifts/DS-0/").content.decode()
    assert "日志与交班签字时一致" in page
