"""From registering a profile to a device that may speak, its twin, and what becomes of bad rows."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from guanggu.apps.iot_platform.actions import report_twin, set_desired
from guanggu.apps.iot_platform.models import FleetDevice
from guanggu.apps.iot_platform.register.shipped import ROWS, take_in_sample
from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.clock import to_microseconds
from guanggu.base.errors import Conflict, Forbidden, Invalid
from guanggu.kernel.identity.testing import an_official, sign_in
from guanggu.kernel.journal.public import Event, verify
from guanggu.kernel.observation.public import Batch, Datastream, Device, Thing, observations
from guanggu.kernel.register.public import Row, create_record, import_rows

pytestmark = pytest.mark.django_db
STREAMS = [{"property": "a01001", "name": "气温", "unit": "Cel"}]
SETTINGS = [{"name": "interval", "title": "上报间隔", "low": 60, "high": 3600}]


@pytest.fixture
def engineer() -> Actor:
    return an_official(roles=("devices",))


def _prepare(actor: Actor) -> None:
    for collection, values in (
        ("device_profiles", {"key": "p", "name": "微站", "streams": STREAMS, "settings": SETTINGS}),
        ("fleets", {"key": "f", "name": "一群"}),
    ):
        create_record(actor, collection=collection, values=values)


def _enroll(actor: Actor, address: str = "m-1", **changed: str) -> FleetDevice:
    values = {"name": "一号", "profile": "p", "fleet": "f", "address": address, **changed}
    key = create_record(actor, collection="fleet_devices", values=values)["key"]
    return FleetDevice.objects.get(key=key)


def test_an_enrolled_device_has_its_thing_its_streams_and_an_address_to_speak_by(engineer):
    _prepare(engineer)
    row = _enroll(engineer, geometry="POINT (114.4 30.5)")
    device = Device.objects.get(key=row.device)
    assert (device.protocol, device.address, device.thing.key) == ("mqtt", "m-1", row.thing)
    assert device.thing.subject == f"fleet_devices/{row.key}"
    stream = Datastream.objects.get(thing__key=row.thing)
    assert (stream.observed_property.key, stream.unit, stream.every_s) == ("a01001", "Cel", 300)
    assert verify().is_sound


def test_an_address_is_enrolled_once(engineer):
    _prepare(engineer)
    _enroll(engineer)
    with pytest.raises((Invalid, Conflict)) as refused:
        _enroll(engineer)
    assert "address" in refused.value.fields
    assert Thing.objects.count() == 1


def test_good_rows_of_a_fleet_are_enrolled_beside_bad_ones(engineer):
    _prepare(engineer)
    rows = [
        Row(number, {"name": f"{number} 号", "profile": profile, "fleet": "f", "address": address})
        for number, (profile, address) in enumerate(
            [("p", "a-1"), ("none", "a-2"), ("p", "a-1"), ("p", "坏"), ("p", "a-3")], 2
        )
    ]
    run = import_rows(engineer, key="run-1", collection="fleet_devices", rows=rows)
    assert (run.created, run.quarantined) == (2, 3)
    assert set(Device.objects.values_list("address", flat=True)) == {"a-1", "a-3"}


def test_only_keepers_of_devices_enrol(engineer):
    _prepare(engineer)
    with pytest.raises(Forbidden):
        _enroll(an_official(roles=("monitor",)))


def test_a_twin_is_in_step_when_the_device_reports_what_is_wanted(engineer):
    _prepare(engineer)
    row = _enroll(engineer)
    answer = set_desired(engineer, device=row.key, values={"interval": "120"})
    assert answer["delta"] == {"interval": 120}
    told = report_twin(platform("gateways"), device=row.device, values={"interval": 120, "v": "2"})
    assert told["delta"] == {}
    row.refresh_from_db()
    assert (row.desired, row.reported) == ({"interval": 120}, {"interval": 120, "v": "2"})
    assert Event.objects.filter(kind="iot_platform.desired_set").count() == 1


def test_a_setting_out_of_its_range_is_refused_at_its_field(engineer):
    _prepare(engineer)
    row = _enroll(engineer)
    with pytest.raises(Invalid) as refused:
        set_desired(engineer, device=row.key, values={"interval": "5"})
    assert refused.value.fields["interval"].zh == "请填写 60 至 3600 之间的数字。"


def test_the_key_is_shown_once_and_kept_nowhere_in_plain(engineer):
    _prepare(engineer)
    row = _enroll(engineer)
    client = sign_in(engineer)
    page = client.post(f"/iot_platform/device/{row.key}/key/", {}).content.decode()
    key = re.findall(r"<dd><code>([^<]+)</code>", page)[0]
    assert len(key) > 20
    assert key not in client.get(f"/iot_platform/device/{row.key}/key/").content.decode()
    assert not Event.objects.filter(data__contains=key).exists()


def test_the_page_shows_values_state_and_suspension(engineer):
    _prepare(engineer)
    row = _enroll(engineer)
    stream = Datastream.objects.get(thing__key=row.thing)
    now = to_microseconds(clock.now())
    observations().append(Batch.of([stream.pk], [now], [21.5]))
    client = sign_in(engineer)
    page = client.get(f"/iot_platform/device/{row.key}/").content.decode()
    assert "21.5" in page
    assert "在线" in page
    client.post(f"/iot_platform/device/{row.key}/suspend/", {"reason": "返修"})
    assert Device.objects.get(key=row.device).is_suspended
    page = client.get(f"/iot_platform/device/{row.key}/").content.decode()
    assert "返修" in page
    client.post(f"/iot_platform/device/{row.key}/suspend/", {"reason": "修好", "resume": "1"})
    assert not Device.objects.get(key=row.device).is_suspended


def test_a_stranger_sees_nothing_of_devices(engineer):
    _prepare(engineer)
    row = _enroll(engineer)
    assert Client().get(f"/iot_platform/device/{row.key}/").status_code in (302, 403, 404)
    other = sign_in(an_official(roles=("draft",)))
    assert other.get("/iot_platform/").status_code == 403


def test_the_sample_fleet_is_laid_once_and_marked(engineer):
    things = take_in_sample(platform("sample"))
    assert len(things) == sum(row[2] for row in ROWS)
    assert take_in_sample(platform("sample")) == things
    assert all(thing.is_sample for thing in things)
    assert Device.objects.filter(is_sample=True).count() == len(things)
