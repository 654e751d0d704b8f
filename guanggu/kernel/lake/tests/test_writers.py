"""Several writers of one lake: only over PostgreSQL's catalogue, none lost, none twice, one killed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from guanggu.base.actor import platform
from guanggu.base.errors import Conflict, Invalid
from guanggu.kernel.journal.public import Event
from guanggu.kernel.lake.door import Lake
from guanggu.kernel.lake.intake import Intake
from guanggu.kernel.lake.place import Place
from guanggu.kernel.lake.upkeep import differences, tidy
from guanggu.kernel.observation.models import Sensor
from guanggu.kernel.register.public import save_record

ONLY = ["observation_sensors"]
ACTOR = platform("test")
READY_SECONDS_MAX = 120
WRITER = """
import sys, django
django.setup()
from pathlib import Path
from guanggu.kernel.lake.intake import Intake
from guanggu.kernel.lake.place import Place, patiently
from guanggu.kernel.lake.upkeep import tidy
catalogue, data, which = sys.argv[1:]
place = Place.of(Path(data).parent, catalogue, data)
with Intake(place, only=["observation_sensors"], shard=(int(which), 2)) as intake:
    print("ready", flush=True)
    while True:
        patiently(lambda: intake.step(7))
        if intake.leads:
            intake.look()
            patiently(lambda: intake.fold_due(everything=True))
            patiently(lambda: tidy(intake))
"""


def put(key: str, name: str) -> None:
    with transaction.atomic():
        row = Sensor.objects.filter(key=key).first() or Sensor(key=key)
        row.name = name
        save_record(ACTOR, row, "observation.changed")


def in_time(ready: Any) -> None:
    pause, until_s = threading.Event(), time.monotonic() + READY_SECONDS_MAX
    while not ready():
        assert time.monotonic() < until_s, "it did not come about"
        pause.wait(0.1)


def test_a_catalogue_in_a_file_has_one_writer(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="PostgreSQL"):
        Intake(Place.of(tmp_path), only=ONLY, shard=(0, 2))


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Place]:
    """A lake whose catalogue stands in a database of its own on the suite's server."""
    import psycopg

    told = connection.settings_dict
    where = f"host={told['HOST']} port={told['PORT']} user={told['USER']}"
    with psycopg.connect(f"{where} dbname=postgres", autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS lake_catalogue WITH (FORCE)")
        server.execute("CREATE DATABASE lake_catalogue")
        yield Place.of(
            tmp_path, f"ducklake:postgres:dbname=lake_catalogue {where}", str(tmp_path / "data")
        )
        server.execute("DROP DATABASE IF EXISTS lake_catalogue WITH (FORCE)")


on_postgresql = pytest.mark.skipif(
    "postgresql" not in os.environ.get("GUANGGU_DATABASE", ""), reason="needs PostgreSQL"
)


def start(place: Place, which: int) -> subprocess.Popen[str]:
    told = connection.settings_dict
    database = f"postgresql://{told['USER']}@{told['HOST']}:{told['PORT']}/{told['NAME']}"
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, place.catalogue, str(place.data), str(which)],
        env={**os.environ, "GUANGGU_DATABASE": database,
             "DJANGO_SETTINGS_MODULE": "guanggu.site.settings"},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def in_lake(lake: Lake) -> int:
    found: int = lake.query("SELECT count(*) AS n FROM journal_events")["n"][0].as_py()
    return found


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_two_write_at_once_and_a_killed_one_loses_and_doubles_nothing(shared: Place) -> None:
    first = start(shared, 0)
    second = start(shared, 1)
    lake = Lake(shared)
    try:
        for number in range(120):
            put(f"s-{number % 30}", f"第{number}次")
            if number == 60:
                second.kill()
                second.wait()
        # The other goes on alone with what is its own; the killed one's part waits.
        in_time(lambda: 0 < in_lake(lake) < Event.objects.count())
        second = start(shared, 1)
        in_time(lambda: in_lake(lake) >= Event.objects.count())
        assert first.poll() is None
        assert second.poll() is None
    finally:
        for each in (first, second):
            each.kill()
            each.wait()
    told = lake.query("SELECT event_id FROM journal_events ORDER BY event_id")["event_id"]
    assert told.to_pylist() == sorted(Event.objects.values_list("id", flat=True))
    names = lake.query("SELECT key, name FROM observation_sensors ORDER BY key").to_pylist()
    assert names == list(Sensor.objects.order_by("key").values("key", "name"))
    past = lake.query("SELECT count(*) AS n FROM observation_sensors_history")["n"][0].as_py()
    assert past == 120
    lake.close()


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_a_shared_lake_is_tidied_and_says_the_same(shared: Place) -> None:
    past = "SELECT * FROM lake.main.observation_sensors_history ORDER BY event_id"
    files = (
        "SELECT count(*) FROM ducklake_list_files('lake', 'observation_sensors', schema => 'past')"
    )
    with Intake(shared, only=ONLY) as alone:
        for number in range(10):
            put("s-1", f"第{number}次")
            alone.drain()
            alone.fold_due(everything=True)
        ask = alone.connection.execute
        before = ask(past).fetchall()
        assert ask(files).fetchone() == (9,)
        tidy(alone)
        assert ask("SELECT count(*) > 10 FROM ducklake_snapshots('lake')").fetchone() == (True,)
        tidy(alone, timedelta(0))
        assert ask("SELECT count(*) FROM ducklake_snapshots('lake')").fetchone() == (1,)
        assert ask(files).fetchone() == (1,)
        assert ask(past).fetchall() == before
        assert list(differences(alone.connection, alone.known[ONLY[0]])) == []


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_the_number_of_writers_changes_where_all_have_come_equally_far(shared: Place) -> None:
    put("s-1", "一")
    with Intake(shared, only=ONLY) as alone:
        assert alone.drain() == Event.objects.count()
    put("s-2", "二")
    with Intake(shared, only=ONLY, shard=(0, 2)) as first:
        assert first.cursor.event_id > 0  # goes on from where the one had come
        first.drain()
        with pytest.raises(Conflict, match="写入进程数"):
            Intake(shared, only=ONLY)
    with Intake(shared, only=ONLY, shard=(1, 2)) as second:
        second.drain()
    with Intake(shared, only=ONLY) as alone:
        assert alone.drain() == 0
        assert list(differences(alone.connection, alone.known[ONLY[0]])) == []
        twice = alone.connection.execute(
            "SELECT count(*) - count(DISTINCT event_id) FROM lake.main.journal_events"
        ).fetchone()
    assert twice == (0,)
