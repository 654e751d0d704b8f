"""What the journal tells comes into the lake once, with every version that there was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanggu.base.actor import platform
from guanggu.base.clock import fixed_at
from guanggu.base.errors import Conflict
from guanggu.kernel.case.public import complete_task
from guanggu.kernel.case.testing import a_case, publish_permit
from guanggu.kernel.identity.testing import an_official, an_organisation
from guanggu.kernel.journal.public import Event
from guanggu.kernel.lake import intake as intake_module
from guanggu.kernel.lake.intake import Intake
from guanggu.kernel.lake.lane import follow
from guanggu.kernel.lake.place import connect
from guanggu.kernel.lake.testing import LakeForTests
from guanggu.kernel.lake.upkeep import differences, tidy
from guanggu.kernel.observation.models import Sensor
from guanggu.kernel.observation.public import LONGEST_READING
from guanggu.kernel.register.public import remove_record, save_new_records, save_record

ACTOR = platform("test")
START = datetime(2026, 5, 1, tzinfo=UTC)


def a_sensor(key: str = "s-1", name: str = "浊度仪", **values) -> Sensor:
    with transaction.atomic():
        save_record(ACTOR, made := Sensor(key=key, name=name, **values), "observation.created")
    return made


def change(sensor: Sensor, **values) -> None:
    for name, value in values.items():
        setattr(sensor, name, value)
    with transaction.atomic():
        save_record(ACTOR, sensor, "observation.changed")


def rows(the_lake: LakeForTests, sql: str) -> list[tuple]:
    found = the_lake.lake._reader().execute(sql)
    return found.fetchall()


def test_a_row_is_there_as_it_stands_and_each_version_with_its_time(the_lake):
    with fixed_at(START):
        sensor = a_sensor(valid_from=date(2026, 1, 1), properties={"range": [1, 2]})
    with fixed_at(START + timedelta(hours=1)):
        change(sensor, name="浊度仪二型")
    with fixed_at(START + timedelta(hours=2)):
        change(sensor, name="浊度仪三型", valid_from=None)
    the_lake.take_in()
    assert rows(
        the_lake, "SELECT name, version, valid_from, properties FROM observation_sensors"
    ) == [("浊度仪三型", 3, None, '{"range":[1,2]}')]
    naive = START.replace(tzinfo=None)
    history = "SELECT name, version, valid_from, known_from, known_to, event_actor FROM "
    expected = [
        ("浊度仪", 1, date(2026, 1, 1), naive, naive + timedelta(hours=1), "platform/test"),
        ("浊度仪二型", 2, date(2026, 1, 1), naive + timedelta(hours=1),
         naive + timedelta(hours=2), "platform/test"),
        ("浊度仪三型", 3, None, naive + timedelta(hours=2), None, "platform/test"),
    ]  # fmt: skip
    asked = history + "observation_sensors_history ORDER BY version"
    assert rows(the_lake, asked) == expected
    the_lake.take_in(fold=True)
    assert rows(the_lake, asked) == expected


def test_versions_come_out_alike_however_they_are_batched(the_lake, tmp_path):
    sensor = a_sensor()
    for number in range(5):
        change(sensor, name=f"第{number}次", metadata="x" * number)
    other = LakeForTests(tmp_path / "other")
    asked = (
        "SELECT key, name, metadata, version, known_from, known_to, event_id "
        "FROM observation_sensors_history ORDER BY version"
    )
    the_lake.take_in("observation_sensors")
    with Intake(other.place, only=["observation_sensors"]) as one_by_one:
        while one_by_one.step(limit=1).events:
            one_by_one.fold_due(everything=True)
    # The row was ahead of each of these batches: what had happened to it since was undone.
    assert rows(the_lake, asked) == rows(other, asked)
    assert len(rows(the_lake, asked)) == 6
    other.close()


def test_a_removed_row_is_gone_and_its_history_stays(the_lake):
    sensor = a_sensor()
    change(sensor, name="改名")
    with transaction.atomic():
        remove_record(ACTOR, sensor, "observation.removed", reason="试验")
    again = a_sensor(name="又来")
    the_lake.take_in()
    for fold in (False, True):
        the_lake.take_in(fold=fold)
        assert rows(the_lake, "SELECT name, version FROM observation_sensors") == [("又来", 1)]
        history = "SELECT name, known_to IS NULL FROM observation_sensors_history ORDER BY event_id"
        assert rows(the_lake, history) == [("浊度仪", False), ("改名", False), ("又来", True)]
    assert again.pk is not None


def test_a_case_and_its_tasks_follow_with_each_step(the_lake):
    publish_permit()
    office = an_organisation()
    number = a_case(office)
    the_lake.take_in()
    assert rows(the_lake, "SELECT state, stage FROM case_cases") == [("open", "acceptance")]
    clerk = an_official(office, ["accept"])
    task = rows(the_lake, "SELECT id FROM case_tasks WHERE state = 'open'")[0][0]
    complete_task(clerk, task=task, outcome="accept", data={})
    for fold in (False, True):
        the_lake.take_in(fold=fold)
        done = "SELECT outcome FROM case_tasks WHERE state = 'done'"
        assert rows(the_lake, done) == [("accept",)]
        kinds = rows(the_lake, "SELECT count(*) FROM journal_events WHERE collection = 'cases'")
        assert kinds[0][0] >= 2
    versions = rows(the_lake, "SELECT version FROM case_cases_history ORDER BY 1")
    assert versions == sorted(set(versions))
    assert len(versions) == 2
    assert number


def test_every_row_equals_the_database(the_lake):
    with transaction.atomic():
        save_new_records(
            ACTOR, [Sensor(key=f"s-{n}", name=f"号{n}") for n in range(700)], "observation.created"
        )
    changed = Sensor.objects.get(key="s-3")
    change(changed, description="后改")
    the_lake.take_in(fold=True)
    source = the_lake.intake.known["observation_sensors"]
    assert list(differences(the_lake.intake.connection, source)) == []
    Sensor.objects.filter(key="s-5").update(name="偷改")
    Sensor.objects.filter(key="s-6").delete()
    found = {d.key: d for d in differences(the_lake.intake.connection, source)}
    assert set(found) == {"s-5", "s-6"}
    assert found["s-6"].database is None


def test_what_fails_half_way_is_never_half_visible(the_lake, monkeypatch):
    a_sensor()
    the_lake.take_in()
    change(Sensor.objects.get(), name="改后")
    intake = the_lake.intake

    def full(*_):
        raise OSError("no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(intake_module, "_sync", full)
        with pytest.raises(OSError, match="no space"):
            intake.step()
    assert rows(the_lake, "SELECT name FROM observation_sensors") == [("浊度仪",)]
    assert rows(the_lake, "SELECT count(*) FROM journal_events") == [(1,)]
    with monkeypatch.context() as patched:
        patched.setattr(intake_module, "_sync", full)
        with pytest.raises(OSError, match="no space"):
            intake.fold("observation_sensors")
    assert intake.step().events == 1
    assert rows(the_lake, "SELECT name FROM observation_sensors") == [("改后",)]
    assert rows(the_lake, "SELECT count(*) FROM journal_events") == [(2,)]


def test_the_next_writer_goes_on_where_the_last_was_and_clears_what_it_left(the_lake):
    a_sensor()
    the_lake.take_in()
    folder = the_lake.place.data / "recent" / "observation_sensors"
    (folder / "ducklake-left-behind.parquet").write_bytes(b"half a file")
    with pytest.raises(Conflict):
        Intake(the_lake.place)
    the_lake.close_intake()
    a_sensor("s-2")
    assert the_lake.take_in().events == 1
    assert rows(the_lake, "SELECT key FROM observation_sensors ORDER BY 1") == [("s-1",), ("s-2",)]
    assert not (folder / "ducklake-left-behind.parquet").exists()


def test_tidying_changes_nothing_that_is_read(the_lake):
    sensor = a_sensor()
    for number in range(4):
        change(sensor, name=f"第{number}次")
        the_lake.take_in(fold=True)
    before = rows(
        the_lake, "SELECT * FROM observation_sensors_history ORDER BY known_from, version"
    )
    files = len(list(the_lake.place.data.rglob("*.parquet")))
    tidy(the_lake.intake, timedelta(0))
    assert (
        rows(the_lake, "SELECT * FROM observation_sensors_history ORDER BY known_from, version")
        == before
    )
    assert len(list(the_lake.place.data.rglob("*.parquet"))) < files


def test_many_small_files_become_one_and_an_earlier_state_can_still_be_asked(the_lake):
    sensor = a_sensor()
    the_lake.take_in(fold=True)
    for number in range(10):
        change(sensor, name=f"第{number}次")
        the_lake.take_in(fold=True)
    asked = "SELECT count(*) FROM observation_sensors_history"
    snapshot = the_lake.lake.snapshot().id
    files = (
        "SELECT count(*) FROM ducklake_list_files('lake', 'observation_sensors', schema => 'past')"
    )
    ask = the_lake.intake.connection.execute
    assert ask(files).fetchone() == (10,)
    whole = rows(the_lake, "SELECT * FROM observation_sensors_history ORDER BY event_id")
    change(sensor, name="最后")
    the_lake.take_in(fold=True)
    tidy(the_lake.intake)
    assert ask(files).fetchone() == (1,)
    assert ask(asked.replace("FROM ", "FROM lake.main.")).fetchone() == (12,)
    earlier = the_lake.lake.at(snapshot).query(
        "SELECT * FROM observation_sensors_history ORDER BY event_id"
    )
    assert earlier.num_rows == 11
    assert len(whole) == 11


def test_a_reading_under_way_keeps_its_state_while_the_lake_is_tidied(the_lake):
    sensor = a_sensor()
    the_lake.take_in(fold=True)
    query = (
        "SELECT (SELECT count(*) FROM lake.main.journal_events), "
        "(SELECT name FROM lake.main.observation_sensors)"
    )
    with connect(the_lake.place, read_only=True) as reader:
        reader.execute("BEGIN")
        seen = reader.execute(query).fetchone()
        for number in range(3):
            change(sensor, name=f"第{number}次")
            the_lake.take_in(fold=True)
        tidy(the_lake.intake, LONGEST_READING)
        assert reader.execute(query).fetchone() == seen
        reader.execute("COMMIT")
        assert reader.execute(query).fetchone() == (Event.objects.count(), "第2次")


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["change", "remove", "take", "fold", "one"]),
        st.sampled_from(["a", "b"]),
        st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6),
    ),
    max_size=9,
)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_course_of_changes_is_told_whole(db, tmp_path_factory, steps):
    """Whatever is changed, removed, taken in and folded in whichever order: the lake ends equal
    to the database, and the history holds each version once, without a gap."""
    made = LakeForTests(tmp_path_factory.mktemp("lake"))
    Sensor.objects.all().delete()
    with transaction.atomic():
        intake = Intake(made.place, only=["observation_sensors"])
        try:
            expected = _walk(intake, steps)
            while intake.step().events:
                pass
            source = intake.known["observation_sensors"]
            assert list(differences(intake.connection, source)) == []
            told = intake.connection.execute(
                "SELECT key, name FROM lake.main.observation_sensors_history "
                "WHERE event_id > ? ORDER BY event_id", [expected[0]],
            ).fetchall()  # fmt: skip
            assert told == expected[1]
        finally:
            intake.close()
            transaction.set_rollback(True)


def _walk(intake, steps):
    from guanggu.kernel.journal.public import Event

    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    told = []
    for what, key, text in steps:
        sensor = Sensor.objects.filter(key=key).first()
        if what == "take":
            intake.step()
        elif what == "one":
            intake.step(limit=1)
        elif what == "fold":
            intake.fold_due(everything=True)
        elif what == "remove" and sensor is not None:
            remove_record(ACTOR, sensor, "observation.removed", reason="r")
        elif what == "change" and text.strip():
            sensor = sensor or Sensor(key=key)
            sensor.name = text
            save_record(ACTOR, sensor, "observation.changed")
            told.append((key, text))
    return last, told


def test_what_kernels_keep_beside_registers_equals_the_database_too(the_lake):
    publish_permit()
    an_official()
    a_case(an_organisation())
    the_lake.take_in()
    for name in ("case_cases", "case_tasks", "case_procedures", "identity_posts"):
        source = the_lake.intake.known[name]
        assert source.model.objects.exists(), name
        assert list(differences(the_lake.intake.connection, source)) == [], name


def test_following_takes_in_what_comes_meanwhile_until_it_is_told_to_end(the_lake):
    the_lake.take_in("observation_sensors")
    waits = []

    def wait(seconds):
        waits.append(seconds)
        a_sensor(f"s-{len(waits)}")
        return len(waits) == 3

    follow(the_lake.intake, wait)
    told = rows(the_lake, "SELECT key FROM observation_sensors ORDER BY key")
    assert told == [("s-1",), ("s-2",)]  # the third came after the last look
