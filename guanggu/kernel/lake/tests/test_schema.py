"""What is declared anew changes the lake without making old data unreadable."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import transaction

from guanggu.base.actor import platform
from guanggu.base.bilingual import T
from guanggu.kernel.lake import intake as intake_module
from guanggu.kernel.lake.columns import Field, LakeColumn
from guanggu.kernel.lake.intake import Intake
from guanggu.kernel.lake.sources import Source, sources
from guanggu.kernel.observation.models import Sensor
from guanggu.kernel.register.public import save_record

NAME = "observation_sensors"


def a_sensor(key: str, **values) -> Sensor:
    with transaction.atomic():
        save_record(platform("test"), made := Sensor(key=key, **values), "observation.created")
    return made


class Redeclared(Source):
    """A source whose fields a test chooses."""

    @property
    def fields(self) -> tuple[Field, ...]:  # type: ignore[override]
        return self.__dict__["chosen"]


def redeclare(monkeypatch, change) -> None:
    real = sources()[NAME]
    made = Redeclared(**{k: getattr(real, k) for k in Source.__dataclass_fields__})
    made.__dict__["chosen"] = change(real.fields)
    monkeypatch.setattr(intake_module, "sources", lambda: {NAME: made})


def without(name):
    return lambda fields: tuple(f for f in fields if f.name != name)


def retyped(name, kind, to_lake):
    def change(fields):
        return tuple(
            replace(f, column=replace(f.column, type=kind), to_lake=to_lake)
            if f.name == name
            else f
            for f in fields
        )

    return change


def asked(the_lake, sql):
    return the_lake.lake._reader().execute(sql).fetchall()


def test_a_new_column_is_filled_for_rows_that_were_there_before(the_lake, monkeypatch):
    with monkeypatch.context() as patched:
        redeclare(patched, without("description"))
        a_sensor("s-1", name="旧", description="早有说明")
        the_lake.take_in(NAME, fold=True)
        the_lake.close_intake()
    a_sensor("s-2", name="新", description="后来的")
    the_lake.take_in(NAME)
    assert asked(the_lake, f"SELECT key, description FROM {NAME} ORDER BY key") == [
        ("s-1", "早有说明"),
        ("s-2", "后来的"),
    ]
    history = asked(the_lake, f"SELECT key, description FROM {NAME}_history ORDER BY known_from")
    assert ("s-1", None) in history


def test_a_column_declared_no_more_stays_in_the_history(the_lake, monkeypatch):
    a_sensor("s-1", name="旧", description="早有说明")
    the_lake.take_in(NAME, fold=True)
    the_lake.close_intake()
    redeclare(monkeypatch, without("description"))
    a_sensor("s-2", name="新")
    with Intake(the_lake.place) as intake:
        intake.step()
        reader = intake.connection
        assert reader.execute(f"SELECT key FROM lake.main.{NAME} ORDER BY 1").fetchall() == [
            ("s-1",),
            ("s-2",),
        ]
        told = reader.execute(
            f"SELECT key, description FROM lake.main.{NAME}_history ORDER BY key"
        ).fetchall()
        assert told == [("s-1", "早有说明"), ("s-2", None)]
        columns = [d[0] for d in reader.execute(f"FROM lake.main.{NAME}").description]
        assert "description" not in columns


@pytest.mark.parametrize(
    ("kind", "to_lake", "expected"),
    [
        ("DOUBLE", float, [("s-1", 1.0), ("s-2", 1.0)]),
        ("VARCHAR", str, [("s-1", "1"), ("s-2", "1")]),
        ("DECIMAL(38,2)", lambda v: v, [("s-1", 1), ("s-2", 1)]),
    ],
)
def test_a_column_of_another_type_keeps_what_it_held(
    the_lake, monkeypatch, kind, to_lake, expected
):
    a_sensor("s-1", name="旧")
    the_lake.take_in(NAME, fold=True)
    the_lake.close_intake()
    redeclare(monkeypatch, retyped("version", kind, to_lake))
    a_sensor("s-2", name="新")
    with Intake(the_lake.place) as intake:
        intake.step()
        for _ in range(2):
            found = intake.connection.execute(
                f"SELECT key, version FROM lake.main.{NAME} ORDER BY key"
            ).fetchall()
            assert found == expected
            intake.fold_due(everything=True)


def test_columns_say_what_is_personal_and_where_they_point(db):
    known = sources()
    cases = {f.name: f.column for f in known["case_cases"].fields}
    assert cases["applicant_name"].is_personal
    assert cases["organisation_id"].ref == "identity_organisations"
    assert not cases["state"].is_personal
    entities = {f.name: f.column for f in known["legal_entities_legal_entities"].fields}
    assert entities["legal_representative"].is_personal
    assert entities["phone"].is_personal
    assert isinstance(entities["phone"], LakeColumn)
    assert isinstance(entities["phone"].title, T)


def test_no_column_that_holds_a_secret_is_taken(db):
    names = {f.name for source in sources().values() for f in source.fields}
    assert not {n for n in names if "password" in n or "secret" in n or "token" in n}


def test_no_record_has_a_column_that_versions_need(db):
    reserved = {"known_from", "known_to", "event_id", "event_actor", "event_sequence", "is_removed"}
    for source in sources().values():
        assert not reserved & {f.name for f in source.fields}, source.name
