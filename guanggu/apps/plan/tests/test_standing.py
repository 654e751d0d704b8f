"""How goals stand: deliverables by tasks, figures as the plan puts them, trends by direction."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.plan.rules.standing import (
    Stand,
    TaskPart,
    deliverable_stand,
    expected_percent,
    figure_stand,
    progress_of,
    tally,
    trend_stand,
    verdict_of,
)
from guanggu.apps.plan.rules.words import STATES, SYMBOLS, TONES
from guanggu.base.bilingual import T

BEGIN, DUE = date(2016, 7, 1), date(2020, 12, 31)
WORDS = T("如此", "so")
DAYS = st.dates(date(2015, 1, 1), date(2030, 1, 1))


def part(percent=0, state="open", finished=None, due=DUE, begin=BEGIN, weight=1):
    return TaskPart(begin, due, percent, state, finished, weight)


def done(on, **more):
    return part(100, "done", on, **more)


@pytest.mark.parametrize(
    ("tasks", "on", "state"),
    [
        ([], date(2018, 1, 1), "no_data"),
        ([part(50, "dropped")], date(2018, 1, 1), "no_data"),
        ([part(40)], date(2018, 7, 1), "on_path"),
        ([part(10)], date(2018, 7, 1), "behind"),
        ([part(90)], date(2018, 7, 1), "ahead"),
        ([part(95, due=date(2018, 1, 1))], date(2018, 7, 1), "behind"),
        ([done(date(2018, 1, 1))], date(2018, 7, 1), "reached"),
        ([done(date(2020, 12, 31))], date(2021, 1, 1), "reached"),
        ([done(date(2021, 1, 1))], date(2022, 1, 1), "missed"),
        ([part(99)], date(2021, 1, 1), "missed"),
        ([part(99, due=date(2026, 6, 1))], date(2020, 12, 31), "missed"),
        # Put off to 2026: the goal of 2020 was missed all the same.
        ([done(date(2019, 1, 1)), part(50, due=date(2026, 6, 1))], date(2021, 1, 1), "missed"),
    ],
)
def test_a_deliverable_stands_by_its_tasks(tasks, on, state):
    assert deliverable_stand(tasks, 2020, on).state == state


@pytest.mark.parametrize(
    ("state", "comparator", "value", "target", "expected"),
    [
        ("reached", "exceed", "30000", "30000", "missed"),
        ("reached", "exceed", "30000.1", "30000", "reached"),
        ("reached", "reach", "12", "12", "reached"),
        ("reached", "above", "6", "6", "missed"),
        ("missed", "about", "95", "100", "reached"),
        ("missed", "about", "94.9", "100", "missed"),
        ("behind", "reach", "5", "12", "behind"),
    ],
)
def test_a_figure_is_judged_as_the_plan_puts_it(state, comparator, value, target, expected):
    stand = figure_stand(state, WORDS, comparator, Decimal(value), Decimal(target))
    assert stand.state == expected


def test_a_figure_without_value_says_what_the_kernel_says():
    assert figure_stand("no_data", WORDS, "reach", None, Decimal(5)) == Stand("no_data", WORDS)


@pytest.mark.parametrize(
    ("direction", "last", "on", "state"),
    [
        ("higher", "6", date(2018, 1, 1), "on_path"),
        ("higher", "4", date(2018, 1, 1), "behind"),
        ("lower", "4", date(2021, 1, 1), "reached"),
        ("lower", "6", date(2021, 1, 1), "missed"),
        ("higher", "5", date(2021, 1, 1), "missed"),
    ],
)
def test_a_trend_is_judged_by_its_direction(direction, last, on, state):
    values = [(2017, Decimal(last)), (2015, Decimal(5)), (2024, Decimal(99))]
    stand = trend_stand(values, direction, 2020, on, "%")
    assert stand.state == state
    assert "2024" not in stand.words.zh


def test_a_single_value_makes_no_trend():
    assert trend_stand([(2015, Decimal(5))], "higher", 2020, date(2021, 1, 1)).state == "no_data"


@pytest.mark.parametrize(
    ("state", "share", "kind", "verdict"),
    [
        ("reached", "1", "final", "met"), ("missed", "0.7", "final", "partly"),
        ("missed", "0.5", "final", "not_met"), ("no_data", None, "final", "unknown"),
        ("ahead", "1", "midterm", "met"), ("on_path", "0.9", "midterm", "met"),
        ("on_path", "0.9", "final", "partly"), ("behind", "0.6", "midterm", "partly"),
        ("behind", None, "midterm", "not_met"),
    ],
)  # fmt: skip
def test_a_verdict_follows_the_standing(state, share, kind, verdict):
    stand = Stand(state, WORDS, None if share is None else Decimal(share))
    assert verdict_of(stand, kind) == verdict


@given(begin=DAYS, days=st.integers(1, 3000), on=DAYS)
def test_expected_progress_never_falls_and_stays_within(begin, days, on):
    due = begin + timedelta(days=days)
    now, later = (expected_percent(begin, due, d) for d in (on, on + timedelta(days=1)))
    assert 0 <= now <= later <= 100
    assert (expected_percent(begin, due, begin), expected_percent(begin, due, due)) == (0, 100)


TASKS = st.builds(
    part, percent=st.integers(0, 100), state=st.sampled_from(["open", "claimed", "dropped"]),
    due=st.dates(date(2017, 1, 1), date(2026, 1, 1)), weight=st.integers(1, 9),
) | st.builds(done, on=st.dates(date(2016, 7, 2), date(2024, 1, 1)), weight=st.integers(1, 9))  # fmt: skip


@given(tasks=st.lists(TASKS, max_size=6), on=DAYS)
def test_reached_is_said_only_when_nothing_is_left(tasks, on):
    stand = deliverable_stand(tasks, 2020, on)
    assert stand.state in STATES
    live = [task for task in tasks if task.state != "dropped"]
    if stand.state == "reached":
        assert live
        assert all(task.state == "done" for task in live if task.begins_on <= date(2020, 12, 31))
    assert stand.words.zh.endswith("。")
    assert stand.words.en.endswith(".")


@given(tasks=st.lists(TASKS, max_size=6))
def test_progress_is_whole_only_when_all_is_done(tasks):
    progress = progress_of(tasks)
    assert 0 <= progress <= 100
    assert (progress == 100) == (bool(tasks) and all(task.state == "done" for task in tasks))


def test_every_state_has_a_symbol_of_its_own_and_words():
    assert SYMBOLS.keys() == STATES.keys() == TONES.keys()
    assert len(set(SYMBOLS.values())) == len(SYMBOLS)
    assert tally(["behind", "behind"])["behind"] == 2
    assert tally([]).keys() == STATES.keys()
