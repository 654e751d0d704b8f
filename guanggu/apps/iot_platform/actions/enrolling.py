"""Enrolment: from a profile and an address to a thing, its datastreams and a device that may speak."""

from __future__ import annotations

from guanggu.base.actor import Actor
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid
from guanggu.kernel.observation.public import (
    THING_KINDS,
    Device,
    StreamSpec,
    declare_station,
    register_device,
)
from guanggu.kernel.register.public import save_record

from ..models import DeviceProfile, FleetDevice
from ..rules import DO_NOT_FIT, settings_of, streams_of

_TAKEN = T("该设备标识已登记。", "This address is enrolled already.")
_NO_KIND = T("设施类型应为其中之一：{}", "The kind of thing is one of: {}")
_FIXED = T(
    "入群后不能更换产品或设备标识；请停用本设备后另行登记。",
    "Profile and address stay once enrolled; suspend this device and enrol another.",
)


def check_profile(profile: DeviceProfile) -> None:
    """Raises Invalid with the field."""
    streams_of(profile.streams)
    settings_of(profile.settings)
    if profile.thing_kind not in THING_KINDS:
        known = ", ".join(sorted(THING_KINDS))
        raise Invalid(DO_NOT_FIT, fields={"thing_kind": _NO_KIND.format(known)})


def check_device(row: FleetDevice) -> None:
    """Raises Invalid with the field."""
    others = FleetDevice.objects.exclude(pk=row.pk)
    if others.filter(address=row.address, profile__protocol=row.profile.protocol).exists():
        raise Invalid(DO_NOT_FIT, fields={"address": _TAKEN})
    stored = FleetDevice.objects.filter(pk=row.pk).first()
    if stored is not None and stored.device:
        if stored.address != row.address:
            raise Invalid(DO_NOT_FIT, fields={"address": _FIXED})
        if stored.profile_id != row.profile_id:
            raise Invalid(DO_NOT_FIT, fields={"profile": _FIXED})


def enroll(actor: Actor, row: FleetDevice) -> None:
    """Follows the saving of the record, in its transaction; a second time changes nothing."""
    if row.device:
        return
    known = Device.objects.filter(
        protocol=row.profile.protocol, address=row.address
    ).select_related("thing")
    if (device := known.first()) is not None:
        if FleetDevice.objects.filter(device=device.key).exists():
            raise Conflict(_TAKEN, fields={"address": _TAKEN})
        row.device, row.thing = device.key, device.thing.key
    else:
        row.thing = _lay(actor, row)
        row.device = register_device(
            actor, thing=row.thing, protocol=row.profile.protocol, address=row.address,
            name=row.name, profile=row.profile.profile, is_sample=row.is_sample,
        )["device"]  # fmt: skip
    save_record(actor, row, "iot_platform.enrolled")


def _lay(actor: Actor, row: FleetDevice) -> str:
    streams = [
        StreamSpec(
            property=s.property, name=s.name, interval=s.interval, unit=s.unit, low=s.low,
            high=s.high, step_max=s.step_max, stuck_count=s.stuck_count, every_s=s.every_s,
        )
        for s in streams_of(row.profile.streams)
    ]  # fmt: skip
    thing = declare_station(
        actor, key=f"T-{row.key}"[:64], name=row.name, kind=row.profile.thing_kind,
        subject=str(row.ref), streams=streams, geometry=row.geometry,
        organisation=row.fleet.organisation, is_sample=row.is_sample, source="iot_platform",
    )  # fmt: skip
    return thing.key
