"""Rules of fleets reach their devices; an alarm passed on becomes one fault with one case."""

from __future__ import annotations

import pytest

from guanggu.apps.iot_platform import tasks
from guanggu.apps.iot_platform.models import DeviceFault, FleetDevice, FleetRule
from guanggu.base.actor import platform
from guanggu.base.errors import Invalid
from guanggu.kernel.case.public import Case
from guanggu.kernel.identity.testing import an_official, an_organisation, sign_in
from guanggu.kernel.journal.public import append, run_until_quiet
from guanggu.kernel.observation.alarms.actions import escalate_alarm, open_alarm
from guanggu.kernel.observation.public import Alarm, AlarmRule, Datastream
from guanggu.kernel.register.public import change_record, create_record, delete_record

pytestmark = pytest.mark.django_db
PLATFORM = platform("tests")
STREAMS = [{"property": "level", "name": "液位", "unit": "m"}]
RULE = {
    "name": "液位超限", "profile": "p", "property": "level", "kind": "limit", "upper": 2.5,
    "escalate_min": 30, "opens_fault": True,
}  # fmt: skip


@pytest.fixture
def body():
    return an_organisation("水务局")


@pytest.fixture
def ready(body):
    for collection, values in (
        ("device_profiles", {"key": "p", "name": "液位计", "streams": STREAMS}),
        ("fleets", {"key": "f", "name": "一群", "organisation": body.code}),
        ("fleets", {"key": "g", "name": "二群"}),
    ):
        create_record(PLATFORM, collection=collection, values=values)
    return body


def add_device(number: int, fleet: str = "f") -> FleetDevice:
    values = {"key": f"d{number}", "name": f"{number} 号井", "profile": "p", "fleet": fleet,
              "address": f"w-{number}"}  # fmt: skip
    create_record(PLATFORM, collection="fleet_devices", values=values)
    return FleetDevice.objects.get(key=f"d{number}")


def add_rule(**changed) -> FleetRule:
    values = {**RULE, "key": "r", **changed}
    create_record(PLATFORM, collection="fleet_rules", values=values)
    return FleetRule.objects.get(key="r")


def active() -> set[str]:
    return set(AlarmRule.objects.filter(is_active=True).values_list("thing__key", flat=True))


def test_a_rule_reaches_devices_of_before_and_after(ready):
    first = add_device(1)
    add_rule()
    run_until_quiet()
    row = AlarmRule.objects.get()
    assert (row.thing.key, row.upper, row.observed_property.key) == (first.thing, 2.5, "level")
    assert (row.organisation, row.procedure) == (ready, "iot_platform.device_fault")
    second = add_device(2)
    run_until_quiet()
    assert active() == {first.thing, second.thing}
    versions = sorted(AlarmRule.objects.values_list("version", flat=True))
    tasks.lay_rules(PLATFORM, FleetRule.objects.all(), tasks._devices())
    assert sorted(AlarmRule.objects.values_list("version", flat=True)) == versions


def test_a_changed_rule_changes_what_it_laid_and_a_removed_one_switches_it_off(ready):
    first, second = add_device(1), add_device(2, "g")
    rule = add_rule()
    run_until_quiet()
    assert active() == {first.thing, second.thing}
    change_record(
        PLATFORM, collection="fleet_rules", record="r", version=rule.version,
        values={"upper": 3.0, "fleet": "f"},
    )  # fmt: skip
    run_until_quiet()
    assert active() == {first.thing}
    assert AlarmRule.objects.get(thing__key=first.thing).upper == 3.0
    delete_record(PLATFORM, collection="fleet_rules", record="r", reason="不再需要")
    run_until_quiet()
    assert active() == set()
    assert AlarmRule.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"profile": ""}, "profile"), ({"property": "none"}, "property"), ({"upper": None}, "upper"),
        ({"lower": 9}, "lower"), ({"kind": "rate"}, "rate_max"), ({"hits": 0}, "hits"),
        ({"escalate_min": None}, "escalate_min"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_work_is_refused(ready, changed, field):
    with pytest.raises(Invalid) as raised:
        add_rule(**changed)
    assert field in raised.value.fields


def passed_on(device: FleetDevice, alarm: str, organisation: str = "", **changed) -> None:
    told = {
        "alarm": f"alarms/{alarm}", "rule_name": "液位超限", "subject": str(device.ref),
        "procedure": "iot_platform.device_fault", "at": "2026-05-06T02:00:00+00:00",
        "organisation": organisation, **changed,
    }  # fmt: skip
    from django.db import transaction

    with transaction.atomic():
        append(f"alarms/{alarm}", "observation.alarm_escalated", platform("alarms"), told)
    run_until_quiet()


def test_alarms_passed_on_become_one_fault_with_one_case(ready):
    device = add_device(1)
    passed_on(device, "A1")
    passed_on(device, "A2")
    passed_on(device, "A3", procedure="")
    fault = DeviceFault.objects.get()
    assert fault.alarms == ["alarms/A1", "alarms/A2"]
    assert fault.organisation == ready
    assert Case.objects.get().number == fault.case_number
    passed_on(device, "A4", subject="fleet_devices/none")
    assert DeviceFault.objects.count() == 1


def test_a_real_alarm_leads_to_its_fault_and_case(ready):
    """From a datum over the limit to the case, by the judge and the worker alone."""
    device = add_device(1)
    add_rule(escalate_min=0)
    run_until_quiet()
    stream = Datastream.objects.get(thing__key=device.thing)
    rule = AlarmRule.objects.get()
    opened = open_alarm(
        platform("alarms"), rule=rule.pk, thing=stream.thing_id, stream=stream.pk,
        at=1_778_000_000_000_000, severity="warning", value="3.1", limit="2.5",
    )  # fmt: skip
    escalate_alarm(platform("alarms"), alarm=opened["alarm"])
    run_until_quiet()
    fault = DeviceFault.objects.get()
    assert fault.title == "1 号井：液位超限"
    assert Alarm.objects.get().case == str(fault.ref)
    engineer = sign_in(an_official(ready, ["devices"]))
    page = engineer.get(f"/iot_platform/faults/{fault.key}/").content.decode()
    assert "3.1 / 2.5" in page


def test_a_fault_without_an_organisation_waits_for_it(ready):
    device = add_device(1, "g")
    passed_on(device, "A1")
    assert DeviceFault.objects.get().case_number == ""
    tasks.open_waiting_cases()
    assert DeviceFault.objects.get().case_number == ""
    fleet = device.fleet
    change_record(
        PLATFORM, collection="fleets", record="g", version=fleet.version,
        values={"organisation": ready.code},
    )  # fmt: skip
    tasks.open_waiting_cases()
    assert DeviceFault.objects.get().case_number


def test_an_engineer_walks_a_fault_to_its_end(ready):
    device = add_device(1)
    passed_on(device, "A1")
    fault = DeviceFault.objects.get()
    engineer = sign_in(an_official(ready, ["devices"]))
    assert fault.title in engineer.get("/iot_platform/faults/").content.decode()
    address = f"/iot_platform/faults/{fault.key}/"

    def give(number: int, outcome: str, opinion: str):
        sent = {"outcome": outcome, f"{outcome}-opinion": opinion, "request_key": f"k{number}"}
        return engineer.post(address, sent)

    assert give(1, "dismissed", "").status_code == 422
    assert give(2, "confirmed", "现场确认").status_code == 302
    assert give(3, "repaired", "更换探头").status_code == 302
    assert give(4, "failed", "仍无数据").status_code == 302
    assert give(5, "repaired", "更换主板").status_code == 302
    assert give(6, "passed", "数据恢复").status_code == 302
    fault.refresh_from_db()
    assert (fault.state, fault.outcome) == ("closed", "mended")
    page = engineer.get(address).content.decode()
    assert "更换主板" in page
    other = sign_in(an_official(roles=["monitor"]))
    assert (
        "outcome" not in other.get(address).content.decode().split("<main")[1].split("details")[0]
    )
    passed_on(device, "A9")
    assert DeviceFault.objects.count() == 2
