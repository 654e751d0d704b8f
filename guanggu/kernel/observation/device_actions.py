"""Writes on devices: registered, keyed, suspended, commanded; frames laid in quarantine."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.db import models

from guanggu.base import clock
from guanggu.base.actor import Actor, platform
from guanggu.base.bilingual import T
from guanggu.base.errors import Conflict, Invalid, Missing
from guanggu.base.ids import readable_code
from guanggu.kernel.identity.public import permission
from guanggu.kernel.journal.public import Entry, action, append, append_batch
from guanggu.kernel.register.public import save_record

from . import sealed_secrets
from .models import Device, DeviceSecret, FieldCommand, QuarantinedFrame, Thing

KEEP_DEVICES = permission(
    "observation.keep_devices",
    scope=lambda actor: actor.kind == "platform" or actor.has("devices"),
)
SEE_DEVICES = permission(
    "observation.see_devices",
    scope=lambda actor: (
        actor.kind == "platform" or (actor.kind == "official" and actor.has("devices", "monitor"))
    ),
)
QUARANTINE_DAYS = 90  # long enough for a maker to ask what his station sent last quarter
FRAMES_A_DEVICE_MAX = 2_500  # a month of hours with a factor that nobody adopts
_ADDRESS = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_CN = re.compile(r"\d{4}")
DO_NOT_FIT = T("填写内容有误，请按提示修改。", "Some entries need mending; see beside each field.")
_NO_DEVICE = T("没有该设备。", "There is no such device.")


def _may_keep(actor: Actor, /, **_: Any) -> bool:
    return KEEP_DEVICES.is_possible(actor)


def _may_run(actor: Actor, /, **_: Any) -> bool:
    return actor.kind == "platform"


def device_of(key: str) -> Device:
    """Raises Missing."""
    found = Device.objects.filter(key=key).select_related("thing").first()
    if found is None:
        raise Missing(_NO_DEVICE)
    return found


@action("observation.register_device", allows=_may_keep, title=T("登记设备", "Register a device"))
def register_device(
    actor: Actor, *, thing: str, protocol: str, address: str, name: str = "", profile: str = "",
    device: str = "", frames_a_minute_max: int = 0, messages_a_day_max: int = 0,
    is_sample: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Make a device of a thing known; answers its key. It cannot speak before ``rotate_key``.

    The same protocol and address again, for the same thing, changes nothing. Raises Missing for
    an unknown thing, Conflict where another thing has the address, Invalid.
    """
    carrier = Thing.objects.filter(key=thing).first()
    if carrier is None:
        raise Missing(T("没有编号为“{}”的监测设施。", "There is no thing “{}”.").format(thing))
    if not _ADDRESS.fullmatch(address):
        wrong = T(
            "设备标识为 1 至 64 位字母、数字或 _ . : -",
            "The address is 1 to 64 letters, digits or _ . : -",
        )
        raise Invalid(DO_NOT_FIT, fields={"address": wrong})
    known = Device.objects.filter(protocol=protocol, address=address).first()
    if known is not None:
        if known.thing_id != carrier.pk:
            taken = T("该设备标识已被其他设施使用。", "Another thing uses this address.")
            raise Conflict(taken, fields={"address": taken})
        append(known.ref, "observation.device_confirmed", actor, {})
        return {"device": known.key, "is_new": False}
    if protocol == "hj212" and not profile:
        profile = "2017"
    made = Device(
        key=device or f"{protocol}-{address}"[:64], name=name or carrier.name, thing=carrier,
        protocol=protocol, address=address, profile=profile, is_sample=is_sample,
        messages_a_day_max=messages_a_day_max,
    )  # fmt: skip
    if frames_a_minute_max:
        made.frames_a_minute_max = frames_a_minute_max
    save_record(actor, made, "observation.device_registered")
    return {"device": made.key, "is_new": True}


def issue_secret(
    device: Device, *, password: str = "", cipher_key: bytes = b"", key: str = ""
) -> dict[str, str]:
    """Write new secrets of the device; answers them in plain, for the one time they are shown."""
    row = DeviceSecret.objects.filter(device=device).first() or DeviceSecret(device=device)
    row.issued_at = clock.now()
    shown: dict[str, str] = {}
    if device.protocol == "hj212":
        shown["password"] = password or sealed_secrets.new_password()
        row.password_sealed = sealed_secrets.seal(shown["password"].encode(), device.key)
        if device.profile == "2025":
            plain = cipher_key or readable_code(16).encode()
            shown["cipher_key"] = plain.decode("latin-1")
            row.cipher_key_sealed = sealed_secrets.seal(plain, device.key)
    else:
        shown["key"] = key or sealed_secrets.new_key()
        row.key_digest = sealed_secrets.key_digest(shown["key"])
        row.broker_digest = sealed_secrets.broker_digest(shown["key"])
    row.save()
    return shown


@action("observation.rotate_key", allows=_may_keep, title=T("发放设备密钥", "Issue a device's key"))
def rotate_key(
    actor: Actor, *, device: str, password: str = "", cipher_key: str = ""
) -> dict[str, Any]:
    """Give the device a new key; the old one ends. The answer is the only time it is shown.

    ``password``, ``cipher_key``: those that a station in the field has already (HJ 212).
    """
    row = device_of(device)
    if password and (len(password) != 6 or not password.isascii()):
        wrong = T("HJ 212 密码为 6 个字符。", "A password of HJ 212 has 6 characters.")
        raise Invalid(DO_NOT_FIT, fields={"password": wrong})
    if cipher_key and len(cipher_key.encode("latin-1", "replace")) != 16:
        wrong = T("SM4 密钥为 16 个字节。", "A key of SM4 has 16 bytes.")
        raise Invalid(DO_NOT_FIT, fields={"cipher_key": wrong})
    shown = issue_secret(row, password=password, cipher_key=cipher_key.encode("latin-1"))
    append(row.ref, "observation.device_key_issued", actor, {"kinds": sorted(shown)})
    return {"device": row.key, **shown}


@action("observation.suspend_device", allows=_may_keep, title=T("停用设备", "Suspend a device"))
def suspend_device(
    actor: Actor, *, device: str, reason: str, suspended: bool = True
) -> dict[str, Any]:
    """Refuse what the device sends from now on, or take it in again."""
    row = device_of(device)
    if not reason.strip():
        raise Invalid(DO_NOT_FIT, fields={"reason": T("请填写原因。", "Say why.")})
    row.is_suspended = suspended
    row.suspended_reason = reason if suspended else ""
    kind = "observation.device_suspended" if suspended else "observation.device_resumed"
    save_record(actor, row, kind, reason=reason)
    return {"device": row.key, "is_suspended": suspended}


@action("observation.send_command", allows=_may_keep, title=T("下达反控命令", "Send a command"))
def send_command(
    actor: Actor, *, device: str, cn: str, parameters: str = "", reason: str = ""
) -> dict[str, Any]:
    """Queue a command for a station; the gateway sends it as soon as the station is there."""
    row = device_of(device)
    if not _CN.fullmatch(cn):
        wrong = T("命令编码为 4 位数字。", "A command is 4 digits.")
        raise Invalid(DO_NOT_FIT, fields={"cn": wrong})
    if row.is_suspended:
        raise Conflict(T("该设备已停用。", "The device is suspended."))
    if row.protocol != "hj212":
        other = T(
            "反控命令只用于 HJ 212 设备；其他设备请设置期望状态。",
            "Commands are for stations of HJ 212; for others set what is wanted of the device.",
        )
        raise Conflict(other)
    if "&&" in parameters or len(parameters.encode()) > 900:
        wrong = T("命令参数过长或含有“&&”。", "Parameters are too long or hold “&&”.")
        raise Invalid(DO_NOT_FIT, fields={"parameters": wrong})
    command = FieldCommand(
        key=readable_code(), device=row, cn=cn, parameters=parameters, by=actor.name, reason=reason
    )
    save_record(actor, command, "observation.command_queued")
    return {"command": command.key}


@action("observation.note_commands", allows=_may_run)
def note_commands(actor: Actor, *, changes: list[dict[str, Any]]) -> dict[str, int]:
    """What became of commands: each change names ``command`` (key) and fields with new values."""
    noted = 0
    for change in changes:
        row = FieldCommand.objects.filter(key=change["command"]).first()
        if row is None or row.state in ("executed", "failed", "timeout"):
            continue
        for name, value in change.items():
            if name != "command":
                setattr(row, name, value)
        if row.state in ("executed", "failed", "timeout"):
            row.finished_at = clock.now()
        save_record(actor, row, f"observation.command_{row.state}")
        noted += 1
    if not noted:
        append("gateways/hj212", "observation.commands_unchanged", actor, {"asked": len(changes)})
    return {"noted": noted}


@action("observation.quarantine_frames", allows=_may_run)
def quarantine_frames(actor: Actor, *, frames: list[dict[str, Any]]) -> dict[str, int]:
    """Keep frames that could not be taken in: rows, and one event a station of the batch."""
    rows = [
        QuarantinedFrame(
            device_id=f["device"], protocol=f["protocol"], peer=f["peer"][:120],
            reason=f["reason"], detail=f["detail"][:400], raw=bytes.fromhex(f["raw"]),
            alike=f["alike"], at=clock.from_microseconds(f["at"]),
        )
        for f in frames
    ]  # fmt: skip
    known = set(Device.objects.filter(pk__in={r.device_id for r in rows}).values_list("pk", "key"))
    keys = dict(known)
    for row in rows:
        if row.device_id not in keys:
            row.device_id = None
    QuarantinedFrame.objects.bulk_create(rows, batch_size=500)
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        subject = f"devices/{keys[row.device_id]}" if row.device_id else f"gateways/{row.protocol}"
        reasons = counts.setdefault(subject, {})
        reasons[row.reason] = reasons.get(row.reason, 0) + 1 + row.alike
    append_batch(
        Entry(subject, "observation.frames_quarantined", actor, {"reasons": reasons}, None)
        for subject, reasons in sorted(counts.items())
    )
    return {"kept": len(rows)}


@action("observation.count_alike", allows=_may_run)
def count_alike(actor: Actor, *, counts: list[dict[str, Any]]) -> dict[str, int]:
    """Add to the newest kept frame of a station and reason how many more came like it.

    ``who``: pk of the device, or the protocol for senders who are not known.
    """
    total = 0
    for row in counts:
        who = row["who"]
        known = {"device": who} if isinstance(who, int) else {"device": None, "protocol": who}
        newest = QuarantinedFrame.objects.filter(reason=row["reason"], **known).order_by("-pk")
        pk = newest.values_list("pk", flat=True).first()
        if pk is not None:
            QuarantinedFrame.objects.filter(pk=pk).update(alike=models.F("alike") + row["count"])
        total += row["count"]
    append("gateways/quarantine", "observation.frames_counted", actor, {"frames": total})
    return {"counted": total}


@action("observation.empty_quarantine", allows=_may_run)
def empty_quarantine(actor: Actor) -> dict[str, int]:
    """Drop frames older than QUARANTINE_DAYS, and of one device the oldest beyond its maximum."""
    before = clock.now() - timedelta(days=QUARANTINE_DAYS)
    dropped, _ = QuarantinedFrame.objects.filter(at__lt=before).delete()
    for device in _full_devices():
        rows = QuarantinedFrame.objects.filter(device=device)
        last_kept = rows.order_by("-pk").values_list("pk", flat=True)[FRAMES_A_DEVICE_MAX - 1]
        dropped += rows.filter(pk__lt=last_kept).delete()[0]
    append("gateways/quarantine", "observation.quarantine_emptied", actor, {"dropped": dropped})
    return {"dropped": dropped}


def _full_devices() -> list[int]:
    rows = QuarantinedFrame.objects.filter(device__isnull=False).values("device")
    full = rows.annotate(n=models.Count("pk")).filter(n__gt=FRAMES_A_DEVICE_MAX)
    return list(full.values_list("device", flat=True))


def drop_old_frames() -> int:
    """The worker's duty; without old frames nothing is written."""
    before = clock.now() - timedelta(days=QUARANTINE_DAYS)
    if not QuarantinedFrame.objects.filter(at__lt=before).exists() and not _full_devices():
        return 0
    return empty_quarantine(platform("gateways"))["dropped"]
