"""Breaches and scores, by table and property."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.supervision.rules import (
    RULES,
    WEIGHTS,
    Counts,
    breaches_of,
    score,
    skipped_stages,
)


@pytest.mark.parametrize(
    ("kind", "data", "rules"),
    [
        ("case.near", {"clock": "statutory"}, ["near_limit"]),
        ("case.overdue", {"clock": "statutory"}, ["overdue"]),
        ("case.task_completed", {"step": "decide"}, []),
        ("case.task_completed", {"step": "decide", "same_person_as": ["accept"]}, ["same_person"]),
        ("approvals.stage_skipped", {"skipped": ["review"], "step": "decide"}, ["skipped_stage"]),
        ("approvals.second_notice_attempted", {"step": "accept"}, ["second_notice"]),
        ("approvals.fee_outside_item", {"fee": "加急费", "amount_fen": 5000}, ["fee_outside_item"]),
        ("case.opened", {}, []),
    ],
)
def test_an_event_earns_the_card_of_its_rule(kind, data, rules):
    found = breaches_of(kind, data)
    assert [breach.rule for breach in found] == rules
    assert all(breach.rule in RULES for breach in found)


def test_a_second_round_may_earn_the_same_card_again():
    first, second = (breaches_of("case.overdue", {"clock": "s", "round": r})[0] for r in (1, 2))
    assert first.mark != second.mark


def test_stages_not_passed_are_named_in_order():
    assert skipped_stages(("acceptance", "review", "decision"), {"review"}) == [
        "acceptance",
        "decision",
    ]


def test_the_worked_example_of_the_page():
    counts = Counts(
        finished=100, due=100, on_time=95, limit_days=2000, used_days=1000, ratings=50,
        content=49, yellow=2, red=1, cards=3, answered=3,
    )  # fmt: skip
    found = score(counts)
    # 95%*50 + 50%*20 + 98%*20 + 100%*10 = 47.5+10+19.6+10 = 87.1; 1.4 points on 100 items
    assert found.deducted == Fraction("1.4")
    assert found.total == Fraction("85.7")


def test_nothing_finished_has_no_score():
    assert score(Counts()).total is None


def _counts():
    small = st.integers(0, 500)
    return st.builds(
        lambda fin, due, ok, lim, used, rat, con, y, r, cards, ans: Counts(
            fin, due, min(ok, due), lim, used, rat, min(con, rat), y, r, cards, min(ans, cards)
        ),
        *[small] * 11,
    )


@given(_counts())
def test_a_score_lies_between_0_and_100(counts):
    total = score(counts).total
    assert total is None or 0 <= total <= 100


@given(_counts())
def test_the_parts_and_the_deduction_make_the_total(counts):
    found = score(counts)
    if found.total is not None:
        assert found.total == max(0, sum(part.points for part in found.parts) - found.deducted)


@given(_counts(), st.integers(1, 50))
def test_another_red_card_never_helps(counts, more):
    worse = Counts(**{**counts.__dict__, "red": counts.red + more})
    before, after = score(counts).total, score(worse).total
    assert before is None or after <= before


def test_weights_make_a_hundred():
    assert sum(WEIGHTS.values()) == 100
