"""When copies are due, and that no difference passes for equal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanggu.apps.backup.rules import (
    Manifest,
    age_tone,
    differences,
    is_due,
    keep_arguments,
)

DAY = datetime(2026, 11, 26, tzinfo=UTC)
A = Manifest(
    "2026-11-26T02:00:00+00:00", "sqlite", {"a": (2, "x"), "b": (0, "y")},
    {"f" * 64: 10}, {"lake/data/1.parquet": 5},
)  # fmt: skip


def at(day: int, hour: int) -> datetime:
    return DAY + timedelta(days=day, hours=hour)


@pytest.mark.parametrize(
    ("now", "last", "every_days", "due"),
    [
        (at(1, 1), None, 1, True),
        (at(1, 1), at(0, 2), 1, False),
        (at(1, 2), at(0, 2), 1, True),
        (at(1, 3), at(1, 2), 1, False),
        (at(1, 1), at(-1, 2), 1, True),  # yesterday's was missed: made up for before two
        (at(5, 3), at(0, 2), 7, False),
        (at(7, 2), at(0, 2), 7, True),
    ],
)
def test_when_a_copy_is_due(
    now: datetime, last: datetime | None, every_days: int, due: bool
) -> None:
    assert is_due(now, 2, last, every_days) is due


@given(st.integers(0, 23), st.integers(0, 400), st.integers(1, 92))
def test_right_after_one_none_is_due_and_after_the_days_one_is(
    hour: int, hours: int, every_days: int
) -> None:
    now = DAY + timedelta(hours=hours)
    assert not is_due(now, hour, now, every_days)
    assert is_due(now + timedelta(days=every_days), hour, now, every_days)


def test_a_manifest_comes_back_from_json_and_equals_itself() -> None:
    assert Manifest.from_json(A.as_json()) == A
    assert differences(A, A) == []
    assert A.rows == 2


@pytest.mark.parametrize(
    "found",
    [
        Manifest("", "sqlite", {"a": (2, "x")}, A.files, A.lake),
        Manifest("", "sqlite", {"a": (1, "x"), "b": (0, "y")}, A.files, A.lake),
        Manifest("", "sqlite", {"a": (2, "z"), "b": (0, "y")}, A.files, A.lake),
        Manifest("", "sqlite", A.tables, {}, A.lake),
        Manifest("", "sqlite", A.tables, {"f" * 64: 9}, A.lake),
        Manifest("", "sqlite", A.tables, A.files, {}),
        Manifest("", "sqlite", A.tables, A.files, {"lake/data/1.parquet": 4}),
    ],
)
def test_every_difference_is_told(found: Manifest) -> None:
    told = differences(A, found)
    assert len(told) == 1
    assert told[0].zh
    assert told[0].en


def test_files_that_came_while_the_copy_was_made_are_no_difference() -> None:
    more = Manifest("", "sqlite", A.tables, {**A.files, "e" * 64: 1}, A.lake)
    assert differences(A, more) == []


@pytest.mark.parametrize(
    ("hours", "tone"), [(None, "bad"), (1.0, "ok"), (26.0, "ok"), (30.0, "warn"), (53.0, "bad")]
)
def test_age(hours: float | None, tone: str) -> None:
    assert age_tone(hours, 26) == tone


def test_one_copy_is_always_kept() -> None:
    assert list(keep_arguments(1, 0, 0))[:2] == ["--keep-last", "1"]
