"""Asking the lake: what there is, within limits, as it is and as it was."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from django.db import transaction

from guanggu.base.actor import platform
from guanggu.base.clock import fixed_at
from guanggu.base.errors import Conflict, Invalid, Missing, Unavailable
from guanggu.kernel.lake.place import connect
from guanggu.kernel.lake.public import IS_CUT, Limits, lake
from guanggu.kernel.lake.verifying import compare_all, rebuild
from guanggu.kernel.observation.models import Sensor
from guanggu.kernel.observation.public import StreamSpec, declare_station, observations
from guanggu.kernel.register.public import save_new_records, save_record

ACTOR = platform("test")
START = datetime(2026, 5, 1, tzinfo=UTC)
SMALL = Limits(rows=5, seconds=20, memory_mb=128)


@pytest.fixture
def sensors(the_lake):
    with fixed_at(START), transaction.atomic():
        made = [Sensor(key=f"s-{n}", name=f"号{n}") for n in range(20)]
        save_new_records(ACTOR, made, "observation.created")
    the_lake.take_in()
    return the_lake


def test_tables_tell_their_columns_size_and_freshness(sensors):
    found = lake().table("observation_sensors")
    assert (found.rows, found.key, found.kind) == (20, "key", "rows")
    assert found.title.zh == "传感器"
    assert {"name", "key", "version"} <= {column.name for column in found.columns}
    assert found.bytes > 0
    assert lake().table("observation_sensors_history").kind == "history"
    assert {"journal_events", "observations"} <= {each.name for each in lake().tables()}
    before = found.fresh_at
    with fixed_at(START + timedelta(hours=1)), transaction.atomic():
        save_record(ACTOR, Sensor(key="late", name="迟"), "observation.created")
    assert lake().table("journal_events").fresh_at == START + timedelta(hours=1) < before
    with pytest.raises(Missing):
        lake().table("nothing")


def test_expressions_and_statements_answer_alike(sensors):
    table = lake().ibis().table("observation_sensors")
    expression = table.filter(table.name == "号7").select("key")
    assert expression.execute()["key"].tolist() == ["s-7"]
    assert lake().query(expression)["key"].to_pylist() == ["s-7"]
    sql = "SELECT key FROM observation_sensors WHERE name = '号7'"
    assert lake().query(sql)["key"].to_pylist() == ["s-7"]


def test_rows_beyond_the_limit_are_cut_and_that_is_told(sensors):
    found = lake().query("SELECT key FROM observation_sensors ORDER BY key", SMALL)
    assert found.num_rows == 5
    assert found.schema.metadata[IS_CUT] == b"1"
    found = lake().query("SELECT 1 AS one", SMALL)
    assert found.schema.metadata[IS_CUT] == b"0"


def test_only_the_views_that_are_given_can_be_asked(sensors):
    views = {"names": "SELECT key, left(name, 1) || '*' AS name FROM raw.observation_sensors"}
    found = lake().query("SELECT name FROM names WHERE key = 's-1'", SMALL, views=views)
    assert found["name"].to_pylist() == ["号*"]
    for hidden in (
        "observation_sensors",
        "raw.observation_sensors",
        "lake.main.observation_sensors",
    ):
        with pytest.raises(Invalid):
            lake().query(f"SELECT * FROM {hidden}", SMALL, views=views)


def test_a_query_that_would_take_all_memory_is_stopped_and_told_so(sensors):
    hungry = "SELECT list(hash(a.range * 3 + b.range)) FROM range(20000) a, range(20000) b"
    with pytest.raises(Invalid) as caught:
        lake().query(hungry, SMALL)
    assert caught.value.code == "query_memory"
    assert "128 MB" in caught.value.message.en
    assert lake().query("SELECT 1 AS one", SMALL).num_rows == 1


def test_a_query_that_takes_too_long_is_stopped_and_told_so(sensors):
    endless = "SELECT sum(hash(a.range + b.range)) FROM range(1000000000) a, range(1000000) b"
    with pytest.raises(Invalid) as caught:
        lake().query(endless, Limits(seconds=1, threads=1))
    assert caught.value.code == "query_time"


def test_a_query_can_be_cancelled_from_elsewhere(sensors):
    endless = "SELECT sum(hash(a.range + b.range)) FROM range(1000000000) a, range(1000000) b"
    running = lake().start(endless, Limits(seconds=60, threads=1))
    assert running.is_running
    threading.Timer(0.3, running.cancel).start()
    with pytest.raises(Conflict):
        running.result()
    assert not running.is_running


def test_the_state_of_a_snapshot_and_of_an_instant_can_be_asked_again(sensors):
    before = lake().snapshot()
    with fixed_at(START + timedelta(hours=1)):
        sensor = Sensor.objects.get(key="s-1")
        sensor.name = "改名"
        with transaction.atomic():
            save_record(ACTOR, sensor, "observation.changed")
    sensors.take_in(fold=True)
    name = "SELECT name FROM observation_sensors WHERE key = 's-1'"
    assert lake().snapshot().id > before.id
    assert lake().snapshot().event_id > before.event_id
    assert lake().query(name)["name"].to_pylist() == ["改名"]
    for when in (before.id, START + timedelta(minutes=30)):
        earlier = lake().at(when)
        assert earlier.query(name)["name"].to_pylist() == ["号1"]
        assert earlier.ibis().table("observation_sensors").count().execute() == 20
        earlier.close()
    assert lake().at(START - timedelta(days=1)).query(name).num_rows == 0
    with pytest.raises(Missing):
        lake().at(10**9)


def test_without_a_lake_it_is_said_what_to_do(db):
    with pytest.raises(Unavailable) as caught:
        lake().tables()
    assert "guanggu ingest" in caught.value.message.zh


def test_a_lake_that_is_being_made_is_not_there_yet(the_lake):
    file = the_lake.place.file
    file.parent.mkdir(parents=True)
    file.touch()
    with pytest.raises(Unavailable):
        lake().tables()
    connect(the_lake.place, read_only=False).close()  # the catalogue, and no table
    with pytest.raises(Unavailable):
        lake().tables()
    the_lake.take_in()
    assert lake().table("journal_events").rows == 0


def test_observations_are_there_beside_their_streams(the_lake):
    from guanggu.kernel.lake.sensed import SensedRows
    from guanggu.kernel.observation.public import Batch

    with fixed_at(START):
        declare_station(
            ACTOR, key="S-01", name="一号排口", kind="outlet",
            streams=[StreamSpec("w01018", "hour", "mg/L", name="化学需氧量")],
        )  # fmt: skip
    the_lake.take_in()
    stream = the_lake.lake.query("SELECT stream FROM datastreams")["stream"].to_pylist()[0]
    first = int(START.timestamp() * 1e6)
    hour = 3_600_000_000
    observations().append(
        Batch.of([stream] * 3, [first, first + hour, first + 2 * hour], [1.0, 2.0, 3.0])
    )
    with fixed_at(START + timedelta(hours=1, minutes=30)):
        rows = SensedRows(the_lake.intake)
        assert rows.take() == 2
        assert rows.take() == 0
    with fixed_at(START + timedelta(days=1)):
        assert SensedRows(the_lake.intake).take() == 1
    joined = "SELECT sum(result) AS s FROM observations JOIN datastreams USING (stream)"
    assert lake().query(joined)["s"].to_pylist() == [6.0]
    assert lake().table("observations").rows == 3


def test_a_question_for_some_streams_reads_only_what_holds_them(the_lake):
    """The engine compares the stream as it lies in the files, else their figures are of no use."""
    from guanggu.kernel.observation.engine.catalog import Catalog
    from guanggu.kernel.observation.engine.state import Part

    the_lake.take_in()
    folder = the_lake.place.sensed
    (folder / "lake").mkdir(parents=True, exist_ok=True)
    Catalog(folder).publish([])
    with duckdb.connect() as engine:
        engine.execute(
            "COPY (SELECT 7::INTEGER AS stream, TIMESTAMP '2026-01-01' AS time, 1.0 AS result, "
            "0::UTINYINT AS mark, 0::BIGINT AS delay, NULL::DOUBLE AS raw, NULL::VARCHAR AS extra, "
            f"false AS revised) TO '{folder}/lake/0-1-a.parquet'"
        )
    Catalog(folder).publish([Part("0-1-a.parquet", 0, 1, 1, 1, 7, 7)])
    asked = "SELECT sum(result) FROM observations WHERE stream = 7"
    plan = lake().ibis().con.execute(f"EXPLAIN {asked}").fetchall()[0][1]
    assert "stream=7" in plan.replace(" ", "")
    assert "CAST(stream" not in plan


def test_a_lake_can_be_held_against_the_database_and_made_anew(sensors):
    def at_once(_seconds):
        return None

    compared = {c.name: c for c in compare_all(sensors.place, at_once)}
    assert compared["observation_sensors"].rows == 20
    assert compared["observation_sensors"].differences == ()
    Sensor.objects.filter(key="s-1").update(name="偷改")
    compared = {c.name: c for c in compare_all(sensors.place, at_once)}
    assert [d.key for d in compared["observation_sensors"].differences] == ["s-1"]
    sensors.close()
    assert rebuild(sensors.place, only=["observation_sensors"]) == 20
    found = lake().query("SELECT count(*) AS n FROM observation_sensors_history")
    assert found["n"].to_pylist() == [20]
