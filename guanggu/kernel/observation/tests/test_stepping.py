"""When an alarm opens, grows worse, and is over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.kernel.observation.alarms.conditions import condition_of
from guanggu.kernel.observation.alarms.stepping import (
    Datum,
    Watching,
    rest,
    severity_of,
    step,
)
from guanggu.kernel.observation.marks import Mark
from guanggu.kernel.observation.models import AlarmRule

SECOND = 1_000_000
N, SPIKE, STUCK, RANGE, FIX = (
    Mark.NORMAL, Mark.SPIKE, Mark.STUCK, Mark.OUT_OF_RANGE, Mark.MAINTENANCE,
)  # fmt: skip


def run(rule, values, marks=None, every=SECOND):
    """What each datum led to."""
    watching, found, before = Watching(), [], None
    for n, value in enumerate(values):
        datum = Datum(n * every, value, marks[n] if marks else N, before)
        before = (n * every, value)
        outcome = step(rule, watching, datum)
        found.append(outcome)
        if outcome == "open":
            watching.is_open, watching.severity = True, severity_of(rule, value)[0]
        elif outcome == "worse":
            watching.severity = severity_of(rule, value)[0]
        elif outcome == "clear":
            rest(watching)
    return found


def limit(**values):
    return AlarmRule(kind="limit", **{"upper": 10.0, **values})


@pytest.mark.parametrize(
    ("rule", "values", "outcomes"),
    [
        (limit(), [9, 10, 11, 12, 10, 11], ["", "", "open", "", "clear", "open"]),
        (limit(upper=None, lower=3.0), [3, 2, 4], ["", "open", "clear"]),
        (limit(lower=3.0), [2, 11, 5], ["open", "", "clear"]),
        (limit(hits=3), [11, 11, 9, 11, 11, 11], ["", "", "", "", "", "open"]),
        (limit(hold_s=2), [11, 11, 11, 9], ["", "", "open", "clear"]),
        # Between the limit and the limit to clear at nothing changes.
        (limit(clear_upper=8.0), [11, 9, 11, 9, 8], ["open", "", "", "", "clear"]),
        (limit(clear_hits=2), [11, 9, 11, 9, 9], ["open", "", "", "", "clear"]),
        (
            limit(levels=[{"upper": 20, "severity": "severe"}]),
            [11, 21, 30, 9], ["open", "worse", "", "clear"],
        ),
    ],
)  # fmt: skip
def test_limits(rule, values, outcomes):
    assert run(rule, [float(v) for v in values]) == outcomes


def test_data_that_do_not_count_change_nothing():
    values, marks = [11.0, 50.0, 11.0, 5.0], [N, SPIKE, N, FIX]
    assert run(limit(hits=2), values, marks) == ["", "", "open", ""]
    assert run(limit(hits=2, takes_doubtful=True), values, marks) == ["", "open", "", ""]


def test_rates_are_by_the_hour():
    rule = AlarmRule(kind="rate", rate_max=60.0)  # one a minute
    found = run(rule, [1.0, 1.5, 4.0, 4.0], every=60 * SECOND)
    assert found == ["", "", "open", "clear"]


@pytest.mark.parametrize(("kind", "mark"), [("stuck", STUCK), ("range", RANGE)])
def test_marks_of_validation_raise_alarms_of_their_own(kind, mark):
    rule = AlarmRule(kind=kind)
    assert run(rule, [1.0] * 4, [N, mark, FIX, N]) == ["", "open", "", "clear"]


def test_conditions_over_several_streams():
    condition = condition_of("w01009 < 3 and w01019 > 10")
    assert condition.answer({"w01009": 2.0, "w01019": 11.0}) is True
    assert condition.answer({"w01009": 4.0, "w01019": 11.0}) is False
    assert condition.answer({"w01009": 2.0}) is None


@given(
    st.lists(st.floats(0, 20), max_size=60), st.integers(1, 4), st.integers(1, 4),
    st.floats(5, 10),
)  # fmt: skip
def test_opening_and_clearing_alternate_and_an_alarm_needs_its_hits(
    values, hits, clear_hits, clear
):
    rule = limit(hits=hits, clear_hits=clear_hits, clear_upper=clear)
    found = [(n, each) for n, each in enumerate(run(rule, values)) if each in ("open", "clear")]
    assert [each for _, each in found] == ["open", "clear"] * (len(found) // 2) + ["open"] * (
        len(found) % 2
    )
    for n, each in found:
        if each == "open":
            assert all(value > 10 for value in values[n - hits + 1 : n + 1])
        else:
            assert all(value <= clear for value in values[n - clear_hits + 1 : n + 1])
