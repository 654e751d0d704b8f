"""Simulated devices speak the real protocols: what they send is taken in by the real gateway."""

from __future__ import annotations

import asyncio
import random

import orjson
import pytest

from guanggu.base.clock import now, to_microseconds
from guanggu.kernel.observation.gateways.hj_212.server import Hj212Server
from guanggu.kernel.observation.gateways.telemetry import decode
from guanggu.kernel.observation.gateways.tests.stations import Field, station, until
from guanggu.kernel.observation.sensorthings.decoding import Gate, decode_create_observations
from guanggu.kernel.observation.testing import at
from guanggu.site.simulation import fleet
from guanggu.site.simulation.fleet import Player
from guanggu.site.simulation.lines import HjLine
from guanggu.site.simulation.series import Stream
from guanggu.standards import hj_212

HOUR_US = 3_600_000_000
START = at("2026-05-01 08:00")


def player(protocol: str = "hj212", profile: str = "2017") -> Player:
    streams = [Stream(n + 10, c, 5, 3_600, faults=False) for n, c in ((1, "w01018"), (2, "w21003"))]
    return Player("D1", "MN001", protocol, profile, "pollution_source_outlet", {"hour": streams})


def the_station(one: Player, **changed):
    password = one.password.encode()
    return station(password=password, profile=one.profile, cipher_key=one.cipher_key, **changed)


@pytest.mark.parametrize("profile", ["2005", "2017", "2025"])
def test_every_edition_is_stored_and_acknowledged(profile) -> None:
    one = player(profile=profile)
    field = Field(the_station(one))
    told = list(fleet.said(one, START, START + 30 * HOUR_US))

    async def go() -> None:
        server = Hj212Server(field.directory, field.intake, field.quarantine, field.records)
        async with field:
            await server.open("127.0.0.1", 0)
            assert server._server is not None
            port = server._server.sockets[0].getsockname()[1]
            line = HjLine(one, "127.0.0.1", port, random.Random(1))
            for what in told:
                line.say(what)
            running = asyncio.create_task(line.run())
            await until(lambda: one.acknowledged == len(told))
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await server.close()

    asyncio.run(go())
    expected = {(stream, what.time_us): v for what in told for _, stream, v, _ in what.values}
    assert field.rows() == pytest.approx(expected)


def test_json_senml_and_data_arrays_say_the_same() -> None:
    one = player("mqtt")
    told = list(fleet.said(one, START, START + 5 * HOUR_US))
    known = station("mqtt")
    known.names = {"w01018@hour": 11, "w21003@hour": 12}
    expected = {(s, what.time_us): v for what in told for _, s, v, _ in what.values}
    for senml in (False, True):
        found = {}
        for what in told:
            decoded = decode(known, fleet.telemetry(what, senml=senml), to_microseconds(now()))
            assert decoded.wrong == []
            for streams, time, values, _ in decoded.rows:
                found.update({(s, time): v for s, v in zip(streams.tolist(), values, strict=True)})
            if decoded.batch is not None:
                b = decoded.batch
                keys = zip(b.streams.tolist(), b.times.tolist(), strict=True)
                found.update(dict(zip(keys, b.results.tolist(), strict=True)))
        assert found == pytest.approx(expected)
    arrays = decode_create_observations(fleet.create_observations(told), Gate(frozenset({11, 12})))
    assert arrays.problems == []
    keys = zip(arrays.batch.streams.tolist(), arrays.batch.times.tolist(), strict=True)
    assert dict(zip(keys, arrays.batch.results.tolist(), strict=True)) == pytest.approx(expected)


def test_a_spoilt_frame_is_never_taken_for_a_good_one() -> None:
    one, rng = player(), random.Random(3)
    what = next(fleet.said(one, START, START + HOUR_US))
    (frame,) = fleet.hj_frames(one, what, START)
    for _ in range(200):
        spoilt = fleet.spoilt(frame, rng)
        for raw in hj_212.Decoder().feed(spoilt):
            if isinstance(raw, hj_212.BadFrame) or raw == frame[6:-2]:
                continue
            with pytest.raises(hj_212.Unreadable):
                hj_212.readings(hj_212.parse(raw))


def test_telemetry_is_json() -> None:
    what = next(fleet.said(player("mqtt"), START, START + HOUR_US))
    assert set(orjson.loads(fleet.telemetry(what))["values"]) == {"w01018@hour", "w21003@hour"}
