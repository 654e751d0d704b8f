"""The Parquet files that a publication names hold each table whole, read without the catalogue."""

from __future__ import annotations

import duckdb
import pytest
from django.db import transaction

from guanggu.base.actor import platform
from guanggu.base.errors import Missing
from guanggu.kernel.lake.publishing import publish, published
from guanggu.kernel.observation.models import Sensor
from guanggu.kernel.register.public import remove_record, save_new_records, save_record

ACTOR = platform("test")


def test_another_engine_reads_the_files_alone_and_finds_the_same(the_lake):
    with pytest.raises(Missing):
        published(the_lake.place)
    with transaction.atomic():
        made = [Sensor(key=f"s-{n}", name=f"号{n}") for n in range(50)]
        save_new_records(ACTOR, made, "observation.created")
    the_lake.take_in(fold=True)
    with transaction.atomic():
        changed = Sensor.objects.get(key="s-1")
        changed.name = "改名"
        save_record(ACTOR, changed, "observation.changed")
        remove_record(ACTOR, Sensor.objects.get(key="s-2"), "observation.removed", reason="r")
    the_lake.take_in()
    found = publish(the_lake.intake)
    assert published(the_lake.place) == found
    with transaction.atomic():
        changed.name = "又改"
        save_record(ACTOR, changed, "observation.changed")
    the_lake.take_in(fold=True)
    earlier = the_lake.lake.at(found.snapshot)
    with duckdb.connect() as plain:
        for name, order in (
            ("observation_sensors", "key"), ("observation_sensors_history", "key, known_from"),
            ("journal_events", "event_id"),
        ):  # fmt: skip
            columns = ", ".join(found.columns[name])
            files = list(found.files[name])
            alone = plain.execute(
                f"SELECT {columns} FROM read_parquet(?, union_by_name=true) ORDER BY {order}",
                [files],
            ).fetchall()
            expected = (
                earlier._reader()
                .execute(f"SELECT {columns} FROM {name} ORDER BY {order}")
                .fetchall()
            )
            assert alone == expected, name
            assert alone
    earlier.close()
