"""Stations, lakes, devices and what came of them: one of everything of the sensing spine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction

from guanggu.apps.approvals.tests.people import a_received
from guanggu.apps.atlas.register.shipped import take_in_sample as lay_map
from guanggu.apps.command.models import CommandOrder, DutyEntry, DutyShift
from guanggu.apps.environment.actions.enforcing import attach_paper
from guanggu.apps.environment.models import MonthlyReport, Violation
from guanggu.apps.environment.register.shipped import take_in_sample as lay_environment
from guanggu.apps.iot_platform.models import DeviceFault, FleetDevice, FleetRule
from guanggu.apps.iot_platform.register.shipped import take_in_sample as lay_fleet
from guanggu.apps.lakes.actions.reporting import add_photo
from guanggu.apps.lakes.models import Lake, LakeIssue, Patrol
from guanggu.apps.lakes.register.shipped import take_in_sample as lay_lakes
from guanggu.base import clock
from guanggu.base.actor import platform
from guanggu.kernel.document.public import receive
from guanggu.kernel.observation.models import (
    Alarm,
    AlarmRule,
    Datastream,
    Device,
    FieldCommand,
    MaintenanceWindow,
    QuarantinedFrame,
    Thing,
)
from guanggu.kernel.register.public import REGISTERS, Record, import_rows, save_record

from .sensing_routes import COLLECTIONS

if TYPE_CHECKING:
    from .world import World

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cf"
    "c0f01f0005000201a5c9d2f60000000049454e44ae426082"
)
_PUBLIC_STATION, _PUBLIC_LAKE = "AQ-01", "L-01"


def add_sensing(world: World) -> None:
    for lay in (lay_environment, lay_lakes, lay_fleet, lay_map):
        lay(platform("test"))
    _watched()
    _enforced(world)
    _patrolled(world)
    _broken(world)
    _on_duty(world)
    for collection in COLLECTIONS:
        model = REGISTERS[collection.name].model
        world.keys[collection.name] = model._default_manager.order_by("pk").first().key
        if collection.writers is not None:
            bring_a_bad_row(world, collection.name)
    thing = Thing.objects.filter(is_public=True).order_by("pk").first()
    assert thing is not None
    stream = thing.datastreams.filter(is_public=True).order_by("pk").first()
    assert stream is not None
    world.keys |= {
        "things": thing.key, "datastreams": stream.key, "monitoring_stations": _PUBLIC_STATION,
        "lakes": _PUBLIC_LAKE, "sheet": "csv", "layer": "lakes", "style": "base", "zoom": "0",
        "tile_x": "0", "tile_y": "0",
    }  # fmt: skip


def bring_a_bad_row(world: World, collection: str) -> None:
    run = import_rows(
        world.actors["elsewhere"], key=f"w-{collection}", collection=collection,
        rows=[(2, {"name": ""})],
    )  # fmt: skip
    row = run.rows.first()
    world.keys |= {f"{collection}-run": str(run.pk), f"{collection}-row": str(row.pk)}


def save(record: Record, kind: str) -> Any:
    with transaction.atomic():
        save_record(platform("test"), record, kind)
    return record


def _watched() -> None:
    stream = Datastream.objects.select_related("thing").order_by("pk").first()
    assert stream is not None
    now = clock.now()
    window = MaintenanceWindow(
        key="MW-1", thing=stream.thing, from_at=now, reason="换试剂", source="test"
    )
    save(window, "observation.created")
    rule = AlarmRule(
        key="AR-1", name="超限", kind="limit", datastream=stream, upper=1.0, source="test"
    )
    save(rule, "observation.created")
    alarm = Alarm(
        key="AL-1", rule=rule, thing=stream.thing, datastream=stream, severity="warning",
        opened_at=now, value=2.0, limit=1.0, source="test",
    )  # fmt: skip
    save(alarm, "observation.alarm_opened")


def _enforced(world: World) -> None:
    now = clock.now()
    violation = Violation(
        key="V-1", title="超标", kind="exceedance", subject="outlets/PS-01-DW001", begun_at=now,
        last_at=now, organisation=world.house.organisation, source="test",
    )  # fmt: skip
    save(violation, "environment.created")
    paper = attach_paper(platform("test"), violation="V-1", received=a_received("笔录.pdf"))
    world.keys["violation_paper"] = paper["file"]
    report = MonthlyReport(
        key="R-1", title="月报", month=clock.today().replace(day=1),
        organisation=world.house.organisation, source="test",
    )  # fmt: skip
    save(report, "environment.created")


def _patrolled(world: World) -> None:
    lake, now = Lake.objects.get(key=_PUBLIC_LAKE), clock.now()
    patrol = Patrol(
        key="XH-1", lake=lake, account=world.actors["patrol"].account, person="巡查人",
        started_at=now, source="test",
    )  # fmt: skip
    save(patrol, "lakes.created")
    issue = LakeIssue(
        key="HW-1", lake=lake, origin="patrol", kind="floating", title="漂浮物", found_at=now,
        patrol=patrol, organisation=world.house.organisation, source="test",
    )  # fmt: skip
    save(issue, "lakes.created")
    photo = receive(ContentFile(PIXEL), "现场.png").as_dict()
    added = add_photo(world.actors["elsewhere"], issue="HW-1", received=photo)
    world.keys["photo"] = added["file"]


def _broken(world: World) -> None:
    device, now = FleetDevice.objects.order_by("pk").first(), clock.now()
    assert device is not None
    rule = FleetRule(
        key="FR-1", name="高温", profile=device.profile, property="a01001", upper=60, source="test"
    )
    save(rule, "iot_platform.created")
    fault = DeviceFault(
        key="DF-1", title="离线", device=device, organisation=world.house.organisation,
        begun_at=now, last_at=now, alarms=["AL-1"], source="test",
    )  # fmt: skip
    save(fault, "iot_platform.created")
    frame = QuarantinedFrame.objects.create(
        protocol="hj212", peer="127.0.0.1", reason="crc", raw=b"##", at=now
    )
    world.keys["frame"] = str(frame.pk)
    known = Device.objects.order_by("pk").first()
    assert known is not None
    command = FieldCommand(key="FC-1", device=known, cn="1011", by="测试", source="test")
    save(command, "observation.command_queued")


def _on_duty(world: World) -> None:
    body, now = world.house.organisation, clock.now()
    shift = DutyShift(
        key="DS-1", organisation=body, on=clock.today(), turn="day", starts_at=now, ends_at=now,
        source="test",
    )  # fmt: skip
    save(shift, "command.created")
    entry = DutyEntry(key="DE-1", shift=shift, at=now, kind="note", text="正常", source="test")
    save(entry, "command.entry_written")
    order = CommandOrder(
        key="DD-1", title="核查", content="请核查", issuer=body, organisation=body, given_at=now,
        answer_by=now, source="test",
    )  # fmt: skip
    save(order, "command.order_given")
