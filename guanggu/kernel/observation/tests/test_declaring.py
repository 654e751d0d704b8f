"""Stations laid down whole, and the registers of sensing."""

from __future__ import annotations

import pytest

from guanggu.base.actor import VISITOR, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Forbidden, Invalid
from guanggu.kernel.identity.testing import an_official
from guanggu.kernel.journal.public import history, verify
from guanggu.kernel.observation.checks import check_rule, check_window
from guanggu.kernel.observation.declaring import (
    Station,
    StreamSpec,
    declare_station,
    declare_stations,
)
from guanggu.kernel.observation.kinds import kind_title, thing_kind
from guanggu.kernel.observation.models import AlarmRule, Datastream, MaintenanceWindow, Thing
from guanggu.kernel.register.public import change_record, create_record, register_of

PM = StreamSpec("a34004", "hour", "ug/m3", 0, 1000, 300, 6, 3600, "PM2.5", "PM2.5")
pytestmark = pytest.mark.django_db


def a_station(actor=None, key="AQ-1", streams=(PM,), **more):
    return declare_station(
        actor or platform("test"), key=key, name="空气站", kind="air_station",
        geometry=(114.4, 30.5), streams=list(streams), **more,
    )  # fmt: skip


def test_a_station_stands_with_its_streams_and_the_same_call_changes_nothing():
    thing = a_station()
    again = a_station(streams=[PM, StreamSpec("a34004", "minute", every_s=300)])
    assert again.pk == thing.pk
    rows = Datastream.objects.order_by("key").values_list("key", "unit", "interval", "every_s")
    assert list(rows) == [
        ("AQ-1-a34004-hour", "ug/m3", "hour", 3600), ("AQ-1-a34004-minute", "ug/m3", "minute", 300),
    ]  # fmt: skip
    assert thing.geometry.x == 114.4
    assert [e.kind for e in history(thing.ref)] == ["observation.created"]
    assert verify().is_sound


def test_what_does_not_fit_is_named_by_its_place_and_nothing_is_laid():
    bad = StreamSpec("w01001", "hour", "mg/l per day", 9, 3, name="pH")
    shapeless = Station("W-2", "站", "x", "POINT (1", (PM,))
    with pytest.raises(Invalid) as told:
        declare_stations(platform("t"), [Station("W-1", "站", "x", None, (bad,)), shapeless])
    assert told.value.fields.keys() == {"w01001 / unit"}
    with pytest.raises(Invalid) as told:
        declare_stations(platform("t"), [shapeless])
    assert told.value.fields.keys() == {"W-2 / geometry"}
    with pytest.raises(Invalid) as told:
        a_station(streams=[StreamSpec("unknown")])
    assert told.value.fields.keys() == {"unknown"}
    assert not Thing.objects.exists()


def test_only_those_who_keep_devices_lay_stations():
    for actor in (VISITOR, an_official(roles=["supervise"])):
        with pytest.raises(Forbidden):
            a_station(actor)
    assert a_station(an_official(roles=["devices"])).pk


def test_many_stations_are_laid_at_once():
    stations = [
        Station(f"S-{n}", f"站{n}", "air_station", (114 + n / 1000, 30.5), (PM,)) for n in range(60)
    ]
    things = declare_stations(platform("t"), stations)
    assert [t.key for t in things] == [s.key for s in stations]
    assert Datastream.objects.count() == 60


def test_the_register_refuses_units_that_are_no_ucum_code():
    a_station()
    officer = an_official(roles=["devices"])
    change = {"collection": "datastreams", "record": "AQ-1-a34004-hour", "version": 1}
    with pytest.raises(Invalid) as told:
        change_record(officer, **change, values={"unit": "µg每立方米"})
    assert "unit" in told.value.fields
    change_record(officer, **change, values={"unit": "mg/m3"})
    assert Datastream.objects.get().unit == "mg/m3"
    with pytest.raises(Forbidden):
        create_record(VISITOR, collection="things", values={"name": "x", "kind": "general"})


def test_the_public_sees_what_is_open_and_officials_see_all():
    from guanggu.kernel.identity.public import visible

    a_station(key="OPEN", is_public=True)
    a_station(key="SHUT")
    for collection, count in (("things", 1), ("datastreams", 1), ("observed_properties", 1),
                              ("sensors", 0), ("alarms", 0)):  # fmt: skip
        declared = register_of(collection)
        seen = visible(VISITOR, declared.model.objects.all(), declared.view)
        assert seen.count() == count, collection
    inside = register_of("things")
    assert visible(an_official(roles=[]), Thing.objects.all(), inside.view).count() == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "limit"}, "upper"),
        ({"kind": "limit", "upper": 1.0, "lower": 2.0}, "lower"),
        ({"kind": "limit", "upper": 1.0, "clear_upper": 2.0}, "clear_upper"),
        ({"kind": "limit", "lower": 1.0, "clear_lower": 0.5}, "clear_lower"),
        ({"kind": "limit", "upper": 1.0, "levels": [{"upper": "x"}]}, "levels"),
        ({"kind": "limit", "upper": float("nan")}, "upper"),
        ({"kind": "rate"}, "rate_max"),
        ({"kind": "multi", "thing_kind": "air", "expression": "a >"}, "expression"),
        ({"kind": "multi", "expression": "a > 1"}, "thing"),
        ({"kind": "stuck"}, "datastream"),
        ({"kind": "limit", "upper": 1.0, "hits": 0}, "hits"),
    ],
)
def test_rules_that_cannot_be_judged_are_refused(values, field):
    with pytest.raises(Invalid) as told:
        check_rule(AlarmRule(**values))
    assert field in told.value.fields


def test_a_window_ends_after_its_beginning():
    from guanggu.base import clock

    now = clock.now()
    with pytest.raises(Invalid) as told:
        check_window(MaintenanceWindow(from_at=now, until_at=now))
    assert "until_at" in told.value.fields


def test_a_kind_belongs_to_one_app():
    thing_kind("test_kind", T("测试", "Test"), "one")
    assert kind_title("test_kind").en == "Test"
    assert kind_title("unheard").zh == "unheard"
    with pytest.raises(RuntimeError):
        thing_kind("test_kind", T("测试", "Test"), "two")
