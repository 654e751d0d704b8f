"""Supervision hears the journal, gives cards once, and lets departments answer."""

from datetime import datetime

import pytest

from guanggu.apps.supervision.actions import answer_card, settle_card, watch
from guanggu.apps.supervision.models import Card, WatchedCase
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.kernel.identity.testing import an_official, an_organisation, sign_in
from guanggu.kernel.journal.public import append, read_events

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 6, 1, 9, tzinfo=clock.DISTRICT_ZONE)
WINDOW = "cases/XK2026-000001"


@pytest.fixture
def department():
    return an_organisation("规划局", code="plan-1")


def tell(kind, at=MORNING, **data):
    frame = {"organisation": "plan-1", "organisation_name": "规划局", "procedure": "general"}
    return append(WINDOW, kind, platform("test"), {**frame, **data}, at=at)


def hear():
    watch([event for event in read_events() if event.kind.startswith(("case", "approvals"))])


def test_an_overdue_case_earns_one_red_card_however_often_it_is_heard(department):
    tell("case.opened", title="占道施工许可", due_on="2026-06-02")
    tell("case.overdue", clock="statutory", clock_due_on="2026-06-02")
    hear()
    hear()
    card = Card.objects.get()
    assert (card.colour, card.rule, card.number) == ("red", "overdue", "XK2026-000001")
    assert card.organisation_name == "规划局"
    assert WatchedCase.objects.get().events == 1


def test_waits_and_variants_follow_the_steps(department):
    tell("case.opened", title="x")
    later = MORNING.replace(hour=11)
    tell("case.task_completed", at=later, step="accept", stage="acceptance", outcome="accept")
    hear()
    case = WatchedCase.objects.get()
    steps = list(case.steps.order_by("sequence").values_list("activity", "seconds"))
    assert steps == [("opened", None), ("accept:accept", 7200)]
    assert case.variant


def test_a_granted_case_without_review_is_carded(department):
    tell("case.opened", title="x")
    tell("case.task_completed", step="accept", stage="acceptance", outcome="accept")
    tell("case.task_completed", step="decide", stage="decision", outcome="grant")
    tell("case.closed", outcome="granted")
    hear()
    assert Card.objects.get().detail == "review"


@pytest.fixture
def card(department):
    tell("case.opened", title="x")
    tell("case.overdue", clock="statutory", clock_due_on="2026-06-02")
    hear()
    return Card.objects.get()


def test_the_department_answers_and_supervision_settles(card, department):
    clerk = an_official(department, ["review"])
    supervisor = an_official(roles=["supervise"])
    answer_card(clerk, key="a", card=card.key, answer="系统切换，已整改")
    settle_card(supervisor, key="b", card=card.key, outcome="lifted", opinion="情况属实")
    card.refresh_from_db()
    assert (card.state, card.answered_by) == ("lifted", clerk.name)
    with pytest.raises(Conflict):
        answer_card(clerk, key="c", card=card.key, answer="再答")


def test_other_departments_neither_see_nor_answer_a_card(card):
    other = an_official(an_organisation(), ["review"])
    with pytest.raises(Missing):
        answer_card(other, key="a", card=card.key, answer="x")
    assert sign_in(other).get(f"/supervision/cards/{card.key}/").status_code == 404


def test_an_empty_answer_is_told_what_to_do(card, department):
    with pytest.raises(Invalid) as caught:
        answer_card(an_official(department, ["review"]), key="a", card=card.key, answer="  ")
    assert "answer" in caught.value.fields


def test_the_pages_of_supervision_show(card):
    client = sign_in(an_official(roles=["supervise"]))
    for address in (
        "/supervision/", f"/supervision/cards/{card.key}/", "/supervision/scores/",
        "/supervision/scores/?by=post", "/supervision/logs/", "/supervision/logs/guanggu/",
        "/supervision/logs/guanggu/cases/XK2026-000001/", "/supervision/integrity/",
        "/supervision/supervision_cards/", "/supervision/logs/import/",
    ):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == 200, address


def test_a_card_is_answered_on_its_page(card, department):
    client = sign_in(an_official(department, ["review"]))
    client.post(
        f"/supervision/cards/{card.key}/",
        {"do": "answer", "answer": "已补办", "request_key": "k1"},
    )
    card.refresh_from_db()
    assert card.answer == "已补办"
