"""HJ 212: what stations send unasked, beside the data that were declared."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from guanggu.base.actor import platform
from guanggu.base.clock import fixed_at, to_microseconds
from guanggu.kernel.observation.declaring import declare_station
from guanggu.kernel.observation.device_actions import register_device
from guanggu.kernel.observation.gateways.hj_212.instruments import keep
from guanggu.kernel.observation.gateways.hj_212.server import Hj212Server
from guanggu.kernel.observation.models import Device, InstrumentState
from guanggu.standards import hj_212

from .stations import PASSWORD, Field, Line, station
from .test_hj_212 import AT, NOW, talk, upload


@pytest.fixture(autouse=True)
def _at_noon():
    with fixed_at(NOW):
        yield


def test_state_and_running_time_of_equipment_are_kept_where_they_are_declared() -> None:
    made = station()
    made.streams |= {("SB1", "instant"): 31, ("SB1", "day"): 32}
    field = Field(made)
    frames = (
        upload({"SB1": {"RS": 1}, "SB2": {"RS": 0}}, cn="2021"),
        upload({"SB1": {"RT": 5.5}}, cn="2041", number=1),
    )
    assert len(asyncio.run(talk(field, *frames, answers=2))) == 2
    assert field.rows() == {(31, AT): 1.0, (32, AT): 5.5}
    assert field.reasons() == {"no_datastream": 1}


def test_all_hours_with_a_factor_nobody_declared_are_kept_and_of_real_time_one_an_hour() -> None:
    field = Field(station())
    hours = [
        upload({"w99": {"Avg": n}}, cn="2061", at=AT - n * 3_600_000_000, number=n)
        for n in range(5)
    ]
    moments = [upload({"w98": {"Rtd": n}}, number=10 + n) for n in range(5)]
    asyncio.run(talk(field, *hours, *moments, answers=10))
    assert field.reasons() == {"no_datastream": 6}


@pytest.mark.django_db
def test_what_a_station_says_of_its_instruments_is_kept_the_last_word_of_each() -> None:
    declare_station(platform("t"), key="PK-1", name="总排口", kind="general")
    made = register_device(platform("t"), thing="PK-1", protocol="hj212", address="MN001")
    device = Device.objects.get(key=made["device"])
    field = Field(station(device=device.pk))

    def told(number: int, text: str) -> bytes:
        body = b"DataTime=20260501100000;PolId=w01018;i12001-Info=%s;i13001-Info=0-500" % (
            text.encode()
        )
        qn = hj_212.request_number(to_microseconds(NOW) + number * 1000)
        return hj_212.build(body, qn=qn, cn="3020", mn="MN001", pw=PASSWORD, st="32", flag=5)

    async def go() -> dict:
        server = Hj212Server(field.directory, field.intake, field.quarantine, field.records)
        async with field:
            line = await Line.open(server)
            await line.ask(told(1, "//维护//") + told(2, "正常"), 2)
            await line.close(server)
        return dict(server.instruments._waiting)

    waiting = asyncio.run(go())
    keep(waiting)
    keep(waiting)
    rows = InstrumentState.objects.order_by("code").values_list("factor", "code", "text", "at")
    assert [row[:3] for row in rows] == [
        ("w01018", "i12001", "正常"), ("w01018", "i13001", "0-500"),
    ]  # fmt: skip
    assert rows[0][3] == datetime(2026, 5, 1, 2, tzinfo=UTC)
    assert field.rows() == {}
