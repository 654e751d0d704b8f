"""Devices by their actions: who may, what is kept secret, what becomes of commands and frames."""

from __future__ import annotations

import json

import pytest

from guanggu.base.actor import VISITOR, platform
from guanggu.base.clock import now, to_microseconds
from guanggu.base.errors import Conflict, Forbidden, Invalid, Missing
from guanggu.kernel.journal.public import Event, verify
from guanggu.kernel.observation import sealed_secrets
from guanggu.kernel.observation.device_actions import (
    count_alike,
    drop_old_frames,
    note_commands,
    quarantine_frames,
    register_device,
    rotate_key,
    send_command,
    suspend_device,
)
from guanggu.kernel.observation.gateways.directory import load_stations, stamp_of_stations
from guanggu.kernel.observation.models import Device, FieldCommand, QuarantinedFrame
from guanggu.kernel.observation.public import StreamSpec, declare_station

ACTOR = platform("test")


@pytest.fixture
def thing(db):
    specs = [StreamSpec("w01018", "hour", "mg/L", name="化学需氧量")]
    return declare_station(ACTOR, key="S-01", name="一号排口", kind="outlet", streams=specs)


def device(protocol: str = "hj212", address: str = "MN1", **given) -> Device:
    told = register_device(ACTOR, thing="S-01", protocol=protocol, address=address, **given)
    return Device.objects.get(key=told["device"])


def test_a_device_is_registered_once(thing) -> None:
    assert device().profile == "2017"
    again = register_device(ACTOR, thing="S-01", protocol="hj212", address="MN1")
    assert again["is_new"] is False
    assert Device.objects.count() == 1


def test_an_address_of_another_thing_is_refused(thing) -> None:
    device()
    declare_station(ACTOR, key="S-02", name="二号排口", kind="outlet")
    with pytest.raises(Conflict):
        register_device(ACTOR, thing="S-02", protocol="hj212", address="MN1")
    with pytest.raises(Missing):
        register_device(ACTOR, thing="S-99", protocol="hj212", address="MN2")
    with pytest.raises(Invalid):
        register_device(ACTOR, thing="S-01", protocol="mqtt", address="a b/c")
    with pytest.raises(Forbidden):
        register_device(VISITOR, thing="S-01", protocol="mqtt", address="a")


def test_a_key_is_shown_once_and_kept_nowhere_in_plain(thing) -> None:
    row = device("http", "meter-1")
    key = rotate_key(ACTOR, device=row.key)["key"]
    row.refresh_from_db()
    assert row.secret.key_digest == sealed_secrets.key_digest(key)
    kept = json.dumps([str(e.data) for e in Event.objects.all()]) + str(vars(row.secret))
    assert key not in kept
    other = rotate_key(ACTOR, device=row.key)["key"]
    assert other != key
    assert load_stations()["http", "meter-1"].key_digest == sealed_secrets.key_digest(other)


def test_what_hj_212_needs_can_be_read_again_only_with_the_servers_secret(thing, settings) -> None:
    row = device(profile="2025")
    shown = rotate_key(ACTOR, device=row.key)
    station = load_stations()["hj212", "MN1"]
    assert station.password == shown["password"].encode()
    assert station.cipher_key == shown["cipher_key"].encode()
    assert station.streams == {("w01018", "hour"): thing.datastreams.get().pk}
    sealed = bytes(row.secret.password_sealed)
    assert shown["password"].encode() not in sealed
    assert sealed_secrets.unseal(sealed, "another device") is None
    settings.SECRET_KEY = "another secret"
    assert sealed_secrets.unseal(sealed, row.key) is None


def test_a_password_of_the_field_must_fit(thing) -> None:
    row = device(profile="2025")
    with pytest.raises(Invalid):
        rotate_key(ACTOR, device=row.key, password="12345")
    with pytest.raises(Invalid):
        rotate_key(ACTOR, device=row.key, cipher_key="short")
    told = rotate_key(ACTOR, device=row.key, password="123456", cipher_key="0" * 16)
    assert (told["password"], told["cipher_key"]) == ("123456", "0" * 16)


def test_the_gateways_see_every_change(thing) -> None:
    row, stamps = device(), [stamp_of_stations()]
    rotate_key(ACTOR, device=row.key)
    stamps.append(stamp_of_stations())
    suspend_device(ACTOR, device=row.key, reason="数据异常")
    stamps.append(stamp_of_stations())
    assert len(set(stamps)) == 3
    assert load_stations()["hj212", "MN1"].is_suspended
    suspend_device(ACTOR, device=row.key, reason="已恢复", suspended=False)
    assert not load_stations()["hj212", "MN1"].is_suspended
    with pytest.raises(Invalid):
        suspend_device(ACTOR, device=row.key, reason=" ")


def test_a_command_is_queued_and_finished_once(thing) -> None:
    row = device()
    key = send_command(ACTOR, device=row.key, cn="3011", parameters="PolId=w01018")["command"]
    note_commands(ACTOR, changes=[{"command": key, "state": "sent", "tries": 1}])
    note_commands(ACTOR, changes=[{"command": key, "state": "executed", "execution_code": "1"}])
    note_commands(ACTOR, changes=[{"command": key, "state": "timeout"}])
    command = FieldCommand.objects.get(key=key)
    assert (command.state, command.execution_code) == ("executed", "1")
    assert command.finished_at is not None


@pytest.mark.parametrize("given", [{"cn": "30"}, {"cn": "3011", "parameters": "a&&b"}])
def test_a_command_that_no_frame_could_carry_is_refused(thing, given) -> None:
    row = device()
    with pytest.raises(Invalid):
        send_command(ACTOR, device=row.key, **given)


def test_commands_are_for_hj_212_and_for_stations_that_take_part(thing) -> None:
    with pytest.raises(Conflict):
        send_command(ACTOR, device=device("mqtt", "buoy-1").key, cn="3011")
    row = device()
    suspend_device(ACTOR, device=row.key, reason="停用")
    with pytest.raises(Conflict):
        send_command(ACTOR, device=row.key, cn="3011")


def test_frames_in_quarantine_keep_their_bytes_and_one_event_a_station(thing) -> None:
    row = device()
    frames = [
        {"device": who, "protocol": "hj212", "peer": "10.0.0.1:1", "reason": "checksum",
         "detail": "", "raw": b"\x00\xff##".hex(), "alike": 0, "at": 1_780_000_000_000_000 + n}
        for n, who in enumerate([row.pk, row.pk, None, 999_999])
    ]  # fmt: skip
    quarantine_frames(ACTOR, frames=frames)
    assert [bytes(f.raw) for f in QuarantinedFrame.objects.all()] == [b"\x00\xff##"] * 4
    assert QuarantinedFrame.objects.filter(device=None).count() == 2
    kinds = Event.objects.filter(kind="observation.frames_quarantined")
    assert sorted(kinds.values_list("subject", flat=True)) == [
        f"devices/{row.key}",
        "gateways/hj212",
    ]
    count_alike(ACTOR, counts=[{"who": row.pk, "reason": "checksum", "count": 40}])
    assert QuarantinedFrame.objects.filter(device=row).order_by("-pk").first().alike == 40


def test_nobody_but_the_gateways_writes_what_they_noticed(thing) -> None:
    with pytest.raises(Forbidden):
        quarantine_frames(VISITOR, frames=[])
    with pytest.raises(Forbidden):
        note_commands(VISITOR, changes=[])


def test_devices_and_commands_are_held_against_the_journal(thing) -> None:
    row = device()
    send_command(ACTOR, device=row.key, cn="3011")
    assert verify().findings == []
    Device.objects.update(frames_a_minute_max=1)
    assert verify().findings


def test_old_frames_leave_the_quarantine(thing) -> None:
    row = device()
    frame = {"device": row.pk, "protocol": "hj212", "peer": "a", "reason": "length", "detail": "",
             "raw": "00", "alike": 0}  # fmt: skip
    at = to_microseconds(now())
    quarantine_frames(
        ACTOR, frames=[{**frame, "at": at - 91 * 86_400 * 10**6}, {**frame, "at": at}]
    )
    assert (drop_old_frames(), drop_old_frames()) == (1, 0)
    assert QuarantinedFrame.objects.count() == 1
