"""The one suite that every observation store passes: import ``StoreContract`` into its tests."""

from __future__ import annotations

import math
from typing import Any

import pyarrow as pa
import pytest

from guanggu.base.errors import Invalid

from .batch import Batch
from .marks import Mark
from .store import AGGREGATE_COLUMNS, SERIES_COLUMNS, Appended, ObservationStore
from .testing import at

NOON = at("2026-05-01 12:00")
MINUTE, HOUR, DAY = 60_000_000, 3_600_000_000, 86_400_000_000
ALWAYS = (at("2000-01-01 00:00"), at("2040-01-01 00:00"))


def rows_of(table: pa.Table) -> list[tuple[Any, ...]]:
    """Comparable: NaN reads as text."""

    def plain(value: Any) -> Any:
        return "NaN" if isinstance(value, float) and math.isnan(value) else value

    columns = [column.to_pylist() for column in table.columns]
    return [tuple(map(plain, row)) for row in zip(*columns, strict=True)]


def results(store: ObservationStore, stream: int = 1) -> list[float]:
    return store.series([stream], *ALWAYS).to_pydict()["result"]


class StoreContract:
    """Each test takes an empty ``store``; the inheriting class gives that fixture."""

    def test_what_was_appended_is_read_back_whole(self, store: ObservationStore) -> None:
        batch = Batch.of(
            [2, 1, 1], [NOON, NOON + MINUTE, NOON + 2 * MINUTE], [7.25, math.nan, -1e300],
            [0, 1, 17], [NOON + 5, NOON + MINUTE, NOON + HOUR + 3], [None, '{"result": "晴"}', None],
        )  # fmt: skip
        assert store.append(batch) == Appended(3)
        found = store.series([1, 2], *ALWAYS)
        assert tuple(found.column_names) == SERIES_COLUMNS
        assert rows_of(found) == [
            (1, NOON + MINUTE, "NaN", 1, NOON + MINUTE, None, '{"result": "晴"}'),
            (1, NOON + 2 * MINUTE, -1e300, 17, NOON + HOUR + 3, None, None),
            (2, NOON, 7.25, 0, NOON + 5, None, None),
        ]

    def test_an_empty_store_answers_with_empty_tables(self, store: ObservationStore) -> None:
        assert store.append(Batch.of([], [], [])) == Appended(0)
        assert store.revise(Batch.of([], [], [])) == 0
        assert store.remove([1], *ALWAYS) == 0
        assert store.remove([], *ALWAYS) == 0
        assert store.count([1], *ALWAYS) == 0
        assert tuple(store.latest().column_names) == SERIES_COLUMNS
        for table in (store.latest(), store.latest([5]), store.series([], *ALWAYS), store.held()):
            assert table.num_rows == 0
        found = store.aggregate([1], *ALWAYS, "day")
        assert (found.num_rows, tuple(found.column_names)) == (0, AGGREGATE_COLUMNS)

    def test_the_same_batch_again_changes_nothing(self, store: ObservationStore) -> None:
        batch = Batch.of([1, 2, 1], [NOON, NOON, NOON + 1], [7.1, math.nan, 8.0])
        assert store.append(batch) == Appended(3)
        assert store.append(batch) == Appended(0, repeated=3)
        later = Batch.of([1], [NOON], [7.1], 0, [NOON + HOUR])
        assert store.append(later) == Appended(0, repeated=1)
        assert store.count([1, 2], *ALWAYS) == 3

    def test_the_newest_result_wins(self, store: ObservationStore) -> None:
        store.append(Batch.of([1], [NOON], [1.0], 0, [NOON + 10]))
        older = Batch.of([1], [NOON], [0.5], 0, [NOON + 9])
        assert store.append(older) == Appended(0, repeated=1)
        newer = Batch.of([1], [NOON], [2.0], 0, [NOON + 11])
        assert store.append(newer) == Appended(0, replaced=1)
        remarked = Batch.of([1], [NOON], [2.0], Mark.FAULT, [NOON + 12])
        assert store.append(remarked) == Appended(0, replaced=1)
        row = rows_of(store.latest([1]))
        assert row == [(1, NOON, 2.0, Mark.FAULT, NOON + 12, None, None)]
        assert store.count([1], *ALWAYS) == 1

    def test_one_batch_may_hold_a_datum_twice(self, store: ObservationStore) -> None:
        twice = Batch.of([1, 1, 1], [NOON] * 3, [1.0, 1.0, 2.0], 0, [NOON, NOON, NOON + 1])
        assert store.append(twice) == Appended(1, repeated=1, replaced=1)
        assert results(store) == [2.0]

    def test_late_data_find_their_place(self, store: ObservationStore) -> None:
        store.append(Batch.of([1, 1], [NOON, NOON + DAY], [1.0, 3.0]))
        assert store.append(Batch.of([1], [NOON + HOUR], [2.0])) == Appended(1)
        assert store.append(Batch.of([1], [NOON - 400 * DAY], [0.0])) == Appended(1)
        assert results(store) == [0.0, 1.0, 2.0, 3.0]
        assert store.latest([1]).to_pydict()["result"] == [3.0]

    def test_a_batch_may_be_in_any_order(self, store: ObservationStore) -> None:
        times = [NOON + n * MINUTE for n in (3, 1, 2, 0)]
        assert store.append(Batch.of([1, 1, 2, 1], times, [3, 1, 2, 0])) == Appended(4)
        assert results(store) == [0.0, 1.0, 3.0]
        assert store.latest().to_pydict()["result"] == [3.0, 2.0]

    def test_reads_are_bounded_and_ordered(self, store: ObservationStore) -> None:
        for n in range(4):
            store.append(Batch.of([3, 1], [NOON + n, NOON + n], [n, n + 10]))
        found = store.series([1, 3, 3, 9], NOON + 1, NOON + 3).to_pydict()
        assert (found["stream"], found["result"]) == ([1, 1, 3, 3], [11.0, 12.0, 1.0, 2.0])
        newest = store.series([1, 3], *ALWAYS, limit=3, newest_first=True).to_pydict()
        assert (newest["stream"], newest["result"]) == ([1, 3, 1], [13.0, 3.0, 12.0])
        assert store.series([1], *ALWAYS, limit=2).to_pydict()["result"] == [10.0, 11.0]
        assert store.count([1, 3], NOON, NOON + 2) == 4
        many = list(range(0, 9000, 3))
        assert store.count(many, *ALWAYS) == 4

    def test_a_review_lies_over_the_received_value(self, store: ObservationStore) -> None:
        store.append(Batch.of([1, 1], [NOON, NOON + 1], [99.0, 5.0]))
        corrected = Batch.of([1], [NOON], [7.0], Mark.CORRECTED, [NOON + HOUR])
        assert store.revise(corrected) == 1
        assert store.revise(Batch.of([1], [NOON + 1], [5.0], Mark.REVIEWED_VALID)) == 1
        rows = store.series([1], *ALWAYS).to_pydict()
        assert (rows["result"], rows["raw"]) == ([7.0, 5.0], [99.0, 5.0])
        assert rows["mark"] == [Mark.CORRECTED, Mark.REVIEWED_VALID]
        again = Batch.of([1], [NOON], [8.0], Mark.CORRECTED, [NOON + 2 * HOUR])
        assert store.revise(again) == 1
        assert store.series([1], NOON, NOON + 1).to_pydict()["raw"] == [99.0]
        assert store.latest([1]).to_pydict()["mark"] == [Mark.REVIEWED_VALID]
        assert store.count([1], *ALWAYS) == 2

    def test_a_reviewed_datum_is_not_replaced(self, store: ObservationStore) -> None:
        store.append(Batch.of([1], [NOON], [99.0]))
        store.revise(Batch.of([1], [NOON], [7.0], Mark.CORRECTED))
        assert store.append(Batch.of([1], [NOON], [99.0])) == Appended(0, repeated=1)
        other = Batch.of([1], [NOON], [98.0], 0, [NOON + 9])
        assert store.append(other) == Appended(0, held=1)
        assert store.append(other) == Appended(0, repeated=1)
        assert results(store) == [7.0]
        assert store.held().to_pydict()["result"] == [98.0]
        assert store.held([2]).num_rows == 0
        store.release(1, NOON, accept=True)
        row = store.series([1], *ALWAYS).to_pylist()[0]
        assert (row["result"], row["raw"], row["mark"]) == (98.0, 99.0, 0)
        assert store.held().num_rows == 0

    def test_a_held_value_may_be_dropped(self, store: ObservationStore) -> None:
        store.append(Batch.of([1], [NOON], [99.0]))
        store.revise(Batch.of([1], [NOON], [99.0], Mark.REVIEWED_VALID))
        store.append(Batch.of([1], [NOON], [1.0], 0, [NOON + 9]))
        store.append(Batch.of([1], [NOON], [2.0], 0, [NOON + 10]))
        assert store.held([1]).to_pydict()["result"] == [2.0]
        store.release(1, NOON, accept=False)
        store.release(1, NOON + 77, accept=True)
        assert (results(store), store.held().num_rows) == ([99.0], 0)

    def test_a_review_keeps_the_additional_data_and_a_held_value_brings_its_own(
        self, store: ObservationStore
    ) -> None:
        store.append(Batch.of([1], [NOON], [1.0], extras=["{}"]))
        store.revise(Batch.of([1], [NOON], [2.0], Mark.CORRECTED))
        assert store.latest([1]).to_pydict()["extra"] == ["{}"]
        store.append(Batch.of([1], [NOON], [3.0]))
        store.release(1, NOON, accept=True)
        row = store.series([1], *ALWAYS).to_pylist()[0]
        assert (row["result"], row["raw"], row["extra"]) == (3.0, 1.0, None)
        assert rows_of(store.latest([1])) == rows_of(store.series([1], *ALWAYS))

    def test_a_review_may_enter_a_missing_datum(self, store: ObservationStore) -> None:
        assert store.revise(Batch.of([1], [NOON], [4.0], Mark.CORRECTED)) == 0
        assert rows_of(store.series([1], *ALWAYS)) == [
            (1, NOON, 4.0, Mark.CORRECTED, NOON, None, None)
        ]
        assert store.latest([1]).to_pydict()["result"] == [4.0]
        assert store.append(Batch.of([1], [NOON], [5.0], 0, [NOON + 1])) == Appended(0, held=1)

    def test_what_is_removed_is_gone(self, store: ObservationStore) -> None:
        times = [NOON + n * HOUR for n in range(4)]
        store.append(Batch.of([1] * 4 + [2] * 4, times * 2, range(8)))
        store.revise(Batch.of([1], [times[3]], [30.0], Mark.CORRECTED))
        assert store.remove([1], times[2], times[3] + 1) == 2
        assert results(store) == [0.0, 1.0]
        assert store.latest([1, 2]).to_pydict()["result"] == [1.0, 7.0]
        assert store.append(Batch.of([1], [times[2]], [2.5])) == Appended(1)
        assert store.remove([1], *ALWAYS) == 3
        assert store.latest().to_pydict()["stream"] == [2]

    def test_figures_are_of_the_districts_periods(self, store: ObservationStore) -> None:
        times = [at(f"2026-04-30 {t}") for t in ("23:59", "16:00")]
        times += [at("2026-05-01 00:00"), at("2026-05-01 00:59"), at("2026-05-31 23:59")]
        marks = [0, Mark.MANUAL, Mark.REVIEWED_VALID, Mark.FAULT, Mark.CORRECTED]
        values = [1.0, 3.0, 5.0, 1000.0, 9.0]
        store.append(Batch.of([1] * 5, times, values, marks))
        store.append(Batch.of([1, 2], [at("2026-05-01 00:30"), NOON], [math.nan, math.inf]))
        months = rows_of(store.aggregate([1, 2], *ALWAYS, "month"))
        may = at("2026-05-01 00:00")
        assert months == [
            (1, at("2026-04-01 00:00"), 2, 2, 2.0, 1.0, 3.0, 4.0),
            (1, may, 4, 2, 7.0, 5.0, 9.0, 14.0),
            (2, may, 1, 0, None, None, None, None),
        ]
        hours = rows_of(store.aggregate([1], may, may + DAY, "hour"))
        assert hours == [(1, may, 3, 1, 5.0, 5.0, 5.0, 5.0)]
        days = store.aggregate([1], *ALWAYS, "day").to_pydict()
        assert days["start"] == [at("2026-04-30 00:00"), may, at("2026-05-31 00:00")]
        assert store.aggregate([1], *ALWAYS, "minute").num_rows == 6

    def test_figures_take_the_reviewed_value(self, store: ObservationStore) -> None:
        store.append(Batch.of([1, 1, 1], [NOON, NOON + 1, NOON + 2], [10.0, 20.0, 600.0]))
        store.revise(Batch.of([1], [NOON + 2], [600.0], Mark.REVIEWED_INVALID))
        store.revise(Batch.of([1], [NOON + 1], [30.0], Mark.CORRECTED))
        day = rows_of(store.aggregate([1], *ALWAYS, "day"))
        assert day == [(1, at("2026-05-01 00:00"), 3, 2, 20.0, 10.0, 30.0, 40.0)]
        assert store.count([1], *ALWAYS) == 3

    def test_an_unknown_period_is_refused(self, store: ObservationStore) -> None:
        with pytest.raises(Invalid) as refused:
            store.aggregate([1], *ALWAYS, "week")
        assert "every" in refused.value.fields
