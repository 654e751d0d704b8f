"""What is missing of a station is asked for once, and as a command that officers see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from guanggu.base.actor import platform
from guanggu.base.clock import fixed_at, to_microseconds
from guanggu.kernel.observation.device_actions import register_device
from guanggu.kernel.observation.gateways.hj_212.history import ask_for_missing, missing_of
from guanggu.kernel.observation.models import Datastream, Device, FieldCommand
from guanggu.kernel.observation.public import Batch, StreamSpec, declare_station, observations

ACTOR = platform("test")
MADE = datetime(2026, 5, 1, tzinfo=UTC)
NOW = datetime(2026, 5, 2, 0, 10, tzinfo=UTC)


@pytest.fixture
def device(db) -> Device:
    with fixed_at(MADE):
        spec = StreamSpec("w01018", "hour", "mg/L", every_s=3_600, name="化学需氧量")
        declare_station(ACTOR, key="S1", name="排口", kind="outlet", streams=[spec])
        told = register_device(ACTOR, thing="S1", protocol="hj212", address="MN1")
    return Device.objects.get(key=told["device"])


def store(hours: list[int]) -> None:
    stream = Datastream.objects.get().pk
    times = [to_microseconds(MADE + timedelta(hours=h)) for h in hours]
    observations().append(Batch.of([stream] * len(times), times, [1.0] * len(times)))


def test_a_hole_is_asked_for_by_its_hours(device) -> None:
    store([h for h in range(24) if h not in (5, 6, 7)])
    with fixed_at(NOW):
        asked = missing_of(device.thing_id, NOW)
    # 05:00 to 08:00 UTC is 13:00 to 16:00 in Beijing.
    assert asked == [("2061", "BeginTime=20260501130000,EndTime=20260501160000")]


def test_nothing_is_asked_where_nothing_is_missing(device) -> None:
    store(list(range(24)))
    assert missing_of(device.thing_id, NOW) == []


def test_the_same_hole_is_asked_for_once(device) -> None:
    store([0, 1, 2, *range(6, 24)])
    with fixed_at(NOW):
        asked = [ask_for_missing(device.key, device.pk, device.thing_id) for _ in range(2)]
    assert asked == [1, 0]
    command = FieldCommand.objects.get()
    assert (command.state, command.cn) == ("queued", "2061")
