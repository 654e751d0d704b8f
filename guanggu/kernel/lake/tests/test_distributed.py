"""The same questions on DuckDB and on a real Spark cluster give the same answers."""

from __future__ import annotations

import threading

import pyarrow as pa
import pytest

from guanggu.base.errors import Invalid
from guanggu.kernel.case.testing import a_case
from guanggu.kernel.identity.testing import an_organisation
from guanggu.kernel.lake.distributed.engine import Distributed, Embedded, engine, files_of, same
from guanggu.kernel.lake.distributed.testing import SparkCluster, has_java, lay_tables
from guanggu.kernel.lake.distributed.typical import QUERIES
from guanggu.kernel.lake.publishing import publish


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    lay_tables(folder, cases=3_000, observations=20_000)
    return files_of(folder)


@pytest.fixture(scope="module")
def embedded(files):
    made = Embedded(files, threads=1)
    yield made
    made.close()


@pytest.mark.parametrize("name", QUERIES)
def test_every_question_has_an_answer(embedded, name):
    _, asked = QUERIES[name]
    answer = embedded.answer(asked(embedded.table))
    assert answer.num_rows > 0


@pytest.mark.skipif(not has_java(), reason="Java is not installed")
def test_spark_answers_as_duckdb_does_and_a_killed_worker_changes_nothing(
    files, embedded, tmp_path
):
    cluster = SparkCluster(tmp_path, worker_memory="900m")
    spark = None
    try:
        cluster.start(workers=2)
        spark = Distributed(
            files, cluster.master, {**cluster.settings, "spark.executor.memory": "512m"}
        )
        for name, (_, asked) in QUERIES.items():
            told = spark.answer(asked(spark.table))
            assert same(embedded.answer(asked(embedded.table)), told) == "", name
        killed = threading.Timer(0.2, cluster.kill_a_worker)
        killed.start()
        for name in ("daily_means",):
            _, asked = QUERIES[name]
            told = spark.answer(asked(spark.table))
            assert same(embedded.answer(asked(embedded.table)), told) == "", name
        killed.join()
        _, asked = QUERIES["arrival"]
        told = spark.answer(asked(spark.table))
        assert same(embedded.answer(asked(embedded.table)), told) == ""
    finally:
        if spark is not None:
            spark.close()
        cluster.stop()


def test_a_publication_of_the_lake_answers_as_the_lake_itself(the_lake):
    body = an_organisation()
    for number in range(3):
        a_case(body, title=f"事项{number}")
    the_lake.take_in(fold=True)
    found = publish(the_lake.intake)
    backend = the_lake.lake.ibis()
    with engine("embedded", found.files, found.columns) as chosen:
        for name in ("opened_by_month", "open_by_stage", "events_by_hour"):
            _, asked = QUERIES[name]
            told = chosen.answer(asked(chosen.table))
            assert told.num_rows > 0
            assert same(backend.to_pyarrow(asked(backend.table)), told) == "", name


@pytest.mark.parametrize("chosen", ["mysql://x", "sparks://x", "Spark"])
def test_an_unknown_engine_is_refused(files, chosen):
    with pytest.raises(Invalid), engine(chosen, files):
        pass


def test_the_embedded_engine_needs_no_string(files):
    with engine("", files) as chosen:
        assert chosen.answer(chosen.table("case_cases").count().as_table()).num_rows == 1
        with pytest.raises(Invalid):
            chosen.table("nothing")


@pytest.mark.parametrize(
    ("left", "right", "is_same"),
    [
        ({"a": [1, 2]}, {"a": [2, 1]}, True), ({"a": [1, 2]}, {"a": [1, 3]}, False),
        ({"a": [1]}, {"b": [1]}, False), ({"a": [1]}, {"a": [1, 1]}, False),
        ({"a": [0.1 + 0.2]}, {"a": [0.3]}, True), ({"a": [0.3]}, {"a": [0.3001]}, False),
        ({"a": [None, 1.0]}, {"a": [1.0, None]}, True), ({"a": [None]}, {"a": [1.0]}, False),
    ],
)  # fmt: skip
def test_answers_are_compared_without_their_order(left, right, is_same):
    assert (same(pa.table(left), pa.table(right)) == "") is is_same
