"""The embedded engine, held to the contract and to what only it promises."""

from __future__ import annotations

import pytest

from guanggu.base.errors import Invalid
from guanggu.kernel.observation.batch import Batch
from guanggu.kernel.observation.engine import asking, reading
from guanggu.kernel.observation.engine.embedded import EmbeddedStore
from guanggu.kernel.observation.testing_contract import ALWAYS, NOON, StoreContract, rows_of


class Reopened:
    """Closed and opened again before every call, so that nothing rests on memory alone."""

    def __init__(self, folder):
        self.folder, self.inner = folder, EmbeddedStore(folder)

    def __getattr__(self, name):
        self.inner.close()
        self.inner = EmbeddedStore(self.folder)
        return getattr(self.inner, name)


@pytest.fixture
def store(tmp_path):
    made = EmbeddedStore(tmp_path / "observations")
    yield made
    made.close()


class TestEmbeddedStore(StoreContract):
    pass


class TestReopenedStore(StoreContract):
    @pytest.fixture
    def store(self, tmp_path):
        made = Reopened(tmp_path / "observations")
        yield made
        made.inner.close()


@pytest.mark.parametrize(
    ("stream", "time", "extra"), [(-1, NOON, None), (2**30, NOON, None), (1, 2**60, None),
                                  (1, NOON, "\ud800")],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_and_hurts_no_other(store, stream, time, extra):
    with pytest.raises(Invalid):
        store.append(Batch.of([stream], [time], [1.0], extras=[extra]))
    assert store.append(Batch.of([1], [NOON], [1.0])).new == 1
    assert store.count([1], *ALWAYS) == 1


def test_many_callers_are_stored_together_and_each_gets_its_own_counts(store):
    futures = [
        store.submit(Batch.of([n, 7], [NOON, NOON + n % 3], [n, n % 3])) for n in range(100, 160)
    ]
    counts = [future.result(timeout=30) for future in futures]
    assert sum(c.new for c in counts) == 60 + 3
    assert all(c.new + c.repeated == 2 for c in counts)
    assert store.waiting_rows == 0
    assert rows_of(store.latest([7]))[0][:3] == (7, NOON + 2, 2.0)


def test_a_query_that_takes_too_long_is_broken_off_and_the_next_is_answered(store, monkeypatch):
    monkeypatch.setattr(asking, "QUERY_S", 0.0)
    monkeypatch.setattr(
        reading, "series_sql", lambda *_: "SELECT count(*) FROM range(100000000000) a"
    )
    with pytest.raises(Invalid, match="用时过长"):
        store.series([1], *ALWAYS)
    monkeypatch.undo()
    assert store.count([1], *ALWAYS) == 0


def test_an_answer_too_large_is_refused(store, monkeypatch):
    monkeypatch.setattr(asking, "ROWS_MAX", 2)
    store.append(Batch.of([1] * 3, [NOON, NOON + 1, NOON + 2], [1, 2, 3]))
    with pytest.raises(Invalid, match="过多"):
        store.series([1], *ALWAYS)
    assert store.series([1], *ALWAYS, limit=2).num_rows == 2
