"""Who may see and keep devices, and how the fleet stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum

from guanggu.base import clock
from guanggu.base.actor import Actor
from guanggu.kernel.case.public import Task, worklist
from guanggu.kernel.identity.public import permission, visible
from guanggu.kernel.observation.public import (
    Alarm,
    AlarmRule,
    Datastream,
    Device,
    FieldCommand,
    QuarantinedFrame,
    gateway_state,
    latest_readings,
    messages_shared,
)

from .models import DeviceFault, Fleet, FleetDevice, FleetRule
from .rules import state_of

KEEP = permission(
    "iot_platform.keep", scope=lambda actor: actor.kind == "platform" or actor.has("devices")
)
VIEW = permission(
    "iot_platform.view",
    scope=lambda actor: (
        actor.kind == "platform"
        or (actor.kind == "official" and actor.has("devices", "monitor", "supervise"))
    ),
)
LISTED = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """How one device stands. last_at: of its newest datum or message; used: messages today."""

    row: FleetDevice
    state: str
    last_at: datetime | None
    used: int
    quota: int
    quarantined: int


def fleet_devices(actor: Actor) -> QuerySet[FleetDevice]:
    found = visible(actor, FleetDevice.objects.all(), VIEW)
    return found.select_related("profile", "fleet").order_by("key")


def standings(rows: list[FleetDevice]) -> list[Standing]:
    """In the order given. What the gateways say is left out where they do not answer."""
    devices = {d.key: d for d in Device.objects.filter(key__in=[r.device for r in rows])}
    seen = _last_seen(rows)
    said = gateway_state().devices
    day = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    bad = dict(
        QuarantinedFrame.objects.filter(at__gte=day, device__key__in=devices)
        .values_list("device__key")
        .annotate(n=Count("pk") + Sum("alike"))
    )
    found = []
    for row in rows:
        device = devices.get(row.device)
        told = said.get(row.device)
        heard = [at for at in (seen.get(row.thing), told.last_at if told else None) if at]
        last_at = max(heard, default=None)
        every = min((s.get("every_s") or 300 for s in row.profile.streams), default=300)
        state = state_of(
            last_at, every, clock.now(), is_suspended=bool(device and device.is_suspended)
        )
        found.append(
            Standing(
                row, state, last_at, told.today if told else 0,
                device.messages_a_day_max if device else 0, bad.get(row.device, 0),
            )
        )  # fmt: skip
    return found


def _last_seen(rows: list[FleetDevice]) -> dict[str, datetime]:
    """The newest datum of each thing."""
    streams = dict(
        Datastream.objects.filter(thing__key__in=[r.thing for r in rows]).values_list(
            "pk", "thing__key"
        )
    )
    newest: dict[str, datetime] = {}
    for stream, reading in latest_readings(streams).items():
        thing = streams[stream]
        newest[thing] = max(reading.at, newest.get(thing, reading.at))
    return newest


def counts_by_state(found: list[Standing]) -> Counter[str]:
    return Counter(each.state for each in found)


def streams_with_values(row: FleetDevice) -> list[tuple[Datastream, Any]]:
    """Each stream of the device with its latest reading or None."""
    streams = list(
        Datastream.objects.filter(thing__key=row.thing)
        .select_related("observed_property")
        .order_by("key")
    )
    latest = latest_readings(stream.pk for stream in streams)
    return [(stream, latest.get(stream.pk)) for stream in streams]


def commands_of(row: FleetDevice) -> list[FieldCommand]:
    return list(FieldCommand.objects.filter(device__key=row.device).order_by("-pk")[:20])


def quarantine_of(row: FleetDevice) -> list[QuarantinedFrame]:
    return list(QuarantinedFrame.objects.filter(device__key=row.device).order_by("-pk")[:20])


def alarms_at(row: FleetDevice, limit: int = 10) -> list[Alarm]:
    """Of the device: those that go on first, then the newest."""
    rows = Alarm.objects.filter(thing__key=row.thing).select_related(
        "rule", "datastream__observed_property"
    )
    going_on = list(rows.filter(cleared_at=None).exclude(state="closed").order_by("-opened_at"))
    others = rows.exclude(pk__in=[alarm.pk for alarm in going_on]).order_by("-opened_at")
    return [*going_on[:limit], *others[: max(0, limit - len(going_on))]]


def fleets(actor: Actor) -> list[Fleet]:
    found = visible(actor, Fleet.objects.all(), VIEW).annotate(size=Count("devices"))
    return list(found.order_by("name")[:LISTED])


def desired_since(since: datetime | None) -> QuerySet[FleetDevice]:
    """Devices whose wanted side was set at or after the instant, in order of setting."""
    found = FleetDevice.objects.filter(desired_at__isnull=False)
    if since is not None:
        found = found.filter(desired_at__gte=since)
    return found.order_by("desired_at", "pk")


def desired_of(device: str) -> dict[str, Any]:
    """By key of the device; empty where it is not enrolled."""
    row = FleetDevice.objects.filter(device=device).first()
    return dict(row.desired) if row else {}


def devices_of(fleet: Fleet) -> list[str]:
    """Keys of the devices of the fleet that are not suspended."""
    keys = FleetDevice.objects.filter(fleet=fleet).values("device")
    rows = Device.objects.filter(key__in=keys, is_suspended=False).order_by("key")
    return list(rows.values_list("key", flat=True))


def held_devices(fleet: Fleet, reason: str) -> list[str]:
    """Keys of its devices that were suspended for this reason."""
    keys = FleetDevice.objects.filter(fleet=fleet).values("device")
    rows = Device.objects.filter(key__in=keys, is_suspended=True, suspended_reason=reason)
    return list(rows.order_by("key").values_list("key", flat=True))


def keyless_devices(fleet: Fleet) -> list[FleetDevice]:
    """Enrolled devices of the fleet that were never given a key."""
    keyless = Device.objects.filter(secret__isnull=True).values("key")
    rows = FleetDevice.objects.filter(fleet=fleet, device__in=keyless).exclude(device="")
    return list(rows.order_by("key"))


def quota_key(fleet: Fleet) -> str:
    """Under which the gateways count the fleet's messages."""
    return f"{Fleet.collection}-{fleet.pk}"


def messages_of_fleets(fleets: Iterable[Fleet]) -> dict[int, int]:
    """Messages of today by fleet (pk), as the gateways count them."""
    keys = {quota_key(fleet): fleet.pk for fleet in fleets}
    return {keys[key]: n for key, n in messages_shared(keys, clock.now()).items()}


def frames_kept(device: str = "", reason: str = "") -> QuerySet[QuarantinedFrame]:
    """The newest first; ``device`` is the key of a device, "-" means senders nobody knows."""
    rows = QuarantinedFrame.objects.select_related("device").order_by("-pk")
    if device == "-":
        rows = rows.filter(device=None)
    elif device:
        rows = rows.filter(device__key=device)
    return rows.filter(reason=reason) if reason else rows


def faults(actor: Actor) -> QuerySet[DeviceFault]:
    rows = visible(actor, DeviceFault.objects.all(), VIEW)
    return rows.select_related("device", "organisation").order_by("-pk")


def tasks_of_faults(actor: Actor, kind: str) -> list[Task]:
    """Open tasks of this kind of case for this post, the most urgent first."""
    return worklist(actor, limit=200, case__kind=kind)


def faults_of_cases(numbers: list[str]) -> dict[str, DeviceFault]:
    rows = DeviceFault.objects.filter(case_number__in=numbers).select_related("device")
    return {row.case_number: row for row in rows}


def rule_title(told: Mapping[str, Any]) -> str:
    """What the rule of an alarm's event is called: by the fleet's rule where one laid it."""
    laid = AlarmRule.objects.filter(key=str(told.get("rule") or "")).first()
    collection, _, key = (laid.source if laid else "").partition("/")
    if collection == FleetRule.collection:
        own = FleetRule.objects.filter(key=key).first()
        if own is not None:
            return own.name
    return str(told.get("rule_name") or "")


def alarms_of(fault: DeviceFault, limit: int = 20) -> list[Alarm]:
    """Its alarms that stand in the register, the newest first."""
    keys = [ref.partition("/")[2] for ref in fault.alarms]
    rows = Alarm.objects.filter(key__in=keys).select_related("datastream")
    return list(rows.order_by("-opened_at")[:limit])
