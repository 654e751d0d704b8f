"""Faults of the engine under the store, and readers beside writers."""

from __future__ import annotations

import threading

import duckdb
import pytest

from guanggu.base.errors import TooMany, Unavailable
from guanggu.kernel.observation.batch import Batch
from guanggu.kernel.observation.engine import catalog, committing, settling
from guanggu.kernel.observation.engine.embedded import EmbeddedStore
from guanggu.kernel.observation.marks import Mark
from guanggu.kernel.observation.store import Appended
from guanggu.kernel.observation.testing_contract import ALWAYS, DAY, HOUR, NOON, results


@pytest.fixture
def store(tmp_path):
    made = EmbeddedStore(tmp_path / "observations")
    yield made
    made.close()


@pytest.mark.parametrize("is_durable", [False, True])
@pytest.mark.parametrize("is_late", [False, True])
def test_a_commit_that_failed_is_not_acknowledged_and_its_resend_is_counted_once(
    store, monkeypatch, is_durable, is_late
):
    """Also where the rows reached the disk before the engine said that it failed."""
    store.append(Batch.of([1], [NOON + HOUR], [0.0]))
    time = NOON if is_late else NOON + 2 * HOUR
    batch = Batch.of([1], [time], [1.0])
    real = settling.insert

    def failing(cursor, *given):
        if is_durable:
            real(cursor, *given)
            cursor.execute("COMMIT")
        raise duckdb.IOException("No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(settling, "insert", failing)
        with pytest.raises(Unavailable):
            store.append(batch)
        assert "No space left" in store.fault
    assert store.append(batch) == (Appended(0, 1) if is_durable else Appended(1))
    assert store.fault == ""
    assert store.count([1], *ALWAYS) == 2


def test_reviews_and_releases_wait_for_the_mend_too(store):
    store.append(Batch.of([1], [NOON], [1.0]))
    store.fault = "as if the disk had been full"
    assert store.revise(Batch.of([1], [NOON], [2.0], Mark.CORRECTED)) == 1
    store.fault = "again"
    store.release(1, NOON, accept=True)
    store.fault = "again"
    assert store.remove([1], NOON, NOON + 1) == 1
    assert (results(store), store.fault) == ([], "")


def test_a_full_queue_refuses_what_cannot_wait(store, monkeypatch):
    monkeypatch.setattr(committing, "WAITING_ROWS_MAX", 2)
    with store.fast_lock:  # the lane stands still
        # What the lane has taken up counts until it is stored.
        futures = [store.submit(Batch.of([1, 2], [NOON, NOON], [1, 2]))]
        with pytest.raises(TooMany):
            store.submit(Batch.of([1, 2], [NOON + 1, NOON + 1], [1, 2]))
    assert all(future.result(timeout=30) == Appended(2) for future in futures)
    assert store.count([1, 2], *ALWAYS) == 2 * len(futures)


def test_what_waits_at_the_end_is_stored_and_nothing_is_taken_after_it(tmp_path):
    store = EmbeddedStore(tmp_path / "o")
    futures = [store.submit(Batch.of([n], [NOON], [n])) for n in range(50)]
    store.close()
    assert all(future.result(timeout=0) == Appended(1) for future in futures)
    with pytest.raises(Unavailable):
        store.submit(Batch.of([1], [NOON], [1]))


def test_readers_never_see_a_datum_twice_or_not_at_all_while_it_is_sealed(store, monkeypatch):
    monkeypatch.setattr(catalog.Catalog, "publish", lambda self, parts: None)
    days = 3
    times = [NOON + n * HOUR // 2 for n in range(days * 48)]
    store.append(Batch.of([1] * len(times), times, range(len(times))))
    wrong, is_over = [], threading.Event()

    def read():
        while not is_over.is_set():
            found = store.count([1], NOON, NOON + days * DAY)
            figures = store.aggregate([1], NOON, NOON + days * DAY, "month")["count"].to_pylist()
            if not found == sum(figures) == len(times):
                wrong.append((found, figures))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for n in range(1, 2 * days + 1):
        store.seal(NOON + n * DAY // 2)
    is_over.set()
    for reader in readers:
        reader.join(timeout=60)
    assert wrong == []
    assert results(store) == list(range(len(times)))


def test_a_nearly_full_disk_is_said_before_the_engine_meets_it(store, monkeypatch):
    """Nothing is begun, so the file need not be opened anew; reading goes on."""
    store.append(Batch.of([1], [NOON], [1.0]))
    store.reserve_bytes = 2**62
    for write in (
        lambda: store.append(Batch.of([1], [NOON + 1], [2.0])),
        lambda: store.revise(Batch.of([1], [NOON], [2.0], Mark.CORRECTED)),
    ):
        with pytest.raises(Unavailable) as told:
            write()
        assert "磁盘剩余空间不足" in told.value.message.zh
    assert (results(store), store.fault) == ([1.0], "")
    store.reserve_bytes = 0
    assert store.append(Batch.of([1], [NOON + 1], [2.0])) == Appended(1)
