"""The engine with part of its data in the lake, against the contract and the plain store."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import duckdb
import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from guanggu.base.errors import Unavailable
from guanggu.kernel.observation.batch import Batch
from guanggu.kernel.observation.engine import catalog, figures, reading, sealing
from guanggu.kernel.observation.engine.connection import connect, extension_file
from guanggu.kernel.observation.engine.embedded import EmbeddedStore
from guanggu.kernel.observation.engine.planning import Chunk, plan
from guanggu.kernel.observation.engine.state import Part
from guanggu.kernel.observation.marks import Mark
from guanggu.kernel.observation.store import Appended
from guanggu.kernel.observation.testing import MemoryStore, at
from guanggu.kernel.observation.testing_contract import (
    ALWAYS,
    DAY,
    HOUR,
    NOON,
    StoreContract,
    results,
    rows_of,
)


class SealedBeforeEachQuestion:
    """Whatever is asked, the data stand in the lake by then (or half of them)."""

    def __init__(self, inner, before):
        self.inner, self.before = inner, before

    def __getattr__(self, name):
        if name != "append":
            self.inner.seal(self.before)
        return getattr(self.inner, name)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "observations"


@pytest.fixture
def store(folder):
    made = EmbeddedStore(folder)
    yield made
    made.close()


def publish_nothing(self, parts):
    """The store never reads the catalogue, and it takes most of the time."""


class TestWhollySealed(StoreContract):
    @pytest.fixture
    def store(self, store, monkeypatch):
        monkeypatch.setattr(catalog.Catalog, "publish", publish_nothing)
        return SealedBeforeEachQuestion(store, ALWAYS[1])


class TestSealedWithHours(StoreContract):
    @pytest.fixture
    def store(self, store, monkeypatch):
        monkeypatch.setattr(catalog.Catalog, "publish", publish_nothing)
        monkeypatch.setattr(sealing, "WORTH", 0)  # hours are written however few rows they hold
        return SealedBeforeEachQuestion(store, ALWAYS[1])


class TestSealedHalfWay(StoreContract):
    @pytest.fixture
    def store(self, store, monkeypatch):
        monkeypatch.setattr(catalog.Catalog, "publish", publish_nothing)
        return SealedBeforeEachQuestion(store, NOON + HOUR)


def lake_rows(folder):
    """As another engine reads it: DuckLake's catalogue, and the Parquet alone."""
    with connect(":memory:") as reader:
        for name in ("sqlite_scanner", "ducklake"):
            reader.execute(f"LOAD '{extension_file(name)}'")
        reader.execute(f"ATTACH 'ducklake:sqlite:{folder}/lake.sqlite' AS lake (READ_ONLY)")
        query = "SELECT stream, epoch_us(time), result, raw, revised FROM {} ORDER BY 1, 2"
        through_catalogue = reader.execute(query.format("lake.observations")).fetchall()
        files = f"read_parquet('{folder}/lake/*.parquet')"
        return through_catalogue, reader.execute(query.format(files)).fetchall()


def test_sealed_data_change_no_more_by_themselves(store):
    store.append(Batch.of([1, 1], [NOON, NOON + HOUR], [1.0, 2.0]))
    assert store.seal(NOON + HOUR).rows == 1
    assert store.append(Batch.of([1], [NOON], [1.0], 0, [NOON + 5])).repeated == 1
    assert store.append(Batch.of([1], [NOON], [1.5], 0, [NOON + 5])) == Appended(0, held=1)
    assert store.append(Batch.of([1], [NOON - 1], [0.5])) == Appended(1)
    assert store.append(Batch.of([1], [NOON - 1], [0.6], 0, [NOON + 9])) == Appended(0, held=1)
    assert store.append(Batch.of([1], [NOON + HOUR], [2.5], 0, [NOON + 2 * HOUR])).replaced == 1
    assert results(store) == [0.5, 1.0, 2.5]


def test_late_and_reviewed_data_enter_the_lake_at_the_next_sealing(store, folder):
    store.append(Batch.of([1, 2], [NOON, NOON], [1.0, 2.0]))
    store.seal(NOON + DAY)
    store.append(Batch.of([1], [NOON + HOUR], [3.0]))
    store.revise(Batch.of([2], [NOON], [9.0], Mark.CORRECTED))
    before = rows_of(store.series([1, 2], *ALWAYS))
    assert store.seal(NOON + DAY).replaced == 1
    assert rows_of(store.series([1, 2], *ALWAYS)) == before
    rows = [
        (1, NOON, 1.0, None, False), (1, NOON + HOUR, 3.0, None, False), (2, NOON, 9.0, 2.0, True)
    ]  # fmt: skip
    assert lake_rows(folder)[0] == rows
    store.seal(NOON + DAY)  # replaced files go at the next run: readers may be at them until then
    assert lake_rows(folder) == (rows, rows)
    assert store.seal(NOON + DAY) == sealing.Sealed(0, 0, 0, 0)


def test_a_reviewed_value_stays_reviewed_in_the_lake(store):
    store.append(Batch.of([1, 1], [NOON, NOON + 1], [99.0, 5.0]))
    store.revise(Batch.of([1], [NOON], [7.0], Mark.CORRECTED))
    store.seal(NOON + DAY)
    assert store.append(Batch.of([1], [NOON], [99.0])) == Appended(0, repeated=1)
    assert store.append(Batch.of([1], [NOON], [98.0])) == Appended(0, held=1)
    store.release(1, NOON, accept=True)
    store.seal(NOON + DAY)
    row = store.series([1], NOON, NOON + 1).to_pylist()[0]
    assert (row["result"], row["raw"]) == (98.0, 99.0)


def test_segments_are_dropped_once_the_lake_holds_them(store, folder, monkeypatch):
    monkeypatch.setattr(sealing, "ROLL_ROWS", 5)
    times = [NOON + n * HOUR for n in range(20)]
    store.append(Batch.of([1] * 20, times, range(20)))
    store.append(Batch.of([2], [NOON + 300 * DAY], [0.0]))  # a station with a wrong clock
    store.seal(times[-1] + HOUR)
    assert [segment.rows for segment in store.state.segments] == [1]
    assert results(store) == list(range(20))
    store.close()
    again = EmbeddedStore(folder)
    try:
        assert [segment.rows for segment in again.state.segments] == [1]
        assert rows_of(again.latest()) == rows_of(store.latest())
        assert again.append(Batch.of([1], [times[3]], [3.0])).repeated == 1
    finally:
        again.close()


CRASHES = ["_write", "_commit", "_finish", "publish"]


@pytest.mark.parametrize("step", CRASHES)
@pytest.mark.parametrize("is_after", [False, True])
def test_a_crash_at_any_step_of_sealing_loses_and_doubles_nothing(
    folder, monkeypatch, step, is_after
):
    store = EmbeddedStore(folder)
    store.append(Batch.of([1] * 4, [NOON - DAY, NOON, NOON + DAY, NOON + 40 * DAY], [0, 1, 2, 3]))
    store.seal(NOON)
    store.append(Batch.of([1, 1], [NOON - DAY + 1, NOON + 2], [5, 6]))
    before = rows_of(store.series([1], *ALWAYS))

    class Crash(Exception):
        pass

    real = getattr(sealing.Sealer, step)

    def crashing(self, *given):
        if is_after:
            real(self, *given)
        raise Crash

    with monkeypatch.context() as broken:
        broken.setattr(sealing.Sealer, step, crashing)
        with pytest.raises(Crash):
            store.seal(NOON + 2 * DAY)
    assert rows_of(store.series([1], *ALWAYS)) == before
    store.close()
    store = EmbeddedStore(folder)
    assert rows_of(store.series([1], *ALWAYS)) == before
    store.seal(NOON + 2 * DAY)
    store.seal(NOON + 2 * DAY)
    assert rows_of(store.series([1], *ALWAYS)) == before
    assert store.append(Batch.of([1, 1], [NOON, NOON + DAY], [1, 2])).repeated == 2
    store.close()
    through_catalogue, alone = lake_rows(folder)
    assert through_catalogue == alone
    assert [row[1] for row in alone] == [row[1] for row in before][:-1]


def test_a_catalogue_that_does_not_agree_is_made_anew(store, folder):
    store.append(Batch.of([1, 1], [NOON, NOON + 40 * DAY], [1.0, 2.0]))
    store.seal(NOON + DAY)
    (folder / "lake.sqlite").write_bytes(b"not a database, but long enough to look like a file")
    store.seal(NOON + 50 * DAY)
    assert [row[2] for row in lake_rows(folder)[0]] == [1.0, 2.0]
    assert catalog.Catalog(folder).files() == {str(p) for p in (folder / "lake").iterdir()}


def test_a_full_disk_leaves_sealing_for_later(store, folder, monkeypatch):
    store.append(Batch.of([1], [NOON], [1.0]))

    def full(path):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(sealing, "_to_disk", full)
        with pytest.raises(Unavailable):
            store.seal(NOON + DAY)
    assert results(store) == [1.0]
    assert store.seal(NOON + DAY).rows == 1
    assert len(list((folder / "lake").iterdir())) == 1


def test_a_reader_of_the_old_files_still_finds_them(store):
    store.append(Batch.of([1], [NOON], [1.0]))
    store.seal(NOON + DAY)
    query = f"SELECT count(*) FROM read_parquet('{store.lake / store.state.parts[0].name}')"
    store.append(Batch.of([1], [NOON + 1], [2.0]))
    store.seal(NOON + DAY)
    assert duckdb.sql(query).fetchall() == [(1,)]


def test_figures_of_hours_stand_beside_the_lake_and_answer_for_it(store):
    times = [NOON + n * HOUR // 4 for n in range(200)]
    store.append(Batch.of([1] * 200, times, [n % 7 for n in range(200)]))
    periods = [(NOON, NOON + 40 * HOUR), (NOON + 1, NOON + 39 * HOUR + 1), (NOON, NOON + 9)]
    asked = [(*period, every) for period in periods for every in ("hour", "day", "month")]
    before = [rows_of(store.aggregate([1], *question)) for question in asked]
    store.seal(NOON + 30 * HOUR)
    assert [part.has_hours for part in store.state.parts] == [True]
    query = figures.aggregate_sql(
        store.state, store.lake, reading.Wanted([1]), NOON, NOON + DAY, "day"
    )
    assert "/hours/" in query
    assert query.count("read_parquet") == 1
    assert [rows_of(store.aggregate([1], *question)) for question in asked] == before
    store.revise(Batch.of([1], [NOON], [50.0], Mark.CORRECTED))
    assert store.aggregate([1], NOON, NOON + HOUR, "hour").to_pydict()["maximum"] == [50.0]
    store.seal(NOON + 30 * HOUR)
    assert store.aggregate([1], NOON, NOON + HOUR, "hour").to_pydict()["maximum"] == [50.0]


def part(begins, ends, rows=10):
    return Part(f"{begins}", begins, ends, rows, 1, 0, 9)


MAY = at("2026-05-01 00:00")


@pytest.mark.parametrize(
    ("hours", "parts", "before", "chunks"),
    [
        ([], [], MAY + DAY, []),
        # two short days of a month become one file, the next month starts another
        ([(MAY - DAY, 5), (MAY + HOUR, 5), (MAY + DAY, 6)], [], MAY + 2 * DAY,
         [Chunk(MAY - DAY, MAY, 5), Chunk(MAY, MAY + 2 * DAY, 11)]),
        # the short file before takes the new day in
        ([(MAY + DAY, 7)], [part(MAY, MAY + DAY)], MAY + 2 * DAY,
         [Chunk(MAY, MAY + 2 * DAY, 17, (part(MAY, MAY + DAY),))]),
        # a large file stays as it is
        ([(MAY + DAY, 7)], [part(MAY, MAY + DAY, 10**6)], MAY + 2 * DAY,
         [Chunk(MAY + DAY, MAY + 2 * DAY, 7)]),
        # late rows within a file write it anew
        ([(MAY + HOUR, 2)], [part(MAY, MAY + DAY)], MAY + 2 * DAY,
         [Chunk(MAY, MAY + DAY, 12, (part(MAY, MAY + DAY),))]),
        # a day too large is cut at full hours; a day not over ends at the boundary
        ([(MAY, 9 * 10**6), (MAY + HOUR, 9 * 10**6)], [], MAY + 2 * HOUR,
         [Chunk(MAY, MAY + HOUR, 9 * 10**6), Chunk(MAY + HOUR, MAY + 2 * HOUR, 9 * 10**6)]),
        # between two files, only what lies between
        ([(MAY + 3 * HOUR, 10**6)],
         [part(MAY, MAY + 2 * HOUR), part(MAY + 5 * HOUR, MAY + DAY)], MAY + DAY,
         [Chunk(MAY + 2 * HOUR, MAY + 5 * HOUR, 10**6)]),
    ],
)  # fmt: skip
def test_files_are_planned_by_day_and_by_size(hours, parts, before, chunks):
    assert plan(hours, parts, before) == chunks


TIMES = st.integers(0, 120).map(lambda n: MAY - DAY + n * (HOUR // 2))
VALUES = st.sampled_from([1.0, 2.0, float("nan")])
ROWS = st.lists(
    st.tuples(
        st.integers(0, 3), TIMES, VALUES, st.sampled_from([0, 17]), st.integers(0, 2),
        st.sampled_from([None, None, "x"]),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


def batch_of(rows):
    streams, times, values, marks, delays, extras = zip(*rows, strict=True)
    result_times = [t + d for t, d in zip(times, delays, strict=True)]
    return Batch.of(streams, times, values, marks, result_times, list(extras))


class AsThePlainStore(RuleBasedStateMachine):
    """Whatever is done in whatever order, the engine says what the plain store says."""

    @initialize()
    def begin(self):
        self.patched = pytest.MonkeyPatch()
        self.patched.setattr(catalog.Catalog, "publish", publish_nothing)
        self.patched.setattr(sealing, "WORTH", 0)
        self.home = Path(tempfile.mkdtemp(prefix="guanggu-"))
        self.engine, self.plain = EmbeddedStore(self.home / "o"), MemoryStore()

    def teardown(self):
        self.engine.close()
        self.patched.undo()
        shutil.rmtree(self.home)

    @rule(rows=ROWS)
    def append(self, rows):
        assert self.engine.append(batch_of(rows)) == self.plain.append(batch_of(rows))

    @rule(rows=ROWS, mark=st.sampled_from([Mark.CORRECTED, Mark.REVIEWED_INVALID]))
    def revise(self, rows, mark):
        batch = batch_of([(*row[:3], int(mark), *row[4:]) for row in rows])
        assert self.engine.revise(batch) == self.plain.revise(batch)

    @rule(stream=st.integers(0, 3), start=TIMES, hours=st.integers(1, 30))
    def remove(self, stream, start, hours):
        given_range = ([stream, 3], start, start + hours * HOUR)
        assert self.engine.remove(*given_range) == self.plain.remove(*given_range)

    @rule(accept=st.booleans())
    def release(self, accept):
        for row in self.plain.held().to_pylist()[:1]:
            for store in (self.engine, self.plain):
                store.release(row["stream"], row["time"], accept=accept)

    @rule(before=TIMES)
    def seal(self, before):
        self.engine.seal(before)
        self.plain.sealed_until = max(self.plain.sealed_until, before)

    @rule()
    def reopen(self):
        self.engine.close()
        self.engine = EmbeddedStore(self.home / "o")

    @invariant()
    def they_say_the_same(self):
        for ask in (
            lambda store: store.series([0, 1, 2, 3], *ALWAYS),
            lambda store: store.latest(),
            lambda store: store.held(),
            lambda store: store.aggregate([0, 1, 2, 3], *ALWAYS, "day"),
            lambda store: store.aggregate([1, 2], MAY - 5 * HOUR + 7, MAY + 9 * HOUR + 7, "hour"),
            lambda store: store.aggregate([3], MAY + 1, MAY + HOUR, "month"),
        ):
            assert rows_of(ask(self.engine)) == rows_of(ask(self.plain))


TestAsThePlainStore = AsThePlainStore.TestCase
TestAsThePlainStore.settings = settings(max_examples=8, stateful_step_count=14, deadline=None)
