"""Validation marks what cannot be believed, and never changes a value."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.kernel.observation.batch import Batch
from guanggu.kernel.observation.marks import Mark
from guanggu.kernel.observation.receiving.marking import AHEAD_US, Memory, mark_batch
from guanggu.kernel.observation.receiving.settings import (
    ALL,
    FOR_EVER,
    RANGE,
    STUCK,
    Settings,
    StreamRule,
    Watch,
    Window,
)
from guanggu.kernel.observation.testing import at

NOON = at("2026-05-01 12:00")
STEP = 60_000_000
RULE = StreamRule(1, 0, 100, 10, 3)


def marked(values, settings, memory=None, streams=None, times=None, marks=0, now=None):
    times = times or [NOON + n * STEP for n in range(len(values))]
    batch = Batch.of(streams or [1] * len(values), times, values, marks)
    wanted = mark_batch(batch, settings, memory or Memory(), now or max(times))
    assert batch.results.tolist() == pytest.approx(values, nan_ok=True)
    return batch.marks.tolist(), wanted.tolist()


N, S, K, R = Mark.NORMAL, Mark.SPIKE, Mark.STUCK, Mark.OUT_OF_RANGE


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ([5, 6, 7], [N, N, N]),
        ([5, -1, 101, 5.5], [N, R, R, N]),  # outside the range goes before the jump
        ([5, 50, 6], [N, S, N]),  # there and back: one spike
        ([5, 50, 51, 52], [N, S, N, N]),  # a new level is believed from its second datum on
        ([5, 50, 90, 6], [N, S, S, N]),
        ([5, 5, 5, 5, 6], [N, N, K, K, N]),
        ([0, 0, 1, 0, 0, 0], [N, N, N, N, N, K]),
        ([math.nan, 5, math.nan, 50], [N, N, N, S]),
    ],
)
def test_each_rule_by_example(values, marks):
    whole, _ = marked(values, Settings.of([RULE]))
    assert whole == marks
    memory, single = Memory(), []
    for n, value in enumerate(values):
        single += marked([value], Settings.of([RULE]), memory, times=[NOON + n * STEP])[0]
    assert single == marks


def test_what_the_station_itself_marked_keeps_its_mark():
    assert marked([500.0], Settings.of([RULE]), marks=Mark.CALIBRATION)[0] == [Mark.CALIBRATION]


def test_windows_mark_the_data_of_their_hours():
    windows = [
        Window(1, NOON, NOON + 2 * STEP, Mark.MAINTENANCE),
        Window(1, NOON + 3 * STEP, FOR_EVER, Mark.CALIBRATION),
    ]
    found, _ = marked([1, 2, 3, 4, 500], Settings.of([StreamRule(1, 0, 100)], (), windows))
    assert found == [Mark.MAINTENANCE, Mark.MAINTENANCE, N, Mark.CALIBRATION, Mark.CALIBRATION]
    assert marked([1.0], Settings.of([StreamRule(9)], (), windows), streams=[9])[0] == [N]


def test_a_clock_that_is_wrong_goes_before_all_else():
    settings = Settings.of([RULE])
    times = [at("1970-01-02 00:00"), NOON, NOON + AHEAD_US, NOON + AHEAD_US + 1]
    found, _ = marked([1, 2, 3, 4], settings, times=times, now=NOON)
    assert found == [Mark.CLOCK_WRONG, N, N, Mark.CLOCK_WRONG]
    assert marked([1.0], Settings(), times=[NOON + 2 * AHEAD_US], now=NOON)[0] == [Mark.CLOCK_WRONG]


def test_the_judge_is_shown_what_rules_ask_for_and_nothing_else():
    settings = Settings.of(
        [StreamRule(n, 0, 100, math.nan, 2) for n in range(6)],
        [Watch(1, upper=50), Watch(1, upper=60, lower=5), Watch(2, flags=STUCK),
         Watch(3, flags=RANGE), Watch(4, flags=ALL), Watch(5, rate_max=60.0)],
    )  # fmt: skip

    def seen(stream, values, **more):
        return marked(values, settings, streams=[stream] * len(values), **more)[1]

    assert seen(0, [200.0]) == [False]
    assert seen(1, [51.0, 50.0, 4.0, math.nan]) == [True, False, True, False]
    assert seen(2, [3, 3, 4, 200]) == [False, True, False, False]
    assert seen(3, [3, 200]) == [False, True]
    assert seen(4, [3, math.nan]) == [True, False]
    assert seen(5, [3, 3.9, 10, 10]) == [False, False, True, False]
    assert seen(1, [99.0], marks=Mark.MAINTENANCE) == [False]
    assert seen(77, [99.0]) == [False]


def plainly(rule, data):
    """The oracle: one datum after the other."""
    last = good = math.nan
    until, run, found = -1, 0, []
    for time, value in data:
        mark = N
        if time > until:
            run = run + 1 if value == last else 1
            spiked = abs(value - last) > rule.step_max and abs(value - good) > rule.step_max
            if run >= rule.stuck_count:
                mark = K
            if spiked:
                mark = S
            else:
                good = value
            last, until = value, time
        found.append(R if not rule.low <= value <= rule.high else mark)
    return found


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 40), st.integers(0, 12)),
        unique_by=lambda row: row[:2], max_size=60,
    ),
    st.integers(1, 9),
)  # fmt: skip
def test_however_data_are_cut_into_batches_the_marks_are_those_of_one_by_one(rows, size):
    rule = StreamRule(0, 1, 11, 3, 3)
    settings = Settings.of([rule._replace(stream=n) for n in range(3)])
    memory, found = Memory(), {}
    for start in range(0, len(rows), size):
        # Within a batch the order of a stream's data is that of their times.
        part = sorted(rows[start : start + size], key=lambda row: row[1])
        batch = Batch.of([r[0] for r in part], [r[1] for r in part], [float(r[2]) for r in part])
        mark_batch(batch, settings, memory, 40)
        for row, mark in zip(part, batch.marks.tolist(), strict=True):
            found[row] = mark
    for stream in range(3):
        own = [
            (t, float(v), (s, t, v))
            for start in range(0, len(rows), size)
            for s, t, v in sorted(rows[start : start + size], key=lambda row: row[1])
            if s == stream
        ]
        marks = plainly(rule, [(t, v) for t, v, _ in own])
        assert [found[row] for _, _, row in own] == marks


def test_after_a_start_the_last_data_are_known_again():
    memory = Memory()
    memory.recall(np.array([1]), np.array([NOON]), np.array([5.0]))
    found, _ = marked([50.0], Settings.of([RULE]), memory, times=[NOON + STEP])
    assert found == [S]
