"""The plain store in memory, to which the others are held."""

from __future__ import annotations

from guanggu.kernel.observation.batch import Batch
from guanggu.kernel.observation.marks import Mark
from guanggu.kernel.observation.store import Appended
from guanggu.kernel.observation.testing import MemoryStore, at


def test_the_newest_result_of_a_datum_wins_and_a_repeat_changes_nothing():
    store, noon = MemoryStore(), at("2026-05-01 12:00")
    first = Batch.of([1, 2], [noon, noon], [7.1, 8.0])
    assert store.append(first) == Appended(new=2)
    assert store.append(first) == Appended(new=0, repeated=2)
    newer = Batch.of([1], [noon], [7.2], 0, [noon + 5])
    assert store.append(newer) == Appended(new=0, replaced=1)
    assert store.latest([1]).to_pydict()["result"] == [7.2]


def test_a_reviewed_value_keeps_the_received_one_and_holds_later_ones_back():
    store, noon = MemoryStore(), at("2026-05-01 12:00")
    store.append(Batch.of([1], [noon], [99.0]))
    assert store.revise(Batch.of([1], [noon], [7.0], Mark.CORRECTED)) == 1
    assert store.append(Batch.of([1], [noon], [98.0], 0, [noon + 9])) == Appended(new=0, held=1)
    row = store.series([1], noon, noon + 1).to_pylist()[0]
    assert (row["result"], row["raw"], row["mark"]) == (7.0, 99.0, Mark.CORRECTED)
    store.release(1, noon, accept=True)
    assert store.series([1], noon, noon + 1).to_pylist()[0]["result"] == 98.0


def test_periods_are_those_of_the_district_and_count_only_valid_data():
    store = MemoryStore()
    times = [at("2026-05-01 00:10"), at("2026-05-01 00:50"), at("2026-05-01 23:59")]
    store.append(Batch.of([1] * 3, times, [1.0, 3.0, 9.0], [0, 0, Mark.FAULT]))
    days = store.aggregate([1], at("2026-05-01 00:00"), at("2026-05-02 00:00"), "day").to_pylist()
    assert [(d["start"], d["count"], d["valid"], d["mean"]) for d in days] == [
        (at("2026-05-01 00:00"), 3, 2, 2.0)
    ]
