"""Tracks and plans: what was gone, and how far a plan was kept."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.lakes.rules.patrolling import (
    Point,
    apart_m,
    due_in,
    joined,
    kept,
    length_m,
    read_point,
)
from guanggu.apps.lakes.rules.tracing import Candidate, suspects

points = st.builds(
    Point, st.floats(114, 115), st.floats(30, 31), st.integers(1_700_000_000, 1_700_100_000)
)


def test_a_degree_of_latitude_is_about_111_km():
    assert apart_m(Point(114, 30, 0), Point(114, 31, 0)) == pytest.approx(111_195, rel=0.001)


def test_a_leap_of_the_positioning_is_no_way():
    walk = [Point(114.4, 30.4, 0), Point(114.4001, 30.4, 10), Point(115.4, 30.4, 20),
            Point(114.4002, 30.4, 30)]  # fmt: skip
    assert length_m(walk) == 10
    assert length_m(walk[:1]) == 0


@given(st.lists(points, max_size=30), st.lists(points, max_size=30))
def test_what_is_sent_twice_changes_nothing(first, second):
    once = joined(joined([], first), second)
    assert joined(once, second) == once
    assert [p.at for p in once] == sorted({p.at for p in first + second})


@pytest.mark.parametrize(
    "given_", [None, "x", [1, 2], [114, 91, 1_700_000_000_000], [float("nan"), 30, 1_700_000_000_000],
               [True, 30, 1_700_000_000_000], [114, 30, -1], ["114", 30, 1_700_000_000_000]],
)  # fmt: skip
def test_what_is_no_point_is_refused(given_):
    assert read_point(given_) is None


def test_a_point_is_read_from_what_a_telephone_sends():
    assert read_point([114.412345678, 30.4, 1_700_000_000_123]) == Point(
        114.412346, 30.4, 1_700_000_000
    )


MONDAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("offsets", "times", "done", "due"),
    [([], 2, 0, 4), ([0, 1, 8], 2, 3, 4), ([0, 1, 2, 3], 2, 2, 4), ([-1, 14], 1, 0, 2)],
)
def test_more_in_one_week_does_not_stand_for_another(offsets, times, done, due):
    days = [MONDAY + timedelta(days=n) for n in offsets]
    found = kept(days, MONDAY, MONDAY + timedelta(days=13), times)
    assert (found.done, found.due) == (done, due)
    assert due_in(MONDAY, MONDAY + timedelta(days=13), times) == due


@given(st.lists(st.integers(0, 60), max_size=40), st.integers(1, 5))
def test_a_rate_never_goes_beyond_all(offsets, times):
    days = [MONDAY + timedelta(days=n) for n in offsets]
    found = kept(days, MONDAY, MONDAY + timedelta(days=41), times)
    assert 0 <= found.done <= found.due


def test_the_near_bad_outfall_comes_first_and_the_far_one_not_at_all():
    found = suspects(
        (114.4, 30.4), ["w21003"],
        [Candidate("far", "storm", "tracing", 115.4, 30.4),
         Candidate("near-kept", "storm", "kept", 114.401, 30.4, worst=0.4),
         Candidate("near-bad", "sewage_works", "tracing", 114.401, 30.4, worst=3.0),
         Candidate("off", "storm", "closed", 114.43, 30.4)],
    )  # fmt: skip
    assert [s.key for s in found] == ["near-bad", "near-kept", "off"]
    assert all(0 <= s.score <= 1 for s in found)


@given(st.floats(0, 5), st.floats(0, 5))
def test_a_worse_sample_never_lowers_the_score(a, b):
    low, high = sorted((a, b))
    scores = [
        suspects((114.4, 30.4), ["w21011"], [Candidate("x", "storm", "kept", 114.41, 30.4, worst=w)])[0].score
        for w in (low, high)
    ]  # fmt: skip
    assert scores[0] <= scores[1]
